// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plans against the textbook network: the same bits, whatever is fused, dispatched, threaded or batched.
#include "provenn/inference/plan.hpp"

#include <cstring>
#include <limits>

#include "provenn/adapters/tbb.hpp"
#include "support/catch.hpp"
#include "support/random_network.hpp"
#include "support/reference_network.hpp"

using namespace provenn;

namespace {

template <class T>
std::vector<Tensor<T>> random_inputs(const Model& model, std::int64_t samples, std::uint64_t seed) {
    support::CounterRandom random(seed);
    std::vector<Tensor<T>> inputs;
    for (const Index index : model.inputs) {
        Shape shape{samples};
        for (int axis = 0; axis < model.value(index).shape.rank(); ++axis)
            shape.push_back(model.value(index).shape[axis]);
        inputs.push_back(Tensor<T>::zeros(shape).value_or_throw());
        for (T& value : inputs.back().span()) value = static_cast<T>(random.next(-1.0f, 1.0f));
    }
    return inputs;
}

/// Outputs of a plan, its arena and outputs poisoned with NaN beforehand.
std::vector<Tensor<float>> run_plan(const Model& model, const PlanOptions& options,
                                    const std::vector<Tensor<float>>& inputs, const Executor& executor) {
    const Plan plan = Plan::compile(model, options).value_or_throw();
    auto arena = Array<float>::make(static_cast<std::size_t>(plan.arena_size())).value_or_throw();
    for (float& value : arena) value = std::numeric_limits<float>::quiet_NaN();
    std::vector<View<const float>> in;
    for (const Tensor<float>& input : inputs) in.push_back(input.view());
    std::vector<Tensor<float>> outputs;
    std::vector<View<float>> out;
    for (std::size_t i = 0; i < plan.output_count(); ++i) {
        Shape shape{inputs[0].shape()[0]};
        for (int axis = 0; axis < plan.output_shape(i).rank(); ++axis) shape.push_back(plan.output_shape(i)[axis]);
        outputs.push_back(Tensor<float>::zeros(shape).value_or_throw());
        for (float& value : outputs.back().span()) value = std::numeric_limits<float>::quiet_NaN();
        out.push_back(outputs.back().view());
    }
    const auto report = plan.run({in.data(), in.size()}, {out.data(), out.size()}, arena.data(), executor);
    REQUIRE(report.ok());
    CHECK_FALSE(report->has_non_finite);
    return outputs;
}

bool same_bits(const std::vector<Tensor<float>>& a, const std::vector<Tensor<float>>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].shape() != b[i].shape()) return false;
        if (std::memcmp(a[i].data(), b[i].data(), a[i].span().size() * sizeof(float)) != 0) return false;
    }
    return a.size() == b.size();
}

}  // namespace

TEST_CASE("plans of random networks give the bits of the textbook loops",
          "[inference][plan][REQ-INFER-001][REQ-INFER-002]") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Model model = support::RandomNetwork(seed).make(9);
        CAPTURE(seed);
        const auto inputs = random_inputs<float>(model, 3, seed);
        const auto expected = support::ReferenceNetwork<float>(model).run(inputs);
        PlanOptions options;
        options.max_batch = 3;
        for (const bool fuse : {true, false}) {
            options.fuse = fuse;
            CAPTURE(fuse);
            CHECK(same_bits(run_plan(model, options, inputs, serial_executor()), expected));
        }
    }
}

TEST_CASE("every instruction set and number of threads gives the same bits", "[inference][plan][REQ-INFER-002]") {
    for (std::uint64_t seed = 101; seed <= 112; ++seed) {
        const Model model = support::RandomNetwork(seed).make(8);
        const auto inputs = random_inputs<float>(model, 2, seed);
        PlanOptions options;
        options.max_batch = 2;
        const auto expected = run_plan(model, options, inputs, serial_executor());
        for (int i = 0; i < kernels::kIsaCount; ++i) {
            options.kernels = kernels::find_table(static_cast<kernels::Isa>(i));
            if (options.kernels == nullptr) continue;
            for (const int threads : {1, 2, 7}) {
                const auto executor = TbbExecutor::make(threads).value_or_throw();
                CAPTURE(seed, to_string(options.kernels->isa), threads);
                CHECK(same_bits(run_plan(model, options, inputs, executor.executor()), expected));
            }
        }
    }
}

