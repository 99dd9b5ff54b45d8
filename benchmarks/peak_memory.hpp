// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The most memory that this process has held at once.
#pragma once

#include <fstream>
#include <string>

namespace benchmarks {

/// Resident memory at its peak (VmHWM of /proc, which a new program starts anew), in MiB; 0 where it cannot be read.
inline double peak_memory_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        double kib = 0.0;
        if (word == "VmHWM:" && status >> kib) return kib / 1024.0;
    }
    return 0.0;
}

}  // namespace benchmarks
