// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bits of all products as one recorded number: for every instruction set, thread count, compiler and level.
#include <cstdio>

#include "support/catch.hpp"
#include "support/product_hash.hpp"

TEST_CASE("products have one hash over instruction sets and threads, the one recorded",
          "[kernels][product_bits][REQ-KERN-355]") {
    // Recorded with g++ 12 -O1; changes only when the order of a chain changes, which breaks published known answers.
    constexpr std::uint64_t kRecorded = 0xd2d7d543b5c7eb19u;
    for (const provenn::kernels::TrainingTable* table : support::all_tables()) {
        for (const int threads : {1, 2, 7}) {
            support::ThreadedExecutor pool(threads);
            const std::uint64_t hash = support::product_hash(*table, pool.executor());
            std::printf("products %-10s threads %d  %016llx\n", to_string(table->isa), threads,
                        static_cast<unsigned long long>(hash));
            CHECK(hash == kRecorded);
        }
    }
}
