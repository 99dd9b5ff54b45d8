// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras' activations, as words or as layers, to ours.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "provenn/io/config_reader.hpp"
#include "provenn/io/keras_version.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace io {

using layers::Activation;
using layers::ActivationConfig;

/// ReLU with Keras' three settings.
inline ActivationConfig make_relu(float slope, float threshold, std::optional<float> upper) {
    ActivationConfig config;
    config.kind = Activation::relu;
    if (slope == 0.0f && threshold == 0.0f && !upper) return config;
    config.kind = Activation::relu_general;
    config.alpha = slope;
    config.threshold = threshold;
    config.has_upper = upper.has_value();
    config.upper = upper.value_or(0.0f);
    return config;
}

/// An activation by its word. Words with a number carry Keras' default for it.
/// @errors unsupported names the word.
inline Result<ActivationConfig> activation_from_word(const std::string& word, const KerasVersion& version,
                                                     const std::string& where) {
    struct Entry {
        const char* word;
        Activation kind;
        float alpha = 0.0f, beta = 0.0f;
    };
    const Activation hard = version.has_old_hard_sigmoid() ? Activation::hard_sigmoid_k2 : Activation::hard_sigmoid;
    const Entry entries[] = {
        {"linear", Activation::linear},
        {"relu", Activation::relu},
        {"leaky_relu", Activation::leaky_relu, 0.2f},
        {"elu", Activation::elu, 1.0f},
        {"selu", Activation::selu},
        {"celu", Activation::celu, 1.0f},
        {"sigmoid", Activation::sigmoid},
        {"hard_sigmoid", hard},
        {"tanh", Activation::tanh},
        {"softplus", Activation::softplus},
        {"softsign", Activation::softsign},
        {"exponential", Activation::exponential},
        {"swish", Activation::swish},
        {"silu", Activation::swish},
        {"hard_swish", Activation::hard_swish},
        {"hard_silu", Activation::hard_swish},
        {"gelu", Activation::gelu},
        {"mish", Activation::mish},
        {"log_sigmoid", Activation::log_sigmoid},
        {"hard_tanh", Activation::hard_tanh},
        {"hard_shrink", Activation::hard_shrink, 0.5f},
        {"soft_shrink", Activation::soft_shrink, 0.5f},
        {"tanh_shrink", Activation::tanh_shrink},
        {"squareplus", Activation::squareplus, 0.0f, 4.0f},
        {"sparse_plus", Activation::sparse_plus},
        {"sparse_sigmoid", Activation::sparse_sigmoid},
        {"softmax", Activation::softmax},
        {"log_softmax", Activation::log_softmax},
        {"sparsemax", Activation::sparsemax},
        {"glu", Activation::glu},
    };
    if (word == "relu6") return make_relu(0.0f, 0.0f, 6.0f);
    for (const Entry& entry : entries) {
        if (word != entry.word) continue;
        ActivationConfig config;
        config.kind = entry.kind;
        config.alpha = entry.alpha;
        config.beta = entry.beta;
        return config;
    }
    return make_error(ErrorCode::unsupported, where, ": activation '", word, "' is not known");
}

/// The activation that a layer of its own applies, such as ReLU or Softmax; nothing where the class is another.
inline std::optional<ActivationConfig> activation_from_layer(const std::string& type, ConfigReader& config,
                                                             int input_rank) {
    ActivationConfig activation;
    if (type == "ReLU") {
        const Json* most = config.find("max_value");
        std::optional<float> upper;
        if (most != nullptr) upper = config.number("max_value", 0.0f);
        const float slope = config.number("negative_slope", 0.0f);
        return make_relu(slope, config.number("threshold", 0.0f), upper);
    }
    if (type == "LeakyReLU") {
        activation.kind = Activation::leaky_relu;
        activation.alpha = config.number("negative_slope", config.number("alpha", 0.3f));
        return activation;
    }
    if (type == "ELU") {
        activation.kind = Activation::elu;
        activation.alpha = config.number("alpha", 1.0f);
        return activation;
    }
    if (type == "ThresholdedReLU") {
        activation.kind = Activation::threshold;
        activation.threshold = config.number("theta", 1.0f);
        return activation;
    }
    if (type == "Softmax") {
        activation.kind = Activation::softmax;
        const std::vector<std::int64_t> axes = config.integers("axis");
        const bool is_last = axes.empty() || (axes.size() == 1 && (axes[0] == -1 || axes[0] == input_rank));
        config.expect("axis", is_last, "the last axis");
        return activation;
    }
    if (type == "ActivityRegularization" || type == "AlphaDropout") {
        config.ignore({"l1", "l2", "rate", "noise_shape", "seed"});
        return activation;
    }
    return std::nullopt;
}

/// The member `activation` of a layer: a word, or an object that names a function or a layer.
inline ActivationConfig read_activation(ConfigReader& config, const KerasVersion& version, int input_rank) {
    const Json* value = config.find("activation");
    if (value == nullptr) return {};
    std::string word;
    if (value->is_string()) {
        word = value->get<std::string>();
    } else if (value->is_object() && value->contains("class_name") && (*value)["class_name"].is_string()) {
        const std::string type = (*value)["class_name"].get<std::string>();
        const auto settings = value->find("config");
        if (type == "function" && settings != value->end() && settings->is_string()) {
            word = settings->get<std::string>();
        } else if (settings != value->end() && settings->is_object()) {
            ConfigReader inner(*settings, config.where() + ": activation " + type);
            inner.ignore({"name", "trainable", "dtype"});
            const auto activation = activation_from_layer(type, inner, input_rank);
            const Status status = inner.finish();
            if (!status) config.fail(std::string(status.error().message.view()), status.error().code);
            if (activation) return *activation;
            word = type;
        } else {
            word = type;
        }
    }
    auto known = activation_from_word(word, version, config.where());
    if (known) return *known;
    config.fail("activation '" + word + "' is not known", ErrorCode::unsupported);
    return {};
}

}  // namespace io
}  // namespace PROVENN_ABI
}  // namespace provenn
