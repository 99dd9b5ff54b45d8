// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tests against recorded float64 Keras share: the record, counted numbers, running, and what error is allowed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "provenn/adapters/json.hpp"
#include "provenn/data/npz.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/inference/session.hpp"
#include "support/shared_data.hpp"

namespace support {

using namespace provenn;

/// A record of tests/golden/.
inline Json read_record(const std::string& name) {
    const auto bytes = read_file(source_file("tests/golden/" + name)).value_or_throw();
    return parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name.c_str()).value_or_throw();
}

/// A recorded archive of arrays.
struct Archive {
    Array<std::uint8_t> bytes;
    NpzReader arrays;
};

/// An archive beside its record, which has its hash.
inline Archive open_archive(const std::string& name, const Json& record) {
    auto bytes = read_file(source_file("tests/golden/" + name)).value_or_throw();
    const std::string digest(sha256(bytes.span()).hex().view());
    if (digest != record["files"][name].get<std::string>()) throw std::runtime_error(name + ": not the recorded file");
    auto arrays = NpzReader::open(bytes.span(), name).value_or_throw();
    return {std::move(bytes), std::move(arrays)};
}

/// All outputs (the model's, or those of `values`) for one sample.
inline std::vector<Tensor<float>> run(const Model& model, const std::vector<Tensor<float>>& inputs,
                                      Span<const Index> values, bool fuse = true) {
    PlanOptions options;
    options.outputs = values;
    options.fuse = fuse;
    Session session = Session::from_model(model, options).value_or_throw();
    std::vector<View<const float>> in;
    for (const auto& input : inputs) in.push_back(input.view());
    std::vector<Tensor<float>> outputs;
    std::vector<View<float>> out;
    for (std::size_t i = 0; i < session.plan().output_count(); ++i) {
        const Shape& sample = session.plan().output_shape(i);
        Shape shape{1};
        for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
        outputs.push_back(Tensor<float>::zeros(shape).value_or_throw());
        std::fill(outputs.back().span().begin(), outputs.back().span().end(), std::nanf(""));
        out.push_back(outputs.back().view());
    }
    session.run(Span<const View<const float>>(in.data(), in.size()), Span<const View<float>>(out.data(), out.size()))
        .value_or_throw();
    return outputs;
}

/// How far results are from float64 Keras, and what they are allowed.
struct Parity {
    double error = 0.0, limit = 0.0;  ///< greatest
    double rms = 0.0, rms_limit = 0.0;
};

/// Twice the error of Keras' own float32, greatest and root-mean-square. Where Keras happens to be nearly exact the
/// floor decides: 2 epsilon of the greatest output, which is what the elementary functions promise (2 ulp), a quarter
/// of it for the mean of several. An output that is only moved or chosen has no error in Keras, and may have none here.
template <class At>
Parity measure(const Json& entry, const Tensor<double>& golden, const At& ours) {
    // Of a layer of a published file only a sample is recorded: its greatest error is a matter of chance, and is held
    // to the greatest in the whole layer; the mean is held to the mean.
    const bool is_sample = entry.contains("keras_layer_error");
    const double keras_error = entry[is_sample ? "keras_layer_error" : "keras_error"].get<double>();
    const double epsilon = static_cast<double>(std::numeric_limits<float>::epsilon());
    const double floor = keras_error == 0.0 ? 0.0 : 2.0 * epsilon * entry["scale"].get<double>();
    Parity parity;
    parity.limit = std::max(2.0 * keras_error, floor);
    const double mean_floor = golden.element_count() == 1 ? floor : floor / 4.0;
    parity.rms_limit = std::max(2.0 * entry["keras_rms"].get<double>(), mean_floor);
    for (std::int64_t i = 0; i < golden.element_count(); ++i) {
        const double apart = std::fabs(static_cast<double>(ours(i)) - golden.data()[i]);
        // Not-a-number must not pass as "not greater".
        parity.error = apart <= parity.error ? parity.error : std::isnan(apart) ? HUGE_VAL : apart;
        parity.rms += apart * apart;
    }
    parity.rms = std::sqrt(parity.rms / static_cast<double>(golden.element_count()));
    return parity;
}

/// 32-bit numbers by counting, as in tests/oracle/keras_double.py.
inline std::uint32_t hashed(std::uint32_t i, std::uint32_t seed) {
    std::uint32_t x = i * 0x9E3779B9u + seed;
    x = (x ^ (x >> 16)) * 0x7FEB352Du;
    x = (x ^ (x >> 15)) * 0x846CA68Bu;
    return x ^ (x >> 16);
}

}  // namespace support
