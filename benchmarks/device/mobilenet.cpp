// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small device program whose size is measured: a package from a file, one input of its shape, the most likely class.
//
//   mobilenet PACKAGE.pvn INPUT.f32
#include <cstdio>

#include "provenn/inference/session.hpp"

namespace {

using namespace provenn;

Result<Array<std::uint8_t>> read_file(const char* path) {
    std::FILE* const file = std::fopen(path, "rb");
    if (file == nullptr) return make_error(ErrorCode::io_failed, path, ": cannot be opened");
    Array<std::uint8_t> bytes;
    Status read;
    std::uint8_t part[4096];
    for (std::size_t count = sizeof part; read && count == sizeof part;) {
        count = std::fread(part, 1, sizeof part, file);
        read = bytes.append({part, count});
    }
    std::fclose(file);
    if (!read) return read.error();
    return bytes;
}

Result<std::int64_t> classify(const char* package_path, const char* input_path) {
    PROVENN_ASSIGN(const auto package, read_file(package_path));
    PlanOptions options;
    options.kernels = kernels::find_table(kernels::Isa::avx2);
    if (options.kernels == nullptr) return make_error(ErrorCode::isa_unavailable, "this program needs AVX2");
    PROVENN_ASSIGN(Session session, Session::from_package(package.span(), options));
    PROVENN_ASSIGN(const auto numbers, read_file(input_path));
    const Shape &image = session.plan().input_shape(0), &classes = session.plan().output_shape(0);
    if (image.rank() != 3 || classes.rank() != 1 ||
        numbers.size() != static_cast<std::size_t>(image.element_count()) * sizeof(float)) {
        return make_error(ErrorCode::shape_mismatch, input_path, ": expected ", image, " floats");
    }
    PROVENN_ASSIGN(auto input, Tensor<float>::zeros({1, image[0], image[1], image[2]}));
    std::memcpy(input.data(), numbers.data(), numbers.size());
    PROVENN_ASSIGN(auto scores, Tensor<float>::zeros({1, classes[0]}));
    PROVENN_ASSIGN(const RunReport report, session.run(input.view(), scores.view()));
    if (report.has_non_finite) return make_error(ErrorCode::not_finite, input_path, ": the result is not a number");
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < classes[0]; ++i) best = scores.data()[i] > scores.data()[best] ? i : best;
    return best;
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 3) return 2;
    const auto found = classify(arguments[1], arguments[2]);
    if (!found) {
        std::fprintf(stderr, "refused: %s: %s\n", to_string(found.error().code), found.error().message.c_str());
        return 1;
    }
    std::printf("class %lld\n", static_cast<long long>(*found));
    return 0;
}
