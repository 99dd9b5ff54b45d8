// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading an image of any supported format: told by its first bytes, never by its name.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "provenn/adapters/stb_image.hpp"
#include "provenn/data/bmp_reader.hpp"
#include "provenn/data/exif.hpp"
#include "provenn/data/png_reader.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// How images are read.
struct ImageOptions {
    Limits limits = {};
    OrientationPolicy orientation = OrientationPolicy::apply;
};

/// The format that the first bytes tell.
/// @errors unsupported, naming the format if it is a known one; empty_data
inline Result<ImageFormat> image_format(Bytes file, std::string_view name) {
    const std::string_view start(reinterpret_cast<const char*>(file.data()), file.size() < 132 ? file.size() : 132);
    const auto begins = [&](std::string_view magic, std::size_t at = 0) {
        return start.size() >= at + magic.size() && start.substr(at, magic.size()) == magic;
    };
    if (begins("\x89PNG\r\n\x1A\n")) return ImageFormat::png;
    if (begins("\xFF\xD8\xFF")) return ImageFormat::jpeg;
    if (begins("BM")) return ImageFormat::bmp;
    if (file.empty()) return make_error(ErrorCode::empty_data, name, ": the file is empty");
    const std::string_view found = begins("GIF8") ? "GIF"
                                   : begins(std::string_view("II*\0", 4)) || begins(std::string_view("MM\0*", 4))
                                       ? "TIFF"
                                   : begins("RIFF") && begins("WEBP", 8)          ? "WebP"
                                   : begins("DICM", 128)                          ? "DICOM"
                                   : begins("ftyphei", 4) || begins("ftypmif", 4) ? "HEIF"
                                   : begins("ftypavif", 4)                        ? "AVIF"
                                   : begins("%PDF")                               ? "PDF"
                                   : begins("P5") || begins("P6")                 ? "PNM"
                                                                                  : "none of the formats known here";
    return make_error(ErrorCode::unsupported, name, ": expected PNG, JPEG or BMP, found ", found);
}

/// Decodes an image from memory.
/// @param name what errors call the file.
/// @errors unsupported (format, CMYK, animation ...), corrupt_data (byte offset), limit_exceeded, policy_refused
///   (orientation), empty_data, out_of_memory
/// @numerics the same bytes give the same pixels on every machine
inline Result<Image> read_image(Bytes file, std::string_view name, const ImageOptions& options = {}) {
    PROVENN_ASSIGN(const ImageFormat format, image_format(file, name));
    Image image;
    switch (format) {
        case ImageFormat::png: {
            PROVENN_ASSIGN(image, read_png(file, name, options.limits));
            break;
        }
        case ImageFormat::bmp: {
            PROVENN_ASSIGN(image, read_bmp(file, name, options.limits));
            break;
        }
        case ImageFormat::jpeg: {
            PROVENN_ASSIGN(DecodedJpeg decoded, decode_jpeg(file, name, options.limits));
            image.height = decoded.segments.height;
            image.width = decoded.segments.width;
            image.channels = decoded.segments.component_count;
            if (!decoded.segments.exif.empty()) {
                PROVENN_ASSIGN(image.exif_orientation, read_exif_orientation(decoded.segments.exif, name));
            }
            image.pixels8 = std::move(decoded.pixels);
            break;
        }
    }
    image.format = format;
    image.has_alpha = image.channels == 2 || image.channels == 4;
    PROVENN_TRY(apply_orientation(image, options.orientation, name));
    return image;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
