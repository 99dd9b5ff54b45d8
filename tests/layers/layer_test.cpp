// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers: output shapes as real Keras has them (recorded), parameters, and every configuration that is refused.
#include "provenn/layers/layer.hpp"

#include <fstream>
#include <limits>
#include <sstream>

#include "support/catch.hpp"
#include "support/packages.hpp"
#include "support/shared_data.hpp"

using namespace provenn;
using namespace provenn::layers;

namespace {

/// A line of tests/oracle/layer_shapes.txt before the arrow.
struct Row {
    std::string kind;
    std::int64_t height, width, channels;
    Extent2 kernel, stride, dilation;
    Padding padding;
    std::int64_t number;
};

Layer layer_of(const Row& row) {
    const Border2 border{row.kernel.height, row.kernel.width, row.stride.height, row.stride.width};
    if (row.kind == "conv2d") return Conv2d{row.number, row.kernel, row.stride, row.dilation, row.padding, 1, true, {}};
    if (row.kind == "depthwise") {
        return DepthwiseConv2d{row.kernel, row.stride, row.dilation, row.padding, row.number, true, {}};
    }
    if (row.kind == "separable") {
        return SeparableConv2d{row.number, row.kernel, row.stride, row.dilation, row.padding, 1, true, {}};
    }
    if (row.kind == "transpose") {
        return Conv2dTranspose{row.number, row.kernel, row.stride, row.dilation, row.padding, false, {0, 0}, true, {}};
    }
    if (row.kind == "transpose_padded") {
        const Extent2 more{row.number % row.stride.height, row.number % row.stride.width};
        return Conv2dTranspose{row.number, row.kernel, row.stride, row.dilation, row.padding, true, more, true, {}};
    }
    if (row.kind == "max") return Pool2d{PoolKind::max, row.kernel, row.stride, row.padding};
    if (row.kind == "average") return Pool2d{PoolKind::average, row.kernel, row.stride, row.padding};
    if (row.kind == "up") return UpSampling2d{row.kernel, Interpolation::nearest};
    if (row.kind == "pad") return ZeroPadding2d{border};
    if (row.kind == "crop") return Cropping2d{border};
    if (row.kind == "dense") return Dense{row.number, true, {}};
    if (row.kind == "flatten") return Flatten{};
    if (row.kind == "permute") return Permute{{2, 0, 1}};
    REQUIRE(row.kind == "global");
    return GlobalPool2d{PoolKind::average, row.number % 2 == 1};
}

ErrorCode refusal(const Layer& layer, std::initializer_list<Shape> inputs) {
    std::vector<Shape> shapes(inputs);
    const auto shape = output_shape(layer, {shapes.data(), shapes.size()});
    CAPTURE(type_name(layer));
    REQUIRE_FALSE(shape.ok());
    return shape.error().code;
}
constexpr ErrorCode kMismatch = ErrorCode::shape_mismatch, kInvalid = ErrorCode::invalid_argument;
const Shape kImage{9, 8, 4};

}  // namespace

TEST_CASE("output shapes are those of real Keras", "[layers][layer][REQ-LAYER-001]") {
    std::ifstream file(support::source_file("tests/oracle/layer_shapes.txt"));
    std::string line;
    int rows = 0, refused = 0;
    while (std::getline(file, line)) {
        if (line[0] == '#') continue;
        CAPTURE(line);
        std::istringstream text(line);
        Row row{};
        int same = 0;
        std::string arrow, extent;
        text >> row.kind >> row.height >> row.width >> row.channels >> row.kernel.height >> row.kernel.width >>
            row.stride.height >> row.stride.width >> row.dilation.height >> row.dilation.width >> same >> row.number >>
            arrow;
        row.padding = same == 1 ? Padding::same : Padding::valid;
        REQUIRE(arrow == "->");
        const Shape input{row.height, row.width, row.channels};
        const auto found = output_shape(layer_of(row), {&input, 1});
        Shape expected;
        while (text >> extent) {
            if (extent != "none") expected.push_back(std::stoll(extent));
        }
        CHECK(found.ok() == (expected.rank() > 0));
        if (found.ok()) CHECK(*found == expected);
        refused += found.ok() ? 0 : 1;
        ++rows;
    }
    CHECK(rows == 520);
    CHECK(refused > 30);
}

