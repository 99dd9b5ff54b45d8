// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A whole network in textbook loops, in any scalar: the oracle of plans (float, bit for bit) and of their error
// (double).
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "provenn/inference/fusion.hpp"
#include "provenn/inference/steps/winograd.hpp"
#include "provenn/kernels/reference/activation.hpp"
#include "provenn/kernels/reference/conv2d.hpp"
#include "provenn/kernels/reference/conv2d_transpose.hpp"
#include "provenn/kernels/reference/depthwise_conv2d.hpp"
#include "provenn/kernels/reference/elementwise.hpp"
#include "provenn/kernels/reference/group_norm.hpp"
#include "provenn/kernels/reference/layer_norm.hpp"
#include "provenn/kernels/reference/pool2d.hpp"
#include "provenn/kernels/reference/rearrange2d.hpp"
#include "provenn/kernels/reference/resample2d.hpp"
#include "provenn/kernels/reference/softmax.hpp"
#include "provenn/kernels/reference/winograd_conv2d.hpp"

namespace support {

using namespace provenn;

/// Runs the lowered operations of a model one after the other on [N, H, W, C] arrays, without fusion, layout or
/// dispatch.
template <class T>
class ReferenceNetwork {
  public:
    explicit ReferenceNetwork(const Model& model) : model_(model), graph_(lower(model).value_or_throw()) {}

    /// @param inputs one [N, ...] tensor for each input of the model. @return the outputs, [N, ...].
    std::vector<Tensor<T>> run(const std::vector<Tensor<T>>& inputs) {
        samples_ = inputs[0].shape()[0];
        values_.clear();
        values_.resize(graph_.values.size());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            Tensor<T>& value = make(graph_.inputs[i]);
            std::copy(inputs[i].span().begin(), inputs[i].span().end(), value.data());
        }
        for (const Operation& op : graph_.operations) {
            Tensor<T>& output = make(op.output);
            layers::visit(op.config, [&](const auto& config) { forward(config, op, output); });
        }
        std::vector<Tensor<T>> outputs;
        for (const Index index : graph_.outputs) {
            Tensor<T> output = values_[static_cast<std::size_t>(index)].clone().value_or_throw();
            Shape shape{samples_};
            const Shape& sample = graph_.values[static_cast<std::size_t>(index)].shape;
            for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
            output.reshape(shape).value_or_throw();
            outputs.push_back(std::move(output));
        }
        return outputs;
    }

  private:
    Tensor<T>& make(Index value) {
        const kernels::MapExtent extent = map_extent(graph_.values[static_cast<std::size_t>(value)].shape);
        Tensor<T>& tensor = values_[static_cast<std::size_t>(value)];
        tensor = Tensor<T>::zeros({samples_, extent.height, extent.width, extent.channels}).value_or_throw();
        return tensor;
    }
    const Tensor<T>& in(const Operation& op, std::size_t i = 0) {
        return values_[static_cast<std::size_t>(op.inputs[i])];
    }
    const Shape& sample(Index value) const { return graph_.values[static_cast<std::size_t>(value)].shape; }

    /// A parameter in T, under another shape of the same elements.
    Tensor<T> parameter(const Operation& op, std::size_t slot, const Shape& shape) {
        Tensor<T> converted = Tensor<T>::zeros(shape).value_or_throw();
        if (slot >= op.parameters.size()) return converted;
        const Tensor<float>& value = model_.parameter(op.parameters[slot]).value;
        for (std::int64_t i = 0; i < value.element_count(); ++i) converted.data()[i] = static_cast<T>(value.data()[i]);
        return converted;
    }

