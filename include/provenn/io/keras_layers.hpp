// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One layer of Keras, its class and config, as a layer of ours.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "provenn/io/keras_activations.hpp"
#include "provenn/io/keras_sequences.hpp"
#include "provenn/io/load_report.hpp"
#include "provenn/layers/layer.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace io {

/// What a layer's meaning depends on besides its config.
struct KerasContext {
    KerasVersion version;
    layers::CustomLayerRegistry registry;
    LoadReport* report = nullptr;
};

/// Translates one layer; its config must be read whole.
class KerasLayerReader {
  public:
    KerasLayerReader(const std::string& type, ConfigReader& config, Span<const Shape> inputs, KerasContext& context)
        : type_(type), is_on_sequence_(has_one_dimension(type)), config_(config), inputs_(inputs),
          context_(context) {
        // What is read is the two-dimensional layer of the same settings, with heights of 1.
        if (is_on_sequence_) type_.replace(type_.find("1D"), 2, "2D");
    }

    /// @errors unsupported (layer, setting), policy_refused (code in files), corrupt_data.
    Result<layers::Layer> read() {
        read_common();
        std::optional<layers::Layer> layer = convolution();
        if (!layer) layer = pooling();
        if (!layer) layer = normalization();
        if (!layer) layer = rearrangement();
        if (!layer) layer = merge();
        if (!layer) layer = noise();
        if (!layer) {
            if (const auto activation = activation_from_layer(type_, config_, rank())) {
                layer = layers::ActivationLayer{*activation};
                if (type_ == "AlphaDropout" || type_ == "ActivityRegularization") {
                    note(type_ + " is imported as the identity: without effect in inference, and in training here");
                }
            }
        }
        if (!layer && type_ == "Activation")
            layer = layers::ActivationLayer{read_activation(config_, context_.version, rank())};
        if (!layer) return custom();
        if (const Json* word = config_.find("activation"); word != nullptr && *word == "sparsemax") {
            note("sparsemax is computed as its paper defines it; Keras up to 3.15 gives results that do not sum to 1");
        }
        PROVENN_TRY(config_.finish());
        if (is_on_sequence_) return layers::visit(*layer, OnSequenceOf{});
        return *std::move(layer);
    }

  private:
    /// Sizes along height and width, or along a sequence.
    [[nodiscard]] layers::Extent2 extent(const std::string& key, layers::Extent2 otherwise) {
        return is_on_sequence_ ? sequence_extent(config_, key, otherwise) : config_.extent(key, otherwise);
    }
    [[nodiscard]] layers::Border2 border(const std::string& key) {
        return is_on_sequence_ ? sequence_border(config_, key) : config_.border(key);
    }
    [[nodiscard]] int rank() const { return inputs_.empty() ? 0 : inputs_[0].rank(); }
    void note(const std::string& text) {
        if (context_.report != nullptr) context_.report->note(config_.where(), text);
    }

    /// Members that every layer has; regularisers, constraints and initialisers shape training only.
    void read_common() {
        config_.ignore(
            {"name", "trainable", "batch_input_shape", "batch_shape", "build_config", "input_dtype", "autocast"});
        read_type();
        const std::string format = config_.text("data_format", "channels_last");
        if (format != "channels_last") {
            config_.fail("data_format '" + format + "' is refused: only channels_last networks are run",
                         ErrorCode::unsupported);
        }
        for (const auto& [key, value] : config_.object().items()) {
            const bool is_penalty = ends_with(key, "_regularizer") || ends_with(key, "_constraint");
            if (is_penalty || ends_with(key, "_initializer")) config_.ignore({key.c_str()});
            if (is_penalty && !value.is_null()) note(key + " belongs to training and is not imported");
        }
    }
    static bool ends_with(const std::string& text, const std::string& end) {
        return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
    }
    /// `dtype`: a word, or a policy object.
    void read_type() {
        const Json* type = config_.find("dtype");
        std::string word = "float32";
        if (type != nullptr && type->is_string()) word = type->get<std::string>();
        if (type != nullptr && type->is_object() && type->contains("config") && (*type)["config"].is_object()) {
            const Json& policy = (*type)["config"];
            if (policy.contains("name") && policy["name"].is_string()) word = policy["name"].get<std::string>();
        }
        if (word != "float32") note("computes in " + word + " in Keras, in float32 here");
    }

