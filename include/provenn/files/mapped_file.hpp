// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MappedFile: the bytes of a regular file, mapped read-only; and read_file, an owned copy of them.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provenn/core/array.hpp"
#include "provenn/files/limits.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace files {
/// Text of an errno value, without the locale of strerror.
inline std::string system_reason(int number) {
    switch (number) {
        case ENOENT: return "no such file or folder";
        case EACCES: return "permission denied";
        case EISDIR: return "is a folder";
        case ENOSPC: return "no space left on the device";
        case EIO: return "input/output error";
        case EROFS: return "read-only file system";
        case ENOTDIR: return "a part of the path is not a folder";
        case EMFILE: return "too many open files";
        case ENAMETOOLONG: return "name too long";
        case ELOOP: return "too many symbolic links";
        case EINTR: return "interrupted";
        case EDQUOT: return "disk quota exceeded";
        case EPERM: return "not permitted";
        case EBUSY: return "in use by the system";
        case EFBIG: return "the file would be larger than the limit for files";
        case EEXIST: return "it exists already";
        case EXDEV: return "on another file system";
        case ENODEV:
        case ENXIO: return "no such device";
        case ENOTEMPTY: return "a folder that is not empty";
        case EINVAL: return "not possible for such a file";
        case ETXTBSY: return "a program that is running";
        case ENFILE: return "too many open files in the system";
        case ENOMEM: return "no memory left";
        case EBADF: return "closed";
        case EPIPE: return "nobody reads the pipe";
        case EAGAIN: return "busy";
        case EMLINK: return "too many links";
        case ENOTSUP: return "not supported there";
        case ESTALE: return "the network drive has lost the file";
        case ETIMEDOUT: return "timed out";
        default: return "system error " + std::to_string(number);
    }
}
inline Error io_error(const std::string& path, const char* operation, int number) {
    return make_error(ErrorCode::io_failed, path.empty() ? "'' (an empty name)" : path.c_str(), ": ", operation,
                      " failed: ", system_reason(number));
}

/// An open descriptor, closed on destruction.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

struct OpenedFile {
    Descriptor descriptor;
    std::size_t size_bytes;
};

/// Opens a regular file whose size is within the limit.
inline Result<OpenedFile> open_regular(const std::string& path, const Limits& limits) {
    // O_NONBLOCK: opening a pipe that nobody writes to must not hang; it has no effect on regular files.
    Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (descriptor.number() < 0) return io_error(path, "open", errno);
    struct stat status {};
    if (::fstat(descriptor.number(), &status) != 0) return io_error(path, "fstat", errno);
    if (!S_ISREG(status.st_mode)) {
        return make_error(ErrorCode::io_failed, path, ": expected a regular file, found ",
                          S_ISDIR(status.st_mode) ? "a folder" : "a pipe, socket or device");
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > limits.max_file_bytes) {
        return make_error(ErrorCode::limit_exceeded, path, ": expected at most ", limits.max_file_bytes,
                          " bytes, found ", size);
    }
    return OpenedFile{std::move(descriptor), static_cast<std::size_t>(size)};
}
}  // namespace files

/// The bytes of a file, mapped read-only and private. Move-only; the bytes live as long as the object.
/// Another program that shortens the file meanwhile makes reading a fault (SIGBUS): use read_file() for such files.
class MappedFile {
  public:
    /// @errors io_failed (path and reason), limit_exceeded.
    static Result<MappedFile> open(const std::string& path, const Limits& limits = {}) {
        PROVENN_ASSIGN(files::OpenedFile file, files::open_regular(path, limits));
        MappedFile mapped;
        if (file.size_bytes == 0) return mapped;  // mmap refuses length 0; an empty file is no error here
        void* start = ::mmap(nullptr, file.size_bytes, PROT_READ, MAP_PRIVATE, file.descriptor.number(), 0);
        if (start == MAP_FAILED) return files::io_error(path, "mmap", errno);
        mapped.start_ = start;
        mapped.size_bytes_ = file.size_bytes;
        return mapped;
    }

    MappedFile(MappedFile&& other) noexcept
        : start_(std::exchange(other.start_, nullptr)), size_bytes_(std::exchange(other.size_bytes_, 0)) {}
    MappedFile& operator=(MappedFile&& other) noexcept {
        std::swap(start_, other.start_);
        std::swap(size_bytes_, other.size_bytes_);
        return *this;
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile() {
        if (start_ != nullptr) ::munmap(start_, size_bytes_);
    }

    [[nodiscard]] Bytes bytes() const { return {static_cast<const std::uint8_t*>(start_), size_bytes_}; }

  private:
    MappedFile() = default;
    void* start_ = nullptr;
    std::size_t size_bytes_ = 0;
};

/// A copy of the whole file.
/// @errors io_failed (path and reason; also when the file changes its size while being read), limit_exceeded,
///   out_of_memory.
inline Result<Array<std::uint8_t>> read_file(const std::string& path, const Limits& limits = {}) {
    PROVENN_ASSIGN(files::OpenedFile file, files::open_regular(path, limits));
    PROVENN_ASSIGN(auto bytes, Array<std::uint8_t>::make(file.size_bytes));
    std::size_t at = 0;
    while (true) {
        std::uint8_t beyond = 0;  // one read past the end tells a file that grew
        const bool at_end = at == bytes.size();
        const ssize_t got = ::read(file.descriptor.number(), at_end ? &beyond : bytes.data() + at,
                                   at_end ? 1 : bytes.size() - at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return files::io_error(path, "read", errno);
        if (got == 0 && at_end) return bytes;
        if (got == 0 || at_end) {
            return make_error(ErrorCode::io_failed, path, ": expected ", bytes.size(),
                              " bytes, the file changed its size while being read at byte ", at);
        }
        at += static_cast<std::size_t>(got);
    }
}

}  // namespace PROVENN_ABI
}  // namespace provenn
