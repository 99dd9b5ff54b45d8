// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// HDF5 through libhdf5, from an image in memory, reduced to what weight files need.
//
// The file is read once, hashed, and libhdf5 sees those bytes only: no name from the file is ever opened. Each path is
// walked component by component over hard links; layout, filters, type and storage of a dataset are checked before it
// is read. libhdf5 1.10 still has memory errors on forged files: open only files whose publisher and hash are known.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "provenn/adapters/hdf5_session.hpp"
#include "provenn/files/hierarchical_file.hpp"
#include "provenn/files/mapped_file.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What an HDF5 file may ask for.
struct Hdf5Limits {
    Limits file{};
    std::size_t max_depth = 16;                                  ///< groups inside each other
    std::size_t max_children = 100000;                           ///< objects in one group
    std::size_t max_attribute_bytes = std::size_t{64} << 20;     ///< one attribute
    std::uint64_t max_dataset_bytes = std::uint64_t{2} << 30;    ///< one dataset in memory
    std::uint64_t max_chunk_bytes = std::uint64_t{64} << 20;     ///< one chunk in memory
};

namespace hdf5 {

/// Signature, superblock and declared end of the file, so that truncation has a name of its own.
inline Status check_superblock(Bytes bytes, const std::string& file) {
    constexpr std::uint8_t kSignature[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    if (bytes.empty()) return make_error(ErrorCode::corrupt_data, file, ": expected an HDF5 file, found an empty one");
    if (bytes.size() < 8 || std::memcmp(bytes.data(), kSignature, 8) != 0) {
        return make_error(ErrorCode::corrupt_data, file, ": not an HDF5 file: the signature is missing at byte 0");
    }
    if (bytes.size() < 64) {
        return make_error(ErrorCode::corrupt_data, file, ": truncated inside the HDF5 superblock, found ", bytes.size(),
                          " bytes");
    }
    const std::uint8_t version = bytes[8];
    if (version > 3) {
        return make_error(ErrorCode::version_mismatch, file, ": expected HDF5 superblock version 0 to 3, found ",
                          version);
    }
    const std::uint8_t offset_bytes = bytes[version < 2 ? 13 : 9];
    if (offset_bytes != 8) {
        return make_error(ErrorCode::unsupported, file, ": expected HDF5 offsets of 8 bytes, found ", offset_bytes);
    }
    const std::size_t at = version == 0 ? 40 : (version == 1 ? 44 : 28);
    std::uint64_t end = 0;
    for (std::size_t i = 8; i-- > 0;) end = (end << 8) | bytes[at + i];
    if (end > bytes.size()) {
        return make_error(ErrorCode::corrupt_data, file, ": truncated: expected ", end, " bytes, found ", bytes.size());
    }
    return {};
}

/// The element type of a file's datatype. @errors unsupported.
inline Result<ElementType> element_type(hid_t type, const Where& where) {
    const std::pair<hid_t, ElementType> known[] = {
        {H5T_IEEE_F32LE, ElementType::f32}, {H5T_IEEE_F64LE, ElementType::f64}, {H5T_STD_I8LE, ElementType::i8},
        {H5T_STD_I16LE, ElementType::i16},  {H5T_STD_I32LE, ElementType::i32},  {H5T_STD_I64LE, ElementType::i64},
        {H5T_STD_U8LE, ElementType::u8},    {H5T_STD_U16LE, ElementType::u16},  {H5T_STD_U32LE, ElementType::u32},
        {H5T_STD_U64LE, ElementType::u64}};
    for (const auto& [candidate, element] : known) {
        if (H5Tequal(type, candidate) > 0) return element;
    }
    if (H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) == 2 && H5Tget_order(type) == H5T_ORDER_LE) {
        std::size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
        if (H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) >= 0 && sign == 15 &&
            exponent == 10 && exponent_bits == 5 && mantissa == 0 && mantissa_bits == 10 && H5Tget_ebias(type) == 15) {
            return ElementType::f16;
        }
    }
    return make_error(ErrorCode::unsupported, where,
                      ": expected little-endian floats or integers, found another HDF5 type");
}