    [[nodiscard]] layers::Padding padding() {
        const std::string word = config_.text("padding", "valid");
        if (word == "causal" && is_on_sequence_) return layers::Padding::causal;
        config_.expect("padding", word == "valid" || word == "same", "valid or same");
        return word == "same" ? layers::Padding::same : layers::Padding::valid;
    }
    /// An axis counted with the batch, as one counted from the back of the sample's shape.
    [[nodiscard]] std::int64_t axis_from_back(std::int64_t axis) const { return axis < 0 ? axis : axis - rank() - 1; }

    template <class Convolution>
    void read_window(Convolution& layer) {
        layer.kernel = extent("kernel_size", {1, 1});
        layer.stride = extent("strides", {1, 1});
        layer.dilation = extent("dilation_rate", {1, 1});
        layer.padding = padding();
        layer.use_bias = config_.flag("use_bias", true);
        layer.activation = read_activation(config_, context_.version, rank());
    }

    std::optional<layers::Layer> convolution() {
        if (type_ == "Conv2D" || type_ == "Convolution2D") {
            if (config_.object().contains("nb_filter")) {
                config_.fail("an architecture of Keras 1: build it in code and load its weights",
                             ErrorCode::unsupported);
            }
            layers::Conv2d layer;
            layer.filters = config_.integer("filters", 0);
            layer.groups = config_.integer("groups", 1);
            read_window(layer);
            return layer;
        }
        if (type_ == "Conv2DTranspose" || type_ == "Convolution2DTranspose") {
            layers::Conv2dTranspose layer;
            layer.filters = config_.integer("filters", 0);
            config_.expect("groups", config_.integer("groups", 1) == 1, "1");
            layer.has_output_padding = config_.find("output_padding") != nullptr;
            if (layer.has_output_padding) layer.output_padding = extent("output_padding", {0, 0});
            if (is_on_sequence_) layer.output_padding.height = 0;
            read_window(layer);
            return layer;
        }
        if (type_ == "DepthwiseConv2D") {
            layers::DepthwiseConv2d layer;
            config_.expect("groups", config_.integer("groups", 1) == 1, "1");
            config_.ignore({"filters"});
            layer.depth_multiplier = config_.integer("depth_multiplier", 1);
            read_window(layer);
            return layer;
        }
        if (type_ == "SeparableConv2D" || type_ == "SeparableConvolution2D") {
            layers::SeparableConv2d layer;
            layer.filters = config_.integer("filters", 0);
            config_.expect("groups", config_.integer("groups", 1) == 1, "1");
            layer.depth_multiplier = config_.integer("depth_multiplier", 1);
            read_window(layer);
            return layer;
        }
        if (type_ == "Dense") {
            layers::Dense layer;
            layer.units = config_.integer("units", 0);
            layer.use_bias = config_.flag("use_bias", true);
            layer.activation = read_activation(config_, context_.version, rank());
            config_.ignore({"input_dim"});
            const bool has_lora = config_.find("lora_rank") != nullptr || config_.find("quantization_mode") != nullptr;
            config_.expect("lora_rank, quantization_mode", !has_lora, "null");
            return layer;
        }
        return std::nullopt;
    }

    std::optional<layers::Layer> pooling() {
        const bool is_max = type_ == "MaxPooling2D" || type_ == "MaxPool2D";
        if (is_max || type_ == "AveragePooling2D" || type_ == "AvgPool2D") {
            layers::Pool2d layer;
            layer.kind = is_max ? layers::PoolKind::max : layers::PoolKind::average;
            layer.window = extent("pool_size", {2, 2});
            layer.stride = extent("strides", layer.window);
            layer.padding = padding();
            return layer;
        }
        const bool is_global_max = type_ == "GlobalMaxPooling2D" || type_ == "GlobalMaxPool2D";
        if (is_global_max || type_ == "GlobalAveragePooling2D" || type_ == "GlobalAvgPool2D") {
            layers::GlobalPool2d layer;
            layer.kind = is_global_max ? layers::PoolKind::max : layers::PoolKind::average;
            layer.keep_axes = config_.flag("keepdims", false);
            return layer;
        }
        return std::nullopt;
    }

    /// The one axis of a normalisation must be the last.
    void expect_last_axis() {
        const std::vector<std::int64_t> axes = config_.integers("axis");
        const bool is_last = axes.empty() || (axes.size() == 1 && (axes[0] == -1 || axes[0] == rank()));
        config_.expect("axis", is_last, "the last axis (" + std::to_string(rank()) + ")");
    }

