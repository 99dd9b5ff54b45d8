// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints the largest error of each element-wise activation over all 2^32 floats, against double.
#include <immintrin.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "provenn/kernels/dispatch.hpp"

using namespace provenn;
using namespace provenn::kernels;

namespace {

constexpr std::size_t kBatch = 4096;
using Batch = double[kBatch];

/// The C library's functions of eight doubles, within 4 ulp of double: 2^-27 of an ulp of float.
namespace vector {
extern "C" {
__m512d _ZGVeN8v_exp(__m512d);
__m512d _ZGVeN8v_expm1(__m512d);
__m512d _ZGVeN8v_tanh(__m512d);
__m512d _ZGVeN8v_log1p(__m512d);
__m512d _ZGVeN8v_erfc(__m512d);
}
constexpr auto exp = _ZGVeN8v_exp, expm1 = _ZGVeN8v_expm1, tanh = _ZGVeN8v_tanh, log1p = _ZGVeN8v_log1p,
               erfc = _ZGVeN8v_erfc;
}  // namespace vector

template <class Function>
void apply(Function function, const Batch& x, Batch& y) {
    for (std::size_t i = 0; i < kBatch; i += 8) _mm512_storeu_pd(y + i, function(_mm512_loadu_pd(x + i)));
}

/// What several references share, computed once for a batch by the C library in double.
struct Shared {
    Batch x, expm1, exp_below, tanh, log1p_exp, normal, gelu_gate;  // exp_below: exp(-|x|); normal: erfc(-x / sqrt 2)
    void fill(const float* values) {
        Batch below, half, inner;
        for (std::size_t i = 0; i < kBatch; ++i) {
            x[i] = static_cast<double>(values[i]);
            below[i] = -std::abs(x[i]);
            half[i] = -x[i] * kInverseSqrt2;
            inner[i] = -2.0 * kGeluTanhScale * x[i] * (1.0 + kGeluTanhCubic * x[i] * x[i]);
        }
        apply(vector::expm1, x, expm1);
        apply(vector::exp, below, exp_below);
        apply(vector::tanh, x, tanh);
        apply(vector::log1p, exp_below, log1p_exp);
        apply(vector::erfc, half, normal);
        apply(vector::exp, inner, gelu_gate);
        for (double& gate : gelu_gate) gate = 1.0 / (1.0 + gate);
    }
    [[nodiscard]] double sigmoid(std::size_t i) const {
        return (x[i] >= 0.0 ? 1.0 : exp_below[i]) / (1.0 + exp_below[i]);
    }
};

inline double clip(double low, double x, double high) { return x < low ? low : x > high ? high : x; }

/// x - tanh(x) without cancellation: the series below 0.01, where its next term is under 1e-12 of it.
inline double tanh_shrink(double x, double tanh) {
    const double s = x * x;
    return std::abs(x) > 0.01 ? x - tanh : x * s * (1.0 / 3.0 - s * (2.0 / 15.0 - s * (17.0 / 315.0)));
}
/// x tanh(ln(1 + e^x)), in powers of e^-|x|.
inline double mish(double x, double p) {
    return x > 0.0 ? x * (1.0 + 2.0 * p) / (1.0 + 2.0 * p + 2.0 * p * p) : x * p * (p + 2.0) / (p * (p + 2.0) + 2.0);
}
inline double squareplus(double x, double b) {
    const double root = std::sqrt(x * x + b);
    return x > 0.0 ? 0.5 * (x + root) : 0.5 * b / (root - x);
}

/// The definitions of kernels/activation_kind.hpp.
template <Activation Kind>
[[gnu::always_inline]] inline double exact(const ActivationConfig& a, const Shared& s, std::size_t i) {
    const double x = s.x[i], alpha = static_cast<double>(a.alpha);
    switch (Kind) {
        case Activation::relu: return x > 0.0 ? x : 0.0;
        case Activation::relu_general: return clip(0.0, x, static_cast<double>(a.upper));
        case Activation::leaky_relu: return x >= 0.0 ? x : alpha * x;
        case Activation::elu:
        case Activation::celu: return x > 0.0 ? x : s.expm1[i];
        case Activation::selu: return kSeluScale * (x > 0.0 ? x : kSeluAlpha * s.expm1[i]);
        case Activation::sigmoid: return s.sigmoid(i);
        case Activation::hard_sigmoid: return clip(0.0, x / 6.0 + 0.5, 1.0);
        case Activation::hard_sigmoid_k2: return clip(0.0, x / 5.0 + 0.5, 1.0);
        case Activation::tanh: return s.tanh[i];
        case Activation::softplus: return (x > 0.0 ? x : 0.0) + s.log1p_exp[i];
        case Activation::softsign: return x / (1.0 + std::abs(x));
        case Activation::exponential: return x > 0.0 ? 1.0 / s.exp_below[i] : s.exp_below[i];
        case Activation::swish: return x * s.sigmoid(i);
        case Activation::hard_swish: return x * clip(0.0, x / 6.0 + 0.5, 1.0);
        case Activation::gelu: return 0.5 * x * s.normal[i];
        case Activation::gelu_tanh: return x * s.gelu_gate[i];
        case Activation::mish: return mish(x, s.exp_below[i]);
        case Activation::log_sigmoid: return (x < 0.0 ? x : 0.0) - s.log1p_exp[i];
        case Activation::hard_tanh: return clip(-1.0, x, 1.0);
        case Activation::hard_shrink: return std::abs(x) > alpha ? x : 0.0;
        case Activation::soft_shrink: return x > alpha ? x - alpha : x < -alpha ? x + alpha : 0.0;
        case Activation::tanh_shrink: return tanh_shrink(x, s.tanh[i]);
        case Activation::threshold: return x > static_cast<double>(a.threshold) ? x : static_cast<double>(a.beta);
        case Activation::squareplus: return squareplus(x, static_cast<double>(a.beta));
        case Activation::sparse_plus: return x <= -1.0 ? 0.0 : x >= 1.0 ? x : 0.25 * (x + 1.0) * (x + 1.0);
        case Activation::sparse_sigmoid: return clip(0.0, 0.5 * (x + 1.0), 1.0);
        default: return x;
    }
}

/// One over the spacing of floats at `value`; beyond the greatest float, over that of its binade.
inline double per_spacing(double value) {
    const auto nearest = static_cast<float>(value);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &nearest, sizeof bits);
    std::uint32_t exponent = bits >> 23 & 255u;
    exponent = exponent < 1 ? 1 : exponent > 254 ? 254 : exponent;
    const std::uint64_t wide = std::uint64_t{1173 - exponent} << 52;  // 2^(150 - exponent)
    double result = 0.0;
    std::memcpy(&result, &wide, sizeof result);
    return result;
}

