// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints one hash for each architecture of the zoo on each instruction set, number of threads and batch size.
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

}  // namespace

int main(int argument_count, char** arguments) {
    const char* kNetworks[] = {"lenet5", "small_cnn", "resnet8", "resnet18:input=32x32x3,classes=10",
                               "vgg16:input=32x32x3,classes=10", "mobilenet_v1:alpha=0.25,input=32x32x3,classes=10",
                               "squeezenet:input=48x48x3,classes=10"};
    const bool only_small = argument_count > 1 && std::strcmp(arguments[1], "--small") == 0;
    for (const char* name : kNetworks) {
        if (only_small && std::strncmp(name, "vgg16", 5) == 0) continue;
        auto model = matrix::random_network(name);
        if (!model) return std::printf("%s: %s\n", name, model.error().message.c_str()), 1;
        for (int isa = 0; isa < kernels::kIsaCount; ++isa) {
            const kernels::KernelTable* table = kernels::find_table(static_cast<kernels::Isa>(isa));
            if (table == nullptr) continue;
            for (const int threads : {1, 2, 7}) {
                for (const std::int64_t batch : {1, 3}) {
                    // Emulation takes its time: two of its six combinations for the large networks.
                    const bool is_large = std::strncmp(name, "vgg", 3) == 0 || std::strncmp(name, "resnet18", 8) == 0;
                    if (is_large && table->isa == kernels::Isa::emulated && (threads == 1) != (batch == 1)) continue;
                    if (is_large && table->isa == kernels::Isa::emulated && threads == 7) continue;
                    const auto digest = first_sample(*model, *table, threads, batch);
                    if (!digest) return std::printf("%s: %s\n", name, digest.error().message.c_str()), 1;
                    std::printf("%s %s threads %d batch %d %s\n", name, to_string(table->isa), threads,
                                static_cast<int>(batch), digest->hex().c_str());
                    std::fflush(stdout);
                }
            }
        }
    }
    return 0;
}
