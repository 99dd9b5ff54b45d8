// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NPY files: NumPy's format for one array, read from memory and written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "provenn/data/npy_header.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Reads the array of an NPY file, format versions 1 to 3. The result borrows `file`.
/// @param name what errors call the file.
/// @errors corrupt_data (byte offset), unsupported (element types), version_mismatch, limit_exceeded (shape)
/// @source numpy.lib.format, NEP 1
inline Result<RawArray> read_npy(Bytes file, std::string name) {
    static constexpr std::string_view kMagic = "\x93NUMPY";
    if (file.size() < 10 || std::string_view(reinterpret_cast<const char*>(file.data()), 6) != kMagic) {
        return make_error(ErrorCode::corrupt_data, name, ": not an npy file");
    }
    const int version = file[6];
    if (version < 1 || version > 3 || file[7] != 0) {
        return make_error(ErrorCode::version_mismatch, name, ": npy version ", version, ".", int{file[7]},
                          ", read are 1.0, 2.0, 3.0");
    }
    const std::size_t start = version == 1 ? 10 : 12;
    if (file.size() < start) return make_error(ErrorCode::corrupt_data, name, ": npy header is cut short");
    std::size_t header_size = 0;
    for (std::size_t i = start; i > 8; --i) header_size = header_size * 256 + file[i - 1];
    if (header_size > file.size() - start) {
        return make_error(ErrorCode::corrupt_data, name, ": npy header of ", header_size, " bytes passes the end, ",
                          file.size());
    }
    RawArray array;
    const std::string_view header(reinterpret_cast<const char*>(file.data()) + start, header_size);
    PROVENN_TRY(npy::HeaderParser(header, start, name).parse(array));
    if (!array.shape.is_valid()) {
        return make_error(ErrorCode::limit_exceeded, name, ": shape ", array.shape, " is not storable");
    }
    array.bytes = file.subspan(start + header_size, file.size() - start - header_size);
    const std::int64_t expected = array.shape.element_count() * size_bytes(array.type);
    if (static_cast<std::int64_t>(array.bytes.size()) != expected) {
        return make_error(ErrorCode::corrupt_data, name, ": expected ", expected, " bytes for ", array.shape, " of ",
                          to_string(array.type), ", found ", array.bytes.size());
    }
    array.name = std::move(name);
    return array;
}

namespace npy {
/// Name of an element type in a header; all are little-endian.
template <class T>
constexpr std::string_view descr_of() {
    if constexpr (std::is_same_v<T, float>) return "<f4";
    if constexpr (std::is_same_v<T, double>) return "<f8";
    if constexpr (std::is_same_v<T, std::uint8_t>) return "|u1";
    if constexpr (std::is_same_v<T, std::uint16_t>) return "<u2";
    if constexpr (std::is_same_v<T, std::int32_t>) return "<i4";
    if constexpr (std::is_same_v<T, std::int64_t>) return "<i8";
}
}  // namespace npy

/// The bytes of an NPY file (version 1.0) of a tensor of any of the library's element types.
/// @errors out_of_memory
template <class T>
Result<Array<std::uint8_t>> write_npy(const Tensor<T>& tensor) {
    std::string header = "{'descr': '" + std::string(npy::descr_of<T>()) + "', 'fortran_order': False, 'shape': (";
    for (int axis = 0; axis < tensor.shape().rank(); ++axis) {
        header += std::to_string(tensor.shape()[axis]);
        if (axis + 1 < tensor.shape().rank()) header += ", ";
    }
    header += tensor.shape().rank() == 1 ? ",), }" : "), }";
    // NumPy pads so that the data are aligned to 64 bytes; a newline ends the header.
    while ((10 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    std::string start("\x93NUMPY\x01\x00", 8);
    start += static_cast<char>(header.size() & 0xFFu);
    start += static_cast<char>(header.size() >> 8);
    start += header;
    Array<std::uint8_t> file;
    PROVENN_TRY(file.reserve(start.size() + tensor.bytes().size()));
    PROVENN_TRY(file.append({reinterpret_cast<const std::uint8_t*>(start.data()), start.size()}));
    if constexpr (std::endian::native == std::endian::little) {
        PROVENN_TRY(file.append(tensor.bytes()));
    } else {
        const Bytes bytes = tensor.bytes();
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            const std::size_t within = at % sizeof(T);
            PROVENN_TRY(file.push_back(bytes[at - within + sizeof(T) - 1 - within]));
        }
    }
    return file;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