TEST_CASE("a sample's bits do not depend on its batch", "[inference][plan][REQ-INFER-003]") {
    for (std::uint64_t seed = 201; seed <= 210; ++seed) {
        const Model model = support::RandomNetwork(seed).make(8);
        const auto batch = random_inputs<float>(model, 3, seed);
        PlanOptions options;
        options.max_batch = 3;
        const auto together = run_plan(model, options, batch, serial_executor());
        for (std::int64_t sample = 0; sample < 3; ++sample) {
            Shape shape = batch[0].shape();
            shape.set(0, 1);
            const std::int64_t size = shape.element_count();
            std::vector<Tensor<float>> one;
            one.push_back(
                Tensor<float>::copy_of(View<const float>(batch[0].data() + sample * size, shape)).value_or_throw());
            options.max_batch = 1;
            const auto alone = run_plan(model, options, one, serial_executor());
            for (std::size_t i = 0; i < alone.size(); ++i) {
                const std::size_t count = alone[i].span().size();
                CHECK(std::memcmp(alone[i].data(), together[i].data() + static_cast<std::size_t>(sample) * count,
                                  count * sizeof(float)) == 0);
            }
        }
    }
}

TEST_CASE("float networks stay close to the same network in double", "[inference][plan][REQ-INFER-001]") {
    for (std::uint64_t seed = 301; seed <= 320; ++seed) {
        const Model model = support::RandomNetwork(seed).make(6);
        const auto inputs = random_inputs<float>(model, 1, seed);
        const auto exact = support::ReferenceNetwork<double>(model).run(random_inputs<double>(model, 1, seed));
        const auto found = run_plan(model, {}, inputs, serial_executor());
        for (std::size_t i = 0; i < found.size(); ++i) {
            double scale = 1.0, worst = 0.0;
            for (const double value : exact[i].span()) scale = std::max(scale, std::abs(value));
            for (std::size_t k = 0; k < found[i].span().size(); ++k) {
                worst = std::max(worst, std::abs(static_cast<double>(found[i].span()[k]) - exact[i].span()[k]));
            }
            CAPTURE(seed, i, worst, scale);
            // Chains of some thousand terms through six layers: 2^-24 * 1000 of the largest output is generous.
            CHECK(worst <= scale * 6e-5);
        }
    }
}

TEST_CASE("runs refuse what does not fit and leave the outputs alone", "[inference][plan][REQ-INFER-004]") {
    const Model model = support::RandomNetwork(7).make(3);
    const Plan plan = Plan::compile(model).value_or_throw();
    auto arena = Array<float>::make(static_cast<std::size_t>(plan.arena_size())).value_or_throw();
    const auto inputs = random_inputs<float>(model, 2, 1);  // max_batch is 1
    Shape shape{2};
    for (int axis = 0; axis < plan.output_shape(0).rank(); ++axis) shape.push_back(plan.output_shape(0)[axis]);
    auto output = Tensor<float>::zeros(shape).value_or_throw();
    const View<const float> in = inputs[0].view();
    const View<float> out = output.view();
    auto refused = plan.run({&in, 1}, {&out, 1}, arena.data(), serial_executor());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::shape_mismatch);
    for (const float value : output.span()) CHECK(value == 0.0f);
}

TEST_CASE("a run can be cancelled between steps", "[inference][plan][REQ-INFER-005][error-cancelled]") {
    const Model model = support::RandomNetwork(11).make(5);
    const Plan plan = Plan::compile(model, {}).value_or_throw();
    auto arena = Array<float>::make(static_cast<std::size_t>(plan.arena_size())).value_or_throw();
    const auto inputs = random_inputs<float>(model, 1, 1);
    std::vector<Tensor<float>> outputs;
    std::vector<View<float>> out;
    for (std::size_t i = 0; i < plan.output_count(); ++i) {
        Shape shape{1};
        for (int axis = 0; axis < plan.output_shape(i).rank(); ++axis) shape.push_back(plan.output_shape(i)[axis]);
        outputs.push_back(Tensor<float>::zeros(shape).value_or_throw());
        out.push_back(outputs.back().view());
    }
    int calls = 0;
    CancelCheck cancel;
    cancel.context = &calls;
    cancel.is_cancelled = [](void* context) noexcept { return ++*static_cast<int*>(context) == 2; };
    const View<const float> in = inputs[0].view();
    const auto cancelled = plan.run({&in, 1}, {out.data(), out.size()}, arena.data(), serial_executor(), cancel);
    REQUIRE_FALSE(cancelled.ok());
    CHECK(cancelled.error().code == ErrorCode::cancelled);
    for (const float value : outputs[0].span()) CHECK(value == 0.0f);
}
