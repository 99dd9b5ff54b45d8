// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// WeightUpdate: one step of the optimizer over all trained parameters, which happens whole or not at all.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "provenn/model/glob.hpp"
#include "provenn/training/tape.hpp"
#include "provenn/training/train_config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// all_finite, by tasks. @threads tasks are runs of elements.
[[nodiscard]] inline bool all_finite_by_tasks(const Executor& executor, Span<const float> values) {
    std::atomic<bool> is_finite{true};
    const auto look = [&](std::int64_t begin, std::int64_t end) {
        const Span<const float> run(values.data() + begin, static_cast<std::size_t>(end - begin));
        if (!all_finite(run)) is_finite.store(false, std::memory_order_relaxed);
    };
    kernels::run_ranges<decltype(look)>(executor, static_cast<std::int64_t>(values.size()), 1, look,
                                        [](const auto& body, std::int64_t begin, std::int64_t end) noexcept {
                                            body(begin, end);
                                        });
    return is_finite.load(std::memory_order_relaxed);
}

/// Knows the parameters that are trained, keeps what the optimizer remembers of them, and room for the next of both.
class WeightUpdate {
  public:
    /// @errors out_of_memory, not_found (a rate group that matches no layer), invalid_argument.
    static Result<WeightUpdate> make(const Model& model, const Tape& tape, const TrainConfig& config) {
        WeightUpdate update;
        PROVENN_TRY(check_groups(model, config));
        const std::size_t moments = moment_names(config.optimizer).count;
        for (const LayerInstance& layer : model.layers) {
            for (const Index index : layer.parameters) {
                if (tape.gradient(index) == nullptr) continue;
                Trained trained;
                trained.parameter = index;
                for (const RateGroup& group : config.rate_groups) {
                    if (glob_match(group.pattern, layer.name.view())) trained.multiplier = group.multiplier;
                }
                const Parameter& parameter = model.parameter(index);
                trained.decays = config.decay_scope == DecayScope::all ||
                                 parameter.role == layers::ParameterRole::kernel;
                PROVENN_ASSIGN(trained.next, Tensor<float>::zeros(parameter.value.shape()));
                for (std::size_t i = 0; i < moments; ++i) {
                    PROVENN_ASSIGN(auto moment, Tensor<float>::zeros(parameter.value.shape()));
                    PROVENN_ASSIGN(auto next, Tensor<float>::zeros(parameter.value.shape()));
                    update.moments_.push_back(std::move(moment));
                    trained.next_moments.push_back(std::move(next));
                }
                update.trained_.push_back(std::move(trained));
            }
        }
        return update;
    }

    [[nodiscard]] std::size_t trained_count() const { return trained_.size(); }
    [[nodiscard]] const std::vector<Tensor<float>>& moments() const { return moments_; }
    /// @errors shape_mismatch where they are not those of these parameters.
    Status set_moments(std::vector<Tensor<float>> moments) {
        bool fits = moments.size() == moments_.size();
        for (std::size_t i = 0; fits && i < moments.size(); ++i) fits = moments[i].shape() == moments_[i].shape();
        if (!fits) return make_error(ErrorCode::shape_mismatch, "the optimizer's state belongs to other parameters");
        moments_ = std::move(moments);
        return {};
    }

    /// Whether every gradient is a number.
    [[nodiscard]] bool gradients_are_finite(const Tape& tape, const Executor& executor) const {
        for (const Trained& trained : trained_) {
            if (!all_finite_by_tasks(executor, tape.gradient(trained.parameter)->span())) return false;
        }
        return true;
    }

    /// Clips, updates, and looks at the result. @param step number of the update, from 1.
    /// @errors not_finite naming the parameter; everything is then as before.
    /// @ensures a good step exchanges the storage of the parameters it changed.
    [[nodiscard]] Status apply(Model& model, Tape& tape, const TrainConfig& config, double rate, std::int64_t step) {
        std::vector<Span<float>> gradients;
        for (const Trained& trained : trained_) gradients.push_back(tape.gradient(trained.parameter)->span());
        clip_gradients(config.clip, gradients);
        const std::size_t count = moment_names(config.optimizer).count;
        const Parameter* bad = nullptr;
        for (std::size_t i = 0; i < trained_.size(); ++i) {
            Trained& trained = trained_[i];
            Parameter& parameter = model.parameter(trained.parameter);
            ParameterUpdate<float> update;
            update.value = parameter.value.data();
            update.gradient = gradients[i].data();
            for (std::size_t m = 0; m < count; ++m) update.moments[m] = moments_[i * count + m].data();
            update.count = parameter.value.element_count();
            update.step = step;
            update.learning_rate = mul_rounded(rate, static_cast<double>(trained.multiplier));
            update.decays = trained.decays;
            kernels::ParameterUpdateArguments<float> arguments = update_arguments(config.optimizer, update);
            arguments.new_value = trained.next.data();
            for (std::size_t m = 0; m < count; ++m) arguments.new_moments[m] = trained.next_moments[m].data();
            const bool is_good = tape.kernels().parameter_update.run(config.executor, arguments);
            if (!is_good && bad == nullptr) bad = &parameter;
        }
        if (bad != nullptr) return make_error(ErrorCode::not_finite, bad->name, ": the update is not finite");
        for (std::size_t i = 0; i < trained_.size(); ++i) {
            std::swap(model.parameter(trained_[i].parameter).value, trained_[i].next);
            for (std::size_t m = 0; m < count; ++m) std::swap(moments_[i * count + m], trained_[i].next_moments[m]);
        }
        return {};
    }

  private:
    struct Trained {
        Index parameter = -1;
        float multiplier = 1.0f;
        bool decays = true;
        Tensor<float> next;  ///< written by a step; where all are good, they change places with what they follow
        std::vector<Tensor<float>> next_moments;
    };

    static Status check_groups(const Model& model, const TrainConfig& config) {
        for (const RateGroup& group : config.rate_groups) {
            bool matches = false;
            for (const LayerInstance& layer : model.layers) matches |= glob_match(group.pattern, layer.name.view());
            if (!matches) return make_error(ErrorCode::not_found, "no layer matches '", group.pattern, "'");
            if (!(group.multiplier >= 0.0f && group.multiplier - group.multiplier == 0.0f)) {
                return make_error(ErrorCode::invalid_argument, group.pattern,
                                  ": a multiplier is a number of at least 0");
            }
        }
        return {};
    }
    std::vector<Trained> trained_;        ///< in the order of the model's layers
    std::vector<Tensor<float>> moments_;  ///< those of each trained parameter, one after the other
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
