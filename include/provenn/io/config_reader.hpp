// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ConfigReader: typed access to one JSON object; what nobody asked for is an error.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "provenn/adapters/json.hpp"
#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace io {

/// Reads members of a layer's config. The first mistake is kept and returned by finish(); so is a member that was never
/// read, because it may change the mathematics.
class ConfigReader {
  public:
    ConfigReader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
        if (!object_.is_object()) fail("expected a JSON object");
    }

    /// The member, or null where it is absent or JSON's null. It counts as read.
    const Json* find(const std::string& key) {
        read_.insert(key);
        if (!object_.is_object()) return nullptr;
        const auto found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    void ignore(std::initializer_list<const char*> keys) {
        for (const char* key : keys) read_.insert(key);
    }

    std::int64_t integer(const std::string& key, std::int64_t otherwise) {
        const Json* value = find(key);
        return value == nullptr ? otherwise : to_integer(*value, key);
    }
    /// A number, also as Keras 2 stores numpy scalars: {"type": "ndarray", "value": 0.3}.
    float number(const std::string& key, float otherwise) {
        const Json* value = find(key);
        if (value != nullptr && value->is_object() && value->contains("value")) value = &(*value)["value"];
        if (value == nullptr) return otherwise;
        if (!value->is_number()) {
            fail(key + ": expected a number");
            return otherwise;
        }
        const double number = value->get<double>();
        constexpr double kMost = static_cast<double>(std::numeric_limits<float>::max());
        if (!(number >= -kMost && number <= kMost)) {
            fail(key + ": expected a finite number");
            return otherwise;
        }
        return static_cast<float>(number);
    }
    bool flag(const std::string& key, bool otherwise) {
        const Json* value = find(key);
        if (value == nullptr) return otherwise;
        if (value->is_boolean()) return value->get<bool>();
        if (value->is_number_integer()) return value->get<std::int64_t>() != 0;
        fail(key + ": expected true or false");
        return otherwise;
    }
    std::string text(const std::string& key, const std::string& otherwise) {
        const Json* value = find(key);
        if (value == nullptr) return otherwise;
        if (value->is_string()) return value->get<std::string>();
        fail(key + ": expected text");
        return otherwise;
    }
    std::vector<std::int64_t> integers(const std::string& key) {
        std::vector<std::int64_t> numbers;
        const Json* value = find(key);
        if (value == nullptr) return numbers;
        if (!value->is_array()) return {to_integer(*value, key)};
        for (const Json& item : *value) numbers.push_back(to_integer(item, key));
        return numbers;
    }
    /// Height and width: one number for both, or two.
    layers::Extent2 extent(const std::string& key, layers::Extent2 otherwise) {
        const std::vector<std::int64_t> numbers = integers(key);
        if (numbers.empty()) return otherwise;
        if (numbers.size() > 2) fail(key + ": expected one or two numbers");
        return {numbers[0], numbers.size() > 1 ? numbers[1] : numbers[0]};
    }
    /// Top, bottom, left, right: one number, [rows, columns], or [[top, bottom], [left, right]].
    layers::Border2 border(const std::string& key) {
        const Json* value = find(key);
        layers::Border2 border;
        if (value != nullptr && value->is_array() && value->size() == 2 && (*value)[0].is_array()) {
            const Json &rows = (*value)[0], &columns = (*value)[1];
            if (rows.size() != 2 || !columns.is_array() || columns.size() != 2) {
                fail(key + ": expected [[top, bottom], [left, right]]");
                return border;
            }
            return {to_integer(rows[0], key), to_integer(rows[1], key), to_integer(columns[0], key),
                    to_integer(columns[1], key)};
        }
        const layers::Extent2 both = extent(key, {0, 0});
        return {both.height, both.height, both.width, both.width};
    }

    void fail(const std::string& what, ErrorCode code = ErrorCode::corrupt_data) {
        if (status_.ok()) status_ = make_error(code, where_, ": ", what);
    }
    /// The member must have this value where it is given: another one is not implemented.
    void expect(const std::string& key, bool holds, const std::string& what) {
        if (!holds) fail(key + ": only " + what + " is supported", ErrorCode::unsupported);
    }

    [[nodiscard]] const Status& status() const { return status_; }
    [[nodiscard]] const std::string& where() const { return where_; }
    [[nodiscard]] const Json& object() const { return object_; }

    /// @errors the first mistake; unsupported for a member that was never read and is not null.
    Status finish() {
        if (!status_.ok()) return status_;
        for (const auto& [key, value] : object_.items()) {
            if (read_.count(key) == 0 && !value.is_null()) {
                fail("the setting '" + key + "' is unknown and may change the result", ErrorCode::unsupported);
            }
        }
        return status_;
    }

  private:
    std::int64_t to_integer(const Json& value, const std::string& key) {
        if (value.is_number_integer()) return value.get<std::int64_t>();
        fail(key + ": expected an integer");
        return 0;
    }

    const Json& object_;
    std::string where_;
    std::set<std::string> read_;
    Status status_;
};

}  // namespace io
}  // namespace PROVENN_ABI
}  // namespace provenn