    template <class Normalization>
    void read_affine(Normalization& layer) {
        layer.epsilon = config_.number("epsilon", 1e-3f);
        layer.center = config_.flag("center", true);
        layer.scale = config_.flag("scale", true);
    }

    std::optional<layers::Layer> normalization() {
        if (type_ == "BatchNormalization" || type_ == "BatchNormalizationV1" || type_ == "BatchNormalizationV2" ||
            type_ == "SyncBatchNormalization") {
            layers::BatchNormalization layer;
            expect_last_axis();
            layer.momentum = config_.number("momentum", 0.99f);
            read_affine(layer);
            // tf.keras does not write `fused`; it is the default for maps, and nothing in a file tells who changed it.
            const bool is_fused = config_.flag("fused", true) && rank() == 3;
            layer.unbiased_variance = is_fused && context_.version.has_unbiased_variance();
            config_.expect("renorm", !config_.flag("renorm", false), "false");
            config_.ignore({"renorm_clipping", "renorm_momentum"});
            config_.expect("virtual_batch_size", config_.find("virtual_batch_size") == nullptr, "null");
            config_.expect("mode", config_.integer("mode", 0) == 0, "0");
            config_.ignore({"synchronized"});  // statistics over several devices: there is one here
            return layer;
        }
        if (type_ == "LayerNormalization") {
            layers::LayerNormalization layer;
            expect_last_axis();
            read_affine(layer);
            config_.expect("rms_scaling", !config_.flag("rms_scaling", false), "false");
            return layer;
        }
        if (type_ == "GroupNormalization") {
            layers::GroupNormalization layer;
            expect_last_axis();
            read_affine(layer);
            layer.groups = config_.integer("groups", 32);
            return layer;
        }
        if (type_ == "Normalization") {
            expect_last_axis();
            const bool is_given = config_.find("mean") != nullptr || config_.find("variance") != nullptr;
            config_.expect("mean, variance", !is_given, "null (adapted to data, stored as weights)");
            config_.expect("invert", !config_.flag("invert", false), "false");
            return layers::Normalization{};
        }
        if (type_ == "Rescaling") {
            layers::Rescaling layer;
            layer.scale = config_.number("scale", 1.0f);
            layer.offset = config_.number("offset", 0.0f);
            return layer;
        }
        if (type_ == "PReLU") return prelu();
        return std::nullopt;
    }

    layers::Layer prelu() {
        layers::PRelu layer;
        layer.share_rows = layer.share_columns = false;
        for (const std::int64_t axis : config_.integers("shared_axes")) {
            const bool is_rows = rank() == 3 && axis == 1;
            const bool is_columns = rank() >= 2 && axis == rank() - 1;
            config_.expect("shared_axes", is_rows || is_columns, "height and width");
            layer.share_rows = layer.share_rows || is_rows;
            layer.share_columns = layer.share_columns || is_columns;
        }
        return layer;
    }

    [[nodiscard]] layers::Interpolation interpolation(const char* otherwise) {
        const std::string word = config_.text("interpolation", otherwise);
        const bool is_known = word == "nearest" || word == "bilinear" || word == "bicubic";
        config_.expect("interpolation", is_known, "nearest, bilinear or bicubic");
        if (word == "bicubic") return layers::Interpolation::bicubic;
        return word == "bilinear" ? layers::Interpolation::bilinear : layers::Interpolation::nearest;
    }

    std::optional<layers::Layer> rearrangement() {
        if (type_ == "ZeroPadding2D") return layers::ZeroPadding2d{border("padding")};
        if (type_ == "Cropping2D") return layers::Cropping2d{border("cropping")};
        if (type_ == "UpSampling2D") {
            layers::UpSampling2d layer;
            layer.factor = extent("size", {2, 2});
            layer.interpolation = interpolation("nearest");
            config_.expect("interpolation",
                           layer.interpolation == layers::Interpolation::nearest ||
                               context_.version.has_half_pixel_centres(), "nearest (for this version of Keras)");
            return layer;
        }
        if (type_ == "Resizing") {
            layers::Resizing layer;
            layer.size = {config_.integer("height", 0), config_.integer("width", 0)};
            layer.interpolation = interpolation("bilinear");
            for (const char* key : {"crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"}) {
                config_.expect(key, !config_.flag(key, false), "false");
            }
            config_.ignore({"fill_mode", "fill_value"});
            return layer;
        }
        if (type_ == "Flatten") return layers::Flatten{};
        if (type_ == "Reshape") return layers::Reshape{axes("target_shape", 0)};
        if (type_ == "Permute") return layers::Permute{axes("dims", -1)};
        return std::nullopt;
    }
    /// A list of at most three numbers, each moved by `shift`.
    [[nodiscard]] Shape axes(const std::string& key, std::int64_t shift) {
        Shape shape;
        const std::vector<std::int64_t> numbers = config_.integers(key);
        config_.expect(key, !numbers.empty() && numbers.size() <= 3, "1 to 3 axes");
        for (std::size_t i = 0; i < numbers.size() && i < 3; ++i) {
            constexpr std::int64_t kMost = std::int64_t{1} << 40;
            const bool is_sane = numbers[i] > -kMost && numbers[i] < kMost;
            config_.expect(key, is_sane, "moderate numbers");
            shape.push_back(is_sane ? numbers[i] + shift : 0);
        }
        return shape;
    }

