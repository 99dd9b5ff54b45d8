// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of saving: every system call is made to fail in every way, once and for ever, and the file is never a mixture.
#include "provenn/files/atomic_save.hpp"

#include <algorithm>

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

/// What the call that fails does.
struct Fault {
    int error_number = 0;  ///< 0: a write that takes one byte only
};

/// Counts the calls, and lets the one of index `failing` (and with `for_ever` all later ones) fail.
class FaultyOperations : public SaveOperations {
  public:
    FaultyOperations(int failing, bool for_ever, Fault fault) : failing_(failing), for_ever_(for_ever), fault_(fault) {}

    int create(const char* path) override { return fails("create") ? -1 : SaveOperations::create(path); }
    int open_folder(const char* path) override { return fails("open_folder") ? -1 : SaveOperations::open_folder(path); }
    ssize_t write(int descriptor, const void* bytes, std::size_t size) override {
        // In pieces, so that a save has several writes to fail in.
        const std::size_t piece = std::min<std::size_t>(size, 1000);
        if (!fails("write")) return SaveOperations::write(descriptor, bytes, piece);
        if (fault_.error_number == 0) return SaveOperations::write(descriptor, bytes, 1);
        return -1;
    }
    int sync(int descriptor) override { return fails("sync") ? -1 : SaveOperations::sync(descriptor); }
    int close(int descriptor) override {
        const bool failed = fails("close");  // the descriptor is gone in any case, as on Linux
        const int outcome = SaveOperations::close(descriptor);
        if (failed) errno = fault_.error_number;
        return failed ? -1 : outcome;
    }
    int rename(const char* from, const char* to) override {
        if (fails("rename")) return -1;
        renamed_ = true;
        return SaveOperations::rename(from, to);
    }
    int remove(const char* path) override {
        if (fails("remove")) {
            remove_failed_ = true;
            return -1;
        }
        remove_failed_ = false;
        return SaveOperations::remove(path);
    }
    [[nodiscard]] int calls() const { return calls_; }
    [[nodiscard]] bool renamed() const { return renamed_; }
    [[nodiscard]] bool remove_failed() const { return remove_failed_; }
    [[nodiscard]] const std::string& failed_call() const { return failed_call_; }

  private:
    bool fails(const char* call) {
        const int index = calls_++;
        const bool failing = for_ever_ ? index >= failing_ : index == failing_;
        if (!failing) return false;
        if (fault_.error_number == 0 && std::string(call) != "write") return false;
        if (failed_call_.empty()) failed_call_ = call;
        errno = fault_.error_number;
        return true;
    }
    int failing_;
    bool for_ever_;
    Fault fault_;
    int calls_ = 0;
    bool renamed_ = false;
    bool remove_failed_ = false;
    std::string failed_call_;
};

std::size_t entry_count(const support::TemporaryFolder& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
}

std::string text_of(const std::string& path) {
    const auto bytes = support::read_all(path);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("a save creates, replaces and empties files", "[files][atomic_save][REQ-FILES-003]") {
    const support::TemporaryFolder folder;
    const std::string path = folder.file("model.pvn");
    const std::string large(300000, 'x');
    for (const std::string& content : {std::string("first"), large, std::string()}) {
        REQUIRE(atomic_save(path, support::bytes_of(content)).ok());
        CHECK(text_of(path) == content);
        CHECK(entry_count(folder) == 1);
    }
}

TEST_CASE("a save into a folder that does not exist names it", "[files][atomic_save][REQ-FILES-003]") {
    const support::TemporaryFolder folder;
    const Status status = atomic_save(folder.file("none/model.pvn"), support::bytes_of("x"));
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == ErrorCode::io_failed);
    CHECK_THAT(status.error().message.c_str(), support::contains("none/model.pvn"));
    CHECK_THAT(status.error().message.c_str(), support::contains("no such file or folder"));
}

