// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Against real Keras in float64: small models of every layer, and published files, whole and layer by layer. The
// records are made by tests/oracle/keras_parity.py. PROVENN_PARITY_OUT=FILE writes what was measured, for the table in
// docs/evidence.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "provenn/data/read_image.hpp"
#include "provenn/io/keras.hpp"
#include "provenn/zoo/zoo.hpp"
#include "support/catch.hpp"
#include "support/keras_parity.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;
using support::Archive;
using support::measure;
using support::Parity;

namespace {

const Json& record() {
    static const Json parsed = support::read_record("keras_parity.json");
    return parsed;
}
Archive open_archive(const std::string& name) { return support::open_archive(name, record()); }

std::string file_digest(const std::string& path) {
    return std::string(sha256(read_file(path).value_or_throw().span()).hex().view());
}

void note_measured(const std::string& group, const std::string& name, const Json& entry, const Parity& parity) {
    const char* path = std::getenv("PROVENN_PARITY_OUT");
    if (path == nullptr) return;
    Json line = {{"group", group},         {"name", name},      {"error", parity.error},
                 {"limit", parity.limit}, {"rms", parity.rms}, {"rms_limit", parity.rms_limit}};
    for (const char* key : {"class", "keras_error", "keras_rms", "keras_layer_error", "scale"}) {
        if (entry.contains(key)) line[key] = entry[key];
    }
    std::ofstream(path, std::ios::app) << dump_json(line, -1).value_or_throw() << "\n";
}

void check_parity(const std::string& group, const std::string& name, const Json& entry, const Parity& parity) {
    INFO(group << "/" << name << ": error " << parity.error << ", Keras' own " << entry["keras_error"] << ", scale "
               << entry["scale"]);
    note_measured(group, name, entry, parity);
    CHECK(parity.error <= parity.limit);
    CHECK(parity.rms <= parity.rms_limit);
}

/// The recorded kind of input: random bytes, or the middle of a photograph, as numbers in the network's range.
Tensor<float> published_input(const Json& recorded, const Shape& sample) {
    auto input = Tensor<float>::zeros({1, sample[0], sample[1], sample[2]}).value_or_throw();
    const std::string kind = recorded["input"].get<std::string>();
    const auto seed = recorded["seed"].get<std::uint32_t>();
    Image photo;
    if (kind != "bytes") {
        photo = read_image(read_file(*support::shared_data(kind)).value_or_throw().span(), kind).value_or_throw();
        REQUIRE(photo.channels == sample[2]);
    }
    const std::int64_t top = (photo.height - sample[0]) / 2, left = (photo.width - sample[1]) / 2;
    const std::int64_t row = sample[1] * sample[2];
    for (std::int64_t i = 0; i < input.element_count(); ++i) {
        const std::int64_t place = (top + i / row) * photo.width * sample[2] + left * sample[2] + i % row;
        const int byte = kind == "bytes" ? static_cast<int>(support::hashed(static_cast<std::uint32_t>(i), seed) >> 24)
                                         : static_cast<int>(photo.pixels8.data()[place]);
        input.data()[i] =
            static_cast<float>(byte / recorded["divisor"].get<double>() + recorded["offset"].get<double>());
    }
    return input;
}

Model published_model(const std::string& path, const std::string& file) {
    if (file.rfind("squeezenet", 0) != 0) return std::move(load_keras(path).value_or_throw().model);
    Model model = zoo::make_architecture("squeezenet:top=no,input=67x67x3").value_or_throw();
    (void)load_keras_weights(path, model).value_or_throw();
    return model;
}

/// The published files that are here; the case is marked as skipped where one is missing.
template <class Body>
void each_published(const Body& body) {
    for (const Json& entry : record()["published"]) {
        const std::string file = entry["file"].get<std::string>();
        const auto path = support::shared_data(file);
        const bool has_photos = support::shared_data("coffee.png") && support::shared_data("chelsea.png");
        if (!path || !has_photos) continue;
        INFO(file);
        REQUIRE(file_digest(*path) == entry["sha256"].get<std::string>());
        body(file, entry, published_model(*path, file));
    }
}

/// Every output of the small models of a record; how many.
std::size_t check_models(const std::string& stem) {
    const Json recorded = support::read_record(stem + ".json");
    const Archive packed = support::open_archive(stem + "_models.npz", recorded);
    const Archive goldens = support::open_archive(stem + ".npz", recorded);
    const support::TemporaryFolder folder;
    std::size_t cases = 0;
    for (const Json& entry : recorded["models"]) {
        const std::string name = entry["name"].get<std::string>();
        INFO(name);
        const auto bytes = packed.arrays.read<std::uint8_t>(name + ".h5").value_or_throw();
        const std::string path = folder.write(name + ".h5", {reinterpret_cast<const char*>(bytes.data()),
                                                             static_cast<std::size_t>(bytes.element_count())});
        const Model model = std::move(load_keras(path).value_or_throw().model);
        std::vector<Tensor<float>> inputs;
        for (std::size_t i = 0; i < entry["inputs"].get<std::size_t>(); ++i) {
            inputs.push_back(goldens.arrays.read<float>(name + "/input_" + std::to_string(i)).value_or_throw());
        }
        const auto outputs = support::run(model, inputs, {});
        REQUIRE(outputs.size() == entry["cases"].size());
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const Json& one = entry["cases"][i];
            const std::string layer = one["name"].get<std::string>();
            CHECK(std::string(model.value(model.outputs[i]).name.view()) == layer);
            const auto golden = goldens.arrays.read<double>(name + "/" + layer).value_or_throw();
            REQUIRE(golden.shape() == outputs[i].shape());
            const float* ours = outputs[i].data();
            check_parity(name, layer, one, measure(one, golden, [ours](std::int64_t at) { return ours[at]; }));
            ++cases;
        }
    }
    return cases;
}

}  // namespace

