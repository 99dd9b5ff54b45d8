// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The orientation entry of EXIF data, which is a small TIFF file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "provenn/core/array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Orientation (1 to 8) of a TIFF header with its first directory; 1 if there is no such entry.
/// @errors corrupt_data: an orientation that cannot be read is not passed over in silence.
/// @source JEITA CP-3451 (EXIF 2.32), sections 4.5 and 4.6.4
inline Result<int> read_exif_orientation(Bytes tiff, std::string_view name) {
    const auto corrupt = [&](const char* what) {
        return make_error(ErrorCode::corrupt_data, name, ": EXIF: ", what);
    };
    if (tiff.size() < 8) return corrupt("shorter than a TIFF header");
    const bool big = tiff[0] == 'M' && tiff[1] == 'M';
    if (!big && !(tiff[0] == 'I' && tiff[1] == 'I')) return corrupt("expected the byte order II or MM");
    const auto number = [&](std::size_t at, std::size_t size) {
        std::size_t value = 0;
        for (std::size_t i = 0; i < size; ++i) value = value << 8 | tiff[big ? at + i : at + size - 1 - i];
        return value;
    };
    if (number(2, 2) != 42) return corrupt("expected the number 42 of a TIFF header");
    const std::size_t directory = number(4, 4);
    if (directory > tiff.size() - 2) return corrupt("its directory would lie outside");
    const std::size_t count = number(directory, 2);
    if (count > (tiff.size() - directory - 2) / 12) return corrupt("its directory passes the end");
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (number(entry, 2) != 0x0112) continue;
        // One SHORT, which stands in the entry itself.
        const std::size_t orientation = number(entry + 8, 2);
        if (number(entry + 2, 2) != 3 || number(entry + 4, 4) != 1 || orientation < 1 || orientation > 8) {
            return corrupt("an orientation entry that is not one number from 1 to 8");
        }
        return static_cast<int>(orientation);
    }
    return 1;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
