// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program on the device: it knows nothing of training. Loads a package, proves it, classifies one image.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "image_file.hpp"

namespace {

constexpr int kDone = 0, kRefused = 1, kUsage = 2;

int refuse(const char* what, const provenn::Error& error) {
    std::fprintf(stderr, "refused: %s: %s: %s\n", what, provenn::to_string(error.code), error.message.c_str());
    return kRefused;
}

/// Pixels go through the input contract; numbers go to the network as they are.
provenn::Result<provenn::RunReport> run(provenn::Session& session, const device::Picture& picture,
                                        const provenn::View<float>& output) {
    using namespace provenn;
    if (picture.type == DataType::f32) {
        Shape batch{1};
        const Shape& sample = session.plan().input_shape(0);
        for (int axis = 0; axis < sample.rank(); ++axis) batch.push_back(sample[axis]);
        if (picture.shape != batch && picture.shape != sample) {
            return make_error(ErrorCode::shape_mismatch, "expected an array of ", sample, ", found ", picture.shape);
        }
        const auto* numbers = reinterpret_cast<const float*>(picture.bytes.data());
        for (std::int64_t i = 0; i < picture.shape.element_count(); ++i) {
            if (std::isfinite(numbers[i])) continue;
            return make_error(ErrorCode::not_finite, "element ", i, ": expected a number, found ",
                              std::isnan(numbers[i]) ? "NaN" : "infinity");
        }
        return session.run(View<const float>(numbers, batch), output);
    }
    if (picture.shape.rank() != 3) {
        return make_error(ErrorCode::shape_mismatch, "expected pixels of [H, W, C], found ", picture.shape);
    }
    if (picture.type == DataType::u8) {
        return session.run_image(View<const std::uint8_t>(picture.bytes.data(), picture.shape), output);
    }
    const auto* pixels = reinterpret_cast<const std::uint16_t*>(picture.bytes.data());
    return session.run_image(View<const std::uint16_t>(pixels, picture.shape), output);
}

/// What the device calls positive: a class whose score is at least the threshold that was chosen on validation data.
struct Positive {
    std::size_t score = 0;
    double threshold = 0.0;
};

/// @param text CLASS=NUMBER, as --threshold takes it.
provenn::Result<Positive> parse_positive(const provenn::Session& session, const char* text) {
    const char* const equals = std::strrchr(text, '=');
    Positive positive;
    if (equals != nullptr) {
        const auto length = static_cast<std::size_t>(equals - text);
        char* end = nullptr;
        positive.threshold = std::strtod(equals + 1, &end);
        const bool is_share = positive.threshold >= 0.0 && positive.threshold <= 1.0 && end != equals + 1 && *end == 0;
        for (; is_share && positive.score < session.class_names().size(); ++positive.score) {
            const char* const name = session.class_names()[positive.score].c_str();
            if (std::strlen(name) == length && std::strncmp(name, text, length) == 0) return positive;
        }
    }
    return provenn::make_error(provenn::ErrorCode::invalid_argument,
                               "--threshold: expected CLASS=NUMBER, a class of the package and a share from 0 to 1");
}

void report_positive(const provenn::Session& session, const Positive& positive, provenn::Span<const float> scores) {
    const bool is_positive = static_cast<double>(scores[positive.score]) >= positive.threshold;
    std::printf("positive    %s (%s: %.9g, threshold %.9g)\n", is_positive ? "yes" : "no",
                session.class_names()[positive.score].c_str(), static_cast<double>(scores[positive.score]),
                positive.threshold);
}

void report(const provenn::Session& session, provenn::Span<const float> scores) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < scores.size(); ++i) best = scores[i] > scores[best] ? i : best;
    const bool has_name = best < session.class_names().size();
    std::printf("class       %zu %s\n", best, has_name ? session.class_names()[best].c_str() : "");
    std::printf("probability %.6f\n", static_cast<double>(scores[best]));
    const provenn::Bytes bits{reinterpret_cast<const std::uint8_t*>(scores.data()), scores.size() * sizeof(float)};
    std::printf("bits        %s\n", provenn::sha256(bits).hex().c_str());
}

}  // namespace

int main(int argument_count, char** arguments) {
    const char *isa = nullptr, *threshold = nullptr;
    int at = 1;
    for (; at + 2 < argument_count && std::strncmp(arguments[at], "--", 2) == 0; at += 2) {
        if (std::strcmp(arguments[at], "--isa") == 0) isa = arguments[at + 1];
        else if (std::strcmp(arguments[at], "--threshold") == 0) threshold = arguments[at + 1];
        else break;
    }
    if (argument_count - at != 2) {
        std::fprintf(stderr, "usage: provenn-device [--isa NAME] [--threshold CLASS=NUMBER] PACKAGE.pvn IMAGE\n"
                             "  IMAGE is a binary PGM or PPM image, or an NPY array of pixels or of network inputs.\n"
                             "  --threshold also says whether the class's probability reaches the number.\n"
                             "  Ends with 0 when it has an answer, 1 when it refuses, 2 when it was called wrongly.\n");
        return kUsage;
    }
    provenn::PlanOptions options;
    if (isa != nullptr) {
        const auto table = provenn::kernels::table_by_name(isa);
        if (!table) return refuse(isa, table.error());
        options.kernels = *table;
    }
    const char* package_path = arguments[argument_count - 2];
    const char* image_path = arguments[argument_count - 1];

    const auto package = device::read_file(package_path);
    if (!package) return refuse(package_path, package.error());
    auto session = provenn::Session::from_package(package->span(), options);
    if (!session) return refuse(package_path, session.error());
    std::printf("package     known answers reproduced by the %s kernels\n", to_string(session->plan().kernels().isa));

    Positive positive;
    if (threshold != nullptr) {
        const auto parsed = parse_positive(*session, threshold);
        if (!parsed) return refuse(threshold, parsed.error());
        positive = *parsed;
    }
    const auto picture = device::read_picture(image_path);
    if (!picture) return refuse(image_path, picture.error());
    const provenn::Shape& classes = session->plan().output_shape(0);
    if (session->plan().output_count() != 1 || classes.rank() != 1) {
        std::fprintf(stderr, "refused: %s: the model does not classify\n", package_path);
        return kRefused;
    }
    auto scores = provenn::Tensor<float>::zeros({1, classes[0]});
    if (!scores) return refuse("memory", scores.error());
    const auto done = run(*session, *picture, scores->view());
    if (!done) return refuse(image_path, done.error());
    if (done->has_non_finite) {
        std::fprintf(stderr, "refused: %s: the result is not a number\n", image_path);
        return kRefused;
    }
    report(*session, scores->span());
    if (threshold != nullptr) report_positive(*session, positive, scores->span());
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        std::fprintf(stderr, "refused: stdout: the answer cannot be written\n");
        return kRefused;
    }
    return kDone;
}
