// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sessions: known answers before use and on demand, images through the contract, the package not needed afterwards.
#include "provenn/inference/session.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;

namespace {

float sample_input[32];
View<const float> input() {
    support::CounterRandom random(3);
    for (float& value : sample_input) value = random.next();
    return View<const float>(sample_input, {1, 4, 4, 2});
}

}  // namespace

TEST_CASE("a session from a package gives the bits of one from the model", "[inference][session][REQ-INFER-014]") {
    const Model model = support::tiny_model();
    auto file = support::package_of(model);
    auto direct = Session::from_model(model).value_or_throw();
    auto packaged = Session::from_package({file.data(), file.size()}).value_or_throw();
    for (std::uint8_t& byte : file) byte = 0xaa;  // it is not needed any more
    float a[3] = {}, b[3] = {};
    REQUIRE(direct.run(input(), View<float>(a, {1, 3})).ok());
    REQUIRE(packaged.run(input(), View<float>(b, {1, 3})).ok());
    CHECK(std::memcmp(a, b, sizeof a) == 0);
    CHECK(std::abs(a[0] + a[1] + a[2] - 1.0f) < 1e-6f);
    CHECK(packaged.class_names()[1] == "dog");
    CHECK(packaged.input_contract().channels == 2);
    // A moved session goes on working.
    Session moved = std::move(packaged);
    REQUIRE(moved.run(input(), View<float>(b, {1, 3})).ok());
    CHECK(std::memcmp(a, b, sizeof a) == 0);
}

TEST_CASE("every instruction set reproduces the known answers, and a session can test itself again",
          "[inference][session][REQ-INFER-015]") {
    const auto file = support::package_of(support::tiny_model());
    for (int i = 0; i < kernels::kIsaCount; ++i) {
        PlanOptions options;
        options.kernels = kernels::find_table(static_cast<kernels::Isa>(i));
        if (options.kernels == nullptr) continue;
        auto session = Session::from_package({file.data(), file.size()}, options).value_or_throw();
        CHECK(session.self_test().ok());
        float out[3] = {};
        REQUIRE(session.run(input(), View<float>(out, {1, 3})).ok());
        CHECK(session.self_test().ok());
    }
    auto unproven = Session::from_model(support::tiny_model()).value_or_throw();
    REQUIRE_FALSE(unproven.self_test().ok());
    CHECK(unproven.self_test().error().code == ErrorCode::self_test_failed);
}

TEST_CASE("kernels that compute something else fail the known answers", "[inference][known_answers][REQ-INFER-015]") {
    const auto file = support::package_of(support::tiny_model());
    // A processor whose average is a maximum, and one whose convolution forgets the last bit of its first element.
    kernels::KernelTable broken = kernels::best_table();
    static const kernels::Conv2dKernels good = broken.conv2d;
    broken.conv2d.run = [](const kernels::Conv2dArguments& arguments, const Executor& executor) noexcept {
        good.run(arguments, executor);
        std::uint32_t bits = 0;
        std::memcpy(&bits, arguments.output.data, sizeof bits);
        bits ^= 1u;
        std::memcpy(arguments.output.data, &bits, sizeof bits);
    };
    PlanOptions options;
    options.kernels = &broken;
    const auto session = Session::from_package({file.data(), file.size()}, options);
    REQUIRE_FALSE(session.ok());
    CHECK(session.error().code == ErrorCode::self_test_failed);
    CHECK_THAT(std::string(session.error().message.c_str()), support::contains("was not reproduced by the"));
}

TEST_CASE("known answers depend on the seed and the model, and are made from numbers only",
          "[inference][known_answers][REQ-INFER-015]") {
    const Model model = support::tiny_model();
    const auto bytes = [](const Array<std::uint8_t>& a) { return std::vector<std::uint8_t>(a.begin(), a.end()); };
    const auto first = bytes(make_known_answers(model, 1).value_or_throw());
    CHECK(first == bytes(make_known_answers(model, 1).value_or_throw()));
    CHECK(first != bytes(make_known_answers(model, 2).value_or_throw()));
    Model renamed = model.clone().value_or_throw();
    renamed.class_names[0] = "lion";
    CHECK(first != bytes(make_known_answers(renamed, 1).value_or_throw()));
    Model broken = model.clone().value_or_throw();
    broken.parameters[1].value.data()[0] = std::numeric_limits<float>::quiet_NaN();
    const auto refused = make_known_answers(broken);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::not_finite);
}

TEST_CASE("results that are not numbers are reported", "[inference][session][REQ-INFER-016]") {
    auto session = Session::from_model(support::tiny_model()).value_or_throw();
    float out[3] = {};
    CHECK_FALSE(session.run(input(), View<float>(out, {1, 3})).value_or_throw().has_non_finite);
    input();
    sample_input[5] = std::numeric_limits<float>::quiet_NaN();
    const auto report = session.run(View<const float>(sample_input, {1, 4, 4, 2}), View<float>(out, {1, 3}));
    REQUIRE(report.ok());
    CHECK(report->has_non_finite);
    CHECK(out[0] != out[0]);
    float apart[6] = {};
    const std::int64_t strides[] = {6, 2};
    const View<float> strided(apart, {1, 3}, {strides, 2});
    CHECK(session.run(View<const float>(sample_input, {1, 4, 4, 2}), strided).value_or_throw().has_non_finite);
}

TEST_CASE("a plan beyond its limit of working memory is refused", "[inference][plan][REQ-INFER-017]") {
    PlanOptions options;
    options.limit_bytes = 1024;
    const auto session = Session::from_model(support::tiny_model(), options);
    REQUIRE_FALSE(session.ok());
    CHECK(session.error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("an image goes through the input contract", "[inference][session][REQ-INFER-018]") {
    ModelBuilder builder("grey");
    const auto image = builder.input("image", {4, 4, 1});
    builder.output(builder.add("mean", layers::GlobalPool2d{}, image));
    Model model = builder.build().value_or_throw();
    InputContract& contract = model.input_contract;
    contract.height = contract.width = 4;
    contract.channels = 1;
    contract.channel_order = ChannelOrder::grey;
    contract.scale[0] = 1.0f / 255.0f;
    auto session = Session::from_model(model).value_or_throw();
    std::uint8_t pixels[16];
    for (std::uint8_t& pixel : pixels) pixel = 51;
    float out[1] = {};
    REQUIRE(session.run_image(ImageView(View<const std::uint8_t>(pixels, {4, 4, 1})), View<float>(out, {1, 1})).ok());
    CHECK(std::abs(out[0] - 0.2f) < 1e-6f);
    const auto wrong =
        session.run_image(ImageView(View<const std::uint8_t>(pixels, {2, 2, 4})), View<float>(out, {1, 1}));
    REQUIRE_FALSE(wrong.ok());
    CHECK(wrong.error().code == ErrorCode::input_refused);
    // A model that never said what its images look like takes none.
    model.input_contract = InputContract{};
    auto silent = Session::from_model(model).value_or_throw();
    const auto none =
        silent.run_image(ImageView(View<const std::uint8_t>(pixels, {4, 4, 1})), View<float>(out, {1, 1}));
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().code == ErrorCode::input_refused);
}
