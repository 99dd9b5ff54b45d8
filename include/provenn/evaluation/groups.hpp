// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cases that belong together (images of one patient): their numbering, and intervals of proportions that do not count
// them as independent.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provenn/core/result.hpp"
#include "provenn/evaluation/intervals.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// Group (patient) of each case, numbered from 0 in the order of first appearance.
struct Groups {
    std::vector<std::int32_t> of_case;
    std::int32_t count = 0;
};

/// @param ids [N], the patient id of each case. @errors invalid_argument when an id is empty: an unknown patient cannot
/// be told from the others, so the caller decides what it means.
[[nodiscard]] inline Result<Groups> number_groups(std::span<const std::string> ids) {
    Groups groups;
    std::map<std::string_view, std::int32_t> numbers;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i].empty()) {
            return make_error(ErrorCode::invalid_argument, "groups: case ", i,
                              ": expected a patient id, found an empty one");
        }
        const auto [place, is_new] = numbers.try_emplace(ids[i], groups.count);
        if (is_new) ++groups.count;
        groups.of_case.push_back(place->second);
    }
    return groups;
}

/// Successes and cases of one group.
struct GroupCount {
    std::int64_t successes = 0;
    std::int64_t total = 0;
};

/// Sample size that independent cases would need for the same precision:
///   n / deff,  deff = max(1, var n / (p (1 - p))),  var = k/(k-1) sum_g (x_g - p n_g)^2 / n^2.
/// Where p is 0 or 1, or there is one group, nothing can be estimated and each group counts as one case.
/// @requires some group is not empty. @source Rao, Scott 1992 (ratio estimator over clusters)
[[nodiscard]] inline double effective_sample_size(std::span<const GroupCount> groups) {
    double n = 0.0;
    double x = 0.0;
    double k = 0.0;
    for (const GroupCount& group : groups) {
        n += static_cast<double>(group.total);
        x += static_cast<double>(group.successes);
        if (group.total > 0) k += 1.0;
    }
    PROVENN_REQUIRE(n > 0.0);
    if (k == n) return n;  // every case is its own group
    if (x == 0.0 || x == n || k < 2.0) return k;
    const double p = x / n;
    double squares = 0.0;
    for (const GroupCount& group : groups) {
        const double off = static_cast<double>(group.successes) - p * static_cast<double>(group.total);
        squares += off * off;
    }
    const double variance = k / (k - 1.0) * squares / (n * n);
    return n / std::max(1.0, variance * n / (p * (1.0 - p)));
}

/// Replaces the Wilson interval of `proportion` by one for grouped cases.
/// @param counted [N], cases in the denominator. @param succeeded [N], of those, the successes. @param group_of_case
/// [N].
inline void widen_for_groups(Proportion& proportion, std::span<const std::uint8_t> counted,
                             std::span<const std::uint8_t> succeeded, const Groups& groups, double confidence = 0.95) {
    PROVENN_REQUIRE(counted.size() == groups.of_case.size() && succeeded.size() == groups.of_case.size());
    if (!proportion.defined()) return;
    std::vector<GroupCount> counts(static_cast<std::size_t>(groups.count));
    for (std::size_t i = 0; i < counted.size(); ++i) {
        if (counted[i] == 0) continue;
        GroupCount& count = counts[static_cast<std::size_t>(groups.of_case[i])];
        ++count.total;
        if (succeeded[i] != 0) ++count.successes;
    }
    const double size = effective_sample_size(counts);
    if (size == static_cast<double>(proportion.total)) return;
    proportion.interval = wilson_of(proportion.value, size, confidence);
    proportion.interval.method = IntervalMethod::wilson_grouped;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
