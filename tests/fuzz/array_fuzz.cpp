// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NPY and IDX arrays of any bytes.
#include <cstddef>
#include <cstdint>

#include "provenn/data/idx.hpp"
#include "provenn/data/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const provenn::Bytes input(data, size);
    (void)provenn::read_npy(input, "fuzz");
    (void)provenn::read_idx(input, "fuzz");
    return 0;
}
