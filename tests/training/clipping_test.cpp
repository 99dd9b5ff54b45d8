// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clipping against worked numbers.
#include <cmath>
#include <vector>

#include "provenn/training/clipping.hpp"
#include "support/catch.hpp"

using namespace provenn;
using training::ClipKind;

namespace {
std::vector<std::vector<float>> clipped(ClipKind kind, float limit, std::vector<std::vector<float>> gradients) {
    std::vector<Span<float>> spans;
    for (auto& gradient : gradients) spans.emplace_back(gradient.data(), gradient.size());
    training::clip_gradients({kind, limit}, spans);
    return gradients;
}
}  // namespace

TEST_CASE("gradients are clipped by value, by norm and by global norm", "[training][clipping][REQ-TRAIN-125]") {
    const std::vector<std::vector<float>> gradients = {{3.0f, 4.0f}, {-12.0f}};
    CHECK(clipped(ClipKind::none, 1.0f, gradients) == gradients);
    CHECK(clipped(ClipKind::value, 3.5f, gradients) == std::vector<std::vector<float>>{{3.0f, 3.5f}, {-3.5f}});
    // Norms 5 and 12; together 13.
    CHECK(clipped(ClipKind::norm, 2.5f, gradients) == std::vector<std::vector<float>>{{1.5f, 2.0f}, {-2.5f}});
    CHECK(clipped(ClipKind::norm, 6.0f, gradients) == std::vector<std::vector<float>>{{3.0f, 4.0f}, {-6.0f}});
    CHECK(clipped(ClipKind::global_norm, 6.5f, gradients) == std::vector<std::vector<float>>{{1.5f, 2.0f}, {-6.0f}});
    CHECK(clipped(ClipKind::global_norm, 13.0f, gradients) == gradients);
    for (const ClipKind kind : {ClipKind::value, ClipKind::norm, ClipKind::global_norm}) {
        CHECK(std::isnan(clipped(kind, 1.0f, {{NAN, 5.0f}})[0][0]));
    }
}
