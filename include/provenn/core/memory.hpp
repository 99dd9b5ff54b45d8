// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one nothrow interface through which the library allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Every block starts at a cache line, which is also the widest vector of the kernels.
inline constexpr std::size_t kAlignment_bytes = 64;

/// Where memory comes from. `allocate` returns null when there is none; blocks are aligned to `kAlignment_bytes`.
struct MemorySource {
    void* (*allocate)(void* context, std::size_t size_bytes) noexcept;
    void (*release)(void* context, void* block, std::size_t size_bytes) noexcept;
    void* context;
};

namespace memory {
inline void* allocate_from_heap(void*, std::size_t size_bytes) noexcept {
    return ::operator new(size_bytes, std::align_val_t{kAlignment_bytes}, std::nothrow);
}
inline void release_to_heap(void*, void* block, std::size_t) noexcept {
    ::operator delete(block, std::align_val_t{kAlignment_bytes}, std::nothrow);
}
inline MemorySource& source() {
    static MemorySource current{&allocate_from_heap, &release_to_heap, nullptr};
    return current;
}
inline void* allocate(std::size_t size_bytes) { return source().allocate(source().context, size_bytes); }
inline void release(void* block, std::size_t size_bytes) {
    if (block != nullptr) source().release(source().context, block, size_bytes);
}
}  // namespace memory

/// Replaces the heap, for a device's own pool or for a test that makes allocations fail.
/// @requires no object of the library owns memory yet.
/// @threads call it once, before any other use of the library.
inline void set_memory_source(MemorySource source) { memory::source() = source; }

}  // namespace PROVENN_ABI
}  // namespace provenn
