// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ProgressBar: how far a long piece of work is and when it will be done, on stderr, only for a person at a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace program {

class ProgressBar {
  public:
    ProgressBar(std::string label, std::int64_t total);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    /// Removes the bar.
    ~ProgressBar();

    /// @param done of the total. @param detail such as the loss, behind the bar.
    void update(std::int64_t done, const std::string& detail = {});
    void set_total(std::int64_t total) { total_ = total; }

  private:
    using Clock = std::chrono::steady_clock;
    std::string label_;
    std::int64_t total_;
    bool is_shown_;
    Clock::time_point started_ = Clock::now(), drawn_{};
};

}  // namespace program