TEST_CASE("'same' puts the odd element of padding below and right", "[layers][layer][REQ-LAYER-002]") {
    const WindowAxis even = window_axis(224, 3, 2, 1, Padding::same);
    CHECK((even.output == 112 && even.pad_before == 0 && even.pad_after == 1));
    const WindowAxis odd = window_axis(225, 3, 2, 1, Padding::same);
    CHECK((odd.output == 113 && odd.pad_before == 1 && odd.pad_after == 1));
    const WindowAxis dilated = window_axis(10, 4, 1, 3, Padding::same);
    CHECK((dilated.output == 10 && dilated.pad_before == 4 && dilated.pad_after == 5));
    const WindowAxis sparse = window_axis(7, 1, 3, 1, Padding::same);  // needs no padding at all
    CHECK((sparse.output == 3 && sparse.pad_before == 0 && sparse.pad_after == 0));
}

TEST_CASE("parameters have Keras' names, order and shapes", "[layers][layer][REQ-LAYER-003]") {
    const auto text_of = [](const Layer& layer, const Shape& input) {
        FixedText<400> text;
        const ParameterSpecs specs = parameters(layer, {&input, 1});  // the span below borrows from it
        for (const ParameterSpec& spec : specs.span()) text << spec.name << spec.shape << " ";
        return std::string(text.c_str());
    };
    CHECK(text_of(Conv2d{6, {3, 2}, {}, {}, Padding::valid, 2, true, {}}, kImage) == "kernel[3, 2, 2, 6] bias[6] ");
    CHECK(text_of(DepthwiseConv2d{{3, 2}, {}, {}, Padding::valid, 5, true, {}}, kImage) ==
          "depthwise_kernel[3, 2, 4, 5] bias[20] ");
    CHECK(text_of(SeparableConv2d{6, {3, 2}, {}, {}, Padding::valid, 5, true, {}}, kImage) ==
          "depthwise_kernel[3, 2, 4, 5] pointwise_kernel[1, 1, 20, 6] bias[6] ");
    CHECK(text_of(Conv2dTranspose{6, {3, 2}}, kImage) == "kernel[3, 2, 6, 4] bias[6] ");
    CHECK(text_of(Dense{7, true, {}}, {5}) == "kernel[5, 7] bias[7] ");
    CHECK(text_of(Dense{7, false, {}}, {5}) == "kernel[5, 7] ");
    CHECK(text_of(BatchNormalization{}, kImage) == "gamma[4] beta[4] moving_mean[4] moving_variance[4] ");
    CHECK(text_of(BatchNormalization{0.9f, 0.1f, false, true, false}, kImage) ==
          "gamma[4] moving_mean[4] moving_variance[4] ");
    CHECK(text_of(LayerNormalization{}, kImage) == "gamma[4] beta[4] ");
    CHECK(text_of(LayerNormalization{0.1f, false, true}, {6, 4}) == "gamma[4] ");
    CHECK(text_of(LayerNormalization{0.1f, true, false}, {4}) == "beta[4] ");
    CHECK(text_of(GroupNormalization{2, 0.1f, true, true}, kImage) == "gamma[4] beta[4] ");
    CHECK(text_of(GroupNormalization{-1, 0.1f, false, true}, kImage) == "gamma[4] ");
    CHECK(text_of(PRelu{}, kImage) == "alpha[1, 1, 4] ");
    CHECK(text_of(PRelu{false, true}, kImage) == "alpha[9, 1, 4] ");
    CHECK(text_of(PRelu{}, {6, 4}) == "alpha[1, 4] ");
    CHECK(text_of(Normalization{}, kImage) == "mean[4] variance[4] ");
    CHECK(text_of(Pool2d{}, kImage).empty());
}

TEST_CASE("work is counted as multiplications with addition", "[layers][layer][REQ-LAYER-003]") {
    const Shape out{9, 8, 6};
    CHECK(multiply_adds(Conv2d{6, {3, 3}, {}, {}, Padding::same, 2, true, {}}, {&kImage, 1}, out) == 9 * 8 * 6 * 9 * 2);
    CHECK(multiply_adds(Conv2dTranspose{6, {3, 2}, {2, 2}}, {&kImage, 1}, {19, 16, 6}) == 9 * 8 * 4 * 6 * 6);
    CHECK(multiply_adds(Dense{7, true, {}}, {&kImage, 1}, {9, 8, 7}) == 9 * 8 * 7 * 4);
    CHECK(multiply_adds(DepthwiseConv2d{{3, 3}, {}, {}, Padding::same, 1, true, {}}, {&kImage, 1}, kImage) == 288 * 9);
}

