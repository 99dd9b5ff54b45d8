// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of NPY: hand-made headers, every lie in them, and round trips through NumPy.
#include "provenn/data/npy.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

std::string npy_file(const std::string& header, const std::string& data, int version = 1) {
    std::string file = "\x93NUMPY";
    file += static_cast<char>(version);
    file += '\0';
    const int width = version == 1 ? 2 : 4;
    for (int i = 0; i < width; ++i) file += static_cast<char>(header.size() >> (8 * i));
    return file + header + data;
}

const std::string kHeader = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }\n";
const std::string kData("\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00\xff\xff", 12);

template <class T>
std::vector<T> values(const Tensor<T>& tensor) {
    return {tensor.data(), tensor.data() + tensor.element_count()};
}

}  // namespace

TEST_CASE("an array is read in both byte orders and both element orders", "[data][npy][REQ-DATAFORMATS-001]") {
    const std::vector<std::int32_t> rows{1, 2, 3, 4, 5, -1};
    for (const int version : {1, 2, 3}) {
        const std::string file = npy_file(kHeader, kData, version);
        auto array = read_npy(support::bytes_of(file), "x.npy");
        REQUIRE(array.ok());
        CHECK(array->shape == Shape{2, 3});
        CHECK(values(to_tensor<std::int32_t>(*array).value()) == rows);
    }
    std::string big = kData;
    for (std::size_t i = 0; i < big.size(); i += 2) std::swap(big[i], big[i + 1]);
    const std::string big_file = npy_file("{'shape':(2,3),'descr':\">i2\",'fortran_order':False}", big);
    auto array = read_npy(support::bytes_of(big_file), "big");
    REQUIRE(array.ok());
    CHECK(values(to_tensor<std::int32_t>(*array).value()) == rows);
    const std::string fortran = npy_file("{'descr': '<i2', 'fortran_order': True, 'shape': (3, 2)}", kData);
    array = read_npy(support::bytes_of(fortran), "fortran");
    REQUIRE(array.ok());
    CHECK(values(to_tensor<std::int32_t>(*array).value()) == std::vector<std::int32_t>{1, 4, 2, 5, 3, -1});
    const std::string scalar = npy_file("{'descr': '|u1', 'fortran_order': False, 'shape': ()}", "7");
    array = read_npy(support::bytes_of(scalar), "scalar");
    REQUIRE(array.ok());
    CHECK(array->shape.rank() == 0);
    CHECK(values(to_tensor<std::uint8_t>(*array).value()) == std::vector<std::uint8_t>{'7'});
}

TEST_CASE("a conversion that would change a value is refused", "[data][npy][REQ-DATAFORMATS-002]") {
    const std::string file = npy_file(kHeader, kData);
    const RawArray array = read_npy(support::bytes_of(file), "x.npy").value_or_throw();
    const auto refused = to_tensor<std::uint8_t>(array);
    REQUIRE_FALSE(refused.ok());
    CHECK_THAT(refused.error().message.c_str(), support::contains("element 5"));
    CHECK_FALSE(to_tensor<std::uint8_t>(array, Rounding::nearest).ok());
    CHECK(values(to_tensor<float>(array).value()) == std::vector<float>{1, 2, 3, 4, 5, -1});
    const double doubles[] = {0.5, 0.1, 1e300, -9223372036854775808.0};
    const std::string text(reinterpret_cast<const char*>(doubles), 32);
    const std::string file8 = npy_file("{'descr': '<f8', 'fortran_order': False, 'shape': (4,)}", text);
    const RawArray array8 = read_npy(support::bytes_of(file8), "x").value_or_throw();
    const auto inexact = to_tensor<float>(array8);
    REQUIRE_FALSE(inexact.ok());
    CHECK_THAT(inexact.error().message.c_str(), support::contains("element 1"));
    CHECK(to_tensor<float>(array8, Rounding::nearest)->data()[1] == 0.1f);
    CHECK_FALSE(to_tensor<std::int64_t>(array8, Rounding::nearest).ok());
    std::int64_t exact = 0;
    CHECK(raw::convert(-9223372036854775808.0, Rounding::refuse, exact));
    CHECK_FALSE(raw::convert(9223372036854775808.0, Rounding::refuse, exact));
    float single = 0;
    CHECK_FALSE(raw::convert(std::int64_t{9223372036854775807}, Rounding::refuse, single));
    CHECK_FALSE(raw::convert(std::int32_t{16777217}, Rounding::refuse, single));
    CHECK(raw::convert(std::int32_t{16777216}, Rounding::refuse, single));
}

