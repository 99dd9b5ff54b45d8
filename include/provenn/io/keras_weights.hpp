// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras weights into a model, matched by layer and weight name; every tensor is accounted for or it is an error.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provenn/io/keras_inventory.hpp"
#include "provenn/io/keras_kernels.hpp"
#include "provenn/io/load_report.hpp"
#include "provenn/model/fingerprint.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

struct KerasWeightsOptions {
    /// Layers left out, by name or pattern with `*`: in the model they keep their values, in the file they are skipped.
    std::vector<std::string> skip_layers{};
    KernelOrder kernel_order = KernelOrder::automatic;
    KernelRotation kernel_rotation = KernelRotation::automatic;
};

namespace io {

/// `*` stands for any run of characters.
inline bool matches_pattern(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

/// Loads one file into one model. Nothing of the model changes before every tensor has been read and checked.
class KerasWeightLoader {
  public:
    KerasWeightLoader(HierarchicalFile& file, KerasInventory& inventory, Model& model,
                      const KerasWeightsOptions& options, LoadReport& report)
        : file_(file), inventory_(inventory), model_(model), options_(options), report_(report) {}

    Status run() {
        describe_file();
        for (std::size_t i = 0; i < inventory_.weights.size(); ++i) by_layer_[inventory_.weights[i].layer].push_back(i);
        PROVENN_TRY(match());
        PROVENN_TRY(account());
        PROVENN_TRY(choose_kernel_order());
        std::vector<Tensor<float>> values;
        for (const auto& [parameter, weight] : pairs_) {
            PROVENN_ASSIGN(Tensor<float> value, load(model_.parameter(parameter), inventory_.weights[weight]));
            values.push_back(std::move(value));
        }
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            Parameter& parameter = model_.parameter(pairs_[i].first);
            parameter.value = std::move(values[i]);
            parameter.source.origin = Origin::imported;
            parameter.source.file = file_.digest();
            parameter.source.tensor = report_.tensors[first_record_ + i].digest;
            parameter.source.path = Name(std::string_view(inventory_.weights[pairs_[i].second].path));
        }
        report_unloaded();
        return {};
    }

  private:
    void describe_file() {
        report_.file = file_.name();
        report_.file_digest = file_.digest();
        report_.format = inventory_.config.empty() ? "Keras HDF5, weights only" : "Keras HDF5, whole model";
        const KerasVersion& version = inventory_.version;
        report_.producer =
            version.is_known ? "keras " + version.text : "keras of a version that the file does not name";
        if (!version.backend.empty()) report_.producer += ", backend " + version.backend;
        if (inventory_.has_optimizer) report_.note("optimizer_weights", "the optimizer's state is not imported");
        first_record_ = report_.tensors.size();
    }
    [[nodiscard]] bool is_skipped(std::string_view layer) const {
        for (const std::string& pattern : options_.skip_layers) {
            if (matches_pattern(pattern, layer)) return true;
        }
        return false;
    }

    /// Weights of the file that belong to a layer: of the group of its name, also with slashes where it has bars; or,
    /// for `outer/inner` of a nested model, those of group `outer` whose own scope ends in `inner`.
    Result<std::vector<std::size_t>> candidates(std::string_view layer) const {
        if (const auto direct = by_layer_.find(std::string(layer)); direct != by_layer_.end())
            return copy(direct->second);
        // Keras 3 takes no slash in a name: what is conv1/conv in a file of Keras 2 is conv1_conv there.
        for (const auto& [group, indices] : by_layer_) {
            std::string flat = group;
            std::replace(flat.begin(), flat.end(), '/', '_');
            if (flat == layer) return copy(indices);
        }
        std::size_t cut = layer.find('/');
        for (; cut != std::string_view::npos; cut = layer.find('/', cut + 1)) {
            const auto group = by_layer_.find(std::string(layer.substr(0, cut)));
            if (group == by_layer_.end()) continue;
            std::string_view rest = layer.substr(cut + 1);
            while (true) {
                std::vector<std::size_t> found;
                std::string scope;
                for (const std::size_t index : group->second) {
                    const std::string& own = inventory_.weights[index].scope;
                    const bool ends =
                        own == rest || (own.size() > rest.size() && own[own.size() - rest.size() - 1] == '/' &&
                                        std::string_view(own).substr(own.size() - rest.size()) == rest);
                    if (!ends) continue;
                    if (!found.empty() && own != scope) {
                        return make_error(ErrorCode::duplicate_name, layer, ": the file has '", scope, "' and '", own,
                                          "', and either may be meant");
                    }
                    scope = own;
                    found.push_back(index);
                }
                const std::size_t slash = rest.find('/');
                if (!found.empty() || slash == std::string_view::npos) return found;
                rest = rest.substr(slash + 1);
            }
        }
        return std::vector<std::size_t>();
    }
    static std::vector<std::size_t> copy(const std::vector<std::size_t>& indices) { return indices; }

    Status match() {
        for (const LayerInstance& layer : model_.layers) {
            if (layer.parameters.empty()) continue;
            if (is_skipped(layer.name)) continue;
            PROVENN_ASSIGN(const std::vector<std::size_t> weights, candidates(layer.name));
            for (const Index index : layer.parameters) PROVENN_TRY(match_parameter(layer, index, weights));
        }
        return {};
    }
    Status match_parameter(const LayerInstance& layer, Index index, const std::vector<std::size_t>& weights) {
        const Parameter& parameter = model_.parameter(index);
        const std::string_view wanted = parameter.name.view().substr(layer.name.size() + 1);
        // Keras 3 calls the kernel of DepthwiseConv2D plainly `kernel`.
        const bool is_plain =
            wanted == "depthwise_kernel" && (std::holds_alternative<layers::DepthwiseConv2d>(layer.config) ||
                                                std::holds_alternative<layers::DepthwiseConv1d>(layer.config));
        std::size_t found = inventory_.weights.size();
        for (const std::size_t candidate : weights) {
            KerasWeight& weight = inventory_.weights[candidate];
            if (weight.parameter != wanted && !(is_plain && weight.parameter == "kernel")) continue;
            if (found != inventory_.weights.size() || weight.is_accounted) {
                return make_error(ErrorCode::duplicate_name, parameter.name,
                                  ": two weights of the file may be meant, '", weight.path, "' is one");
            }
            found = candidate;
        }
        if (found == inventory_.weights.size()) {
            return make_error(ErrorCode::missing_weight, parameter.name, ": expected ", parameter.value.shape(),
                              ", file has ", weights.empty() ? "no such layer" : "no such weight in this layer");
        }
        inventory_.weights[found].is_accounted = true;
        pairs_.emplace_back(index, found);
        return {};
    }

    /// Nothing in the file is left over.
    Status account() {
        for (const KerasWeight& weight : inventory_.weights) {
            if (weight.is_accounted || is_skipped(weight.layer) || is_counter(weight)) continue;
            return make_error(ErrorCode::unexpected_weight, weight.path, ": expected no such weight, file has ",
                              weight.info.shape, "; the model has no parameter for it");
        }
        return {};
    }
    /// Normalization counts its samples, dropout layers of Keras 3 keep seeds.
    static bool is_counter(const KerasWeight& weight) {
        const bool is_count = weight.parameter == "count" && weight.info.shape.rank() == 0;
        return is_count || weight.parameter == "seed_generator_state";
    }

    [[nodiscard]] bool is_convolution(Index parameter) const {
        for (const LayerInstance& layer : model_.layers) {
            if (!std::holds_alternative<layers::Conv2d>(layer.config) || layer.parameters.empty()) continue;
            if (layer.parameters[0] == parameter) return true;
        }
        return false;
    }

    /// One order for the whole file: [K, C, R, S] where some kernel fits only that.
    Status choose_kernel_order() {
        bool only_theano = false, only_tensorflow = false;
        std::string witness;
        for (const auto& [parameter, weight] : pairs_) {
            if (!is_convolution(parameter)) continue;
            const Shape& expected = model_.parameter(parameter).value.shape();
            const Shape& stored = inventory_.weights[weight].info.shape;
            const bool as_is = stored == expected, as_theano = stored == theano_shape(expected);
            if (as_theano && !as_is) witness = inventory_.weights[weight].path;
            only_theano = only_theano || (as_theano && !as_is);
            only_tensorflow = only_tensorflow || (as_is && !as_theano);
        }
        is_theano_order_ = options_.kernel_order == KernelOrder::theano ||
                           (options_.kernel_order == KernelOrder::automatic && only_theano && !only_tensorflow);
        const std::string& backend = inventory_.version.backend;
        is_rotated_ = options_.kernel_rotation == KernelRotation::half_turn ||
                      (options_.kernel_rotation == KernelRotation::automatic &&
                       (backend == "theano" || (is_theano_order_ && backend.empty())));
        if (is_theano_order_ && !witness.empty()) {
            report_.note(witness, "its shape shows Theano's kernel order [K, C, R, S], taken for the whole file");
        }
        if (is_rotated_ && backend.empty() && options_.kernel_rotation == KernelRotation::automatic) {
            report_.note(
                "backend",
                "the file names none; Theano's true convolution is assumed: kernels are turned by 180 degrees");
        }
        return is_theano_order_ || is_rotated_ ? check_theano_layers() : Status();
    }
    /// Depthwise kernels, and dense layers behind a flattened map, have other orders there that nobody has verified
    /// here.
    Status check_theano_layers() const {
        for (const Node& node : model_.nodes) {
            const LayerInstance& layer = model_.layer(node.layer);
            const layers::Layer& config = layer.config;
            const bool is_flat =
                std::holds_alternative<layers::Flatten>(config) || std::holds_alternative<layers::Reshape>(config);
            const layers::Spatial map = layers::spatial_of(model_.value(node.inputs[0]).shape);
            const bool reorders = is_flat && is_theano_order_ && map.channels > 1 && map.height * map.width > 1;
            if (std::holds_alternative<layers::DepthwiseConv2d>(config) || reorders ||
                std::holds_alternative<layers::SeparableConv2d>(config) ||
                std::holds_alternative<layers::Conv2dTranspose>(config) || layers::is_on_sequence(config)) {
                return make_error(ErrorCode::unsupported, layer.name, ": weights from Theano are read for networks of "
                                  "convolutions without depthwise layers and flattened maps");
            }
        }
        return {};
    }

    Result<Tensor<float>> load(const Parameter& parameter, const KerasWeight& weight) {
        const Shape& expected = parameter.value.shape();
        const bool is_kernel = parameter.role == layers::ParameterRole::kernel && expected.rank() == 4;
        const bool transposes = is_theano_order_ && is_kernel;
        const Shape wanted = transposes ? theano_shape(expected) : expected;
        if (weight.info.shape != wanted) {
            return make_error(ErrorCode::shape_mismatch, parameter.name, ": expected ", wanted, ", file has ",
                              weight.info.shape);
        }
        PROVENN_ASSIGN(Tensor<float> value, read_floats(file_, weight.path, weight.info));
        PROVENN_TRY(check_values(parameter, weight, value));
        TensorRecord record;
        if (transposes) {
            PROVENN_ASSIGN(value, from_theano_order(value));
        }
        if (is_kernel && is_rotated_) rotate_half_turn(value);
        record.fate = transposes ? (is_rotated_ ? TensorFate::transposed_rotated : TensorFate::transposed)
                                 : (is_kernel && is_rotated_ ? TensorFate::rotated : TensorFate::loaded);
        record.parameter = std::string(parameter.name.view());
        record.path = weight.path;
        record.type = to_string(weight.info.type);
        record.file_shape = weight.info.shape;
        record.shape = expected;
        record.digest = tensor_digest(value);
        if (weight.info.type == ElementType::f64) report_.note(record.parameter, "rounded from f64 to f32");
        report_.tensors.push_back(std::move(record));
        return value;
    }
    static Status check_values(const Parameter& parameter, const KerasWeight& weight, const Tensor<float>& value) {
        const std::string_view name = parameter.name.view();
        const bool is_variance = name.size() > 9 && name.substr(name.size() - 8) == "variance";
        for (std::size_t i = 0; i < value.span().size(); ++i) {
            const float element = value.data()[i];
            if (element - element != 0.0f) {
                return make_error(ErrorCode::not_finite, parameter.name, ": expected finite numbers, file has ",
                                  element != element ? "NaN" : "infinity", " at ", index_of(i, value.shape()), " of ",
                                  weight.path);
            }
            if (is_variance && element < 0.0f) {
                return make_error(ErrorCode::corrupt_data, parameter.name,
                                  ": expected variances of at least 0, file has a "
                                  "negative one at ",
                                  index_of(i, value.shape()), " of ", weight.path);
            }
        }
        return {};
    }

    void report_unloaded() {
        for (const KerasWeight& weight : inventory_.weights) {
            if (weight.is_accounted) continue;
            TensorRecord record;
            record.path = weight.path;
            record.type = to_string(weight.info.type);
            record.file_shape = weight.info.shape;
            record.fate = is_skipped(weight.layer) ? TensorFate::skipped : TensorFate::unused;
            report_.tensors.push_back(std::move(record));
        }
        for (const LayerInstance& layer : model_.layers) {
            if (!is_skipped(layer.name)) continue;
            for (const Index index : layer.parameters) {
                TensorRecord record;
                record.parameter = std::string(model_.parameter(index).name.view());
                record.shape = model_.parameter(index).value.shape();
                record.digest = tensor_digest(model_.parameter(index).value);
                record.fate = TensorFate::initialised;
                report_.tensors.push_back(std::move(record));
            }
        }
    }

    HierarchicalFile& file_;
    KerasInventory& inventory_;
    Model& model_;
    const KerasWeightsOptions& options_;
    LoadReport& report_;
    std::map<std::string, std::vector<std::size_t>> by_layer_;
    std::vector<std::pair<Index, std::size_t>> pairs_;
    std::size_t first_record_ = 0;
    bool is_theano_order_ = false, is_rotated_ = false;
};

}  // namespace io

/// Loads the weights of an opened Keras file into a model whose architecture exists already.
/// @ensures on an error the model is unchanged.
/// @errors missing_weight, unexpected_weight, shape_mismatch, not_finite, duplicate_name, unsupported, corrupt_data.
[[nodiscard]] inline Result<LoadReport> load_keras_weights(HierarchicalFile& file, Model& model,
                                                           const KerasWeightsOptions& options = {}) {
    PROVENN_ASSIGN(io::KerasInventory inventory, io::take_inventory(file));
    LoadReport report;
    PROVENN_TRY(io::KerasWeightLoader(file, inventory, model, options, report).run());
    return report;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
