// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Configurations that are refused, and why; versions that change what a word means.
#include "provenn/io/keras_config.hpp"

#include <string>

#include "support/catch.hpp"

using namespace provenn;

namespace {

/// A Sequential of one layer on [6, 6, 4].
std::string one_layer(const std::string& type, const std::string& settings) {
    return R"({"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name": ")" + type +
           R"(", "config": {"name": "a", "batch_input_shape": [null, 6, 6, 4])" + (settings.empty() ? "" : ", ") +
           settings + "}}]}}";
}

Result<Model> read(const std::string& json, const std::string& version = "2.4.0",
                   layers::CustomLayerRegistry registry = {}) {
    KerasConfigOptions options;
    options.version = KerasVersion::parse(version, "tensorflow");
    options.registry = registry;
    LoadReport report;
    return read_keras_config(json, options, report);
}

Error refused(const std::string& json, const std::string& version = "2.4.0") {
    auto model = read(json, version);
    REQUIRE_FALSE(model.ok());
    return model.error();
}

void check_refused(const std::string& type, const std::string& settings, ErrorCode code, const std::string& word) {
    const Error error = refused(one_layer(type, settings));
    INFO(error.message.c_str());
    CHECK(error.code == code);
    CHECK_THAT(std::string(error.message.view()), support::contains("a: ") && support::contains(word));
}

/// A Functional model: `layers` as JSON, one input `x` [6, 6, 4], the output of layer `out`.
std::string functional(const std::string& layers, const std::string& out) {
    return R"({"class_name": "Functional", "config": {"name": "m", "input_layers": [["x", 0, 0]], )"
           R"("output_layers": [[")" +
           out +
           R"(", 0, 0]], "layers": [{"class_name": "InputLayer", "name": "x", "config": {"name": "x", )"
           R"("batch_input_shape": [null, 6, 6, 4]}, "inbound_nodes": []}, )" +
           layers + "]}}";
}
std::string relu(const std::string& name, const std::string& inbound) {
    return R"({"class_name": "ReLU", "name": ")" + name + R"(", "config": {"name": ")" + name +
           R"("}, "inbound_nodes": )" + inbound + "}";
}

}  // namespace

TEST_CASE("a setting that would change the result is refused with layer and name", "[io][keras_config][REQ-IO-009]") {
    check_refused("Conv2D", R"("filters": 2, "kernel_size": 3, "data_format": "channels_first")",
                  ErrorCode::unsupported, "channels_first");
    check_refused("Conv2D", R"("filters": 2, "kernel_size": 3, "padding": "causal")", ErrorCode::unsupported,
                  "padding");
    check_refused("Conv2D", R"("filters": 2, "kernel_size": 3, "activation": "snake")", ErrorCode::unsupported,
                  "snake");
    check_refused("Conv2D", R"("filters": 2, "kernel_size": 3, "weight_norm": true)", ErrorCode::unsupported,
                  "weight_norm");
    check_refused("Conv2D", R"("nb_filter": 2, "nb_row": 3, "nb_col": 3)", ErrorCode::unsupported, "Keras 1");
    check_refused("DepthwiseConv2D", R"("kernel_size": 3, "groups": 2)", ErrorCode::unsupported, "groups");
    check_refused("BatchNormalization", R"("axis": 1)", ErrorCode::unsupported, "axis");
    check_refused("BatchNormalization", R"("axis": [1, 2])", ErrorCode::unsupported, "axis");
    check_refused("LayerNormalization", R"("axis": 1)", ErrorCode::unsupported, "axis");
    check_refused("LayerNormalization", R"("axis": [1, 2, 3])", ErrorCode::unsupported, "axis");
    check_refused("LayerNormalization", R"("rms_scaling": true)", ErrorCode::unsupported, "rms_scaling");
    check_refused("GroupNormalization", R"("axis": 1)", ErrorCode::unsupported, "axis");
    check_refused("GroupNormalization", R"("groups": 3)", ErrorCode::shape_mismatch, "3 groups");
    check_refused("GroupNormalization", R"("groups": 0)", ErrorCode::invalid_argument, "groups");
    check_refused("BatchNormalization", R"("renorm": true)", ErrorCode::unsupported, "renorm");
    check_refused("Softmax", R"("axis": 1)", ErrorCode::unsupported, "axis");
    check_refused("PReLU", R"("shared_axes": [3])", ErrorCode::unsupported, "shared_axes");
    check_refused("UpSampling2D", R"("interpolation": "lanczos3")", ErrorCode::unsupported, "interpolation");
    check_refused("Resizing", R"("height": 3, "width": 3, "crop_to_aspect_ratio": true)", ErrorCode::unsupported,
                  "crop_to");
    check_refused("Normalization", R"("mean": [1.0], "variance": [1.0])", ErrorCode::unsupported, "mean");
    check_refused("LSTM", R"("units": 2)", ErrorCode::unsupported, "LSTM");
    CHECK(read(one_layer("Conv2D", R"("filters": 2, "kernel_size": 3, "weight_norm": null)")).ok());
}

