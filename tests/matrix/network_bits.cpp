// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints one hash for each architecture of the zoo and kind of numerics on each instruction set, number of threads and
// batch size.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "matrix.hpp"
#include "provenn/inference/session.hpp"

using namespace provenn;

namespace {

Shape with_batch(std::int64_t samples, const Shape& sample) {
    Shape shape{samples};
    for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
    return shape;
}

/// Sample 0's input is the same in every batch; hashes its output only.
Result<Sha256Digest> first_sample(const Model& model, const kernels::KernelTable& table, int threads,
                                  std::int64_t batch) {
    PlanOptions options;
    options.kernels = &table;
    options.max_batch = batch;
    PROVENN_ASSIGN(Session session, Session::from_model(model, options));
    PROVENN_ASSIGN(auto input, Tensor<float>::zeros(with_batch(batch, session.plan().input_shape(0))));
    RandomStream random({7, RandomPurpose::known_answer, 0, 0, 0});
    for (float& value : input.span()) value = provenn::fma(random.uniform(), 2.0f, -1.0f);
    PROVENN_ASSIGN(auto output, Tensor<float>::zeros(with_batch(batch, session.plan().output_shape(0))));
    matrix::Threads context{threads};
    PROVENN_ASSIGN(const RunReport report, session.run(input.view(), output.view(), context.executor()));
    if (report.has_non_finite) return make_error(ErrorCode::not_finite, model.name, ": the result is not a number");
    const auto size = static_cast<std::size_t>(session.plan().output_shape(0).element_count()) * sizeof(float);
    return sha256(Bytes{reinterpret_cast<const std::uint8_t*>(output.data()), size});
}

/// A network of the zoo; those that are run with fast numerics have convolutions that Winograd's method takes.
struct Work {
    const char* network;
    Numerics numerics = Numerics::direct;
    bool is_large = false;
};
constexpr Work kWorks[] = {{"lenet5"},
                           {"small_cnn"},
                           {"resnet8"},
                           {"resnet18:input=32x32x3,classes=10", Numerics::direct, true},
                           {"vgg16:input=32x32x3,classes=10", Numerics::direct, true},
                           {"mobilenet_v1:alpha=0.25,input=32x32x3,classes=10"},
                           {"squeezenet:input=48x48x3,classes=10"},
                           {"resnet8", Numerics::fast},
                           {"resnet18:input=64x64x3,classes=10", Numerics::fast, true},
                           {"vgg16:input=32x32x3,classes=10", Numerics::fast, true},
                           {"squeezenet:input=48x48x3,classes=10", Numerics::fast}};

/// Emulation takes its time: six of the ten combinations of threads and batch on it, two for large networks.
bool is_left_out(const Work& work, kernels::Isa isa, int threads, std::int64_t batch) {
    if (isa != kernels::Isa::emulated) return false;
    return work.is_large ? threads != (batch == 1 ? 64 : 3) : threads == 2 || threads == 8;
}

}  // namespace

int main(int argument_count, char** arguments) {
    const bool only_small = argument_count > 1 && std::strcmp(arguments[1], "--small") == 0;
    for (const Work& work : kWorks) {
        if (only_small && std::strncmp(work.network, "vgg16", 5) == 0) continue;
        auto model = matrix::random_network(work.network);
        if (!model) return std::printf("%s: %s\n", work.network, model.error().message.c_str()), 1;
        model->numerics = work.numerics;
        for (int isa = 0; isa < kernels::kIsaCount; ++isa) {
            const kernels::KernelTable* table = kernels::find_table(static_cast<kernels::Isa>(isa));
            if (table == nullptr) continue;
            for (const int threads : matrix::kThreads) {
                for (const std::int64_t batch : {1, 3}) {
                    if (is_left_out(work, table->isa, threads, batch)) continue;
                    const auto digest = first_sample(*model, *table, threads, batch);
                    if (!digest) return std::printf("%s: %s\n", work.network, digest.error().message.c_str()), 1;
                    std::printf("%s%s %s threads %d batch %d %s\n", matrix::prefix(work.numerics), work.network,
                                to_string(table->isa), threads, static_cast<int>(batch), digest->hex().c_str());
                    std::fflush(stdout);
                }
            }
        }
    }
    return 0;
}
