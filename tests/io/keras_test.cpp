// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whole-model files of real Keras: small ones of every layer (tests/oracle/keras_files.py), and published ones.
#include "provenn/io/keras.hpp"

#include <map>
#include <string>

#include "provenn/zoo/zoo.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

namespace {

const layers::Layer& config_of(const Model& model, const char* name) {
    return model.layer(model.find_layer(name).value_or_throw()).config;
}

std::string golden(const std::string& name) { return support::source_file("tests/io/goldens/" + name); }

Json golden_json(const std::string& name) {
    const auto bytes = read_file(golden(name)).value_or_throw();
    return parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name).value_or_throw();
}

std::string message(const Error& error) { return std::string(error.message.view()); }

}  // namespace

TEST_CASE("files of every layer are read with Keras' shapes and tensors", "[io][keras][REQ-IO-004][REQ-IO-006]") {
    const std::string name = GENERATE("convolutions", "normalizations", "sample_norms", "activations", "rearrangements",
                                      "nested", "sequential", "keras3", "keras3_norms");
    INFO(name);
    const Json expected = golden_json(name + ".json");
    auto imported = load_keras(golden(name + ".h5")).value_or_throw();
    CHECK(std::string(imported.report.file_digest.hex().view()) == expected["sha256"].get<std::string>());
    std::map<std::string, Shape> outputs;
    for (const Value& value : imported.model.values) outputs[std::string(value.name.view())] = value.shape;
    for (const auto& [layer, entry] : expected["layers"].items()) {
        INFO(layer);
        REQUIRE(outputs.count(layer) == 1);
        CHECK(io::shape_json(outputs[layer]) == entry["output"]);
    }
    std::map<std::string, const TensorRecord*> loaded;
    for (const TensorRecord& record : imported.report.tensors) {
        if (record.fate == TensorFate::loaded) loaded[record.parameter] = &record;
    }
    CHECK(loaded.size() == imported.model.parameters.size());
    std::size_t compared = 0;
    for (const Parameter& parameter : imported.model.parameters) {
        const std::string key(parameter.name.view());
        INFO(key);
        REQUIRE(expected["tensors"].contains(key));
        const Json& tensor = expected["tensors"][key];
        CHECK(io::shape_json(parameter.value.shape()) == tensor["shape"]);
        CHECK(std::string(tensor_digest(parameter.value).hex().view()) == tensor["sha256"].get<std::string>());
        CHECK(parameter.source.origin == Origin::imported);
        CHECK(parameter.source.tensor == tensor_digest(parameter.value));
        CHECK(parameter.source.file == imported.report.file_digest);
        CHECK(parameter.source.path == std::string_view(loaded[key]->path));
        ++compared;
    }
    CHECK(compared == expected["tensors"].size());
}

TEST_CASE("settings of convolutions are Keras'", "[io][keras][REQ-IO-004]") {
    const Model model = std::move(load_keras(golden("convolutions.h5")).value_or_throw().model);
    const auto& strided = std::get<layers::Conv2d>(config_of(model, "same_stride"));
    CHECK(strided.kernel == layers::Extent2{3, 2});
    CHECK(strided.stride == layers::Extent2{2, 2});
    CHECK(strided.padding == layers::Padding::same);
    CHECK_FALSE(strided.use_bias);
    CHECK(strided.activation.kind == layers::Activation::relu);
    CHECK(std::get<layers::Conv2d>(config_of(model, "dilated")).dilation == layers::Extent2{2, 2});
    CHECK(std::get<layers::Conv2d>(config_of(model, "flat")).activation.kind == layers::Activation::hard_sigmoid_k2);
    CHECK(std::get<layers::Conv2d>(config_of(model, "grouped")).groups == 2);
    CHECK(std::get<layers::DepthwiseConv2d>(config_of(model, "depthwise")).depth_multiplier == 2);
    CHECK(std::get<layers::DepthwiseConv2d>(config_of(model, "depthwise_plain")).dilation == layers::Extent2{1, 2});
    CHECK(std::get<layers::SeparableConv2d>(config_of(model, "separable")).depth_multiplier == 3);
    CHECK(std::get<layers::Dense>(config_of(model, "dense_map")).activation.kind == layers::Activation::softmax);
    const Model three = std::move(load_keras(golden("keras3.h5")).value_or_throw().model);
    CHECK(std::get<layers::Conv2d>(config_of(three, "conv")).activation.kind == layers::Activation::hard_sigmoid);
    CHECK_FALSE(std::get<layers::BatchNormalization>(config_of(three, "bn")).unbiased_variance);
}