TEST_CASE("configurations that contradict themselves are refused", "[io][keras_config][REQ-IO-009]") {
    check_refused("Conv2D", R"("filters": "many", "kernel_size": 3)", ErrorCode::corrupt_data, "filters");
    check_refused("Conv2D", R"("filters": 2, "kernel_size": [7, 7])", ErrorCode::shape_mismatch, "[7, 7]");
    check_refused("Conv2D", R"("filters": 2, "kernel_size": [3, 3, 3])", ErrorCode::corrupt_data, "kernel_size");
    check_refused("Conv2D", R"("filters": 0, "kernel_size": 3)", ErrorCode::invalid_argument, "filters");
    check_refused("ELU", R"("alpha": 1e300)", ErrorCode::corrupt_data, "alpha");
    check_refused("Reshape", R"("target_shape": [5, -1])", ErrorCode::shape_mismatch, "reshape");
    check_refused("Permute", R"("dims": [1, 1, 2])", ErrorCode::invalid_argument, "permutation");
    CHECK(refused("{").code == ErrorCode::corrupt_data);
    CHECK(refused("[]").code == ErrorCode::corrupt_data);
    CHECK(refused(R"({"class_name": "Model", "class_name": "Model"})").code == ErrorCode::duplicate_name);
    CHECK(refused(R"({"class_name": "Graph", "config": {}})").code == ErrorCode::unsupported);
    CHECK(refused(R"({"class_name": "Sequential", "config": []})").code == ErrorCode::empty_data);
    CHECK(refused(functional(relu("a", R"([[["b", 0, 0, {}]]])") + ", " + relu("b", R"([[["a", 0, 0, {}]]])"), "a"))
              .code == ErrorCode::corrupt_data);
    CHECK(refused(functional(relu("a", R"([[["x", 0, 0, {}]]])"), "b")).code == ErrorCode::corrupt_data);
    CHECK(refused(functional(relu("a", R"([[["x", 0, 9, {}]]])"), "a")).code == ErrorCode::corrupt_data);
    CHECK(refused(functional(relu("a", R"([[["x", -1, 0, {}]]])"), "a")).code == ErrorCode::corrupt_data);
    std::string deep = one_layer("ReLU", "");
    for (int i = 0; i < 20; ++i) {
        deep = R"({"class_name": "Sequential", "config": [)" + deep.insert(1, R"("name": "m", )") + "]}";
    }
    CHECK(refused(deep).code == ErrorCode::limit_exceeded);
}

