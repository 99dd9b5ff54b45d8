// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Architectures by name and parameters: `mobilenet_v1:alpha=0.25,input=224x224x3,classes=1000`.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "provenn/zoo/densenet.hpp"
#include "provenn/zoo/efficientnet.hpp"
#include "provenn/zoo/lenet.hpp"
#include "provenn/zoo/mobilenet.hpp"
#include "provenn/zoo/resnet.hpp"
#include "provenn/zoo/squeezenet.hpp"
#include "provenn/zoo/unet.hpp"
#include "provenn/zoo/vgg.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// One architecture of the zoo.
struct Entry {
    const char* name;
    const char* summary;  ///< for lists and help
    bool has_alpha;
    Result<Model> (*make)(const Options& options);
};
inline Span<const Entry> entries() {
    static constexpr Entry kEntries[] = {
        {"lenet5", "LeNet-5, 28x28x1, 10 classes", false, lenet5},
        {"small_cnn", "six convolutions with batch normalisation, 28x28x1, 10 classes", false, small_cnn},
        {"resnet8", "ResNet-8 of MLPerf Tiny, 32x32x3, 10 classes", false, resnet8},
        {"resnet18", "ResNet-18, 224x224x3, 1000 classes", false, resnet18},
        {"resnet50", "ResNet-50, 224x224x3, 1000 classes", false, resnet50},
        {"vgg16", "VGG16, 224x224x3, 1000 classes", false, vgg16},
        {"vgg19", "VGG19, 224x224x3, 1000 classes", false, vgg19},
        {"mobilenet_v1", "MobileNet V1, 224x224x3, 1000 classes; alpha", true, mobilenet_v1},
        {"mobilenet_v2", "MobileNet V2, 224x224x3, 1000 classes; alpha", true, mobilenet_v2},
        {"efficientnet_b0", "EfficientNet-B0, 224x224x3, 1000 classes", false, efficientnet_b0},
        {"densenet121", "DenseNet-121, 224x224x3, 1000 classes", false, densenet121},
        {"unet", "U-Net of 32 channels for segmentation, 256x256x1, 2 classes", false, unet},
        {"squeezenet", "SqueezeNet 1.1, 227x227x3, 1000 classes", false, squeezenet}};
    return kEntries;
}

/// A whole decimal number without sign. @errors invalid_argument.
inline Result<std::int64_t> parse_count(std::string_view key, std::string_view text) {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size() || number < 1 || number > 1000000) {
        return make_error(ErrorCode::invalid_argument, key, ": expected a whole number from 1 to 1000000, found '",
                          text, "'");
    }
    return number;
}

/// Sets one option from `key=value`. @errors invalid_argument.
inline Status set_option(Options& options, std::string_view assignment, const Entry& entry) {
    const std::size_t equals = assignment.find('=');
    const std::string_view key = assignment.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : assignment.substr(equals + 1);
    if (key == "classes") {
        PROVENN_ASSIGN(options.classes, parse_count(key, value));
        return {};
    }
    if (key == "top" && (value == "yes" || value == "no")) {
        options.has_top = value == "yes";
        return {};
    }
    if (key == "alpha" && entry.has_alpha) {
        const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), options.alpha);
        if (problem == std::errc() && end == value.data() + value.size()) return {};
        return make_error(ErrorCode::invalid_argument, "alpha: expected a number, found '", value, "'");
    }
    if (key == "input") {
        Shape shape;
        std::string_view rest = value;
        for (int axis = 0; axis < 3; ++axis) {
            const std::size_t cross = rest.find('x');
            PROVENN_ASSIGN(const std::int64_t extent, parse_count("input", rest.substr(0, cross)));
            shape.push_back(extent);
            const bool ends = cross == std::string_view::npos;
            if (ends != (axis == 2)) {
                return make_error(ErrorCode::invalid_argument, "input: expected HxWxC, found '", value, "'");
            }
            rest = ends ? std::string_view() : rest.substr(cross + 1);
        }
        options.input = shape;
        return {};
    }
    return make_error(ErrorCode::invalid_argument, entry.name, ": expected classes=N, input=HxWxC, top=yes|no",
                      entry.has_alpha ? ", alpha=X" : "", ", found '", assignment, "'");
}

/// The architecture that a text names; parameters are zero (see model/initialize.hpp).
/// @errors not_found lists the names; invalid_argument for a parameter that is wrong; what the architecture reports.
[[nodiscard]] inline Result<Model> make_architecture(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    std::string names;
    for (const Entry& entry : entries()) {
        if (name != entry.name) {
            names += (names.empty() ? "" : ", ") + std::string(entry.name);
            continue;
        }
        Options options;
        std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            PROVENN_TRY(set_option(options, rest.substr(0, comma), entry));
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
        return entry.make(options);
    }
    return make_error(ErrorCode::not_found, "no architecture is named '", name, "'; known are ", names);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