/// Layout, external storage and filters are of the closed list. Must come before the dataset's space is asked for.
inline Status check_storage_plan(hid_t plist, const Where& where) {
    const H5D_layout_t layout = H5Pget_layout(plist);
    if (layout == H5D_VIRTUAL) return make_error(ErrorCode::policy_refused, where, ": virtual datasets are refused");
    if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) {
        return make_error(ErrorCode::corrupt_data, where, ": unknown HDF5 layout");
    }
    const int external = H5Pget_external_count(plist);
    if (external != 0) return make_error(ErrorCode::policy_refused, where, ": external storage is refused");
    const int filters = H5Pget_nfilters(plist);
    if (filters < 0 || filters > 3) {
        return make_error(ErrorCode::policy_refused, where, ": expected at most 3 filters, found ", filters);
    }
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0, config = 0, values[8] = {};
        std::size_t count = 8;
        const H5Z_filter_t filter =
            H5Pget_filter2(plist, static_cast<unsigned>(i), &flags, &count, values, 0, nullptr, &config);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
            return make_error(ErrorCode::policy_refused, where,
                              ": expected the filters deflate, shuffle, fletcher32, found HDF5 filter ", filter);
        }
    }
    return {};
}

/// The shape of a dataspace: simple, rank at most 8, no empty axis.
inline Result<Shape> shape_of(hid_t space, const Where& where) {
    const H5S_class_t kind = H5Sget_simple_extent_type(space);
    if (kind == H5S_SCALAR) return Shape{};
    const int rank = H5Sget_simple_extent_ndims(space);
    if (kind != H5S_SIMPLE || rank < 1 || rank > Shape::kMaxRank) {
        return make_error(ErrorCode::unsupported, where, ": expected a simple dataspace of rank 1 to ",
                          Shape::kMaxRank);
    }
    hsize_t extents[Shape::kMaxRank] = {};
    if (H5Sget_simple_extent_dims(space, extents, nullptr) != rank) return where.failed("the dataspace cannot be read");
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) {
        if (extents[axis] < 1 || extents[axis] > static_cast<hsize_t>(Shape::kMaxElements)) {
            return make_error(ErrorCode::limit_exceeded, where, ": expected extents of 1 to 2^46, found ",
                              extents[axis]);
        }
        shape.push_back(static_cast<std::int64_t>(extents[axis]));
    }
    if (!shape.is_valid()) return make_error(ErrorCode::limit_exceeded, where, ": shape ", shape, " is too large");
    return shape;
}

}  // namespace hdf5

/// An HDF5 file in memory, read through libhdf5.
class Hdf5File final : public HierarchicalFile {
  public:
    /// @errors io_failed (not readable), corrupt_data (no HDF5, truncated, damaged), limit_exceeded, version_mismatch.
    static Result<std::unique_ptr<Hdf5File>> open(const std::string& path, const Hdf5Limits& limits = {}) {
        PROVENN_ASSIGN(Array<std::uint8_t> bytes, read_file(path, limits.file));
        return open_image(bytes.span(), path, limits);
    }
    /// The same from bytes; `name` stands for the file in messages. The bytes are copied.
    static Result<std::unique_ptr<Hdf5File>> open_image(Bytes bytes, const std::string& name,
                                                        const Hdf5Limits& limits = {}) {
        PROVENN_TRY(hdf5::check_superblock(bytes, name));
        const hdf5::Session session;
        auto file = std::unique_ptr<Hdf5File>(new Hdf5File(name, sha256(bytes), bytes.size(), limits));
        file->file_ = hdf5::open_image(bytes);
        if (!file->file_.valid()) return hdf5::Where{name, ""}.failed("libhdf5 cannot open the file");
        return file;
    }
    ~Hdf5File() override {
        const hdf5::Session session;
        file_.reset();
    }

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const Sha256Digest& digest() const override { return digest_; }
    [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }

    Result<ObjectKind> kind_of(std::string_view path) override {
        const hdf5::Session session;
        PROVENN_ASSIGN(hdf5::Handle object, walk(path));
        if (!object.valid()) return ObjectKind::nothing;
        return H5Iget_type(object.get()) == H5I_GROUP ? ObjectKind::group : ObjectKind::dataset;
    }

    Result<std::vector<std::string>> children(std::string_view path) override {
        const hdf5::Session session;
        PROVENN_ASSIGN(hdf5::Handle group, require(path, H5I_GROUP, "group"));
        H5G_info_t info{};
        if (H5Gget_info(group.get(), &info) < 0) return where(path).failed("the group cannot be read");
        if (info.nlinks > limits_.max_children) {
            return make_error(ErrorCode::limit_exceeded, where(path), ": expected at most ", limits_.max_children,
                              " objects, found ", info.nlinks);
        }
        hdf5::NameList names{{}, limits_.max_children};
        hsize_t index = 0;
        if (H5Literate(group.get(), H5_INDEX_NAME, H5_ITER_INC, &index, hdf5::NameList::visit, &names) != 0) {
            return where(path).failed("the group cannot be listed");
        }
        std::sort(names.names.begin(), names.names.end());
        return std::move(names.names);
    }