    void convolve(const Operation& op, const kernels::Conv2dGeometry& geometry, Tensor<T>& output) {
        const std::int64_t filters = output.shape()[3], channels = in(op).shape()[3] / geometry.groups;
        const auto weights = parameter(op, 0, {geometry.kernel_h, geometry.kernel_w, channels, filters});
        const auto bias = parameter(op, 1, {filters});
        kernels::reference::conv2d<T>(geometry, in(op).view(), weights.view(), bias.view(), output.view());
    }
    void forward(const layers::Conv2d& config, const Operation& op, Tensor<T>& output) {
        auto geometry = geometry_of(config, sample(op.inputs[0])).value_or_throw();
        geometry.groups = config.groups;
        const kernels::WinogradTile tile =
            kernels::winograd_tile_for(geometry, map_extent(sample(op.inputs[0])), map_extent(sample(op.output)));
        if (model_.numerics == Numerics::direct || tile == kernels::WinogradTile::none) {
            return convolve(op, geometry, output);
        }
        const auto bias = parameter(op, 1, {output.shape()[3]});
        kernels::reference::winograd_conv2d<T>(tile, geometry.pad_top, geometry.pad_left, in(op).view(),
                                               model_.parameter(op.parameters[0]).value.view(), bias.view(),
                                               output.view());
    }
    void forward(const layers::Conv2dTranspose& config, const Operation& op, Tensor<T>& output) {
        const auto geometry = geometry_of(config, sample(op.inputs[0])).value_or_throw();
        const std::int64_t filters = output.shape()[3], channels = in(op).shape()[3];
        const auto weights = parameter(op, 0, {geometry.kernel_h, geometry.kernel_w, filters, channels});
        const auto bias = parameter(op, 1, {filters});
        kernels::reference::conv2d_transpose<T>(geometry, in(op).view(), weights.view(), bias.view(), output.view());
    }
    void forward(const layers::Dense&, const Operation& op, Tensor<T>& output) { convolve(op, {}, output); }
    void forward(const layers::DepthwiseConv2d& config, const Operation& op, Tensor<T>& output) {
        const auto geometry = geometry_of(config, sample(op.inputs[0])).value_or_throw();
        const std::int64_t channels = in(op).shape()[3], outputs = output.shape()[3];
        const auto weights =
            parameter(op, 0, {geometry.kernel_h, geometry.kernel_w, channels, config.depth_multiplier});
        const auto bias = parameter(op, 1, {outputs});
        kernels::reference::depthwise_conv2d<T>(geometry, in(op).view(), weights.view(), bias.view(), output.view());
    }

