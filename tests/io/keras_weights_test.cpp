// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights that are missing, left over, of another shape or not finite; names of old files; Theano's kernels.
#include "provenn/io/keras_weights.hpp"

#include <limits>
#include <string>
#include <vector>

#include "provenn/adapters/hdf5.hpp"
#include "provenn/adapters/hdf5_writer.hpp"
#include "provenn/model/builder.hpp"
#include "provenn/model/initialize.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

struct Weight {
    std::string layer, name;
    Shape shape;
    float special = 0.0f;         ///< value of element `at`
    std::int64_t at = -1;
};

/// A weights-only file whose tensors hold 1, 2, 3 ...
std::unique_ptr<Hdf5File> file_of(const std::vector<Weight>& weights, const std::string& version = "2.4.0",
                                  const std::string& backend = "tensorflow", bool is_split = false) {
    Hdf5Writer writer;
    std::vector<std::string> layers;
    for (const Weight& weight : weights) {
        if (layers.empty() || layers.back() != weight.layer) layers.push_back(weight.layer);
        std::vector<float> values(static_cast<std::size_t>(weight.shape.element_count()));
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i + 1);
        if (weight.at >= 0) values[static_cast<std::size_t>(weight.at)] = weight.special;
        REQUIRE(writer.add_dataset(weight.layer + "/" + weight.name, weight.shape, {values.data(), values.size()}));
    }
    if (is_split) {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            REQUIRE(writer.set_texts("", "layer_names" + std::to_string(i), {layers[i]}));
        }
    } else {
        REQUIRE(writer.set_texts("", "layer_names", layers));
    }
    for (const std::string& layer : layers) {
        std::vector<std::string> names;
        for (const Weight& weight : weights) {
            if (weight.layer == layer) names.push_back(weight.name);
        }
        REQUIRE(writer.set_texts(layer, "weight_names", names));
    }
    if (!version.empty()) REQUIRE(writer.set_text("", "keras_version", version));
    if (!backend.empty()) REQUIRE(writer.set_text("", "backend", backend));
    const auto bytes = writer.finish().value_or_throw();
    return std::move(Hdf5File::open_image(bytes.span(), "made.h5").value_or_throw());
}

/// conv `c` 3x2 from 2 to 4 channels, and a dense layer `d`.
Model small_model(const char* conv_name = "c") {
    ModelBuilder builder;
    layers::Conv2d conv;
    conv.filters = 4;
    conv.kernel = {3, 2};
    auto at = builder.add(conv_name, conv, builder.input("x", {5, 5, 2}));
    at = builder.add("pool", layers::GlobalPool2d{}, at);
    layers::Dense dense;
    dense.units = 3;
    builder.output(builder.add("d", dense, at));
    Model model = builder.build().value_or_throw();
    REQUIRE(initialize(model, 1));
    return model;
}
const std::vector<Weight> kWhole = {{"c", "c/kernel:0", {3, 2, 2, 4}}, {"c", "c/bias:0", {4}},
                                    {"d", "d/kernel:0", {4, 3}}, {"d", "d/bias:0", {3}}};

std::vector<Weight> changed(std::size_t index, Weight weight) {
    std::vector<Weight> weights = kWhole;
    weights[index] = std::move(weight);
    return weights;
}

/// Loading must fail and leave the model as it was.
Error refused(HierarchicalFile& file, const KerasWeightsOptions& options = {}) {
    Model model = small_model();
    const Digest before = fingerprint(model).value_or_throw();
    auto report = load_keras_weights(file, model, options);
    REQUIRE_FALSE(report.ok());
    CHECK(fingerprint(model).value_or_throw() == before);
    for (const Parameter& parameter : model.parameters) CHECK(parameter.source.origin == Origin::initialised);
    return report.error();
}

}  // namespace

TEST_CASE("weights are matched by name, whatever their order", "[io][keras_weights][REQ-IO-006]") {
    const std::vector<Weight> shuffled = {kWhole[3], kWhole[2], kWhole[1], kWhole[0]};
    Model a = small_model(), b = small_model();
    REQUIRE(load_keras_weights(*file_of(kWhole), a));
    REQUIRE(load_keras_weights(*file_of(shuffled), b));
    CHECK(fingerprint(a).value_or_throw() == fingerprint(b).value_or_throw());
    CHECK(a.parameters[0].value.data()[47] == 48.0f);
}

