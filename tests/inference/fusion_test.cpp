// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fusion: what becomes an epilogue, what stays a step because somebody else reads it, and what needs no step at all.
#include "provenn/inference/fusion.hpp"

#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;
using Handle = ModelBuilder::Handle;

namespace {

layers::Conv2d same_conv() {
    layers::Conv2d conv;
    conv.filters = 4;
    conv.kernel = {3, 3};
    conv.padding = layers::Padding::same;
    return conv;
}
layers::ActivationLayer relu() {
    layers::ActivationLayer layer;
    layer.activation.kind = layers::Activation::relu;
    return layer;
}
/// Steps of a network from one [6, 6, 4] input; the description returns the outputs.
template <class Describe>
FusedGraph steps_of(const Describe& describe, bool is_fused = true) {
    ModelBuilder builder;
    const Handle input = builder.input("x", {6, 6, 4});
    for (const Handle output : describe(builder, input)) builder.output(output);
    const Model model = builder.build().value_or_throw();
    return fuse(lower(model).value_or_throw(), is_fused).value_or_throw();
}
std::vector<Handle> residual(ModelBuilder& b, Handle x) {
    Handle y = b.add("conv", same_conv(), x);
    y = b.add("norm", layers::BatchNormalization{}, y);
    const Handle pair[] = {x, y};
    y = b.add("join", layers::Merge{}, Span<const Handle>(pair));
    return {b.add("relu", relu(), y)};
}

}  // namespace

TEST_CASE("convolution, batch norm, addition and relu are one step", "[inference][fusion][REQ-INFER-022]") {
    const FusedGraph fused = steps_of(residual);
    REQUIRE(fused.steps.size() == 1);
    CHECK(fused.steps[0].batch_norm >= 0);
    CHECK(fused.steps[0].addend == 0);
    CHECK(fused.steps[0].clamp.kind == layers::Activation::relu);
    CHECK(fused.halo[0] == kernels::Halo{1, 1, 1, 1});
    const FusedGraph apart = steps_of(residual, false);
    CHECK(apart.steps.size() == 4);
}

TEST_CASE("an image that only convolutions read stays dense", "[inference][fusion][REQ-INFER-022]") {
    const auto is_dense = [](const auto& describe, bool is_fused = true) {
        return static_cast<bool>(steps_of(describe, is_fused).is_dense[0]);
    };
    const auto two = [](ModelBuilder& b, Handle x) {
        return std::vector<Handle>{b.add("one", same_conv(), b.add("pad", layers::ZeroPadding2d{{1, 1, 1, 1}}, x)),
                                   b.add("two", same_conv(), x)};
    };
    CHECK(is_dense(two));
    CHECK_FALSE(is_dense(two, false));
    CHECK_FALSE(is_dense(residual));  // added to a convolution
    CHECK_FALSE(is_dense([](ModelBuilder& b, Handle x) {
        return std::vector<Handle>{b.add("conv", same_conv(), x), b.add("pool", layers::Pool2d{}, x)};
    }));
    CHECK_FALSE(is_dense([](ModelBuilder& b, Handle x) {
        layers::Conv2d grouped = same_conv();
        grouped.groups = 2;
        return std::vector<Handle>{b.add("conv", grouped, x)};
    }));
    CHECK_FALSE(
        is_dense([](ModelBuilder& b, Handle x) { return std::vector<Handle>{b.add("flat", layers::Flatten{}, x)}; }));
}

TEST_CASE("an image stays dense through scaling and shifting, all the way or not at all",
          "[inference][fusion][REQ-INFER-022]") {
    const auto scaled = [](ModelBuilder& b, Handle x, bool is_read_by_pool) {
        x = b.add("scale", layers::Rescaling{}, x);
        const Handle y = b.add("norm", layers::BatchNormalization{}, x);
        std::vector<Handle> outputs = {b.add("conv", same_conv(), y)};
        if (is_read_by_pool) outputs.push_back(b.add("pool", layers::Pool2d{}, y));
        return outputs;
    };
    for (const bool is_read_by_pool : {false, true}) {
        const FusedGraph fused =
            steps_of([&](ModelBuilder& b, Handle x) { return scaled(b, x, is_read_by_pool); });
        for (std::size_t value = 0; value < 3; ++value) CHECK(fused.is_dense[value] == !is_read_by_pool);
        CHECK_FALSE(fused.is_dense[3]);
    }
}

