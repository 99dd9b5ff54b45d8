// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Networks of the zoo against keras.applications of Keras 2 and 3: architecture, files, and numbers in float64. The
// records are made by tests/oracle/keras_applications.py.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "provenn/io/keras.hpp"
#include "provenn/model/field_codec.hpp"
#include "provenn/zoo/zoo.hpp"
#include "support/catch.hpp"
#include "support/keras_parity.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

namespace {

const Json& record() {
    static const Json parsed = support::read_record("keras_applications.json");
    return parsed;
}

/// The recorded array of a network.
std::string key_of(const Json& entry, const std::string& what) {
    std::string name = entry["name"].get<std::string>();
    std::replace(name.begin(), name.end(), ':', '_');
    return name + "/" + what;
}

Model from_zoo(const Json& entry) {
    const std::string name = entry["name"].get<std::string>();
    const std::string options = "classes=" + std::to_string(entry["classes"].get<int>()) + ",input=" +
                                std::to_string(entry["size"][0].get<int>()) + "x" +
                                std::to_string(entry["size"][1].get<int>()) + "x3";
    return zoo::make_architecture(name + (name.find(':') == std::string::npos ? ":" : ",") + options).value_or_throw();
}

/// Counted weights, as by_rule() in the script.
void set_weights(Model& model, double head_scale) {
    for (Parameter& parameter : model.parameters) {
        const std::string name(parameter.name.view());
        std::uint32_t seed = 0x811C9DC5u;
        for (const char letter : name) seed = (seed ^ static_cast<unsigned char>(letter)) * 0x01000193u;
        const auto ends = [&name](const std::string& end) {
            return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
        };
        const Shape& shape = parameter.value.shape();
        const bool is_depthwise = ends("depthwise_kernel"), is_kernel = ends("kernel");
        double scale = 0.25, offset = 0.0;
        if (is_kernel) {
            std::int64_t fan = 1;
            for (int axis = 0; axis < (is_depthwise ? 2 : shape.rank() - 1); ++axis) fan *= shape[axis];
            scale = std::sqrt(3.0 / static_cast<double>(fan)) * (name == "predictions/kernel" ? head_scale : 1.0);
        } else if (ends("/gamma") || ends("variance")) {
            scale = 0.5;
            offset = 1.0;
        }
        std::uint32_t i = 0;
        for (float& value : parameter.value.span()) {
            const double u = static_cast<double>(support::hashed(i++, seed) >> 8) / 8388608.0 - 1.0;
            value = static_cast<float>(u * scale + offset);
        }
    }
}

std::vector<Tensor<float>> counted_input(const Json& entry, const Shape& sample) {
    auto input = Tensor<float>::zeros({1, sample[0], sample[1], sample[2]}).value_or_throw();
    for (std::int64_t i = 0; i < input.element_count(); ++i) {
        const std::uint32_t bits = support::hashed(static_cast<std::uint32_t>(i), 1) >> 8;
        const auto u = static_cast<float>(static_cast<double>(bits) / 8388608.0 - 1.0);
        input.data()[i] = static_cast<float>(static_cast<double>(u) * entry["factor"].get<double>() +
                                             entry["offset"].get<double>());
    }
    std::vector<Tensor<float>> inputs;
    inputs.push_back(std::move(input));
    return inputs;
}

/// A name as Keras 3 has it.
std::string flat(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

/// What a node is: its layer's name and stored settings, and what it reads. Keras 2 and 3 differ in how they estimate
/// the moving variance; sums and products have no order.
std::string description(const Model& model, const Node& node) {
    layers::Layer config = model.layer(node.layer).config;
    if (auto* norm = std::get_if<layers::BatchNormalization>(&config)) norm->unbiased_variance = false;
    Array<std::uint8_t> bytes;
    write_layer(config, bytes).value_or_throw();
    std::vector<std::string> inputs;
    for (const Index input : node.inputs) {
        inputs.push_back(input == model.inputs[0] ? "input" : flat(model.value(input).name.view()));
    }
    const auto* merge = std::get_if<layers::Merge>(&config);
    if (merge != nullptr && merge->kind != layers::MergeKind::concatenate) std::sort(inputs.begin(), inputs.end());
    std::string text = flat(model.layer(node.layer).name.view()) + " reads";
    for (const std::string& input : inputs) text += " " + input;
    return text + " with " + std::string(sha256(bytes.span()).hex().view());
}

std::vector<std::string> descriptions(const Model& model) {
    std::vector<std::string> all;
    for (const Node& node : model.nodes) all.push_back(description(model, node));
    std::sort(all.begin(), all.end());
    return all;
}

bool same_bits(const Tensor<float>& a, const Tensor<float>& b) {
    const auto size = static_cast<std::size_t>(a.element_count()) * sizeof(float);
    return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), size) == 0;
}

}  // namespace

TEST_CASE("networks of the zoo are those that both Keras describe", "[io][keras_applications][REQ-ZOO-005]") {
    const auto configs = support::open_archive("keras_applications.npz", record());
    for (const Json& entry : record()["networks"]) {
        const std::string name = entry["name"].get<std::string>();
        const Model ours = from_zoo(entry);
        for (const char* keras : {"keras", "tf_keras"}) {
            INFO(name << " of " << keras);
            const auto json = configs.arrays.read<std::uint8_t>(key_of(entry, keras)).value_or_throw();
            KerasConfigOptions options;
            options.version = KerasVersion::parse(record()[keras].get<std::string>(), "tensorflow");
            LoadReport report;
            const std::string_view text(reinterpret_cast<const char*>(json.data()),
                                        static_cast<std::size_t>(json.element_count()));
            const Model theirs = read_keras_config(text, options, report).value_or_throw();
            CHECK(descriptions(ours) == descriptions(theirs));
            CHECK(flat(ours.value(ours.outputs[0]).name.view()) == flat(theirs.value(theirs.outputs[0]).name.view()));
        }
    }
}

