// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small networks and data for the tests of training.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "provenn/model/builder.hpp"
#include "provenn/training/batch_source.hpp"
#include "provenn/training/tape.hpp"
#include "support/blocked.hpp"
#include "support/random.hpp"

namespace networks {

using namespace provenn;
using Handle = ModelBuilder::Handle;

inline layers::Conv2d conv(std::int64_t filters, std::int64_t size, std::int64_t stride = 1,
                           layers::Padding padding = layers::Padding::same,
                           layers::Activation activation = layers::Activation::linear) {
    layers::Conv2d layer;
    layer.filters = filters;
    layer.kernel = {size, size};
    layer.stride = {stride, stride};
    layer.padding = padding;
    layer.activation.kind = activation;
    return layer;
}
inline layers::Dense dense(std::int64_t units, layers::Activation activation = layers::Activation::linear) {
    layers::Dense layer;
    layer.units = units;
    layer.activation.kind = activation;
    return layer;
}
inline layers::ActivationLayer activation(layers::Activation kind, float alpha = 0.0f, float beta = 0.0f) {
    layers::ActivationLayer layer;
    layer.activation.kind = kind;
    layer.activation.alpha = alpha;
    layer.activation.beta = beta;
    return layer;
}

/// Kernels get small random numbers, scales and variances positive ones, the rest small ones around 0.
inline void fill(Model& model, std::uint64_t seed) {
    support::CounterRandom random(seed);
    for (Parameter& parameter : model.parameters) {
        const std::int64_t fan_in =
            parameter.value.shape().rank() > 1 ? parameter.value.element_count() / parameter.value.shape().last() : 1;
        float reach = 1.0f;
        while (reach * reach * static_cast<float>(fan_in) > 3.0f) reach *= 0.5f;
        const bool is_positive = parameter.name.view().find("variance") != std::string_view::npos ||
                                 parameter.role == layers::ParameterRole::scale;
        for (float& value : parameter.value.span()) {
            value = is_positive ? random.next(0.5f, 1.5f) : random.next(-reach, reach) * 0.8f;
        }
    }
}

inline Tensor<float> random_tensor(const Shape& shape, std::uint64_t seed, float least = -1.0f, float most = 1.0f) {
    support::CounterRandom random(seed);
    Tensor<float> tensor = Tensor<float>::zeros(shape).value_or_throw();
    for (float& value : tensor.span()) value = random.next(least, most);
    return tensor;
}

inline std::vector<std::int64_t> count_from(std::int64_t first, std::int64_t count) {
    std::vector<std::int64_t> samples(static_cast<std::size_t>(count));
    std::iota(samples.begin(), samples.end(), first);
    return samples;
}

}  // namespace networks
