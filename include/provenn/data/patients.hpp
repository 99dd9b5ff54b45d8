// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PatientSummary: how many patients a dataset has, and whether they look like patients at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provenn/data/dataset.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Patients by number of samples.
struct PatientSummary {
    std::int64_t samples = 0;        ///< whose patient is known
    std::int64_t patients = 0;
    std::int64_t single_sample = 0;  ///< patients with one sample only
    std::vector<std::string> examples;  ///< the first three, in the dataset's order

    /// What makes a pattern or a table doubtful, in words; empty where nothing does.
    [[nodiscard]] std::string doubt() const {
        if (patients == 1 && samples > 1) {
            return "all " + std::to_string(samples) + " images have the same patient, '" + examples[0] +
                   "': they cannot be split by patient";
        }
        if (2 * single_sample > patients) {
            return std::to_string(single_sample) + " of " + std::to_string(patients) +
                   " patients have a single image: if that is not so, what was taken for the patient is more than the "
                   "patient, and images of one patient are kept apart no more";
        }
        return {};
    }
};

/// Counts the patients of a dataset. @req REQ-DATA-012
[[nodiscard]] inline PatientSummary summarize_patients(const Dataset& dataset) {
    PatientSummary summary;
    std::map<std::string, std::int64_t> counts;
    for (const Sample& sample : dataset.samples) {
        if (sample.patient.empty()) continue;
        ++summary.samples;
        if (++counts[sample.patient] == 1 && summary.examples.size() < 3) summary.examples.push_back(sample.patient);
    }
    summary.patients = static_cast<std::int64_t>(counts.size());
    for (const auto& [patient, count] : counts) summary.single_sample += count == 1 ? 1 : 0;
    return summary;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
