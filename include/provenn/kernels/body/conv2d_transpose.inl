// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposed convolution as one convolution for each pair of residues. Contract in kernels/conv2d_transpose.hpp.

inline void conv2d_transpose_run(const Conv2dTransposeArguments& a, const Executor& executor) noexcept {
    PROVENN_REQUIRE(static_cast<std::int64_t>(a.taps.size()) == a.geometry.taps());
    Conv2dArguments run;
    run.input = a.input;
    run.output = a.output;
    run.panels = transpose_panel_shape(a.geometry, a.output.extent.channels, a.input.extent.channels);
    run.weights = a.weights;
    run.bias = a.bias;
    run.epilogue = a.epilogue;
    const Conv2dTap* tap = a.taps.data();
    for (std::int64_t i = 0; i < a.geometry.stride_h; ++i) {
        const ConvResidue rows = conv_residue(conv_rows(a.geometry), a.output.extent.height, i);
        for (std::int64_t j = 0; j < a.geometry.stride_w; ++j) {
            const ConvResidue columns = conv_residue(conv_columns(a.geometry), a.output.extent.width, j);
            run.taps = {tap, static_cast<std::size_t>(rows.taps * columns.taps)};
            tap += rows.taps * columns.taps;
            if (rows.count == 0 || columns.count == 0) continue;
            run.positions = {rows.count,    columns.count,       1, 1, rows.first, columns.first, a.geometry.stride_h,
                             a.geometry.stride_w};
            conv2d_run(run, executor);
        }
    }
}