TEST_CASE("a weight that does not fit is named with both shapes", "[io][keras_weights][REQ-IO-007]") {
    const Error error = refused(*file_of(changed(0, {"c", "c/kernel:0", {3, 2, 2, 5}})));
    CHECK(error.code == ErrorCode::shape_mismatch);
    CHECK(error.message == "c/kernel: expected [3, 2, 2, 4], file has [3, 2, 2, 5]");
}

TEST_CASE("a missing weight and one left over are errors", "[io][keras_weights][REQ-IO-007]") {
    const Error missing = refused(*file_of({kWhole[0], kWhole[1], kWhole[2]}));
    CHECK(missing.code == ErrorCode::missing_weight);
    CHECK(missing.message == "d/bias: expected [3], file has no such weight in this layer");
    CHECK(refused(*file_of({kWhole[0], kWhole[1]})).message == "d/kernel: expected [4, 3], file has no such layer");
    std::vector<Weight> more = kWhole;
    more.push_back({"e", "e/kernel:0", {2, 2}});
    const Error unexpected = refused(*file_of(more));
    CHECK(unexpected.code == ErrorCode::unexpected_weight);
    CHECK_THAT(std::string(unexpected.message.view()),
               support::contains("e/e/kernel:0") && support::contains("[2, 2]"));
    more.back() = {"d", "d/gamma:0", {3}};
    CHECK(refused(*file_of(more)).code == ErrorCode::unexpected_weight);
    more.back() = {"d", "again/bias:0", {3}};
    CHECK(refused(*file_of(more)).code == ErrorCode::duplicate_name);
}

TEST_CASE("numbers that are not finite are refused with tensor and index", "[io][keras_weights][REQ-IO-011]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Error error = refused(*file_of(changed(0, {"c", "c/kernel:0", {3, 2, 2, 4}, nan, 29})));
    CHECK(error.code == ErrorCode::not_finite);
    CHECK_THAT(std::string(error.message.view()),
               support::contains("c/kernel") && support::contains("NaN at [1, 1, 1, 1]"));
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(refused(*file_of(changed(3, {"d", "d/bias:0", {3}, -infinity, 2}))).code == ErrorCode::not_finite);
}

TEST_CASE("a negative variance is refused", "[io][keras_weights][REQ-IO-011]") {
    ModelBuilder builder;
    layers::BatchNormalization bn;
    bn.scale = bn.center = false;
    builder.output(builder.add("bn", bn, builder.input("x", {2})));
    Model model = builder.build().value_or_throw();
    const std::vector<Weight> weights = {{"bn", "bn/moving_mean:0", {2}},
                                         {"bn", "bn/moving_variance:0", {2}, -0.5f, 1}};
    CHECK(load_keras_weights(*file_of(weights), model).error().code == ErrorCode::corrupt_data);
}

TEST_CASE("layers are left out on request only, and the report says so", "[io][keras_weights][REQ-IO-007]") {
    KerasWeightsOptions options;
    options.skip_layers = {"d*"};
    Model model = small_model();
    const Digest head = tensor_digest(model.parameters[2].value);
    const LoadReport report =
        load_keras_weights(*file_of(changed(2, {"d", "d/kernel:0", {4, 1000}})), model, options).value_or_throw();
    CHECK(report.count(TensorFate::loaded) == 2);
    CHECK(report.count(TensorFate::skipped) == 2);
    CHECK(report.count(TensorFate::initialised) == 2);
    CHECK(tensor_digest(model.parameters[2].value) == head);
    CHECK(model.parameters[2].source.origin == Origin::initialised);
    CHECK(model.parameters[0].source.path == "c/c/kernel:0");
}

