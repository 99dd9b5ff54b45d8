// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The epilogue on sixteen lanes of one output pixel. Contract in kernels/epilogue.hpp.

// What the epilogue needs of one block of output channels.
struct EpilogueBlock {
    F16 bias, scale, shift;
    M16 real_lanes;
    const float* addend;  // of sample 0, pixel (0, 0), or null
    F16 lower, upper;
    bool has_scale, has_tail, is_relu, has_upper;
};

[[gnu::always_inline]] inline EpilogueBlock epilogue_block(const Epilogue& epilogue, const float* bias,
                                                           const MapExtent& extent, std::int64_t block) {
    EpilogueBlock at;
    at.bias = bias == nullptr ? zero() : add(load(bias + block * kLanes), zero());  // -0 counts as +0
    at.has_scale = epilogue.scale != nullptr;
    at.scale = at.has_scale ? load(epilogue.scale + block * kLanes) : zero();
    at.shift = at.has_scale ? load(epilogue.shift + block * kLanes) : zero();
    at.addend = epilogue.addend.data == nullptr ? nullptr : epilogue.addend.data + block * epilogue.addend.block_stride;
    at.is_relu = epilogue.clamp != Clamp::none;
    at.has_upper = epilogue.clamp == Clamp::relu_clipped;
    at.lower = broadcast(epilogue.lower);
    at.upper = broadcast(epilogue.upper);
    const std::int64_t lanes = extent.channels - block * kLanes;
    at.has_tail = lanes < kLanes;
    at.real_lanes = first_lanes(at.has_tail ? static_cast<int>(lanes) : kLanes);
    return at;
}

// `addend` is the offset of this pixel from EpilogueBlock::addend.
[[gnu::always_inline]] inline F16 finish(F16 acc, const EpilogueBlock& at, std::int64_t addend) {
    F16 y = add(acc, at.bias);
    if (at.has_scale) y = fma(y, at.scale, at.shift);
    if (at.addend != nullptr) y = add(y, load(at.addend + addend));
    if (at.is_relu) y = max(at.lower, y);
    if (at.has_upper) y = min(at.upper, y);
    if (at.has_tail) y = select(at.real_lanes, y, zero());
    return y;
}
