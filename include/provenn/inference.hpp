// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that runs on a device: core, kernels, layers, model, inference. C++17, standard library only.
#pragma once

#include "provenn/core/array.hpp"
#include "provenn/core/config.hpp"
#include "provenn/core/error.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/core/fma.hpp"
#include "provenn/core/memory.hpp"
#include "provenn/core/precondition.hpp"
#include "provenn/core/result.hpp"
#include "provenn/core/shape.hpp"
#include "provenn/core/tensor.hpp"
#include "provenn/core/text.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/activation_kind.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/dispatch.hpp"
#include "provenn/kernels/isa.hpp"
#include "provenn/kernels/table.hpp"
#include "provenn/kernels/vec16.hpp"
