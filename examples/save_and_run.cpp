// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds a small network, saves it with its known answers, loads it as a device would, and runs it.
#include <provenn/inference.hpp>
#include <provenn/io/package_file.hpp>

#include <cstdio>
#include <utility>

using namespace provenn;

Status demonstrate() {
    ModelBuilder builder("digits");
    auto value = builder.input("image", {28, 28, 1});
    layers::Conv2d conv{.filters = 8, .kernel = {5, 5}, .padding = layers::Padding::same};
    conv.activation.kind = layers::Activation::relu;
    value = builder.add("conv", conv, value);
    value = builder.add("pool", layers::Pool2d{}, value);
    value = builder.add("flat", layers::Flatten{}, value);
    layers::Dense head{.units = 10};
    head.activation.kind = layers::Activation::softmax;
    builder.output(builder.add("head", head, value));
    PROVENN_ASSIGN(Model model, builder.build());         // a mistake above would be reported here, with its layer
    PROVENN_TRY(initialize(model, 7));                    // the same weights on every machine
    PROVENN_TRY(save_package("digits.pvn", model));       // written beside, flushed, renamed

    PROVENN_ASSIGN(const MappedFile file, MappedFile::open("digits.pvn"));
    PROVENN_ASSIGN(Session session, Session::from_package(file.bytes()));  // only if its known answers are reproduced
    PROVENN_ASSIGN(auto image, Tensor<float>::zeros({1, 28, 28, 1}));
    for (int i = 0; i < 28; ++i) image.view()(0, i, i, 0) = 1.0f;
    PROVENN_ASSIGN(auto scores, Tensor<float>::zeros({1, 10}));
    PROVENN_ASSIGN(const RunReport report, session.run(image.view(), scores.view()));
    for (const float score : scores.span()) std::printf("%.4f ", static_cast<double>(score));
    std::printf("\n%s\n", report.has_non_finite ? "not a number" : sha256(scores.bytes()).hex().c_str());
    return {};
}

int main() {
    const Status status = demonstrate();
    if (!status.ok()) std::printf("%s\n", status.error().message.c_str());
    return status.ok() ? 0 : 1;
}
