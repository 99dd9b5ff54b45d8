// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which layers of Keras are one-dimensional forms of layers on maps, and how the one becomes the other.
#pragma once

#include <string>
#include <vector>

#include "provenn/io/config_reader.hpp"
#include "provenn/layers/layer.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace io {

/// Whether a class of Keras is read as the two-dimensional one, with 2D for 1D in its name.
inline bool has_one_dimension(const std::string& type) {
    for (const char* name :
         {"Conv1D", "Convolution1D", "DepthwiseConv1D", "SeparableConv1D", "SeparableConvolution1D", "Conv1DTranspose",
          "Convolution1DTranspose", "MaxPooling1D", "MaxPool1D", "AveragePooling1D", "AvgPool1D", "GlobalMaxPooling1D",
          "GlobalMaxPool1D", "GlobalAveragePooling1D", "GlobalAvgPool1D", "ZeroPadding1D", "Cropping1D",
          "UpSampling1D"}) {
        if (type == name) return true;
    }
    return false;
}

/// A size along a sequence, as one along the width of maps of one row.
inline layers::Extent2 sequence_extent(ConfigReader& config, const std::string& key, layers::Extent2 otherwise) {
    const std::vector<std::int64_t> numbers = config.integers(key);
    if (numbers.size() > 1) config.fail(key + ": expected one number");
    return {1, numbers.empty() ? otherwise.width : numbers[0]};
}

/// Amounts at both ends of a sequence: one number for both, or [before, after].
inline layers::Border2 sequence_border(ConfigReader& config, const std::string& key) {
    const std::vector<std::int64_t> numbers = config.integers(key);
    if (!numbers.empty() && numbers.size() <= 2) return {0, 0, numbers.front(), numbers.back()};
    config.fail(key + ": expected one or two numbers");
    return {};
}

/// A layer on maps as the same one on sequences, where there is such.
struct OnSequenceOf {
    template <class Config>
    layers::Layer operator()(const Config& config) const {
        if constexpr (layers::kHasSequenceForm<Config>) {
            return layers::OnSequence<Config>(config);
        } else {
            return config;
        }
    }
};

}  // namespace io
}  // namespace PROVENN_ABI
}  // namespace provenn
