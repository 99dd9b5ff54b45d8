// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scores of a network for every sample of a source, through the inference session that the device runs.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "provenn/core/double_math.hpp"
#include "provenn/evaluation/auc.hpp"
#include "provenn/inference/session.hpp"
#include "provenn/training/batch_source.hpp"
#include "provenn/training/history.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What a network said of each sample.
struct Scores {
    std::vector<float> values;         ///< [N, K], probabilities
    std::vector<std::int32_t> labels;  ///< [N]
    std::int64_t classes = 0;          ///< K
    bool has_non_finite = false;

    [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
    [[nodiscard]] const float* row(std::int64_t sample) const { return values.data() + sample * classes; }
    /// The most probable class of a sample, the first of equals.
    [[nodiscard]] std::int32_t predicted(std::int64_t sample) const {
        return static_cast<std::int32_t>(std::max_element(row(sample), row(sample) + classes) - row(sample));
    }
};

/// Runs every sample of `source` in order. @errors those of the source and the run, shape_mismatch.
[[nodiscard]] inline Result<Scores> score(Session& session, training::BatchSource& source, const Executor& executor) {
    const std::int64_t batch = session.plan().max_batch();
    if (session.plan().output_shape(0).rank() != 1) {
        return make_error(ErrorCode::shape_mismatch, "expected a network that ends in [K], found ",
                          session.plan().output_shape(0));
    }
    Scores scores;
    scores.classes = session.plan().output_shape(0)[0];
    scores.values.resize(static_cast<std::size_t>(source.size() * scores.classes));
    std::vector<std::int64_t> labels(static_cast<std::size_t>(source.size()));
    std::vector<Tensor<float>> tensors;
    for (std::size_t i = 0; i < source.input_count(); ++i) {
        PROVENN_ASSIGN(auto tensor, Tensor<float>::zeros(training::with_batch(batch, source.input_shape(i))));
        tensors.push_back(std::move(tensor));
    }
    for (std::int64_t first = 0; first < source.size(); first += batch) {
        const std::int64_t count = std::min(batch, source.size() - first);
        std::vector<std::int64_t> samples(static_cast<std::size_t>(count));
        for (std::int64_t i = 0; i < count; ++i) samples[static_cast<std::size_t>(i)] = first + i;
        std::vector<View<float>> inputs;
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            inputs.emplace_back(tensors[i].data(), training::with_batch(count, source.input_shape(i)));
        }
        training::Batch into;
        into.inputs = {inputs.data(), inputs.size()};
        into.labels = {labels.data() + first, static_cast<std::size_t>(count)};
        PROVENN_TRY(source.read({{samples.data(), samples.size()}, 0}, into));
        const std::vector<View<const float>> read(inputs.begin(), inputs.end());
        const View<float> output(scores.values.data() + first * scores.classes, {count, scores.classes});
        const auto report = session.run({read.data(), read.size()}, {&output, 1}, executor);
        if (!report) return report.error();
        scores.has_non_finite = scores.has_non_finite || report->has_non_finite;
    }
    for (const std::int64_t label : labels) scores.labels.push_back(static_cast<std::int32_t>(label));
    return scores;
}

/// Mean cross-entropy, accuracy, and for two classes the area under the ROC curve of class 1.
[[nodiscard]] inline training::ValidationScore summarize(const Scores& scores) {
    training::ValidationScore summary;
    double loss = 0.0, right = 0.0;
    for (std::int64_t i = 0; i < scores.count(); ++i) {
        const std::int32_t label = scores.labels[static_cast<std::size_t>(i)];
        const double p = static_cast<double>(scores.row(i)[label]);
        loss -= math::log(p > 1e-7 ? p : 1e-7);
        right += scores.predicted(i) == label ? 1.0 : 0.0;
    }
    const auto count = static_cast<double>(scores.count());
    summary.loss = loss / count;
    summary.accuracy = right / count;
    if (scores.classes == 2) {
        std::vector<double> positive;
        for (std::int64_t i = 0; i < scores.count(); ++i) positive.push_back(static_cast<double>(scores.row(i)[1]));
        const auto auc = evaluation::roc_auc(positive, scores.labels);
        if (auc) summary.auc = auc->value;
    }
    return summary;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
