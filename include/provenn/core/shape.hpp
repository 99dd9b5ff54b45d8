// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes: up to eight extents, slowest axis first, as stored.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Extents of an array, slowest axis first: an image batch is [N, H, W, C]. Rank 0 is a scalar.
class Shape {
  public:
    static constexpr int kMaxRank = 8;
    /// Upper limit of the element count: every byte offset stays far from overflow.
    static constexpr std::int64_t kMaxElements = std::int64_t{1} << 46;

    Shape() = default;
    /// @requires at most kMaxRank extents.
    Shape(std::initializer_list<std::int64_t> extents) {
        PROVENN_REQUIRE(extents.size() <= static_cast<std::size_t>(kMaxRank));
        for (const std::int64_t extent : extents) extents_[rank_++] = extent;
    }

    [[nodiscard]] int rank() const { return rank_; }
    /// @requires 0 <= axis < rank().
    [[nodiscard]] std::int64_t operator[](int axis) const {
        PROVENN_REQUIRE(axis >= 0 && axis < rank_);
        return extents_[axis];
    }
    void set(int axis, std::int64_t extent) {
        PROVENN_REQUIRE(axis >= 0 && axis < rank_);
        extents_[axis] = extent;
    }
    /// The slowest axis is the first, the fastest (channels, for activations) the last.
    [[nodiscard]] std::int64_t last() const { return (*this)[rank_ - 1]; }
    /// @requires rank() < kMaxRank.
    void push_back(std::int64_t extent) {
        PROVENN_REQUIRE(rank_ < kMaxRank);
        extents_[rank_++] = extent;
    }

    /// Product of the extents. @requires is_valid().
    [[nodiscard]] std::int64_t element_count() const {
        std::int64_t count = 1;
        for (int axis = 0; axis < rank_; ++axis) count *= extents_[axis];
        return count;
    }

    /// All extents are non-negative and their product is at most kMaxElements.
    [[nodiscard]] bool is_valid() const {
        std::int64_t count = 1;
        bool empty = false;
        for (int axis = 0; axis < rank_; ++axis) {
            if (extents_[axis] < 0 || extents_[axis] > kMaxElements) return false;
            if (extents_[axis] == 0) {
                empty = true;
            } else {
                if (count > kMaxElements / extents_[axis]) return false;
                count *= extents_[axis];
            }
        }
        return empty || count <= kMaxElements;
    }

    friend bool operator==(const Shape& a, const Shape& b) {
        if (a.rank_ != b.rank_) return false;
        for (int axis = 0; axis < a.rank_; ++axis) {
            if (a.extents_[axis] != b.extents_[axis]) return false;
        }
        return true;
    }
    friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }

    /// Writes `[3, 3, 64, 128]`.
    template <class Text>
    void append_to(Text& text) const {
        text.append('[');
        for (int axis = 0; axis < rank_; ++axis) {
            if (axis > 0) text.append(", ");
            text.append(extents_[axis]);
        }
        text.append(']');
    }

  private:
    int rank_ = 0;
    std::int64_t extents_[kMaxRank] = {};
};

}  // namespace PROVENN_ABI
}  // namespace provenn
