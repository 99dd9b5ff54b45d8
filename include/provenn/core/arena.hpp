// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arena: one aligned block of a size known beforehand, handed out from its start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "provenn/core/array.hpp"
#include "provenn/core/memory.hpp"
#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A block aligned to `kAlignment_bytes`, owned: runs of elements are taken in order, given back all at once.
/// @req REQ-CORE-005
class Arena {
  public:
    Arena() = default;
    Arena(Arena&& other) noexcept
        : block_(other.block_), capacity_bytes_(other.capacity_bytes_), used_bytes_(other.used_bytes_) {
        other.forget();
    }
    Arena& operator=(Arena&& other) noexcept {
        if (this != &other) {
            memory::release(block_, capacity_bytes_);
            block_ = other.block_;
            capacity_bytes_ = other.capacity_bytes_;
            used_bytes_ = other.used_bytes_;
            other.forget();
        }
        return *this;
    }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena() { memory::release(block_, capacity_bytes_); }

    /// Bytes that `count` elements of `element_bytes` take from an arena, with their padding to the alignment.
    /// @requires the product is below 2^62.
    [[nodiscard]] static constexpr std::size_t size_bytes(std::size_t count, std::size_t element_bytes) {
        return (count * element_bytes + kAlignment_bytes - 1) / kAlignment_bytes * kAlignment_bytes;
    }

    /// An arena of at least `capacity_bytes`. @errors out_of_memory.
    static Result<Arena> make(std::size_t capacity_bytes) {
        Arena arena;
        if (capacity_bytes == 0) return arena;
        if (capacity_bytes > static_cast<std::size_t>(-1) / 2) {
            return make_error(ErrorCode::out_of_memory, "an arena of ", capacity_bytes,
                              " bytes exceeds the address space");
        }
        const std::size_t rounded = size_bytes(capacity_bytes, 1);
        arena.block_ = static_cast<unsigned char*>(memory::allocate(rounded));
        if (arena.block_ == nullptr) {
            return make_error(ErrorCode::out_of_memory, "arena: no memory for ", rounded, " bytes");
        }
        arena.capacity_bytes_ = rounded;
        return arena;
    }

    /// `count` elements, not initialised, aligned to `kAlignment_bytes`, valid until `reset` or the end of the arena.
    /// @errors out_of_memory where the arena is too small; it is then unchanged.
    template <class T>
    Result<Span<T>> take(std::size_t count) {
        static_assert(std::is_trivial_v<T>, "an arena runs no constructors and no destructors");
        const std::size_t left = capacity_bytes_ - used_bytes_;
        if (count > left / sizeof(T)) {
            return make_error(ErrorCode::out_of_memory, "arena: expected room for ", count, " elements of ", sizeof(T),
                              " bytes, found ", left, " of ", capacity_bytes_, " bytes free");
        }
        T* first = reinterpret_cast<T*>(block_ + used_bytes_);
        used_bytes_ += size_bytes(count, sizeof(T));
        return Span<T>(first, count);
    }

    /// Gives everything back; the block stays.
    void reset() { used_bytes_ = 0; }

    [[nodiscard]] std::size_t capacity_bytes() const { return capacity_bytes_; }
    [[nodiscard]] std::size_t used_bytes() const { return used_bytes_; }

  private:
    void forget() {
        block_ = nullptr;
        capacity_bytes_ = 0;
        used_bytes_ = 0;
    }
    unsigned char* block_ = nullptr;
    std::size_t capacity_bytes_ = 0;
    std::size_t used_bytes_ = 0;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
