// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splits: stratified by class, grouped by patient, with identical files kept together; and what given splits leak.
#pragma once

#include <algorithm>
#include <cstddef>
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

/// What splits keep together.
enum class Grouping : std::uint8_t { ungrouped = 0, partly_by_patient = 1, by_patient = 2 };

[[nodiscard]] inline const char* to_string(Grouping grouping) {
    constexpr const char* kNames[] = {"ungrouped", "partly by patient", "by patient"};
    return kNames[static_cast<int>(grouping)];
}

/// What was done or found, for the record.
struct SplitReport {
    Grouping grouping = Grouping::ungrouped;  ///< which samples' patients are known: none, some, all
    std::int64_t groups = 0;  ///< what may be moved alone: a patient, a sample without one; copies belong together
    std::int64_t identical_copies = 0;        ///< samples whose bytes equal an earlier sample's
    std::int64_t copies_across_splits = 0;    ///< of those, on another side than the earliest one
    std::int64_t patients_across_splits = 0;  ///< patients on more than one side
    std::int64_t conflicting_labels = 0;      ///< identical bytes under another label than the earliest one's
    std::int64_t dropped = 0;                 ///< samples that drop_leaks() took out
    std::string example;                      ///< the first leak, by name
    [[nodiscard]] bool has_leaks() const { return copies_across_splits > 0 || patients_across_splits > 0; }
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
    Groups(const Dataset& dataset, const std::vector<std::size_t>& copies) : parent_(dataset.samples.size()) {
        for (std::size_t i = 0; i < parent_.size(); ++i) parent_[i] = i;
        std::map<std::string, std::size_t> first_of_patient;
        for (std::size_t i = 0; i < parent_.size(); ++i) {
            join(i, copies[i]);
            const std::string& patient = dataset.samples[i].patient;
            if (!patient.empty()) join(i, first_of_patient.emplace(patient, i).first->second);
        }
    }
    /// The first sample of the group.
    std::size_t find(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    std::int64_t count() {
        std::int64_t roots = 0;
        for (std::size_t i = 0; i < parent_.size(); ++i) roots += find(i) == i ? 1 : 0;
        return roots;
    }

  private:
    void join(std::size_t a, std::size_t b) {
        const std::size_t root_a = find(a), root_b = find(b);
        parent_[std::max(root_a, root_b)] = std::min(root_a, root_b);
    }
    std::vector<std::size_t> parent_;
};

inline Grouping grouping_of(const Dataset& dataset) {
    std::size_t known = 0;
    for (const Sample& sample : dataset.samples) known += sample.patient.empty() ? 0u : 1u;
    return known == 0                        ? Grouping::ungrouped
           : known == dataset.samples.size() ? Grouping::by_patient
                                             : Grouping::partly_by_patient;
}

inline SplitReport report_on(const Dataset& dataset, const std::vector<std::size_t>& copies) {
    SplitReport report;
    report.grouping = grouping_of(dataset);
    report.groups = Groups(dataset, copies).count();
    std::map<std::string, std::size_t> first_of_patient;
    std::map<std::string, bool> is_across;
    for (std::size_t i = 0; i < copies.size(); ++i) {
        const Sample& sample = dataset.samples[i];
        if (copies[i] != i) {
            const Sample& earliest = dataset.samples[copies[i]];
            ++report.identical_copies;
            report.conflicting_labels += sample.label != earliest.label ? 1 : 0;
            if (sample.split != earliest.split) {
                ++report.copies_across_splits;
                if (report.example.empty()) report.example = earliest.name + " and " + sample.name + " are identical";
            }
        }
        if (sample.patient.empty()) continue;
        const Sample& first = dataset.samples[first_of_patient.emplace(sample.patient, i).first->second];
        if (sample.split != first.split && !is_across[sample.patient]) {
            is_across[sample.patient] = true;
            ++report.patients_across_splits;
            if (report.example.empty()) report.example = first.name + " and " + sample.name + " show one patient";
        }
    }
    return report;
}

struct Side {
    Split split;
    double share;
};

/// Puts `samples` on sides: groups in random order, large ones first, each where its classes are lacking most.
/// @errors empty_data where a class would be missing from a side.
inline Result<std::vector<Split>> distribute(const Dataset& dataset, const std::vector<std::size_t>& samples,
                                             const std::vector<Side>& sides, std::uint64_t seed,
                                             const std::vector<std::size_t>& copies) {
    Groups groups(dataset, copies);
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (const std::size_t i : samples) members[groups.find(i)].push_back(i);
    std::vector<std::size_t> order;
    for (const auto& [root, unused] : members) order.push_back(root);
    RandomStream random({seed, RandomPurpose::split});
    random.shuffle(Span<std::size_t>(order.data(), order.size()));
    // Large groups first, so that small ones can even out what they leave; the shuffle decides among equals.
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return members[a].size() > members[b].size(); });

    const std::size_t classes = dataset.class_names.size();
    std::vector<double> total(classes);
    const auto label_of = [&](std::size_t i) { return static_cast<std::size_t>(dataset.samples[i].label); };
    for (const std::size_t i : samples) total[label_of(i)] += 1;
    std::vector<std::vector<double>> filled(sides.size(), std::vector<double>(classes));
    std::vector<Split> splits(dataset.samples.size(), Split::unassigned);
    for (const std::size_t root : order) {
        std::size_t best = 0;
        double best_need = 0;
        for (std::size_t side = 0; side < sides.size(); ++side) {
            double need = 0;
            for (const std::size_t i : members[root]) {
                need += 1 - filled[side][label_of(i)] / mul_rounded(sides[side].share, total[label_of(i)]);
            }
            if (side == 0 || need > best_need) best = side, best_need = need;
        }
        for (const std::size_t i : members[root]) {
            splits[i] = sides[best].split;
            filled[best][label_of(i)] += 1;
        }
    }
    for (std::size_t side = 0; side < sides.size(); ++side) {
        for (std::size_t label = 0; label < classes; ++label) {
            if (total[label] == 0 || filled[side][label] > 0) continue;
            return make_error(ErrorCode::empty_data, dataset.name, ": class '", dataset.class_names[label],
                              "' has too few samples or patients: none is left for ", to_string(sides[side].split),
                              "; patients or lone samples in all: ",
                              groups.count());
        }
    }
    return splits;
}

