// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The field codec: every layer with every field through bytes and back; what no writer writes is refused.
#include "provenn/model/field_codec.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;

namespace {

std::vector<std::uint8_t> bytes_of(const layers::Layer& layer) {
    Array<std::uint8_t> bytes;
    write_layer(layer, bytes).value_or_throw();
    return {bytes.begin(), bytes.end()};
}
Result<layers::Layer> read(const std::vector<std::uint8_t>& bytes) {
    ByteReader reader({bytes.data(), bytes.size()});
    PROVENN_ASSIGN(auto layer, read_layer(reader));
    PROVENN_TRY(reader.expect_end());
    return layer;
}

}  // namespace

TEST_CASE("every layer survives bytes with every field", "[model][field_codec][REQ-MODEL-002]") {
    const auto list = support::a_layer_of_every_kind();
    REQUIRE(list.size() + 1 == layers::kLayerKinds);  // custom has its own case below
    const std::size_t custom_kind = layers::Layer(layers::Custom{}).index();
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::size_t kind = i < custom_kind ? i : i + 1;
        CAPTURE(layers::type_name(list[i].config));
        REQUIRE(list[i].config.index() == kind);
        const auto bytes = bytes_of(list[i].config);
        const auto back = read(bytes);
        REQUIRE(back.ok());
        CHECK(back->index() == kind);
        CHECK(bytes_of(*back) == bytes);
        // A default layer has other bytes, so a field that is forgotten would be noticed.
        const auto fresh = bytes_of(field_codec::layer_of_kind(kind));
        const bool has_fields = bytes.size() > 1;
        CHECK((fresh != bytes) == has_fields);
    }
    layers::Custom custom;
    custom.type_name = "swirl";
    custom.attributes = "turns=3";
    const auto back = read(bytes_of(layers::Layer(custom)));
    REQUIRE(back.ok());
    CHECK(std::get<layers::Custom>(*back).type_name == "swirl");
    CHECK(std::get<layers::Custom>(*back).attributes == "turns=3");
}

TEST_CASE("a truncated layer is refused at every length", "[model][field_codec][REQ-MODEL-003]") {
    for (const auto& sample : support::a_layer_of_every_kind()) {
        const auto bytes = bytes_of(sample.config);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CHECK_FALSE(read({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}).ok());
        }
    }
}

TEST_CASE("values beyond an enumeration, a truth value, or a number are refused",
          "[model][field_codec][REQ-MODEL-003]") {
    CHECK_FALSE(read({static_cast<std::uint8_t>(layers::kLayerKinds)}).ok());
    auto pool = bytes_of(layers::Layer(layers::Pool2d{}));
    pool[1] = 2;  // kind: max, average, and nothing else
    CHECK(read(pool).error().code == ErrorCode::corrupt_data);
    auto prelu = bytes_of(layers::Layer(layers::PRelu{}));
    prelu[1] = 2;
    CHECK(read(prelu).error().code == ErrorCode::corrupt_data);
    const auto nan = bytes_of(layers::Layer(layers::Rescaling{std::numeric_limits<float>::quiet_NaN(), 0.0f}));
    CHECK(read(nan).error().code == ErrorCode::not_finite);
    auto reshape = bytes_of(layers::Layer(layers::Reshape{{2, 2}}));
    reshape[1] = 9;  // rank
    CHECK(read(reshape).error().code == ErrorCode::corrupt_data);
}
