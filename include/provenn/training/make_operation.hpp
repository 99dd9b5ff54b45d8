// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// make_operation: the training of each layer of the closed list; a layer without one does not compile.
#pragma once

#include <memory>
#include <utility>

#include "provenn/training/operations/activation.hpp"
#include "provenn/training/operations/batch_normalization.hpp"
#include "provenn/training/operations/border2d.hpp"
#include "provenn/training/operations/conv2d.hpp"
#include "provenn/training/operations/conv2d_transpose.hpp"
#include "provenn/training/operations/custom.hpp"
#include "provenn/training/operations/depthwise_conv2d.hpp"
#include "provenn/training/operations/dropout.hpp"
#include "provenn/training/operations/group_normalization.hpp"
#include "provenn/training/operations/layer_normalization.hpp"
#include "provenn/training/operations/merge.hpp"
#include "provenn/training/operations/pool2d.hpp"
#include "provenn/training/operations/prelu.hpp"
#include "provenn/training/operations/rescaling.hpp"
#include "provenn/training/operations/reshape.hpp"
#include "provenn/training/operations/resize2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

using MadeOperation = Result<std::unique_ptr<TrainingOperation>>;

/// One overload for each layer of the list.
struct OperationMaker {
    const OperationSource& source;

    template <class Made, class... Arguments>
    [[nodiscard]] static MadeOperation plain(Arguments&&... arguments) {
        return std::unique_ptr<TrainingOperation>(new Made(std::forward<Arguments>(arguments)...));
    }
    MadeOperation operator()(const layers::Conv2d& layer) const { return Conv2dOperation::make(source, layer); }
    MadeOperation operator()(const layers::Conv2dTranspose& layer) const {
        return Conv2dTransposeOperation::make(source, layer);
    }
    MadeOperation operator()(const layers::DepthwiseConv2d& layer) const {
        return DepthwiseConv2dOperation::make(source, layer);
    }
    MadeOperation operator()(const layers::SeparableConv2d&) const {
        return make_error(ErrorCode::unsupported, "separable_conv2d: lowering splits it into its two halves");
    }
    MadeOperation operator()(const layers::Dense& layer) const { return Conv2dOperation::make(source, layer); }
    MadeOperation operator()(const layers::BatchNormalization& layer) const {
        return BatchNormalizationOperation::make(source, layer);
    }
    MadeOperation operator()(const layers::ActivationLayer& layer) const {
        return plain<ActivationOperation>(layer.activation);
    }
    MadeOperation operator()(const layers::PRelu& layer) const { return PReluOperation::make(source, layer); }
    MadeOperation operator()(const layers::Pool2d& layer) const { return Pool2dOperation::make(source, layer); }
    MadeOperation operator()(const layers::GlobalPool2d& layer) const {
        return plain<GlobalPool2dOperation>(layer.kind);
    }
    MadeOperation operator()(const layers::Merge& layer) const { return make_merge(layer); }
    MadeOperation operator()(const layers::ZeroPadding2d& layer) const {
        return plain<Border2dOperation>(layer.border, true);
    }
    MadeOperation operator()(const layers::Cropping2d& layer) const {
        return plain<Border2dOperation>(layer.border, false);
    }
    MadeOperation operator()(const layers::UpSampling2d& layer) const {
        return plain<Resize2dOperation>(layer.interpolation);
    }
    MadeOperation operator()(const layers::Resizing& layer) const {
        return plain<Resize2dOperation>(layer.interpolation);
    }
    MadeOperation operator()(const layers::Flatten&) const { return plain<ReshapeOperation>(); }
    MadeOperation operator()(const layers::Reshape&) const { return plain<ReshapeOperation>(); }
    MadeOperation operator()(const layers::Permute& layer) const { return plain<PermuteOperation>(layer.order); }
    MadeOperation operator()(const layers::Dropout& layer) const { return DropoutOperation::make(source, layer); }
    MadeOperation operator()(const layers::Rescaling& layer) const { return ScaleShiftOperation::make(source, layer); }
    MadeOperation operator()(const layers::Normalization& layer) const {
        return ScaleShiftOperation::make(source, layer);
    }
    MadeOperation operator()(const layers::LayerNormalization& layer) const {
        return LayerNormalizationOperation::make(source, layer);
    }
    MadeOperation operator()(const layers::GroupNormalization& layer) const {
        return GroupNormalizationOperation::make(source, layer);
    }
    template <class MapLayer>
    MadeOperation operator()(const layers::OnSequence<MapLayer>& layer) const {
        return make_error(ErrorCode::unsupported, layer.kType, ": lowering makes it a layer on maps");
    }
    MadeOperation operator()(const layers::Custom& layer) const { return CustomOperation::make(source, layer); }
};

/// @errors out_of_memory, unsupported, not_found, with the layer's name in front.
[[nodiscard]] inline MadeOperation make_operation(const OperationSource& source) {
    auto made = layers::visit(source.operation.config, OperationMaker{source});
    if (!made) return make_error(made.error().code, source.layer().name, ": ", made.error().message);
    return made;
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
