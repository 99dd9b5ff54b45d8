// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Telling files apart and opening models.
#include "open_model.hpp"

#include <charconv>
#include <cstring>
#include <utility>

#include "provenn/files/mapped_file.hpp"
#include "provenn/io/keras.hpp"
#include "provenn/model/container.hpp"
#include "provenn/zoo/zoo.hpp"

namespace program {

namespace {

constexpr std::pair<const char*, ResizeMethod> kResizeMethods[] = {
    {"none", ResizeMethod::none},                 {"nearest", ResizeMethod::nearest},
    {"bilinear", ResizeMethod::bilinear},         {"pil-bilinear", ResizeMethod::pil_bilinear},
    {"pil-bicubic", ResizeMethod::pil_bicubic},   {"pil-nearest", ResizeMethod::pil_nearest},
    {"area", ResizeMethod::area}};
constexpr std::pair<const char*, CropMethod> kCropMethods[] = {{"stretch", CropMethod::stretch},
                                                               {"center", CropMethod::center_square}};

bool begins(Bytes file, std::string_view magic) {
    return file.size() >= magic.size() && std::memcmp(file.data(), magic.data(), magic.size()) == 0;
}

template <class Value, std::size_t N>
std::vector<std::string> names_of(const std::pair<const char*, Value> (&pairs)[N]) {
    std::vector<std::string> names;
    for (const auto& pair : pairs) names.emplace_back(pair.first);
    return names;
}

/// The value of a name that the command line has checked.
template <class Value, std::size_t N>
Value value_of(const std::pair<const char*, Value> (&pairs)[N], const std::string& name) {
    for (const auto& pair : pairs) {
        if (name == pair.first) return pair.second;
    }
    return pairs[0].second;
}

template <class Value, std::size_t N>
const char* name_of(const std::pair<const char*, Value> (&pairs)[N], Value value) {
    for (const auto& pair : pairs) {
        if (value == pair.second) return pair.first;
    }
    return "?";
}

Result<ImportedModel> load_whole(Context& context, const std::string& path, const KerasOptions& keras) {
    auto imported = load_keras(path, keras);
    if (!imported && imported.error().code == ErrorCode::unsupported) {
        context.advise("for a file of weights without architecture, name it: --architecture mobilenet_v1:alpha=0.25");
    }
    return imported;
}

/// Weights into an architecture from code.
Result<ImportedModel> load_into(Context& context, const std::string& architecture, const std::string& path,
                                const KerasOptions& keras) {
    auto model = zoo::make_architecture(architecture);
    if (!model) return context.usage(model.error(), "--architecture takes NAME or NAME:OPTION=VALUE,...");
    PROVENN_ASSIGN(LoadReport report, load_keras_weights(path, *model, keras));
    if (keras.preprocessing) {
        PROVENN_TRY(io::set_input_contract(*model, keras.preprocessing, report));
    }
    return ImportedModel{std::move(model).value(), std::move(report)};
}

Result<OpenedModel> open_keras(Context& context, const std::string& path, const ModelOptions& options) {
    KerasOptions keras;
    if (!options.preprocess.empty()) {
        PROVENN_ASSIGN(keras.preprocessing, parse_preset(options.preprocess));
    }
    if (!options.input_size.empty()) {
        auto size = parse_size(options.input_size);
        if (!size) return context.usage(size.error());
        keras.input_size = *size;
    }
    PROVENN_ASSIGN(ImportedModel imported, options.architecture.empty()
                                               ? load_whole(context, path, keras)
                                               : load_into(context, options.architecture, path, keras));
    OpenedModel opened;
    opened.model = std::move(imported.model);
    if (!options.resize.empty()) opened.model.input_contract.resize = value_of(kResizeMethods, options.resize);
    if (!options.crop.empty()) opened.model.input_contract.crop = value_of(kCropMethods, options.crop);
    set_numerics(opened.model, options.numerics);
    opened.format = imported.report.format;
    opened.report = std::move(imported.report);
    return opened;
}

Result<OpenedModel> open_package(Context& context, const Machine& machine, const std::string& path, Bytes file,
                                 const ModelOptions& options) {
    if (options.any()) {
        return context.usage(make_error(ErrorCode::invalid_argument, path,
                                        ": a package states its input contract and numerics itself; --architecture, "
                                        "--preprocess, --resize, --crop, --input-size and --numerics are for Keras "
                                        "files"),
                             "leave these options away, or convert the file with them (a package: --numerics only)");
    }
    auto model = read_package(file, machine);
    if (!model) return make_error(model.error().code, path, ": ", model.error().message);
    OpenedModel opened;
    opened.model = std::move(model).value();
    opened.format = "Provenn package";
    return opened;
}

}  // namespace

void add_model_options(Command& command, ModelOptions& options) {
    command.option("--architecture", "NAME[:OPTIONS]", options.architecture,
                   "For Keras files of weights only: the architecture they belong to, such as squeezenet:top=no");
    command.choice("--preprocess", options.preprocess, {"raw", "unit", "tf", "caffe", "torch"},
                   "For Keras files: how pixels become numbers, named as in keras.applications");
    command.choice("--resize", options.resize, names_of(kResizeMethods), "For Keras files: how images are resized");
    command.choice("--crop", options.crop, names_of(kCropMethods), "For Keras files: the whole image, or its centre");
    command.option("--input-size", "HxW", options.input_size, "For Keras files that leave the input's size open");
    add_numerics_option(command, options.numerics, "For Keras files");
}

void add_numerics_option(Command& command, std::string& numerics, const std::string& help) {
    command.choice("--numerics", numerics, {"direct", "fast"},
                   help +
                       ": how 3x3 convolutions are computed (direct); fast is Winograd's method: quicker, other bits, "
                       "larger rounding errors. The package says which");
}

void set_numerics(Model& model, const std::string& numerics) {
    if (!numerics.empty()) model.numerics = numerics == "fast" ? Numerics::fast : Numerics::direct;
}

const char* numerics_name(const Model& model) { return model.numerics == Numerics::fast ? "fast" : "direct"; }

FileKind kind_of(Bytes file) {
    if (begins(file, {reinterpret_cast<const char*>(container::kMagic), sizeof container::kMagic})) {
        const bool has_kind = file.size() >= sizeof container::kMagic + 4;
        const int kind = has_kind ? file[sizeof container::kMagic + 2] + 256 * file[sizeof container::kMagic + 3] : 0;
        return kind == static_cast<int>(ContainerKind::checkpoint) ? FileKind::checkpoint : FileKind::package;
    }
    if (begins(file, "\x89HDF")) return FileKind::hdf5;
    if (begins(file, "\x93NUMPY")) return FileKind::npy;
    if (begins(file, "PK\x03\x04")) return FileKind::zip;
    if (begins(file, "\x89PNG") || begins(file, "\xFF\xD8\xFF") || begins(file, "BM")) return FileKind::image;
    return FileKind::other;
}

std::string kind_text(Bytes file) {
    if (file.empty()) return "an empty file";
    switch (kind_of(file)) {
        case FileKind::package: return "a Provenn package";
        case FileKind::checkpoint: return "a Provenn checkpoint";
        case FileKind::hdf5: return "an HDF5 file";
        case FileKind::npy: return "a NumPy array (.npy)";
        case FileKind::zip: return "a zip archive (.npz, or a Keras 3 .keras file)";
        case FileKind::image:
            return begins(file, "BM") ? "a BMP image" : begins(file, "\xFF") ? "a JPEG image" : "a PNG image";
        case FileKind::other: break;
    }
    return begins(file, "\x1F\x8B") ? "a gzip file" : "none of the kinds known here";
}

Result<OpenedModel> open_model(Context& context, const Machine& machine, const std::string& path,
                               const ModelOptions& options) {
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
    const FileKind kind = kind_of(file.bytes());
    if (file.bytes().empty()) return make_error(ErrorCode::empty_data, path, ": the file is empty");
    if (kind != FileKind::package && kind != FileKind::hdf5) {
        if (kind == FileKind::zip) context.advise("save a .keras model as HDF5: model.save('model.h5')");
        return make_error(ErrorCode::unsupported, path, ": expected a model (.pvn, or Keras .h5), found ",
                          kind_text(file.bytes()));
    }
    auto opened = kind == FileKind::package ? open_package(context, machine, path, file.bytes(), options)
                                            : open_keras(context, path, options);
    if (!opened) return opened.error();
    opened->path = path;
    opened->file_digest = sha256(file.bytes());
    if (opened->model.input_contract.is_assumed && kind == FileKind::hdf5) {
        context.note(path + ": the file does not say how images are prepared; assumed: " +
                     contract_text(opened->model.input_contract) + "; --preprocess, --resize and --crop set it");
    }
    return opened;
}

std::string contract_text(const InputContract& contract) {
    constexpr const char* kOrders[] = {"rgb", "bgr", "grey"};
    std::string text = std::to_string(contract.height) + "x" + std::to_string(contract.width) + "x" +
                       std::to_string(contract.channels) + " " + kOrders[static_cast<int>(contract.channel_order)] +
                       " of " + std::to_string(contract.bits) + " bits, resize " +
                       name_of(kResizeMethods, contract.resize) + ", crop " + name_of(kCropMethods, contract.crop) +
                       ", y = x";
    char numbers[96];
    for (std::int64_t c = 0; c < contract.channels; ++c) {
        if (c > 0 && contract.scale[c] == contract.scale[0] && contract.offset[c] == contract.offset[0]) continue;
        std::snprintf(numbers, sizeof numbers, "%s * %.9g %+.9g", c == 0 ? "" : ",",
                      static_cast<double>(contract.scale[c]), static_cast<double>(contract.offset[c]));
        text += numbers;
    }
    return text;
}

Json contract_json(const InputContract& contract) {
    constexpr const char* kOrders[] = {"rgb", "bgr", "grey"};
    constexpr const char* kOrientations[] = {"ignore", "apply", "refuse"};
    Json scale = Json::array(), offset = Json::array();
    for (std::int64_t c = 0; c < contract.channels; ++c) {
        scale.push_back(contract.scale[c]);
        offset.push_back(contract.offset[c]);
    }
    return {{"height", contract.height}, {"width", contract.width}, {"channels", contract.channels},
            {"bits", contract.bits}, {"resize", name_of(kResizeMethods, contract.resize)},
            {"crop", name_of(kCropMethods, contract.crop)},
            {"channel_order", kOrders[static_cast<int>(contract.channel_order)]},
            {"orientation", kOrientations[static_cast<int>(contract.orientation)]},
            {"scale", std::move(scale)}, {"offset", std::move(offset)}, {"assumed", contract.is_assumed}};
}

Json model_json(const OpenedModel& opened) {
    return {{"file", opened.path}, {"name", opened.model.name.c_str()}, {"format", opened.format},
            {"sha256", opened.file_digest.hex().c_str()}};
}

bool takes_images(const Model& model) {
    const InputContract& contract = model.input_contract;
    return model.inputs.size() == 1 && contract.channels > 0 &&
           model.value(model.inputs[0]).shape == (Shape{contract.height, contract.width, contract.channels});
}

const char* score_name(const Model& model) {
    for (const Node& node : model.nodes) {
        if (node.output != model.outputs[0]) continue;
        layers::Layer config = model.layer(node.layer).config;
        const layers::ActivationConfig* activation = layers::trailing_activation(config);
        const bool is_probability = activation != nullptr && (activation->kind == layers::Activation::softmax ||
                                                              activation->kind == layers::Activation::sigmoid);
        return is_probability ? "probability" : "score";
    }
    return "score";
}

Result<layers::Extent2> parse_size(const std::string& text) {
    layers::Extent2 size;
    const char* end = text.data() + text.size();
    const auto height = std::from_chars(text.data(), end, size.height);
    const bool has_x = height.ec == std::errc() && height.ptr != end && *height.ptr == 'x';
    const auto width = has_x ? std::from_chars(height.ptr + 1, end, size.width) : height;
    if (!has_x || width.ec != std::errc() || width.ptr != end || size.height < 1 || size.width < 1 ||
        size.height > 65536 || size.width > 65536) {
        return make_error(ErrorCode::invalid_argument, "--input-size: expected HxW such as 224x224, found '", text,
                          "'");
    }
    return size;
}

}  // namespace program
