// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Byte vectors for tests: from hex text, from files, as the library's Bytes; and running a Python script as an oracle.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "provenn/core/array.hpp"
#include "support/temporary_folder.hpp"

namespace support {

inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    }
    return bytes;
}

inline provenn::Bytes bytes_of(const std::vector<std::uint8_t>& bytes) { return {bytes.data(), bytes.size()}; }
inline provenn::Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::vector<std::uint8_t> to_vector(provenn::Bytes bytes) { return {bytes.begin(), bytes.end()}; }
inline std::string to_text(provenn::Bytes bytes) { return {bytes.begin(), bytes.end()}; }

inline std::vector<std::uint8_t> read_all(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// The interpreter for oracles: `PROVENN_PYTHON`, or python3.
inline std::string python() {
    const char* chosen = std::getenv("PROVENN_PYTHON");
    return chosen != nullptr ? chosen : "python3";
}

/// Runs a Python script inside `folder`; true if it ended well (so the packages it imports are there).
inline bool run_python(const TemporaryFolder& folder, std::string_view script) {
    folder.write("script.py", script);
    const std::string command =
        "cd '" + folder.path().string() + "' && '" + python() + "' script.py > script.log 2>&1";
    return std::system(command.c_str()) == 0;  // NOLINT(cert-env33-c): a test with its own script
}

/// Small random numbers for tests (splitmix64): the same on every machine.
class TestRandom {
  public:
    explicit TestRandom(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }

  private:
    std::uint64_t state_;
};

}  // namespace support
