// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Five steps of each optimizer against real Keras in float64.
#include "provenn/training/optimizer.hpp"

#include <limits>

#include "provenn/kernels/training_dispatch.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/golden_text.hpp"

using namespace provenn;
using namespace provenn::training;

namespace {

constexpr double kRate = 1.0 / 64;

struct OptimizerCase {
    const char* name;
    OptimizerConfig config;
};
OptimizerConfig sgd(double momentum, bool nesterov = false, double decay = 0.0, double l2 = 0.0) {
    OptimizerConfig config;
    config.kind = OptimizerKind::sgd;
    config.momentum = momentum;
    config.nesterov = nesterov;
    config.weight_decay = decay;
    config.l2 = l2;
    return config;
}
OptimizerConfig adam(double decay = 0.0, double l2 = 0.0) {
    OptimizerConfig config;
    config.weight_decay = decay;
    config.l2 = l2;
    return config;
}
OptimizerConfig rmsprop(double rho, double momentum, bool centered) {
    OptimizerConfig config;
    config.kind = OptimizerKind::rmsprop;
    config.rho = rho;
    config.momentum = momentum;
    config.centered = centered;
    return config;
}
std::vector<OptimizerCase> all_cases() {
    OptimizerConfig betas = adam();
    betas.beta1 = 0.8;
    betas.beta2 = 0.95;
    betas.epsilon = 1e-4;
    OptimizerConfig all = rmsprop(0.9, 0.5, true);
    all.epsilon = 1e-3;
    all.weight_decay = 0.125;
    return {{"sgd", sgd(0.0)},
            {"sgd_momentum", sgd(0.9)},
            {"sgd_nesterov", sgd(0.9, true)},
            {"sgd_l2", sgd(0.9, false, 0.0, 0.25)},
            {"sgd_decay", sgd(0.0, false, 0.125)},
            {"adam", adam()},
            {"adam_betas", betas},
            {"adam_l2", adam(0.0, 0.25)},
            {"adamw", adam(0.125)},
            {"rmsprop", rmsprop(0.9, 0.0, false)},
            {"rmsprop_momentum", rmsprop(0.8, 0.5, false)},
            {"rmsprop_centered", rmsprop(0.9, 0.0, true)},
            {"rmsprop_all", all}};
}

/// The values after each of the steps, one after the other; floats by the kernel of this machine.
template <class T>
std::vector<T> run_steps(const OptimizerConfig& config, std::vector<T> value, const std::vector<T>& gradients,
                         const Executor& executor, double rate = kRate, bool decays = true) {
    const std::size_t size = value.size();
    std::vector<std::vector<T>> moments(moment_names(config).count, std::vector<T>(size));
    std::vector<T> trace;
    for (std::size_t step = 0; step * size < gradients.size(); ++step) {
        ParameterUpdate<T> update;
        update.value = value.data();
        update.gradient = gradients.data() + step * size;
        for (std::size_t i = 0; i < moments.size(); ++i) update.moments[i] = moments[i].data();
        update.count = static_cast<std::int64_t>(size);
        update.step = static_cast<std::int64_t>(step) + 1;
        update.learning_rate = rate;
        update.decays = decays;
        if constexpr (std::is_same_v<T, float>) {
            const auto& table = kernels::training_table(kernels::best_table());
            table.parameter_update.run(executor, update_arguments(config, update));
        } else {
            update_parameter(config, update);
        }
        trace.insert(trace.end(), value.begin(), value.end());
    }
    return trace;
}

}  // namespace

TEST_CASE("five steps of each optimizer equal those of Keras in float64", "[training][optimizer][REQ-TRAIN-010]") {
    const support::GoldenArrays golden = support::read_golden("tests/oracle/optimizers.txt");
    for (const OptimizerCase& c : all_cases()) {
        CAPTURE(c.name);
        REQUIRE(check(c.config).ok());
        const std::vector<double> found =
            run_steps<double>(c.config, golden.at("start"), golden.at("gradients"), serial_executor());
        CHECK(support::greatest_relative_difference(found, golden.at(c.name)) <= 1e-10);
    }
}

TEST_CASE("float optimizers stay near the double ones, with the same bits for any number of threads",
          "[training][optimizer][REQ-TRAIN-011]") {
    support::CounterRandom random(11);
    const std::vector<float> start = random.floats(70001), gradients = random.floats(5 * 70001);
    const std::vector<double> start64(start.begin(), start.end()), gradients64(gradients.begin(), gradients.end());
    for (const OptimizerCase& c : all_cases()) {
        CAPTURE(c.name);
        const std::vector<float> alone = run_steps<float>(c.config, start, gradients, serial_executor());
        const std::vector<double> wide(alone.begin(), alone.end());
        // Five steps of about ten roundings each. Centred rmsprop divides by sqrt(v - h^2), which cancels.
        const double tolerance = c.config.centered ? 1e-2 : 1e-5;
        CHECK(support::greatest_relative_difference(
                  wide, run_steps<double>(c.config, start64, gradients64, serial_executor())) <= tolerance);
        for (const int threads : {2, 7}) {
            support::ThreadedExecutor pool(threads);
            CHECK(support::same_bits(run_steps<float>(c.config, start, gradients, pool.executor()), alone));
        }
    }
}

TEST_CASE("decay touches only parameters that decay; a learning rate of zero touches none",
          "[training][optimizer][REQ-TRAIN-012]") {
    const std::vector<float> start = {1.0f, -2.0f, 3.0f}, zeros(3);
    for (const OptimizerCase& c : all_cases()) {
        CAPTURE(c.name);
        CHECK(run_steps<float>(c.config, start, zeros, serial_executor(), kRate, false) == start);
        CHECK(run_steps<float>(c.config, start, {4.0f, 5.0f, 6.0f}, serial_executor(), 0.0) == start);
        const bool decays = c.config.weight_decay != 0.0 || c.config.l2 != 0.0;
        CHECK((run_steps<float>(c.config, start, zeros, serial_executor()) != start) == decays);
    }
}

TEST_CASE("optimizer settings outside their range are refused", "[training][optimizer][REQ-TRAIN-013]") {
    const auto refused = [](const OptimizerConfig& config) {
        const Status status = check(config);
        return !status.ok() && status.error().code == ErrorCode::invalid_argument;
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(refused(sgd(-0.1)));
    CHECK(refused(sgd(1.5)));
    CHECK(refused(sgd(0.0, true)));
    CHECK(refused(sgd(nan)));
    CHECK(refused(adam(-1.0)));
    CHECK(refused(adam(0.0, nan)));
    CHECK(refused(rmsprop(1.1, 0.0, false)));
    OptimizerConfig config = adam();
    config.beta2 = 1.0;
    CHECK(refused(config));
    config = adam();
    config.epsilon = -1e-7;
    CHECK(refused(config));
}
