// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of reading and writing JSON within limits.
#include "provenn/adapters/json.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("JSON is read and written with the order of its keys", "[adapters][json][REQ-EVAL-015]") {
    const std::string text = R"({"b":1,"a":[true,null,-2,0.5,"x"],"z":{"y":{}}})";
    const Json value = parse_json(text).value_or_throw();
    CHECK(dump_json(value, -1).value_or_throw() == text);
    CHECK(value["a"][3] == 0.5);
    CHECK(value["z"]["y"].is_object());
    CHECK(parse_json("3").value_or_throw() == 3);
    CHECK(parse_json("18446744073709551615").value_or_throw().get<std::uint64_t>() == 18446744073709551615u);
}

TEST_CASE("nesting is limited", "[adapters][json][REQ-EVAL-015]") {
    CHECK(parse_json(std::string(64, '[') + std::string(64, ']')).ok());
    CHECK(parse_json(std::string(65, '[') + std::string(65, ']')).error().code == ErrorCode::limit_exceeded);
    CHECK(parse_json(std::string(1000000, '[')).error().code == ErrorCode::limit_exceeded);
    std::string objects;
    for (int i = 0; i < 65; ++i) objects += "{\"a\":";
    CHECK(parse_json(objects).error().code == ErrorCode::limit_exceeded);
    // Width is no depth.
    CHECK(parse_json("[[],[],[]]", "f", {.max_bytes = 100, .max_depth = 2}).ok());
    CHECK(parse_json("[[[]]]", "f", {.max_bytes = 100, .max_depth = 2}).error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("size is limited", "[adapters][json][REQ-EVAL-015]") {
    CHECK(parse_json("[1,2]", "f", {.max_bytes = 5, .max_depth = 2}).ok());
    CHECK(parse_json("[1,2]", "f", {.max_bytes = 4, .max_depth = 2}).error().code == ErrorCode::limit_exceeded);
}

TEST_CASE("a key twice in one object is refused, in two objects it is not", "[adapters][json][REQ-EVAL-015]") {
    const auto twice = parse_json(R"({"a":1,"b":{"c":1},"a":2})", "manifest");
    REQUIRE_FALSE(twice.ok());
    CHECK(twice.error().code == ErrorCode::duplicate_name);
    CHECK(std::string(twice.error().message.c_str()).find("manifest: the key 'a'") == 0);
    CHECK(parse_json(R"([{"a":1},{"a":1,"b":{"a":1}}])").ok());
    CHECK(parse_json(R"({"a":1,"\u0061":2})").error().code == ErrorCode::duplicate_name);
}

TEST_CASE("what is not JSON is an error, never an exception", "[adapters][json][REQ-EVAL-015]") {
    for (const char* bad : {"", " ", "{", "[1,]", "{\"a\"}", "nul", "NaN", "1e999", "01", "\"\\ud800\"", "\"\xff\"",
                            "[1] 2", "// x\n1", "\"a\nb\"", "{a:1}", "'a'"}) {
        INFO(bad);
        const auto value = parse_json(bad, "f");
        REQUIRE_FALSE(value.ok());
        CHECK(value.error().code == ErrorCode::corrupt_data);
    }
    // nlohmann-json ends at a null byte and ignores the rest.
    CHECK(parse_json(std::string_view("[1]\0[2", 6)).error().code == ErrorCode::corrupt_data);
    CHECK(dump_json(Json("\xff")).error().code == ErrorCode::corrupt_data);
    CHECK(dump_json(Json(std::numeric_limits<double>::quiet_NaN())).value_or_throw() == "null");
}

TEST_CASE("an object with many keys is read in reasonable time", "[adapters][json][REQ-EVAL-015]") {
    // Quadratic time in the number of keys would take minutes here.
    std::string text = "{";
    for (int i = 0; i < 200000; ++i) text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
    const Json value = parse_json(text + "}").value_or_throw();
    CHECK(value.size() == 200000);
}
