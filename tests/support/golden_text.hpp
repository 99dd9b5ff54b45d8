// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads what tests/oracle/golden_text.py writes: named arrays of doubles, behind a hash of the text.
#pragma once

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "provenn/core/sha256.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

namespace support {

using GoldenArrays = std::map<std::string, std::vector<double>>;

/// All arrays of a file of the repository; the test fails where its hash is wrong.
inline GoldenArrays read_golden(const std::string& name) {
    GoldenArrays arrays;
    std::ifstream file(source_file(name));
    std::string line, text;
    const std::string seal = "# sha256 of the lines above: ";
    while (std::getline(file, line)) {
        if (line.rfind(seal, 0) == 0) {
            CHECK(line.substr(seal.size()) == provenn::sha256(std::string_view(text)).hex().c_str());
            return arrays;
        }
        text += line + "\n";
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::string key, count, value;
        words >> key >> count;
        std::vector<double>& values = arrays[key];
        while (words >> value) values.push_back(std::strtod(value.c_str(), nullptr));
        CHECK(std::to_string(values.size()) == count);
    }
    FAIL(name << " is missing or has no hash");
    return arrays;
}

/// Greatest |a - b| / max(1, |b|); NaN where sizes differ or either holds a NaN.
inline double greatest_relative_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double greatest = a.size() == b.size() ? 0.0 : std::nan("");
    for (std::size_t i = 0; i < a.size() && !std::isnan(greatest); ++i) {
        const double difference = std::fabs(a[i] - b[i]) / std::fmax(1.0, std::fabs(b[i]));
        if (!(difference <= greatest)) greatest = difference;
    }
    return greatest;
}

}  // namespace support
