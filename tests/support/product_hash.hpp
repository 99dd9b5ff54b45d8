// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One number for the bits of all products of an instruction set: equal over machines, threads, compilers and levels.
#pragma once

#include <cstdint>
#include <cstring>

#include "support/convolution.hpp"

namespace support {

/// FNV-1a over the bits of the values.
inline std::uint64_t mix_bits(std::uint64_t hash, const std::vector<float>& values) {
    for (const float value : values) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        hash = (hash ^ bits) * 1099511628211u;
    }
    return hash;
}

/// Bits of convolutions (dense, strided, dilated, grouped, in blocks of the chain), depthwise ones and matrix products.
inline std::uint64_t product_hash(const provenn::kernels::TrainingTable& table, const provenn::Executor& executor) {
    using provenn::kernels::Clamp;
    const EpilogueCase all{true, true, true, Clamp::relu_clipped}, plain{}, norm{false, true, false, Clamp::relu};
    const ConvolutionCase cases[] = {
        {"", {2, 9, 11, 40}, {2, 9, 11, 72}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, all, false},
        {"", {1, 31, 29, 3}, {1, 16, 15, 24}, {7, 7, 2, 2, 1, 1, 3, 3, 1}, norm, false},
        {"", {1, 9, 20, 20}, {1, 5, 16, 50}, {3, 3, 1, 1, 2, 2, 0, 0, 1}, plain, false},
        {"", {2, 3, 3, 1300}, {2, 3, 3, 33}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, all, false},
        {"", {2, 5, 6, 12}, {2, 5, 6, 24}, {3, 3, 1, 1, 1, 1, 1, 1, 3}, all, false},
        {"", {7, 1, 1, 300}, {7, 1, 1, 10}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, plain, false},
        {"", {2, 9, 29, 37}, {2, 5, 15, 37}, {3, 3, 2, 2, 1, 1, 1, 1, 1}, all, true},
        {"", {1, 5, 6, 17}, {1, 5, 6, 34}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, norm, true},
    };
    std::uint64_t hash = 14695981039346656037u;
    std::uint64_t seed = 900;
    for (const ConvolutionCase& c : cases) {
        hash = mix_bits(hash, run_convolution(table, executor, c, make_values(c, ++seed)).y.values);
    }
    CounterRandom random(950);
    const std::int64_t m = 61, k = 2700, n = 45;
    const std::vector<float> a = random.floats(m * k), b = random.floats(k * n);
    std::vector<float> packed(static_cast<std::size_t>(provenn::kernels::gemm_packed_size(k, n)));
    std::vector<float> c(static_cast<std::size_t>(m * n));
    provenn::kernels::pack_gemm(k, n, b.data(), n, packed.data());
    table.gemm.run({m, k, n, a.data(), k, packed.data(), nullptr, c.data(), n}, executor);
    return mix_bits(hash, c);
}

}  // namespace support