struct Found {
    double ulp = 0.0, scaled = 0.0;  ///< scaled: of max(1, |x|, |y|)
    float ulp_at = 0.0f, scaled_at = 0.0f;
    std::uint64_t inputs = 0, wrong_nan = 0;

    void join(const Found& other) {
        if (other.ulp > ulp) ulp = other.ulp, ulp_at = other.ulp_at;
        if (other.scaled > scaled) scaled = other.scaled, scaled_at = other.scaled_at;
        inputs += other.inputs, wrong_nan += other.wrong_nan;
    }
};

/// @param are_finite whether all inputs of the batch are; bit patterns come in order, so that few batches are mixed.
template <Activation Kind>
void compare(const ActivationConfig& a, const Shared& s, bool are_finite, const float* y, Found& found) {
    constexpr double kLimit = 0x1p128;  // the float after the greatest: what Inf stands for
    constexpr std::size_t kWays = 16;   // as many maxima as the compiler needs to use vectors
    Batch value, ulp, scaled;
    double most_ulp[kWays] = {}, most_scaled[kWays] = {};
    std::uint32_t not_numbers = 0;
    for (std::size_t i = 0; i < kBatch; ++i) value[i] = clip(-kLimit, exact<Kind>(a, s, i), kLimit);
    for (std::size_t i = 0; i < kBatch; ++i) {
        const double error = std::abs(clip(-kLimit, static_cast<double>(y[i]), kLimit) - value[i]);
        const double x_size = std::abs(s.x[i]), y_size = std::abs(value[i]), size = x_size > y_size ? x_size : y_size;
        ulp[i] = error * per_spacing(value[i]);
        scaled[i] = error / (size > 1.0 ? size : 1.0);
    }
    for (std::size_t i = 0; i < kBatch; ++i) not_numbers += y[i] != y[i] ? 1u : 0u;
    for (std::size_t i = 0; i < kBatch; i += kWays) {
        for (std::size_t way = 0; way < kWays; ++way) {
            most_ulp[way] = ulp[i + way] > most_ulp[way] ? ulp[i + way] : most_ulp[way];
            most_scaled[way] = scaled[i + way] > most_scaled[way] ? scaled[i + way] : most_scaled[way];
        }
    }
    if (are_finite) {
        bool is_new = false;
        found.wrong_nan += not_numbers;
        for (std::size_t way = 0; way < kWays; ++way) {
            is_new = is_new || most_ulp[way] > found.ulp || most_scaled[way] > found.scaled;
        }
        found.inputs += kBatch;
        if (!is_new) return;
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
        if (!are_finite && std::isnan(s.x[i]) != std::isnan(y[i]) && !std::isinf(s.x[i])) ++found.wrong_nan;
        if (!std::isfinite(s.x[i])) continue;
        if (!are_finite) ++found.inputs;
        if (ulp[i] > found.ulp) found.ulp = ulp[i], found.ulp_at = static_cast<float>(s.x[i]);
        if (scaled[i] > found.scaled) found.scaled = scaled[i], found.scaled_at = static_cast<float>(s.x[i]);
    }
}

using Compare = void (*)(const ActivationConfig&, const Shared&, bool, const float*, Found&);
template <std::size_t... Kinds>
Compare comparison(std::size_t kind, std::index_sequence<Kinds...>) {
    constexpr Compare kAll[] = {compare<static_cast<Activation>(Kinds)>...};
    return kAll[kind];
}

constexpr std::size_t kKinds = static_cast<std::size_t>(Activation::softmax);

