// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program on the device: it knows nothing of training. Loads a package, proves it, classifies one image.
#include <cmath>
#include <cstdio>
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
    const bool has_isa = argument_count == 5 && std::strcmp(arguments[1], "--isa") == 0;
    if (argument_count != 3 && !has_isa) {
        std::fprintf(stderr, "usage: provenn-device [--isa NAME] PACKAGE.pvn IMAGE\n"
                             "  IMAGE is a binary PGM or PPM image, or an NPY array of pixels or of network inputs.\n"
                             "  Ends with 0 when it has an answer, 1 when it refuses, 2 when it was called wrongly.\n");
        return kUsage;
    }
    provenn::PlanOptions options;
    if (has_isa) {
        const auto table = provenn::kernels::table_by_name(arguments[2]);
        if (!table) return refuse(arguments[2], table.error());
        options.kernels = *table;
    }
    const char* package_path = arguments[argument_count - 2];
    const char* image_path = arguments[argument_count - 1];

    const auto package = device::read_file(package_path);
    if (!package) return refuse(package_path, package.error());
    auto session = provenn::Session::from_package(package->span(), options);
    if (!session) return refuse(package_path, session.error());
    std::printf("package     known answers reproduced by the %s kernels\n", to_string(session->plan().kernels().isa));

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
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        std::fprintf(stderr, "refused: stdout: the answer cannot be written\n");
        return kRefused;
    }
    return kDone;
}
