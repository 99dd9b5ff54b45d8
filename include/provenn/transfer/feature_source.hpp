// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FeatureSource: a batch source that evaluates the frozen prefix once for each view of each sample and remembers it.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "provenn/inference/session.hpp"
#include "provenn/training/batch_source.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// The outputs of a frozen prefix as training inputs. The prefix is compiled and fused as on the device. With
/// augmentation K fixed views of a sample are cached and epoch e uses view e mod K: the record names K.
class FeatureSource final : public training::BatchSource {
  public:
    struct Config {
        std::int64_t views = 1;
        std::int64_t batch = 16;
        std::size_t limit_bytes = std::size_t{4} << 30;  ///< of cached features
        const kernels::KernelTable* kernels = nullptr;
        Executor executor = serial_executor();
        /// Called after each batch with the samples done and their total; false cancels.
        bool (*on_progress)(void* context, std::int64_t done, std::int64_t total) = nullptr;
        void* progress_context = nullptr;
    };

    /// Evaluates every sample of `source` at once. @errors those of the source and the plan, limit_exceeded, cancelled.
    static Result<FeatureSource> make(const Model& prefix, training::BatchSource& source, const Config& config) {
        if (config.views < 1 || config.batch < 1) {
            return make_error(ErrorCode::invalid_argument, "expected at least 1 view and batches of at least 1");
        }
        if (source.classes() < 1) {
            return make_error(ErrorCode::unsupported, "features are cached for classes only, not for targets");
        }
        FeatureSource features;
        PlanOptions options;
        options.max_batch = config.batch;
        options.kernels = config.kernels;
        PROVENN_ASSIGN(Session session, Session::from_model(prefix, options));
        features.source_ = &source;
        features.views_ = config.views;
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < session.plan().output_count(); ++i) {
            features.shapes_.push_back(session.plan().output_shape(i));
            const Shape shape = training::with_batch(source.size() * config.views, features.shapes_.back());
            bytes += static_cast<std::size_t>(shape.element_count()) * sizeof(float);
            if (!shape.is_valid() || bytes > config.limit_bytes) {
                return make_error(ErrorCode::limit_exceeded, "the features of ", source.size(), " samples exceed ",
                                  config.limit_bytes, " bytes");
            }
            PROVENN_ASSIGN(auto tensor, Tensor<float>::zeros(shape));
            features.features_.push_back(std::move(tensor));
        }
        features.labels_.resize(static_cast<std::size_t>(source.size()));
        for (std::int64_t view = 0; view < config.views; ++view) {
            PROVENN_TRY(features.evaluate(session, config, view));
        }
        return features;
    }

    FeatureSource(FeatureSource&& other) noexcept
        : source_(other.source_), views_(other.views_), shapes_(std::move(other.shapes_)),
          features_(std::move(other.features_)), labels_(std::move(other.labels_)) {}

    [[nodiscard]] std::int64_t size() const override { return source_->size(); }
    [[nodiscard]] std::size_t input_count() const override { return features_.size(); }
    [[nodiscard]] Shape input_shape(std::size_t input) const override { return shapes_[input]; }
    [[nodiscard]] std::int64_t classes() const override { return source_->classes(); }
    [[nodiscard]] Result<std::int64_t> label(std::int64_t sample) override {
        return labels_[static_cast<std::size_t>(sample)];
    }

    [[nodiscard]] Status read(const training::BatchRequest& request, const training::Batch& batch) override {
        const std::int64_t view = request.epoch % views_;
        for (std::size_t i = 0; i < request.samples.size(); ++i) {
            const std::int64_t sample = request.samples[i];
            if (sample < 0 || sample >= size()) return make_error(ErrorCode::not_found, "no sample ", sample);
            for (std::size_t input = 0; input < features_.size(); ++input) {
                const std::int64_t count = shapes_[input].element_count();
                const float* from = features_[input].data() + (view * size() + sample) * count;
                std::copy(from, from + count, batch.inputs[input].data() + static_cast<std::int64_t>(i) * count);
            }
            batch.labels[i] = labels_[static_cast<std::size_t>(sample)];
        }
        return {};
    }

  private:
    FeatureSource() = default;

    Status evaluate(Session& session, const Config& config, std::int64_t view) {
        std::vector<Tensor<float>> inputs;
        for (std::size_t i = 0; i < source_->input_count(); ++i) {
            PROVENN_ASSIGN(auto tensor,
                           Tensor<float>::zeros(training::with_batch(config.batch, source_->input_shape(i))));
            inputs.push_back(std::move(tensor));
        }
        for (std::int64_t first = 0; first < size(); first += config.batch) {
            const std::int64_t count = std::min(config.batch, size() - first);
            std::vector<std::int64_t> samples(static_cast<std::size_t>(count));
            for (std::int64_t i = 0; i < count; ++i) samples[static_cast<std::size_t>(i)] = first + i;
            std::vector<View<float>> in, out;
            for (std::size_t i = 0; i < inputs.size(); ++i) {
                in.emplace_back(inputs[i].data(), training::with_batch(count, source_->input_shape(i)));
            }
            training::Batch batch;
            batch.inputs = {in.data(), in.size()};
            batch.labels = Span<std::int64_t>(labels_.data() + first, static_cast<std::size_t>(count));
            PROVENN_TRY(source_->read({{samples.data(), samples.size()}, view}, batch));
            for (std::size_t i = 0; i < features_.size(); ++i) {
                out.emplace_back(features_[i].data() + (view * size() + first) * shapes_[i].element_count(),
                                 training::with_batch(count, shapes_[i]));
            }
            std::vector<View<const float>> const_in(in.begin(), in.end());
            auto report = session.run({const_in.data(), const_in.size()}, {out.data(), out.size()}, config.executor);
            if (!report) return report.error();
            const bool goes_on = config.on_progress == nullptr ||
                                 config.on_progress(config.progress_context, view * size() + first + count,
                                                    views_ * size());
            if (!goes_on) return make_error(ErrorCode::cancelled, "cancelled while the frozen prefix was evaluated");
        }
        return {};
    }

    training::BatchSource* source_ = nullptr;
    std::int64_t views_ = 1;
    std::vector<Shape> shapes_;
    std::vector<Tensor<float>> features_;  ///< [views * S, ...] for each output of the prefix
    std::vector<std::int64_t> labels_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
