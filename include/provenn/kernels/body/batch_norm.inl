// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Batch normalisation in training, with the sums of body/chunk_sums.inl. Contract in kernels/batch_norm.hpp.

// Divides the joined sums by the number of pixels. @ensures values[c] is written for c < C.
inline void batch_norm_means(const ChunkSums& scratch, const ConstBlockedMap& map, float* values) {
    const F16 pixels = broadcast(static_cast<float>(map.samples * map.extent.pixels()));
    for (std::int64_t block = 0; block < scratch.blocks; ++block) {
        float word[kLanes];
        join_chunks(scratch, block, 0, word);
        store(word, div(load(word), pixels));
        for (std::int64_t lane = 0; lane < kLanes && block * kLanes + lane < map.extent.channels; ++lane) {
            values[block * kLanes + lane] = word[lane];
        }
    }
}

// Writes inverse[c] and the coefficients of the normalisation, +0 beyond C.
inline void batch_norm_coefficients(const BatchNormForward& arguments, const ChunkSums& scratch) {
    for (std::int64_t c = 0; c < scratch.blocks * kLanes; ++c) {
        float mean = 0.0f, scale = 0.0f, beta = 0.0f;
        if (c < arguments.input.extent.channels) {
            const double inverse =
                batch_norm_inverse(static_cast<double>(arguments.variance[c]), static_cast<double>(arguments.epsilon));
            const double gamma = arguments.gamma == nullptr ? 1.0 : static_cast<double>(arguments.gamma[c]);
            arguments.inverse[c] = static_cast<float>(inverse);
            mean = arguments.mean[c];
            scale = static_cast<float>(gamma * inverse);
            if (arguments.scale != nullptr) arguments.scale[c] = scale;
            beta = arguments.beta == nullptr ? 0.0f : arguments.beta[c];
        }
        coefficients(scratch, c / kLanes, 0)[c % kLanes] = mean;
        coefficients(scratch, c / kLanes, 1)[c % kLanes] = scale;
        coefficients(scratch, c / kLanes, 2)[c % kLanes] = beta;
    }
}

inline void batch_norm_forward(const Executor& executor, const BatchNormForward& arguments) noexcept {
    const FpEnvironmentScope environment;
    const ConstBlockedMap& input = arguments.input;
    const MapExtent& extent = input.extent;
    PROVENN_REQUIRE(input.samples == arguments.output.samples && extent == arguments.output.extent);
    PROVENN_REQUIRE(input.samples * extent.pixels() >= 1);
    const ChunkSums scratch = chunk_sums(arguments.scratch, input);
    PROVENN_REQUIRE(joins_batch_norm(arguments.activation));
    const Activation kind = arguments.activation.kind;
    const NormJob job{input, {}, arguments.output, arguments.mean, scratch, arguments.activation};
    const std::int64_t chunk_elements = batch_norm_chunk_rows(extent.width) * extent.width * kLanes;
    run_ranges(executor, scratch.blocks * scratch.chunks, chunk_elements, job, &sum_chunks);
    batch_norm_means(scratch, input, arguments.mean);
    run_ranges(executor, scratch.blocks * scratch.chunks, chunk_elements, job, &chunk_square_sums);
    batch_norm_means(scratch, input, arguments.variance);
    batch_norm_coefficients(arguments, scratch);
    run_ranges(executor, input.samples * extent.blocks() * extent.height, extent.width * kLanes, job,
               kind == Activation::linear ? &normalise_rows<Activation::linear>
               : kind == Activation::relu ? &normalise_rows<Activation::relu>
                                          : &normalise_rows<Activation::relu_general>);
}
