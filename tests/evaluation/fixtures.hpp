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

/// Thirty cases of three classes, case i of class i % 3: probabilities [30, 3] drawn once with NumPy.
inline constexpr std::array<float, 90> kThreeClassScores = {
    0.275f, 0.160f, 0.565f, 0.608f, 0.323f, 0.069f, 0.215f, 0.054f, 0.731f, 0.244f, 0.092f, 0.664f,
    0.100f, 0.708f, 0.192f, 0.351f, 0.160f, 0.489f, 0.708f, 0.292f, 0.000f, 0.277f, 0.438f, 0.285f,
    0.277f, 0.246f, 0.477f, 0.392f, 0.008f, 0.600f, 0.369f, 0.246f, 0.385f, 0.585f, 0.038f, 0.377f,
    0.262f, 0.269f, 0.469f, 0.206f, 0.534f, 0.260f, 0.200f, 0.469f, 0.331f, 0.466f, 0.511f, 0.023f,
    0.508f, 0.385f, 0.107f, 0.046f, 0.692f, 0.262f, 0.477f, 0.100f, 0.423f, 0.160f, 0.809f, 0.031f,
    0.062f, 0.569f, 0.369f, 0.713f, 0.194f, 0.093f, 0.569f, 0.246f, 0.185f, 0.595f, 0.061f, 0.344f,
    0.359f, 0.328f, 0.313f, 0.238f, 0.623f, 0.139f, 0.362f, 0.154f, 0.484f, 0.738f, 0.023f, 0.239f,
    0.169f, 0.238f, 0.593f, 0.023f, 0.169f, 0.808f};

}  // namespace fixtures
