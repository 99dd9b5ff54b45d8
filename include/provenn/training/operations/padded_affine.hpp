// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gamma and beta of a normalisation as its kernels read them, and the places of their gradients.
#pragma once

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// The first parameters of an operation, gamma and then beta, either of which may lack: padded to whole blocks, with
/// ones and zeros for what lacks.
class PaddedAffine {
  public:
    static Result<PaddedAffine> make(const OperationSource& source, bool has_gamma, bool has_beta) {
        PaddedAffine made;
        std::size_t slot = 0;
        made.gamma_ = has_gamma ? source.parameter(slot++) : nullptr;
        made.beta_ = has_beta ? source.parameter(slot) : nullptr;
        PROVENN_ASSIGN(made.padded_,
                       padded_scale_and_shift(source.for_inference(), source.operation, has_gamma, has_beta));
        return made;
    }
    /// Takes the values anew after an optimizer changed them.
    void repack() {
        copy(gamma_, padded_.scale);
        copy(beta_, padded_.shift);
    }
    [[nodiscard]] const float* gamma() const { return padded_.scale.data(); }
    [[nodiscard]] const float* beta() const { return padded_.shift.data(); }
    /// Null where there is none, or where it is not wanted.
    [[nodiscard]] float* gamma_gradient(const BackwardContext& to) const {
        return gamma_ == nullptr ? nullptr : to.parameter_gradients[0];
    }
    [[nodiscard]] float* beta_gradient(const BackwardContext& to) const {
        return beta_ == nullptr ? nullptr : to.parameter_gradients[gamma_ == nullptr ? 0 : 1];
    }

  private:
    static void copy(const Tensor<float>* values, Array<float>& padded) {
        for (std::int64_t c = 0; values != nullptr && c < values->element_count(); ++c) {
            padded[static_cast<std::size_t>(c)] = values->data()[c];
        }
    }
    const Tensor<float>*gamma_ = nullptr, *beta_ = nullptr;
    FoldedStatistics padded_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
