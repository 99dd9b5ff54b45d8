// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn inspect: what a file is, and what it holds.
#include "commands.hpp"
#include "engine.hpp"
#include "open_model.hpp"
#include "outputs.hpp"
#include "provenn/adapters/hdf5.hpp"
#include "provenn/data/npy.hpp"
#include "provenn/data/npz.hpp"
#include "provenn/data/read_image.hpp"
#include "provenn/files/atomic_save.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/io/keras.hpp"
#include "provenn/io/keras_inventory.hpp"
#include "provenn/io/summary.hpp"

namespace program {

namespace {

struct Inspect {
    std::string file, trace;
    bool tensors = false, plan = false;
    std::int64_t profile = 0;
    ModelOptions contract;
};

/// What is said of a file, for people and for programs.
struct Finding {
    std::string text;
    Json json;
};

/// The steps that run, measured where that was asked for.
Status add_plan(Context& context, const Machine& machine, const Inspect& options, const Model& model,
                Finding& finding) {
    const bool is_wanted = options.plan || options.profile > 0 || !options.trace.empty();
    if (!is_wanted) return {};
    const std::int64_t runs = options.profile == 0 && !options.trace.empty() ? 1 : options.profile;
    PROVENN_ASSIGN(const PlanFinding plan, inspect_plan(model, machine, runs));
    finding.text += "\n" + plan.text;
    finding.json["plan"] = plan.json;
    if (options.trace.empty()) return {};
    const std::string trace = plan.trace.dump(1) + "\n";
    context.note(options.trace + ": one run, for chrome://tracing or ui.perfetto.dev");
    return atomic_save(options.trace, {reinterpret_cast<const std::uint8_t*>(trace.data()), trace.size()});
}

std::string quoted_shape(const Shape& shape) { return text_of(shape); }

Result<Finding> inspect_model(Context& context, const Machine& machine, const Inspect& options) {
    PROVENN_ASSIGN(const OpenedModel opened, open_model(context, machine, options.file, options.contract));
    const Model& model = opened.model;
    PROVENN_ASSIGN(const Summary summary, summarize(model));
    Finding finding;
    finding.text = opened.path + ": " + opened.format + "\nsha256         " +
                   std::string(opened.file_digest.hex().view()) + "\n" + to_text(summary);
    finding.json = {{"file", opened.path},
                    {"kind", opened.report ? "keras model" : "package"},
                    {"format", opened.format},
                    {"sha256", opened.file_digest.hex().c_str()},
                    {"summary", to_json(summary)},
                    {"numerics", numerics_name(model)}};
    finding.text += std::string("numerics       ") + numerics_name(model) + "\n";
    if (takes_images(model)) {
        finding.text += "input          " + contract_text(model.input_contract) +
                        (model.input_contract.is_assumed ? " (assumed)" : "") + "\n";
        finding.json["input_contract"] = contract_json(model.input_contract);
    }
    Json names = Json::array();
    std::string listed;
    for (const Name& name : model.class_names) {
        names.push_back(name.c_str());
        listed += (listed.empty() ? "" : ", ") + std::string(name.view());
    }
    if (!listed.empty()) finding.text += "classes        " + listed + "\n";
    finding.json["classes"] = std::move(names);
    PROVENN_TRY(add_plan(context, machine, options, model, finding));
    if (!opened.report) {
        finding.text += "known answers  reproduced bit for bit by the " + machine.isa() + " kernels\n";
        finding.json["known_answers"] = {{"reproduced", true}, {"isa", machine.isa()}};
        return finding;
    }
    if (options.tensors) {
        finding.text += to_text(*opened.report);
    } else {
        finding.text += "tensors        " + std::to_string(opened.report->tensors.size()) +
                        " in the load report (--tensors shows them)\n";
    }
    finding.json["load_report"] = to_json(*opened.report);
    return finding;
}

/// Tensors of a weights-only file.
Result<Finding> inspect_weights(HierarchicalFile& file, const io::KerasInventory& inventory, const std::string& path) {
    Finding finding;
    finding.text = path + ": Keras HDF5, weights only (no architecture)\nsha256  " +
                   std::string(file.digest().hex().view()) + "\n";
    Json tensors = Json::array();
    for (const io::KerasWeight& weight : inventory.weights) {
        finding.text +=
            "  " + weight.path + "  " + to_string(weight.info.type) + " " + quoted_shape(weight.info.shape) + "\n";
        tensors.push_back({{"path", weight.path}, {"layer", weight.layer}, {"type", to_string(weight.info.type)},
                           {"shape", io::shape_json(weight.info.shape)}});
    }
    finding.text += "to use it, name the architecture: provenn convert " + path + " model.pvn --architecture NAME\n";
    finding.json = {{"file", path}, {"kind", "keras weights"}, {"sha256", file.digest().hex().c_str()},
                    {"tensors", std::move(tensors)}};
    return finding;
}

Finding array_finding(const std::string& path, const std::string& kind, const RawArray& array) {
    return {path + ": " + kind + ", " + to_string(array.type) + " " + text_of(array.shape) + "\n",
            {{"file", path}, {"kind", kind}, {"type", to_string(array.type)}, {"shape", io::shape_json(array.shape)}}};
}

Result<Finding> inspect_npz(const std::string& path, Bytes bytes) {
    PROVENN_ASSIGN(const ZipReader zip, ZipReader::open(bytes, path));
    Finding finding{path + ": archive of arrays (.npz)\n", {{"file", path}, {"kind", "npz"}}};
    Json arrays = Json::array();
    for (const ZipEntry& entry : zip.entries()) {
        const bool is_array = entry.name.size() > 4 && entry.name.substr(entry.name.size() - 4) == ".npy";
        if (!is_array) {
            finding.text += "  " + entry.name + "  (no array)\n";
            continue;
        }
        PROVENN_ASSIGN(const auto member, zip.read(entry.name));
        PROVENN_ASSIGN(const RawArray array, read_npy(member.span(), path + "/" + entry.name));
        const std::string name = entry.name.substr(0, entry.name.size() - 4);
        finding.text += "  " + name + "  " + to_string(array.type) + " " + text_of(array.shape) + "\n";
        arrays.push_back({{"name", name}, {"type", to_string(array.type)}, {"shape", io::shape_json(array.shape)}});
    }
    finding.json["arrays"] = std::move(arrays);
    return finding;
}

Result<Finding> inspect_image(const std::string& path, Bytes bytes) {
    PROVENN_ASSIGN(const Image image, read_image(bytes, path, {.orientation = OrientationPolicy::ignore}));
    const Shape shape{image.height, image.width, image.channels};
    return Finding{path + ": " + to_string(image.format) + " image " + text_of(shape) + ", " +
                       std::to_string(image.depth_bits) + " bits a channel, EXIF orientation " +
                       std::to_string(image.exif_orientation) + "\n",
                   {{"file", path}, {"kind", "image"}, {"format", to_string(image.format)},
                    {"shape", io::shape_json(shape)}, {"bits", image.depth_bits},
                    {"exif_orientation", image.exif_orientation}}};
}

Result<Finding> inspect(Context& context, const Inspect& options) {
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(options.file));
    const FileKind kind = kind_of(file.bytes());
    if (file.bytes().empty()) return make_error(ErrorCode::empty_data, options.file, ": the file is empty");
    switch (kind) {
        case FileKind::npy: {
            PROVENN_ASSIGN(const RawArray array, read_npy(file.bytes(), options.file));
            return array_finding(options.file, "npy array", array);
        }
        case FileKind::zip: return inspect_npz(options.file, file.bytes());
        case FileKind::image: return inspect_image(options.file, file.bytes());
        case FileKind::hdf5: {
            PROVENN_ASSIGN(const std::unique_ptr<Hdf5File> hdf5, io::open_keras_file(options.file, {}));
            PROVENN_ASSIGN(const io::KerasInventory inventory, io::take_inventory(*hdf5));
            if (inventory.config.empty() && options.contract.architecture.empty()) {
                return inspect_weights(*hdf5, inventory, options.file);
            }
            return inspect_model(context, machine, options);
        }
        case FileKind::package: return inspect_model(context, machine, options);
        case FileKind::checkpoint:
        case FileKind::other: break;
    }
    return make_error(ErrorCode::unsupported, options.file,
                      ": expected a model (.pvn, Keras .h5), an array (.npy, .npz) ",
                      "or an image (PNG, JPEG, BMP), found ", kind_text(file.bytes()));
}

Result<ExitCode> run(const Inspect& options, Context& context) {
    if (!options.trace.empty())
        PROVENN_TRY(check_output(context, {"--trace", options.trace, {".json"}}, {options.file}));
    auto finding = inspect(context, options);
    if (!finding) return finding.error();
    PROVENN_TRY(context.print(finding->text, finding->json));
    return ExitCode::ok;
}

}  // namespace

void add_inspect(CommandLine& line) {
    auto options = std::make_shared<Inspect>();
    Command command = line.command(
        {"inspect", "Says what a file is and what it holds: models, weights, arrays, images",
         "  provenn inspect mobilenet.h5 --tensors\n  provenn inspect model.pvn --json\n"
         "  provenn inspect model.pvn --profile 20 --threads 1 --trace run.json"},
        [options](Context& context) { return run(*options, context); });
    command.argument("FILE", options->file, "Package (.pvn), Keras file (.h5), array (.npy, .npz) or image");
    command.flag("--tensors", options->tensors, "Show every tensor of a Keras file: shape, fate, hash");
    command.flag("--plan", options->plan, "Show the steps that run: algorithm, what is fused, arithmetic, traffic");
    command.number("--profile", options->profile, std::int64_t{0}, std::int64_t{100000},
                   "Run the model on synthetic input so many times and show each step's median time");
    command.option("--trace", "FILE.json", options->trace, "Write one run for chrome://tracing or ui.perfetto.dev");
    add_model_options(command, options->contract);
}

}  // namespace program