TEST_CASE("whatever call fails, the file is the old one or the new one", "[files][atomic_save][REQ-FILES-003]") {
    const std::string old_content = "the old state";
    const std::string new_content(4500, 'n');
    const Fault faults[] = {{EIO}, {ENOSPC}, {EINTR}, {EDQUOT}, {0}};
    int injected = 0;
    for (const bool had_old : {true, false}) {
        for (const Fault fault : faults) {
            for (const bool for_ever : {false, true}) {
                for (int failing = 0;; ++failing) {
                    const support::TemporaryFolder folder;
                    const std::string path = folder.file("checkpoint");
                    if (had_old) folder.write("checkpoint", old_content);
                    FaultyOperations operations(failing, for_ever, fault);
                    const Status status = atomic_save(path, support::bytes_of(new_content), operations);
                    if (operations.calls() <= failing) {
                        CHECK(status.ok());
                        break;  // no call of this index any more: all were tried
                    }
                    ++injected;
                    INFO("call " << failing << " (" << operations.failed_call() << "), errno " << fault.error_number
                                 << (for_ever ? " for ever" : " once"));
                    const bool exists = std::filesystem::exists(path);
                    if (status.ok() || operations.renamed()) {
                        CHECK(text_of(path) == new_content);
                    } else {
                        CHECK(exists == had_old);
                        if (had_old) CHECK(text_of(path) == old_content);
                    }
                    if (!status.ok()) CHECK(status.error().code == ErrorCode::io_failed);
                    // A short write or one interruption is no failure at all.
                    if (fault.error_number == 0 || (fault.error_number == EINTR && !for_ever)) CHECK(status.ok());
                    // A failure that matters is never reported as success.
                    if (fault.error_number == EIO && operations.failed_call() != "remove" &&
                        !(operations.failed_call() == "close" && operations.renamed())) {
                        CHECK_FALSE(status.ok());
                    }
                    if (!operations.remove_failed()) CHECK(entry_count(folder) == (exists ? 1u : 0u));
                }
            }
        }
    }
    CHECK(injected >= 150);
}

TEST_CASE("the bytes are on the disk before the name is theirs", "[files][atomic_save][REQ-FILES-003]") {
    // A power loss cannot be had here: the order of the calls stands in for it.
    class RecordedOperations : public SaveOperations {
      public:
        int create(const char* path) override { return SaveOperations::create((calls += "create ", path)); }
        int open_folder(const char* path) override { return SaveOperations::open_folder((calls += "folder ", path)); }
        ssize_t write(int descriptor, const void* bytes, std::size_t size) override {
            calls += "write ";
            return SaveOperations::write(descriptor, bytes, size);
        }
        int sync(int descriptor) override { return SaveOperations::sync((calls += "sync ", descriptor)); }
        int close(int descriptor) override { return SaveOperations::close((calls += "close ", descriptor)); }
        int rename(const char* from, const char* to) override {
            calls += "rename ";
            return SaveOperations::rename(from, to);
        }
        std::string calls;
    };
    const support::TemporaryFolder folder;
    RecordedOperations operations;
    REQUIRE(atomic_save(folder.file("a"), support::bytes_of("whole"), operations).ok());
    CHECK(operations.calls == "create write sync close rename folder sync close ");
}

TEST_CASE("a left-over temporary file of a killed save is in nobody's way", "[files][atomic_save][REQ-FILES-003]") {
    const support::TemporaryFolder folder;
    const std::string left_over = folder.write("a.saving-" + std::to_string(::getpid()) + "-0", "torn");
    REQUIRE(atomic_save(folder.file("a"), support::bytes_of("whole")).ok());
    CHECK(text_of(folder.file("a")) == "whole");
    CHECK(text_of(left_over) == "torn");
}

TEST_CASE("what is not a regular file is never replaced", "[files][atomic_save][REQ-FILES-003]") {
    const support::TemporaryFolder folder;
    const std::string pipe = folder.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const std::uint8_t byte = 1;
    for (const std::string& target : {pipe, folder.path().string()}) {
        const provenn::Status refused = provenn::atomic_save(target, {&byte, 1});
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == provenn::ErrorCode::io_failed);
    }
    CHECK(std::filesystem::is_fifo(pipe));
}