TEST_CASE("settings of normalisations are Keras'", "[io][keras][REQ-IO-004]") {
    const Model model = std::move(load_keras(golden("normalizations.h5")).value_or_throw().model);
    const auto& no_gamma = std::get<layers::BatchNormalization>(config_of(model, "bn_no_gamma"));
    CHECK(no_gamma.epsilon == 1.001e-5f);
    CHECK(no_gamma.momentum == 0.9f);
    CHECK_FALSE(no_gamma.scale);
    CHECK(no_gamma.center);
    CHECK(no_gamma.unbiased_variance);
    CHECK_FALSE(std::get<layers::BatchNormalization>(config_of(model, "bn_vector")).unbiased_variance);
    for (const char* name : {"sample_norms.h5", "keras3_norms.h5"}) {
        INFO(name);
        const Model norms = std::move(load_keras(golden(name)).value_or_throw().model);
        const auto& layer = std::get<layers::LayerNormalization>(config_of(norms, "ln_no_gamma"));
        CHECK((layer.epsilon == 1e-6f && layer.center && !layer.scale));
        CHECK_FALSE(std::get<layers::LayerNormalization>(config_of(norms, "ln_no_beta")).center);
        const auto& one_group = std::get<layers::GroupNormalization>(config_of(norms, "gn_one_group"));
        CHECK((one_group.groups == 1 && one_group.epsilon == 1e-6f && one_group.center && !one_group.scale));
        const auto& instance = std::get<layers::GroupNormalization>(config_of(norms, "gn_instance"));
        CHECK((instance.groups_of(18) == 18 && !instance.center && instance.scale));
    }
    const auto& rows = std::get<layers::PRelu>(config_of(model, "prelu_rows"));
    CHECK(rows.share_rows);
    CHECK_FALSE(rows.share_columns);
    const auto& rescale = std::get<layers::Rescaling>(config_of(model, "rescale"));
    CHECK(rescale.scale == static_cast<float>(1 / 127.5));
    CHECK(rescale.offset == -1.0f);
}

TEST_CASE("activations of Keras 2 by word and by layer", "[io][keras][REQ-IO-004]") {
    using layers::Activation;
    const Model model = std::move(load_keras(golden("activations.h5")).value_or_throw().model);
    const auto activation = [&](const char* name) {
        return std::get<layers::ActivationLayer>(config_of(model, name)).activation;
    };
    const std::pair<const char*, Activation> words[] = {
        {"word_linear", Activation::linear},     {"word_relu", Activation::relu},
        {"word_elu", Activation::elu},           {"word_selu", Activation::selu},
        {"word_softplus", Activation::softplus}, {"word_softsign", Activation::softsign},
        {"word_tanh", Activation::tanh},         {"word_sigmoid", Activation::sigmoid},
        {"word_hard_sigmoid", Activation::hard_sigmoid_k2}, {"word_exponential", Activation::exponential},
        {"word_swish", Activation::swish},       {"word_gelu", Activation::gelu},
        {"word_mish", Activation::mish},         {"word_softmax", Activation::softmax},
        {"word_leaky_relu", Activation::leaky_relu}, {"relu_plain", Activation::relu},
        {"softmax_layer", Activation::softmax},  {"penalty", Activation::linear}};
    for (const auto& [name, kind] : words) {
        INFO(name);
        CHECK(activation(name).kind == kind);
    }
    CHECK(activation("word_relu6") == io::make_relu(0.0f, 0.0f, 6.0f));
    CHECK(activation("relu_6") == io::make_relu(0.0f, 0.0f, 6.0f));
    CHECK(activation("relu_all") == io::make_relu(0.25f, 0.5f, 2.0f));
    CHECK(activation("leaky").alpha == 0.2f);
    CHECK(activation("word_leaky_relu").alpha == 0.2f);
    CHECK(activation("elu_layer").alpha == 0.7f);
    CHECK(activation("thresholded").threshold == 0.4f);
    CHECK(activation("thresholded").beta == 0.0f);
    CHECK(std::get<layers::Conv2d>(config_of(model, "conv_leaky")).activation.alpha == 0.3f);
}