TEST_CASE("what somebody else reads is not fused away", "[inference][fusion][REQ-INFER-022]") {
    // The convolution's own result is an output of the model.
    CHECK(steps_of([](ModelBuilder& b, Handle x) {
              const Handle y = b.add("conv", same_conv(), x);
              return std::vector<Handle>{y, b.add("relu", relu(), y)};
          }).steps.size() == 2);
    // The batch norm's result is read twice.
    CHECK(steps_of([](ModelBuilder& b, Handle x) {
              const Handle y = b.add("norm", layers::BatchNormalization{}, b.add("conv", same_conv(), x));
              const Handle pair[] = {y, b.add("relu", relu(), y)};
              return std::vector<Handle>{b.add("join", layers::Merge{}, Span<const Handle>(pair))};
          }).steps.size() == 3);
    // A value added to itself is read twice.
    CHECK(steps_of([](ModelBuilder& b, Handle x) {
              const Handle y = b.add("conv", same_conv(), x);
              const Handle pair[] = {y, y};
              return std::vector<Handle>{b.add("join", layers::Merge{}, Span<const Handle>(pair))};
          }).steps.size() == 2);
    // A subtraction is not an addition; an addend of another extent is spread, not added.
    CHECK(steps_of([](ModelBuilder& b, Handle x) {
              layers::Merge minus;
              minus.kind = layers::MergeKind::subtract;
              const Handle pair[] = {x, b.add("conv", same_conv(), x)};
              return std::vector<Handle>{b.add("join", minus, Span<const Handle>(pair))};
          }).steps.size() == 2);
    CHECK(steps_of([](ModelBuilder& b, Handle x) {
              const Handle pair[] = {b.add("mean", layers::GlobalPool2d{layers::PoolKind::average, true}, x),
                                     b.add("conv", same_conv(), x)};
              return std::vector<Handle>{b.add("join", layers::Merge{}, Span<const Handle>(pair))};
          }).steps.size() == 3);
}

TEST_CASE("an addend that is computed later moves the convolution behind it", "[inference][fusion][REQ-INFER-022]") {
    const FusedGraph fused = steps_of([](ModelBuilder& b, Handle x) {
        const Handle early = b.add("early", same_conv(), x);
        const Handle late =
            b.add("late", layers::Pool2d{layers::PoolKind::max, {3, 3}, {1, 1}, layers::Padding::same}, x);
        const Handle pair[] = {early, late};
        return std::vector<Handle>{b.add("join", layers::Merge{}, Span<const Handle>(pair))};
    });
    REQUIRE(fused.steps.size() == 2);
    CHECK(fused.steps[1].addend == fused.steps[0].output);
}

TEST_CASE("dropout, flattening a vector and zero padding need no step", "[inference][fusion][REQ-INFER-022]") {
    const auto network = [](ModelBuilder& b, Handle x) {
        Handle y = b.add("pad", layers::ZeroPadding2d{{2, 1, 0, 3}}, x);
        y = b.add("pool", layers::GlobalPool2d{}, b.add("conv", same_conv(), y));
        return std::vector<Handle>{b.add("flat", layers::Flatten{}, b.add("drop", layers::Dropout{}, y))};
    };
    const FusedGraph fused = steps_of(network);
    CHECK(fused.steps.size() == 2);
    CHECK(fused.halo[0] == kernels::Halo{3, 2, 1, 4});  // the padding, and the convolution's own around it
    CHECK(steps_of(network, false).steps.size() == 3);
}
