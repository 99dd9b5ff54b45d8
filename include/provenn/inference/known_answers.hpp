// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Known answers: outputs for synthetic inputs, stored in a package and recomputed before it may be used.
#pragma once

#include <utility>

#include "provenn/core/philox.hpp"
#include "provenn/core/sha256.hpp"
#include "provenn/inference/plan.hpp"
#include "provenn/model/package.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Inputs are counter-based random numbers, never patient data. For each of them the section stores the SHA-256 of every
/// output's bits; a batch of more than one sample is not needed because a sample's bits do not depend on its batch.
namespace known_answers {

inline constexpr std::uint32_t kSectionVersion = 1, kMostSamples = 64, kDefaultSamples = 2;

/// Synthetic input number `sample`: uniform in [-1, 1), the same everywhere.
inline Result<Tensor<float>> synthetic_input(const Shape& shape, std::uint64_t seed, std::uint32_t input,
                                             std::uint64_t sample) {
    Shape batch{1};
    for (int axis = 0; axis < shape.rank(); ++axis) batch.push_back(shape[axis]);
    PROVENN_ASSIGN(auto tensor, Tensor<float>::zeros(batch));
    RandomStream random({seed, RandomPurpose::known_answer, input, 0, sample});
    for (float& value : tensor.span()) value = provenn::fma(random.uniform(), 2.0f, -1.0f);
    return tensor;
}

/// Runs one synthetic sample and hashes each output.
inline Result<Array<Sha256Digest>> answers(const Plan& plan, float* arena, std::uint64_t seed, std::uint64_t sample,
                                           const Executor& executor) {
    Array<Tensor<float>> tensors;
    Array<View<const float>> inputs;
    Array<View<float>> outputs;
    for (std::size_t i = 0; i < plan.input_count(); ++i) {
        PROVENN_ASSIGN(auto input, synthetic_input(plan.input_shape(i), seed, static_cast<std::uint32_t>(i), sample));
        PROVENN_TRY(tensors.push_back(std::move(input)));
        PROVENN_TRY(inputs.push_back(tensors.back().view()));
    }
    for (std::size_t i = 0; i < plan.output_count(); ++i) {
        Shape shape{1};
        for (int axis = 0; axis < plan.output_shape(i).rank(); ++axis) shape.push_back(plan.output_shape(i)[axis]);
        PROVENN_ASSIGN(auto output, Tensor<float>::zeros(shape));
        PROVENN_TRY(tensors.push_back(std::move(output)));
        PROVENN_TRY(outputs.push_back(tensors.back().view()));
    }
    const auto report = plan.run(inputs.span(), outputs.span(), arena, executor);
    if (!report) return report.error();
    Array<Sha256Digest> digests;
    for (const View<float>& output : outputs) {
        const Span<float> values = output.span();
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
        PROVENN_TRY(digests.push_back(sha256(Bytes{bytes, values.size() * sizeof(float)})));
    }
    return digests;
}

}  // namespace known_answers

/// The section for `encode_package`. @errors those of Plan::compile and out_of_memory.
[[nodiscard]] inline Result<Array<std::uint8_t>> make_known_answers(const Model& model, std::uint64_t seed = 1) {
    using namespace known_answers;
    PROVENN_ASSIGN(const Plan plan, Plan::compile(model));
    PROVENN_ASSIGN(auto arena, Array<float>::make(static_cast<std::size_t>(plan.arena_size())));
    Array<std::uint8_t> section;
    ByteWriter writer(section);
    PROVENN_TRY(writer.u32(kSectionVersion));
    PROVENN_TRY(writer.u32(kDefaultSamples));
    PROVENN_TRY(writer.u64(seed));
    for (std::uint64_t sample = 0; sample < kDefaultSamples; ++sample) {
        PROVENN_ASSIGN(const auto digests, answers(plan, arena.data(), seed, sample, serial_executor()));
        for (const Sha256Digest& digest : digests) PROVENN_TRY(writer.bytes(digest.span()));
    }
    return section;
}

/// Recomputes the answers. @errors self_test_failed names the sample and output; corrupt_data, version_mismatch.
[[nodiscard]] inline Status check_known_answers(const Plan& plan, float* arena, Bytes section,
                                                const Executor& executor) {
    using namespace known_answers;
    ByteReader reader(section, "known answers");
    PROVENN_ASSIGN(const std::uint32_t version, reader.u32());
    PROVENN_ASSIGN(const std::uint32_t samples, reader.u32());
    PROVENN_ASSIGN(const std::uint64_t seed, reader.u64());
    if (version != kSectionVersion) {
        return make_error(ErrorCode::version_mismatch, "known answers: expected version ", kSectionVersion,
                          ", found ", version);
    }
    if (samples < 1 || samples > kMostSamples) {
        return make_error(ErrorCode::corrupt_data, "known answers: ", samples, " samples");
    }
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        PROVENN_ASSIGN(const auto digests, answers(plan, arena, seed, sample, executor));
        for (std::size_t output = 0; output < digests.size(); ++output) {
            PROVENN_ASSIGN(const Bytes stored, reader.bytes(sizeof(Sha256Digest::bytes)));
            if (std::memcmp(stored.data(), digests[output].bytes, stored.size()) != 0) {
                return make_error(ErrorCode::self_test_failed, "known answer ", sample, ", output ", output,
                                  " was not reproduced by the ", to_string(plan.kernels().isa), " kernels");
            }
        }
    }
    return reader.expect_end();
}

}  // namespace PROVENN_ABI
}  // namespace provenn
