// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn convert: Keras files to packages, packages to Keras weights.
#include "commands.hpp"
#include "engine.hpp"
#include "open_model.hpp"
#include "outputs.hpp"
#include "provenn/io/keras_writer.hpp"
#include "provenn/model/fingerprint.hpp"

namespace program {

namespace {

struct Convert {
    std::string in, out;
    ModelOptions contract;
};

bool ends_with(const std::string& text, std::string_view ending) {
    return text.size() > ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

Result<ExitCode> run(const Convert& options, Context& context) {
    const bool to_keras = ends_with(options.out, ".h5") || ends_with(options.out, ".hdf5");
    PROVENN_TRY(check_output(context, {"OUT", options.out, {".pvn", ".h5", ".hdf5"}}, {options.in}));
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    ModelOptions contract = options.contract;
    contract.numerics.clear();  // here it changes packages too: their known answers are computed anew
    PROVENN_ASSIGN(OpenedModel opened, open_model(context, machine, options.in, contract));
    set_numerics(opened.model, options.contract.numerics);
    if (to_keras) {
        PROVENN_TRY(save_keras_weights(opened.model, options.out));
    } else {
        PROVENN_TRY(write_package(options.out, opened.model));
    }
    PROVENN_ASSIGN(const Digest digest, fingerprint(opened.model));
    const char* kind = to_keras ? "Keras weights, HDF5" : "Provenn package";
    std::string text = options.in + " (" + opened.format + ") -> " + options.out + " (" + kind + ")\n  " +
                       std::to_string(opened.model.parameters.size()) + " tensors, " +
                       std::to_string(opened.model.parameter_count()) + " parameters, fingerprint " +
                       std::string(digest.hex().view()) + "\n";
    if (to_keras) {
        text += "  load it with model.load_weights(\"" + options.out + "\") into the same architecture in Keras\n";
    }
    Json json = {{"from", model_json(opened)}, {"to", options.out}, {"to_format", kind},
                 {"parameters", opened.model.parameter_count()}, {"fingerprint", digest.hex().c_str()}};
    if (opened.report) json["load_report"] = to_json(*opened.report);
    PROVENN_TRY(context.print(text, json));
    return ExitCode::ok;
}

}  // namespace

void add_convert(CommandLine& line) {
    auto options = std::make_shared<Convert>();
    Command command = line.command(
        {"convert", "Makes a package of a Keras file, or Keras weights of a package",
         "  provenn convert mobilenet.h5 mobilenet.pvn --preprocess tf --resize bilinear\n"
         "  provenn convert model.pvn weights.h5\n"
         "  provenn convert model.pvn quicker.pvn --numerics fast"},
        [options](Context& context) { return run(*options, context); });
    command.argument("IN", options->in, "Package (.pvn) or Keras file (.h5)");
    command.argument("OUT", options->out, "What to write: a name that ends in .pvn or .h5");
    add_model_options(command, options->contract);
}

}  // namespace program
