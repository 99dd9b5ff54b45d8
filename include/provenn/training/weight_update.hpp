// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// WeightUpdate: one step of the optimizer over all trained parameters, which happens whole or not at all.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "provenn/model/glob.hpp"
#include "provenn/training/tape.hpp"
#include "provenn/training/train_config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Knows the parameters that are trained, keeps what the optimizer remembers of them, and what they were before a step.
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
                PROVENN_ASSIGN(trained.before, Tensor<float>::zeros(parameter.value.shape()));
                for (std::size_t i = 0; i < moments; ++i) {
                    PROVENN_ASSIGN(auto moment, Tensor<float>::zeros(parameter.value.shape()));
                    PROVENN_ASSIGN(auto before, Tensor<float>::zeros(parameter.value.shape()));
                    update.moments_.push_back(std::move(moment));
                    trained.moments_before.push_back(std::move(before));
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
    [[nodiscard]] bool gradients_are_finite(const Tape& tape) const {
        for (const Trained& trained : trained_) {
            if (!all_finite(tape.gradient(trained.parameter)->span())) return false;
        }
        return true;
    }

    /// Clips, updates, and looks at the result. @param step number of the update, from 1.
    /// @errors not_finite naming the parameter; everything is then as before.
    [[nodiscard]] Status apply(Model& model, Tape& tape, const TrainConfig& config, double rate, std::int64_t step) {
        std::vector<Span<float>> gradients;
        for (const Trained& trained : trained_) gradients.push_back(tape.gradient(trained.parameter)->span());
        clip_gradients(config.clip, gradients);
        const std::size_t count = moment_names(config.optimizer).count;
        for (std::size_t i = 0; i < trained_.size(); ++i) {
            Trained& trained = trained_[i];
            Tensor<float>& value = model.parameter(trained.parameter).value;
            copy(value, trained.before);
            ParameterUpdate<float> update;
            update.value = value.data();
            update.gradient = gradients[i].data();
            for (std::size_t m = 0; m < count; ++m) {
                copy(moments_[i * count + m], trained.moments_before[m]);
                update.moments[m] = moments_[i * count + m].data();
            }
            update.count = value.element_count();
            update.step = step;
            update.learning_rate = mul_rounded(rate, static_cast<double>(trained.multiplier));
            update.decays = trained.decays;
            update_parameter(config.optimizer, update, config.executor);
        }
        const Parameter* bad = find_non_finite(model, count);
        if (bad == nullptr) return {};
        roll_back(model, count);
        return make_error(ErrorCode::not_finite, bad->name, ": the update is not finite");
    }

  private:
    struct Trained {
        Index parameter = -1;
        float multiplier = 1.0f;
        bool decays = true;
        Tensor<float> before;
        std::vector<Tensor<float>> moments_before;
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
    static void copy(const Tensor<float>& from, Tensor<float>& to) {
        std::memcpy(to.data(), from.data(), from.bytes().size());
    }

    [[nodiscard]] const Parameter* find_non_finite(const Model& model, std::size_t count) const {
        for (std::size_t i = 0; i < trained_.size(); ++i) {
            const Parameter& parameter = model.parameter(trained_[i].parameter);
            bool is_good = all_finite(parameter.value.span());
            for (std::size_t m = 0; m < count; ++m)
                is_good = is_good && all_finite(moments_[i * count + m].span());
            if (!is_good) return &parameter;
        }
        return nullptr;
    }
    void roll_back(Model& model, std::size_t count) {
        for (std::size_t i = 0; i < trained_.size(); ++i) {
            copy(trained_[i].before, model.parameter(trained_[i].parameter).value);
            for (std::size_t m = 0; m < count; ++m) copy(trained_[i].moments_before[m], moments_[i * count + m]);
        }
    }

    std::vector<Trained> trained_;        ///< in the order of the model's layers
    std::vector<Tensor<float>> moments_;  ///< those of each trained parameter, one after the other
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
