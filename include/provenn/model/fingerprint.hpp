// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fingerprints: one digest for a tensor, for a graph, and for a whole model; and the status of each layer.
#pragma once

#include "provenn/core/sha256.hpp"
#include "provenn/model/package.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// SHA-256 of a tensor in canonical form: rank and extents as i64 little-endian, then the elements little-endian.
[[nodiscard]] inline Digest tensor_digest(const Tensor<float>& tensor) {
    std::uint8_t head[8 * (Shape::kMaxRank + 1)] = {};
    const auto put = [&head](int slot, std::int64_t number) {
        for (int i = 0; i < 8; ++i)
            head[slot * 8 + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i));
    };
    const int rank = tensor.shape().rank();
    put(0, rank);
    for (int axis = 0; axis < rank; ++axis) put(1 + axis, tensor.shape()[axis]);
    return Sha256().update(Bytes{head, static_cast<std::size_t>(8 * (rank + 1))}).update(tensor.bytes()).finish();
}

/// One digest over graph, numerics, class names, input contract and every tensor. Equal digests mean equal behaviour.
/// @errors out_of_memory.
[[nodiscard]] inline Result<Digest> fingerprint(const Model& model) {
    Sha256 hash;
    PROVENN_ASSIGN(const auto graph, package::encode_graph(model));
    hash.update(graph.span());
    Array<std::uint8_t> contract;
    FieldWriter fields(contract);
    InputContract::visit_fields(model.input_contract, fields);
    PROVENN_TRY(fields.status());
    hash.update(contract.span());
    for (const Parameter& parameter : model.parameters) hash.update(tensor_digest(parameter.value).span());
    return hash.finish();
}

/// Whether a tensor still has the bytes of its publisher's file.
[[nodiscard]] inline bool is_unmodified(const Parameter& parameter) {
    return parameter.source.origin == Origin::imported && tensor_digest(parameter.value) == parameter.source.tensor;
}

/// Derived from the tensors alone: no flag can claim it. @cost hashes the layer's tensors.
[[nodiscard]] inline LayerStatus status_of(const Model& model, const LayerInstance& layer) {
    bool any_imported = false, all_unmodified = true;
    for (const Index index : layer.parameters) {
        const Parameter& parameter = model.parameter(index);
        any_imported = any_imported || parameter.source.origin == Origin::imported;
        all_unmodified = all_unmodified && is_unmodified(parameter);
    }
    if (layer.parameters.empty()) return LayerStatus::without_parameters;
    if (!any_imported) return LayerStatus::created;
    return all_unmodified ? LayerStatus::pretrained_unmodified : LayerStatus::pretrained_changed;
}

[[nodiscard]] inline const char* to_string(LayerStatus status) {
    switch (status) {
        case LayerStatus::without_parameters: return "without parameters";
        case LayerStatus::created: return "new";
        case LayerStatus::pretrained_unmodified: return "pre-trained, unmodified";
        case LayerStatus::pretrained_changed: return "pre-trained, changed";
    }
    return "?";
}

}  // namespace PROVENN_ABI
}  // namespace provenn