    template <class Function>
    void for_each_channel(const Operation& op, Tensor<T>& output, const Function& function) {
        const std::int64_t channels = output.shape()[3];
        for (std::int64_t i = 0; i < output.element_count(); ++i) {
            output.data()[i] = function(in(op).data()[i], i % channels);
        }
    }
    void forward(const layers::BatchNormalization& config, const Operation& op, Tensor<T>& output) {
        const Shape channels{output.shape()[3]};
        std::size_t slot = 0;
        auto gamma = parameter(op, config.scale ? slot++ : 99, channels);
        if (!config.scale) std::fill(gamma.span().begin(), gamma.span().end(), T(1));
        const auto beta = parameter(op, config.center ? slot++ : 99, channels);
        const auto mean = parameter(op, slot, channels), variance = parameter(op, slot + 1, channels);
        for_each_channel(op, output, [&](T x, std::int64_t c) {
            if constexpr (std::is_same_v<T, float>) {
                const auto folded = kernels::fold_batch_norm(gamma.data()[c], beta.data()[c], mean.data()[c],
                                                             variance.data()[c], config.epsilon);
                return provenn::fma(x, folded.scale, folded.shift);
            } else {
                return (x - mean.data()[c]) * gamma.data()[c] / std::sqrt(variance.data()[c] + T(config.epsilon)) +
                       beta.data()[c];
            }
        });
    }
    /// gamma and beta, ones and zeros where the layer has none.
    template <class Config>
    std::pair<Tensor<T>, Tensor<T>> scale_and_shift(const Config& config, const Operation& op,
                                                    std::int64_t channels) {
        auto gamma = parameter(op, config.scale ? 0 : 99, {channels});
        if (!config.scale) std::fill(gamma.span().begin(), gamma.span().end(), T(1));
        return {std::move(gamma), parameter(op, config.center ? (config.scale ? 1 : 0) : 99, {channels})};
    }
    void forward(const layers::LayerNormalization& config, const Operation& op, Tensor<T>& output) {
        const std::int64_t channels = output.shape()[3];
        const auto [gamma, beta] = scale_and_shift(config, op, channels);
        for (std::int64_t i = 0; i < output.element_count(); i += channels) {
            kernels::reference::layer_norm<T>(in(op).data() + i, gamma.data(), beta.data(), channels, config.epsilon,
                                              output.data() + i);
        }
    }
    void forward(const layers::GroupNormalization& config, const Operation& op, Tensor<T>& output) {
        const std::int64_t channels = output.shape()[3];
        const auto [gamma, beta] = scale_and_shift(config, op, channels);
        auto mean = Tensor<T>::zeros({samples_, channels}).value_or_throw();
        auto inverse = Tensor<T>::zeros({samples_, channels}).value_or_throw();
        kernels::reference::group_norm<T>(in(op).view(), config.groups_of(channels), config.epsilon,
                                          {gamma.view(), beta.view(), mean.view(), inverse.view()}, output.view());
    }
    void forward(const layers::Rescaling& config, const Operation& op, Tensor<T>& output) {
        for_each_channel(op, output, [&](T x, std::int64_t) {
            return provenn::fma(x, static_cast<T>(config.scale), static_cast<T>(config.offset));
        });
    }
    void forward(const layers::Normalization&, const Operation& op, Tensor<T>& output) {
        const Shape channels{output.shape()[3]};
        const auto mean = parameter(op, 0, channels), variance = parameter(op, 1, channels);
        for_each_channel(op, output, [&](T x, std::int64_t c) {
            const double deviation = std::max(std::sqrt(static_cast<double>(variance.data()[c])), 1e-7);
            if constexpr (std::is_same_v<T, float>) {
                const auto scale = static_cast<float>(1.0 / deviation);
                const auto shift =
                    static_cast<float>(-static_cast<double>(mean.data()[c]) * static_cast<double>(scale));
                return provenn::fma(x, scale, shift);
            } else {
                return (x - mean.data()[c]) / deviation;
            }
        });
    }
    void forward(const layers::ActivationLayer& config, const Operation& op, Tensor<T>& output) {
        const kernels::ActivationConfig& a = config.activation;
        const std::int64_t channels = in(op).shape()[3], pixels = in(op).element_count() / channels;
        if (kernels::is_elementwise(a.kind)) {
            for_each_channel(op, output, [&](T x, std::int64_t) { return kernels::reference::activate<T>(a, x); });
            return;
        }
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
            const T* x = in(op).data() + pixel * channels;
            if (a.kind != kernels::Activation::glu) {
                kernels::reference::softmax<T>(a.kind, x, channels, output.data() + pixel * channels);
                continue;
            }
            for (std::int64_t c = 0; c < channels / 2; ++c) {
                output.data()[pixel * channels / 2 + c] = kernels::reference::glu<T>(x[c], x[channels / 2 + c]);
            }
        }
    }
    void forward(const layers::PRelu&, const Operation& op, Tensor<T>& output) {
        const Shape shape = model_.parameter(op.parameters[0]).value.shape();
        const kernels::MapExtent extent = map_extent(shape);
        const auto alpha = parameter(op, 0, {extent.height, extent.width, extent.channels});
        const Shape& out = output.shape();
        for (std::int64_t n = 0; n < out[0]; ++n)
            for (std::int64_t h = 0; h < out[1]; ++h)
                for (std::int64_t w = 0; w < out[2]; ++w)
                    for (std::int64_t c = 0; c < out[3]; ++c) {
                        const T slope = alpha.view()(extent.height == 1 ? 0 : h, extent.width == 1 ? 0 : w, c);
                        output.view()(n, h, w, c) = kernels::reference::prelu<T>(in(op).view()(n, h, w, c), slope);
                    }
    }
    void forward(const layers::Pool2d& config, const Operation& op, Tensor<T>& output) {
        const auto at = config.place(sample(op.inputs[0])).value_or_throw();
        const kernels::Pool2dWindow window{config.window.height, config.window.width,    config.stride.height,
                                           config.stride.width,  at.rows.pad_before, at.columns.pad_before};
        if (config.kind == layers::PoolKind::max) {
            kernels::reference::pool2d_max<T>(window, in(op).view(), output.view());
        } else {
            kernels::reference::pool2d_average<T>(window, in(op).view(), output.view());
        }
    }
    void forward(const layers::GlobalPool2d& config, const Operation& op, Tensor<T>& output) {
        if (config.kind == layers::PoolKind::max) {
            kernels::reference::pool2d_global_max<T>(in(op).view(), output.view());
        } else {
            kernels::reference::pool2d_global_average<T>(in(op).view(), output.view());
        }
    }
    void forward(const layers::Merge& config, const Operation& op, Tensor<T>& output) {
        const Shape& out = output.shape();
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < op.inputs.size() && config.kind == layers::MergeKind::concatenate; ++i) {
            const Shape& own = in(op, i).shape();
            kernels::MapBox box;
            box.size = {own[1], own[2], own[3]};
            (config.axis == -1 ? box.to.channel : config.axis == -2 ? box.to.column : box.to.row) = offset;
            kernels::reference::copy_box<T>(box, in(op, i).view(), output.view());
            offset += own[static_cast<int>(4 + config.axis)];
        }
        if (config.kind == layers::MergeKind::concatenate) return;
        for (std::int64_t n = 0; n < out[0]; ++n)
            for (std::int64_t h = 0; h < out[1]; ++h)
                for (std::int64_t w = 0; w < out[2]; ++w)
                    for (std::int64_t c = 0; c < out[3]; ++c) {
                        std::vector<T> terms;
                        for (std::size_t i = 0; i < op.inputs.size(); ++i) {
                            const Shape& own = in(op, i).shape();
                            terms.push_back(in(op, i).view()(n, own[1] == 1 ? 0 : h, own[2] == 1 ? 0 : w, c));
                        }
                        output.view()(n, h, w, c) = kernels::reference::combine<T>(
                            static_cast<kernels::Combine>(config.kind), terms.data(), terms.size());
                    }
    }
    void forward(const layers::ZeroPadding2d& config, const Operation& op, Tensor<T>& output) {
        kernels::reference::pad<T>(config.border.top, config.border.left, in(op).view(), output.view());
    }
    void forward(const layers::Cropping2d& config, const Operation& op, Tensor<T>& output) {
        kernels::MapBox box;
        box.from = {config.border.top, config.border.left, 0};
        box.size = {output.shape()[1], output.shape()[2], output.shape()[3]};
        kernels::reference::copy_box<T>(box, in(op).view(), output.view());
    }
    void resample(layers::Interpolation interpolation, const Operation& op, Tensor<T>& output) {
        if (interpolation == layers::Interpolation::nearest) {
            kernels::reference::resample2d_nearest<T>(in(op).view(), output.view());
        } else if (interpolation == layers::Interpolation::bicubic) {
            kernels::reference::resample2d_bicubic<T>(in(op).view(), output.view());
        } else {
            kernels::reference::resample2d_bilinear<T>(in(op).view(), output.view());
        }
    }
    void forward(const layers::UpSampling2d& config, const Operation& op, Tensor<T>& output) {
        resample(config.interpolation, op, output);
    }
    void forward(const layers::Resizing& config, const Operation& op, Tensor<T>& output) {
        resample(config.interpolation, op, output);
    }
    void forward(const layers::Permute& config, const Operation& op, Tensor<T>& output) {
        kernels::AxisOrder order;
        const int missing = 3 - config.order.rank();
        for (int axis = 0; axis < config.order.rank(); ++axis) {
            order.axis[missing + axis] = missing + static_cast<int>(config.order[axis]);
        }
        kernels::reference::permute<T>(order, in(op).view(), output.view());
    }
    void copy(const Operation& op, Tensor<T>& output) {
        std::copy(in(op).span().begin(), in(op).span().end(), output.data());
    }
    void forward(const layers::Flatten&, const Operation& op, Tensor<T>& output) { copy(op, output); }
    void forward(const layers::Reshape&, const Operation& op, Tensor<T>& output) { copy(op, output); }
    void forward(const layers::Dropout&, const Operation& op, Tensor<T>& output) { copy(op, output); }
    template <class MapLayer>
    void forward(const layers::OnSequence<MapLayer>&, const Operation&, Tensor<T>&) {}  // lowered to its layer on maps
    void forward(const layers::SeparableConv2d&, const Operation&, Tensor<T>&) {}  // never lowered whole
    void forward(const layers::Custom&, const Operation&, Tensor<T>&) {}           // has its own test

    const Model& model_;
    LoweredGraph graph_;
    std::int64_t samples_ = 1;
    std::vector<Tensor<T>> values_;
};

}  // namespace support
