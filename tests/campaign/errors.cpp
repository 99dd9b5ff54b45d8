// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints how much of its error bound each forward kernel uses over a given number of random shapes.
#include <atomic>
#include <cstdlib>
#include <mutex>

#include "support/error_campaign.hpp"

int main(int argument_count, char** arguments) {
    const long long shapes = argument_count > 1 ? std::atoll(arguments[1]) : 120000;
    support::ErrorCount all;
    std::printf(
        "# Errors of the forward kernels against double\n\n"
        "Made by `tests/campaign/run_campaign.py errors`: every forward kernel on random shapes (odd extents, one more "
        "and one less than\n"
        "tiles and blocks, strides, dilations, groups, uneven paddings) against plain loops in double, on the "
        "instruction set `%s`. Numbers are\n"
        "signed, or not negative, or (not for Winograd) spread over 24 "
        "powers of two.\n"
        "Winograd runs with 16 channels and more, as in plans, and numbers of one size: its factor is stated for these "
        "(kernels/winograd_conv2d.hpp).\n"
        "u is 2^-24, gamma_k is k u / (1 - k u) with k the terms of a sum. \"Of the bound\" is the largest error of "
        "any output as a share of its\n"
        "bound: above 1 the contract is broken. `tests/kernels/error_bounds_test.cpp` checks a part of these shapes in "
        "every build.\n\n"
        "| kernel | bound | shapes | outputs | beyond the bound | of the bound | at |\n|---|---|---|---|---|---|---|\n",
        to_string(provenn::kernels::best_table().isa));
    for (const support::CampaignKernel& kernel : support::kCampaign) {
        std::atomic<std::int64_t> next{0};
        std::mutex mutex;
        support::ErrorCount count;
        const auto work = [&] {
            support::ErrorCount own;
            for (std::int64_t i = next++; i < shapes * kernel.share / 1000; i = next++) {
                support::CounterRandom random(static_cast<std::uint64_t>(i) + 1000000);
                kernel.check(random, own);
            }
            const std::lock_guard<std::mutex> lock(mutex);
            count.shapes += own.shapes, count.outputs += own.outputs, count.exceeded += own.exceeded;
            if (!(own.worst <= count.worst)) count.worst = own.worst, count.worst_shape = own.worst_shape;
        };
        std::thread other(work);
        work();
        other.join();
        std::printf("| %s | %s | %lld | %lld | %lld | %.3f | %s |\n", kernel.name, kernel.bound,
                    static_cast<long long>(count.shapes), static_cast<long long>(count.outputs),
                    static_cast<long long>(count.exceeded), count.worst, count.worst_shape.c_str());
        std::fflush(stdout);
        all.shapes += count.shapes, all.outputs += count.outputs, all.exceeded += count.exceeded;
    }
    std::printf("\n**%lld shapes, %lld outputs, %lld beyond the bound.**\n", static_cast<long long>(all.shapes),
                static_cast<long long>(all.outputs), static_cast<long long>(all.exceeded));
    return all.exceeded == 0 ? 0 : 1;
}
