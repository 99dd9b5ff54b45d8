// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every forward kernel within its error bound on random shapes: a small part of tests/campaign/errors.cpp.
#include "support/catch.hpp"
#include "support/error_campaign.hpp"

TEST_CASE("forward kernels stay within their error bounds on random shapes",
          "[kernels][error_bounds][REQ-KERN-351][REQ-KERN-357][REQ-KERN-359]") {
    for (const support::CampaignKernel& kernel : support::kCampaign) {
        support::ErrorCount count;
        for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(kernel.share) / 2; ++i) {
            support::CounterRandom random(7000 + i);
            kernel.check(random, count);
        }
        CAPTURE(kernel.name, count.shapes, count.worst, count.worst_shape);
        CHECK(count.outputs > count.shapes);
        CHECK(count.exceeded == 0);
    }
}
