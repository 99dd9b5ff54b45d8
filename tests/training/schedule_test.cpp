// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Learning rate schedules against real Keras in float64.
#include "provenn/training/schedule.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/golden_text.hpp"

using namespace provenn;
using namespace provenn::training;

namespace {

ScheduleConfig schedule(ScheduleKind kind, std::int64_t interval) {
    ScheduleConfig config;
    config.kind = kind;
    config.learning_rate = 1.0 / 64;
    config.interval = interval;
    config.factor = 0.5;
    config.final_fraction = 0.125;
    return config;
}

}  // namespace

TEST_CASE("learning rates over time equal Keras' schedules in float64", "[training][schedule][REQ-TRAIN-020]") {
    using support::greatest_relative_difference;
    const support::GoldenArrays golden = support::read_golden("tests/oracle/optimizers.txt");
    const auto rates = [&](const ScheduleConfig& config) {
        REQUIRE(check(config).ok());
        std::vector<double> found;
        for (const double step : golden.at("steps")) {
            found.push_back(scheduled_rate(config, static_cast<std::int64_t>(step)) * 64.0);
        }
        return found;
    };
    const auto expected = [&](const char* name) {
        std::vector<double> values = golden.at(name);
        for (double& value : values) value *= 64.0;
        return values;
    };
    ScheduleConfig warm = schedule(ScheduleKind::cosine, 40);
    warm.warmup_steps = 10;
    warm.warmup_from = 1.0 / 512;
    CHECK(greatest_relative_difference(rates(schedule(ScheduleKind::cosine, 40)), expected("cosine")) <= 1e-10);
    CHECK(greatest_relative_difference(rates(warm), expected("cosine_warm")) <= 1e-10);
    CHECK(greatest_relative_difference(rates(schedule(ScheduleKind::step, 7)), expected("staircase")) <= 1e-10);
    CHECK(rates(schedule(ScheduleKind::constant, 1)) == std::vector<double>(golden.at("steps").size(), 1.0));
}

TEST_CASE("the rate falls on a plateau when Keras lets it fall", "[training][schedule][REQ-TRAIN-021]") {
    const support::GoldenArrays golden = support::read_golden("tests/oracle/optimizers.txt");
    const ScheduleConfig constant = schedule(ScheduleKind::constant, 1);
    const auto rates = [&](std::int64_t patience, std::int64_t cooldown, double least_rate, double sign) {
        PlateauConfig config;
        config.is_on = true;
        config.factor = 0.5;
        config.patience = patience;
        config.cooldown = cooldown;
        config.least_rate = least_rate;
        config.greater_is_better = sign < 0.0;
        PlateauState state;
        std::vector<double> found;
        for (const double loss : golden.at("plateau_losses")) {
            state.observe(config, sign * loss, scheduled_rate(constant, 0));
            found.push_back(learning_rate(constant, state, 0));
        }
        return found;
    };
    for (const double sign : {1.0, -1.0}) {
        // Keras keeps the rate in float32: 2^-6 / 5 is rounded there.
        CHECK(support::greatest_relative_difference(rates(2, 0, 0.0, sign), golden.at("plateau")) <= 1e-9);
        CHECK(support::greatest_relative_difference(rates(2, 2, 0.0, sign), golden.at("plateau_cooldown")) <= 1e-9);
        CHECK(support::greatest_relative_difference(rates(1, 1, 1.0 / 320, sign), golden.at("plateau_floor")) <= 1e-9);
    }
}

TEST_CASE("a plateau that is off, or a number that is missing, is no improvement and no accident",
          "[training][schedule][REQ-TRAIN-021]") {
    PlateauConfig config;
    PlateauState state;
    for (int i = 0; i < 30; ++i) state.observe(config, 1.0, 0.5);
    CHECK(state.scale == 1.0);
    config.is_on = true;
    config.patience = 3;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i < 2; ++i) state.observe(config, nan, 0.5);
    CHECK(state.scale == 1.0);
    state.observe(config, nan, 0.5);
    CHECK(state.scale == 0.1);
}

TEST_CASE("schedule settings outside their range are refused", "[training][schedule][REQ-TRAIN-022]") {
    const auto refused = [](const ScheduleConfig& config) {
        const Status status = check(config);
        return !status.ok() && status.error().code == ErrorCode::invalid_argument;
    };
    ScheduleConfig config = schedule(ScheduleKind::step, 0);
    CHECK(refused(config));
    config = schedule(ScheduleKind::constant, 1);
    config.learning_rate = -1.0;
    CHECK(refused(config));
    config.learning_rate = std::numeric_limits<double>::quiet_NaN();
    CHECK(refused(config));
    config = schedule(ScheduleKind::cosine, 5);
    config.warmup_steps = -1;
    CHECK(refused(config));
    config = schedule(ScheduleKind::cosine, 5);
    config.plateau.factor = 1.0;
    CHECK(check(config).ok());
    config.plateau.is_on = true;
    CHECK(refused(config));
}
