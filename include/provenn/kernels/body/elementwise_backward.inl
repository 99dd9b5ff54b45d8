// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of joining maps. Contract in kernels/elementwise_backward.hpp.

inline F16 combine_backward_word(const ElementwiseJob& job, MapRow at, std::int64_t w) {
    F16 dy = load(job.gradient.pixel(at.sample, at.block, at.row, w));
    switch (job.kind) {
        case Combine::add: return dy;
        case Combine::subtract: return job.which == 0 ? dy : negate(dy);
        case Combine::average: return div(dy, broadcast(static_cast<float>(job.inputs.size())));
        case Combine::multiply:
            for (std::size_t i = 0; i < job.inputs.size(); ++i) {
                if (i != job.which) dy = mul(dy, spread_word(job.inputs[i], at, w));
            }
            return dy;
        case Combine::maximum:
        case Combine::minimum: break;
    }
    F16 best = spread_word(job.inputs[0], at, w), number = zero();
    for (std::size_t i = 1; i < job.inputs.size(); ++i) {
        const F16 next = spread_word(job.inputs[i], at, w);
        const M16 taken = is_beyond(job.kind, best, next);
        best = select(taken, next, best);
        number = select(taken, broadcast(static_cast<float>(i)), number);
    }
    return select(equal(number, broadcast(static_cast<float>(job.which))), dy, zero());
}
/// One row of an input's gradient; where the input was spread, the sum over what it was spread to.
inline void combine_backward_rows(const ElementwiseJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent &extent = job.output.extent, &whole = job.gradient.extent;
    const bool all_rows = extent.height != whole.height, all_columns = extent.width != whole.width;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        const M16 lanes = channel_lanes(extent, at.block);
        float* dx = job.output.pixel(at.sample, at.block, at.row, 0);
        for (std::int64_t w = 0; w < extent.width; ++w) {
            F16 result;
            if (!all_rows && !all_columns) {
                result = combine_backward_word(job, at, w);
            } else {
                PairwiseTree tree;
                for (std::int64_t h = all_rows ? 0 : at.row; h < (all_rows ? whole.height : at.row + 1); ++h) {
                    F16 sum = zero();
                    for (std::int64_t v = all_columns ? 0 : w; v < (all_columns ? whole.width : w + 1); ++v) {
                        sum = add(sum, combine_backward_word(job, {at.sample, at.block, h}, v));
                    }
                    push_term(tree, sum);
                }
                result = tree_sum(tree);
            }
            store(dx + w * kLanes, select(lanes, result, zero()));
        }
    }
}
inline void elementwise_combine_backward(const Executor& executor, Combine kind, Span<const ConstBlockedMap> inputs,
                                         std::size_t which, const ConstBlockedMap& output_gradient,
                                         const BlockedMap& input_gradient) noexcept {
    PROVENN_REQUIRE(which < inputs.size() && output_gradient.extent.pixels() > 0);
    for (const ConstBlockedMap& input : inputs) {
        PROVENN_REQUIRE(spreads_to(input, output_gradient.samples, output_gradient.extent));
    }
    PROVENN_REQUIRE(input_gradient.samples == output_gradient.samples && inputs[which].extent == input_gradient.extent);
    ElementwiseJob job;
    job.kind = kind;
    job.inputs = inputs;
    job.which = which;
    job.gradient = output_gradient;
    job.output = input_gradient;
    const std::int64_t rows = row_count(input_gradient.samples, input_gradient.extent);
    const std::int64_t work = output_gradient.extent.pixels() / input_gradient.extent.height * kLanes;
    run_ranges(executor, rows, work, job, &combine_backward_rows);
}
