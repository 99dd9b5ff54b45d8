// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of batch normalisation, with the sums of body/batch_norm.inl. Contract in kernels/batch_norm_backward.hpp.

// The gradient of a normalised word from that of what the activation made of it.
template <Activation Kind>
[[gnu::always_inline]] inline F16 joined_gradient(const ActivationConfig& config, F16 value, F16 gradient) {
    if constexpr (Kind == Activation::linear) return gradient;
    const F16 one = broadcast(1.0f);
    F16 slope = select(less(zero(), value), one, zero());
    if constexpr (Kind == Activation::relu_general) {
        const F16 above = config.has_upper ? select(less(value, broadcast(config.upper)), one, zero()) : one;
        slope = select(less_equal(value, zero()), broadcast(config.alpha), above);
    }
    return mul(gradient, keep_nan(value, slope));
}
// Scale and beta of a block, where there is an activation to go through.
struct BatchNormAffine {
    F16 scale, beta;
};
template <Activation Kind>
[[gnu::always_inline]] inline BatchNormAffine batch_norm_affine(const NormJob& job, std::int64_t block) {
    if constexpr (Kind == Activation::linear) return {zero(), zero()};
    const std::int64_t channels = job.input.extent.channels;
    return {load_channels(job.scale, block, channels),
            job.beta == nullptr ? zero() : load_channels(job.beta, block, channels)};
}

// Partial sums of dy and of dy * (x - mean).
template <Activation Kind>
inline void batch_norm_gradient_sums(const NormJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.input.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t block = unit / job.scratch.chunks, chunk = unit % job.scratch.chunks;
        const RowRange rows = rows_of_chunk(job.input, chunk);
        const F16 mean = load_channels(job.mean, block, extent.channels);
        const BatchNormAffine affine = batch_norm_affine<Kind>(job, block);
        F16 sum = zero(), products = zero();
        for (std::int64_t row = rows.first; row < rows.last; ++row) {
            const float* x = job.input.pixel(row / extent.height, block, row % extent.height, 0);
            const float* dy = job.gradient.pixel(row / extent.height, block, row % extent.height, 0);
            for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) {
                const F16 deviation = sub(load(x + i), mean);
                const F16 value = fma(deviation, affine.scale, affine.beta);
                const F16 gradient = joined_gradient<Kind>(job.activation, value, load(dy + i));
                sum = add(sum, gradient);
                products = fma(gradient, deviation, products);
            }
        }
        store(partial_sum(job.scratch, block, 0, chunk), sum);
        store(partial_sum(job.scratch, block, 1, chunk), products);
    }
}

template <Activation Kind>
inline void batch_norm_training_rows(const NormJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.input.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / extent.height, row = unit % extent.height;
        const std::int64_t sample = plane / extent.blocks(), block = plane % extent.blocks();
        const F16 mean = load(coefficients(job.scratch, block, 0));
        const F16 of_gradient = load(coefficients(job.scratch, block, 1));
        const F16 of_deviation = load(coefficients(job.scratch, block, 2));
        const F16 constant = load(coefficients(job.scratch, block, 3));
        const BatchNormAffine affine = batch_norm_affine<Kind>(job, block);
        const float* x = job.input.pixel(sample, block, row, 0);
        const float* dy = job.gradient.pixel(sample, block, row, 0);
        float* dx = job.target.pixel(sample, block, row, 0);
        for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) {
            const F16 deviation = sub(load(x + i), mean);
            const F16 value = fma(deviation, affine.scale, affine.beta);
            const F16 gradient = joined_gradient<Kind>(job.activation, value, load(dy + i));
            store(dx + i, fma(gradient, of_gradient, fma(deviation, of_deviation, constant)));
        }
    }
}

// `mean` of the job is the frozen scale here.
inline void batch_norm_frozen_rows(const NormJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.gradient.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / extent.height, row = unit % extent.height;
        const std::int64_t sample = plane / extent.blocks(), block = plane % extent.blocks();
        const F16 scale = load_channels(job.mean, block, extent.channels);
        const float* dy = job.gradient.pixel(sample, block, row, 0);
        float* dx = job.target.pixel(sample, block, row, 0);
        for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) store(dx + i, mul(load(dy + i), scale));
    }
}

