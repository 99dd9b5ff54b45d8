// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a Machine holds, for the units that run or train networks.
#pragma once

#include <utility>

#include "engine.hpp"
#include "provenn/adapters/tbb.hpp"
#include "provenn/kernels/dispatch.hpp"

namespace program {

struct Machine::Parts {
    explicit Parts(TbbExecutor made) : executor(std::move(made)) {}
    const kernels::KernelTable* kernels = nullptr;
    TbbExecutor executor;
};

}  // namespace program
