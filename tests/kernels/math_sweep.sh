#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Tests the elementary functions on all 2^32 floats instead of every 4093rd (about three hours). Argument: the test_kernels program.
set -eu
PROVENN_MATH_STRIDE=${PROVENN_MATH_STRIDE:-1} exec "${1:?path of test_kernels}" "[math]"
