// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layer in frugally-deep, from model.json, which compare.py has its converter make.
#include <fdeep/fdeep.hpp>

#include <vector>

#include "layer_program.hpp"

namespace {

class Runner {
  public:
    explicit Runner(const by_hand::Layer& layer)
        : model_(fdeep::load_model(layer.folder + "/model.json", true, fdeep::dev_null_logger)),
          input_{fdeep::tensor(
              fdeep::tensor_shape(static_cast<std::size_t>(by_hand::kSide), static_cast<std::size_t>(by_hand::kSide),
                                  static_cast<std::size_t>(by_hand::kChannels)),
              layer.input)} {}
    void run() { output_ = model_.predict(input_); }
    [[nodiscard]] std::vector<float> output() const { return output_.front().to_vector(); }

  private:
    fdeep::model model_;
    fdeep::tensors input_, output_;
};

}  // namespace

int main(int argc, char** argv) { return by_hand::serve<Runner>(argc, argv); }
