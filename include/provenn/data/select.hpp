// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choosing among samples: some classes, a number of each, without those that leak.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "provenn/core/philox.hpp"
#include "provenn/data/pixel_sources.hpp"
#include "provenn/data/split.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Keeps the samples at the given positions, in this order. @requires each position is below samples.size().
inline void select_samples(Dataset& dataset, std::vector<std::size_t> positions) {
    std::vector<Sample> samples;
    for (const std::size_t position : positions) {
        PROVENN_REQUIRE(position < dataset.samples.size());
        samples.push_back(dataset.samples[position]);
    }
    dataset.samples = std::move(samples);
    dataset.pixels = std::make_shared<SelectedPixels>(std::move(dataset.pixels), std::move(positions));
}

/// Keeps only the named classes; their order here gives the new labels.
/// @errors not_found (with the classes there are), duplicate_name, invalid_argument for fewer than 2 names; the dataset
/// is
///   unchanged then.
/// @req REQ-DATA-007
[[nodiscard]] inline Status keep_classes(Dataset& dataset, const std::vector<std::string>& names) {
    if (names.size() < 2) {
        return make_error(ErrorCode::invalid_argument, dataset.name, ": expected at least 2 classes to keep, found ",
                          names.size());
    }
    std::vector<std::int64_t> new_label(dataset.class_names.size(), -1);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto at = std::find(dataset.class_names.begin(), dataset.class_names.end(), names[i]);
        if (at == dataset.class_names.end()) {
            std::string present;
            for (const std::string& name : dataset.class_names) present += (present.empty() ? "" : ", ") + name;
            return make_error(ErrorCode::not_found, dataset.name, ": no class '", names[i], "'; it has ",
                              std::string_view(present).substr(0, 200));
        }
        std::int64_t& label = new_label[static_cast<std::size_t>(at - dataset.class_names.begin())];
        if (label >= 0) return make_error(ErrorCode::duplicate_name, "class '", names[i], "' is named twice");
        label = static_cast<std::int64_t>(i);
    }
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        if (new_label[static_cast<std::size_t>(dataset.samples[i].label)] >= 0) positions.push_back(i);
    }
    select_samples(dataset, std::move(positions));
    for (Sample& sample : dataset.samples) sample.label = new_label[static_cast<std::size_t>(sample.label)];
    dataset.class_names = names;
    return {};
}

/// Keeps `count` random samples of each class of one split; the other splits stay whole.
/// @errors empty_data if a class has fewer; the dataset is unchanged then.
/// @numerics a sample's choice depends on the seed, its split and the samples of its class there, in their order.
/// @req REQ-DATA-007
[[nodiscard]] inline Status keep_per_class(Dataset& dataset, Split split, std::int64_t count, std::uint64_t seed) {
    std::vector<std::vector<std::size_t>> members(dataset.class_names.size());
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        const Sample& sample = dataset.samples[i];
        (sample.split == split ? members[static_cast<std::size_t>(sample.label)] : positions).push_back(i);
    }
    for (std::size_t label = 0; label < members.size(); ++label) {
        std::vector<std::size_t>& of_class = members[label];
        if (count < 1 || static_cast<std::size_t>(count) > of_class.size()) {
            return make_error(ErrorCode::empty_data, dataset.name, ": asked for ", count, " samples of class '",
                              dataset.class_names[label], "' in ", to_string(split), ", it has ", of_class.size());
        }
        RandomStream random({seed, RandomPurpose::split, static_cast<std::uint32_t>(split),
                             static_cast<std::uint32_t>(label) + 1});
        random.shuffle(Span<std::size_t>(of_class.data(), of_class.size()));
        positions.insert(positions.end(), of_class.begin(), of_class.begin() + count);
    }
    std::sort(positions.begin(), positions.end());
    select_samples(dataset, std::move(positions));
    return {};
}

/// Takes out samples that stand on a lesser side than a copy or another image of their patient: test keeps its samples,
/// validation those that test has not, train the rest. @ensures the report has no leaks.
/// @errors those of reading the samples.
/// @req REQ-DATA-006
[[nodiscard]] inline Result<SplitReport> drop_leaks(Dataset& dataset) {
    PROVENN_ASSIGN(const auto copies, splitting::first_copies(dataset));
    splitting::Groups groups(dataset, copies);
    std::map<std::size_t, Split> highest;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        Split& side = highest[groups.find(i)];
        side = std::max(side, dataset.samples[i].split);
    }
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        if (dataset.samples[i].split == highest[groups.find(i)]) kept.push_back(i);
    }
    const std::size_t dropped = dataset.samples.size() - kept.size();
    if (dropped > 0) select_samples(dataset, std::move(kept));
    PROVENN_ASSIGN(SplitReport report, inspect_splits(dataset));
    report.dropped = static_cast<std::int64_t>(dropped);
    return report;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
