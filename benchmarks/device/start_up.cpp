// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How long a device takes from a package in the page cache to a session that has proven itself.
//
//   start_up make ARCHITECTURE FILE   saves the architecture with initialised weights and known answers
//   start_up whole FILE THREADS       milliseconds of Session::from_package and of what comes before it, peak of memory
//   start_up parts FILE THREADS       the same work, its parts timed one by one
// One start a process: memory that an earlier start has touched would flatter the next.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "peak_memory.hpp"
#include "provenn/adapters/tbb.hpp"
#include "provenn/io/package_file.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/zoo/zoo.hpp"

namespace {

using namespace provenn;

/// Milliseconds since the last call.
class Laps {
  public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double, std::milli> taken = now - last_;
        last_ = now;
        return taken.count();
    }

  private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

void make(const std::string& architecture, const std::string& path) {
    Model model = zoo::make_architecture(architecture).value_or_throw();
    initialize(model, 7).value_or_throw();
    save_package(path, model).value_or_throw();
}

void whole(const std::string& path, int threads) {
    Laps laps;
    const TbbExecutor executor = TbbExecutor::make(threads).value_or_throw();
    const MappedFile file = MappedFile::open(path).value_or_throw();
    const double open_ms = laps.lap();
    const Session session = Session::from_package(file.bytes(), {}, {}, executor.executor()).value_or_throw();
    const double session_ms = laps.lap();
    std::printf("{\"open\": %.2f, \"session\": %.2f, \"peak_mib\": %.1f, \"isa\": \"%s\"}\n", open_ms, session_ms,
                benchmarks::peak_memory_mib(), to_string(session.plan().kernels().isa));
}

/// What Session::from_package does, call by call.
void parts(const std::string& path, int threads) {
    Laps laps;
    const TbbExecutor tbb = TbbExecutor::make(threads).value_or_throw();
    const Executor executor = tbb.executor();
    const MappedFile file = MappedFile::open(path).value_or_throw();
    const double open_ms = laps.lap();
    const auto reader = ContainerReader::open(file.bytes(), ContainerKind::package, executor).value_or_throw();
    const double hash_ms = laps.lap();
    const Model model = decode_package(reader, {}, executor).value_or_throw();
    const double decode_ms = laps.lap();
    PlanOptions options;
    options.executor = executor;
    const Plan plan = Plan::compile(model, options).value_or_throw();
    const double compile_ms = laps.lap();
    auto arena = Array<float>::make(static_cast<std::size_t>(plan.arena_size())).value_or_throw();
    const Bytes section = reader.section(package::kKnownAnswers).value_or_throw();
    const Sha256Digest binding = package::binding(reader).value_or_throw();
    check_known_answers(plan, arena.data(), section, binding, executor).value_or_throw();
    const double answers_ms = laps.lap();
    std::printf("{\"open\": %.2f, \"hash\": %.2f, \"decode\": %.2f, \"compile\": %.2f, \"answers\": %.2f}\n", open_ms,
                hash_ms, decode_ms, compile_ms, answers_ms);
}

}  // namespace

int main(int argument_count, char** arguments) try {
    const std::string command = argument_count == 4 ? arguments[1] : "";
    if (command == "make") {
        make(arguments[2], arguments[3]);
    } else if (command == "whole") {
        whole(arguments[2], std::atoi(arguments[3]));
    } else if (command == "parts") {
        parts(arguments[2], std::atoi(arguments[3]));
    } else {
        std::fputs("usage: start_up make ARCHITECTURE FILE | whole FILE THREADS | parts FILE THREADS\n", stderr);
        return 2;
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "start_up: %s\n", error.what());
    return 1;
}