TEST_CASE("a declared network larger than its file is refused before it is allocated",
          "[io][keras_config][REQ-IO-009]") {
    KerasConfigOptions options;
    options.max_parameter_elements = 1000;
    LoadReport report;
    const auto model = read_keras_config(one_layer("Dense", R"("units": 1000000000)"), options, report);
    CHECK(model.error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("layers may stand in any order, and calls may carry settings without effect",
          "[io][keras_config][REQ-IO-005]") {
    const Model model = read(functional(relu("b", R"([[["a", 0, 0, {"training": null}]]])") + ", " +
                                        relu("a", R"([["x", 0, 0, {}]])"), "b")).value_or_throw();
    CHECK(model.layer(model.nodes[0].layer).name == "a");
    const Error training = refused(functional(relu("a", R"([[["x", 0, 0, {"training": true}]]])"), "a"));
    CHECK(training.code == ErrorCode::unsupported);
    CHECK_THAT(std::string(training.message.view()), support::contains("training"));
    // Keras 3 writes it with every Resizing, which does the same in both.
    const std::string resizing =
        R"({"class_name": "Resizing", "name": "a", "config": {"name": "a", "height": 3, "width": 4}, "inbound_nodes": )"
        R"([{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}], "kwargs": )"
        R"({"training": true}}]})";
    CHECK(read(functional(resizing, "a"), "3.1.0").ok());
}

TEST_CASE("what a word means follows the version of Keras", "[io][keras_config][REQ-IO-004]") {
    const auto kind = [](const std::string& version) {
        const Model model = read(one_layer("Activation", R"("activation": "hard_sigmoid")"), version).value_or_throw();
        return std::get<layers::ActivationLayer>(model.layers[0].config).activation.kind;
    };
    CHECK(kind("2.0.5") == layers::Activation::hard_sigmoid_k2);
    CHECK(kind("2.15.0") == layers::Activation::hard_sigmoid_k2);
    CHECK(kind("3.1.0") == layers::Activation::hard_sigmoid);
    const std::string bilinear = one_layer("UpSampling2D", R"("interpolation": "bilinear")");
    CHECK(refused(bilinear, "2.2.4").code == ErrorCode::unsupported);
    const std::string bicubic = one_layer("UpSampling2D", R"("interpolation": "bicubic")");
    CHECK(refused(bicubic, "2.2.4").code == ErrorCode::unsupported);
    const Model upsampling = read(bicubic, "3.1.0").value_or_throw();
    CHECK(std::get<layers::UpSampling2d>(upsampling.layers[0].config).interpolation == layers::Interpolation::bicubic);
    const Model resizing =
        read(one_layer("Resizing", R"("height": 3, "width": 9, "interpolation": "bicubic")")).value_or_throw();
    CHECK(std::get<layers::Resizing>(resizing.layers[0].config).interpolation == layers::Interpolation::bicubic);
    CHECK(read(bilinear, "2.2.4-tf").ok());
    CHECK(read(bilinear, "2.10.0").ok());
    const auto unbiased = [](const std::string& version) {
        const Model model = read(one_layer("BatchNormalization", R"("axis": 3)"), version).value_or_throw();
        return std::get<layers::BatchNormalization>(model.layers[0].config).unbiased_variance;
    };
    CHECK_FALSE(unbiased("2.0.5"));
    CHECK(unbiased("2.8.0"));
    CHECK_FALSE(unbiased("3.0.0"));
}

TEST_CASE("what a file leaves out has Keras' default", "[io][keras_config][REQ-IO-004]") {
    const auto layer = [](const std::string& type, const std::string& settings) {
        return read(one_layer(type, settings)).value_or_throw().layers[0].config;
    };
    const auto norm = std::get<layers::BatchNormalization>(layer("BatchNormalization", ""));
    CHECK(norm.epsilon == 1e-3f);
    CHECK(norm.momentum == 0.99f);
    CHECK(norm.scale);
    CHECK(norm.center);
    const auto layer_norm = std::get<layers::LayerNormalization>(layer("LayerNormalization", ""));
    CHECK((layer_norm.epsilon == 1e-3f && layer_norm.scale && layer_norm.center));
    const auto conv = std::get<layers::Conv2d>(layer("Conv2D", R"("filters": 2, "kernel_size": 3)"));
    CHECK(conv.padding == layers::Padding::valid);
    CHECK(conv.stride == layers::Extent2{1, 1});
    CHECK(conv.dilation == layers::Extent2{1, 1});
    CHECK(conv.groups == 1);
    CHECK(conv.use_bias);
    CHECK(conv.activation.kind == layers::Activation::linear);
    const auto pool = std::get<layers::Pool2d>(layer("MaxPooling2D", ""));
    CHECK(pool.window == layers::Extent2{2, 2});
    CHECK(pool.stride == layers::Extent2{2, 2});
    CHECK(pool.padding == layers::Padding::valid);
    CHECK(std::get<layers::ActivationLayer>(layer("LeakyReLU", "")).activation.alpha == 0.3f);
}

TEST_CASE("code in a file is never run; a registered layer stands in for it", "[io][keras_config][REQ-IO-010]") {
    const std::string lambda = one_layer("Lambda", R"("function": ["4wEAAAA", null, null], "arguments": {})");
    const Error error = refused(lambda);
    CHECK(error.code == ErrorCode::policy_refused);
    CHECK_THAT(std::string(error.message.view()), support::contains("Lambda:a"));
    layers::CustomLayerType types[2];
    types[0].name = "Lambda:a";
    types[1].name = "Swirl";
    for (auto& type : types) {
        type.output_shape = [](void*, std::string_view, Span<const Shape> inputs) -> Result<Shape> {
            return inputs[0];
        };
        type.run = [](void*, std::string_view, Span<const View<const float>>, View<float>) noexcept {};
    }
    const Model first = read(lambda, "2.4.0", types).value_or_throw();
    CHECK(std::get<layers::Custom>(first.layers[0].config).type == &types[0]);
    const Model second = read(one_layer("Swirl", R"("turns": 3)"), "2.4.0", types).value_or_throw();
    CHECK(std::get<layers::Custom>(second.layers[0].config).attributes == R"({"turns":3})");
    CHECK(refused(one_layer("Swirl", "")).code == ErrorCode::unsupported);
    const std::string large = R"("text": ")" + std::string(300, 'x') + R"(")";
    CHECK(read(one_layer("Swirl", large), "2.4.0", types).error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("an open input size must be given", "[io][keras_config][REQ-IO-009]") {
    std::string json = one_layer("GlobalAveragePooling2D", "");
    json.replace(json.find("6, 6, 4"), 7, "null, null, 4");
    CHECK(refused(json).code == ErrorCode::invalid_argument);
    KerasConfigOptions options;
    options.input_size = {32, 48};
    LoadReport report;
    const Model model = read_keras_config(json, options, report).value_or_throw();
    CHECK(model.values[0].shape == Shape{32, 48, 4});
}

TEST_CASE("training's own settings are reported, not imported", "[io][keras_config][REQ-IO-009]") {
    KerasConfigOptions options;
    LoadReport report;
    const std::string json =
        one_layer("Conv2D", R"("filters": 2, "kernel_size": 3, "kernel_regularizer": {"class_name": "L2"},
        "bias_constraint": null, "dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}},
        "trainable": false)");
    const Model model = read_keras_config(json, options, report).value_or_throw();
    REQUIRE(report.notices.size() == 2);
    CHECK_THAT(report.notices[0].text, support::contains("mixed_float16"));
    CHECK_THAT(report.notices[1].text, support::contains("kernel_regularizer"));
    CHECK_FALSE(model.layers[0].trainable);
}
