// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The serial executor runs each task once, in order.
#include "provenn/core/executor.hpp"

#include <vector>

#include "support/catch.hpp"

TEST_CASE("the serial executor runs every task once and none of an empty group", "[core][executor][REQ-CORE-010]") {
    std::vector<std::int64_t> seen;
    const provenn::Executor executor = provenn::serial_executor();
    executor.for_each(5, [&](std::int64_t index) { seen.push_back(index); });
    executor.for_each(0, [&](std::int64_t index) { seen.push_back(index); });
    CHECK(seen == std::vector<std::int64_t>{0, 1, 2, 3, 4});
}
