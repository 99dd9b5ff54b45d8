// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Adapting the first convolution of a pre-trained network to another number of input channels.
#pragma once

#include <utility>

#include "provenn/transfer/extract.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace stem {

/// dst[r, s, c, k] = mean over c' of src[r, s, c', k] * from / to: a constant image gives the same response.
inline Result<Tensor<float>> spread_kernel(const Tensor<float>& kernel, std::int64_t to) {
    const Shape& shape = kernel.shape();
    const std::int64_t taps = shape[0] * shape[1], from = shape[2], filters = shape[3];
    PROVENN_ASSIGN(auto spread, Tensor<float>::zeros({shape[0], shape[1], to, filters}));
    for (std::int64_t tap = 0; tap < taps; ++tap) {
        for (std::int64_t k = 0; k < filters; ++k) {
            double sum = 0.0;
            for (std::int64_t c = 0; c < from; ++c)
                sum += static_cast<double>(kernel.data()[(tap * from + c) * filters + k]);
            for (std::int64_t c = 0; c < to; ++c) {
                spread.data()[(tap * to + c) * filters + k] = static_cast<float>(sum / static_cast<double>(to));
            }
        }
    }
    return spread;
}

}  // namespace stem

/// The same network for `channels` input channels. The first convolution's kernel is averaged over its channels and
/// spread over the new ones; for one channel that equals feeding the grey image to all of them. That kernel is no
/// longer the publisher's: the layer's status becomes "pre-trained, changed".
/// @errors unsupported where the input feeds anything but padding, rescaling and plain convolutions, shape_mismatch.
[[nodiscard]] inline Result<Model> adapt_stem(const Model& model, std::int64_t channels) {
    if (channels < 1 || channels > InputContract::kMaxChannels || model.inputs.size() != 1) {
        return make_error(ErrorCode::invalid_argument, "expected one input and 1 to ", InputContract::kMaxChannels,
                          " channels, found ", channels);
    }
    const Value& old_input = model.value(model.inputs[0]);
    if (old_input.shape.rank() != 3) return make_error(ErrorCode::unsupported, "the input is not an image");
    ModelBuilder builder(model.name);
    std::vector<ModelBuilder::Handle> handles(model.values.size());
    Shape shape = old_input.shape;
    shape.set(2, channels);
    handles[static_cast<std::size_t>(model.inputs[0])] = builder.input(old_input.name, shape);
    std::vector<bool> is_added(model.layers.size());
    for (const Node& node : model.nodes) {
        const LayerInstance& layer = model.layer(node.layer);
        std::vector<ModelBuilder::Handle> operands;
        for (const Index input : node.inputs) operands.push_back(handles[static_cast<std::size_t>(input)]);
        const Span<const ModelBuilder::Handle> span(operands.data(), operands.size());
        const bool is_reuse = is_added[static_cast<std::size_t>(node.layer)];
        handles[static_cast<std::size_t>(node.output)] =
            is_reuse ? builder.reuse(layer.name, span) : builder.add(layer.name, layer.config, span);
        is_added[static_cast<std::size_t>(node.layer)] = true;
    }
    for (const Index output : model.outputs) builder.output(handles[static_cast<std::size_t>(output)]);
    PROVENN_ASSIGN(Model adapted, builder.build());
    for (std::size_t i = 0; i < adapted.parameters.size(); ++i) {
        const Parameter& old = model.parameters[i];
        const Shape wanted = adapted.parameters[i].value.shape();
        PROVENN_ASSIGN(adapted.parameters[i], old.clone());
        if (old.value.shape() == wanted) continue;
        const bool is_stem_kernel = old.role == layers::ParameterRole::kernel && wanted.rank() == 4 &&
                                    wanted[2] == channels && old.value.shape()[2] == old_input.shape[2];
        if (!is_stem_kernel) return make_error(ErrorCode::unsupported, old.name, ": depends on the input's channels");
        PROVENN_ASSIGN(adapted.parameters[i].value, stem::spread_kernel(old.value, channels));
    }
    for (std::size_t i = 0; i < adapted.layers.size(); ++i) {
        adapted.layers[i].id = model.layers[i].id;
        adapted.layers[i].trainable = model.layers[i].trainable;
    }
    adapted.next_layer_id = model.next_layer_id;
    adapted.numerics = model.numerics;
    PROVENN_ASSIGN(adapted.class_names, model.class_names.clone());
    adapted.input_contract = model.input_contract;
    adapted.input_contract.channels = channels;
    if (channels == 1) adapted.input_contract.channel_order = ChannelOrder::grey;
    return adapted;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
