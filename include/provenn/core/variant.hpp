// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A visitor for std::variant that can neither throw nor see an empty variant.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "provenn/core/precondition.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Calls `visitor(alternative)` with the type that the variant holds. @requires all results have one type.
template <std::size_t Index = 0, class AnyVariant, class Visitor>
decltype(auto) visit_variant(AnyVariant& variant, Visitor&& visitor) {
    if constexpr (Index + 1 < std::variant_size_v<std::remove_const_t<AnyVariant>>) {
        if (variant.index() != Index) return visit_variant<Index + 1>(variant, std::forward<Visitor>(visitor));
    }
    auto* alternative = std::get_if<Index>(&variant);
    PROVENN_REQUIRE(alternative != nullptr);
    return visitor(*alternative);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
