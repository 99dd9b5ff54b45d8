// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Group normalisation: the sums of body/chunk_sums.inl for each sample. Contract in kernels/group_norm.hpp.

// The lanes of a chain over the channels of a group, joined.
inline float group_sum(const float* values, std::int64_t size) {
    float lanes[kLanes] = {};
    for (std::int64_t i = 0; i < size; ++i) lanes[i % kLanes] = lanes[i % kLanes] + values[i];
    return join_lanes(load(lanes));
}

// One sample of a map.
inline ConstBlockedMap sample_of(ConstBlockedMap map, std::int64_t sample) {
    if (map.data != nullptr) map.data += sample * map.sample_stride;
    map.samples = 1;
    return map;
}

struct GroupNormJob {
    ConstBlockedMap input;
    ConstBlockedMap gradient;  // backward only
    BlockedMap target;
    const float* mean;
    float* scratch;

    [[nodiscard]] ChunkSums sums(std::int64_t sample) const {
        return {scratch + sample * batch_norm_scratch_size(1, input.extent), batch_norm_chunks(1, input.extent),
                input.extent.blocks()};
    }
    // The sample's part of the work, as a batch of one.
    [[nodiscard]] NormJob sample(std::int64_t index) const {
        BlockedMap to = target;
        if (to.data != nullptr) to.data += index * to.sample_stride;
        to.samples = 1;
        return {sample_of(input, index), sample_of(gradient, index), to, mean + index * input.extent.blocks() * kLanes,
                sums(index)};
    }
};

// Work on each sample: `body` takes the units of one.
struct GroupNormWork {
    const GroupNormJob& job;
    std::int64_t units;  // of a sample
    void (*body)(const NormJob& sample, std::int64_t begin, std::int64_t end) noexcept;
};
inline void group_norm_units(const GroupNormWork& work, std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t unit = begin; unit < end; ++unit) {
        work.body(work.job.sample(unit / work.units), unit % work.units, unit % work.units + 1);
    }
}
inline void group_norm_run(const Executor& executor, const GroupNormWork& work, std::int64_t unit_elements) {
    run_ranges(executor, work.job.input.samples * work.units, unit_elements, work, &group_norm_units);
}

// Sums of the channels of one sample into values, [blocks * 16]: those of the chunks, joined.
inline void join_channels(const ChunkSums& sums, std::int64_t which, float* values) {
    for (std::int64_t block = 0; block < sums.blocks; ++block) {
        join_chunks(sums, block, which, values + block * kLanes);
    }
}

// For each channel of a sample the mean of its group's sums, in place; +0 beyond the last channel.
inline void group_means(const MapExtent& extent, std::int64_t groups, float* values) {
    const std::int64_t size = extent.channels / groups;
    const auto count = static_cast<float>(extent.pixels() * size);
    for (std::int64_t first = 0; first < extent.channels; first += size) {
        const float mean = group_sum(values + first, size) / count;
        for (std::int64_t c = first; c < first + size; ++c) values[c] = mean;
    }
    for (std::int64_t c = extent.channels; c < extent.blocks() * kLanes; ++c) values[c] = 0.0f;
}

// Takes the variances in `inverse` to 1 / sqrt(variance + epsilon), and writes the words of the normalisation.
inline void group_norm_coefficients(const GroupNormForward& to, const ChunkSums& sums, const float* mean,
                                    float* inverse) {
    for (std::int64_t c = 0; c < sums.blocks * kLanes; ++c) {
        float scale = 0.0f, beta = 0.0f;
        if (c < to.input.extent.channels) {
            const double wide = batch_norm_inverse(static_cast<double>(inverse[c]), static_cast<double>(to.epsilon));
            inverse[c] = static_cast<float>(wide);
            scale = static_cast<float>(static_cast<double>(to.gamma[c]) * wide);
            beta = to.beta[c];
        }
        coefficients(sums, c / kLanes, 0)[c % kLanes] = mean[c];
        coefficients(sums, c / kLanes, 1)[c % kLanes] = scale;
        coefficients(sums, c / kLanes, 2)[c % kLanes] = beta;
    }
}

inline void group_norm_forward(const Executor& executor, const GroupNormForward& arguments) noexcept {
    const FpEnvironmentScope environment;
    const ConstBlockedMap& input = arguments.input;
    const MapExtent& extent = input.extent;
    PROVENN_REQUIRE(input.samples == arguments.output.samples && extent == arguments.output.extent);
    PROVENN_REQUIRE(extent.pixels() >= 1 && arguments.groups >= 1 && extent.channels % arguments.groups == 0);
    const std::int64_t lanes = extent.blocks() * kLanes;
    const std::int64_t chunks = extent.blocks() * batch_norm_chunks(1, extent);
    const std::int64_t chunk_elements = batch_norm_chunk_rows(extent.width) * extent.width * kLanes;
    const GroupNormJob job{input, {}, arguments.output, arguments.mean, arguments.scratch};
    group_norm_run(executor, {job, chunks, &sum_chunks}, chunk_elements);
    for (std::int64_t n = 0; n < input.samples; ++n) {
        join_channels(job.sums(n), 0, arguments.mean + n * lanes);
        group_means(extent, arguments.groups, arguments.mean + n * lanes);
    }
    group_norm_run(executor, {job, chunks, &chunk_square_sums}, chunk_elements);
    for (std::int64_t n = 0; n < input.samples; ++n) {
        float* inverse = arguments.inverse + n * lanes;
        join_channels(job.sums(n), 0, inverse);
        group_means(extent, arguments.groups, inverse);
        group_norm_coefficients(arguments, job.sums(n), arguments.mean + n * lanes, inverse);
    }
    group_norm_run(executor, {job, extent.blocks() * extent.height, &normalise_rows<Activation::linear>},
                   extent.width * kLanes);
}
