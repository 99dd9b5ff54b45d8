// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution layers of real networks, and the library's kernel made ready to run one of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "provenn/kernels/dispatch.hpp"

namespace benchmarks {

using namespace provenn;
using namespace provenn::kernels;

struct Layer {
    std::int64_t channels = 0, height = 0, filters = 0, kernel = 0, stride = 0, times = 0;
    [[nodiscard]] std::int64_t output_height() const { return (height + 2 * (kernel / 2) - kernel) / stride + 1; }
    [[nodiscard]] double flop() const {
        const std::int64_t outputs = output_height() * output_height() * filters;
        return 2.0 * static_cast<double>(outputs * kernel * kernel * channels);
    }
};

/// The lines of a file of shapes, numbers each; lines with '#' are comments.
inline std::vector<std::vector<std::int64_t>> read_shapes(const std::filesystem::path& path) {
    std::vector<std::vector<std::int64_t>> shapes;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::vector<std::int64_t> numbers;
        for (std::int64_t number = 0; words >> number;) numbers.push_back(number);
        shapes.push_back(std::move(numbers));
    }
    return shapes;
}

inline std::vector<Layer> read_layers(const std::filesystem::path& path) {
    std::vector<Layer> layers;
    for (const std::vector<std::int64_t>& n : read_shapes(path)) {
        if (n.size() == 6) layers.push_back({n[0], n[1], n[2], n[3], n[4], n[5]});
    }
    return layers;
}

/// The folder of the files of shapes.
inline std::filesystem::path shapes_folder() { return std::filesystem::path(__FILE__).parent_path() / "shapes"; }

/// "64x56->256 1x1/1": channels and side of the input, filters, kernel and stride.
inline std::string layer_name(const Layer& layer) {
    std::ostringstream name;
    name << layer.channels << "x" << layer.height << "->" << layer.filters << " " << layer.kernel << "x" << layer.kernel
         << "/" << layer.stride;
    return name.str();
}

/// Floats at 64-byte boundaries, as the library's own tensors are: a load that crosses cache lines costs two.
class AlignedFloats {
  public:
    /// Numbers without denormals, and small enough that chains stay finite.
    explicit AlignedFloats(std::int64_t count) : AlignedFloats(count, 0.0f) {
        for (std::int64_t i = 0; i < count; ++i) data_[i] = static_cast<float>(i * 2654435761 % 1024) / 1024.0f;
    }
    AlignedFloats(std::int64_t count, float value) : storage_(static_cast<std::size_t>(count) + 16, value) {
        void* start = storage_.data();
        std::size_t space = storage_.size() * sizeof(float);
        data_ = static_cast<float*>(std::align(64, static_cast<std::size_t>(count) * sizeof(float), start, space));
    }
    AlignedFloats(const AlignedFloats&) = delete;
    AlignedFloats& operator=(const AlignedFloats&) = delete;
    [[nodiscard]] float* data() const { return data_; }

  private:
    std::vector<float> storage_;
    float* data_ = nullptr;
};

/// The arguments of a layer's direct convolution on one sample, with a ReLU; owns what they point to.
class LayerConvolution {
  public:
    explicit LayerConvolution(const Layer& layer)
        : geometry_{layer.kernel,
                    layer.kernel,
                    layer.stride,
                    layer.stride,
                    1,
                    1,
                    layer.kernel / 2,
                    layer.kernel / 2,
                    1},
          in_{extent(layer.height, layer.channels), {}},
          out_{extent(layer.output_height(), layer.filters), {}} {
        in_.halo = input_halo(geometry_, in_.extent, out_.extent);
        arguments_.panels = panel_shape(geometry_, layer.channels, layer.filters);
        input_ = std::make_unique<AlignedFloats>(in_.size(1));
        output_ = std::make_unique<AlignedFloats>(out_.size(1));
        weights_ = std::make_unique<AlignedFloats>(packed_size(arguments_.panels));
        bias_ = std::make_unique<AlignedFloats>(out_.extent.blocks() * 16);
        taps_.resize(static_cast<std::size_t>(geometry_.taps()));
        forward_taps(geometry_, {taps_.data(), taps_.size()});
        arguments_.input = in_.map(input_->data(), 1), arguments_.output = out_.map(output_->data(), 1);
        arguments_.weights = weights_->data(), arguments_.bias = bias_->data();
        arguments_.taps = {taps_.data(), taps_.size()};
        arguments_.positions = forward_positions(geometry_, out_.extent);
        arguments_.epilogue.clamp = Clamp::relu;
    }
    LayerConvolution(const LayerConvolution&) = delete;
    LayerConvolution& operator=(const LayerConvolution&) = delete;
    [[nodiscard]] const Conv2dArguments& arguments() const { return arguments_; }
    [[nodiscard]] const float* output() const { return output_->data(); }

  private:
    static MapExtent extent(std::int64_t side, std::int64_t channels) { return {side, side, channels}; }

    Conv2dGeometry geometry_;
    MapLayout in_, out_;
    Conv2dArguments arguments_;
    std::unique_ptr<AlignedFloats> input_, output_, weights_, bias_;
    std::vector<Conv2dTap> taps_;
};

}  // namespace benchmarks
