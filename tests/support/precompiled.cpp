// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The unit for which CMake makes the precompiled header that all tests share; main.cpp configures Catch2 in its own
// way.
#include "support/catch.hpp"
