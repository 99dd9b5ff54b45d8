// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JSON through nlohmann-json: objects keep their order, limits on what is read, and no exception leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A JSON value whose objects keep the order of insertion, so that records are the same bytes every time.
using Json = nlohmann::ordered_json;

/// What a JSON text from outside may ask for.
struct JsonLimits {
    std::size_t max_bytes = std::size_t{64} << 20;
    std::size_t max_depth = 64;  ///< objects and arrays inside each other
};

namespace json {
/// Builds the value from the parser's events; the first breach stops the parser.
class LimitedBuilder final : public nlohmann::json_sax<Json> {
  public:
    LimitedBuilder(std::string_view where, const JsonLimits& limits) : where_(where), limits_(limits) {}

    bool null() override { return add(Json(nullptr)) != nullptr; }
    bool boolean(bool value) override { return add(Json(value)) != nullptr; }
    bool number_integer(number_integer_t value) override { return add(Json(value)) != nullptr; }
    bool number_unsigned(number_unsigned_t value) override { return add(Json(value)) != nullptr; }
    bool number_float(number_float_t value, const string_t&) override { return add(Json(value)) != nullptr; }
    bool string(string_t& value) override { return add(Json(std::move(value))) != nullptr; }
    bool binary(binary_t&) override {
        return fail(make_error(ErrorCode::corrupt_data, where_, ": binary values are not JSON text"));
    }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool key(string_t& name) override {
        if (!open_.back().names.insert(name).second) {
            return fail(make_error(ErrorCode::duplicate_name, where_, ": the key '",
                                   std::string_view(name).substr(0, 80), "' appears twice in one object"));
        }
        name_ = std::move(name);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& problem) override {
        return fail(make_error(ErrorCode::corrupt_data, where_, ": not JSON at byte ", position, ": ",
                               std::string_view(problem.what()).substr(0, 200)));
    }

    [[nodiscard]] const Error& error() const { return error_; }
    [[nodiscard]] Json&& take() { return std::move(root_); }

  private:
    struct Level {
        Json* value;
        std::set<std::string> names;
    };

    /// Places a value in the object or array that is open; a pointer to where it now stands.
    Json* add(Json&& value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back().value;
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        // Keys are known to differ here, so the linear search of ordered_map is skipped: many keys stay cheap.
        auto& members = static_cast<std::vector<std::pair<const std::string, Json>>&>(
            parent.get_ref<Json::object_t&>());
        members.emplace_back(std::move(name_), std::move(value));
        return &members.back().second;
    }
    bool open(Json&& value) {
        if (open_.size() >= limits_.max_depth) {
            return fail(make_error(ErrorCode::limit_exceeded, where_, ": expected at most ", limits_.max_depth,
                                   " objects and arrays inside each other"));
        }
        open_.push_back({add(std::move(value)), {}});
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool fail(const Error& error) {
        error_ = error;
        return false;
    }

    std::string_view where_;
    JsonLimits limits_;
    Json root_;
    std::vector<Level> open_;
    std::string name_;
    Error error_;
};
}  // namespace json

/// @param where names the source in error messages. @ensures the whole text is one value, UTF-8, without duplicate
/// keys.
/// @errors limit_exceeded (bytes, depth), duplicate_name, corrupt_data, out_of_memory
[[nodiscard]] inline Result<Json> parse_json(std::string_view text, std::string_view where = "JSON",
                                             const JsonLimits& limits = {}) {
    if (text.size() > limits.max_bytes) {
        return make_error(ErrorCode::limit_exceeded, where, ": expected at most ", limits.max_bytes, " bytes, found ",
                          text.size());
    }
    // The parser takes a null byte for the end of the text and would ignore whatever follows it.
    if (const std::size_t position = text.find('\0'); position != std::string_view::npos) {
        return make_error(ErrorCode::corrupt_data, where, ": not JSON at byte ", position + 1, ": a null byte");
    }
    try {
        json::LimitedBuilder builder(where, limits);
        if (!Json::sax_parse(text.begin(), text.end(), &builder)) return builder.error();
        return Json(builder.take());
    } catch (const std::bad_alloc&) {
        return make_error(ErrorCode::out_of_memory, where, ": no memory for ", text.size(), " bytes of JSON");
    } catch (const std::exception& problem) {
        return make_error(ErrorCode::corrupt_data, where, ": ", std::string_view(problem.what()).substr(0, 200));
    }
}

/// The text of a value, `indent` spaces a level, or one line for a negative indent. Numbers that are not finite become
/// null.
/// @errors corrupt_data (a string that is not UTF-8), out_of_memory
[[nodiscard]] inline Result<std::string> dump_json(const Json& value, int indent = 2) {
    try {
        return value.dump(indent);
    } catch (const std::bad_alloc&) {
        return make_error(ErrorCode::out_of_memory, "JSON: no memory for the text");
    } catch (const std::exception& problem) {
        return make_error(ErrorCode::corrupt_data, "JSON: ", std::string_view(problem.what()).substr(0, 200));
    }
}

}  // namespace PROVENN_ABI
}  // namespace provenn
