// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of group normalisation, with the sums of body/batch_norm_backward.inl for each sample. Contract in
// kernels/group_norm_backward.hpp.

// After the sums: the gradients of gamma and beta. `which` as in batch_norm_gradient_sums.
inline void group_norm_affine_gradient(const GroupNormBackward& to, const GroupNormJob& job, std::int64_t which,
                                       float* wanted) {
    const MapExtent& extent = to.input.extent;
    for (std::int64_t block = 0; wanted != nullptr && block < extent.blocks(); ++block) {
        PairwiseTree tree;
        float word[kLanes];
        for (std::int64_t n = 0; n < to.input.samples; ++n) {
            join_chunks(job.sums(n), block, which, word);
            const F16 inverse = load(to.inverse + (n * extent.blocks() + block) * kLanes);
            push_term(tree, which == 0 ? load(word) : mul(load(word), inverse));
        }
        store(word, tree_sum(tree));
        for (std::int64_t lane = 0; lane < kLanes && block * kLanes + lane < extent.channels; ++lane) {
            wanted[block * kLanes + lane] = word[lane];
        }
    }
}

// The words of batch_norm_training_rows for one sample: mean, of_gradient, of_deviation, constant; +0 beyond C.
inline void group_norm_slope_coefficients(const GroupNormBackward& to, const ChunkSums& sums, std::int64_t sample) {
    const MapExtent& extent = to.input.extent;
    const std::int64_t size = extent.channels / to.groups, lanes = extent.blocks() * kLanes;
    const auto count = static_cast<double>(extent.pixels() * size);
    const auto word = [&sums](std::int64_t c, std::int64_t which) {
        return coefficients(sums, c / kLanes, which) + c % kLanes;
    };
    for (std::int64_t block = 0; block < sums.blocks; ++block) {
        join_chunks(sums, block, 0, coefficients(sums, block, 2));
        join_chunks(sums, block, 1, coefficients(sums, block, 3));
    }
    // The joined sums are weighted into the first partial sums, which nobody needs any more: contiguous, [blocks * 16].
    float* weighted = sums.data;
    for (std::int64_t which = 2; which < 4; ++which) {
        for (std::int64_t c = 0; c < extent.channels; ++c) weighted[c] = mul_rounded(to.gamma[c], *word(c, which));
        for (std::int64_t first = 0; first < extent.channels; first += size) {
            const float sum = group_sum(weighted + first, size);
            for (std::int64_t c = first; c < first + size; ++c) *word(c, which) = sum;
        }
    }
    for (std::int64_t c = 0; c < lanes; ++c) {
        if (c >= extent.channels) {
            for (std::int64_t which = 0; which < 4; ++which) *word(c, which) = 0.0f;
            continue;
        }
        const auto inverse = static_cast<double>(to.inverse[sample * lanes + c]);
        const BatchNormSlopes<double> slopes =
            batch_norm_slopes(1.0, inverse, static_cast<double>(*word(c, 2)), static_cast<double>(*word(c, 3)), count);
        *word(c, 0) = to.mean[sample * lanes + c];
        *word(c, 1) = static_cast<float>(static_cast<double>(to.gamma[c]) * inverse);
        *word(c, 2) = static_cast<float>(slopes.of_deviation);
        *word(c, 3) = static_cast<float>(slopes.constant);
    }
}

inline void group_norm_backward(const Executor& executor, const GroupNormBackward& arguments) noexcept {
    const FpEnvironmentScope environment;
    const ConstBlockedMap& input = arguments.input;
    const MapExtent& extent = input.extent;
    PROVENN_REQUIRE(input.samples == arguments.output_gradient.samples && extent == arguments.output_gradient.extent);
    PROVENN_REQUIRE(input.samples * extent.pixels() >= 1 && arguments.groups >= 1);
    PROVENN_REQUIRE(extent.channels % arguments.groups == 0);
    const GroupNormJob job{input, arguments.output_gradient, arguments.input_gradient, arguments.mean,
                           arguments.scratch};
    group_norm_run(executor,
                   {job, extent.blocks() * batch_norm_chunks(1, extent), &batch_norm_gradient_sums<Activation::linear>},
                   batch_norm_chunk_rows(extent.width) * extent.width * kLanes * 2);
    group_norm_affine_gradient(arguments, job, 0, arguments.beta_gradient);
    group_norm_affine_gradient(arguments, job, 1, arguments.gamma_gradient);
    if (arguments.input_gradient.data == nullptr) return;
    PROVENN_REQUIRE(input.samples == arguments.input_gradient.samples && extent == arguments.input_gradient.extent);
    for (std::int64_t n = 0; n < input.samples; ++n) group_norm_slope_coefficients(arguments, job.sums(n), n);
    group_norm_run(executor, {job, extent.blocks() * extent.height, &batch_norm_training_rows<Activation::linear>},
                   extent.width * kLanes * 2);
}
