// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Result<T>: a value or an error, without exceptions on the island and with `.value_or_throw()` in the lab.
#pragma once

#include <new>
#include <type_traits>
#include <utility>
#if defined(__cpp_exceptions)
#include <stdexcept>
#include <string>
#endif

#include "provenn/core/error.hpp"
#include "provenn/core/precondition.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

#if defined(__cpp_exceptions)
/// What `.value_or_throw()` throws: the error with its id in front of the message.
class ErrorException : public std::runtime_error {
  public:
    explicit ErrorException(const Error& error)
        : std::runtime_error(std::string(to_string(error.code)) + ": " + error.message.c_str()), error_(error) {}
    [[nodiscard]] const Error& error() const { return error_; }

  private:
    Error error_;
};
#endif

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : has_value_(true) { new (&value_) T(std::move(value)); }  // NOLINT(google-explicit-constructor)
    Result(Error error) : has_value_(false) { new (&error_) Error(error); }    // NOLINT(google-explicit-constructor)
    Result(Result&& other) noexcept : has_value_(other.has_value_) { take(std::move(other)); }
    Result(const Result&) = delete;
    Result& operator=(const Result&) = delete;
    Result& operator=(Result&& other) noexcept {
        if (this != &other) {
            this->~Result();
            has_value_ = other.has_value_;
            take(std::move(other));
        }
        return *this;
    }
    ~Result() {
        if (has_value_) value_.~T();
        // Error is trivially destructible.
    }

    [[nodiscard]] bool ok() const { return has_value_; }
    explicit operator bool() const { return has_value_; }

    [[nodiscard]] T& value() & {
        PROVENN_REQUIRE(has_value_);
        return value_;
    }
    [[nodiscard]] const T& value() const& {
        PROVENN_REQUIRE(has_value_);
        return value_;
    }
    [[nodiscard]] T&& value() && {
        PROVENN_REQUIRE(has_value_);
        return std::move(value_);
    }
    [[nodiscard]] const Error& error() const {
        PROVENN_REQUIRE(!has_value_);
        return error_;
    }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }

#if defined(__cpp_exceptions)
    /// Lab only: the value, or an ErrorException.
    T value_or_throw() && {
        if (!has_value_) throw ErrorException(error_);
        return std::move(value_);
    }
#endif

  private:
    void take(Result&& other) noexcept {
        if (has_value_) {
            new (&value_) T(std::move(other.value_));
        } else {
            new (&error_) Error(other.error_);
        }
    }
    bool has_value_;
    union {
        T value_;
        Error error_;
    };
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(error), ok_(false) {}  // NOLINT(google-explicit-constructor)
    [[nodiscard]] bool ok() const { return ok_; }
    explicit operator bool() const { return ok_; }
    [[nodiscard]] const Error& error() const {
        PROVENN_REQUIRE(!ok_);
        return error_;
    }
#if defined(__cpp_exceptions)
    void value_or_throw() const {
        if (!ok_) throw ErrorException(error_);
    }
#endif

  private:
    Error error_;
    bool ok_ = true;
};

using Status = Result<void>;

}  // namespace PROVENN_ABI
}  // namespace provenn

/// Returns the error of a Status or Result expression from the enclosing function.
#define PROVENN_TRY(expression)                                   \
    do {                                                          \
        auto provenn_try_result = (expression);                   \
        if (!provenn_try_result) return provenn_try_result.error(); \
    } while (false)

/// `PROVENN_ASSIGN(auto x, make_x());` declares x from the value, or returns the error from the enclosing function.
#define PROVENN_ASSIGN(declaration, expression)                                          \
    auto PROVENN_JOIN(provenn_result_, __LINE__) = (expression);                         \
    if (!PROVENN_JOIN(provenn_result_, __LINE__)) return PROVENN_JOIN(provenn_result_, __LINE__).error(); \
    declaration = std::move(PROVENN_JOIN(provenn_result_, __LINE__)).value()
