// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of dropout and noise.
#pragma once

#include <memory>
#include <vector>

#include "provenn/core/philox.hpp"
#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Dropout. A sample's random numbers are keyed by seed, layer id, epoch and the sample's index in the data set, and
/// are counted in the order (h, w, c): they depend neither on the batch nor on the blocked layout. They are drawn again
/// in backward instead of being kept. As in Keras, `trainable` does not switch dropout off: it freezes weights only.
class DropoutOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::Dropout& layer) {
        std::unique_ptr<DropoutOperation> made(new DropoutOperation);
        made->config_ = layer;
        made->is_active_ = layer.rate > 0.0f;
        // A second use of the layer draws other numbers than the first.
        made->id_ = source.layer().id ^ (source.use << 24);
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        run(at, at.inputs[0], output, config_.kind == layers::DropoutKind::gaussian_noise);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        run(at, to.output_gradient, to.input_gradients[0], false);
    }

  private:
    DropoutOperation() = default;

    /// output = input * factor, or input + noise. Backward is forward on gradients, but for added noise: a copy.
    void run(const OperationContext& at, const ConstBlockedMap& input, const BlockedMap& output, bool adds) const {
        if (!is_active_ || (!adds && config_.kind == layers::DropoutKind::gaussian_noise)) {
            at.kernels.elementwise.combine(at.executor, kernels::Combine::add, {&input, 1}, output);
            return;
        }
        at.executor.for_each(output.samples, [&](std::int64_t sample) {
            const FpEnvironmentScope environment;
            RandomStream random({at.keys.seed, RandomPurpose::dropout, id_, static_cast<std::uint32_t>(at.keys.epoch),
                                 static_cast<std::uint64_t>(at.keys.samples[static_cast<std::size_t>(sample)])});
            if (config_.kind == layers::DropoutKind::channels) {
                whole_channels(random, sample, input, output);
            } else {
                elements(random, sample, input, output);
            }
        });
    }

    /// What a drawn number makes of x.
    [[nodiscard]] float apply(RandomStream& random, float x) const {
        const double rate = static_cast<double>(config_.rate);
        switch (config_.kind) {
            case layers::DropoutKind::elements:
            case layers::DropoutKind::channels: return random.uniform() >= config_.rate ? x * keep_scale() : 0.0f;
            case layers::DropoutKind::gaussian_factor: {
                const double deviation = math::sqrt(rate / (1.0 - rate));
                return x * static_cast<float>(1.0 + mul_rounded(deviation, random.normal()));
            }
            case layers::DropoutKind::gaussian_noise:
                return x + static_cast<float>(mul_rounded(rate, random.normal()));
        }
        return x;
    }
    [[nodiscard]] float keep_scale() const {
        return static_cast<float>(1.0 / (1.0 - static_cast<double>(config_.rate)));
    }

    void elements(RandomStream& random, std::int64_t sample, const ConstBlockedMap& input,
                  const BlockedMap& output) const {
        const MapExtent& extent = output.extent;
        for (std::int64_t h = 0; h < extent.height; ++h) {
            for (std::int64_t w = 0; w < extent.width; ++w) {
                for (std::int64_t c = 0; c < extent.blocks() * kernels::kChannelBlock; ++c) {
                    const std::int64_t block = c / kernels::kChannelBlock, lane = c % kernels::kChannelBlock;
                    output.pixel(sample, block, h, w)[lane] =
                        c < extent.channels ? apply(random, input.pixel(sample, block, h, w)[lane]) : 0.0f;
                }
            }
        }
    }

    void whole_channels(RandomStream& random, std::int64_t sample, const ConstBlockedMap& input,
                        const BlockedMap& output) const {
        const MapExtent& extent = output.extent;
        for (std::int64_t c = 0; c < extent.blocks() * kernels::kChannelBlock; ++c) {
            const std::int64_t block = c / kernels::kChannelBlock, lane = c % kernels::kChannelBlock;
            const float scale = c < extent.channels && random.uniform() >= config_.rate ? keep_scale() : 0.0f;
            for (std::int64_t h = 0; h < extent.height; ++h) {
                for (std::int64_t w = 0; w < extent.width; ++w) {
                    output.pixel(sample, block, h, w)[lane] =
                        scale == 0.0f ? 0.0f : input.pixel(sample, block, h, w)[lane] * scale;
                }
            }
        }
    }

    layers::Dropout config_;
    bool is_active_ = true;
    std::uint32_t id_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
