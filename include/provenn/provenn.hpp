// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The whole library.
#pragma once

#include "provenn/inference.hpp"
#include "provenn/training.hpp"