TEST_CASE("layers refuse what they cannot compute", "[layers][layer][REQ-LAYER-004]") {
    Conv2d conv{4, {3, 3}, {}, {}, Padding::valid, 1, true, {}};
    const auto with = [&conv](auto change) {
        Conv2d changed = conv;
        change(changed);
        return Layer(changed);
    };
    CHECK(refusal(with([](Conv2d& c) { c.filters = 0; }), {kImage}) == kInvalid);
    CHECK(refusal(with([](Conv2d& c) { c.groups = 3; }), {kImage}) == kMismatch);
    CHECK(refusal(with([](Conv2d& c) { c.groups = 0; }), {kImage}) == kInvalid);
    CHECK(refusal(with([](Conv2d& c) { c.kernel = {0, 3}; }), {kImage}) == kInvalid);
    CHECK(refusal(with([](Conv2d& c) { c.kernel = {3, 5000}; }), {kImage}) == kInvalid);
    CHECK(refusal(with([](Conv2d& c) { c.stride = {-1, 1}; }), {kImage}) == kInvalid);
    CHECK(refusal(with([](Conv2d& c) {
                      c.dilation = {1, std::numeric_limits<std::int64_t>::max()};
                  }),
                  {kImage}) == kInvalid);
    CHECK(refusal(with([](Conv2d& c) { c.kernel = {10, 1}; }), {kImage}) == kMismatch);
    CHECK(refusal(conv, {Shape{9, 8}}) == kMismatch);
    CHECK(refusal(conv, {kImage, kImage}) == kMismatch);
    CHECK(refusal(conv, {Shape{9, 0, 4}}) == kMismatch);
    CHECK(refusal(DepthwiseConv2d{{3, 3}, {}, {}, Padding::valid, 0, true, {}}, {kImage}) == kInvalid);
    CHECK(refusal(Dense{0, true, {}}, {Shape{4}}) == kInvalid);
    CHECK(refusal(BatchNormalization{0.9f, -1.0f, true, true, false}, {kImage}) == kInvalid);
    CHECK(refusal(LayerNormalization{-1.0f, true, true}, {kImage}) == kInvalid);
    CHECK(refusal(LayerNormalization{std::numeric_limits<float>::quiet_NaN(), true, true}, {kImage}) == kInvalid);
    CHECK(refusal(LayerNormalization{}, {{2, 3, 4, 5}}) == kMismatch);
    CHECK(refusal(LayerNormalization{}, {kImage, kImage}) == kMismatch);
    for (const std::int64_t groups : {3, 8, 32}) {  // 4 channels
        CHECK(refusal(GroupNormalization{groups, 0.1f, true, true}, {kImage}) == kMismatch);
    }
    for (const std::int64_t groups : {std::int64_t{0}, std::int64_t{-2}, std::numeric_limits<std::int64_t>::min()}) {
        CHECK(refusal(GroupNormalization{groups, 0.1f, true, true}, {kImage}) == kInvalid);
    }
    CHECK(refusal(GroupNormalization{2, -1.0f, true, true}, {kImage}) == kInvalid);
    CHECK(refusal(BatchNormalization{1.5f, 0.1f, true, true, false}, {kImage}) == kInvalid);
    CHECK(refusal(ActivationLayer{{Activation::glu}}, {Shape{9, 8, 3}}) == kMismatch);
    CHECK(refusal(Pool2d{PoolKind::max, {10, 1}, {1, 1}, Padding::valid}, {kImage}) == kMismatch);
    CHECK(refusal(GlobalPool2d{}, {Shape{4}}) == kMismatch);
    CHECK(refusal(ZeroPadding2d{{-1, 0, 0, 0}}, {kImage}) == kInvalid);
    CHECK(refusal(Cropping2d{{5, 4, 0, 0}}, {kImage}) == kMismatch);
    CHECK(refusal(UpSampling2d{{0, 1}, Interpolation::nearest}, {kImage}) == kInvalid);
    CHECK(refusal(Resizing{{1, 0}, Interpolation::nearest}, {kImage}) == kInvalid);
    CHECK(refusal(Dropout{DropoutKind::elements, 1.0f}, {kImage}) == kInvalid);
    CHECK(refusal(Dropout{DropoutKind::gaussian_noise, -1.0f}, {kImage}) == kInvalid);
    CHECK(refusal(Custom{}, {kImage}) == ErrorCode::not_found);
}

