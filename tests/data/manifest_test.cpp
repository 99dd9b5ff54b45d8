// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Manifests: no patient's name, one digest for all of it, a round trip, and every change found.
#include "provenn/data/manifest.hpp"

#include <memory>
#include <string>

#include "provenn/data/pixel_sources.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

Dataset made(int third_pixel = 30) {
    Dataset dataset;
    dataset.name = "made";
    dataset.class_names = {"ill", "well"};
    auto pixels = Tensor<std::uint8_t>::zeros({3, 1, 1}).value_or_throw();
    for (int i = 0; i < 3; ++i) {
        pixels.data()[i] = static_cast<std::uint8_t>(i == 2 ? third_pixel : i);
        Sample sample;
        sample.name = "s" + std::to_string(i);
        sample.label = i % 2;
        sample.split = i == 2 ? Split::test : Split::train;
        if (i > 0) sample.patient = "Jane Doe";
        dataset.samples.push_back(sample);
    }
    dataset.pixels = std::make_shared<ArrayPixels>(std::move(pixels));
    return dataset;
}

}  // namespace

TEST_CASE("a manifest names digests and pseudonyms, never patients", "[data][manifest][REQ-DATA-008]") {
    const DataManifest manifest = make_manifest(made(), "secret").value_or_throw();
    REQUIRE(manifest.entries.size() == 3);
    // printf '\x1e' | sha256sum
    CHECK(manifest.entries[2].content.hex() == "9652595f37edd08c51dfa26567e6cd76e6fa2709c3e578478ca398d316837a7a");
    CHECK(manifest.entries[0].patient.empty());
    CHECK(manifest.entries[1].patient == manifest.entries[2].patient);
    // printf 'secret\0Jane Doe' | sha256sum
    CHECK(manifest.entries[1].patient == "990fec03f3cf203e");
    CHECK(manifest.entries[1].patient == patient_pseudonym("Jane Doe", "secret"));
    CHECK(manifest.entries[1].patient != patient_pseudonym("Jane Doe", "Secret"));
    CHECK(patient_pseudonym("ab", "c") != patient_pseudonym("b", "ca"));
    const std::string json = manifest_to_json(manifest).value_or_throw();
    CHECK(json.find("Jane") == std::string::npos);
    CHECK_THAT(json, support::contains(std::string(manifest.digest.hex().view())));
    const DataManifest again = manifest_from_json(json, "m.json").value_or_throw();
    CHECK(again.digest == manifest.digest);
    CHECK(manifest_to_json(again).value_or_throw() == json);
}

TEST_CASE("every change of data gives another manifest, and is named", "[data][manifest][REQ-DATA-008]") {
    const DataManifest manifest = make_manifest(made(), "x").value_or_throw();
    CHECK(check_manifest(manifest, made()).ok());
    const Status changed = check_manifest(manifest, made(31));
    REQUIRE_FALSE(changed.ok());
    CHECK(changed.error().code == ErrorCode::hash_mismatch);
    CHECK_THAT(std::string(changed.error().message.view()), support::StartsWith("s2: bytes"));
    Dataset other = made();
    other.samples[0].label = 1;
    CHECK(check_manifest(manifest, other).error().code == ErrorCode::hash_mismatch);
    CHECK(make_manifest(other, "x").value_or_throw().digest != manifest.digest);
    other = made();
    other.samples[0].split = Split::validation;
    CHECK(check_manifest(manifest, other).error().code == ErrorCode::hash_mismatch);
    CHECK(make_manifest(other, "x").value_or_throw().digest != manifest.digest);
    other = made();
    other.class_names = {"ill", "Well"};
    CHECK(check_manifest(manifest, other).error().code == ErrorCode::hash_mismatch);
    CHECK(make_manifest(other, "x").value_or_throw().digest != manifest.digest);
    CHECK(make_manifest(made(), "y").value_or_throw().digest != manifest.digest);
    other.samples.pop_back();
    CHECK(check_manifest(manifest, other).error().code == ErrorCode::shape_mismatch);
}

TEST_CASE("a manifest that was edited or is none is refused", "[data][manifest][REQ-DATA-008]") {
    const std::string json = manifest_to_json(make_manifest(made(), "x").value_or_throw()).value_or_throw();
    const auto edited = [&](const std::string& from, const std::string& to) {
        std::string text = json;
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
        const auto read = manifest_from_json(text, "m.json");
        REQUIRE_FALSE(read.ok());
        return read.error().code;
    };
    CHECK(edited("\"label\": 0", "\"label\": 1") == ErrorCode::hash_mismatch);
    CHECK(edited("\"train\"", "\"test\"") == ErrorCode::hash_mismatch);
    CHECK(edited("\"well\"", "\"will\"") == ErrorCode::hash_mismatch);
    CHECK(edited("\"label\": 0", "\"label\": 2") == ErrorCode::corrupt_data);
    CHECK(edited("\"label\": 0", "\"label\": 0.5") == ErrorCode::corrupt_data);
    CHECK(edited("\"train\"", "\"trian\"") == ErrorCode::corrupt_data);
    CHECK(edited("\"sha256\": \"", "\"sha256\": \"g") == ErrorCode::corrupt_data);
    CHECK(edited("\"label\"", "\"lable\"") == ErrorCode::corrupt_data);
    CHECK(edited("manifest 1", "manifest 2") == ErrorCode::corrupt_data);
    CHECK(manifest_from_json("[]", "m").error().code == ErrorCode::corrupt_data);
    CHECK(manifest_from_json("{", "m").error().code == ErrorCode::corrupt_data);
}
