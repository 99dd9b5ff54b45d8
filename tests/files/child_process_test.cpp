// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A child that ends well, crashes, hangs or writes.
#include "provenn/files/child_process.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

TEST_CASE("what a child changes is not seen, and a good end is success", "[files][child_process][REQ-IO-015]") {
    int here = 1;
    CHECK(run_in_child("f", [&] { here = 2; }).ok());
    CHECK(here == 1);
}

TEST_CASE("a crash and a hang in a child are errors here", "[files][child_process][REQ-IO-015]") {
    const Status crashed = run_in_child("forged.h5", [] { std::raise(SIGSEGV); });
    REQUIRE_FALSE(crashed.ok());
    CHECK(crashed.error().code == ErrorCode::corrupt_data);
    CHECK_THAT(std::string(crashed.error().message.view()),
               support::contains("forged.h5") && support::contains("signal 11"));
    CHECK(run_in_child("f", [] { std::abort(); }).error().code == ErrorCode::corrupt_data);
    CHECK(run_in_child("f", [] { ::_exit(3); }).error().code == ErrorCode::corrupt_data);
    ChildLimits limits;
    limits.wall_seconds = 1;
    const Status hung = run_in_child("f", [] { for (;;) ::pause(); }, limits);
    CHECK_THAT(std::string(hung.error().message.view()), support::contains("did not end"));
    limits = {};
    limits.cpu_seconds = 1;
    volatile bool stays = true;
    CHECK_FALSE(run_in_child("f", [&] { while (stays) {} }, limits).ok());
}

TEST_CASE("a child cannot write files", "[files][child_process][REQ-IO-015]") {
    const support::TemporaryFolder folder;
    const std::string path = folder.file("written");
    CHECK_FALSE(run_in_child("f", [&] {
        std::FILE* file = std::fopen(path.c_str(), "w");
        std::fputs("text", file);
        std::fclose(file);
    }).ok());
}
