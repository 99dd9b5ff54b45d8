// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The main job on real images: adapt a pre-trained network to a new task and a new device, and prove what stayed.
#include <cstdio>
#include <optional>
#include <string>

#include "arms.hpp"
#include "data.hpp"
#include "provenn/adapters/tbb.hpp"
#include "provenn/data/npy.hpp"
#include "provenn/io/package_file.hpp"
#include "provenn/transfer/adopt.hpp"

namespace {

using namespace provenn;

struct Options {
    std::string weights = "weights/fashion7.pvn";
    std::string fashion = "/usr/share/datasets/fashion-mnist";
    std::string npz;
    std::string out = "build/quickstart";
    std::int64_t per_class = 20;
    std::int64_t seeds = 5;
    int threads = 2;
};

std::optional<Options> parse(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string name = arguments[i];
        if (i + 1 == count) return std::nullopt;
        const std::string value = arguments[++i];
        if (name == "--weights") options.weights = value;
        else if (name == "--fashion") options.fashion = value;
        else if (name == "--npz") options.npz = value;
        else if (name == "--out") options.out = value;
        else if (name == "--per-class") options.per_class = std::atoll(value.c_str());
        else if (name == "--seeds") options.seeds = std::atoll(value.c_str());
        else if (name == "--threads") options.threads = std::atoi(value.c_str());
        else return std::nullopt;
    }
    if (options.seeds < 2 || options.per_class < 1 || options.threads < 1) return std::nullopt;
    return options;
}

Result<Dataset> open_task(const Options& options) {
    if (!options.npz.empty()) return open_medmnist(options.npz);
    PROVENN_ASSIGN(Dataset dataset, quickstart::open_fashion(options.fashion, quickstart::kTargetClasses));
    PROVENN_TRY(simulate_device(dataset, quickstart::second_device()));
    return dataset;
}

void print_table(const std::vector<quickstart::ArmResult>& arms) {
    std::printf("\n  %-28s %-26s %10s %10s\n", "arm", "test accuracy", "trained", "seconds");
    for (const quickstart::ArmResult& arm : arms) {
        const quickstart::Summary s = quickstart::summarize(arm.accuracy);
        std::printf("  %-28s %.3f  [%.3f, %.3f]      %10lld %10.1f\n", quickstart::name_of(arm.arm), s.mean, s.lower,
                    s.upper, static_cast<long long>(arm.trained_parameters), arm.seconds);
    }
    std::printf(
        "  mean over seeds with its 95 %% interval (t); seeds are not patients: the interval says how much training\n"
        "  varies, not how much other images would.\n\n");
}

/// What the paired differences over the same seeds support, whichever way they fall.
void print_verdict(const std::vector<quickstart::ArmResult>& arms) {
    for (std::size_t other = 1; other < arms.size(); ++other) {
        std::vector<double> difference;
        for (std::size_t i = 0; i < arms[0].accuracy.size(); ++i) {
            difference.push_back(arms[other].accuracy[i] - arms[0].accuracy[i]);
        }
        const quickstart::Summary s = quickstart::summarize(difference);
        const char* verdict = s.lower > 0   ? "better than from scratch on these data"
                              : s.upper < 0 ? "worse than from scratch on these data"
                                            : "not distinguishable from scratch on these data";
        std::printf("  %s: %+.3f [%+.3f, %+.3f], %s\n", quickstart::name_of(arms[other].arm), s.mean, s.lower, s.upper,
                    verdict);
    }
}

Status save_example_image(const Dataset& data, const std::string& out) {
    const auto first = static_cast<std::size_t>(data.members(Split::test)[0]);
    PROVENN_ASSIGN(const Image image, data.pixels->read(first, OrientationPolicy::refuse, nullptr));
    PROVENN_ASSIGN(const auto bytes, write_npy(image.pixels8));
    std::printf("   %s/example.npy holds the pixels of a test image of class '%s'\n", out.c_str(),
                data.class_names[static_cast<std::size_t>(data.samples[first].label)].c_str());
    return atomic_save(out + "/example.npy", bytes.span());
}

Status run(const Options& options) {
    PROVENN_ASSIGN(const auto executor, TbbExecutor::make(options.threads));
    PROVENN_ASSIGN(Model pretrained, load_package(options.weights));
    PROVENN_ASSIGN(const MappedFile weights_file, MappedFile::open(options.weights));
    adopt_as_pretrained(pretrained, sha256(weights_file.bytes()));
    std::printf("1. Pre-trained network: %s, %lld parameters, classes:", options.weights.c_str(),
                static_cast<long long>(pretrained.parameter_count()));
    for (const Name& name : pretrained.class_names) std::printf(" %s,", name.c_str());
    PROVENN_ASSIGN(const Dataset data, open_task(options));
    std::printf("\n2. New task: %s, %lld images of each class to learn from, %zu test images\n   classes:",
                data.name.c_str(), static_cast<long long>(options.per_class), data.members(Split::test).size());
    for (const std::string& name : data.class_names) std::printf(" %s,", name.c_str());
    if (options.npz.empty()) std::printf("\n   seen by a simulated second device (flatter contrast, blur, noise)");
    std::printf("\n3. Three ways, %lld seeds each; a seed chooses the images, the first weights and the order\n",
                static_cast<long long>(options.seeds));
    quickstart::Study study{pretrained, data, options.per_class, options.seeds, executor.executor(), {}, 0, 0, {}};
    PROVENN_TRY(study.run());
    print_table(study.arms);
    print_verdict(study.arms);
    std::printf("\n4. Proof of freezing (frozen trunk): %zu of %zu frozen tensors have the hash of the shipped file\n",
                study.proven_tensors, study.frozen_tensors);
    PROVENN_TRY(save_package(options.out + "/adapted.pvn", *study.frozen_model));
    std::printf("5. Package with known answers: %s/adapted.pvn\n", options.out.c_str());
    return save_example_image(data, options.out);
}

}  // namespace

int main(int count, char** arguments) {
    const auto options = parse(count, arguments);
    if (!options) {
        std::fprintf(stderr, "usage: quickstart [--weights FILE.pvn] [--fashion FOLDER | --npz FILE] [--out FOLDER]\n"
                             "                  [--per-class N] [--seeds N>=2] [--threads N]\n");
        return 2;
    }
    const Status status = run(*options);
    if (!status)
        std::fprintf(stderr, "quickstart: %s: %s\n", to_string(status.error().code), status.error().message.c_str());
    return status.ok() ? 0 : 1;
}