TEST_CASE("nested and shared models are flattened, their frozen layers stay frozen", "[io][keras][REQ-IO-005]") {
    const Model model = std::move(load_keras(golden("nested.h5")).value_or_throw().model);
    CHECK(model.inputs.size() == 2);
    CHECK(model.outputs.size() == 2);
    CHECK(model.layers.size() == 1 + 3 + 2 + 2);
    CHECK(model.nodes.size() == 2 * (1 + 3 + 2) + 2);
    CHECK_FALSE(model.layer(model.find_layer("encoder/bn").value_or_throw()).trainable);
    CHECK(model.layer(model.find_layer("encoder/conv").value_or_throw()).trainable);
    // The difference subtracts the head of the right input from the head of the left one.
    const auto root_of = [&](Index value) {
        for (bool moved = true; moved;) {
            moved = false;
            for (const Node& node : model.nodes) {
                if (node.output != value || model.value(value).name == "difference") continue;
                value = node.inputs[0];
                moved = true;
            }
        }
        return std::string(model.value(value).name.view());
    };
    for (const Node& node : model.nodes) {
        if (model.layer(node.layer).name != "difference") continue;
        CHECK(root_of(node.inputs[0]) == "left");
        CHECK(root_of(node.inputs[1]) == "right");
    }
}

TEST_CASE("published models load whole", "[io][keras][REQ-IO-004][REQ-IO-007]") {
    struct Case {
        const char* file;
        std::size_t tensors;
        std::int64_t parameters;
        const char* producer;
    };
    const Case one = GENERATE(Case{"mobilenet_v1_0.25_224_imagenet.h5", 137, 475544, "keras 2.8.0, backend tensorflow"},
                              Case{"resnet8_cifar10.h5", 48, 78666, "keras 2.4.0, backend tensorflow"},
                              Case{"vww_mobilenet_96.h5", 164, 221794, "keras 2.4.0, backend tensorflow"},
                              Case{"tiny_xception_kdef.hdf5", 80, 18314, "keras 2.0.5, backend tensorflow"});
    const auto path = support::shared_data(one.file);
    if (!path) return;
    const auto imported = load_keras(*path).value_or_throw();
    CHECK(imported.model.parameter_count() == one.parameters);
    CHECK(imported.report.count(TensorFate::loaded) == one.tensors);
    CHECK(imported.report.tensors.size() == one.tensors);
    CHECK(imported.report.producer == one.producer);
    const bool is_old = std::string(one.file).find("xception") != std::string::npos;
    for (const LayerInstance& layer : imported.model.layers) {
        if (const auto* bn = std::get_if<layers::BatchNormalization>(&layer.config))
            CHECK(bn->unbiased_variance == !is_old);
        CHECK((layer.parameters.empty() || status_of(imported.model, layer) == LayerStatus::pretrained_unmodified));
    }
    const bool is_mobilenet = std::string(one.file).find("imagenet") != std::string::npos;
    CHECK(imported.model.input_contract.is_assumed);
    CHECK(imported.model.input_contract.offset[0] == (is_mobilenet ? -1.0f : 0.0f));
}

TEST_CASE("published weights fit the zoo's architectures, tensor for tensor",
          "[io][keras][zoo][REQ-IO-006][REQ-ZOO-001]") {
    const std::pair<const char*, const char*> pairs[] = {
        {"mobilenet_v1_0.25_224_imagenet.h5", "mobilenet_v1:alpha=0.25"}, {"resnet8_cifar10.h5", "resnet8"}};
    for (const auto& [file, architecture] : pairs) {
        const auto path = support::shared_data(file);
        if (!path) return;
        Model built = zoo::make_architecture(architecture).value_or_throw();
        REQUIRE(load_keras_weights(*path, built));
        const auto imported = load_keras(*path).value_or_throw();
        REQUIRE(built.nodes.size() == imported.model.nodes.size());
        for (std::size_t i = 0; i < built.nodes.size(); ++i) {
            const Shape ours = built.value(built.nodes[i].output).shape;
            CHECK(ours == imported.model.value(imported.model.nodes[i].output).shape);
            CHECK(layers::type_name(built.layer(built.nodes[i].layer).config) ==
                  std::string(layers::type_name(imported.model.layer(imported.model.nodes[i].layer).config)));
        }
        for (const Parameter& parameter : built.parameters) {
            bool found = false;
            for (const Parameter& other : imported.model.parameters) {
                found = found || (other.name == parameter.name && other.source.tensor == parameter.source.tensor);
            }
            CHECK(found);
        }
    }
}