TEST_CASE("names of Keras 1, numbered names and split lists are understood", "[io][keras_weights][REQ-IO-006]") {
    const std::vector<Weight> old = {
        {"c", "c_W:0", {3, 2, 2, 4}}, {"c", "c_b:0", {4}}, {"d", "glorot_uniform3", {4, 3}}, {"d", "d_b", {3}}};
    Model a = small_model(), b = small_model(), c = small_model();
    REQUIRE(load_keras_weights(*file_of(kWhole), a));
    REQUIRE(load_keras_weights(*file_of(old, "", ""), b));
    REQUIRE(load_keras_weights(*file_of(kWhole, "2.4.0", "tensorflow", true), c));
    CHECK(fingerprint(a).value_or_throw() == fingerprint(b).value_or_throw());
    CHECK(fingerprint(a).value_or_throw() == fingerprint(c).value_or_throw());
    CHECK(io::parameter_of("bn_1_running_std:0", "bn_1") == "moving_variance");
    CHECK(io::parameter_of("depthwise_kernel:0", "depthwise") == "depthwise_kernel");
    CHECK(io::parameter_of("kernel_1:0", "conv") == "kernel");
    CHECK(io::parameter_of("squeeze1x1_b", "fire2/squeeze1x1") == "bias");
}

TEST_CASE("a slash in a name of Keras 2 is a bar in Keras 3, and a name of both kinds no choice",
          "[io][keras_weights][REQ-IO-006]") {
    const Weight bias{"d", "d/bias:0", {3}}, kernel{"d", "d/kernel:0", {4, 3}};
    const Weight slash{"s/c", "s/c/kernel:0", {3, 2, 2, 4}}, bar{"s_c", "s_c/kernel:0", {3, 2, 2, 4}};
    const Weight slash_bias{"s/c", "s/c/bias:0", {4}}, bar_bias{"s_c", "s_c/bias:0", {4}};
    Model model = small_model("s_c");
    CHECK(load_keras_weights(*file_of({slash, slash_bias, kernel, bias}), model).ok());
    CHECK(load_keras_weights(*file_of({bar, bar_bias, kernel, bias}), model).ok());
    CHECK(load_keras_weights(*file_of({slash, slash_bias, bar, bar_bias, kernel, bias}), model).error().code ==
          ErrorCode::unexpected_weight);
    CHECK(load_keras_weights(*file_of({{"s/c/t", "k/kernel:0", {3, 2, 2, 4}}, kernel, bias}), model).error().code ==
          ErrorCode::missing_weight);
}

TEST_CASE("the kernel of a depthwise convolution is called as in Keras 2 or as in Keras 3, never both",
          "[io][keras_weights][REQ-IO-006]") {
    ModelBuilder builder;
    layers::DepthwiseConv2d depthwise;
    depthwise.kernel = {3, 3};
    builder.output(builder.add("w", depthwise, builder.input("x", {5, 5, 2})));
    Model model = builder.build().value_or_throw();
    const Shape shape{3, 3, 2, 1};
    for (const char* name : {"w/kernel", "w/depthwise_kernel"}) {
        const auto file = file_of({{"w", name, shape}, {"w", "w/bias", {2}}}, "3.15.1");
        CHECK(load_keras_weights(*file, model).value_or_throw().count(TensorFate::loaded) == 2);
        CHECK(model.parameters[0].value.data()[4] == 5.0f);
    }
    const auto both = file_of({{"w", "w/kernel", shape}, {"w", "w/depthwise_kernel", shape}, {"w", "w/bias", {2}}});
    CHECK(load_keras_weights(*both, model).error().code == ErrorCode::duplicate_name);
}

TEST_CASE("Theano's kernels are transposed and turned, each as the file's backend says",
          "[io][keras_weights][REQ-IO-008]") {
    const auto load = [](const Shape& kernel, const std::string& backend) {
        Model model = small_model();
        auto report = load_keras_weights(*file_of(changed(0, {"c", "c/kernel:0", kernel}), "2.0.0", backend), model);
        REQUIRE(report);
        const float* values = model.parameters[0].value.data();  // [3, 2, 2, 4]
        return std::tuple(report->tensors[0].fate, values[0], values[1], values[4], values[8], values[47]);
    };
    // [R, S, C, K] holds 1, 2, 3 ...; [K, C, R, S] has the stride 12 for K, 6 for C, 2 for R, 1 for S.
    CHECK(load({3, 2, 2, 4}, "tensorflow") == std::tuple(TensorFate::loaded, 1.0f, 2.0f, 5.0f, 9.0f, 48.0f));
    CHECK(load({3, 2, 2, 4}, "theano") == std::tuple(TensorFate::rotated, 41.0f, 42.0f, 45.0f, 33.0f, 8.0f));
    CHECK(load({4, 2, 3, 2}, "tensorflow") == std::tuple(TensorFate::transposed, 1.0f, 13.0f, 7.0f, 2.0f, 48.0f));
    CHECK(load({4, 2, 3, 2}, "") == std::tuple(TensorFate::transposed_rotated, 6.0f, 18.0f, 12.0f, 5.0f, 43.0f));
}