    std::optional<layers::Layer> merge() {
        using layers::MergeKind;
        const std::pair<const char*, MergeKind> kinds[] = {
            {"Add", MergeKind::add},         {"Subtract", MergeKind::subtract}, {"Multiply", MergeKind::multiply},
            {"Average", MergeKind::average}, {"Maximum", MergeKind::maximum},   {"Minimum", MergeKind::minimum},
            {"Concatenate", MergeKind::concatenate}};
        for (const auto& [word, kind] : kinds) {
            if (type_ != word) continue;
            layers::Merge layer;
            layer.kind = kind;
            if (kind == MergeKind::concatenate) layer.axis = axis_from_back(config_.integer("axis", -1));
            return layer;
        }
        return std::nullopt;
    }

    std::optional<layers::Layer> noise() {
        using layers::DropoutKind;
        const std::pair<const char*, DropoutKind> kinds[] = {
            {"Dropout", DropoutKind::elements},          {"SpatialDropout1D", DropoutKind::channels},
            {"SpatialDropout2D", DropoutKind::channels}, {"GaussianDropout", DropoutKind::gaussian_factor},
            {"GaussianNoise", DropoutKind::gaussian_noise}};
        for (const auto& [word, kind] : kinds) {
            if (type_ != word) continue;
            layers::Dropout layer;
            layer.kind = kind;
            layer.rate = config_.number(kind == DropoutKind::gaussian_noise ? "stddev" : "rate", 0.0f);
            config_.ignore({"seed"});
            const Json* shape = config_.find("noise_shape");
            if (shape != nullptr) note("noise_shape is not imported: it acts in training only");
            return layer;
        }
        return std::nullopt;
    }

    /// A layer that only the caller's registry knows; code in the file is never run.
    Result<layers::Layer> custom() {
        const bool is_code = type_ == "Lambda" || type_ == "TFOpLambda" || type_ == "SlicingOpLambda";
        const std::string layer_name = config_.text("name", "");
        layers::Custom layer;
        layer.type_name = Name(std::string_view(is_code ? "Lambda:" + layer_name : type_));
        if (!layer.resolve(context_.registry)) {
            if (is_code) {
                return make_error(ErrorCode::policy_refused, config_.where(), ": a ", type_,
                                  " layer carries code, which is "
                                  "never run; register a custom layer type named '",
                                  layer.type_name, "' instead");
            }
            return make_error(ErrorCode::unsupported, config_.where(), ": layers of type '", type_,
                              "' are not known; a custom layer type of that name may be registered");
        }
        Json settings = config_.object();
        for (const char* key : {"name", "trainable", "dtype", "batch_input_shape", "batch_shape", "function"})
            settings.erase(key);
        PROVENN_ASSIGN(const std::string text, dump_json(settings, -1));
        layer.attributes = Name(std::string_view(text));
        if (layer.attributes.truncated()) {
            return make_error(ErrorCode::limit_exceeded, config_.where(), ": expected settings of at most ",
                              Name::capacity(), " bytes of JSON for a custom layer, found ", text.size());
        }
        PROVENN_TRY(config_.status());
        note("computed by the registered custom layer '" + std::string(layer.type_name.view()) + "'");
        return layers::Layer(layer);
    }

    std::string type_;
    bool is_on_sequence_;
    ConfigReader& config_;
    Span<const Shape> inputs_;
    KerasContext& context_;
};

}  // namespace io
}  // namespace PROVENN_ABI
}  // namespace provenn
