// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The main function of every test executable, and the listener that records each test case, its tags and its result.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#define PROVENN_CATCH_VERSION 3
#else
#define CATCH_CONFIG_RUNNER
#define PROVENN_CATCH_VERSION 2
#endif
#include "support/catch.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "provenn/core/precondition.hpp"

namespace {

std::string json_text(const std::string& text) {
    std::string json = "\"";
    for (const char byte : text) {
        if (byte == '"' || byte == '\\') json += '\\';
        json += static_cast<unsigned char>(byte) < 0x20 ? ' ' : byte;
    }
    return json + "\"";
}

/// Appends one JSON line when a case starts and one when it ends: a case that took the process down is seen as failed.
#if PROVENN_CATCH_VERSION == 3
struct ResultRecorder : Catch::EventListenerBase {
    using EventListenerBase::EventListenerBase;
#else
struct ResultRecorder : Catch::TestEventListenerBase {
    using TestEventListenerBase::TestEventListenerBase;
#endif

    void testCaseStarting(const Catch::TestCaseInfo& info) override {
        support::skip_reason().clear();
        write("{\"event\": \"start\", \"name\": " + json_text(info.name) + "}");
    }

    void testCaseEnded(const Catch::TestCaseStats& stats) override {
        std::string tags;
#if PROVENN_CATCH_VERSION == 3
        const Catch::TestCaseInfo& info = *stats.testInfo;
        for (const Catch::Tag& tag : info.tags) tags += "[" + std::string(tag.original) + "]";
        const bool skipped = stats.totals.testCases.skipped > 0 || !support::skip_reason().empty();
#else
        const Catch::TestCaseInfo& info = stats.testInfo;
        for (const std::string& tag : info.tags) tags += "[" + tag + "]";
        const bool skipped = !support::skip_reason().empty();
#endif
        const bool failed = stats.totals.testCases.failed > 0;
        write("{\"event\": \"end\", \"name\": " + json_text(info.name) + ", \"tags\": " + json_text(tags) +
              ", \"file\": " + json_text(info.lineInfo.file) + ", \"line\": " + std::to_string(info.lineInfo.line) +
              ", \"result\": " + (failed ? "\"failed\"" : skipped ? "\"skipped\"" : "\"passed\"") +
              ", \"reason\": " + json_text(support::skip_reason()) + "}");
    }

  private:
    static void write(const std::string& line) {
        const char* path = std::getenv("PROVENN_TEST_RESULTS");
        if (path == nullptr) return;
        static std::FILE* file = std::fopen(path, "w");
        if (file == nullptr) return;
        std::fprintf(file, "%s\n", line.c_str());
        std::fflush(file);
    }
};
CATCH_REGISTER_LISTENER(ResultRecorder)

/// A broken precondition fails the test case that met it, with its place, instead of ending the program.
void fail_case(const char* condition, const char* file, int line) {
    throw std::logic_error(std::string("precondition ") + condition + " at " + file + ":" + std::to_string(line));
}

}  // namespace

int main(int argument_count, char** arguments) {
    provenn::set_precondition_handler(&fail_case);
    return Catch::Session().run(argument_count, arguments);
}
