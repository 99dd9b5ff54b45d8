// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementary functions over runs of floats. Contract in kernels/math.hpp.

/// y[i] = function(x[i]) for count floats; y may be x.
inline void map_math(MathFunction function, const float* x, float* y, std::int64_t count) noexcept {
    const FpEnvironmentScope environment;
    for (std::int64_t i = 0; i < count; i += kLanes) {
        float lanes[kLanes] = {};
        const std::int64_t width = count - i < kLanes ? count - i : kLanes;
        std::memcpy(lanes, x + i, static_cast<std::size_t>(width) * sizeof(float));
        F16 a = load(lanes);
        switch (function) {
            case MathFunction::exp: a = exp(a); break;
            case MathFunction::expm1: a = expm1(a); break;
            case MathFunction::log: a = log(a); break;
            case MathFunction::log1p: a = log1p(a); break;
            case MathFunction::tanh: a = tanh(a); break;
            case MathFunction::sigmoid: a = sigmoid(a); break;
            case MathFunction::softplus: a = softplus(a); break;
            case MathFunction::erf: a = erf(a); break;
        }
        store(lanes, a);
        std::memcpy(y + i, lanes, static_cast<std::size_t>(width) * sizeof(float));
    }
}