TEST_CASE("TensorFlow's and Theano's file of one network give the same bits", "[io][keras][REQ-IO-008]") {
    const auto tensorflow = support::shared_data("squeezenet_tf_notop.h5");
    const auto theano = support::shared_data("squeezenet_th_notop.h5");
    if (!tensorflow || !theano) return;
    Model a = zoo::make_architecture("squeezenet:top=no").value_or_throw();
    Model b = zoo::make_architecture("squeezenet:top=no").value_or_throw();
    const LoadReport plain = load_keras_weights(*tensorflow, a).value_or_throw();
    const LoadReport turned = load_keras_weights(*theano, b).value_or_throw();
    CHECK(fingerprint(a).value_or_throw() == fingerprint(b).value_or_throw());
    CHECK(plain.count(TensorFate::loaded) == 50);
    CHECK(turned.count(TensorFate::transposed_rotated) == 25);
    CHECK(turned.notices.size() == 2);
    Model c = zoo::make_architecture("squeezenet:top=no").value_or_throw();
    KerasOptions options;
    options.weights.kernel_rotation = KernelRotation::none;
    CHECK(load_keras_weights(*theano, c, options).value_or_throw().count(TensorFate::transposed) == 25);
    CHECK(fingerprint(a).value_or_throw() != fingerprint(c).value_or_throw());
    CHECK(load_keras(*tensorflow).error().code == ErrorCode::unsupported);
}

TEST_CASE("the input contract is asked for, implied or assumed, and says which", "[io][keras][REQ-IO-012]") {
    const auto assumed = load_keras(golden("sequential.h5")).value_or_throw();
    CHECK(assumed.model.input_contract.is_assumed);
    CHECK(assumed.model.input_contract.channel_order == ChannelOrder::grey);
    CHECK(assumed.model.input_contract.height == 8);
    CHECK_THAT(to_text(assumed.report), support::contains("'raw' is assumed"));
    KerasOptions options;
    options.preprocessing = PreprocessingPreset::unit;
    const auto asked = load_keras(golden("sequential.h5"), options).value_or_throw();
    CHECK_FALSE(asked.model.input_contract.is_assumed);
    CHECK(asked.model.input_contract.scale[0] == static_cast<float>(1.0 / 255));
    options.preprocessing = PreprocessingPreset::caffe;
    CHECK(load_keras(golden("sequential.h5"), options).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("the load report names every tensor, as text and as JSON", "[io][keras][REQ-IO-007]") {
    const auto imported = load_keras(golden("normalizations.h5")).value_or_throw();
    const Json json = to_json(imported.report);
    CHECK(json["tensors"].size() == 23);
    CHECK(json["sha256"] == golden_json("normalizations.json")["sha256"]);
    CHECK(json["tensors"][22]["fate"] == "unused");
    CHECK(json["tensors"][22]["parameter"].is_null());
    const std::string text = to_text(imported.report);
    for (const Parameter& parameter : imported.model.parameters) {
        CHECK_THAT(text, support::contains(std::string(parameter.name.view())));
    }
    CHECK_THAT(text, support::contains("22 loaded, 1 unused"));
}

TEST_CASE("a whole-model file truncated anywhere or of another kind is refused", "[io][keras][REQ-IO-002]") {
    const auto bytes = read_file(golden("sequential.h5")).value_or_throw();
    for (std::size_t i = 0; i < 200; ++i) {
        const std::size_t size = bytes.size() * i / 200;
        const auto file = Hdf5File::open_image(bytes.span().subspan(0, size), "short.h5");
        REQUIRE_FALSE(file.ok());
        CHECK(file.error().code == ErrorCode::corrupt_data);
    }
    const support::TemporaryFolder folder;
    CHECK(load_keras(folder.write("a.h5", "hello")).error().code == ErrorCode::corrupt_data);
    CHECK(load_keras(folder.path().string()).error().code == ErrorCode::io_failed);
    const auto npz = load_keras(golden("sequential.npz")).error();
    CHECK(npz.code == ErrorCode::corrupt_data);
    CHECK_THAT(message(npz), support::contains("sequential.npz"));
}

TEST_CASE("bit flips in a file are refused or harmless, never a crash or a hang", "[io][keras][REQ-IO-015]") {
    const auto bytes = read_file(golden("sequential.h5")).value_or_throw();
    const support::TemporaryFolder folder;
    // Places at which flips of one bit crash libhdf5 1.10.8, and others all over the file.
    std::vector<std::size_t> places = {4006, 4103, 4144, 4149, 4151, 4201, 4228, 4229, 4292, 5830, 2128, 2459, 2738};
    for (std::size_t at = 97; at < bytes.size(); at += 401) places.push_back(at);
    std::size_t refused = 0;
    for (const std::size_t at : places) {
        for (const int bit : {0, 4, 7}) {
            std::string flipped(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
            const auto imported = load_keras(folder.write("flipped.h5", flipped));
            refused += imported.ok() ? 0u : 1u;
            if (imported.ok()) CHECK(imported->report.count(TensorFate::loaded) == 4);
        }
    }
    CHECK(refused > 10);
}
