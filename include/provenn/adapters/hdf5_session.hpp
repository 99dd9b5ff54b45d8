// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calling libhdf5: handles that close themselves, a silenced error stack, no plugins, and text attributes.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "provenn/core/array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace hdf5 {

/// While it lives: this thread alone calls libhdf5 through the library, errors print nothing, no plugin is loaded.
/// What it changes for the process is restored. Sessions may stand inside each other.
class Session {
  public:
    Session() : lock_(mutex()) {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        H5PLget_loading_state(&plugins_);
        H5PLset_loading_state(0);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() {
        H5PLset_loading_state(plugins_);
        H5Eset_auto2(H5E_DEFAULT, function_, data_);
    }

    /// In a forked child: the lock that its parent held belongs to nobody here.
    static void forget_parent() { new (&mutex()) std::recursive_mutex; }

  private:
    static std::recursive_mutex& mutex() {
        static std::recursive_mutex one;
        return one;
    }
    std::lock_guard<std::recursive_mutex> lock_;
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
    unsigned plugins_ = 0;
};

/// An identifier of libhdf5, closed on destruction.
class Handle {
  public:
    using Close = herr_t (*)(hid_t);
    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { reset(); }
    void reset() {
        if (id_ >= 0) close_(id_);
        id_ = -1;
    }
    [[nodiscard]] bool valid() const { return id_ >= 0; }
    [[nodiscard]] hid_t get() const { return id_; }

  private:
    hid_t id_ = -1;
    Close close_ = nullptr;
};

/// File and object, as messages name them: `weights.h5: conv1/kernel:0`.
struct Where {
    std::string file, path;
    template <class Text>
    void append_to(Text& text) const {
        text.append(std::string_view(file));
        if (!path.empty()) text.append(": ").append(std::string_view(path));
    }
    /// corrupt_data with the innermost reason of libhdf5's error stack.
    [[nodiscard]] Error failed(const char* what) const {
        std::string reason;
        H5Ewalk2(
            H5E_DEFAULT, H5E_WALK_UPWARD,
            [](unsigned, const H5E_error2_t* entry, void* data) -> herr_t {
                auto& text = *static_cast<std::string*>(data);
                if (text.empty() && entry->desc != nullptr) text.assign(entry->desc, strnlen(entry->desc, 120));
                return 0;
            },
            &reason);
        return make_error(ErrorCode::corrupt_data, *this, ": ", what, reason.empty() ? "" : ": ", reason);
    }
};

/// A name that no other image of the process has: libhdf5 takes images of one name for one file.
inline std::string image_name() {
    static std::atomic<std::uint64_t> next{0};
    // Below a device nothing can exist: should libhdf5 ever try to open the name, it finds nothing.
    return "/dev/null/provenn-image-" + std::to_string(next.fetch_add(1)) + ".h5";
}

/// Opens a copy of the bytes read-only; invalid where libhdf5 refuses them.
inline Handle open_image(Bytes bytes) {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    if (!access.valid() || H5Pset_fapl_core(access.get(), std::size_t{1} << 16, 0) < 0) return {};
    // The function takes a non-const pointer and copies.
    if (H5Pset_file_image(access.get(), const_cast<std::uint8_t*>(bytes.data()), bytes.size()) < 0) return {};
    H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
    return {H5Fopen(image_name().c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose};
}

/// In a forked child, at its end: what libhdf5 does when the process exits, where damage to its heap would show. Left
/// out where the program has files of its own open, which must not be touched.
inline void close_library_in_child() {
    if (H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) == 0) H5close();
}

/// Collects the names of a group's links; must not throw through libhdf5.
struct NameList {
    std::vector<std::string> names;
    std::size_t most = 0;
    static herr_t visit(hid_t, const char* name, const H5L_info_t*, void* data) noexcept {
        auto& self = *static_cast<NameList*>(data);
        if (self.names.size() >= self.most) return -1;
        try {
            self.names.emplace_back(name);
        } catch (...) {
            return -1;
        }
        return 0;
    }
};

/// The strings of a text attribute, of fixed or variable length.
inline Result<std::vector<std::string>> read_texts(hid_t attribute, hid_t type, std::int64_t count, std::size_t most,
                                                   const Where& at) {
    std::vector<std::string> texts;
    const htri_t is_variable = H5Tis_variable_str(type);
    const std::size_t size = H5Tget_size(type);
    if (is_variable < 0 || size == 0) return at.failed("the type of the text cannot be read");
    if (static_cast<std::uint64_t>(count) > most / size) {
        return make_error(ErrorCode::limit_exceeded, at, ": expected at most ", most, " bytes of text, found ", count,
                          " of ", size);
    }
    const auto number = static_cast<std::size_t>(count);
    if (is_variable > 0) {
        PROVENN_ASSIGN(auto pointers, Array<char*>::make(number));
        if (H5Aread(attribute, type, pointers.data()) < 0) return at.failed("the text cannot be read");
        std::size_t total = 0;
        for (const char* pointer : pointers) {
            total += pointer == nullptr ? 0 : std::strlen(pointer);
            if (total <= most) texts.emplace_back(pointer == nullptr ? "" : pointer);
        }
        for (char* pointer : pointers) H5free_memory(pointer);
        if (total > most) return make_error(ErrorCode::limit_exceeded, at, ": more than ", most, " bytes of text");
        return texts;
    }
    PROVENN_ASSIGN(auto bytes, Array<char>::make(number * size));
    if (H5Aread(attribute, type, bytes.data()) < 0) return at.failed("the text cannot be read");
    const bool is_space_padded = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
    for (std::size_t i = 0; i < number; ++i) {
        std::string text(bytes.data() + i * size, strnlen(bytes.data() + i * size, size));
        while (is_space_padded && !text.empty() && text.back() == ' ') text.pop_back();
        texts.push_back(std::move(text));
    }
    return texts;
}

}  // namespace hdf5
}  // namespace PROVENN_ABI
}  // namespace provenn
