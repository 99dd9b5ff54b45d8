// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// atomic_save: replaces a file so that a reader finds the old bytes or the new ones, whole, whatever fails.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provenn/core/array.hpp"
#include "provenn/files/mapped_file.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// The system calls of a save. A test overrides them to make each one fail; they follow the POSIX conventions
/// (-1 and errno).
class SaveOperations {
  public:
    SaveOperations() = default;
    SaveOperations(const SaveOperations&) = delete;
    SaveOperations& operator=(const SaveOperations&) = delete;
    virtual ~SaveOperations() = default;
    virtual int create(const char* path) {
        return ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    }
    virtual int open_folder(const char* path) { return ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC); }
    virtual ssize_t write(int descriptor, const void* bytes, std::size_t size) {
        return ::write(descriptor, bytes, size);
    }
    virtual int sync(int descriptor) { return ::fsync(descriptor); }
    virtual int close(int descriptor) { return ::close(descriptor); }
    virtual int rename(const char* from, const char* to) { return ::rename(from, to); }
    virtual int remove(const char* path) { return ::unlink(path); }
};

namespace files {
/// A call that is interrupted for ever must end in an error, not in a hang.
inline constexpr int kMaxInterruptions = 1000;

/// Repeats `call` while it returns -1 with EINTR, at most kMaxInterruptions times.
template <class Call>
auto retry_interrupted(const Call& call) {
    auto outcome = call();
    for (int i = 0; i < kMaxInterruptions && outcome < 0 && errno == EINTR; ++i) outcome = call();
    return outcome;
}

inline Status write_all(SaveOperations& operations, int descriptor, Bytes bytes, const std::string& path) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ssize_t wrote = retry_interrupted(
            [&] { return operations.write(descriptor, bytes.data() + at, bytes.size() - at); });
        if (wrote < 0) return io_error(path, "write", errno);
        if (wrote == 0) {
            return make_error(ErrorCode::io_failed, path, ": write stopped at byte ", at, " of ", bytes.size());
        }
        at += static_cast<std::size_t>(wrote);
    }
    return {};
}

/// Writes and flushes the open temporary file, and closes it in every case.
inline Status fill_and_close(SaveOperations& operations, int descriptor, Bytes bytes, const std::string& path) {
    Status status = write_all(operations, descriptor, bytes, path);
    if (status && retry_interrupted([&] { return operations.sync(descriptor); }) != 0) {
        status = io_error(path, "fsync", errno);
    }
    // An interrupted close has closed the descriptor on Linux, and the bytes are flushed already.
    if (operations.close(descriptor) != 0 && errno != EINTR && status) status = io_error(path, "close", errno);
    return status;
}

inline Status sync_folder(SaveOperations& operations, const std::string& folder) {
    const int descriptor = retry_interrupted([&] { return operations.open_folder(folder.c_str()); });
    if (descriptor < 0) return io_error(folder, "open", errno);
    Status status;
    if (retry_interrupted([&] { return operations.sync(descriptor); }) != 0) {
        status = io_error(folder, "fsync", errno);
    }
    operations.close(descriptor);  // nothing was written through it
    return status;
}

inline std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// A new file beside `path`, which nobody else has open. Its name is put into `name`.
inline int create_beside(SaveOperations& operations, const std::string& path, std::string& name) {
    int descriptor = -1;
    for (int attempt = 0; attempt < 100; ++attempt) {
        name = path + ".saving-" + std::to_string(::getpid()) + "-" + std::to_string(attempt);
        descriptor = retry_interrupted([&] { return operations.create(name.c_str()); });
        if (descriptor >= 0 || errno != EEXIST) break;
    }
    return descriptor;
}
}  // namespace files

/// Writes `bytes` to a temporary file beside `path`, flushes it, renames it to `path` and flushes the folder.
/// @ensures on success the new bytes survive a power loss. On an error before the rename `path` is as it was and the
///   temporary file is removed (if that is possible). If only flushing the folder failed, `path` has the new bytes, and
///   the error says that they may not survive a power loss. A symbolic link at `path` is replaced by the file.
/// @errors io_failed naming the path, the call and the reason.
inline Status atomic_save(const std::string& path, Bytes bytes, SaveOperations& operations) {
    // Renaming would replace a device or a pipe by a file.
    struct stat existing = {};
    if (::stat(path.c_str(), &existing) == 0 && !S_ISREG(existing.st_mode)) {
        return make_error(ErrorCode::io_failed, path, ": cannot be saved to: it is not a regular file");
    }
    std::string temporary;
    const int descriptor = files::create_beside(operations, path, temporary);
    if (descriptor < 0) return files::io_error(temporary, "create", errno);
    Status status = files::fill_and_close(operations, descriptor, bytes, temporary);
    if (status &&
        files::retry_interrupted([&] { return operations.rename(temporary.c_str(), path.c_str()); }) != 0) {
        status = files::io_error(path, "rename", errno);
    }
    if (!status) {
        files::retry_interrupted([&] { return operations.remove(temporary.c_str()); });
        return status;
    }
    const Status folder = files::sync_folder(operations, files::folder_of(path));
    if (!folder) {
        return make_error(ErrorCode::io_failed, path, ": saved, but may not survive a power loss: ",
                          folder.error().message);
    }
    return {};
}

/// As above, with the system's own calls.
inline Status atomic_save(const std::string& path, Bytes bytes) {
    SaveOperations operations;
    return atomic_save(path, bytes, operations);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
