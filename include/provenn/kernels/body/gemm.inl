// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrix product by the micro-kernel of convolution. Contract in kernels/gemm.hpp.

// Row m of a row-major matrix is a sample of 1 x 1 pixels whose channel blocks lie 16 floats apart, so the matrix is a
// blocked map as it stands. Only the last, ragged block of columns must not be written whole: it goes over the stack.
inline constexpr std::int64_t kGemmTailRows = 56;  // a multiple of most tiles

inline Conv2dArguments gemm_product(const GemmArguments& g, const Conv2dTap& tap, std::int64_t rows, std::int64_t first,
                                    std::int64_t columns) noexcept {
    Conv2dArguments product;
    product.input = {g.a, rows, {1, 1, g.terms}, g.a_row_stride, kLanes, 0};
    product.output = {g.c + first, rows, {1, 1, columns}, g.c_row_stride, kLanes, 0};
    product.panels = {1, g.terms, columns, 1};
    product.weights = g.b + first / kLanes * product.panels.panel_stride();
    product.bias = g.bias == nullptr ? nullptr : g.bias + first;
    product.taps = {&tap, 1};
    product.positions.rows = 1;
    product.positions.columns = 1;
    return product;
}

inline void gemm_tail(const GemmArguments& g, std::int64_t begin, std::int64_t end) noexcept {
    const Conv2dTap tap;
    const std::int64_t columns = g.columns % kLanes, first = g.columns - columns;
    for (std::int64_t chunk = begin; chunk < end; ++chunk) {
        const std::int64_t row = chunk * kGemmTailRows;
        const std::int64_t rows = row + kGemmTailRows < g.rows ? kGemmTailRows : g.rows - row;
        float whole[kGemmTailRows * kLanes];
        Conv2dArguments product = gemm_product(g, tap, rows, first, columns);
        product.input.data += row * g.a_row_stride;
        product.output.data = whole;
        product.output.sample_stride = kLanes;
        conv2d_run(product, serial_executor());
        for (std::int64_t r = 0; r < rows; ++r) {
            for (std::int64_t n = 0; n < columns; ++n) {
                g.c[(row + r) * g.c_row_stride + first + n] = whole[r * kLanes + n];
            }
        }
    }
}

inline void gemm_run(const GemmArguments& g, const Executor& executor) noexcept {
    PROVENN_REQUIRE(g.a_row_stride >= g.terms && g.c_row_stride >= g.columns);
    const Conv2dTap tap;
    const std::int64_t whole = g.columns / kLanes * kLanes;
    if (whole > 0) conv2d_run(gemm_product(g, tap, g.rows, 0, whole), executor);
    if (whole == g.columns) return;
    run_ranges(executor, (g.rows + kGemmTailRows - 1) / kGemmTailRows, kGemmTailRows * g.terms * kLanes / 16, g,
               &gemm_tail);
}