TEST_CASE("every layer and option is as close to float64 Keras as twice Keras' own float32",
          "[io][keras][REQ-IO-101]") {
    CHECK(check_models("keras_parity") > 450);
}

TEST_CASE("transposed convolutions and sequences are as close to float64 Keras as twice Keras' own float32",
          "[io][keras][REQ-IO-101]") {
    CHECK(check_models("keras_parity_nd") > 100);
}

TEST_CASE("published files give the scores of float64 Keras", "[io][keras][REQ-IO-102]") {
    const Archive goldens = open_archive("keras_parity_published.npz");
    each_published([&](const std::string& file, const Json& entry, const Model& model) {
        const Shape sample = model.value(model.inputs[0]).shape;
        for (std::size_t i = 0; i < entry["runs"].size(); ++i) {
            const Json& one = entry["runs"][i];
            std::vector<Tensor<float>> inputs;
            inputs.push_back(published_input(one, sample));
            const auto outputs = support::run(model, inputs, {});
            const auto golden = goldens.arrays.read<double>(file + "/" + std::to_string(i)).value_or_throw();
            REQUIRE(golden.shape() == outputs[0].shape());
            const float* ours = outputs[0].data();
            check_parity(file, one["input"].get<std::string>(), one,
                         measure(one, golden, [ours](std::int64_t at) { return ours[at]; }));
        }
    });
}

TEST_CASE("each layer of a published file gives what it gives in float64 Keras", "[io][keras][REQ-IO-103]") {
    const Archive goldens = open_archive("keras_parity_published.npz");
    each_published([&](const std::string& file, const Json& entry, const Model& model) {
        if (entry["layers"].empty()) return;
        std::vector<Index> values;
        for (const Node& node : model.nodes) values.push_back(node.output);
        REQUIRE(values.size() == entry["layers"].size());
        std::vector<Tensor<float>> inputs;
        const Json& last = entry["runs"][entry["runs"].size() - 1];
        inputs.push_back(published_input(last, model.value(model.inputs[0]).shape));
        const auto outputs = support::run(model, inputs, Span<const Index>(values.data(), values.size()));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::string layer(model.value(values[i]).name.view());
            const auto is_it = [&layer](const Json& candidate) { return candidate["name"] == layer; };
            const auto one = std::find_if(entry["layers"].begin(), entry["layers"].end(), is_it);
            REQUIRE(one != entry["layers"].end());
            REQUIRE((*one)["count"].get<std::int64_t>() == outputs[i].element_count());
            const auto golden = goldens.arrays.read<double>(file + "/layers/" + layer).value_or_throw();
            const Tensor<float>& ours = outputs[i];
            check_parity(file + " layer", layer, *one, measure(*one, golden, [&ours](std::int64_t at) {
                return ours.data()[(at * 7919 + 13) % ours.element_count()];
            }));
        }
    });
}

TEST_CASE("sparsemax, which Keras computes otherwise than its paper, is named in the load report",
          "[io][keras][REQ-IO-009]") {
    const std::string input =
        R"({"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4], "name": "x"}})";
    for (const std::string word : {"sparsemax", "softmax"}) {
        const std::string layer =
            R"({"class_name": "Activation", "config": {"name": "a", "activation": ")" + word + "\"}}";
        LoadReport report;
        (void)read_keras_config(R"({"class_name": "Sequential", "config": {"name": "m", "layers": [)" + input + ", " +
                                    layer + "]}}", {}, report)
            .value_or_throw();
        REQUIRE(report.notices.size() == (word == "sparsemax" ? 1u : 0u));
        if (word == "sparsemax") CHECK_THAT(report.notices[0].text, support::contains("do not sum to 1"));
    }
}
