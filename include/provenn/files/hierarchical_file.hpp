// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// HierarchicalFile: groups, attributes and datasets of a file such as HDF5, so that the reader behind can be replaced.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provenn/core/sha256.hpp"
#include "provenn/core/shape.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Type of one element, little-endian.
enum class ElementType : std::uint8_t { f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64 };

[[nodiscard]] inline std::int64_t element_bytes(ElementType type) {
    switch (type) {
        case ElementType::i8:
        case ElementType::u8: return 1;
        case ElementType::f16:
        case ElementType::i16:
        case ElementType::u16: return 2;
        case ElementType::f32:
        case ElementType::i32:
        case ElementType::u32: return 4;
        case ElementType::f64:
        case ElementType::i64:
        case ElementType::u64: return 8;
    }
    return 0;
}
[[nodiscard]] inline const char* to_string(ElementType type) {
    constexpr const char* kNames[] = {"f16", "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"};
    return kNames[static_cast<int>(type)];
}

enum class ObjectKind : std::uint8_t { nothing, group, dataset };

struct DatasetInfo {
    ElementType type = ElementType::f32;
    Shape shape;
};

/// Reads a file of groups, attributes and datasets. Paths are relative to the root: `model_weights/conv1/kernel:0`, the
/// root itself is the empty path. Every implementation follows hard links only and opens no other file.
/// @errors every message names the file and the object's path.
/// @threads one object must not be used by two threads at once.
class HierarchicalFile {
  public:
    HierarchicalFile() = default;
    HierarchicalFile(const HierarchicalFile&) = delete;
    HierarchicalFile& operator=(const HierarchicalFile&) = delete;
    virtual ~HierarchicalFile() = default;

    [[nodiscard]] virtual const std::string& name() const = 0;
    /// SHA-256 of the whole file.
    [[nodiscard]] virtual const Sha256Digest& digest() const = 0;
    /// What stands at a path. @errors policy_refused (links that are not hard), corrupt_data, limit_exceeded.
    virtual Result<ObjectKind> kind_of(std::string_view path) = 0;
    /// Names inside a group in byte order. @errors not_found, and as kind_of.
    virtual Result<std::vector<std::string>> children(std::string_view path) = 0;
    /// Text attribute: one string for a scalar, several for a list; nothing where it does not exist.
    /// @errors unsupported where it is no text, limit_exceeded, corrupt_data.
    virtual Result<std::optional<std::vector<std::string>>> text_attribute(std::string_view path,
                                                                           const std::string& attribute) = 0;
    /// Type and shape of a dataset, whose storage has been checked against the file's size.
    /// @errors not_found, unsupported (type, filter), policy_refused (external storage, virtual), corrupt_data.
    virtual Result<DatasetInfo> describe(std::string_view path) = 0;
    /// Elements in order of storage, little-endian. @errors as describe; out_of_memory.
    virtual Result<Array<std::uint8_t>> read(std::string_view path) = 0;
};

/// Builds such a file in memory; parents of a path are made on the way.
class HierarchicalWriter {
  public:
    HierarchicalWriter() = default;
    HierarchicalWriter(const HierarchicalWriter&) = delete;
    HierarchicalWriter& operator=(const HierarchicalWriter&) = delete;
    virtual ~HierarchicalWriter() = default;

    virtual Status add_group(std::string_view path) = 0;
    virtual Status set_text(std::string_view path, const std::string& attribute, std::string_view text) = 0;
    virtual Status set_texts(std::string_view path, const std::string& attribute,
                             const std::vector<std::string>& texts) = 0;
    virtual Status add_dataset(std::string_view path, const Shape& shape, Span<const float> elements) = 0;
    /// The finished file. Nothing may be added afterwards.
    virtual Result<Array<std::uint8_t>> finish() = 0;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
