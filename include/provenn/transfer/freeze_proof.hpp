// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Proof of freezing: each frozen tensor hashed before and after training, and against its publisher's hash.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "provenn/adapters/json.hpp"
#include "provenn/model/fingerprint.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What is proven of one frozen tensor. It is byte identity: not fitness, and not the absence of a backdoor.
struct FrozenTensorProof {
    std::string tensor;
    std::string source_path;  ///< in the publisher's file; empty for a tensor that was not imported
    Digest publisher;         ///< computed from the publisher's file when it was read; zero where there is none
    Digest before;            ///< when the training began
    Digest now;
    /// Training did not touch it.
    [[nodiscard]] bool holds() const { return before == now; }
    /// It is what the publisher's file holds. An adapted stem, or a layer that was tuned earlier, is not.
    [[nodiscard]] bool is_publishers() const { return !source_path.empty() && publisher == now; }
};

/// One entry for each tensor of a frozen layer.
struct FreezeProof {
    std::vector<FrozenTensorProof> tensors;
    [[nodiscard]] bool holds() const {
        for (const FrozenTensorProof& proof : tensors) {
            if (!proof.holds()) return false;
        }
        return true;
    }
    [[nodiscard]] std::size_t publishers_tensors() const {
        std::size_t count = 0;
        for (const FrozenTensorProof& proof : tensors) count += proof.is_publishers() ? 1u : 0u;
        return count;
    }
};

/// Hashes every tensor of every frozen layer before the training.
[[nodiscard]] inline FreezeProof begin_freeze_proof(const Model& model) {
    FreezeProof proof;
    for (const LayerInstance& layer : model.layers) {
        if (layer.trainable) continue;
        for (const Index index : layer.parameters) {
            const Parameter& parameter = model.parameter(index);
            FrozenTensorProof tensor;
            tensor.tensor = parameter.name.c_str();
            if (parameter.source.origin == Origin::imported) {
                tensor.source_path = parameter.source.path.c_str();
                tensor.publisher = parameter.source.tensor;
            }
            tensor.before = tensor.now = tensor_digest(parameter.value);
            proof.tensors.push_back(std::move(tensor));
        }
    }
    return proof;
}

/// Hashes the same tensors anew after the training. @errors not_found where a tensor is missing.
[[nodiscard]] inline Status finish_freeze_proof(const Model& model, FreezeProof& proof) {
    for (FrozenTensorProof& tensor : proof.tensors) {
        const Parameter* found = nullptr;
        for (const Parameter& parameter : model.parameters) {
            if (parameter.name == tensor.tensor) found = &parameter;
        }
        if (found == nullptr) return make_error(ErrorCode::not_found, "frozen tensor ", tensor.tensor);
        tensor.now = tensor_digest(found->value);
    }
    return {};
}

[[nodiscard]] inline Json to_json(const FreezeProof& proof) {
    Json list = Json::array();
    for (const FrozenTensorProof& tensor : proof.tensors) {
        list.push_back({{"tensor", tensor.tensor},
                        {"source_path", tensor.source_path},
                        {"publisher_sha256", tensor.source_path.empty() ? "" : tensor.publisher.hex().c_str()},
                        {"sha256_before", tensor.before.hex().c_str()},
                        {"sha256", tensor.now.hex().c_str()},
                        {"unchanged", tensor.holds()},
                        {"is_publishers", tensor.is_publishers()}});
    }
    return {{"holds", proof.holds()},
            {"frozen_tensors", proof.tensors.size()},
            {"publishers_tensors", proof.publishers_tensors()},
            {"tensors", std::move(list)}};
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
