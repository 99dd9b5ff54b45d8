// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// run_in_child: does something risky in a forked process first, so that a crash or a hang there becomes an error here.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provenn/core/result.hpp"
#include "provenn/files/mapped_file.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

struct ChildLimits {
    std::uint64_t cpu_seconds = 4;
    unsigned wall_seconds = 60;
};

namespace files {
/// In the child: silent, default signals, no core file, no writing, limited time.
inline void restrict_child(const ChildLimits& limits) {
    for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM, SIGXCPU, SIGTERM, SIGINT}) {
        ::signal(number, SIG_DFL);
    }
    const auto limit = [](auto what, std::uint64_t most) {
        const rlimit both{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
        ::setrlimit(what, &both);
    };
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CPU, limits.cpu_seconds);
    ::alarm(limits.wall_seconds);
    const int nowhere =
        ::open("/dev/null", O_WRONLY | O_CLOEXEC);  // the C library writes when it finds its heap damaged
    if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
}
}  // namespace files

/// Runs `work()` in a child process and waits; nothing that it does is seen here, but for the end it came to.
/// @param what names the file in messages.
/// @requires `work` needs no other thread of this process, and no lock that another thread may hold.
/// @errors corrupt_data where the child crashed or ran out of time; io_failed where there could be no child.
/// @threads may be called from any.
template <class Work>
Status run_in_child(const std::string& what, const Work& work, const ChildLimits& limits = {}) {
    const pid_t child = ::fork();
    if (child < 0) return files::io_error(what, "fork", errno);
    if (child == 0) {
        files::restrict_child(limits);
        work();
        ::_exit(0);
    }
    int status = 0;
    pid_t ended = -1;
    do {
        ended = ::waitpid(child, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0) return files::io_error(what, "waitpid", errno);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGALRM || signal == SIGXCPU || signal == SIGKILL) {
        return make_error(ErrorCode::corrupt_data, what,
                          ": reading it in a child process did not end: damaged or forged");
    }
    return make_error(ErrorCode::corrupt_data, what, ": reading it crashed a child process (signal ", signal,
                      "): damaged or forged");
}

}  // namespace PROVENN_ABI
}  // namespace provenn