TEST_CASE("a transposed convolution refuses outputs that its convolution does not lead back from",
          "[layers][layer][REQ-LAYER-006]") {
    Conv2dTranspose layer{4, {3, 3}, {2, 2}, {1, 1}, Padding::same, true, {1, 1}, true, {}};
    CHECK(output_shape(layer, {&kImage, 1}).value_or_throw() == Shape{18, 16, 4});
    layer.output_padding = {2, 1};
    CHECK(refusal(layer, {kImage}) == kInvalid);  // not less than the stride
    layer.output_padding = {-1, 1};
    CHECK(refusal(layer, {kImage}) == kInvalid);
    layer.output_padding = {0, 0};
    layer.kernel = {4, 4};
    CHECK(refusal(layer, {kImage}) == kMismatch);  // 16 rows, which a stride of 2 leads to 8
    layer.has_output_padding = false;
    layer.kernel = {0, 3};
    CHECK(refusal(layer, {kImage}) == kInvalid);
    layer.kernel = {3, 3};
    layer.stride = {1 << 20, 1};
    CHECK(refusal(layer, {kImage}) == kInvalid);
    layer.stride = {1, 1};
    layer.filters = 0;
    CHECK(refusal(layer, {kImage}) == kInvalid);
    layer.filters = 1;
    CHECK(refusal(layer, {Shape{8, 4}}) == kMismatch);
}

TEST_CASE("layers on sequences have the shapes and parameters of Keras' one-dimensional layers",
          "[layers][layer][REQ-LAYER-007]") {
    const Shape sample{9, 4};
    const auto shape_of = [&](const Layer& layer) { return output_shape(layer, {&sample, 1}).value_or_throw(); };
    const auto text_of = [&](const Layer& layer) {
        FixedText<400> text;
        const ParameterSpecs specs = parameters(layer, {&sample, 1});
        for (const ParameterSpec& spec : specs.span()) text << spec.name << spec.shape << " ";
        return std::string(text.c_str());
    };
    const Conv1d conv(Conv2d{6, {1, 3}, {1, 2}, {}, Padding::causal, 2, true, {}});
    CHECK(shape_of(conv) == Shape{5, 6});
    CHECK(text_of(conv) == "kernel[3, 2, 6] bias[6] ");
    CHECK(multiply_adds(conv, {&sample, 1}, {5, 6}) == 5 * 6 * 3 * 2);
    const SeparableConv1d separable(SeparableConv2d{6, {1, 3}, {}, {}, Padding::valid, 5, true, {}});
    CHECK(shape_of(separable) == Shape{7, 6});
    CHECK(text_of(separable) == "depthwise_kernel[3, 4, 5] pointwise_kernel[1, 20, 6] bias[6] ");
    CHECK(multiply_adds(separable, {&sample, 1}, {7, 6}) == 7 * 6 * 20 + 7 * 20 * 3);
    CHECK(text_of(Conv1dTranspose(Conv2dTranspose{6, {1, 3}})) == "kernel[3, 6, 4] bias[6] ");
    CHECK(shape_of(Pool1d{}) == Shape{4, 4});
    CHECK(shape_of(GlobalPool1d{}) == Shape{4});
    CHECK(shape_of(GlobalPool1d(GlobalPool2d{PoolKind::max, true})) == Shape{1, 4});
    const WindowAxis causal = window_axis(9, 3, 2, 2, Padding::causal);
    CHECK((causal.output == 5 && causal.pad_before == 4 && causal.pad_after == 0));
    // Heights other than 1, rows of padding, maps; causal padding where it has no meaning.
    CHECK(refusal(Conv1d(Conv2d{6, {3, 3}}), {sample}) == kInvalid);
    CHECK(refusal(Conv1d(Conv2d{6, {1, 3}, {2, 1}}), {sample}) == kInvalid);
    CHECK(refusal(ZeroPadding1d(ZeroPadding2d{{1, 0, 0, 0}}), {sample}) == kInvalid);
    CHECK(refusal(Conv1d{}, {kImage}) == kMismatch);
    CHECK(refusal(Conv2d{6, {3, 3}, {}, {}, Padding::causal}, {kImage}) == kInvalid);
    CHECK(refusal(Conv1dTranspose(Conv2dTranspose{6, {1, 3}, {}, {}, Padding::causal}), {sample}) == kInvalid);
}

