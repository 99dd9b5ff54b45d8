// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Adapting a network to a new task.
#include "transfer_job.hpp"

#include <utility>

#include "provenn/files/mapped_file.hpp"
#include "provenn/transfer/fine_tune.hpp"
#include "provenn/transfer/input_size.hpp"

namespace program {

namespace {

/// Name of the layer that computes the model's output.
std::string last_layer(const Model& model) {
    for (const Node& node : model.nodes) {
        if (node.output == model.outputs[0]) return model.layer(node.layer).name.c_str();
    }
    return {};
}

}  // namespace

Result<bool> is_package_file(const std::string& path) {
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
    return kind_of(file.bytes()) == FileKind::package;
}

Result<Model> adapt_model(Context& context, const Model& pretrained, const AdaptOptions& options,
                          const layers::Extent2& size, const std::vector<std::string>& class_names,
                          std::uint64_t seed) {
    for (const std::string& name : {options.cut, options.freeze_until}) {
        if (name.empty() || name == "all" || name == "none" || pretrained.find_layer(name)) continue;
        return context.usage(make_error(ErrorCode::not_found, "the network has no layer '", name, "'"),
                             "`provenn inspect MODEL` lists the layers");
    }
    PROVENN_ASSIGN(Model trunk, cut(pretrained, options.cut));
    if (size.height > 0) {
        PROVENN_ASSIGN(trunk, with_input_size(trunk, size));
    }
    AdaptConfig config;
    config.cut_layer = last_layer(trunk);
    config.freeze_until = options.freeze_until;
    config.head.dropout = static_cast<float>(options.dropout);
    config.head.hidden_units = options.hidden;
    config.channels = options.channels;
    config.class_names = class_names;
    config.seed = seed;
    return adapt(trunk, config);
}

}  // namespace program
