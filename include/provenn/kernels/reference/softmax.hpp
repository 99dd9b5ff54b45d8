// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of softmax, log-softmax, sparsemax and their gradients for the channels of one pixel.
#pragma once

#include "provenn/kernels/reference/activation.hpp"
#include "provenn/kernels/softmax.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Sum over channels in sixteen lanes and the fixed tree; `accumulate(c, lane)` gives the lane with channel c in it.
template <class T, class Accumulate>
T sum_channels(std::int64_t channels, const Accumulate& accumulate) {
    T lanes[kLanes];
    for (T& lane : lanes) lane = T(0.0);
    for (std::int64_t c = 0; c < channels; ++c) lanes[c % kLanes] = accumulate(c, lanes[c % kLanes]);
    for (int width = kLanes / 2; width > 0; width /= 2) {
        for (int l = 0; l < width; ++l) lanes[l] = lanes[l] + lanes[l + width];
    }
    return lanes[0];
}

template <class T>
T sparsemax_threshold(const T* x, std::int64_t channels, T greatest) {
    T tau = T(-1.0) / T(0.0);
    for (std::int64_t round = 0; round <= channels; ++round) {
        const auto in = [&](std::int64_t c) { return x[c] - greatest > tau; };
        const T sum =
            sum_channels<T>(channels, [&](auto c, T lane) { return in(c) ? lane + (x[c] - greatest) : lane; });
        const T count = sum_channels<T>(channels, [&](auto c, T lane) { return in(c) ? lane + T(1.0) : lane; });
        const T next = (sum - T(1.0)) / count;
        if (!(next > tau)) break;
        tau = next;
    }
    return tau;
}

template <class T>
void softmax(Activation kind, const T* x, std::int64_t channels, T* y) {
    T greatest = x[0];
    for (std::int64_t c = 1; c < channels; ++c) {
        if (greatest < x[c] || (x[c] != x[c] && greatest == greatest)) greatest = x[c];
    }
    if (kind == Activation::sparsemax) {
        const bool finite = greatest - greatest == T(0.0);
        const T tau = finite ? sparsemax_threshold(x, channels, greatest) : greatest - greatest;
        for (std::int64_t c = 0; c < channels; ++c) {
            const T above = (x[c] - greatest) - tau;
            y[c] = T(0.0) > above ? T(0.0) : above;
        }
        return;
    }
    const T sum = sum_channels<T>(channels, [&](auto c, T lane) { return lane + exp(x[c] - greatest); });
    for (std::int64_t c = 0; c < channels; ++c) {
        y[c] = kind == Activation::softmax ? exp(x[c] - greatest) / sum : (x[c] - greatest) - log(sum);
    }
}

template <class T>
void softmax_backward(Activation kind, const T* y, const T* dy, std::int64_t channels, T* dx) {
    const T sum = sum_channels<T>(channels, [&](auto c, T lane) {
        if (kind == Activation::softmax) return fma(dy[c], y[c], lane);
        return kind == Activation::log_softmax || y[c] > T(0.0) ? lane + dy[c] : lane;
    });
    const T count = sum_channels<T>(channels, [&](auto c, T lane) { return y[c] > T(0.0) ? lane + T(1.0) : lane; });
    for (std::int64_t c = 0; c < channels; ++c) {
        if (kind == Activation::softmax) {
            dx[c] = mul_rounded(y[c], dy[c] - sum);
        } else if (kind == Activation::log_softmax) {
            dx[c] = fma(-exp(y[c]), sum, dy[c]);
        } else {
            dx[c] = y[c] > T(0.0) ? dy[c] - sum / count : (y[c] == y[c] ? T(0.0) : y[c]);
        }
    }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
