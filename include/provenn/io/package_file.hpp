// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packages on disk: saved with their known answers, read through a mapping.
#pragma once

#include <string>
#include <utility>

#include "provenn/files/atomic_save.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/inference/known_answers.hpp"
#include "provenn/inference/session.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Writes the model with known answers computed now. The same model gives the same bytes.
/// @errors those of make_known_answers, encode_package and atomic_save; an existing file stays as it was.
[[nodiscard]] inline Status save_package(const std::string& path, const Model& model) {
    PROVENN_ASSIGN(auto answers, make_known_answers(model));
    PROVENN_ASSIGN(const auto bytes, encode_package(model, std::move(answers)));
    return atomic_save(path, bytes.span());
}

/// The model of a package, after its known answers were reproduced. @errors those of decode_package, self_test_failed.
[[nodiscard]] inline Result<Model> load_package(const std::string& path, layers::CustomLayerRegistry registry = {}) {
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
    auto session = Session::from_package(file.bytes(), {}, registry);
    if (!session) return make_error(session.error().code, path, ": ", session.error().message);
    return decode_package(file.bytes(), registry);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
