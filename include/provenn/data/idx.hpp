// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// IDX files, plain or gzipped: the format of MNIST and Fashion-MNIST.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "provenn/data/raw_array.hpp"
#include "provenn/files/gzip.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Reads the array of a plain IDX file. The result borrows `file`.
/// @param name what errors call the file.
/// @errors corrupt_data (byte offset), unsupported (element types, rank), limit_exceeded (shape)
/// @source Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database, "the IDX file format"
inline Result<RawArray> read_idx(Bytes file, std::string name) {
    if (file.size() < 4 || file[0] != 0 || file[1] != 0) {
        return make_error(ErrorCode::corrupt_data, name, ": not an IDX file: expected two zero bytes at byte 0");
    }
    RawArray array;
    switch (file[2]) {
        case 0x08: array.type = RawType::u1; break;
        case 0x09: array.type = RawType::i1; break;
        case 0x0B: array.type = RawType::i2; break;
        case 0x0C: array.type = RawType::i4; break;
        case 0x0D: array.type = RawType::f4; break;
        case 0x0E: array.type = RawType::f8; break;
        default: return make_error(ErrorCode::unsupported, name, ": IDX element type ", int{file[2]}, " at byte 2");
    }
    const std::size_t rank = file[3];
    if (rank == 0 || rank > static_cast<std::size_t>(Shape::kMaxRank)) {
        return make_error(ErrorCode::unsupported, name, ": IDX of ", rank, " axes, expected 1 to ", Shape::kMaxRank);
    }
    const std::size_t data = 4 + 4 * rank;
    if (file.size() < data) {
        return make_error(ErrorCode::corrupt_data, name, ": IDX header of ", data, " bytes, the file has ",
                          file.size());
    }
    for (std::size_t at = 4; at < data; at += 4) {
        array.shape.push_back(raw::load<std::uint32_t>(file.data() + at, true));
    }
    if (!array.shape.is_valid()) {
        return make_error(ErrorCode::limit_exceeded, name, ": shape ", array.shape, " is not storable");
    }
    array.bytes = file.subspan(data, file.size() - data);
    const std::int64_t expected = array.shape.element_count() * size_bytes(array.type);
    if (static_cast<std::int64_t>(array.bytes.size()) != expected) {
        return make_error(ErrorCode::corrupt_data, name, ": expected ", expected, " bytes for ", array.shape, " of ",
                          to_string(array.type), ", found ", array.bytes.size());
    }
    array.big_endian = true;
    array.name = std::move(name);
    return array;
}

/// Reads an IDX file, gzipped or plain, as a tensor.
/// @errors those of gunzip, read_idx and to_tensor.
template <class T>
Result<Tensor<T>> read_idx_tensor(Bytes file, const std::string& name, const Limits& limits = {}) {
    Array<std::uint8_t> unzipped;
    if (is_gzip(file)) {
        PROVENN_ASSIGN(unzipped, gunzip(file, name, {limits.max_inflated_bytes, limits.max_inflate_ratio, 0}));
        file = unzipped.span();
    }
    PROVENN_ASSIGN(const RawArray array, read_idx(file, name));
    return to_tensor<T>(array);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
