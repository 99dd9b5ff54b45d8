// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The summary of a plan, and its measured times.
#include "provenn/io/plan_summary.hpp"

#include "provenn/io/profile.hpp"
#include "provenn/zoo/zoo.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

Model network() { return zoo::make_architecture("resnet18:input=64x64x3,classes=5").value_or_throw(); }

const PlanStep& step_of(const PlanSummary& summary, const std::string& layer) {
    for (const PlanStep& step : summary.steps) {
        if (step.layer == layer) return step;
    }
    FAIL("no step of " << layer);
    return summary.steps[0];
}

}  // namespace

TEST_CASE("the summary of a plan has its steps, what is fused, and all of the model's arithmetic",
          "[io][plan_summary][REQ-IO-030]") {
    Model model = network();
    const Plan plan = Plan::compile(model).value_or_throw();
    const PlanSummary summary = summarize_plan(model, plan).value_or_throw();
    CHECK(summary.steps.size() == plan.step_count());
    CHECK(summary.arena_bytes == plan.arena_size() * 4);
    std::int64_t products = 0, expected = 0;
    for (const PlanStep& step : summary.steps) products += step.algorithm == "direct" ? step.multiply_adds : 0;
    const Summary layers = summarize(model).value_or_throw();
    for (const SummaryRow& row : layers.rows) {
        expected += row.type == "conv2d" || row.type == "dense" ? row.multiply_adds : 0;
    }
    CHECK(products == expected);
    const PlanStep& closing = step_of(summary, "conv2_block1_2_conv");
    CHECK(closing.fused == "norm+add+relu");
    CHECK(closing.output == (Shape{16, 16, 64}));
    CHECK(closing.multiply_adds == 16 * 16 * 64 * 64 * 9);
    CHECK(closing.weight_bytes >= 4 * 64 * 64 * 9);
    CHECK(closing.map_bytes == 4 * 3 * 16 * 16 * 64);

    model.numerics = Numerics::fast;
    const PlanSummary fast = summarize_plan(model, Plan::compile(model).value_or_throw()).value_or_throw();
    CHECK(step_of(fast, "conv2_block1_2_conv").algorithm == "winograd 4x4");
    CHECK(step_of(fast, "conv5_block1_2_conv").algorithm == "direct");
    CHECK_THAT(to_text(fast), support::contains("winograd 4x4"));
    CHECK(to_json(fast)["steps"].size() == fast.steps.size());
    CHECK_FALSE(to_json(fast).contains("seconds"));
}

TEST_CASE("a profile measures every step of every run, and its trace has one event for each",
          "[io][profile][REQ-IO-031][REQ-INFER-027]") {
    const Model model = network();
    Session session = Session::from_model(model).value_or_throw();
    PlanSummary summary = summarize_plan(model, session.plan()).value_or_throw();
    const auto runs = profile(session, serial_executor(), 3).value_or_throw();
    REQUIRE(runs.size() == 3);
    for (const RunMoments& run : runs) {
        REQUIRE(run.size() == summary.steps.size() + 3);
        CHECK(std::is_sorted(run.begin(), run.end()));
    }
    set_times(summary, runs);
    for (const PlanStep& step : summary.steps) CHECK(step.seconds > 0.0);
    CHECK(summary.seconds > 0.0);
    CHECK(to_json(summary)["steps"][0].contains("seconds"));
    const Json trace = chrome_trace(summary, runs.back());
    CHECK(trace["traceEvents"].size() == summary.steps.size() + 2);
    CHECK(trace["traceEvents"][1]["name"] == summary.steps[0].layer);
    CHECK(io::median({3.0, 1.0, 2.0}) == 2.0);
}
