// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The progress bar.
#include "progress.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <unistd.h>

namespace program {

namespace {
constexpr std::int64_t kWidth = 28;

std::string duration_text(double seconds) {
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    char text[48];
    if (whole >= 3600) {
        std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", static_cast<long long>(whole / 3600),
                      static_cast<long long>(whole / 60 % 60), static_cast<long long>(whole % 60));
    } else {
        std::snprintf(text, sizeof text, "%lld:%02lld", static_cast<long long>(whole / 60),
                      static_cast<long long>(whole % 60));
    }
    return text;
}
}  // namespace

ProgressBar::ProgressBar(std::string label, std::int64_t total)
    : label_(std::move(label)), total_(total), is_shown_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (is_shown_ && drawn_ != Clock::time_point{}) std::fputs("\r\033[K", stderr);
}

void ProgressBar::update(std::int64_t done, const std::string& detail) {
    const Clock::time_point now = Clock::now();
    if (!is_shown_ || total_ <= 0 || (done < total_ && now - drawn_ < std::chrono::milliseconds(100))) return;
    drawn_ = now;
    const double share = static_cast<double>(done) / static_cast<double>(total_);
    const double elapsed = std::chrono::duration<double>(now - started_).count();
    const auto filled = static_cast<std::size_t>(std::clamp<std::int64_t>(done * kWidth / total_, 0, kWidth));
    const std::string bar = std::string(filled, '=') + std::string(static_cast<std::size_t>(kWidth) - filled, ' ');
    const std::string left = done > 0 ? duration_text(elapsed / share - elapsed) : "?";
    std::fprintf(stderr, "\r\033[K%s [%s] %3.0f %%  ETA %s  %s", label_.c_str(), bar.c_str(), 100.0 * share,
                 left.c_str(), detail.c_str());
    std::fflush(stderr);
}

}  // namespace program
