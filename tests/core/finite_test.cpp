// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NaN and infinities are found wherever they stand.
#include "provenn/core/finite.hpp"

#include <limits>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("a value that is not finite is found wherever it stands", "[core][finite][REQ-CORE-014]") {
    const float infinity = std::numeric_limits<float>::infinity();
    for (const std::size_t size : {1u, 7u, 1024u, 1025u, 3000u}) {
        std::vector<float> values(size, std::numeric_limits<float>::max());
        const provenn::Span<const float> span(values.data(), values.size());
        CHECK(provenn::all_finite(span));
        for (std::size_t i = 0; i < size; i += 1 + i / 3) {
            for (const float odd : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
                values[i] = odd;
                CHECK_FALSE(provenn::all_finite(span));
                values[i] = std::numeric_limits<float>::denorm_min();
                CHECK(provenn::all_finite(span));
            }
        }
    }
    CHECK(provenn::all_finite({}));
}
