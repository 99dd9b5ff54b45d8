// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameter: a named tensor of a model, with where it came from.
#pragma once

#include <cstdint>
#include <utility>

#include "provenn/core/sha256.hpp"
#include "provenn/core/tensor.hpp"
#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// SHA-256 of a tensor in canonical form, or of a file.
using Digest = Sha256Digest;

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
