// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writing and reading what a model was trained on.
#include "run_record.hpp"

#include <set>
#include <utility>

#include "provenn/files/mapped_file.hpp"

namespace program {

namespace {

const char* compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#elif defined(__GNUC__)
    return "gcc " __VERSION__;
#else
    return "unknown";
#endif
}

/// A file's name may be any bytes, JSON is UTF-8: other bytes as \xNN.
std::string printable(const std::string& text) {
    if (dump_json(Json(text))) return text;
    constexpr const char* kDigits = "0123456789abcdef";
    std::string result;
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        if (value < 0x80) result += byte;
        else result += std::string("\\x") + kDigits[value >> 4] + kDigits[value & 15];
    }
    return result;
}

/// The record's content, or nothing where there is none that can be read.
std::optional<Json> read_record(const std::string& path) {
    auto bytes = read_file(path);
    if (!bytes) return std::nullopt;
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    auto parsed = parse_json(text, path);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

const std::string* text_at(const Json& json, const char* key) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_string()) return nullptr;
    return &json[key].get_ref<const std::string&>();
}

/// The digests of the training images that a record lists.
std::optional<std::set<std::string>> trained_digests(const Json& record) {
    if (!record.contains("files") || !record["files"].is_object() || !record["files"].contains("train"))
        return std::nullopt;
    std::set<std::string> digests;
    for (const Json& line : record["files"]["train"]) {
        if (line.is_string()) digests.insert(line.get_ref<const std::string&>().substr(0, 64));
    }
    return digests;
}

}  // namespace

Json program_json(const std::vector<std::string>& arguments) {
    Json words = Json::array();
    for (const std::string& word : arguments) words.push_back(printable(word));
    return {{"version", PROVENN_PROGRAM_VERSION}, {"compiler", compiler()}, {"command_line", std::move(words)}};
}

Result<Json> files_json(const Dataset& dataset) {
    Json parts = {{"train", Json::array()}, {"validation", Json::array()}, {"test", Json::array()}};
    Sha256 listing;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        const Sample& sample = dataset.samples[i];
        PROVENN_ASSIGN(const Sha256Digest digest, dataset.pixels->digest(i));
        const std::string hex(digest.hex().view());
        listing.update(hex + "\t" + to_string(sample.split) + "\t" +
                       dataset.class_names[static_cast<std::size_t>(sample.label)] + "\t" + sample.name + "\n");
        if (sample.split == Split::unassigned) continue;
        parts[to_string(sample.split)].push_back(hex + "  " + printable(sample.name));
    }
    Json files = {{"listing_sha256", std::string(listing.finish().hex().view())}};
    for (auto& [part, names] : parts.items()) files[part] = std::move(names);
    return files;
}

std::optional<FoundRecord> find_record(const Context& context, const std::string& package,
                                       const std::string& package_sha256) {
    constexpr std::string_view kEnding = ".pvn";
    if (package.size() <= kEnding.size() || package.substr(package.size() - kEnding.size()) != kEnding) return {};
    const std::string path = package.substr(0, package.size() - kEnding.size()) + ".run.json";
    std::optional<Json> record = read_record(path);
    if (!record) return {};
    const std::string* recorded = text_at(*record, "package_sha256");
    if (recorded == nullptr || *recorded != package_sha256) {
        context.note(path + " is not the record of this package: what the run says of it is left aside");
        return {};
    }
    return FoundRecord{path, std::move(*record)};
}

std::optional<RecordedThreshold> recorded_threshold(const FoundRecord& record) {
    const Json::json_pointer place("/test/binary"), names("/data/classes"), rule("/options/threshold_for");
    if (!record.json.contains(place) || !record.json.contains(names)) return {};
    if (!record.json.contains(rule) || record.json[rule] == "") return {};
    const Json& binary = record.json[place];
    const Json& classes = record.json[names];
    const std::string* origin = text_at(binary, "threshold_origin");
    if (origin == nullptr || !binary.contains("threshold") || !binary["threshold"].is_number()) return {};
    if (!binary.contains("positive_class") || !binary["positive_class"].is_number_unsigned()) return {};
    const std::size_t positive = binary["positive_class"].get<std::size_t>();
    if (!classes.is_array() || positive >= classes.size() || !classes[positive].is_string()) return {};
    return RecordedThreshold{binary["threshold"].get<double>(), classes[positive].get<std::string>(), *origin};
}

Result<std::optional<TrainedOn>> find_trained_on(const FoundRecord& record, const Dataset& dataset, Split split) {
    const std::optional<std::set<std::string>> digests = trained_digests(record.json);
    if (!digests) return std::optional<TrainedOn>();
    TrainedOn found;
    for (const std::int64_t i : dataset.members(split)) {
        PROVENN_ASSIGN(const Sha256Digest digest, dataset.pixels->digest(static_cast<std::size_t>(i)));
        ++found.evaluated;
        found.trained += digests->count(std::string(digest.hex().view())) > 0 ? 1 : 0;
    }
    return std::optional<TrainedOn>(found);
}

}  // namespace program
