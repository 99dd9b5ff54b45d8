// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// DataManifest: what a model was trained and tested on, without a name in it: digests, labels, splits, pseudonyms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provenn/adapters/json.hpp"
#include "provenn/data/dataset.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// One sample of a manifest, in the dataset's order.
struct ManifestEntry {
    Sha256Digest content;  ///< of the stored bytes
    std::int64_t label = 0;
    Split split = Split::unassigned;
    std::string patient;  ///< pseudonym of 16 hexadecimal digits; empty where the patient is unknown
};

/// The record of a dataset. Two manifests are equal exactly if their digests are.
struct DataManifest {
    std::string name;  ///< for people; not part of the digest
    std::vector<std::string> class_names;
    std::vector<ManifestEntry> entries;
    Sha256Digest digest;  ///< of class names and entries
};

/// The first 16 hexadecimal digits of SHA-256(salt, 0, patient). Without a secret salt, whoever has a list of patients
/// can find each one's pseudonym: keep the salt where the list is kept.
/// @req REQ-DATA-008
[[nodiscard]] inline std::string patient_pseudonym(std::string_view patient, std::string_view salt) {
    Sha256 hash;
    hash.update(salt).update(std::string_view("\0", 1)).update(patient);
    return std::string(hash.finish().hex().view().substr(0, 16));
}

/// Digest of the manifest's content as text: a head line, a line for each class (its length first), then for each
/// sample `content label split pseudonym`.
[[nodiscard]] inline Sha256Digest manifest_digest(const DataManifest& manifest) {
    Sha256 hash;
    hash.update("provenn data manifest 1\n" + std::to_string(manifest.class_names.size()) + " " +
                std::to_string(manifest.entries.size()) + "\n");
    for (const std::string& name : manifest.class_names) hash.update(std::to_string(name.size()) + " " + name + "\n");
    for (const ManifestEntry& entry : manifest.entries) {
        hash.update(entry.content.hex().view());
        hash.update(" " + std::to_string(entry.label) + " " + to_string(entry.split) + " " + entry.patient + "\n");
    }
    return hash.finish();
}

/// @param salt secret text for the patients' pseudonyms.
/// @errors those of reading the samples. @cost reads every sample once.
/// @req REQ-DATA-008
[[nodiscard]] inline Result<DataManifest> make_manifest(const Dataset& dataset, std::string_view salt) {
    DataManifest manifest;
    manifest.name = dataset.name;
    manifest.class_names = dataset.class_names;
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        const Sample& sample = dataset.samples[i];
        ManifestEntry entry;
        PROVENN_ASSIGN(entry.content, dataset.pixels->digest(i));
        entry.label = sample.label;
        entry.split = sample.split;
        if (!sample.patient.empty()) entry.patient = patient_pseudonym(sample.patient, salt);
        manifest.entries.push_back(std::move(entry));
    }
    manifest.digest = manifest_digest(manifest);
    return manifest;
}

/// Whether the dataset is still the one of the manifest.
/// @errors hash_mismatch naming the first sample that changed, shape_mismatch for another number of samples.
/// @req REQ-DATA-008
[[nodiscard]] inline Status check_manifest(const DataManifest& manifest, const Dataset& dataset) {
    if (manifest.entries.size() != dataset.samples.size()) {
        return make_error(ErrorCode::shape_mismatch, dataset.name, ": the manifest has ", manifest.entries.size(),
                          " samples, the data ", dataset.samples.size());
    }
    for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
        const Sample& sample = dataset.samples[i];
        const ManifestEntry& entry = manifest.entries[i];
        PROVENN_ASSIGN(const Sha256Digest digest, dataset.pixels->digest(i));
        if (digest == entry.content && sample.label == entry.label && sample.split == entry.split) continue;
        return make_error(ErrorCode::hash_mismatch, sample.name, ": ",
                          digest != entry.content ? "bytes are" : "label or split is", " not the manifest's");
    }
    if (manifest.class_names != dataset.class_names) {
        return make_error(ErrorCode::hash_mismatch, dataset.name, ": the classes are not the manifest's");
    }
    return {};
}

