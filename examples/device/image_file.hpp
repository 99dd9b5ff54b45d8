// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the two kinds of file that a device may be handed in this example: binary PGM/PPM images and NPY arrays.
#pragma once

#include <cstdio>
#include <cstring>
#include <string_view>

#include <sys/stat.h>

#include <provenn/inference.hpp>

namespace device {

using provenn::Array;
using provenn::Bytes;
using provenn::ErrorCode;
using provenn::make_error;
using provenn::Result;
using provenn::Shape;

constexpr std::size_t kMostFile_bytes = std::size_t{1} << 30;

/// The whole file. @errors io_failed (also for what is no regular file: a pipe may block, a device may never end),
///   limit_exceeded, out_of_memory.
inline Result<Array<std::uint8_t>> read_file(const char* path) {
    struct stat entry = {};
    if (::stat(path, &entry) != 0) return make_error(ErrorCode::io_failed, "no such file, or not readable");
    if (!S_ISREG(entry.st_mode)) {
        return make_error(ErrorCode::io_failed, "expected a regular file, found ",
                          S_ISDIR(entry.st_mode) ? "a folder" : "a pipe, socket or device");
    }
    std::FILE* file = std::fopen(path, "rb");
    if (file == nullptr) return make_error(ErrorCode::io_failed, "cannot be opened");
    Array<std::uint8_t> bytes;
    provenn::Status status;
    for (std::size_t got = 1; got > 0 && status.ok();) {
        std::uint8_t block[4096];
        got = std::fread(block, 1, sizeof block, file);
        status = bytes.append({block, got});
        if (bytes.size() > kMostFile_bytes) status = make_error(ErrorCode::limit_exceeded, "larger than 1 GiB");
    }
    if (status.ok() && std::ferror(file) != 0) status = make_error(ErrorCode::io_failed, "cannot be read");
    std::fclose(file);
    if (!status.ok()) return status.error();
    return bytes;
}

/// Pixels or numbers of a file: [H, W, C] of u8 or u16, or an array of f32 of any shape.
struct Picture {
    provenn::DataType type = provenn::DataType::u8;
    Shape shape;
    Array<std::uint8_t> bytes;  ///< in this machine's order; the block is aligned for every type
};

/// Takes the next decimal number of a PNM header, behind white space and comments. Negative: there is none.
inline std::int64_t next_number(Bytes bytes, std::size_t& at) {
    const auto is_space = [](std::uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (at < bytes.size() && (is_space(bytes[at]) || bytes[at] == '#')) {
        if (bytes[at] == '#') {
            while (at < bytes.size() && bytes[at] != '\n') ++at;
        } else {
            ++at;
        }
    }
    std::int64_t number = -1;
    for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9' && number < 100000; ++at) {
        number = (number < 0 ? 0 : number) * 10 + (bytes[at] - '0');
    }
    return number;
}

/// P5 (grey) and P6 (colour), 8 or 16 bits. @errors corrupt_data, out_of_memory.
inline Result<Picture> read_pnm(Bytes bytes) {
    std::size_t at = 2;
    const std::int64_t width = next_number(bytes, at), height = next_number(bytes, at), most = next_number(bytes, at);
    if (width < 1 || width > 65536 || height < 1 || height > 65536 || (most != 255 && most != 65535) ||
        at >= bytes.size()) {
        return make_error(ErrorCode::corrupt_data, "expected width, height and 255 or 65535, found ", width, ", ",
                          height, ", ", most);
    }
    Picture picture;
    picture.type = most == 255 ? provenn::DataType::u8 : provenn::DataType::u16;
    picture.shape = Shape{height, width, bytes[1] == '6' ? 3 : 1};
    const auto size = static_cast<std::size_t>(picture.shape.element_count() * provenn::size_bytes(picture.type));
    const Bytes pixels = bytes.subspan(at + 1, bytes.size() - at - 1);  // one white space ends the header
    if (pixels.size() != size) {
        return make_error(ErrorCode::corrupt_data, "expected ", size, " bytes of pixels, found ", pixels.size());
    }
    PROVENN_TRY(picture.bytes.append(pixels));
    for (std::size_t i = 0; picture.type == provenn::DataType::u16 && i < size; i += 2) {  // stored high byte first
        const auto value = static_cast<std::uint16_t>(pixels[i] * 256 + pixels[i + 1]);
        std::memcpy(picture.bytes.data() + i, &value, sizeof value);
    }
    return picture;
}

/// NPY of u1, u2 or f4, little-endian, C order. @errors corrupt_data, unsupported, out_of_memory.
inline Result<Picture> read_npy(Bytes bytes) {
    if (bytes.size() < 12 || (bytes[6] != 1 && bytes[6] != 2)) return make_error(ErrorCode::unsupported, "NPY version");
    const std::size_t start = bytes[6] == 1 ? 10 : 12;
    std::size_t length = static_cast<std::size_t>(bytes[8]) + static_cast<std::size_t>(bytes[9]) * 256;
    if (bytes[6] == 2)
        length += static_cast<std::size_t>(bytes[10]) * 65536 + static_cast<std::size_t>(bytes[11]) * 16777216;
    if (length > bytes.size() - start) return make_error(ErrorCode::corrupt_data, "the NPY header ends too early");
    const std::string_view head(reinterpret_cast<const char*>(bytes.data() + start), length);
    const auto says = [head](std::string_view text) { return head.find(text) != std::string_view::npos; };
    Picture picture;
    if (says("'<f4'")) {
        picture.type = provenn::DataType::f32;
    } else if (says("'<u2'")) {
        picture.type = provenn::DataType::u16;
    } else if (!says("'|u1'")) {
        return make_error(ErrorCode::unsupported, "expected an NPY array of |u1, <u2 or <f4");
    }
    const std::size_t open = head.find("'shape': (");
    if (open == std::string_view::npos || !says("'fortran_order': False")) {
        return make_error(ErrorCode::unsupported, "expected an NPY array in C order with a shape");
    }
    std::size_t at = start + open + 10;
    while (at < start + length && bytes[at] != ')') {
        const std::int64_t extent = next_number(bytes, at);
        if (extent < 1 || picture.shape.rank() == 4)
            return make_error(ErrorCode::corrupt_data, "NPY: the shape is broken");
        picture.shape.push_back(extent);
        while (at < start + length && (bytes[at] == ',' || bytes[at] == ' ')) ++at;
    }
    const Bytes data = bytes.subspan(start + length, bytes.size() - start - length);
    const std::int64_t size = picture.shape.is_valid() ? picture.shape.element_count() * size_bytes(picture.type) : -1;
    if (size != static_cast<std::int64_t>(data.size())) {
        return make_error(ErrorCode::corrupt_data, "NPY of shape ", picture.shape, " has ", data.size(),
                          " bytes of data");
    }
    PROVENN_TRY(picture.bytes.append(data));
    return picture;
}

/// @errors those of read_file, read_pnm and read_npy.
inline Result<Picture> read_picture(const char* path) {
    PROVENN_ASSIGN(const auto file, read_file(path));
    const Bytes bytes = file.span();
    const std::uint8_t kNpy[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
    const bool is_pnm = bytes.size() > 8 && bytes[0] == 'P' && (bytes[1] == '5' || bytes[1] == '6');
    if (is_pnm) return read_pnm(bytes);
    if (bytes.size() > 6 && std::memcmp(bytes.data(), kNpy, sizeof kNpy) == 0) return read_npy(bytes);
    return make_error(ErrorCode::unsupported, "expected a binary PGM, PPM or NPY file");
}

}  // namespace device
