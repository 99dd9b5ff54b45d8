// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Span and Array: a borrowed run of elements, and an owned one whose growth reports failure instead of throwing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "provenn/core/memory.hpp"
#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A borrowed run of elements.
template <class T>
class Span {
  public:
    constexpr Span() = default;
    constexpr Span(T* data, std::size_t size) : data_(data), size_(size) {}
    template <std::size_t N>
    constexpr Span(T (&array)[N]) : data_(array), size_(N) {}  // NOLINT(google-explicit-constructor)
    template <class U, std::enable_if_t<std::is_convertible_v<U (*)[], T (*)[]>, int> = 0>
    constexpr Span(Span<U> other) : data_(other.data()), size_(other.size()) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] constexpr T* data() const { return data_; }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
    constexpr T& operator[](std::size_t i) const {
        PROVENN_REQUIRE(i < size_);
        return data_[i];
    }
    [[nodiscard]] constexpr T* begin() const { return data_; }
    [[nodiscard]] constexpr T* end() const { return data_ + size_; }
    [[nodiscard]] constexpr Span subspan(std::size_t first, std::size_t count) const {
        PROVENN_REQUIRE(first <= size_ && count <= size_ - first);
        return {data_ + first, count};
    }

  private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
};

using Bytes = Span<const std::uint8_t>;

/// An owned, growable run of elements. Move-only; `clone()` copies everything or reports out of memory.
template <class T>
class Array {
  public:
    Array() = default;
    Array(Array&& other) noexcept { swap(other); }
    Array& operator=(Array&& other) noexcept {
        Array taken(std::move(other));
        swap(taken);
        return *this;
    }
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;
    ~Array() {
        clear();
        memory::release(data_, capacity_ * sizeof(T));
    }

    /// `size` value-initialised elements.
    static Result<Array> make(std::size_t size) {
        Array array;
        PROVENN_TRY(array.resize(size));
        return array;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] T* data() { return data_; }
    [[nodiscard]] const T* data() const { return data_; }
    T& operator[](std::size_t i) {
        PROVENN_REQUIRE(i < size_);
        return data_[i];
    }
    const T& operator[](std::size_t i) const {
        PROVENN_REQUIRE(i < size_);
        return data_[i];
    }
    T& back() { return (*this)[size_ - 1]; }
    const T& back() const { return (*this)[size_ - 1]; }
    T* begin() { return data_; }
    T* end() { return data_ + size_; }
    const T* begin() const { return data_; }
    const T* end() const { return data_ + size_; }
    [[nodiscard]] Span<T> span() { return {data_, size_}; }
    [[nodiscard]] Span<const T> span() const { return {data_, size_}; }
    operator Span<T>() { return span(); }              // NOLINT(google-explicit-constructor)
    operator Span<const T>() const { return span(); }  // NOLINT(google-explicit-constructor)

    /// @ensures on error the array is unchanged.
    Status reserve(std::size_t capacity) {
        if (capacity <= capacity_) return {};
        if (capacity > static_cast<std::size_t>(-1) / 2 / sizeof(T)) {
            return make_error(ErrorCode::out_of_memory, "an array of ", capacity,
                              " elements exceeds the address space");
        }
        T* moved = static_cast<T*>(memory::allocate(capacity * sizeof(T)));
        if (moved == nullptr) {
            return make_error(ErrorCode::out_of_memory, "no memory for ", capacity * sizeof(T), " bytes");
        }
        for (std::size_t i = 0; i < size_; ++i) {
            new (moved + i) T(std::move(data_[i]));
            data_[i].~T();
        }
        memory::release(data_, capacity_ * sizeof(T));
        data_ = moved;
        capacity_ = capacity;
        return {};
    }

    Status push_back(T value) {
        if (size_ == capacity_) PROVENN_TRY(reserve(capacity_ < 8 ? 8 : capacity_ * 2));
        new (data_ + size_) T(std::move(value));
        ++size_;
        return {};
    }

    Status append(Span<const T> values) {
        if (size_ + values.size() > capacity_) {
            const std::size_t doubled = capacity_ * 2;
            PROVENN_TRY(reserve(size_ + values.size() > doubled ? size_ + values.size() : doubled));
        }
        for (const T& value : values) new (data_ + size_++) T(value);
        return {};
    }

    Status resize(std::size_t size) {
        PROVENN_TRY(reserve(size));
        while (size_ < size) new (data_ + size_++) T();
        while (size_ > size) data_[--size_].~T();
        return {};
    }

    void clear() {
        while (size_ > 0) data_[--size_].~T();
    }

    Result<Array> clone() const {
        Array copy;
        PROVENN_TRY(copy.reserve(size_));
        for (std::size_t i = 0; i < size_; ++i) {
            if constexpr (std::is_copy_constructible_v<T>) {
                new (copy.data_ + i) T(data_[i]);
            } else {
                auto element = data_[i].clone();
                if (!element) return element.error();
                new (copy.data_ + i) T(std::move(element).value());
            }
            ++copy.size_;
        }
        return copy;
    }

    void swap(Array& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

  private:
    T* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
