// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zip and tar archives of any bytes: every member that is listed is read, or refused.
#include <cstddef>
#include <cstdint>

#include "provenn/files/tar_reader.hpp"
#include "provenn/files/zip_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const provenn::Bytes input(data, size);
    if (auto zip = provenn::ZipReader::open(input, "fuzz")) {
        for (const auto& entry : zip->entries()) (void)zip->read(entry);
    }
    (void)provenn::TarReader::open(input, "fuzz");
    return 0;
}
