// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses and their gradients against real Keras in float64.
#include "provenn/training/loss.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/golden_text.hpp"

using namespace provenn;
using namespace provenn::training;

namespace {

struct LossCase {
    const char *name, *targets, *outputs;
    LossKind kind;
    LossInput input;
    double label_smoothing;
};
const LossCase kCases[] = {
    {"categorical_logits", "one_hot", "logits", LossKind::categorical_cross_entropy, LossInput::logits, 0.0},
    {"categorical_logits_smooth", "one_hot", "logits", LossKind::categorical_cross_entropy, LossInput::logits, 0.1},
    {"categorical_probabilities", "one_hot", "probabilities", LossKind::categorical_cross_entropy,
     LossInput::probabilities, 0.0},
    {"categorical_probabilities_smooth", "one_hot", "probabilities", LossKind::categorical_cross_entropy,
     LossInput::probabilities, 0.1},
    {"binary_logits", "binary", "logits", LossKind::binary_cross_entropy, LossInput::logits, 0.0},
    {"binary_logits_smooth", "binary", "logits", LossKind::binary_cross_entropy, LossInput::logits, 0.1},
    {"binary_probabilities", "binary", "probabilities", LossKind::binary_cross_entropy, LossInput::probabilities, 0.0},
    {"binary_probabilities_smooth", "binary", "probabilities", LossKind::binary_cross_entropy,
     LossInput::probabilities, 0.1},
    {"squared", "real", "logits", LossKind::mean_squared_error, LossInput::logits, 0.0},
};
const Shape kShape{6, 5};

template <class T>
struct Evaluated {
    T value;
    std::vector<T> gradient;
};
template <class T>
Evaluated<T> evaluate(const LossCase& c, const support::GoldenArrays& golden, bool weighted) {
    const auto as = [&](const char* name) {
        const std::vector<double>& values = golden.at(name);
        return std::vector<T>(values.begin(), values.end());
    };
    const std::vector<T> outputs = as(c.outputs), targets = as(c.targets), weights = as("weights");
    LossBatch<T> batch{View<const T>(outputs.data(), kShape), View<const T>(targets.data(), kShape), {}};
    if (weighted) batch.sample_weights = {weights.data(), weights.size()};
    Evaluated<T> result{T(0), std::vector<T>(30, std::numeric_limits<T>::quiet_NaN())};
    auto value = evaluate_loss<T>({c.kind, c.label_smoothing}, c.input, batch, View<T>(result.gradient.data(), kShape));
    REQUIRE(value.ok());
    result.value = *value;
    return result;
}

}  // namespace

TEST_CASE("losses and their gradients equal those of Keras in float64", "[training][loss][REQ-TRAIN-001]") {
    const support::GoldenArrays golden = support::read_golden("tests/oracle/losses.txt");
    for (const LossCase& c : kCases) {
        for (const bool weighted : {false, true}) {
            CAPTURE(c.name, weighted);
            const std::string name = std::string(c.name) + (weighted ? "_weighted" : "");
            const Evaluated<double> found = evaluate<double>(c, golden, weighted);
            CHECK(support::greatest_relative_difference({found.value}, golden.at(name)) <= 1e-10);
            CHECK(support::greatest_relative_difference(found.gradient, golden.at(name + "_gradient")) <= 1e-10);
        }
    }
}

TEST_CASE("losses in float stay near those in double", "[training][loss][REQ-TRAIN-002]") {
    const support::GoldenArrays golden = support::read_golden("tests/oracle/losses.txt");
    for (const LossCase& c : kCases) {
        CAPTURE(c.name);
        const Evaluated<float> found = evaluate<float>(c, golden, true);
        const Evaluated<double> exact = evaluate<double>(c, golden, true);
        // Logits around 300 lose 2^-24 * 300 = 2e-5 when rounded to float; probabilities of 3e-9 stay clipped. 1 - 1e-7
        // is 1 - 2^-23 in float, so that a probability of 1 costs 1.2e-7, and log(1 - p) there is 0.17 off.
        const bool is_clipped = c.kind == LossKind::binary_cross_entropy && c.input == LossInput::probabilities;
        CHECK(std::fabs(static_cast<double>(found.value) - exact.value) <= (is_clipped ? 0.2 : 1e-4) * exact.value);
        for (std::size_t i = 0; i < 30; ++i) {
            CHECK(std::fabs(static_cast<double>(found.gradient[i]) - exact.gradient[i]) <=
                  1e-4 * std::fmax(1.0, std::fabs(exact.gradient[i])));
        }
    }
}

TEST_CASE("a sample's loss is the same alone and in a batch; NaN is passed on", "[training][loss][REQ-TRAIN-003]") {
    const support::GoldenArrays golden = support::read_golden("tests/oracle/losses.txt");
    for (const LossCase& c : kCases) {
        CAPTURE(c.name);
        const std::vector<double>&x = golden.at(c.outputs), &y = golden.at(c.targets);
        std::vector<float> outputs(x.begin(), x.end()), targets(y.begin(), y.end());
        std::vector<float> losses(6);
        const LossConfig config{c.kind, c.label_smoothing};
        LossBatch<float> batch{View<const float>(outputs.data(), kShape), View<const float>(targets.data(), kShape),
                               {}};
        REQUIRE(evaluate_loss<float>(config, c.input, batch, {}, {losses.data(), losses.size()}).ok());
        for (std::size_t n = 0; n < 6; ++n) {
            const LossBatch<float> one{View<const float>(outputs.data() + 5 * n, {1, 5}),
                                       View<const float>(targets.data() + 5 * n, {1, 5}), {}};
            const auto alone = evaluate_loss<float>(config, c.input, one);
            REQUIRE(alone.ok());
            CHECK(alone.value() == losses[n]);
        }
        for (std::size_t k = 0; k < 5; ++k) {
            std::vector<float> damaged = outputs;
            damaged[10 + k] = std::numeric_limits<float>::quiet_NaN();
            batch.outputs = View<const float>(damaged.data(), kShape);
            const auto value = evaluate_loss<float>(config, c.input, batch);
            REQUIRE(value.ok());
            CHECK(std::isnan(value.value()));
        }
    }
}

TEST_CASE("losses refuse arrays and settings that do not fit", "[training][loss][REQ-TRAIN-004]") {
    std::vector<float> values(30, 0.5f);
    const View<const float> good(values.data(), kShape), narrow(values.data(), {6, 4}), flat(values.data(), {30});
    const auto code = [&](const LossConfig& config, const LossBatch<float>& batch) {
        const auto result = evaluate_loss<float>(config, LossInput::logits, batch);
        REQUIRE(!result.ok());
        return result.error().code;
    };
    CHECK(code({}, {good, narrow, {}}) == ErrorCode::shape_mismatch);
    CHECK(code({}, {flat, flat, {}}) == ErrorCode::shape_mismatch);
    CHECK(code({}, {good, good, {values.data(), 5}}) == ErrorCode::shape_mismatch);
    CHECK(code({}, {View<const float>(values.data(), {0, 5}), View<const float>(values.data(), {0, 5}), {}}) ==
          ErrorCode::empty_data);
    CHECK(code({LossKind::categorical_cross_entropy, 1.0}, {good, good, {}}) == ErrorCode::invalid_argument);
    CHECK(code({LossKind::categorical_cross_entropy, std::nan("")}, {good, good, {}}) == ErrorCode::invalid_argument);
}
