// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models from files: a package or a Keras HDF5 file, told apart by their first bytes.
#pragma once

#include <optional>
#include <string>

#include "command_line.hpp"
#include "engine.hpp"
#include "provenn/io/load_report.hpp"

namespace program {

/// What a Keras file may leave open. Packages state all of this themselves.
struct ModelOptions {
    std::string architecture, preprocess, resize, crop, input_size, numerics;
    [[nodiscard]] bool any() const {
        return !(architecture + preprocess + resize + crop + input_size + numerics).empty();
    }
};

/// Adds --architecture, --preprocess, --resize, --crop, --input-size and --numerics.
void add_model_options(Command& command, ModelOptions& options);

/// Adds --numerics alone.
void add_numerics_option(Command& command, std::string& numerics, const std::string& help);
/// "direct" or "fast" as the model's field; empty leaves the model as it is.
void set_numerics(Model& model, const std::string& numerics);
[[nodiscard]] const char* numerics_name(const Model& model);

enum class FileKind { package, checkpoint, hdf5, npy, zip, image, other };
/// What the first bytes say. An empty file is `other`.
[[nodiscard]] FileKind kind_of(Bytes file);
/// Words for what the first bytes say, for messages: "a PNG image", "an empty file".
[[nodiscard]] std::string kind_text(Bytes file);

struct OpenedModel {
    Model model;
    std::string path, format;
    Digest file_digest;
    std::optional<LoadReport> report;  ///< of a Keras file
};

/// @errors empty_data, unsupported (with what the file is instead), and those of the readers.
[[nodiscard]] Result<OpenedModel> open_model(Context& context, const Machine& machine, const std::string& path,
                                             const ModelOptions& options = {});

/// The input contract for people, one line, and for programs.
[[nodiscard]] std::string contract_text(const InputContract& contract);
[[nodiscard]] Json contract_json(const InputContract& contract);
/// Name, path, format and hash of an opened model.
[[nodiscard]] Json model_json(const OpenedModel& opened);
/// Whether the model takes images at all.
[[nodiscard]] bool takes_images(const Model& model);
/// "probability" where the first output ends in softmax or sigmoid, else "score".
[[nodiscard]] const char* score_name(const Model& model);

/// "HxW" as two numbers. @errors invalid_argument.
[[nodiscard]] Result<layers::Extent2> parse_size(const std::string& text);

}  // namespace program
