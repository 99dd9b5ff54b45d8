// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// BatchBuffers: the arrays that one batch needs between source, tape and loss.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "provenn/training/batch_source.hpp"
#include "provenn/training/loss.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Reads batches and states what the network should have said. Sized for the largest batch; a smaller one uses a part.
class BatchBuffers {
  public:
    /// @param outputs numbers that the network gives for each sample.
    static Result<BatchBuffers> make(BatchSource& source, std::int64_t max_batch, std::int64_t outputs,
                                     const std::vector<float>& class_weights) {
        BatchBuffers buffers;
        for (std::size_t i = 0; i < source.input_count(); ++i) {
            buffers.samples_.push_back(source.input_shape(i));
            PROVENN_ASSIGN(auto tensor, Tensor<float>::zeros(with_batch(max_batch, source.input_shape(i))));
            buffers.inputs_.push_back(std::move(tensor));
        }
        for (Tensor<float>* tensor : {&buffers.outputs_, &buffers.targets_, &buffers.gradient_}) {
            PROVENN_ASSIGN(*tensor, Tensor<float>::zeros({max_batch, outputs}));
        }
        buffers.classes_ = source.classes();
        buffers.width_ = outputs;
        buffers.class_weights_ = class_weights;
        return buffers;
    }

    /// @errors those of the source; not_found for a label that is no class.
    [[nodiscard]] Status read(BatchSource& source, const BatchRequest& request) {
        count_ = static_cast<std::int64_t>(request.samples.size());
        labels_.assign(static_cast<std::size_t>(count_), -1);
        views_.clear();
        const_views_.clear();
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            views_.emplace_back(inputs_[i].data(), with_batch(count_, samples_[i]));
            const_views_.emplace_back(views_.back());
        }
        Batch batch;
        batch.inputs = {views_.data(), views_.size()};
        batch.labels = {labels_.data(), labels_.size()};
        batch.targets = rows(targets_);
        PROVENN_TRY(source.read(request, batch));
        if (classes_ == 0) return {};
        weights_.assign(class_weights_.empty() ? 0 : labels_.size(), 1.0f);
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            const std::int64_t label = labels_[i];
            if (label < 0 || label >= classes_) {
                return make_error(ErrorCode::not_found, "sample ", request.samples[i], ": label ", label,
                                  " is none of ", classes_, " classes");
            }
            float* row = targets_.data() + static_cast<std::int64_t>(i) * width_;
            for (std::int64_t k = 0; k < width_; ++k) row[k] = (width_ == 1 ? label == 1 : label == k) ? 1.0f : 0.0f;
            if (!weights_.empty()) weights_[i] = class_weights_[static_cast<std::size_t>(label)];
        }
        return {};
    }

    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] Span<const View<const float>> inputs() const { return {const_views_.data(), const_views_.size()}; }
    /// [N, K] of the batch that was read last.
    [[nodiscard]] View<float> outputs() { return rows(outputs_); }
    [[nodiscard]] View<float> gradient() { return rows(gradient_); }
    [[nodiscard]] LossBatch<float> loss_batch() {
        return {rows(outputs_), rows(targets_), {weights_.data(), weights_.size()}};
    }

    /// Samples whose greatest output, or the side of `threshold` for one output, is that of their label.
    [[nodiscard]] std::int64_t count_correct(float threshold) const {
        if (classes_ == 0) return 0;
        std::int64_t correct = 0;
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            const float* row = outputs_.data() + static_cast<std::int64_t>(i) * width_;
            std::int64_t best = 0;
            for (std::int64_t k = 1; k < width_; ++k) best = row[k] > row[best] ? k : best;
            if (width_ == 1) best = row[0] > threshold ? 1 : 0;
            correct += best == labels_[i] ? 1 : 0;
        }
        return correct;
    }

  private:
    [[nodiscard]] View<float> rows(Tensor<float>& tensor) const { return {tensor.data(), {count_, width_}}; }

    std::vector<Shape> samples_;
    std::vector<Tensor<float>> inputs_;
    std::vector<View<float>> views_;
    std::vector<View<const float>> const_views_;
    Tensor<float> outputs_, targets_, gradient_;
    std::vector<std::int64_t> labels_;
    std::vector<float> class_weights_, weights_;
    std::int64_t classes_ = 0, width_ = 0, count_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
