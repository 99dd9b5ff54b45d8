// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn selftest: does this machine and build give the bits that were recorded?
#include "commands.hpp"
#include "engine.hpp"
#include "open_model.hpp"
#include "provenn/core/fma.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/model/builder.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/model/package.hpp"

namespace program {

namespace {

struct SelfTest {
    std::vector<std::string> packages;
};

struct Check {
    std::string name;
    bool passed = false;
    std::string detail;
};

/// SHA-256 of the scores that the network below gives for the input below, recorded with g++ 12 on AVX-512.
constexpr const char* kRecorded = "8be68883ac766b7641db65b99a93db9473c970c018dff8c2fa446d4fc341bea7";

/// A small network with one of each kind of arithmetic.
Result<Model> make_network() {
    ModelBuilder builder("selftest");
    auto value = builder.input("image", {19, 17, 3});
    layers::Conv2d conv;
    conv.filters = 24;
    conv.kernel = {3, 3};
    conv.stride = {2, 2};
    conv.padding = layers::Padding::same;
    conv.activation.kind = layers::Activation::swish;
    value = builder.add("conv", conv, value);
    value = builder.add("norm", layers::BatchNormalization{}, value);
    layers::DepthwiseConv2d depthwise;
    depthwise.kernel = {3, 3};
    depthwise.padding = layers::Padding::same;
    depthwise.activation.kind = layers::Activation::relu;
    const auto branch = builder.add("depthwise", depthwise, value);
    const ModelBuilder::Handle both[] = {value, branch};
    value = builder.add("add", layers::Merge{}, both);
    value = builder.add("max", layers::Pool2d{}, value);
    value = builder.add("mean", layers::GlobalPool2d{}, value);
    layers::Dense dense;
    dense.units = 10;
    dense.activation.kind = layers::Activation::softmax;
    builder.output(builder.add("scores", dense, value));
    PROVENN_ASSIGN(Model model, builder.build());
    PROVENN_TRY(initialize(model, 20));
    return model;
}

Check check_of(const std::string& name, const Status& status) {
    return {name, status.ok(), status.ok() ? "" : status.error().message.c_str()};
}

Status check_hash() {
    const std::uint8_t abc[] = {'a', 'b', 'c'};
    const std::string expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-4
    if (sha256(abc).hex().view() == expected) return {};
    return make_error(ErrorCode::self_test_failed, "SHA-256 of 'abc' is not that of FIPS 180-4");
}

/// A fused product keeps what a rounded one loses: (1 + e)(1 - e) - 1 is -e^2, or 0 when the product is rounded.
Status check_fma() {
    volatile float e = 0.000244140625f;  // 2^-12
    const float product_minus_one = provenn::fma(1.0f + e, 1.0f - e, -1.0f);
    if (product_minus_one == -e * e) return {};
    return make_error(ErrorCode::self_test_failed, "the fused multiply-add rounds its product");
}

/// Scores of three samples of 64ths, in batches of two and one.
Result<std::string> digest_of_scores(const Model& model, const CommonOptions& options) {
    PROVENN_ASSIGN(const Machine machine, Machine::make(options));
    PROVENN_ASSIGN(Engine engine, Engine::make(model, machine, 2));
    PROVENN_ASSIGN(auto input, Tensor<float>::zeros({3, 19, 17, 3}));
    for (std::int64_t i = 0; i < input.element_count(); ++i)
        input.data()[i] = static_cast<float>(i * 37 % 256 - 128) / 64;
    std::vector<Tensor<float>> inputs;
    inputs.push_back(std::move(input));
    PROVENN_ASSIGN(const auto outputs, engine.run(inputs));
    return std::string(sha256(outputs[0].bytes()).hex().view());
}

/// The network's scores on every instruction set and thread count, and a package of this machine's own.
Status check_kernels(const CommonOptions& asked, std::vector<Check>& checks) {
    PROVENN_ASSIGN(const Model model, make_network());
    for (const std::string& isa : available_isas()) {
        if (!asked.isa.empty() && asked.isa != isa) continue;
        for (const int threads : {1, 2, 7}) {
            if (asked.threads > 0 && asked.threads != threads && threads != 1) continue;
            PROVENN_ASSIGN(const std::string digest, digest_of_scores(model, {.threads = threads, .isa = isa}));
            checks.push_back({"kernels " + isa + ", threads " + std::to_string(threads), digest == kRecorded,
                              digest == kRecorded ? "" : "expected " + std::string(kRecorded) + ", found " + digest});
        }
    }
    PROVENN_ASSIGN(auto answers, answers_of(model));
    PROVENN_ASSIGN(auto package, encode_package(model, std::move(answers)));
    const auto intact = decode_package(package.span());
    checks.push_back(check_of("a package is read back", intact ? Status{} : Status(intact.error())));
    package[package.size() / 2] = static_cast<std::uint8_t>(package[package.size() / 2] ^ 1u);
    const bool refused = !decode_package(package.span());
    checks.push_back({"a package with a flipped bit is refused", refused, refused ? "" : "it was read"});
    return {};
}

Result<ExitCode> run(const SelfTest& options, Context& context) {
    std::vector<Check> checks;
    checks.push_back(check_of("SHA-256", check_hash()));
    checks.push_back(check_of("fused multiply-add", check_fma()));
    PROVENN_TRY(check_kernels(context.options, checks));
    // Only now: TBB takes the lowest thread limit of all executors alive, and the checks above make larger ones.
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    for (const std::string& path : options.packages) {
        PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
        if (kind_of(file.bytes()) != FileKind::package) {
            return make_error(file.bytes().empty() ? ErrorCode::empty_data : ErrorCode::unsupported, path,
                              ": expected a package (.pvn), found ", kind_text(file.bytes()));
        }
        auto model = read_package(file.bytes(), machine);
        if (!model && model.error().code != ErrorCode::self_test_failed) {
            return make_error(model.error().code, path, ": ", model.error().message);
        }
        checks.push_back(check_of("known answers of " + path, model ? Status{} : Status(model.error())));
    }
    bool passed = true;
    std::string text;
    Json list = Json::array();
    for (const Check& check : checks) {
        passed = passed && check.passed;
        text += (check.passed ? "ok      " : "FAILED  ") + check.name +
                (check.detail.empty() ? "" : ": " + check.detail) + "\n";
        list.push_back({{"check", check.name}, {"passed", check.passed}, {"detail", check.detail}});
    }
    text += passed ? "self-test passed\n" : "self-test FAILED: do not use this build on this machine\n";
    PROVENN_TRY(context.print(text, {{"passed", passed}, {"checks", std::move(list)}}));
    return passed ? ExitCode::ok : ExitCode::no;
}

}  // namespace

void add_selftest(CommandLine& line) {
    auto options = std::make_shared<SelfTest>();
    Command command = line.command(
        {"selftest", "Checks that this build on this machine gives the recorded bits, and packages their known answers",
         "  provenn selftest\n  provenn selftest model.pvn --isa avx2"},
        [options](Context& context) { return run(*options, context); });
    command.arguments("PACKAGE", options->packages, "Packages whose known answers are recomputed as well", 0);
}

}  // namespace program
