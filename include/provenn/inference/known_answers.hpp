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

/// Inputs are counter-based random numbers, never patient data. For each of them the section stores one digest for each
/// output: SHA-256(binding, seed, sample, output, the output's bits), with the binding a digest of the whole model. So
/// an answer holds for one model only: no byte of a model can be exchanged, even one that no output depends on, without
/// running the network anew. A batch of more than one sample is not needed: a sample's bits do not depend on its batch.
/// Section: u32 version, u32 samples, u64 seed, samples * outputs * 32 bytes; all little-endian.
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

/// What one sample is asked under.
struct Question {
    Sha256Digest binding;
    std::uint64_t seed = 1;
    std::uint32_t sample = 0;
};

inline Sha256Digest answer(const Question& question, std::uint32_t output, Span<const float> values) {
    std::uint8_t head[16];
    for (int i = 0; i < 8; ++i) head[i] = static_cast<std::uint8_t>(question.seed >> (8 * i));
    for (int i = 0; i < 4; ++i) head[8 + i] = static_cast<std::uint8_t>(question.sample >> (8 * i));
    for (int i = 0; i < 4; ++i) head[12 + i] = static_cast<std::uint8_t>(output >> (8 * i));
    const Bytes bits{reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)};
    return Sha256().update(question.binding.span()).update(Bytes{head, sizeof head}).update(bits).finish();
}

/// Runs one synthetic sample and hashes each output.
/// @errors not_finite: the payload of a NaN is not promised, so it cannot be a known answer.
inline Result<Array<Sha256Digest>> answers(const Plan& plan, float* arena, const Question& question,
                                           const Executor& executor) {
    Array<Tensor<float>> tensors;
    Array<View<const float>> inputs;
    Array<View<float>> outputs;
    for (std::size_t i = 0; i < plan.input_count(); ++i) {
        PROVENN_ASSIGN(auto input, synthetic_input(plan.input_shape(i), question.seed, static_cast<std::uint32_t>(i),
                                                         question.sample));
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
    if (report->has_non_finite) {
        return make_error(ErrorCode::not_finite, "known answer ", question.sample,
                          ": the network gives NaN or infinity");
    }
    Array<Sha256Digest> digests;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        PROVENN_TRY(digests.push_back(answer(question, static_cast<std::uint32_t>(i), outputs[i].span())));
    }
    return digests;
}

}  // namespace known_answers

/// The section for `encode_package`, for the model as it is now.
/// @errors those of Plan::compile, out_of_memory, not_finite where the network gives NaN for synthetic inputs.
[[nodiscard]] inline Result<Array<std::uint8_t>> make_known_answers(const Model& model, std::uint64_t seed = 1) {
    using namespace known_answers;
    PROVENN_ASSIGN(const Plan plan, Plan::compile(model));
    PROVENN_ASSIGN(const Sha256Digest binding, package::binding(model));
    PROVENN_ASSIGN(auto arena, Array<float>::make(static_cast<std::size_t>(plan.arena_size())));
    Array<std::uint8_t> section;
    ByteWriter writer(section);
    PROVENN_TRY(writer.u32(kSectionVersion));
    PROVENN_TRY(writer.u32(kDefaultSamples));
    PROVENN_TRY(writer.u64(seed));
    for (std::uint32_t sample = 0; sample < kDefaultSamples; ++sample) {
        PROVENN_ASSIGN(const auto digests, answers(plan, arena.data(), {binding, seed, sample}, serial_executor()));
        for (const Sha256Digest& digest : digests) PROVENN_TRY(writer.bytes(digest.span()));
    }
    return section;
}
/// Recomputes the answers. @param binding of the model that the plan was compiled from.
/// @errors self_test_failed names the sample and output; corrupt_data, version_mismatch, not_finite.
[[nodiscard]] inline Status check_known_answers(const Plan& plan, float* arena, Bytes section,
                                                const Sha256Digest& binding, const Executor& executor) {
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
        PROVENN_ASSIGN(const auto digests, answers(plan, arena, {binding, seed, sample}, executor));
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
