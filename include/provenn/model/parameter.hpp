// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameter: a named tensor of a model, with where it came from.
#pragma once

#include <cstdint>
#include <utility>

#include "provenn/core/tensor.hpp"
#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// SHA-256 of a tensor's elements in canonical layout, or of a file.
struct Digest {
    std::uint8_t bytes[32] = {};
    friend bool operator==(const Digest& a, const Digest& b) {
        for (int i = 0; i < 32; ++i) {
            if (a.bytes[i] != b.bytes[i]) return false;
        }
        return true;
    }
    friend bool operator!=(const Digest& a, const Digest& b) { return !(a == b); }
    template <class Text>
    void append_to(Text& text) const {
        constexpr char kDigits[] = "0123456789abcdef";
        for (const std::uint8_t byte : bytes) text.append(kDigits[byte >> 4]).append(kDigits[byte & 15]);
    }
};

/// How a tensor got its first value.
enum class Origin : std::uint8_t { initialised = 0, imported = 1 };

/// Where an imported tensor stands in its publisher's file.
struct Source {
    Origin origin = Origin::initialised;
    Digest file;    ///< of the whole file
    Digest tensor;  ///< of the tensor after the documented layout transform: what an unmodified tensor still hashes to
    Name path;      ///< inside the file
};

/// A named tensor. Kept in canonical layout: convolution [R, S, C/G, K], depthwise [R, S, C, M], dense [in, out].
struct Parameter {
    Name name;  ///< `layer/kernel`
    layers::ParameterRole role = layers::ParameterRole::kernel;
    Tensor<float> value;
    Source source;

    Result<Parameter> clone() const {
        PROVENN_ASSIGN(auto copied, value.clone());
        return Parameter{name, role, std::move(copied), source};
    }
};

}  // namespace PROVENN_ABI
}  // namespace provenn
