// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights as an HDF5 file that Keras 2 and 3 load.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provenn/adapters/hdf5_writer.hpp"
#include "provenn/files/atomic_save.hpp"
#include "provenn/model/model.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace io {
/// A list of names, split as Keras splits it where one attribute cannot hold it.
inline Status set_names(HierarchicalWriter& writer, const std::string& group, const std::string& attribute,
                        const std::vector<std::string>& names) {
    constexpr std::size_t kMostBytes = 64512;  // Keras' HDF5_OBJECT_HEADER_LIMIT
    std::size_t longest = 1;
    for (const std::string& name : names) longest = longest < name.size() ? name.size() : longest;
    if (longest * names.size() <= kMostBytes) return writer.set_texts(group, attribute, names);
    const std::size_t a_part = kMostBytes / longest;
    for (std::size_t part = 0; part * a_part < names.size(); ++part) {
        const std::size_t first = part * a_part;
        const std::size_t last = first + a_part < names.size() ? first + a_part : names.size();
        const std::vector<std::string> some(names.begin() + static_cast<std::ptrdiff_t>(first),
                                            names.begin() + static_cast<std::ptrdiff_t>(last));
        PROVENN_TRY(writer.set_texts(group, attribute + std::to_string(part), some));
    }
    return {};
}
}  // namespace io

/// The weights of every layer in Keras' names, orders and layout, for `model.load_weights("x.h5")`, also by name.
/// A layer that came from a nested model is written under its flat name `outer/inner`. The same model gives the same
/// bytes.
/// @errors invalid_argument where a name cannot stand in HDF5; io_failed, out_of_memory.
[[nodiscard]] inline Result<Array<std::uint8_t>> write_keras_weights(const Model& model) {
    Hdf5Writer writer;
    std::vector<std::string> layer_names;
    for (const LayerInstance& layer : model.layers) layer_names.emplace_back(layer.name.view());
    PROVENN_TRY(writer.set_text("", "backend", "tensorflow"));
    PROVENN_TRY(writer.set_text("", "keras_version", "2.4.0"));
    PROVENN_TRY(writer.set_text("", "written_by", "provenn"));
    PROVENN_TRY(io::set_names(writer, "", "layer_names", layer_names));
    for (const LayerInstance& layer : model.layers) {
        const std::string group(layer.name.view());
        if (group.find("//") != std::string::npos || group.front() == '/' || group.back() == '/') {
            return make_error(ErrorCode::invalid_argument, layer.name, ": not a name that HDF5 can hold");
        }
        std::vector<std::string> weight_names;
        PROVENN_TRY(writer.add_group(group));
        for (const Index index : layer.parameters) {
            const Parameter& parameter = model.parameter(index);
            const std::string name = group + std::string(parameter.name.view().substr(layer.name.size())) + ":0";
            PROVENN_TRY(writer.add_dataset(group + "/" + name, parameter.value.shape(), parameter.value.span()));
            weight_names.push_back(name);
        }
        if (std::holds_alternative<layers::Normalization>(layer.config)) {
            const float none = 0.0f;  // Keras counts the samples it has seen
            PROVENN_TRY(writer.add_dataset(group + "/" + group + "/count:0", Shape{}, {&none, 1}));
            weight_names.push_back(group + "/count:0");
        }
        PROVENN_TRY(io::set_names(writer, group, "weight_names", weight_names));
    }
    return writer.finish();
}

/// Saves them; the file is the old one or the new one, whole. @errors as above, and io_failed.
inline Status save_keras_weights(const Model& model, const std::string& path) {
    PROVENN_ASSIGN(const auto bytes, write_keras_weights(model));
    return atomic_save(path, bytes.span());
}

}  // namespace PROVENN_ABI
}  // namespace provenn
