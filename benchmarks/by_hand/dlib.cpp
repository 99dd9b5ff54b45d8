// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layer in dlib, with the ReLU fused into the convolution; input and output in its own layout [C, H, W].
#include <dlib/dnn.h>

#include <algorithm>
#include <array>
#include <vector>

#include "layer_program.hpp"

namespace {

using Image = std::array<dlib::matrix<float>, by_hand::kChannels>;
using Network = dlib::relu<dlib::con<by_hand::kFilters, by_hand::kTaps, by_hand::kTaps, 1, 1, dlib::input<Image>>>;

class Runner {
  public:
    explicit Runner(const by_hand::Layer& layer) {
        Image image;
        for (auto& plane : image) plane = dlib::zeros_matrix<float>(by_hand::kSide, by_hand::kSide);
        network_.to_tensor(&image, &image + 1, input_);
        const std::vector<float> input = by_hand::planes(layer);
        std::copy(input.begin(), input.end(), input_.host());
        network_.forward(input_);  // gives the layers their shapes
        dlib::tensor& parameters = network_.subnet().layer_details().get_layer_params();
        const std::vector<float> kernel = by_hand::kernel_by_filter(layer);
        float* const after = std::copy(kernel.begin(), kernel.end(), parameters.host());
        std::copy(layer.bias.begin(), layer.bias.end(), after);
        dlib::fuse_layers(network_);
    }
    void run() { output_ = &network_.forward(input_); }
    [[nodiscard]] std::vector<float> output() const {
        const float* const first = output_->host();
        return by_hand::transposed({first, first + output_->size()}, by_hand::kFilters,
                                   by_hand::kSide * by_hand::kSide);
    }

  private:
    Network network_;
    dlib::resizable_tensor input_;
    const dlib::tensor* output_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) { return by_hand::serve<Runner>(argc, argv); }
