// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element-wise kernels: joining with spread axes, gradients, scaling, filling; one set of bits everywhere.
#include "provenn/kernels/elementwise.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/elementwise.hpp"
#include "provenn/kernels/reference/pairwise_tree.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {

constexpr Combine kKinds[] = {Combine::add,     Combine::subtract, Combine::multiply,
                              Combine::average, Combine::maximum,  Combine::minimum};

/// The inputs' values at one place of the output.
template <class T>
std::vector<T> values_at(const std::vector<Nhwc<T>>& inputs, std::int64_t n, std::int64_t h, std::int64_t w,
                         std::int64_t c) {
    std::vector<T> values;
    for (const Nhwc<T>& input : inputs) {
        values.push_back(input.view()(n, input.shape[1] == 1 ? 0 : h, input.shape[2] == 1 ? 0 : w, c));
    }
    return values;
}
template <class T>
Nhwc<T> combined(Combine kind, const std::vector<Nhwc<T>>& inputs, const Shape& shape) {
    Nhwc<T> y(shape);
    for (std::int64_t n = 0; n < shape[0]; ++n)
        for (std::int64_t h = 0; h < shape[1]; ++h)
            for (std::int64_t w = 0; w < shape[2]; ++w)
                for (std::int64_t c = 0; c < shape[3]; ++c) {
                    const auto values = values_at(inputs, n, h, w, c);
                    y.view()(n, h, w, c) = reference::combine(kind, values.data(), values.size());
                }
    return y;
}
template <class T>
Nhwc<T> gradient_of(Combine kind, const std::vector<Nhwc<T>>& inputs, std::size_t which, const Nhwc<T>& dy) {
    const Shape &out = dy.shape, &in = inputs[which].shape;
    Nhwc<T> dx(in);
    const auto one = [&](auto n, auto h, auto w, auto c) {
        const auto values = values_at(inputs, n, h, w, c);
        return reference::combine_backward(kind, values.data(), values.size(), which, dy.view()(n, h, w, c));
    };
    const bool rows = in[1] != out[1], columns = in[2] != out[2];
    for (std::int64_t n = 0; n < in[0]; ++n)
        for (std::int64_t h = 0; h < in[1]; ++h)
            for (std::int64_t w = 0; w < in[2]; ++w)
                for (std::int64_t c = 0; c < in[3]; ++c) {
                    if (!rows && !columns) {
                        dx.view()(n, h, w, c) = one(n, h, w, c);
                        continue;
                    }
                    const auto row_sum = [&](std::int64_t row) {
                        T sum = T(0.0);
                        for (std::int64_t v = columns ? 0 : w; v < (columns ? out[2] : w + 1); ++v) {
                            sum = sum + one(n, row, v, c);
                        }
                        return sum;
                    };
                    dx.view()(n, h, w, c) =
                        reference::pairwise_sum<T>(rows ? 0 : h, rows ? out[1] : h + 1, row_sum);
                }
    return dx;
}

struct JoinCase {
    Shape output;
    std::vector<Shape> inputs;
};
const JoinCase kCases[] = {{{2, 3, 5, 17}, {{2, 3, 5, 17}, {2, 3, 5, 17}}},
                           {{2, 7, 6, 33}, {{2, 7, 6, 33}, {2, 1, 1, 33}}},
                           {{1, 4, 5, 16}, {{1, 4, 1, 16}, {1, 1, 5, 16}, {1, 4, 5, 16}}},
                           {{3, 40, 30, 5}, {{3, 40, 30, 5}, {3, 40, 30, 5}, {3, 40, 30, 5}, {3, 40, 30, 5}}}};

std::vector<Nhwc<float>> random_inputs(const JoinCase& c, support::CounterRandom& random, bool ties) {
    std::vector<Nhwc<float>> inputs;
    for (const Shape& shape : c.inputs) {
        inputs.push_back(support::random_nhwc(shape, random));
        if (!ties) continue;
        for (float& value : inputs.back().values) value = static_cast<float>(static_cast<int>(value * 4.0f));
    }
    return inputs;
}

}  // namespace