inline Status check_shares(double validation, double test) {
    if (validation >= 0 && test >= 0 && validation + test < 1) return {};
    return make_error(ErrorCode::invalid_argument, "shares of validation and test must be in [0, 1) together");
}

}  // namespace splitting

/// Counts copies, and what splits that are set already leak. @errors those of reading the samples.
/// @req REQ-DATA-006
[[nodiscard]] inline Result<SplitReport> inspect_splits(const Dataset& dataset) {
    PROVENN_ASSIGN(const auto copies, splitting::first_copies(dataset));
    return splitting::report_on(dataset, copies);
}

/// @errors data_leak, with counts and an example, if a sample's bytes or a patient stand on two sides.
/// @req REQ-DATA-006
[[nodiscard]] inline Status refuse_leaks(const SplitReport& report) {
    if (!report.has_leaks()) return {};
    return make_error(ErrorCode::data_leak, report.copies_across_splits, " copies and ", report.patients_across_splits,
                      " patients stand on more than one side of the splits; ", report.example);
}

/// Assigns every sample to train, validation or test, whatever it was before. A patient stays on one side; identical
/// files always do.
/// @errors invalid_argument for shares outside [0, 1), empty_data where a class would be missing from a side that is
///   asked for, those of reading the samples; the dataset is unchanged then.
/// @numerics the same bytes and seed give the same splits.
/// @req REQ-DATA-005
[[nodiscard]] inline Result<SplitReport> assign_splits(Dataset& dataset, const SplitConfig& config) {
    PROVENN_TRY(splitting::check_shares(config.validation, config.test));
    std::vector<splitting::Side> sides = {{Split::train, 1 - config.validation - config.test}};
    if (config.validation > 0) sides.push_back({Split::validation, config.validation});
    if (config.test > 0) sides.push_back({Split::test, config.test});
    std::vector<std::size_t> all(dataset.samples.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    PROVENN_ASSIGN(const auto copies, splitting::first_copies(dataset));
    PROVENN_ASSIGN(const auto splits, splitting::distribute(dataset, all, sides, config.seed, copies));
    for (std::size_t i = 0; i < all.size(); ++i) dataset.samples[i].split = splits[i];
    return splitting::report_on(dataset, copies);
}

/// Moves a share of the training samples to another side, for data that come without it.
/// @param share of the training samples, in (0, 1).
/// @errors as assign_splits; the dataset is unchanged then.
/// @req REQ-DATA-005
[[nodiscard]] inline Result<SplitReport> take_from_train(Dataset& dataset, Split side, double share,
                                                         std::uint64_t seed) {
    if (!(share > 0 && share < 1)) {
        return make_error(ErrorCode::invalid_argument, "share of ", to_string(side), ": expected between 0 and 1");
    }
    std::vector<std::size_t> train;
    for (const std::int64_t i : dataset.members(Split::train)) train.push_back(static_cast<std::size_t>(i));
    PROVENN_ASSIGN(const auto copies, splitting::first_copies(dataset));
    PROVENN_ASSIGN(const auto splits,
                   splitting::distribute(dataset, train, {{Split::train, 1 - share}, {side, share}}, seed, copies));
    for (const std::size_t i : train) dataset.samples[i].split = splits[i];
    return splitting::report_on(dataset, copies);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