    Result<std::optional<std::vector<std::string>>> text_attribute(std::string_view path,
                                                                   const std::string& attribute) override {
        const hdf5::Session session;
        using Texts = std::optional<std::vector<std::string>>;
        PROVENN_ASSIGN(hdf5::Handle object, walk(path));
        if (!object.valid()) return make_error(ErrorCode::not_found, where(path), ": no such group");
        const htri_t exists = H5Aexists(object.get(), attribute.c_str());
        if (exists < 0) return where(path).failed("attributes cannot be read");
        if (exists == 0) return Texts();
        const hdf5::Where at{name_, std::string(path) + "@" + attribute};
        const hdf5::Handle opened(H5Aopen(object.get(), attribute.c_str(), H5P_DEFAULT), H5Aclose);
        const hdf5::Handle type(H5Aget_type(opened.get()), H5Tclose), space(H5Aget_space(opened.get()), H5Sclose);
        if (!opened.valid() || !type.valid() || !space.valid()) return at.failed("the attribute cannot be read");
        // An empty list has no element type worth the name: h5py writes it as f64.
        if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) return Texts(std::vector<std::string>());
        if (H5Sget_simple_extent_npoints(space.get()) == 0) return Texts(std::vector<std::string>());
        if (H5Tget_class(type.get()) != H5T_STRING) return make_error(ErrorCode::unsupported, at, ": expected text");
        PROVENN_ASSIGN(const Shape shape, hdf5::shape_of(space.get(), at));
        const std::size_t most = std::min<std::size_t>(limits_.max_attribute_bytes, size_bytes_);
        PROVENN_ASSIGN(auto texts, hdf5::read_texts(opened.get(), type.get(), shape.element_count(), most, at));
        return Texts(std::move(texts));
    }

    Result<DatasetInfo> describe(std::string_view path) override {
        const hdf5::Session session;
        PROVENN_ASSIGN(hdf5::Handle dataset, require(path, H5I_DATASET, "dataset"));
        return inspect(dataset.get(), where(path));
    }

    Result<Array<std::uint8_t>> read(std::string_view path) override {
        const hdf5::Session session;
        PROVENN_ASSIGN(hdf5::Handle dataset, require(path, H5I_DATASET, "dataset"));
        PROVENN_ASSIGN(const DatasetInfo info, inspect(dataset.get(), where(path)));
        const hdf5::Handle type(H5Dget_type(dataset.get()), H5Tclose);
        PROVENN_ASSIGN(auto bytes, Array<std::uint8_t>::make(static_cast<std::size_t>(
                                       info.shape.element_count() * element_bytes(info.type))));
        // Memory type equals file type: libhdf5 converts nothing.
        if (H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0) {
            return where(path).failed("the elements cannot be read");
        }
        return bytes;
    }

  private:
    Hdf5File(std::string name, const Sha256Digest& digest, std::size_t size_bytes, const Hdf5Limits& limits)
        : name_(std::move(name)), digest_(digest), size_bytes_(size_bytes), limits_(limits) {}

    [[nodiscard]] hdf5::Where where(std::string_view path) const { return {name_, std::string(path)}; }

    /// Opens the object at a path over hard links only; an invalid handle where nothing is there.
    Result<hdf5::Handle> walk(std::string_view path) {
        hdf5::Handle current(H5Gopen2(file_.get(), "/", H5P_DEFAULT), H5Gclose);
        if (!current.valid()) return where("").failed("the root group cannot be opened");
        std::size_t depth = 0;
        while (!path.empty()) {
            const std::size_t slash = std::min(path.find('/'), path.size());
            const std::string component(path.substr(0, slash));
            path.remove_prefix(std::min(slash + 1, path.size()));
            const hdf5::Where at = where(component);
            if (component.empty() || component == "." || component == ".." || component.size() > 255 ||
                ++depth > limits_.max_depth) {
                return make_error(ErrorCode::policy_refused, at, ": not a name that paths may contain, or too deep");
            }
            if (H5Iget_type(current.get()) != H5I_GROUP) return hdf5::Handle();
            const htri_t exists = H5Lexists(current.get(), component.c_str(), H5P_DEFAULT);
            if (exists < 0) return at.failed("the link cannot be read");
            if (exists == 0) return hdf5::Handle();
            H5L_info_t link{};
            if (H5Lget_info(current.get(), component.c_str(), &link, H5P_DEFAULT) < 0) {
                return at.failed("the link cannot be read");
            }
            if (link.type != H5L_TYPE_HARD) {
                return make_error(ErrorCode::policy_refused, at, ": expected a hard link, found a ",
                                  link.type == H5L_TYPE_SOFT ? "soft" : "external or user-defined", " one");
            }
            hdf5::Handle next(H5Oopen(current.get(), component.c_str(), H5P_DEFAULT), H5Oclose);
            const H5I_type_t kind = H5Iget_type(next.get());
            if (!next.valid() || (kind != H5I_GROUP && kind != H5I_DATASET)) {
                return at.failed("neither a group nor a dataset");
            }
            current = std::move(next);
        }
        return current;
    }
    Result<hdf5::Handle> require(std::string_view path, H5I_type_t kind, const char* what) {
        PROVENN_ASSIGN(hdf5::Handle object, walk(path));
        if (!object.valid() || H5Iget_type(object.get()) != kind) {
            return make_error(ErrorCode::not_found, where(path), ": no such ", what);
        }
        return object;
    }

    Result<DatasetInfo> inspect(hid_t dataset, const hdf5::Where& at) {
        const hdf5::Handle plist(H5Dget_create_plist(dataset), H5Pclose);
        if (!plist.valid()) return at.failed("the creation properties cannot be read");
        PROVENN_TRY(hdf5::check_storage_plan(plist.get(), at));
        const hdf5::Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
        if (!type.valid() || !space.valid()) return at.failed("type or dataspace cannot be read");
        DatasetInfo info;
        PROVENN_ASSIGN(info.type, hdf5::element_type(type.get(), at));
        PROVENN_ASSIGN(info.shape, hdf5::shape_of(space.get(), at));
        const auto bytes = static_cast<std::uint64_t>(info.shape.element_count() * element_bytes(info.type));
        if (bytes > limits_.max_dataset_bytes) {
            return make_error(ErrorCode::limit_exceeded, at, ": expected at most ", limits_.max_dataset_bytes,
                              " bytes, found ", bytes);
        }
        const hsize_t stored = H5Dget_storage_size(dataset);
        if (H5Pget_layout(plist.get()) != H5D_CHUNKED) {
            if (stored != bytes || stored > size_bytes_) {
                return make_error(ErrorCode::corrupt_data, at, ": expected ", bytes, " stored bytes, found ", stored);
            }
            return info;
        }
        PROVENN_TRY(check_chunks(dataset, space.get(), plist.get(), info, stored, at));
        return info;
    }

    /// Every chunk is stored, none is huge, and together they can hold the data.
    Status check_chunks(hid_t dataset, hid_t space, hid_t plist, const DatasetInfo& info, hsize_t stored,
                        const hdf5::Where& at) {
        hsize_t chunk[Shape::kMaxRank] = {};
        const int rank = info.shape.rank();
        if (H5Pget_chunk(plist, Shape::kMaxRank, chunk) != rank) return at.failed("the chunks' rank is another");
        auto chunk_bytes = static_cast<std::uint64_t>(element_bytes(info.type));
        std::uint64_t expected = 1;
        for (int axis = 0; axis < rank; ++axis) {
            if (chunk[axis] < 1 || chunk[axis] > limits_.max_chunk_bytes / chunk_bytes) {
                return make_error(ErrorCode::limit_exceeded, at, ": expected chunks of at most ",
                                  limits_.max_chunk_bytes, " bytes");
            }
            chunk_bytes *= chunk[axis];
            expected *= (static_cast<std::uint64_t>(info.shape[axis]) + chunk[axis] - 1) / chunk[axis];
        }
        hsize_t count = 0;
        if (H5Dget_num_chunks(dataset, space, &count) < 0) return at.failed("the chunks cannot be listed");
        const auto bytes = static_cast<std::uint64_t>(info.shape.element_count() * element_bytes(info.type));
        if (count != expected || stored > size_bytes_ || bytes / limits_.file.max_inflate_ratio > stored) {
            return make_error(ErrorCode::corrupt_data, at, ": expected ", expected, " chunks for ", bytes,
                              " bytes, found ", count, " with ", stored, " stored bytes");
        }
        return {};
    }

    std::string name_;
    Sha256Digest digest_;
    std::size_t size_bytes_;
    Hdf5Limits limits_;
    hdf5::Handle file_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