TEST_CASE("joining maps gives the reference's bits on every instruction set and thread count, and so do its gradients",
          "[kernels][elementwise][REQ-KERN-328]") {
    support::CounterRandom random(1);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const JoinCase& c : kCases) {
        std::vector<Nhwc<float>> inputs = random_inputs(c, random, true);
        inputs[0].values[0] = nan;
        inputs[1].values[1] = nan;
        const Nhwc<float> dy = support::random_nhwc(c.output, random);
        std::vector<BlockedBuffer> buffers;
        std::vector<ConstBlockedMap> maps;
        for (const Nhwc<float>& input : inputs) buffers.emplace_back(input);
        for (const BlockedBuffer& buffer : buffers) maps.push_back(buffer.map());
        const BlockedBuffer gradient(dy);
        const Span<const ConstBlockedMap> span(maps.data(), maps.size());
        for (const Combine kind : kKinds) {
            if (kind == Combine::subtract && inputs.size() != 2) continue;
            const Nhwc<float> expected = combined(kind, inputs, c.output);
            CHECK((std::isnan(expected.values[0]) && std::isnan(expected.values[1])));
            std::vector<Nhwc<float>> gradients;
            for (std::size_t i = 0; i < inputs.size(); ++i) gradients.push_back(gradient_of(kind, inputs, i, dy));
            for (const TrainingTable* table : support::all_tables()) {
                for (const int threads : {1, 2, 7}) {
                    CAPTURE(to_string(table->isa), static_cast<int>(kind), c.output[3], threads);
                    support::ThreadedExecutor pool(threads);
                    BlockedBuffer y(c.output[0], {c.output[1], c.output[2], c.output[3]}, Halo{1, 0, 2, 1});
                    table->elementwise.combine(pool.executor(), kind, span, y.map());
                    CHECK(support::same_bits(y.nhwc(), expected));
                    CHECK((y.ragged_lanes_are_zero() && y.halo_is_untouched()));
                    for (std::size_t i = 0; i < inputs.size(); ++i) {
                        const Shape& shape = inputs[i].shape;
                        BlockedBuffer dx(shape[0], {shape[1], shape[2], shape[3]}, Halo{0, 1, 1, 0});
                        table->elementwise_backward.combine(pool.executor(), kind, span, i, gradient.map(), dx.map());
                        CHECK(support::same_bits(dx.nhwc(), gradients[i]));
                        CHECK((dx.ragged_lanes_are_zero() && dx.halo_is_untouched()));
                    }
                }
            }
        }
    }
}

TEST_CASE("the gradients of joining are the derivatives of its reference", "[kernels][elementwise][REQ-KERN-328]") {
    support::CounterRandom random(2);
    const JoinCase small{{2, 3, 2, 2}, {{2, 3, 2, 2}, {2, 1, 1, 2}}};
    std::vector<Nhwc<double>> inputs;
    for (const Nhwc<float>& input : random_inputs(small, random, false)) inputs.push_back(input.as<double>());
    const Nhwc<double> dy = support::random_nhwc(small.output, random).as<double>();
    for (const Combine kind : kKinds) {
        for (std::size_t which = 0; which < inputs.size(); ++which) {
            const Nhwc<double> expected = support::gradient_by_duals(inputs[which], dy, [&](const Nhwc<Dual>& input) {
                std::vector<Nhwc<Dual>> duals;
                for (std::size_t i = 0; i < inputs.size(); ++i) {
                    duals.push_back(i == which ? input : inputs[i].as<Dual>());
                }
                return combined(kind, duals, small.output);
            });
            const Nhwc<double> found = gradient_of(kind, inputs, which, dy);
            CHECK(support::greatest_difference(found.values, expected.values) <= 1e-10);
        }
    }
}

TEST_CASE("the gradient of a maximum goes to the first of equal inputs", "[kernels][elementwise][REQ-KERN-328]") {
    const Nhwc<float> a({1, 1, 1, 3}, 2.0f), b({1, 1, 1, 3}, 2.0f), dy({1, 1, 1, 3}, 0.5f);
    const BlockedBuffer first(a), second(b), gradient(dy);
    const ConstBlockedMap maps[] = {first.map(), second.map()};
    for (const TrainingTable* table : support::all_tables()) {
        for (const Combine kind : {Combine::maximum, Combine::minimum}) {
            BlockedBuffer da(1, {1, 1, 3}), db(1, {1, 1, 3});
            table->elementwise_backward.combine(serial_executor(), kind, {maps, 2}, 0, gradient.map(), da.map());
            table->elementwise_backward.combine(serial_executor(), kind, {maps, 2}, 1, gradient.map(), db.map());
            CHECK(da.nhwc().values == std::vector<float>{0.5f, 0.5f, 0.5f});
            CHECK(db.nhwc().values == std::vector<float>{0.0f, 0.0f, 0.0f});
        }
    }
}

