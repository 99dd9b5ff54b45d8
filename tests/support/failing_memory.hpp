// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A memory source for tests that fails after a number of allocations, and a precondition handler that throws.
#pragma once

#include <stdexcept>
#include <string>

#include "provenn/core/memory.hpp"
#include "provenn/core/precondition.hpp"

namespace support {

/// While it lives, the library's allocations succeed `allowed` times and fail from then on. Blocks still alive may be
/// released after it: they come from the heap as always.
class FailingMemory {
  public:
    explicit FailingMemory(int allowed) : left_(allowed), before_(provenn::memory::source()) {
        provenn::set_memory_source({&allocate, &release, this});
    }
    FailingMemory(const FailingMemory&) = delete;
    FailingMemory& operator=(const FailingMemory&) = delete;
    ~FailingMemory() { provenn::set_memory_source(before_); }
    [[nodiscard]] int balance() const { return balance_; }  ///< blocks not released yet

  private:
    static void* allocate(void* context, std::size_t size_bytes) noexcept {
        auto& self = *static_cast<FailingMemory*>(context);
        if (self.left_-- <= 0) return nullptr;
        ++self.balance_;
        return provenn::memory::allocate_from_heap(nullptr, size_bytes);
    }
    static void release(void* context, void* block, std::size_t size_bytes) noexcept {
        --static_cast<FailingMemory*>(context)->balance_;
        provenn::memory::release_to_heap(nullptr, block, size_bytes);
    }
    int left_;
    int balance_ = 0;
    provenn::MemorySource before_;
};

struct BrokenPrecondition : std::logic_error {
    using std::logic_error::logic_error;
};

/// While it lives, a broken precondition throws BrokenPrecondition instead of trapping.
class ThrowingPreconditions {
  public:
    ThrowingPreconditions() : before_(provenn::precondition::handler()) {
        provenn::set_precondition_handler(
            [](const char* condition, const char*, int) { throw BrokenPrecondition(condition); });
    }
    ThrowingPreconditions(const ThrowingPreconditions&) = delete;
    ThrowingPreconditions& operator=(const ThrowingPreconditions&) = delete;
    ~ThrowingPreconditions() { provenn::set_precondition_handler(before_); }

  private:
    provenn::PreconditionHandler before_;
};

}  // namespace support
