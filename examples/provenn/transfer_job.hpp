// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a pre-trained network to one with a new head, frozen as asked.
#pragma once

#include <string>
#include <vector>

#include "open_model.hpp"

namespace program {

struct AdaptOptions {
    std::string cut, freeze_until = "all";
    double dropout = 0.0;
    std::int64_t hidden = 0, channels = 0;
};

/// Whether a file begins as a package does. @errors io_failed.
[[nodiscard]] Result<bool> is_package_file(const std::string& path);

/// @param size of the images; 0 keeps the network's. @errors usage for layers that do not exist, those of adapt.
[[nodiscard]] Result<Model> adapt_model(Context& context, const Model& pretrained, const AdaptOptions& options,
                                        const layers::Extent2& size, const std::vector<std::string>& class_names,
                                        std::uint64_t seed);

}  // namespace program
