// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NPZ files: named NPY arrays in a zip, as numpy.savez and MedMNIST write them; read, and written uncompressed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provenn/data/npy.hpp"
#include "provenn/files/zip_reader.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// The arrays of an NPZ file in memory. Borrows the file's bytes.
class NpzReader {
  public:
    /// @errors those of ZipReader::open.
    static Result<NpzReader> open(Bytes file, const std::string& name, const Limits& limits = {}) {
        PROVENN_ASSIGN(ZipReader zip, ZipReader::open(file, name, limits));
        return NpzReader(std::move(zip), name);
    }

    /// Names of the arrays, without ".npy", in the file's order.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const ZipEntry& entry : zip_.entries()) {
            const std::string& name = entry.name;
            if (name.size() > 4 && name.compare(name.size() - 4, 4, ".npy") == 0) {
                names.push_back(name.substr(0, name.size() - 4));
            }
        }
        return names;
    }

    [[nodiscard]] bool has(const std::string& array) const { return zip_.find(array + ".npy") != nullptr; }

    /// One array as a tensor.
    /// @errors not_found (with the names there are), those of ZipReader::read, read_npy and to_tensor.
    template <class T>
    Result<Tensor<T>> read(const std::string& array, Rounding rounding = Rounding::refuse) const {
        if (!has(array)) {
            std::string present;
            for (const std::string& name : names()) present += (present.empty() ? "" : ", ") + name;
            return make_error(ErrorCode::not_found, name_, ": no array ", array, "; it has ", present);
        }
        PROVENN_ASSIGN(const auto bytes, zip_.read(array + ".npy"));
        PROVENN_ASSIGN(const RawArray raw_array, read_npy(bytes.span(), name_ + "/" + array));
        return to_tensor<T>(raw_array, rounding);
    }

  private:
    NpzReader(ZipReader zip, std::string name) : zip_(std::move(zip)), name_(std::move(name)) {}
    ZipReader zip_;
    std::string name_;
};

/// Collects arrays and makes an NPZ file of them, uncompressed. The same arrays give the same bytes.
class NpzWriter {
  public:
    /// @errors invalid_argument or policy_refused (name), duplicate_name, limit_exceeded (4 GiB), out_of_memory.
    template <class T>
    Status add(const std::string& array, const Tensor<T>& tensor) {
        const std::string member = array + ".npy";
        PROVENN_TRY(check_member_name(member, "npz"));
        if (member.size() > 0xFFFF)
            return make_error(ErrorCode::invalid_argument, "npz: a name of more than 65535 bytes");
        if (std::find(members_.begin(), members_.end(), member) != members_.end()) {
            return make_error(ErrorCode::duplicate_name, "npz: two arrays are called ", array);
        }
        if (members_.size() == 0xFFFE) return make_error(ErrorCode::limit_exceeded, "npz: more than 65534 arrays");
        PROVENN_ASSIGN(const auto content, write_npy(tensor));
        if (content.size() + file_.size() + directory_.size() > 0xF0000000u) {
            return make_error(ErrorCode::limit_exceeded, "npz: more than 4 GiB");
        }
        const auto size = static_cast<std::uint32_t>(content.size());
        Fields common;  // from "version needed" to "extra length", the same in both headers
        common.add(20, 2).add(0, 2).add(0, 2).add(0, 2).add(0x0021,
                                                            2);  // date 1980-01-01: bytes depend on content only
        common.add(crc32(content.span()), 4)
            .add(size, 4)
            .add(size, 4)
            .add(static_cast<std::uint32_t>(member.size()), 2);
        common.add(0, 2);
        const Bytes text{reinterpret_cast<const std::uint8_t*>(member.data()), member.size()};
        Fields entry;
        entry.add(static_cast<std::uint32_t>(zip::kEntrySignature), 4).add(20, 2).add(common);
        entry.add(0, 2).add(0, 2).add(0, 2).add(0, 4).add(static_cast<std::uint32_t>(file_.size()), 4);
        Fields local;
        local.add(static_cast<std::uint32_t>(zip::kLocalSignature), 4).add(common);
        for (const Bytes part : {local.bytes(), text, content.span()}) PROVENN_TRY(file_.append(part));
        for (const Bytes part : {entry.bytes(), text}) PROVENN_TRY(directory_.append(part));
        members_.push_back(member);
        return {};
    }

    /// The bytes of the file; the writer is empty afterwards.
    /// @errors out_of_memory
    Result<Array<std::uint8_t>> finish() {
        Fields end;
        const auto count = static_cast<std::uint32_t>(members_.size());
        end.add(static_cast<std::uint32_t>(zip::kEndSignature), 4).add(0, 4).add(count, 2).add(count, 2);
        end.add(static_cast<std::uint32_t>(directory_.size()), 4).add(static_cast<std::uint32_t>(file_.size()), 4);
        end.add(0, 2);
        PROVENN_TRY(file_.append(directory_.span()));
        PROVENN_TRY(file_.append(end.bytes()));
        directory_.clear();
        members_.clear();
        return std::exchange(file_, {});
    }

  private:
    /// Little-endian fields of a header.
    class Fields {
      public:
        Fields& add(std::uint32_t value, int size) {
            for (int i = 0; i < size; ++i) bytes_[used_++] = static_cast<std::uint8_t>(value >> (8 * i));
            return *this;
        }
        Fields& add(const Fields& other) {
            for (std::size_t i = 0; i < other.used_; ++i) bytes_[used_++] = other.bytes_[i];
            return *this;
        }
        [[nodiscard]] Bytes bytes() const { return {bytes_, used_}; }

      private:
        std::uint8_t bytes_[64] = {};
        std::size_t used_ = 0;
    };

    Array<std::uint8_t> file_;
    Array<std::uint8_t> directory_;
    std::vector<std::string> members_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
