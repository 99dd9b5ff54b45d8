// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One 3 x 3 convolution written six times, from the textbook loop to the edge of the peak.
//
// All compute y[k][p][q] = sum over c, r, s of x[c][p + r][q + s] w[k][c][r][s] for C channels, K filters and P x P
// outputs; x carries one pixel of zeros on each side, so that no step asks whether a tap lies outside. What changes
// from step to step is the order of the loops and of the numbers in memory: the arithmetic is the same 2 * 9 * C * K *
// P^2 floating-point operations every time.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>

#include <cstdint>

namespace ladder {

/// C and K are multiples of 32; outputs are P x P, inputs (P + 2) x (P + 2) with their border of zeros.
struct Sizes {
    std::int64_t channels, filters, side;
    [[nodiscard]] std::int64_t padded() const { return side + 2; }
};

constexpr std::int64_t kLanes = 16;  // floats of one AVX-512 register
constexpr std::int64_t kTile = 14;   // output pixels of one register tile

/// Step 1. The definition, in the layout [C, H, W] that textbooks use. One addition waits for the one before it (four
/// cycles each), and the compiler may not reorder them: the processor does one multiplication and addition where it
/// could do 128.
inline void textbook(const Sizes& z, const float* x, const float* w, float* y) {
    for (std::int64_t k = 0; k < z.filters; ++k)
        for (std::int64_t p = 0; p < z.side; ++p)
            for (std::int64_t q = 0; q < z.side; ++q) {
                float sum = 0.0f;
                for (std::int64_t c = 0; c < z.channels; ++c)
                    for (std::int64_t r = 0; r < 3; ++r)
                        for (std::int64_t s = 0; s < 3; ++s)
                            sum += x[(c * z.padded() + p + r) * z.padded() + q + s] *
                                   w[((k * z.channels + c) * 3 + r) * 3 + s];
                y[(k * z.side + p) * z.side + q] = sum;
            }
}

/// Step 2. The same loops in another order: the innermost now runs along a row, where neighbours in memory belong to
/// different sums. Nothing waits any more, and the compiler uses vectors by itself. But each product loads and stores
/// its sum, so that memory instructions set the pace.
[[gnu::target("avx512f,prefer-vector-width=512")]] inline void loop_order(const Sizes& z, const float* x,
                                                                          const float* w, float* __restrict__ y) {
    for (std::int64_t i = 0; i < z.filters * z.side * z.side; ++i) y[i] = 0.0f;
    for (std::int64_t k = 0; k < z.filters; ++k)
        for (std::int64_t c = 0; c < z.channels; ++c)
            for (std::int64_t r = 0; r < 3; ++r)
                for (std::int64_t s = 0; s < 3; ++s) {
                    const float weight = w[((k * z.channels + c) * 3 + r) * 3 + s];
                    for (std::int64_t p = 0; p < z.side; ++p)
                        for (std::int64_t q = 0; q < z.side; ++q)
                            y[(k * z.side + p) * z.side + q] +=
                                weight * x[(c * z.padded() + p + r) * z.padded() + q + s];
                }
}

// From here on channels are innermost, x is [H, W, C] and w is [R, S, C, K]: sixteen filters fill a register, whatever
// the width of the map, and one input value is broadcast to all of them.

/// Step 3. The lanes of a register are sixteen filters, and the sum stays in the register until it is done. One fused
/// multiply-add after the other still waits four cycles for the last.
[[gnu::target("avx512f")]] inline void filter_lanes(const Sizes& z, const float* x, const float* w, float* y) {
    for (std::int64_t p = 0; p < z.side; ++p)
        for (std::int64_t q = 0; q < z.side; ++q)
            for (std::int64_t k = 0; k < z.filters; k += kLanes) {
                __m512 sum = _mm512_setzero_ps();
                for (std::int64_t r = 0; r < 3; ++r)
                    for (std::int64_t s = 0; s < 3; ++s)
                        for (std::int64_t c = 0; c < z.channels; ++c) {
                            const float value = x[((p + r) * z.padded() + q + s) * z.channels + c];
                            const float* weights = w + ((r * 3 + s) * z.channels + c) * z.filters + k;
                            sum = _mm512_fmadd_ps(_mm512_set1_ps(value), _mm512_loadu_ps(weights), sum);
                        }
                _mm512_storeu_ps(y + (p * z.side + q) * z.filters + k, sum);
            }
}

/// Step 4. Fourteen sums at a time, of neighbouring pixels. They do not wait for each other, so that the two units
/// always have work, and one load of weights serves fourteen products instead of one.
[[gnu::target("avx512f")]] inline void register_tile(const Sizes& z, const float* x, const float* w, float* y) {
    for (std::int64_t p = 0; p < z.side; ++p)
        for (std::int64_t q = 0; q < z.side; q += kTile)
            for (std::int64_t k = 0; k < z.filters; k += kLanes) {
                __m512 sums[kTile];
#pragma GCC unroll 14
                for (std::int64_t i = 0; i < kTile; ++i) sums[i] = _mm512_setzero_ps();
                for (std::int64_t r = 0; r < 3; ++r)
                    for (std::int64_t s = 0; s < 3; ++s)
                        for (std::int64_t c = 0; c < z.channels; ++c) {
                            const float* values = x + ((p + r) * z.padded() + q + s) * z.channels + c;
                            const __m512 weights = _mm512_loadu_ps(w + ((r * 3 + s) * z.channels + c) * z.filters + k);
#pragma GCC unroll 14
                            for (std::int64_t i = 0; i < kTile; ++i)
                                sums[i] = _mm512_fmadd_ps(_mm512_set1_ps(values[i * z.channels]), weights, sums[i]);
                        }
#pragma GCC unroll 14
                for (std::int64_t i = 0; i < kTile; ++i)
                    _mm512_storeu_ps(y + (p * z.side + q + i) * z.filters + k, sums[i]);
            }
}

/// The tile of the next two steps: fourteen pixels by thirty-two filters, 28 of the 32 registers. A broadcast input now
/// serves two products: 16 loads for 28 multiply-adds, where step 4 needed 15 for 14. `values` is the tile's first
/// input of a block of channels, `pixel` the floats from one pixel to the next; weights are read one after the other.
struct WideTile {
    __m512 sums[2 * kTile];
};
[[gnu::target("avx512f"), gnu::always_inline]] inline void multiply_add(WideTile& tile, const float* values,
                                                                        std::int64_t pixel, const float*& weights,
                                                                        std::int64_t channels) {
    for (std::int64_t c = 0; c < channels; ++c, weights += 2 * kLanes) {
        const __m512 low = _mm512_loadu_ps(weights), high = _mm512_loadu_ps(weights + kLanes);
#pragma GCC unroll 14
        for (std::int64_t i = 0; i < kTile; ++i) {
            const __m512 value = _mm512_set1_ps(values[i * pixel + c]);
            tile.sums[2 * i] = _mm512_fmadd_ps(value, low, tile.sums[2 * i]);
            tile.sums[2 * i + 1] = _mm512_fmadd_ps(value, high, tile.sums[2 * i + 1]);
        }
    }
}

/// Step 5. The wide tile on packed weights [K/32, R, S, C, 32]: the weights of a tile are one stream through memory,
/// which the prefetcher follows, and the loop over filters is outermost, so that they stay in the first-level cache.
[[gnu::target("avx512f")]] inline void packed_weights(const Sizes& z, const float* x, const float* packed, float* y) {
    for (std::int64_t k = 0; k < z.filters; k += 2 * kLanes)
        for (std::int64_t p = 0; p < z.side; ++p)
            for (std::int64_t q = 0; q < z.side; q += kTile) {
                WideTile tile{};
                const float* weights = packed + k * 9 * z.channels;
                for (std::int64_t r = 0; r < 3; ++r)
                    for (std::int64_t s = 0; s < 3; ++s)
                        multiply_add(tile, x + ((p + r) * z.padded() + q + s) * z.channels, z.channels, weights,
                                     z.channels);
#pragma GCC unroll 28
                for (std::int64_t i = 0; i < 2 * kTile; ++i)
                    _mm512_storeu_ps(y + (p * z.side + q + i / 2) * z.filters + k + i % 2 * kLanes, tile.sums[i]);
            }
}

/// Step 6. Channels in blocks of sixteen, [C/16, H, W, 16], for input and output alike, with the border of zeros in the
/// buffer: a pixel of a block is one cache line, neighbours are neighbours in memory whatever C is, and strides are no
/// longer powers of two, which would crowd into few sets of a cache. Weights are [K/32, C/16, R, S, 16, 32].
[[gnu::target("avx512f")]] inline void blocked_layout(const Sizes& z, const float* x, const float* packed, float* y) {
    const std::int64_t in_block = z.padded() * z.padded() * kLanes, out_block = z.side * z.side * kLanes;
    for (std::int64_t k = 0; k < z.filters; k += 2 * kLanes)
        for (std::int64_t p = 0; p < z.side; ++p)
            for (std::int64_t q = 0; q < z.side; q += kTile) {
                WideTile tile{};
                const float* weights = packed + k * 9 * z.channels;
                for (std::int64_t block = 0; block < z.channels / kLanes; ++block)
                    for (std::int64_t r = 0; r < 3; ++r)
                        for (std::int64_t s = 0; s < 3; ++s)
                            multiply_add(tile, x + block * in_block + ((p + r) * z.padded() + q + s) * kLanes, kLanes,
                                         weights, kLanes);
#pragma GCC unroll 28
                for (std::int64_t i = 0; i < 2 * kTile; ++i)
                    _mm512_storeu_ps(y + (k / kLanes + i % 2) * out_block + (p * z.side + q + i / 2) * kLanes,
                                     tile.sums[i]);
            }
}

}  // namespace ladder
#endif
