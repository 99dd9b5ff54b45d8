// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The closed list of activation functions and their parameters, as layers, files and kernels name them.
#pragma once

#include <cstdint>
#include <string_view>

#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Activation functions of Keras. The numbers are part of the file format. x is the input, a = alpha, b = beta.
enum class Activation : std::uint8_t {
    linear = 0,           ///< x
    relu = 1,             ///< max(0, x)
    relu_general = 2,     ///< x > threshold ? min(x, upper) : a (x - threshold); Keras' ReLU with its arguments
    leaky_relu = 3,       ///< x >= 0 ? x : a x
    elu = 4,              ///< x > 0 ? x : a (exp(x) - 1)
    selu = 5,             ///< scale * elu with the constants of Klambauer et al. 2017
    celu = 6,             ///< x > 0 ? x : a (exp(x / a) - 1)
    sigmoid = 7,          ///< 1 / (1 + exp(-x))
    hard_sigmoid = 8,     ///< clip(x / 6 + 1/2, 0, 1), Keras 3
    hard_sigmoid_k2 = 9,  ///< clip(x / 5 + 1/2, 0, 1), Keras 1 and 2
    tanh = 10,
    softplus = 11,        ///< log(1 + exp(x))
    softsign = 12,        ///< x / (1 + |x|)
    exponential = 13,     ///< exp(x)
    swish = 14,           ///< x sigmoid(x), also called SiLU
    hard_swish = 15,      ///< x hard_sigmoid(x), also called hard SiLU
    gelu = 16,            ///< x (1 + erf(x / sqrt 2)) / 2
    gelu_tanh = 17,       ///< its approximation by tanh
    mish = 18,            ///< x tanh(softplus(x))
    log_sigmoid = 19,
    hard_tanh = 20,       ///< clip(x, -1, 1)
    hard_shrink = 21,     ///< |x| > a ? x : 0
    soft_shrink = 22,     ///< sign(x) max(|x| - a, 0)
    tanh_shrink = 23,     ///< x - tanh(x)
    threshold = 24,       ///< x > threshold ? x : b
    squareplus = 25,      ///< (x + sqrt(x^2 + b)) / 2
    sparse_plus = 26,     ///< x <= -1: 0, x >= 1: x, else (x + 1)^2 / 4
    sparse_sigmoid = 27,  ///< clip((x + 1) / 2, 0, 1)
    softmax = 28,         ///< over channels
    log_softmax = 29,     ///< over channels
    sparsemax = 30,       ///< over channels
    glu = 31,             ///< over channels: first half * sigmoid(second half)
};
inline constexpr int kActivationCount = 32;

/// Name of an activation as Keras spells it (relu_general and gelu_tanh have names of ours).
[[nodiscard]] inline const char* to_string(Activation kind) {
    constexpr const char* kNames[kActivationCount] = {
        "linear", "relu", "relu_general", "leaky_relu", "elu", "selu", "celu", "sigmoid",
        "hard_sigmoid", "hard_sigmoid_k2", "tanh", "softplus", "softsign", "exponential", "swish", "hard_swish",
        "gelu", "gelu_tanh", "mish", "log_sigmoid", "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink",
        "threshold", "squareplus", "sparse_plus", "sparse_sigmoid", "softmax", "log_softmax", "sparsemax", "glu"};
    return kNames[static_cast<int>(kind)];
}

/// An activation with its parameters; only those that the list above mentions have meaning for a kind.
struct ActivationConfig {
    Activation kind = Activation::linear;
    float alpha = 0.0f;
    float beta = 0.0f;
    float threshold = 0.0f;
    float upper = 0.0f;
    bool has_upper = false;  ///< relu_general: whether `upper` clips

    friend bool operator==(const ActivationConfig& a, const ActivationConfig& b) {
        return a.kind == b.kind && a.alpha == b.alpha && a.beta == b.beta && a.threshold == b.threshold &&
               a.upper == b.upper && a.has_upper == b.has_upper;
    }
};

/// Whether the activation is max(0, x), perhaps with an upper bound (ReLU6): what a convolution's epilogue can do.
[[nodiscard]] inline bool is_clamp(const ActivationConfig& a) {
    return a.kind == Activation::relu || (a.kind == Activation::relu_general && a.alpha == 0.0f && a.threshold == 0.0f);
}

[[nodiscard]] inline bool is_elementwise(Activation kind) { return kind < Activation::softmax; }

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