TEST_CASE("what nobody verified of Theano's files is refused", "[io][keras_weights][REQ-IO-008]") {
    ModelBuilder builder;
    layers::Conv2d conv;
    conv.filters = 4;
    conv.kernel = {3, 2};
    auto at = builder.add("c", conv, builder.input("x", {5, 5, 2}));
    builder.output(builder.add("flat", layers::Flatten{}, at));
    Model model = builder.build().value_or_throw();
    const std::vector<Weight> theano = {{"c", "c/kernel:0", {4, 2, 3, 2}}, {"c", "c/bias:0", {4}}};
    CHECK(load_keras_weights(*file_of(theano), model).error().code == ErrorCode::unsupported);
}

TEST_CASE("weights of a nested model are found by their own scope, or the choice is refused",
          "[io][keras_weights][REQ-IO-006]") {
    const auto nested = [](const char* first) {
        ModelBuilder builder;
        layers::Dense dense;
        dense.units = 2;
        dense.use_bias = false;
        builder.output(builder.add(first, dense, builder.input("x", {2})));
        return builder.build().value_or_throw();
    };
    const std::vector<Weight> one = {{"outer", "deep/inner/kernel:0", {2, 2}}};
    Model direct = nested("outer/inner"), deep = nested("outer/deep/inner"), other = nested("outer/ner");
    CHECK(load_keras_weights(*file_of(one), direct).ok());
    CHECK(load_keras_weights(*file_of(one), deep).ok());
    CHECK(load_keras_weights(*file_of(one), other).error().code == ErrorCode::missing_weight);
    const std::vector<Weight> two = {{"outer", "a/inner/kernel:0", {2, 2}}, {"outer", "b/inner/kernel:0", {2, 2}}};
    Model unclear = nested("outer/inner");
    CHECK(load_keras_weights(*file_of(two), unclear).error().code == ErrorCode::duplicate_name);
}

TEST_CASE("HDF5 files that hold no Keras 2 weights are refused by what they are", "[io][keras_weights][REQ-IO-002]") {
    Hdf5Writer writer, keras3;
    REQUIRE(writer.add_group("data"));
    REQUIRE(keras3.add_group("layers/conv2d/vars"));
    const auto other = writer.finish().value_or_throw(), three = keras3.finish().value_or_throw();
    const auto message = [](const Array<std::uint8_t>& bytes) {
        auto file = Hdf5File::open_image(bytes.span(), "x.h5").value_or_throw();
        const Error error = refused(*file);
        CHECK(error.code == ErrorCode::unsupported);
        return std::string(error.message.view());
    };
    CHECK_THAT(message(other), support::contains("layer_names is missing"));
    CHECK_THAT(message(three), support::contains("Keras 3"));
}

TEST_CASE("half precision is read exactly", "[io][keras_weights][REQ-IO-006]") {
    CHECK(io::half_to_float(0x3c00) == 1.0f);
    CHECK(io::half_to_float(0xc500) == -5.0f);
    CHECK(io::half_to_float(0x0001) == 0x1p-24f);
    CHECK(io::half_to_float(0x83ff) == -1023 * 0x1p-24f);
    CHECK(io::half_to_float(0x7bff) == 65504.0f);
    CHECK(io::half_to_float(0x7c00) == std::numeric_limits<float>::infinity());
    CHECK(io::half_to_float(0x7e00) != io::half_to_float(0x7e00));
}