struct BatchNormAffineGradients {
    const float* inverse;
    float* gamma;
    float* beta;
};
// Sums for gamma and beta; coefficients 1 and 2 hold sum(dy) and sum(dy * (x - mean)) afterwards.
inline void batch_norm_affine_gradients(const Executor& executor, const NormJob& job,
                                        const BatchNormAffineGradients& wanted) {
    const MapExtent& extent = job.input.extent;
    const ChunkSums& scratch = job.scratch;
    const std::int64_t chunk_elements = batch_norm_chunk_rows(extent.width) * extent.width * kLanes * 2;
    const Activation kind = job.activation.kind;
    run_ranges(executor, scratch.blocks * scratch.chunks, chunk_elements, job,
               kind == Activation::linear ? &batch_norm_gradient_sums<Activation::linear>
               : kind == Activation::relu ? &batch_norm_gradient_sums<Activation::relu>
                                          : &batch_norm_gradient_sums<Activation::relu_general>);
    for (std::int64_t block = 0; block < scratch.blocks; ++block) {
        float* sums = coefficients(scratch, block, 1);
        float* products = coefficients(scratch, block, 2);
        join_chunks(scratch, block, 0, sums);
        join_chunks(scratch, block, 1, products);
        for (std::int64_t lane = 0; lane < kLanes && block * kLanes + lane < extent.channels; ++lane) {
            const std::int64_t c = block * kLanes + lane;
            if (wanted.beta != nullptr) wanted.beta[c] = sums[lane];
            if (wanted.gamma != nullptr) wanted.gamma[c] = mul_rounded(products[lane], wanted.inverse[c]);
        }
    }
}

inline void batch_norm_slope_coefficients(const BatchNormBackward& arguments, const ChunkSums& scratch) {
    const MapExtent& extent = arguments.input.extent;
    const auto pixels = static_cast<double>(arguments.input.samples * extent.pixels());
    for (std::int64_t c = 0; c < scratch.blocks * kLanes; ++c) {
        float* words[4];
        for (std::int64_t i = 0; i < 4; ++i) words[i] = coefficients(scratch, c / kLanes, i) + c % kLanes;
        if (c >= extent.channels) {
            for (float* word : words) *word = 0.0f;
            continue;
        }
        const double gamma = arguments.gamma == nullptr ? 1.0 : static_cast<double>(arguments.gamma[c]);
        const BatchNormSlopes<double> slopes =
            batch_norm_slopes(gamma, static_cast<double>(arguments.inverse[c]), static_cast<double>(*words[1]),
                              static_cast<double>(*words[2]), pixels);
        *words[0] = arguments.mean[c];
        *words[1] = static_cast<float>(slopes.of_gradient);
        *words[2] = static_cast<float>(slopes.of_deviation);
        *words[3] = static_cast<float>(slopes.constant);
    }
}

inline void batch_norm_training_backward(const Executor& executor, const BatchNormBackward& arguments) noexcept {
    const FpEnvironmentScope environment;
    const ConstBlockedMap& input = arguments.input;
    const MapExtent& extent = input.extent;
    PROVENN_REQUIRE(input.samples == arguments.output_gradient.samples && extent == arguments.output_gradient.extent);
    PROVENN_REQUIRE(input.samples * extent.pixels() >= 1);
    const ChunkSums scratch = chunk_sums(arguments.scratch, input);
    const Activation kind = arguments.activation.kind;
    PROVENN_REQUIRE(joins_batch_norm(arguments.activation));
    PROVENN_REQUIRE(kind == Activation::linear || arguments.scale != nullptr);
    const NormJob job{input, arguments.output_gradient, arguments.input_gradient, arguments.mean, scratch,
                      arguments.activation, arguments.scale, arguments.beta};
    batch_norm_affine_gradients(executor, job, {arguments.inverse, arguments.gamma_gradient, arguments.beta_gradient});
    if (arguments.input_gradient.data == nullptr) return;
    PROVENN_REQUIRE(input.samples == arguments.input_gradient.samples && extent == arguments.input_gradient.extent);
    batch_norm_slope_coefficients(arguments, scratch);
    run_ranges(executor, input.samples * extent.blocks() * extent.height, extent.width * kLanes * 2, job,
               kind == Activation::linear ? &batch_norm_training_rows<Activation::linear>
               : kind == Activation::relu ? &batch_norm_training_rows<Activation::relu>
                                          : &batch_norm_training_rows<Activation::relu_general>);
}

inline void batch_norm_frozen_backward(const Executor& executor, const BatchNormFrozenBackward& arguments) noexcept {
    const FpEnvironmentScope environment;
    const ConstBlockedMap& gradient = arguments.output_gradient;
    const MapExtent& extent = gradient.extent;
    if (arguments.gamma_gradient != nullptr || arguments.beta_gradient != nullptr) {
        PROVENN_REQUIRE(gradient.samples == arguments.input.samples && extent == arguments.input.extent);
        PROVENN_REQUIRE(gradient.samples * extent.pixels() >= 1);
        const ChunkSums scratch = chunk_sums(arguments.scratch, gradient);
        batch_norm_affine_gradients(executor, {arguments.input, gradient, {}, arguments.mean, scratch},
                                    {arguments.inverse, arguments.gamma_gradient, arguments.beta_gradient});
    }
    if (arguments.input_gradient.data == nullptr) return;
    PROVENN_REQUIRE(gradient.samples == arguments.input_gradient.samples && extent == arguments.input_gradient.extent);
    run_ranges(executor, gradient.samples * extent.blocks() * extent.height, extent.width * kLanes,
               NormJob{{}, gradient, arguments.input_gradient, arguments.scale, {}}, &batch_norm_frozen_rows);
}
