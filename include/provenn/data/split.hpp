// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splits: stratified by class, grouped by patient, with identical files kept together.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provenn/core/philox.hpp"
#include "provenn/data/dataset.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Shares of the samples; what is left of 1 is for training.
struct SplitConfig {
    double validation = 0.15, test = 0.15;
    std::uint64_t seed = 1;
};

/// What was done, for the record.
struct SplitReport {
    bool is_grouped_by_patient = false;
    std::int64_t groups = 0;              ///< patients, or samples without patients; copies count once
    std::int64_t identical_copies = 0;    ///< samples whose bytes equal an earlier sample's
    std::int64_t copies_across_splits = 0;///< of those, on another side than the earlier one (only with given splits)
    std::int64_t patients_across_splits = 0;
    std::int64_t conflicting_labels = 0;  ///< identical bytes under different labels
    [[nodiscard]] const char* grouping() const { return is_grouped_by_patient ? "by patient" : "ungrouped"; }
};

namespace splitting {

/// For each sample the first sample with the same bytes.
inline Result<std::vector<std::size_t>> first_copies(const Dataset& dataset) {
    std::map<std::string, std::size_t> first;
    std::vector<std::size_t> copies(dataset.samples.size());
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        PROVENN_ASSIGN(const Sha256Digest digest, dataset.pixels->digest(i));
        copies[i] = first.emplace(std::string(digest.hex().view()), i).first->second;
    }
    return copies;
}

/// Samples that must stay on one side: one patient's, and copies of one file. Union of both relations.
class Groups {
  public:
    explicit Groups(std::size_t size) : parent_(size) {
        for (std::size_t i = 0; i < size; ++i) parent_[i] = i;
    }
    std::size_t find(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) {
        const std::size_t root_a = find(a), root_b = find(b);
        parent_[std::max(root_a, root_b)] = std::min(root_a, root_b);
    }

  private:
    std::vector<std::size_t> parent_;
};

inline Groups group(const Dataset& dataset, const std::vector<std::size_t>& copies, bool by_patient) {
    Groups groups(dataset.samples.size());
    std::map<std::string, std::size_t> first_of_patient;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        groups.join(i, copies[i]);
        if (by_patient) groups.join(i, first_of_patient.emplace(dataset.samples[i].patient, i).first->second);
    }
    return groups;
}

inline void count_copies(const Dataset& dataset, const std::vector<std::size_t>& copies, SplitReport& report) {
    for (std::size_t i = 0; i < copies.size(); ++i) {
        if (copies[i] == i) continue;
        ++report.identical_copies;
        report.copies_across_splits += dataset.samples[i].split != dataset.samples[copies[i]].split ? 1 : 0;
        report.conflicting_labels += dataset.samples[i].label != dataset.samples[copies[i]].label ? 1 : 0;
    }
}

inline void count_patients(const Dataset& dataset, SplitReport& report) {
    std::map<std::string, std::vector<bool>> sides;
    for (const Sample& sample : dataset.samples) {
        auto& seen = sides[sample.patient];
        seen.resize(4);
        seen[static_cast<std::size_t>(sample.split)] = true;
    }
    for (const auto& [patient, seen] : sides) {
        report.patients_across_splits += std::count(seen.begin(), seen.end(), true) > 1 ? 1 : 0;
    }
    report.groups = static_cast<std::int64_t>(sides.size());
}

}  // namespace splitting

/// Looks for leaks in splits that came with the data. @errors those of reading the samples.
[[nodiscard]] inline Result<SplitReport> inspect_splits(const Dataset& dataset) {
    SplitReport report;
    PROVENN_ASSIGN(const auto copies, splitting::first_copies(dataset));
    splitting::count_copies(dataset, copies, report);
    report.is_grouped_by_patient = dataset.has_patients();
    report.groups = static_cast<std::int64_t>(dataset.samples.size()) - report.identical_copies;
    if (report.is_grouped_by_patient) splitting::count_patients(dataset, report);
    return report;
}

/// Assigns every sample to train, validation or test: groups in random order, each to the side that lacks most of the
/// group's class. With patients a patient stays on one side; identical files always do.
/// @errors invalid_argument for shares outside [0, 1), empty_data where a class would be missing from a side that is
///   asked for, those of reading the samples.
/// @numerics the same bytes and seed give the same splits.
[[nodiscard]] inline Result<SplitReport> assign_splits(Dataset& dataset, const SplitConfig& config) {
    if (!(config.validation >= 0 && config.test >= 0 && config.validation + config.test < 1)) {
        return make_error(ErrorCode::invalid_argument, "shares of validation and test must be in [0, 1) together");
    }
    SplitReport report;
    report.is_grouped_by_patient = dataset.has_patients();
    PROVENN_ASSIGN(const auto copies, splitting::first_copies(dataset));
    splitting::Groups groups = splitting::group(dataset, copies, report.is_grouped_by_patient);
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) members[groups.find(i)].push_back(i);
    report.groups = static_cast<std::int64_t>(members.size());

    std::vector<std::size_t> order;
    for (const auto& [root, unused] : members) order.push_back(root);
    RandomStream random({config.seed, RandomPurpose::split});
    random.shuffle(Span<std::size_t>(order.data(), order.size()));
    // Large groups first, so that small ones can even out what they leave; the shuffle decides among equals.
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return members[a].size() > members[b].size(); });

    const std::size_t classes = dataset.class_names.size();
    std::vector<double> total(classes);
    for (const Sample& sample : dataset.samples) total[static_cast<std::size_t>(sample.label)] += 1;
    const std::pair<Split, double> sides[] = {{Split::train, 1 - config.validation - config.test},
                                              {Split::validation, config.validation},
                                              {Split::test, config.test}};
    std::vector<std::vector<double>> filled(3, std::vector<double>(classes));
    for (const std::size_t root : order) {
        std::size_t best = 0;
        double best_need = -1e300;
        for (std::size_t side = 0; side < 3; ++side) {
            if (sides[side].second <= 0) continue;
            double need = 0;
            for (const std::size_t sample : members[root]) {
                const auto label = static_cast<std::size_t>(dataset.samples[sample].label);
                need += 1 - filled[side][label] / (sides[side].second * total[label]);
            }
            if (need > best_need) best = side, best_need = need;
        }
        for (const std::size_t sample : members[root]) {
            dataset.samples[sample].split = sides[best].first;
            filled[best][static_cast<std::size_t>(dataset.samples[sample].label)] += 1;
        }
    }
    for (std::size_t side = 0; side < 3; ++side) {
        for (std::size_t label = 0; label < classes && sides[side].second > 0; ++label) {
            if (filled[side][label] > 0) continue;
            return make_error(ErrorCode::empty_data, "class '", dataset.class_names[label], "' has no sample left for ",
                              to_string(sides[side].first));
        }
    }
    splitting::count_copies(dataset, copies, report);
    return report;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
