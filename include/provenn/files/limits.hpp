// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Limits: how much a file from outside may ask for before it is refused.
#pragma once

#include <cstdint>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Upper limits for everything a file may declare. A declared size above its limit is an error (limit_exceeded) before
/// anything of that size is allocated.
struct Limits {
    std::uint64_t max_file_bytes = std::uint64_t{8} << 30;      ///< a file that is read or mapped whole
    std::uint64_t max_inflated_bytes = std::uint64_t{2} << 30;  ///< one decompressed stream
    std::uint64_t max_inflate_ratio = 1100;                     ///< output by input; deflate itself ends near 1032
    std::int64_t max_image_side = 8192;                         ///< pixels, height or width
    std::int64_t max_image_pixels = std::int64_t{1} << 26;      ///< height times width
    std::int64_t max_jpeg_scans = 100;                          ///< each scan of a progressive JPEG visits all blocks
    std::int64_t max_archive_entries = 1000000;                 ///< members of a zip or tar
};

}  // namespace PROVENN_ABI
}  // namespace provenn
