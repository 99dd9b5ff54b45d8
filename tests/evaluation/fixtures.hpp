// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Twenty hand-made cases, scored by two models, with values published by R's pROC and scikit-learn.
#pragma once

#include <array>
#include <cstdint>

namespace fixtures {

inline constexpr std::array<std::int32_t, 20> kLabels = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
inline constexpr std::array<double, 20> kScoresA = {.10, .20, .20, .30, .35, .40, .45, .50, .60, .70,
                                                    .30, .40, .55, .60, .65, .70, .80, .85, .90, .95};
inline constexpr std::array<double, 20> kScoresB = {.15, .25, .40, .20, .50, .45, .30, .65, .55, .80,
                                                    .35, .20, .50, .60, .70, .45, .75, .90, .60, .85};

}  // namespace fixtures
