// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Our side of the comparison with peers: exports a network and its input, then runs it whenever it is told to.
//
//   peers_ours ARCHITECTURE FOLDER
// writes graph.json, weights.f32 and input.f32 into FOLDER and then answers lines of standard input, one line each:
//   output THREADS NUMERICS       writes output.f32
//   time THREADS NUMERICS RUNS    milliseconds of RUNS runs after one that is not counted, as a JSON list
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "graph_json.hpp"
#include "provenn/adapters/tbb.hpp"
#include "provenn/core/philox.hpp"
#include "provenn/inference/session.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/zoo/zoo.hpp"

namespace {

using namespace provenn;

Shape with_one_sample(const Shape& sample) {
    Shape shape{1};
    for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
    return shape;
}

class Runner {
  public:
    explicit Runner(const std::string& architecture)
        : model_(zoo::make_architecture(architecture).value_or_throw()) {
        initialize(model_, 7).value_or_throw();
        input_ = Tensor<float>::zeros(with_one_sample(model_.value(model_.inputs[0]).shape)).value_or_throw();
        output_ = Tensor<float>::zeros(with_one_sample(model_.value(model_.outputs[0]).shape)).value_or_throw();
        RandomStream random({7, RandomPurpose::test, 0, 0, 0});
        for (std::int64_t i = 0; i < input_.element_count(); ++i) input_.data()[i] = random.uniform();
    }

    void write_network(const std::string& folder) const {
        const benchmarks::GraphExport graph = benchmarks::GraphExport::of(model_).value_or_throw();
        std::ofstream(folder + "/graph.json") << graph.json.dump() << '\n';
        write(folder + "/weights.f32", graph.weights.data(), graph.weights.size());
        write(folder + "/input.f32", input_.data(), static_cast<std::size_t>(input_.element_count()));
    }
    void write_output(const std::string& folder, int threads, const std::string& numerics) {
        run(threads, numerics);
        write(folder + "/output.f32", output_.data(), static_cast<std::size_t>(output_.element_count()));
    }
    std::vector<double> time(int threads, const std::string& numerics, int runs) {
        run(threads, numerics);
        std::vector<double> milliseconds;
        for (int i = 0; i < runs; ++i) {
            const auto start = std::chrono::steady_clock::now();
            run(threads, numerics);
            const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
            milliseconds.push_back(taken.count());
        }
        return milliseconds;
    }

  private:
    static void write(const std::string& path, const float* data, std::size_t count) {
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(count * sizeof(float)));
    }
    void run(int threads, const std::string& numerics) {
        auto executor = executors_.find(threads);
        if (executor == executors_.end()) {
            executor = executors_.emplace(threads, TbbExecutor::make(threads).value_or_throw()).first;
        }
        auto session = sessions_.find(numerics);
        if (session == sessions_.end()) {
            model_.numerics = numerics == "fast" ? Numerics::fast : Numerics::direct;
            session = sessions_.emplace(numerics, Session::from_model(model_).value_or_throw()).first;
        }
        session->second.run(input_.view(), output_.view(), executor->second.executor()).value_or_throw();
    }

    Model model_;
    Tensor<float> input_, output_;
    std::map<std::string, Session> sessions_;
    std::map<int, TbbExecutor> executors_;
};

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::fputs("usage: peers_ours ARCHITECTURE FOLDER\n", stderr);
        return 2;
    }
    const std::string folder = argv[2];
    Runner runner(argv[1]);
    runner.write_network(folder);
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string command, numerics;
        int threads = 1, runs = 1;
        words >> command >> threads >> numerics >> runs;
        if (command == "time") {
            std::cout << Json(runner.time(threads, numerics, runs)).dump() << std::endl;
        } else if (command == "output") {
            runner.write_output(folder, threads, numerics);
            std::cout << "written" << std::endl;
        } else {
            std::cerr << "unknown command: " << line << '\n';
            return 2;
        }
    }
    return 0;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
