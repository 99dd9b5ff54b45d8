// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing HDF5 in memory: the same calls give the same bytes, without times.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "provenn/adapters/hdf5_session.hpp"
#include "provenn/files/hierarchical_file.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Builds an HDF5 file that h5py 2 and later read. Nothing touches a disk before the caller saves the bytes.
class Hdf5Writer final : public HierarchicalWriter {
  public:
    Hdf5Writer() {
        const hdf5::Session session;
        const hdf5::Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
        H5Pset_fapl_core(access.get(), std::size_t{1} << 16, 0);
        H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
        H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
        file_ = hdf5::Handle(H5Fcreate(hdf5::image_name().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose);
    }
    ~Hdf5Writer() override {
        const hdf5::Session session;
        file_.reset();
    }

    Status add_group(std::string_view path) override {
        const hdf5::Session session;
        return open_group(path).valid() ? Status() : failed(path);
    }

    Status set_text(std::string_view path, const std::string& attribute, std::string_view text) override {
        const hdf5::Session session;
        const hdf5::Handle space(H5Screate(H5S_SCALAR), H5Sclose);
        return write_attribute(path, attribute, space.get(), std::max<std::size_t>(text.size(), 1),
                               text.empty() ? std::string(1, '\0') : std::string(text));
    }

    Status set_texts(std::string_view path, const std::string& attribute,
                     const std::vector<std::string>& texts) override {
        const hdf5::Session session;
        std::size_t longest = 1;
        for (const std::string& text : texts) longest = std::max(longest, text.size());
        std::string bytes;
        for (const std::string& text : texts) bytes += text + std::string(longest - text.size(), '\0');
        const hsize_t extent = texts.size();
        const hdf5::Handle space(H5Screate_simple(1, &extent, nullptr), H5Sclose);
        return write_attribute(path, attribute, space.get(), longest, bytes);
    }

    Status add_dataset(std::string_view path, const Shape& shape, Span<const float> elements) override {
        const hdf5::Session session;
        if (!shape.is_valid() || shape.element_count() != static_cast<std::int64_t>(elements.size())) {
            return make_error(ErrorCode::shape_mismatch, path, ": shape ", shape, " for ", elements.size(),
                              " elements");
        }
        const std::size_t slash = path.rfind('/');
        const hdf5::Handle group = open_group(slash == std::string_view::npos ? "" : path.substr(0, slash));
        const std::string leaf(slash == std::string_view::npos ? path : path.substr(slash + 1));
        hsize_t extents[Shape::kMaxRank] = {};
        for (int axis = 0; axis < shape.rank(); ++axis) extents[axis] = static_cast<hsize_t>(shape[axis]);
        const hdf5::Handle space(
            shape.rank() == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(shape.rank(), extents, nullptr), H5Sclose);
        const hdf5::Handle plist(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        H5Pset_obj_track_times(plist.get(), false);
        if (!group.valid() || !space.valid()) return failed(path);
        const hdf5::Handle dataset(H5Dcreate2(group.get(), leaf.c_str(), H5T_IEEE_F32LE, space.get(), H5P_DEFAULT,
                                              plist.get(), H5P_DEFAULT), H5Dclose);
        if (!dataset.valid() ||
            H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements.data()) < 0) {
            return failed(path);
        }
        return {};
    }

    Result<Array<std::uint8_t>> finish() override {
        const hdf5::Session session;
        if (!file_.valid() || H5Fflush(file_.get(), H5F_SCOPE_LOCAL) < 0) return failed("/").error();
        const ssize_t size = H5Fget_file_image(file_.get(), nullptr, 0);
        if (size <= 0) return failed("/").error();
        PROVENN_ASSIGN(auto bytes, Array<std::uint8_t>::make(static_cast<std::size_t>(size)));
        if (H5Fget_file_image(file_.get(), bytes.data(), bytes.size()) != size) return failed("/").error();
        file_.reset();
        return bytes;
    }

  private:
    static Status failed(std::string_view path) {
        return make_error(ErrorCode::io_failed,
                          hdf5::Where{"HDF5 writer", std::string(path)}.failed("libhdf5").message);
    }

    /// Opens a group, making it and its parents.
    hdf5::Handle open_group(std::string_view path) {
        hdf5::Handle current(H5Gopen2(file_.get(), "/", H5P_DEFAULT), H5Gclose);
        while (!path.empty() && current.valid()) {
            const std::size_t slash = std::min(path.find('/'), path.size());
            const std::string component(path.substr(0, slash));
            path.remove_prefix(std::min(slash + 1, path.size()));
            if (component.empty()) return {};
            if (H5Lexists(current.get(), component.c_str(), H5P_DEFAULT) > 0) {
                current = hdf5::Handle(H5Gopen2(current.get(), component.c_str(), H5P_DEFAULT), H5Gclose);
                continue;
            }
            const hdf5::Handle plist(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
            H5Pset_obj_track_times(plist.get(), false);
            current = hdf5::Handle(H5Gcreate2(current.get(), component.c_str(), H5P_DEFAULT, plist.get(), H5P_DEFAULT),
                                   H5Gclose);
        }
        return current;
    }

    Status write_attribute(std::string_view path, const std::string& attribute, hid_t space, std::size_t size,
                           const std::string& bytes) {
        const hdf5::Handle group = open_group(path);
        const hdf5::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
        H5Tset_size(type.get(), size);
        H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
        const std::string what = std::string(path) + "@" + attribute;
        if (!group.valid() || space < 0) return failed(what);
        const hdf5::Handle written(
            H5Acreate2(group.get(), attribute.c_str(), type.get(), space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
        if (!written.valid()) return failed(what);
        if (!bytes.empty() && H5Awrite(written.get(), type.get(), bytes.data()) < 0) return failed(what);
        return {};
    }

    hdf5::Handle file_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
