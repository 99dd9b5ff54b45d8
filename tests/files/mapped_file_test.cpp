// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of reading files: whole, empty, missing, too large, and things that are no files.
#include "provenn/files/mapped_file.hpp"

#include <sys/stat.h>

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("a mapped file and a read file have the bytes on disk", "[files][mapped_file][REQ-FILES-001]") {
    const support::TemporaryFolder folder;
    const std::string content("a\0b\nc", 5);
    const std::string path = folder.write("x.bin", content);
    auto mapped = MappedFile::open(path);
    REQUIRE(mapped.ok());
    CHECK(support::to_text(mapped->bytes()) == content);
    MappedFile moved = std::move(mapped).value();
    CHECK(support::to_text(moved.bytes()) == content);
    auto read = read_file(path);
    REQUIRE(read.ok());
    CHECK(support::to_text(read->span()) == content);
}

TEST_CASE("an empty file is no error", "[files][mapped_file][REQ-FILES-001]") {
    const support::TemporaryFolder folder;
    const std::string path = folder.write("empty", "");
    auto mapped = MappedFile::open(path);
    REQUIRE(mapped.ok());
    CHECK(mapped->bytes().empty());
    auto read = read_file(path);
    REQUIRE(read.ok());
    CHECK(read->empty());
}

TEST_CASE("what cannot be read is refused with path and reason", "[files][mapped_file][REQ-FILES-001]") {
    const support::TemporaryFolder folder;
    const std::string missing = folder.file("missing.h5");
    const std::string pipe = folder.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    struct Case {
        std::string path;
        std::string reason;
    };
    const Case cases[] = {{missing, "no such file"}, {folder.path().string(), "a folder"}, {pipe, "pipe"}};
    for (const Case& one : cases) {
        const auto mapped = MappedFile::open(one.path);
        const auto read = read_file(one.path);
        REQUIRE_FALSE(mapped.ok());
        REQUIRE_FALSE(read.ok());
        CHECK(mapped.error().code == ErrorCode::io_failed);
        CHECK(read.error().code == ErrorCode::io_failed);
        CHECK_THAT(mapped.error().message.c_str(), support::contains(one.path));
        CHECK_THAT(mapped.error().message.c_str(), support::contains(one.reason));
        CHECK_THAT(read.error().message.c_str(), support::contains(one.reason));
    }
}

TEST_CASE("reasons are words, and an empty name is shown as one", "[files][mapped_file][REQ-FILES-001]") {
    CHECK(files::system_reason(EBUSY) == "in use by the system");
    CHECK(files::system_reason(EFBIG) == "the file would be larger than the limit for files");
    for (const int number : {EPERM, ENOENT, EIO, EBADF, EAGAIN, ENOMEM, EACCES, EBUSY, EEXIST, EXDEV, ENODEV, ENOTDIR,
                             EISDIR, EINVAL, ENFILE, EMFILE, ETXTBSY, EFBIG, ENOSPC, EROFS, EMLINK, EPIPE}) {
        CHECK_THAT(files::system_reason(number), !support::contains("system error"));
    }
    CHECK(files::system_reason(9999) == "system error 9999");
    const auto unnamed = MappedFile::open("");
    REQUIRE_FALSE(unnamed.ok());
    CHECK_THAT(unnamed.error().message.c_str(), support::contains("'' (an empty name): open failed: no such"));
}

TEST_CASE("a file above the limit is refused before it is read", "[files][mapped_file][REQ-FILES-002]") {
    const support::TemporaryFolder folder;
    const std::string path = folder.write("x.bin", "12345");
    Limits limits;
    limits.max_file_bytes = 5;
    CHECK(MappedFile::open(path, limits).ok());
    CHECK(read_file(path, limits).ok());
    limits.max_file_bytes = 4;
    const auto refused = MappedFile::open(path, limits);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::limit_exceeded);
    CHECK_FALSE(read_file(path, limits).ok());
}
