// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Proof of freezing: each frozen tensor against the hash recomputed from the publisher's file.
#pragma once

#include <string>
#include <vector>

#include "provenn/adapters/json.hpp"
#include "provenn/model/fingerprint.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What is proven of one tensor. It is byte identity: not fitness, and not the absence of a backdoor.
struct FrozenTensorProof {
    std::string tensor;
    std::string source_path;
    Digest publisher;  ///< recorded when the publisher's file was read
    Digest now;
    [[nodiscard]] bool holds() const { return publisher == now; }
};

/// One entry for each imported tensor of a frozen layer.
struct FreezeProof {
    std::vector<FrozenTensorProof> tensors;
    [[nodiscard]] bool holds() const {
        for (const FrozenTensorProof& proof : tensors) {
            if (!proof.holds()) return false;
        }
        return true;
    }
};

/// Hashes every imported tensor of every frozen layer anew.
[[nodiscard]] inline FreezeProof prove_freezing(const Model& model) {
    FreezeProof proof;
    for (const LayerInstance& layer : model.layers) {
        if (layer.trainable) continue;
        for (const Index index : layer.parameters) {
            const Parameter& parameter = model.parameter(index);
            if (parameter.source.origin != Origin::imported) continue;
            proof.tensors.push_back({parameter.name.c_str(), parameter.source.path.c_str(), parameter.source.tensor,
                                     tensor_digest(parameter.value)});
        }
    }
    return proof;
}

[[nodiscard]] inline Json to_json(const FreezeProof& proof) {
    Json list = Json::array();
    for (const FrozenTensorProof& tensor : proof.tensors) {
        list.push_back({{"tensor", tensor.tensor},
                        {"source_path", tensor.source_path},
                        {"publisher_sha256", tensor.publisher.hex().c_str()},
                        {"sha256", tensor.now.hex().c_str()},
                        {"identical", tensor.holds()}});
    }
    return {{"holds", proof.holds()}, {"frozen_tensors", proof.tensors.size()}, {"tensors", std::move(list)}};
}

/// Name, type, status and number of parameters of each layer with parameters.
[[nodiscard]] inline Json layer_status_json(const Model& model) {
    Json list = Json::array();
    for (const LayerInstance& layer : model.layers) {
        if (layer.parameters.empty()) continue;
        std::int64_t count = 0;
        for (const Index index : layer.parameters) count += model.parameter(index).value.element_count();
        list.push_back({{"layer", layer.name.c_str()},
                        {"type", layers::type_name(layer.config)},
                        {"status", to_string(status_of(model, layer))},
                        {"frozen", !layer.trainable},
                        {"parameters", count}});
    }
    return list;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
