// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layer in tiny-dnn, on the engine that it chooses where CNN_USE_AVX is defined; input and output [C, H, W].
#include <tiny_dnn/tiny_dnn.h>

#include <vector>

#include "layer_program.hpp"

namespace {

class Runner {
  public:
    explicit Runner(const by_hand::Layer& layer) {
        network_ << tiny_dnn::convolutional_layer(by_hand::kSide, by_hand::kSide, by_hand::kTaps, by_hand::kChannels,
                                                  by_hand::kFilters, tiny_dnn::padding::same)
                 << tiny_dnn::relu_layer(by_hand::kSide, by_hand::kSide, by_hand::kFilters);
        network_.init_weight();
        const std::vector<float> input = by_hand::planes(layer), kernel = by_hand::kernel_by_filter(layer);
        input_.assign(input.begin(), input.end());
        network_[0]->weights()[0]->assign(kernel.begin(), kernel.end());
        network_[0]->weights()[1]->assign(layer.bias.begin(), layer.bias.end());
    }
    void run() { output_ = network_.predict(input_); }
    [[nodiscard]] std::vector<float> output() const {
        return by_hand::transposed({output_.begin(), output_.end()}, by_hand::kFilters,
                                   by_hand::kSide * by_hand::kSide);
    }

  private:
    tiny_dnn::network<tiny_dnn::sequential> network_;
    tiny_dnn::vec_t input_, output_;
};

}  // namespace

int main(int argc, char** argv) { return by_hand::serve<Runner>(argc, argv); }
