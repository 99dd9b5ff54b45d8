// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is written is read back bit for bit, by this library and by real Keras 2 and 3 where they can be had.
#include "provenn/io/keras_writer.hpp"

#include <cstdlib>
#include <string>

#include "provenn/io/keras.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/zoo/zoo.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

TEST_CASE("weights written are the weights read, tensor for tensor", "[io][keras_writer][REQ-IO-014]") {
    const std::string name = GENERATE("convolutions", "normalizations", "sample_norms", "nested", "sequential",
                                      "keras3", "keras3_norms");
    INFO(name);
    const auto imported = load_keras(support::source_file("tests/io/goldens/" + name + ".h5")).value_or_throw();
    const support::TemporaryFolder folder;
    const std::string path = folder.file("weights.h5");
    REQUIRE(save_keras_weights(imported.model, path));
    Model copy = imported.model.clone().value_or_throw();
    REQUIRE(initialize(copy, 7));
    REQUIRE(fingerprint(copy).value_or_throw() != fingerprint(imported.model).value_or_throw());
    const LoadReport report = load_keras_weights(path, copy).value_or_throw();
    CHECK(report.format == "Keras HDF5, weights only");
    CHECK(report.count(TensorFate::loaded) == copy.parameters.size());
    CHECK(fingerprint(copy).value_or_throw() == fingerprint(imported.model).value_or_throw());
    const auto once = write_keras_weights(imported.model).value_or_throw();
    const auto again = write_keras_weights(imported.model).value_or_throw();
    CHECK(sha256(once.span()) == sha256(again.span()));
}

TEST_CASE("lists of names beyond Keras' limit are split as Keras does", "[io][keras_writer][REQ-IO-014]") {
    ModelBuilder builder;
    auto at = builder.input("x", {4});
    const std::string long_name(150, 'n');
    for (int i = 0; i < 900; ++i) {
        at = builder.add(Name(std::string_view(long_name + std::to_string(i))), layers::ActivationLayer{}, at);
    }
    layers::Dense dense;
    dense.units = 2;
    builder.output(builder.add("d", dense, at));
    Model model = builder.build().value_or_throw();
    REQUIRE(initialize(model, 3));
    const auto bytes = write_keras_weights(model).value_or_throw();
    auto file = Hdf5File::open_image(bytes.span(), "long.h5").value_or_throw();
    CHECK_FALSE(file->text_attribute("", "layer_names").value_or_throw().has_value());
    CHECK(file->text_attribute("", "layer_names0").value_or_throw()->size() == 64512 / 153);
    CHECK(file->text_attribute("", "layer_names2").value_or_throw().has_value());
    CHECK(io::take_inventory(*file).value_or_throw().layers.size() == 901);
    Model copy = model.clone().value_or_throw();
    CHECK(load_keras_weights(*file, copy).ok());
}

TEST_CASE("real Keras loads what is written, by order and by name", "[io][keras_writer][oracle][REQ-IO-014]") {
    const char* python = std::getenv("PROVENN_PYTHON");
    if (python == nullptr)
        return support::skip("no Keras: set PROVENN_PYTHON to a Python that has tests/support/requirements.txt");
    const std::pair<const char*, const char*> cases[] = {
        {"tf_keras", "convolutions"}, {"tf_keras", "normalizations"}, {"tf_keras", "sample_norms"},
        {"tf_keras", "sequential"},   {"keras", "keras3"},            {"keras", "keras3_norms"}};
    const support::TemporaryFolder folder;
    for (const auto& [keras, name] : cases) {
        const std::string golden = support::source_file(std::string("tests/io/goldens/") + name + ".h5");
        const auto imported = load_keras(golden).value_or_throw();
        REQUIRE(save_keras_weights(imported.model, folder.file("w.h5")));
        const std::string command = std::string(python) + " " +
                                    support::source_file("tests/oracle/keras_load_weights.py") + " " + keras + " " +
                                    golden + " " + folder.file("w.h5") + " > " + folder.file("log") + " 2>&1";
        const int status = std::system(command.c_str());
        if (WEXITSTATUS(status) == 77) return support::skip(std::string(keras) + " cannot be imported");
        INFO(command);
        CHECK(status == 0);
    }
}