TEST_CASE("networks of the zoo have Keras' number of parameters and multiply-adds",
          "[io][keras_applications][REQ-ZOO-005]") {
    for (const Json& entry : record()["networks"]) {
        INFO(entry["name"]);
        const Model model = from_zoo(entry);
        std::int64_t multiply_adds = 0, counters = 0;
        for (const Node& node : model.nodes) {
            const layers::Layer& config = model.layer(node.layer).config;
            counters += std::holds_alternative<layers::Normalization>(config) ? 1 : 0;  // Keras counts samples there
            const bool is_product = std::holds_alternative<layers::Conv2d>(config) ||
                                    std::holds_alternative<layers::DepthwiseConv2d>(config) ||
                                    std::holds_alternative<layers::Dense>(config);
            if (!is_product) continue;
            const auto shapes = model.input_shapes(node).value_or_throw();
            multiply_adds += layers::multiply_adds(config, shapes.span(), model.value(node.output).shape);
        }
        CHECK(model.parameter_count() + counters == entry["count_params"].get<std::int64_t>());
        CHECK(multiply_adds == entry["multiply_adds"].get<std::int64_t>());
    }
}

TEST_CASE("networks of the zoo are as close to float64 Keras as twice Keras' own float32, fused and unfused alike",
          "[io][keras_applications][REQ-ZOO-006]") {
    const auto goldens = support::open_archive("keras_applications.npz", record());
    for (const Json& entry : record()["networks"]) {
        const std::string name = entry["name"].get<std::string>();
        Model model = from_zoo(entry);
        set_weights(model, entry["head_scale"].get<double>());
        std::vector<Index> values;
        for (const Json& one : entry["cases"]) {
            const std::string layer = one["name"].get<std::string>();
            for (std::size_t i = 0; i < model.values.size(); ++i) {
                if (model.values[i].name == std::string_view(layer)) values.push_back(static_cast<Index>(i));
            }
        }
        REQUIRE(values.size() == entry["cases"].size());
        const auto inputs = counted_input(entry, model.value(model.inputs[0]).shape);
        const auto outputs = support::run(model, inputs, Span<const Index>(values.data(), values.size()));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Json& one = entry["cases"][i];
            const std::string layer = one["name"].get<std::string>();
            const Tensor<float>& ours = outputs[i];
            REQUIRE(ours.element_count() == one["count"].get<std::int64_t>());
            const auto golden = goldens.arrays.read<double>(key_of(entry, layer)).value_or_throw();
            const support::Parity parity = support::measure(one, golden, [&ours](std::int64_t at) {
                return ours.data()[(at * 7919 + 13) % ours.element_count()];
            });
            INFO(name << "/" << layer << ": error " << parity.error << " of " << parity.limit << ", rms " << parity.rms
                      << " of " << parity.rms_limit);
            CHECK(parity.error <= parity.limit);
            CHECK(parity.rms <= parity.rms_limit);
        }
        INFO(name);
        const auto fused = support::run(model, inputs, {}), unfused = support::run(model, inputs, {}, false);
        CHECK(same_bits(fused[0], unfused[0]));
        CHECK(same_bits(fused[0], outputs.back()));
    }
}

TEST_CASE("whole models and weights of real Keras give the network of the zoo, bit for bit",
          "[io][keras_applications][oracle][REQ-ZOO-007]") {
    const char* python = std::getenv("PROVENN_PYTHON");
    if (python == nullptr)
        return support::skip("no Keras: set PROVENN_PYTHON to a Python that has tests/support/requirements.txt");
    const std::string script = support::source_file("tests/oracle/keras_applications.py");
    for (const Json& entry : record()["networks"]) {
        for (const std::string keras : {"keras", "tf_keras"}) {
            const std::string name = entry["name"].get<std::string>();
            const support::TemporaryFolder folder;
            const std::string command = std::string(python) + " " + script + " files " + folder.file("") + " " + name +
                                        " " + keras + " > " + folder.file("log") + " 2>&1";
            INFO(command);
            REQUIRE(std::system(command.c_str()) == 0);
            const Model whole = std::move(load_keras(folder.file("whole.h5")).value_or_throw().model);
            Model ours = from_zoo(entry);
            const LoadReport report = load_keras_weights(folder.file("weights.h5"), ours).value_or_throw();
            CHECK(report.count(TensorFate::loaded) == ours.parameters.size());
            Model counted = from_zoo(entry);
            set_weights(counted, 1.0);
            for (std::size_t i = 0; i < ours.parameters.size(); ++i) {
                REQUIRE(same_bits(ours.parameters[i].value, counted.parameters[i].value));
            }
            const auto inputs = counted_input(entry, ours.value(ours.inputs[0]).shape);
            CHECK(same_bits(support::run(whole, inputs, {})[0], support::run(ours, inputs, {})[0]));
        }
    }
}