TEST_CASE("scaling, shifting, filling and copying keep their contracts", "[kernels][elementwise][REQ-KERN-328]") {
    support::CounterRandom random(3);
    const Shape shape{2, 17, 23, 19};
    const Nhwc<float> x = support::random_nhwc(shape, random);
    const std::vector<float> scale = random.floats(32), shift = random.floats(32);
    Nhwc<float> shifted(shape), scaled(shape);
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        shifted.values[i] = fma(x.values[i], scale[i % 19], shift[i % 19]);
        scaled.values[i] = mul_rounded(x.values[i], scale[i % 19]);
    }
    const BlockedBuffer input(x);
    const ConstBlockedMap one[] = {input.map()};
    for (const TrainingTable* table : support::all_tables()) {
        for (const int threads : {1, 7}) {
            support::ThreadedExecutor pool(threads);
            BlockedBuffer y(2, {17, 23, 19}, Halo{1, 1, 0, 2});
            table->elementwise.scale_shift(pool.executor(), input.map(), scale.data(), shift.data(), y.map());
            CHECK(support::same_bits(y.nhwc(), shifted));
            table->elementwise.scale_shift(pool.executor(), input.map(), scale.data(), nullptr, y.map());
            CHECK(support::same_bits(y.nhwc(), scaled));
            CHECK((y.ragged_lanes_are_zero() && y.halo_is_untouched()));
            table->elementwise.fill(pool.executor(), 2.5f, y.map());
            CHECK(support::same_bits(y.nhwc(), Nhwc<float>(shape, 2.5f)));
            CHECK((y.ragged_lanes_are_zero() && y.halo_is_untouched()));
            table->elementwise.combine(pool.executor(), Combine::add, {one, 1}, y.map());
            CHECK(support::same_bits(y.nhwc(), x));
        }
    }
}

TEST_CASE("scale and shift give dense maps the bits of blocked ones", "[kernels][elementwise][REQ-KERN-328]") {
    support::CounterRandom random(5);
    for (std::int64_t channels = 1; channels <= kMostDenseChannels; ++channels) {
        for (const std::int64_t width : {1, 5, 16, 37}) {
            const MapExtent extent{3, width, channels};
            const Nhwc<float> x = support::random_nhwc({2, 3, width, channels}, random);
            const std::vector<float> scale = random.floats(16, 0.5f, 2.0f), shift = random.floats(16, -1.0f, 1.0f);
            const BlockedBuffer blocked(x);
            for (const KernelTable* table : support::all_tables()) {
                for (const float* shifts : {shift.data(), static_cast<const float*>(nullptr)}) {
                    CAPTURE(to_string(table->isa), channels, width, shifts == nullptr);
                    BlockedBuffer y(2, extent), dense(2, extent, {}, channels), z(2, extent, {}, channels);
                    table->elementwise.scale_shift(serial_executor(), blocked.map(), scale.data(), shifts, y.map());
                    table->layout.to_blocked(serial_executor(), x.view(), dense.map());
                    support::ThreadedExecutor pool(3);
                    table->elementwise.scale_shift(pool.executor(), dense.map(), scale.data(), shifts, z.map());
                    CHECK(support::same_bits(z.buffer(), y.nhwc().values));
                }
            }
        }
    }
}

TEST_CASE("a folded batch norm rounds scale and shift once", "[kernels][elementwise][REQ-KERN-329]") {
    support::CounterRandom random(4);
    for (int i = 0; i < 1000; ++i) {
        const float gamma = random.next(), beta = random.next(), mean = random.next(-9.0f, 9.0f);
        const float variance = random.next(0.0f, 4.0f);
        const BatchNormFold fold = fold_batch_norm(gamma, beta, mean, variance, 1e-3f);
        const double deviation = std::sqrt(static_cast<double>(variance) + static_cast<double>(1e-3f));
        CHECK(fold.scale == static_cast<float>(static_cast<double>(gamma) / deviation));
        const long double exact = static_cast<long double>(beta) -
                                  static_cast<long double>(mean) * static_cast<long double>(fold.scale);
        CHECK(static_cast<double>(std::abs(static_cast<long double>(fold.shift) - exact)) <=
              0x1.000001p-25 * std::abs(std::ldexp(1.0, std::ilogb(static_cast<double>(exact)) + 1)));
    }
}
