// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras HDF5 files by path: a whole model, or weights into an architecture from code.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "provenn/adapters/hdf5.hpp"
#include "provenn/files/child_process.hpp"
#include "provenn/io/keras_config.hpp"
#include "provenn/io/keras_weights.hpp"
#include "provenn/zoo/preprocessing_presets.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

struct KerasOptions {
    Hdf5Limits limits{};
    /// Read everything in a child process first: libhdf5 may crash or hang on forged files.
    bool rehearse = true;
    KerasWeightsOptions weights{};
    layers::CustomLayerRegistry registry{};
    /// Height and width where the file leaves them open.
    layers::Extent2 input_size{0, 0};
    /// How pixels are prepared; without it a default is chosen from the network's name and marked as assumed.
    std::optional<PreprocessingPreset> preprocessing{};
};

/// A model read from a file, and what became of every tensor.
struct ImportedModel {
    Model model;
    LoadReport report;
};

namespace io {
/// Everything that an import asks of libhdf5.
inline void rehearse_import(Bytes bytes, const std::string& path, const Hdf5Limits& limits) {
    auto file = Hdf5File::open_image(bytes, path, limits);
    if (!file) return;
    const auto inventory = take_inventory(**file);
    if (!inventory) return;
    for (const KerasWeight& weight : inventory->weights) (void)(*file)->read(weight.path).ok();
}

/// Opens a Keras file. What libhdf5 will be asked for is done in a child process before, on the same bytes.
/// @errors as Hdf5File::open(); corrupt_data where the child crashed or did not end.
inline Result<std::unique_ptr<Hdf5File>> open_keras_file(const std::string& path, const KerasOptions& options) {
    PROVENN_ASSIGN(const Array<std::uint8_t> bytes, read_file(path, options.limits.file));
    PROVENN_TRY(hdf5::check_superblock(bytes.span(), path));
    if (options.rehearse) {
        ChildLimits limits;
        const std::uint64_t seconds = bytes.size() >> 24;  // 16 MiB a second at least
        limits.cpu_seconds += seconds;
        limits.wall_seconds += 4 * static_cast<unsigned>(seconds);
        const hdf5::Session session;  // no other thread is inside libhdf5 when the child is made
        const auto rehearse = [&] {
            hdf5::Session::forget_parent();
            rehearse_import(bytes.span(), path, options.limits);
            hdf5::close_library_in_child();
        };
        PROVENN_TRY(run_in_child(path, rehearse, limits));
    }
    return Hdf5File::open_image(bytes.span(), path, options.limits);
}

/// Sets the input contract: as asked, as the network's own layers imply, or assumed from its name.
inline Status set_input_contract(Model& model, const std::optional<PreprocessingPreset>& asked, LoadReport& report) {
    const Shape input = model.value(model.inputs[0]).shape;
    if (input.rank() != 3 || input.last() > InputContract::kMaxChannels) {
        if (!asked) return {};
        return make_error(ErrorCode::unsupported, "preprocessing: the network's input ", input, " is no image");
    }
    const bool prepares = prepares_its_input(model);
    PreprocessingPreset preset = prepares ? PreprocessingPreset::raw : preset_from_name(model.name);
    if (input.last() != 3 && (preset == PreprocessingPreset::caffe || preset == PreprocessingPreset::torch)) {
        preset = PreprocessingPreset::raw;
    }
    PROVENN_ASSIGN(model.input_contract, make_input_contract(asked.value_or(preset), input));
    model.input_contract.is_assumed = !asked && !prepares;
    if (model.input_contract.is_assumed) {
        report.note("input contract", std::string("the file does not say how pixels are prepared; '") +
                                          to_string(preset) + "' is assumed from the name '" +
                                          std::string(model.name.view()) + "'");
    }
    return {};
}

/// More elements than the file's bytes could hold, even deflated, are refused before they are allocated.
inline std::int64_t most_elements(std::uint64_t file_bytes, const Hdf5Limits& limits) {
    const std::uint64_t inflated = std::min(file_bytes, std::uint64_t{1} << 40) * limits.file.max_inflate_ratio / 2;
    return static_cast<std::int64_t>(std::min(inflated, limits.max_dataset_bytes));
}
}  // namespace io

/// Reads architecture and weights of a whole-model file.
/// @ensures every parameter is imported, or the file is refused; the report lists each with its hash.
/// @errors unsupported for a weights-only file; those of read_keras_config() and load_keras_weights().
[[nodiscard]] inline Result<ImportedModel> load_keras(HierarchicalFile& file, std::uint64_t file_bytes,
                                                      const KerasOptions& options = {}) {
    PROVENN_ASSIGN(io::KerasInventory inventory, io::take_inventory(file));
    if (inventory.config.empty()) {
        return make_error(ErrorCode::unsupported, file.name(),
                          ": a weights-only file: it has no architecture; name one "
                          "and load the weights into it");
    }
    KerasConfigOptions config;
    config.registry = options.registry;
    config.version = inventory.version;
    config.input_size = options.input_size;
    config.max_parameter_elements = io::most_elements(file_bytes, options.limits);
    LoadReport report;
    auto model = read_keras_config(inventory.config, config, report);
    if (!model) return make_error(model.error().code, file.name(), ": ", model.error().message);
    PROVENN_TRY(io::KerasWeightLoader(file, inventory, *model, options.weights, report).run());
    PROVENN_TRY(io::set_input_contract(*model, options.preprocessing, report));
    return ImportedModel{std::move(model).value(), std::move(report)};
}
[[nodiscard]] inline Result<ImportedModel> load_keras(const std::string& path, const KerasOptions& options = {}) {
    PROVENN_ASSIGN(const std::unique_ptr<Hdf5File> file, io::open_keras_file(path, options));
    return load_keras(*file, file->size_bytes(), options);
}

/// Loads the weights of a file, whole model or weights only, into a model whose architecture comes from code.
/// Parameters of layers left out by `options.weights.skip_layers` keep their values.
/// @ensures on an error the model is unchanged. @errors as load_keras_weights(HierarchicalFile&, ...).
[[nodiscard]] inline Result<LoadReport> load_keras_weights(const std::string& path, Model& model,
                                                           const KerasOptions& options = {}) {
    PROVENN_ASSIGN(const std::unique_ptr<Hdf5File> file, io::open_keras_file(path, options));
    PROVENN_ASSIGN(LoadReport report, load_keras_weights(*file, model, options.weights));
    return report;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
