// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every program of this comparison has in common: the layer's numbers, and answering compare.py.
//
//   PROGRAM FOLDER
// reads input.f32, kernel.f32 and bias.f32 of FOLDER, says "ready" and answers lines of standard input, one line each:
//   output FILE    writes the layer's output [P, Q, K]
//   time RUNS      milliseconds of RUNS runs after one that is not counted
#pragma once

#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace by_hand {

/// 3 x 3, 64 to 64 channels, 56 x 56 pixels, padding same, bias and ReLU: a layer of ResNet-50 and of VGG.
constexpr int kSide = 56, kChannels = 64, kFilters = 64, kTaps = 3;

struct Layer {
    std::vector<float> input;   ///< [H, W, C]
    std::vector<float> kernel;  ///< [R, S, C, K]
    std::vector<float> bias;    ///< [K]
    std::string folder;
};

inline std::vector<float> read_floats(const std::string& path, int count) {
    std::vector<float> floats(static_cast<std::size_t>(count));
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(floats.data()), static_cast<std::streamsize>(floats.size() * sizeof(float)));
    if (!file) throw std::runtime_error("cannot read " + path);
    return floats;
}

/// [rows, columns] as [columns, rows].
inline std::vector<float> transposed(const std::vector<float>& from, int rows, int columns) {
    std::vector<float> to;
    to.reserve(from.size());
    for (int column = 0; column < columns; ++column) {
        for (int row = 0; row < rows; ++row) to.push_back(from[static_cast<std::size_t>(row * columns + column)]);
    }
    return to;
}

/// The input as [C, H, W].
inline std::vector<float> planes(const Layer& layer) { return transposed(layer.input, kSide * kSide, kChannels); }

/// The kernel as [K, C, R, S].
inline std::vector<float> kernel_by_filter(const Layer& layer) {
    std::vector<float> kernel;
    kernel.reserve(layer.kernel.size());
    for (int k = 0; k < kFilters; ++k) {
        for (int c = 0; c < kChannels; ++c) {
            for (int tap = 0; tap < kTaps * kTaps; ++tap) {
                kernel.push_back(layer.kernel[static_cast<std::size_t>((tap * kChannels + c) * kFilters + k)]);
            }
        }
    }
    return kernel;
}

/// `Runner` is made from a Layer and has `run()`, which is timed, and `output()` [P, Q, K] of the last run.
template <class Runner>
int serve(int argc, char** argv) try {
    if (argc != 2) throw std::runtime_error("usage: PROGRAM FOLDER");
    const std::string folder = argv[1];
    const Layer layer{read_floats(folder + "/input.f32", kSide * kSide * kChannels),
                      read_floats(folder + "/kernel.f32", kTaps * kTaps * kChannels * kFilters),
                      read_floats(folder + "/bias.f32", kFilters), folder};
    Runner runner(layer);
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string command, argument;
        words >> command >> argument;
        runner.run();
        if (command == "output") {
            const std::vector<float> output = runner.output();
            std::ofstream(argument, std::ios::binary)
                .write(reinterpret_cast<const char*>(output.data()),
                       static_cast<std::streamsize>(output.size() * sizeof(float)));
        } else if (command == "time") {
            for (int left = std::stoi(argument); left > 0; --left) {
                const auto start = std::chrono::steady_clock::now();
                runner.run();
                const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
                std::cout << taken.count() << ' ';
            }
        } else {
            throw std::runtime_error("unknown command: " + line);
        }
        std::cout << std::endl;
    }
    return 0;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << std::endl;
    return 1;
}

}  // namespace by_hand
