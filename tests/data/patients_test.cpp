// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Patients counted, and doubted where they look like something else.
#include "provenn/data/patients.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace provenn;

namespace {

PatientSummary of(const std::vector<std::string>& patients) {
    Dataset dataset;
    for (const std::string& patient : patients) {
        Sample sample;
        sample.patient = patient;
        dataset.samples.push_back(sample);
    }
    return summarize_patients(dataset);
}

}  // namespace

TEST_CASE("patients are counted, with the first three as examples", "[data][patients][REQ-DATA-012]") {
    const PatientSummary summary = of({"d", "a", "d", "", "b", "c", "c"});
    CHECK(summary.samples == 6);
    CHECK(summary.patients == 4);
    CHECK(summary.single_sample == 2);
    CHECK(summary.examples == std::vector<std::string>{"d", "a", "b"});
    CHECK(summary.doubt().empty());
    CHECK(of({}).doubt().empty());
}

TEST_CASE("one patient in all, and mostly single images, are doubted", "[data][patients][REQ-DATA-012]") {
    CHECK_THAT(of({"a", "a"}).doubt(), support::contains("the same patient, 'a'"));
    CHECK_THAT(of({"a", "b", "c", "c"}).doubt(), support::contains("2 of 3 patients have a single image"));
    CHECK(of({"a", "b", "c", "c", "d", "d"}).doubt().empty());
}
