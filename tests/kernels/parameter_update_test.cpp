// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Updates of optimizers: the reference's bits on every instruction set, for any tail and number of threads, and the
// report of numbers that are not finite.
#include "provenn/kernels/reference/parameter_update.hpp"

#include <limits>

#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;

namespace {

/// Values and moments, and room for the next.
struct Parameters {
    std::vector<float> gradient, value;
    std::vector<float> moments[3];

    explicit Parameters(std::size_t count) {
        support::CounterRandom random(static_cast<std::uint64_t>(count));
        gradient = random.floats(static_cast<std::int64_t>(count));
        value = random.floats(static_cast<std::int64_t>(count));
        for (std::vector<float>& moment : moments) {
            moment = random.floats(static_cast<std::int64_t>(count));
            for (float& element : moment) element = element < 0.0f ? -element : element;  // as sums of squares are
        }
    }
};

int moment_count(const UpdateFactors<float>& f) {
    if (f.rule == UpdateRule::adam) return 2;
    if (f.rule == UpdateRule::sgd) return f.has_momentum ? 1 : 0;
    return 1 + (f.centered ? 1 : 0) + (f.has_momentum ? 1 : 0);
}

ParameterUpdateArguments<float> arguments_of(const UpdateFactors<float>& factors, const Parameters& from,
                                             Parameters& to) {
    ParameterUpdateArguments<float> arguments;
    arguments.factors = factors;
    arguments.gradient = from.gradient.data();
    arguments.value = from.value.data();
    arguments.new_value = to.value.data();
    for (int m = 0; m < moment_count(factors); ++m) {
        arguments.moments[m] = from.moments[m].data();
        arguments.new_moments[m] = to.moments[m].data();
    }
    arguments.count = static_cast<std::int64_t>(from.value.size());
    return arguments;
}

/// Every rule with each of its switches on and off.
std::vector<UpdateFactors<float>> all_factors() {
    std::vector<UpdateFactors<float>> all;
    for (int bits = 0; bits < 96; ++bits) {
        UpdateFactors<float> f;
        f.rule = static_cast<UpdateRule>(bits / 32);
        f.has_momentum = (bits & 1) != 0;
        f.nesterov = (bits & 2) != 0;
        f.centered = (bits & 4) != 0;
        f.decays = (bits & 8) != 0;
        f.has_l2 = (bits & 16) != 0;
        f.rate = 0.013f;
        f.decay = 0.0021f;
        f.two_l2 = 0.0037f;
        f.momentum = 0.9f;
        f.first = f.rule == UpdateRule::adam ? 0.1f : 0.9f;
        f.second = f.rule == UpdateRule::adam ? 0.001f : 0.1f;
        f.epsilon = 1.5f;  // large enough for the root of random centred moments
        all.push_back(f);
    }
    return all;
}

bool are_same(const UpdateFactors<float>& factors, const Parameters& a, const Parameters& b) {
    bool same = support::same_bits(a.value, b.value);
    for (int m = 0; m < moment_count(factors); ++m) same = same && support::same_bits(a.moments[m], b.moments[m]);
    return same;
}

}  // namespace

TEST_CASE("updates have the reference's bits on every instruction set", "[kernels][optimizer][REQ-KERN-343]") {
    for (const UpdateFactors<float>& factors : all_factors()) {
        for (const std::size_t count : {std::size_t{1}, std::size_t{16}, std::size_t{45}, std::size_t{20001}}) {
            const Parameters start(count);
            Parameters expected = start;
            reference::parameter_update(arguments_of(factors, start, expected), 0, static_cast<std::int64_t>(count));
            for (const TrainingTable* table : support::all_tables()) {
                CAPTURE(to_string(table->isa), static_cast<int>(factors.rule), count);
                support::ThreadedExecutor pool(3);
                Parameters found = start;
                CHECK(table->parameter_update.run(pool.executor(), arguments_of(factors, start, found)));
                CHECK(are_same(factors, found, expected));
                Parameters in_place = start;
                CHECK(table->parameter_update.run(serial_executor(), arguments_of(factors, in_place, in_place)));
                CHECK(are_same(factors, in_place, expected));
            }
        }
    }
}

TEST_CASE("an update reports each number that is not finite, and only those", "[kernels][optimizer][REQ-KERN-344]") {
    const float infinity = std::numeric_limits<float>::infinity();
    for (UpdateFactors<float> factors : all_factors()) {
        // Without momentum the change that follows an infinite gradient is all there is.
        for (const TrainingTable* table : support::all_tables()) {
            for (const std::size_t at : {std::size_t{0}, std::size_t{31}, std::size_t{32}, std::size_t{36}}) {
                CAPTURE(to_string(table->isa), static_cast<int>(factors.rule), at);
                Parameters bad(37);
                bad.gradient[at] = at % 2 == 0 ? infinity : std::numeric_limits<float>::quiet_NaN();
                CHECK_FALSE(table->parameter_update.run(serial_executor(), arguments_of(factors, bad, bad)));
                for (int m = 0; m < moment_count(factors); ++m) {
                    Parameters moment(37);
                    moment.moments[m][at] = infinity;
                    CHECK_FALSE(table->parameter_update.run(serial_executor(), arguments_of(factors, moment, moment)));
                }
            }
            // Lanes beyond the end divide 0 by 0 here.
            factors.epsilon = 0.0f;
            factors.centered = false;
            Parameters good(37);
            CHECK(table->parameter_update.run(serial_executor(), arguments_of(factors, good, good)));
        }
    }
}
