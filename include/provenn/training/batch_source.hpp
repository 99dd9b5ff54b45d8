// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// BatchSource: the only door through which training sees data.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "provenn/core/tensor.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// [N, ...] for a sample's [...].
[[nodiscard]] inline Shape with_batch(std::int64_t samples, const Shape& sample) {
    Shape shape{samples};
    for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
    return shape;
}

/// Which samples of which epoch. The same request gives the same bytes, whatever was asked before.
struct BatchRequest {
    Span<const std::int64_t> samples;  ///< indices into the data set, each in [0, size())
    std::int64_t epoch = 0;            ///< from 0; augmentation is keyed by it and by the sample
};

/// Where a batch is put. A source of classes writes `labels`, a source of numbers to be approximated `targets`.
struct Batch {
    Span<const View<float>> inputs;  ///< one for each input of the network, contiguous [N, ...]
    Span<std::int64_t> labels;       ///< [N], classes in [0, classes())
    View<float> targets;             ///< [N, target_size()]
};

/// A data set in training: numbered samples with classes or targets.
class BatchSource {
  public:
    BatchSource() = default;
    BatchSource(const BatchSource&) = delete;
    BatchSource& operator=(const BatchSource&) = delete;
    virtual ~BatchSource() = default;

    [[nodiscard]] virtual std::int64_t size() const = 0;
    [[nodiscard]] virtual std::size_t input_count() const { return 1; }
    /// Shape of one sample's input, such as [28, 28, 1].
    [[nodiscard]] virtual Shape input_shape(std::size_t input) const = 0;
    /// Number of classes, or 0 where the source has targets.
    [[nodiscard]] virtual std::int64_t classes() const = 0;
    /// Numbers to be approximated for each sample, or 0 where the source has classes.
    [[nodiscard]] virtual std::int64_t target_size() const { return 0; }
    /// The class of a sample without reading it, for class weights. @requires classes() > 0.
    [[nodiscard]] virtual Result<std::int64_t> label(std::int64_t sample) = 0;
    /// What will be read next, so that a source can load it while the network computes. Changes nothing that read
    /// gives.
    virtual void announce(const BatchRequest& /*next*/) {}
    /// Fills the batch. @errors those of the data behind it.
    [[nodiscard]] virtual Status read(const BatchRequest& request, const Batch& batch) = 0;
};

/// A data set in memory: contiguous tensors [S, ...] and S labels, or S rows of targets.
class TensorSource : public BatchSource {
  public:
    /// @param labels [S], each in [0, classes).
    /// @errors empty_data, shape_mismatch, invalid_argument.
    static Result<TensorSource> make(Tensor<float> inputs, std::vector<std::int64_t> labels, std::int64_t classes) {
        TensorSource source;
        PROVENN_TRY(source.take(std::move(inputs)));
        if (labels.size() != static_cast<std::size_t>(source.size_)) {
            return make_error(ErrorCode::shape_mismatch, "expected ", source.size_, " labels, found ", labels.size());
        }
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] >= 0 && labels[i] < classes) continue;
            return make_error(ErrorCode::invalid_argument, "label of sample ", i, ": expected 0 to ", classes - 1,
                              ", found ", labels[i]);
        }
        source.labels_ = std::move(labels);
        source.classes_ = classes;
        return source;
    }
    /// @param targets [S, T]. @errors empty_data, shape_mismatch.
    static Result<TensorSource> with_targets(Tensor<float> inputs, Tensor<float> targets) {
        TensorSource source;
        PROVENN_TRY(source.take(std::move(inputs)));
        if (targets.shape().rank() != 2 || targets.shape()[0] != source.size_ || targets.shape()[1] < 1) {
            return make_error(ErrorCode::shape_mismatch, "expected targets [", source.size_, ", T], found ",
                              targets.shape());
        }
        source.targets_ = std::move(targets);
        return source;
    }
    /// Adds the tensor of a further input. @errors shape_mismatch.
    Status add_input(Tensor<float> inputs) { return take(std::move(inputs)); }

    TensorSource(TensorSource&& other) noexcept
        : size_(other.size_), inputs_(std::move(other.inputs_)), labels_(std::move(other.labels_)),
          classes_(other.classes_), targets_(std::move(other.targets_)) {}

    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] std::size_t input_count() const override { return inputs_.size(); }
    [[nodiscard]] Shape input_shape(std::size_t input) const override {
        Shape sample;
        const Shape& shape = inputs_[input].shape();
        for (int axis = 1; axis < shape.rank(); ++axis) sample.push_back(shape[axis]);
        return sample;
    }
    [[nodiscard]] std::int64_t classes() const override { return classes_; }
    [[nodiscard]] std::int64_t target_size() const override {
        return targets_.shape().rank() == 2 ? targets_.shape()[1] : 0;
    }
    [[nodiscard]] Result<std::int64_t> label(std::int64_t sample) override {
        return labels_[static_cast<std::size_t>(sample)];
    }

    [[nodiscard]] Status read(const BatchRequest& request, const Batch& batch) override {
        for (std::size_t i = 0; i < request.samples.size(); ++i) {
            const std::int64_t sample = request.samples[i];
            if (sample < 0 || sample >= size_) return make_error(ErrorCode::not_found, "no sample ", sample);
            for (std::size_t input = 0; input < inputs_.size(); ++input) {
                copy_row(inputs_[input], sample, batch.inputs[input].data(), i);
            }
            if (classes_ > 0) batch.labels[i] = labels_[static_cast<std::size_t>(sample)];
            if (classes_ == 0) copy_row(targets_, sample, batch.targets.data(), i);
        }
        return {};
    }

  private:
    TensorSource() = default;

    Status take(Tensor<float> inputs) {
        if (inputs.shape().rank() < 2) {
            return make_error(ErrorCode::shape_mismatch, "expected inputs [S, ...], found ", inputs.shape());
        }
        const std::int64_t samples = inputs.shape()[0];
        if (samples < 1) return make_error(ErrorCode::empty_data, "a data set needs at least one sample");
        if (!inputs_.empty() && samples != size_) {
            return make_error(ErrorCode::shape_mismatch, "expected ", size_, " samples, found ", samples);
        }
        size_ = samples;
        inputs_.push_back(std::move(inputs));
        return {};
    }
    static void copy_row(const Tensor<float>& from, std::int64_t sample, float* to, std::size_t row) {
        const std::int64_t count = from.element_count() / from.shape()[0];
        std::memcpy(to + static_cast<std::int64_t>(row) * count, from.data() + sample * count,
                    static_cast<std::size_t>(count) * sizeof(float));
    }

    std::int64_t size_ = 0;
    std::vector<Tensor<float>> inputs_;
    std::vector<std::int64_t> labels_;
    std::int64_t classes_ = 0;
    Tensor<float> targets_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