TEST_CASE("malformed npy files are refused with place and reason", "[data][npy][REQ-DATAFORMATS-001]") {
    const auto header = [](const std::string& text) { return npy_file(text, kData); };
    struct Case {
        std::string file;
        ErrorCode code;
        const char* says;
    };
    const Case cases[] = {
        {"", ErrorCode::corrupt_data, "not an npy"},
        {"PK\x03\x04 something else", ErrorCode::corrupt_data, "not an npy"},
        {npy_file(kHeader, kData, 4), ErrorCode::version_mismatch, "version 4.0"},
        {npy_file(kHeader, kData + "x"), ErrorCode::corrupt_data, "expected 12 bytes"},
        {npy_file(kHeader, kData.substr(1)), ErrorCode::corrupt_data, "found 11"},
        {npy_file(kHeader, "").substr(0, 30), ErrorCode::corrupt_data, "passes the end"},
        {header("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3)}"), ErrorCode::unsupported, "<c8"},
        {header("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}"), ErrorCode::unsupported, "|O"},
        {header("{'descr': '|i2', 'fortran_order': False, 'shape': (2, 3)}"), ErrorCode::unsupported, "|i2"},
        {header("{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (2, 3)}"), ErrorCode::unsupported,
         "structured"},
        {header("{'descr': '<i2', 'shape': (2, 3)}"), ErrorCode::corrupt_data, "keys"},
        {header("{'descr': '<i2', 'descr': '<i2', 'shape': (2, 3)}"), ErrorCode::corrupt_data, "twice"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), 'x': 1}"), ErrorCode::corrupt_data, "keys"},
        {header("{'descr': '<i2', 'fortran_order': 0, 'shape': (2, 3)}"), ErrorCode::corrupt_data, "True or False"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (-2, 3)}"), ErrorCode::corrupt_data, "an extent"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (6)}"), ErrorCode::corrupt_data, "comma"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (2 3)}"), ErrorCode::corrupt_data, "comma"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999, 99999999999)}"),
         ErrorCode::limit_exceeded, "not storable"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,2,3)}"), ErrorCode::unsupported,
         "axes"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3)} + exit()"), ErrorCode::corrupt_data,
         "only spaces"},
        {header("__import__('os').abort()"), ErrorCode::corrupt_data, "expected {"},
        {header("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3)"), ErrorCode::corrupt_data, "expected }"},
    };
    for (const Case& one : cases) {
        const auto array = read_npy(support::bytes_of(one.file), "x.npy");
        INFO(one.says);
        REQUIRE_FALSE(array.ok());
        INFO(array.error().message.c_str());
        CHECK(array.error().code == one.code);
        CHECK_THAT(array.error().message.c_str(), support::contains("x.npy"));
        CHECK_THAT(array.error().message.c_str(), support::contains(one.says));
    }
}

TEST_CASE("damaged npy files never crash the reader", "[data][npy][REQ-DATAFORMATS-001]") {
    const std::string file = npy_file(kHeader, kData);
    for (std::size_t size = 0; size < file.size(); ++size) {
        CHECK_FALSE(read_npy(support::bytes_of(file.substr(0, size)), "cut").ok());
    }
    support::TestRandom random(2);
    for (int i = 0; i < 20000; ++i) {
        std::string damaged = file;
        for (int k = 0; k < 3; ++k) damaged[random.below(damaged.size())] = static_cast<char>(random.next());
        const auto array = read_npy(support::bytes_of(damaged), "damaged");
        if (array.ok()) (void)to_tensor<float>(*array);
    }
}

TEST_CASE("what is written is read again, and the bytes are aligned", "[data][npy][REQ-DATAFORMATS-003]") {
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3}, Shape{0, 4}, Shape{1, 2, 3, 1}}) {
        auto tensor = Tensor<float>::zeros(shape).value_or_throw();
        for (std::int64_t i = 0; i < tensor.element_count(); ++i) tensor.data()[i] = static_cast<float>(i) * 0.1f;
        const auto file = write_npy(tensor).value_or_throw();
        CHECK((file.size() - tensor.bytes().size()) % 64 == 0);
        const auto array = read_npy(file.span(), "written").value_or_throw();
        CHECK(array.shape == shape);
        CHECK(values(to_tensor<float>(array).value()) == values(tensor));
    }
}

TEST_CASE("arrays go to NumPy and back", "[data][npy][oracle][REQ-DATAFORMATS-003]") {
    const support::TemporaryFolder folder;
    auto tensor = Tensor<float>::zeros({3, 4}).value_or_throw();
    for (std::int64_t i = 0; i < 12; ++i) tensor.data()[i] = static_cast<float>(i) / 3.0f;
    folder.write("ours.npy", support::to_text(write_npy(tensor).value_or_throw().span()));
    const bool ran = support::run_python(folder, R"(
import numpy as np
a = np.load('ours.npy')
assert a.dtype == np.float32 and a.shape == (3, 4)
assert (a == (np.arange(12, dtype=np.float32) / np.float32(3)).reshape(3, 4)).all()
base = np.arange(24).reshape(2, 3, 4)
for d in ['b1', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'f4', 'f8']:
    for e in '<>':
        x = (base % 2 if d == 'b1' else base).astype(e + d)
        np.save(d + ('l' if e == '<' else 'b') + 'c.npy', x)
        np.save(d + ('l' if e == '<' else 'b') + 'f.npy', np.asfortranarray(x))
)");
    if (!ran) return support::skip("no NumPy in " + support::python());
    std::vector<double> expected(24);
    for (std::size_t i = 0; i < 24; ++i) expected[i] = static_cast<double>(i);
    for (const char* type : {"b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"}) {
        for (const char* variant : {"lc", "lf", "bc", "bf"}) {
            const std::string name = std::string(type) + variant + ".npy";
            const auto bytes = support::read_all(folder.file(name));
            INFO(name);
            const auto array = read_npy(support::bytes_of(bytes), name);
            REQUIRE(array.ok());
            auto found = values(to_tensor<double>(*array).value());
            if (std::string(type) == "b1") {
                for (std::size_t i = 0; i < 24; ++i) CHECK(found[i] == static_cast<double>(i % 2));
            } else {
                CHECK(found == expected);
            }
        }
    }
}
