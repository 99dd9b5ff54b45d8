// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of NPZ: own round trip, NumPy both ways, and the real PneumoniaMNIST.
#include "provenn/data/npz.hpp"

#include "provenn/files/mapped_file.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

using namespace provenn;

namespace {

Array<std::uint8_t> two_arrays() {
    auto images = Tensor<float>::zeros({2, 3}).value_or_throw();
    for (std::int64_t i = 0; i < 6; ++i) images.data()[i] = static_cast<float>(i) + 0.25f;
    auto labels = Tensor<std::int64_t>::zeros({2}).value_or_throw();
    labels.data()[1] = -5;
    NpzWriter writer;
    writer.add("images", images).value_or_throw();
    writer.add("labels", labels).value_or_throw();
    const Status again = writer.add("labels", labels);
    REQUIRE_FALSE(again.ok());
    CHECK(again.error().code == ErrorCode::duplicate_name);
    CHECK_FALSE(writer.add("../x", labels).ok());
    return writer.finish().value_or_throw();
}

}  // namespace

TEST_CASE("arrays are written and read by name", "[data][npz][REQ-DATAFORMATS-003]") {
    const auto file = two_arrays();
    CHECK(support::to_vector(file.span()) == support::to_vector(two_arrays().span()));
    const auto reader = NpzReader::open(file.span(), "x.npz").value_or_throw();
    CHECK(reader.names() == std::vector<std::string>{"images", "labels"});
    const auto images = reader.read<float>("images").value_or_throw();
    CHECK(images.shape() == Shape{2, 3});
    CHECK(images.data()[5] == 5.25f);
    CHECK(reader.read<std::int64_t>("labels").value_or_throw().data()[1] == -5);
    const auto missing = reader.read<float>("weights");
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().code == ErrorCode::not_found);
    CHECK_THAT(missing.error().message.c_str(), support::contains("it has images, labels"));
    CHECK_FALSE(reader.read<std::uint8_t>("images").ok());
}

TEST_CASE("NumPy reads our archives, and we read NumPy's", "[data][npz][oracle][REQ-DATAFORMATS-003]") {
    const support::TemporaryFolder folder;
    folder.write("ours.npz", support::to_text(two_arrays().span()));
    const bool ran = support::run_python(folder, R"(
import numpy as np, zipfile
assert zipfile.ZipFile('ours.npz').testzip() is None
z = np.load('ours.npz')
assert (z['images'] == np.arange(6, dtype=np.float32).reshape(2, 3) + .25).all() and z['labels'].tolist() == [0, -5]
np.savez('plain.npz', a=np.arange(10000, dtype='<u2'), b=np.float64(0.5))
np.savez_compressed('packed.npz', a=np.arange(10000, dtype='<u2'), b=np.float64(0.5))
)");
    if (!ran) return support::skip("no NumPy in " + support::python());
    for (const char* name : {"plain.npz", "packed.npz"}) {
        const auto bytes = support::read_all(folder.file(name));
        INFO(name);
        const auto reader = NpzReader::open(support::bytes_of(bytes), name).value_or_throw();
        CHECK(reader.read<std::uint16_t>("a").value_or_throw().data()[9999] == 9999);
        CHECK(reader.read<float>("b").value_or_throw().data()[0] == 0.5f);
    }
}

TEST_CASE("PneumoniaMNIST has its published sizes and label counts", "[data][npz][real][REQ-DATAFORMATS-001]") {
    const auto path = support::shared_data("pneumoniamnist.npz");
    if (!path) return;
    auto mapped = MappedFile::open(*path);
    REQUIRE(mapped.ok());
    const auto reader = NpzReader::open(mapped->bytes(), "pneumoniamnist.npz").value_or_throw();
    const auto images = reader.read<std::uint8_t>("train_images").value_or_throw();
    CHECK(images.shape() == Shape{4708, 28, 28});
    const auto labels = reader.read<std::uint8_t>("test_labels").value_or_throw();
    CHECK(labels.shape() == Shape{624, 1});
    std::int64_t positive = 0;
    for (const std::uint8_t label : labels.span()) positive += label;
    CHECK(positive == 390);
}
