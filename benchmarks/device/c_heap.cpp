// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two operators through which the library takes memory, from the C library: those of libstdc++ bring exceptions,
// unwinding and a demangler with them.
#include <cstdlib>
#include <new>

void* operator new(std::size_t size_bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    const auto unit = static_cast<std::size_t>(alignment);
    if (size_bytes > static_cast<std::size_t>(-1) - unit) return nullptr;
    return std::aligned_alloc(unit, (size_bytes + unit - 1) / unit * unit);
}

void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept { std::free(block); }