TEST_CASE("reshape and permute refuse what is no rearrangement", "[layers][layer][REQ-LAYER-004]") {
    const std::int64_t huge = std::int64_t{1} << 31;
    CHECK(refusal(Reshape{{5, -1}}, {kImage}) == kMismatch);
    CHECK(refusal(Reshape{{-1, -1}}, {kImage}) == kInvalid);
    CHECK(refusal(Reshape{{9, 8, 5}}, {kImage}) == kMismatch);
    CHECK(refusal(Reshape{{3, 3, 8, 4}}, {kImage}) == kInvalid);
    CHECK(refusal(Reshape{{}}, {kImage}) == kInvalid);
    CHECK(refusal(Reshape{{huge, huge, huge}}, {kImage}) == kMismatch);  // their product overflows
    CHECK(refusal(Reshape{{huge, huge, -1}}, {kImage}) == kMismatch);
    CHECK(refusal(Permute{{0, 0, 1}}, {kImage}) == kInvalid);
    CHECK(refusal(Permute{{0, 1, 3}}, {kImage}) == kInvalid);
    CHECK(refusal(Permute{{1, 0}}, {kImage}) == kMismatch);
    CHECK(refusal(Permute{{}}, {kImage}) == kInvalid);
}

TEST_CASE("merging refuses inputs that do not fit and axes that do not exist", "[layers][layer][REQ-LAYER-005]") {
    const Shape row{1, 8, 4}, gate{1, 1, 4};
    CHECK(refusal(Merge{MergeKind::add, -1}, {kImage}) == kMismatch);
    CHECK(refusal(Merge{MergeKind::subtract, -1}, {kImage, kImage, kImage}) == kMismatch);
    CHECK(refusal(Merge{MergeKind::add, -1}, {kImage, Shape{9, 8, 5}}) == kMismatch);
    CHECK(refusal(Merge{MergeKind::add, -1}, {kImage, Shape{9, 8, 1}}) == kMismatch);
    CHECK(refusal(Merge{MergeKind::add, -1}, {kImage, row}) == kMismatch);  // whole, or one element a channel
    CHECK(refusal(Merge{MergeKind::concatenate, -1}, {kImage, row}) == kMismatch);
    CHECK(refusal(Merge{MergeKind::concatenate, 0}, {kImage, kImage}) == kInvalid);
    CHECK(refusal(Merge{MergeKind::concatenate, -4}, {kImage, kImage}) == kInvalid);
    // As a 32-bit number this axis would be -1.
    CHECK(refusal(Merge{MergeKind::concatenate, -(std::int64_t{1} << 32) - 1}, {kImage, kImage}) == kInvalid);
    const Shape with_gate[] = {gate, kImage}, two_rows[] = {kImage, row};
    CHECK(output_shape(Merge{MergeKind::multiply, -1}, Span<const Shape>(with_gate)).value_or_throw() == kImage);
    CHECK(output_shape(Merge{MergeKind::concatenate, -3}, Span<const Shape>(two_rows)).value_or_throw() ==
          Shape{10, 8, 4});
}

TEST_CASE("every layer of the list answers for a shape that it accepts", "[layers][layer][REQ-LAYER-003]") {
    for (const auto& sample : support::a_layer_of_every_kind()) {
        CAPTURE(type_name(sample.config));
        const Shape inputs[] = {sample.input, sample.input};
        const Span<const Shape> span(inputs, static_cast<std::size_t>(sample.inputs));
        const auto shape = output_shape(sample.config, span);
        REQUIRE(shape.ok());
        CHECK(shape->element_count() > 0);
        CHECK(multiply_adds(sample.config, span, *shape) >= 0);
        Layer copy = sample.config;
        const bool has_activation = trailing_activation(copy) != nullptr;
        const std::string type = type_name(sample.config);
        const bool is_product = type.find("conv") != std::string::npos || type == "dense";
        CHECK(has_activation == (is_product || type == "activation"));
    }
}
