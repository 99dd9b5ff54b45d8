// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Deflate, zlib and gzip streams of any bytes: an error or data within the limits, never more.
#include <cstddef>
#include <cstdint>

#include "provenn/files/gzip.hpp"
#include "provenn/files/inflate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const provenn::Bytes input(data, size);
    provenn::InflateLimits limits;
    limits.max_output_bytes = 1U << 20;
    (void)provenn::inflate_raw(input, "fuzz", limits);
    (void)provenn::inflate_zlib(input, "fuzz", limits);
    (void)provenn::gunzip(input, "fuzz", limits);
    return 0;
}