/// @req REQ-DATA-008
[[nodiscard]] inline Result<std::string> manifest_to_json(const DataManifest& manifest) {
    Json json = {{"format", "provenn data manifest 1"},
                 {"name", manifest.name},
                 {"digest", std::string(manifest.digest.hex().view())},
                 {"class_names", manifest.class_names},
                 {"samples", Json::array()}};
    for (const ManifestEntry& entry : manifest.entries) {
        Json sample = {{"sha256", std::string(entry.content.hex().view())},
                       {"label", entry.label},
                       {"split", to_string(entry.split)}};
        if (!entry.patient.empty()) sample["patient"] = entry.patient;
        json["samples"].push_back(std::move(sample));
    }
    return dump_json(json, 1);
}

namespace manifests {
inline Result<Sha256Digest> digest_of(const Json& json, const char* key, std::string_view where) {
    Sha256Digest digest;
    const auto at = json.find(key);
    if (at == json.end() || !at->is_string() || at->get_ref<const std::string&>().size() != 64) {
        return make_error(ErrorCode::corrupt_data, where, ": ", key, ": expected 64 hexadecimal digits");
    }
    const std::string& text = at->get_ref<const std::string&>();
    for (std::size_t i = 0; i < 64; ++i) {
        const std::size_t digit = std::string_view("0123456789abcdef").find(text[i]);
        if (digit == std::string_view::npos) {
            return make_error(ErrorCode::corrupt_data, where, ": ", key, ": expected 64 hexadecimal digits");
        }
        digest.bytes[i / 2] = static_cast<std::uint8_t>(digest.bytes[i / 2] * 16 + digit);
    }
    return digest;
}

inline Result<ManifestEntry> entry_of(const Json& json, std::size_t classes, std::string_view where) {
    const Error refusal = make_error(ErrorCode::corrupt_data, where,
                                     ": samples: expected sha256, label, split and perhaps patient for each");
    if (!json.is_object() || !json.contains("label") || !json.contains("split")) return refusal;
    ManifestEntry entry;
    PROVENN_ASSIGN(entry.content, digest_of(json, "sha256", where));
    if (!json["label"].is_number_integer() || !json["split"].is_string()) return refusal;
    entry.label = json["label"].get<std::int64_t>();
    if (entry.label < 0 || entry.label >= static_cast<std::int64_t>(classes)) return refusal;
    bool is_known = false;
    for (const Split split : {Split::unassigned, Split::train, Split::validation, Split::test}) {
        if (json["split"].get_ref<const std::string&>() != to_string(split)) continue;
        entry.split = split;
        is_known = true;
    }
    if (!is_known) return refusal;
    if (json.contains("patient")) {
        if (!json["patient"].is_string()) return refusal;
        entry.patient = json["patient"].get<std::string>();
    }
    return entry;
}
}  // namespace manifests

/// Reads what manifest_to_json wrote. @errors those of parse_json, corrupt_data, hash_mismatch (the digest is another).
/// @req REQ-DATA-008
[[nodiscard]] inline Result<DataManifest> manifest_from_json(std::string_view text, std::string_view where) {
    PROVENN_ASSIGN(const Json json, parse_json(text, where));
    const auto is_list = [&](const char* key) { return json.contains(key) && json[key].is_array(); };
    if (!json.is_object() || !json.contains("format") || json["format"] != "provenn data manifest 1" ||
        !is_list("class_names") || !is_list("samples")) {
        return make_error(ErrorCode::corrupt_data, where, ": not a provenn data manifest 1");
    }
    DataManifest manifest;
    if (json.contains("name") && json["name"].is_string()) manifest.name = json["name"].get<std::string>();
    for (const Json& name : json["class_names"]) {
        if (!name.is_string()) return make_error(ErrorCode::corrupt_data, where, ": class_names: expected texts");
        manifest.class_names.push_back(name.get<std::string>());
    }
    for (const Json& sample : json["samples"]) {
        PROVENN_ASSIGN(ManifestEntry entry, manifests::entry_of(sample, manifest.class_names.size(), where));
        manifest.entries.push_back(std::move(entry));
    }
    PROVENN_ASSIGN(const Sha256Digest stated, manifests::digest_of(json, "digest", where));
    manifest.digest = manifest_digest(manifest);
    if (stated != manifest.digest) {
        return make_error(ErrorCode::hash_mismatch, where, ": the manifest's digest does not fit its content");
    }
    return manifest;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
