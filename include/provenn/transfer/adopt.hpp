// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Taking a package of one's own, or of a colleague, as the publisher of pre-trained weights.
#pragma once

#include "provenn/model/fingerprint.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Marks every tensor that was not imported before as coming from the file with this digest, so that freezing can be
/// proven against it. Tensors that name an earlier publisher keep it.
inline void adopt_as_pretrained(Model& model, const Digest& file) {
    for (Parameter& parameter : model.parameters) {
        if (parameter.source.origin == Origin::imported) continue;
        parameter.source.origin = Origin::imported;
        parameter.source.file = file;
        parameter.source.tensor = tensor_digest(parameter.value);
        parameter.source.path = parameter.name;
    }
}

}  // namespace PROVENN_ABI
}  // namespace provenn