/// Keras' default parameters where it has some; ReLU6 for the general ReLU.
ActivationConfig config_of(std::size_t kind) {
    ActivationConfig config;
    config.kind = static_cast<Activation>(kind);
    config.alpha = config.kind == Activation::leaky_relu ? 0.2f : 1.0f;
    if (config.kind == Activation::relu_general) config.alpha = 0.0f, config.upper = 6.0f, config.has_upper = true;
    if (config.kind == Activation::hard_shrink || config.kind == Activation::soft_shrink) config.alpha = 0.5f;
    if (config.kind == Activation::threshold) config.threshold = 0.5f, config.beta = 0.25f;
    if (config.kind == Activation::squareplus) config.beta = 4.0f;
    return config;
}

void activate(const ActivationConfig& config, const float* x, float* y) {
    const MapLayout layout{{1, kBatch / 16, 16}, {}};
    static const KernelTable& kernels = best_table();  // asking the processor each time would take longer than the work
    kernels.activation.forward(serial_executor(), config, layout.map(x, 1), layout.map(y, 1));
}

}  // namespace

int main(int argument_count, char** arguments) {
    const std::uint64_t stride = argument_count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1;
    constexpr std::uint64_t kAll = std::uint64_t{1} << 32;
    const std::uint64_t batches = (kAll / stride + kBatch - 1) / kBatch;
    std::vector<Found> found(kKinds);
    std::atomic<std::uint64_t> next{0};
    std::mutex mutex;
    const auto work = [&] {
        const auto shared = std::make_unique<Shared>();
        std::vector<float> x(kBatch + 16), y(kBatch + 16);
        std::vector<Found> own(kKinds);
        for (std::uint64_t batch = next++; batch < batches; batch = next++) {
            for (std::uint64_t i = 0; i < kBatch; ++i) {
                const std::uint64_t pattern = (batch * kBatch + i) * stride;
                const auto bits = static_cast<std::uint32_t>(pattern < kAll ? pattern : 0);
                std::memcpy(&x[i], &bits, sizeof bits);
            }
            shared->fill(x.data());
            bool are_finite = true;
            for (const double value : shared->x) are_finite = are_finite && std::isfinite(value);
            for (std::size_t kind = 0; kind < kKinds; ++kind) {
                const ActivationConfig config = config_of(kind);
                activate(config, x.data(), y.data());
                comparison(kind, std::make_index_sequence<kKinds>())(config, *shared, are_finite, y.data(), own[kind]);
            }
            if (batch % (batches / 50 + 1) == 0) {
                std::fprintf(stderr, "%2.0f %%\n", 100.0 * static_cast<double>(batch) / static_cast<double>(batches));
            }
        }
        const std::lock_guard<std::mutex> lock(mutex);
        for (std::size_t kind = 0; kind < kKinds; ++kind) found[kind].join(own[kind]);
    };
    std::thread other(work);
    work();
    other.join();

    std::printf("# Activations over all floats\n\n");
    if (stride == 1) {
        std::printf("All 2^32 bit patterns");
    } else {
        std::printf("Every %lluth of the 2^32 bit patterns", static_cast<unsigned long long>(stride));
    }
    std::printf(
        ", by `tests/campaign/run_campaign.py activations`: each element-wise activation with Keras' default\n"
        "parameters, computed by the kernels (`%s`; the bits are the same on every instruction set) and compared with "
        "its definition in double.\n"
        "One ulp is the spacing of floats at the exact value. Where a function is a difference of near equals or a "
        "tail that a sum swallows, few\n"
        "bits of a tiny value are right and the error in ulp is large; the error as a share of max(1, |x|, |y|) shows "
        "that "
        "it does not matter there.\n"
        "squareplus squares its argument, which overflows from 1.8e19 on. PReLU and GLU have two arguments and are not "
        "listed. Infinities are shown, not counted; NaN gave NaN and "
        "nothing else did.\n\n"
        "| activation | finite inputs | largest error, ulp | at x | largest error / max(1, \\|x\\|, \\|y\\|) | at x | "
        "of -Inf | "
        "of "
        "+Inf |\n|---|---|---|---|---|---|---|---|\n",
        to_string(best_table().isa));
    std::uint64_t wrong = 0;
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        const Found& f = found[kind];
        std::vector<float> x(kBatch), y(kBatch);
        x[0] = -std::numeric_limits<float>::infinity(), x[1] = -x[0];
        activate(config_of(kind), x.data(), y.data());
        std::printf("| %s | %llu | %.3g | %.9g | %.2e | %.9g | %g | %g |\n", to_string(static_cast<Activation>(kind)),
                    static_cast<unsigned long long>(f.inputs), f.ulp, static_cast<double>(f.ulp_at), f.scaled,
                    static_cast<double>(f.scaled_at), static_cast<double>(y[0]), static_cast<double>(y[1]));
        wrong += f.wrong_nan;
    }
    if (wrong != 0)
        std::printf("\n**%llu inputs gave NaN wrongly, or did not.**\n", static_cast<unsigned long long>(wrong));
    return wrong == 0 ? 0 : 1;
}
