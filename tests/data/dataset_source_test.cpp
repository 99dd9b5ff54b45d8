// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// DatasetSource: the device's preprocessing bit for bit, one set of bytes for every way of loading, errors with names.
#include "provenn/data/dataset_source.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "provenn/adapters/tbb.hpp"
#include "provenn/data/open_dataset.hpp"
#include "provenn/data/png_writer.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

namespace {

std::string random_png(std::uint64_t seed, std::int64_t channels = 3) {
    support::CounterRandom random(seed);
    auto pixels = Tensor<std::uint8_t>::zeros({random.next_integer(5, 12), random.next_integer(5, 12), channels})
                      .value_or_throw();
    for (auto& pixel : pixels.span()) pixel = static_cast<std::uint8_t>(random.next_integer(0, 255));
    return support::to_text(write_png(pixels).value_or_throw().span());
}

/// 20 images of two classes, every fifth of them for test.
Dataset write_images(const support::TemporaryFolder& folder) {
    for (std::uint64_t i = 0; i < 20; ++i) {
        folder.write(
            std::string(i % 5 == 4 ? "test" : "train") + (i % 2 == 0 ? "/a/i" : "/b/i") + std::to_string(i) + ".png",
            random_png(i));
    }
    return open_image_folder(folder.path().string()).value_or_throw();
}

InputContract small_contract() {
    InputContract contract;
    contract.height = 8;
    contract.width = 7;
    contract.channels = 3;
    contract.channel_order = ChannelOrder::bgr;
    for (int c = 0; c < 3; ++c) contract.scale[c] = 1.0f / 127.5f, contract.offset[c] = -1.0f;
    return contract;
}

const AugmentationConfig kAugmentation{.flip_horizontal = true, .rotation_rad = 0.2, .brightness = 0.1, .noise = 0.05};

struct Read {
    Tensor<float> inputs;
    std::vector<std::int64_t> labels;
    Status status;
};

Read read(DatasetSource& source, const std::vector<std::int64_t>& samples, std::int64_t epoch = 0) {
    Read result;
    const auto count = static_cast<std::int64_t>(samples.size());
    result.inputs = Tensor<float>::zeros(training::with_batch(count, source.input_shape(0))).value_or_throw();
    result.labels.resize(samples.size());
    const View<float> inputs = result.inputs.view();
    result.status = source.read({{samples.data(), samples.size()}, epoch},
                                {{&inputs, 1}, {result.labels.data(), result.labels.size()}, {}});
    return result;
}

std::vector<float> values(const Read& result) { return {result.inputs.span().begin(), result.inputs.span().end()}; }

}  // namespace

TEST_CASE("without augmentation training reads what the device would compute", "[data][dataset_source][REQ-DATA-011]") {
    const support::TemporaryFolder folder;
    const Dataset dataset = write_images(folder);
    auto source = DatasetSource::make(dataset, Split::test, small_contract()).value_or_throw();
    CHECK(source->size() == 4);
    CHECK(source->classes() == 2);
    CHECK(source->input_shape(0) == (Shape{8, 7, 3}));
    const Read batch = read(*source, {3, 0, 3});
    REQUIRE(batch.status.ok());
    CHECK(source->sample_of(3).name == "test/b/i9.png");
    CHECK(batch.labels == std::vector<std::int64_t>{1, 0, 1});
    CHECK(source->label(0).value_or_throw() == 0);
    const auto members = dataset.members(Split::test);
    const Image image = dataset.pixels->read(static_cast<std::size_t>(members[3]), OrientationPolicy::refuse, nullptr)
                            .value_or_throw();
    auto expected = Tensor<float>::zeros({8, 7, 3}).value_or_throw();
    preprocess(ImageView(image.pixels8.view()), small_contract(), expected.view()).value_or_throw();
    CHECK(std::memcmp(expected.data(), batch.inputs.data(), expected.bytes().size()) == 0);
    CHECK(std::memcmp(expected.data(), batch.inputs.data() + 2 * 8 * 7 * 3, expected.bytes().size()) == 0);
}

TEST_CASE("threads, cache, batches and loading ahead change no byte", "[data][dataset_source][REQ-DATA-011]") {
    const support::TemporaryFolder folder;
    const Dataset dataset = write_images(folder);
    const std::vector<std::int64_t> all = {5, 3, 15, 0, 1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    auto plain =
        DatasetSource::make(dataset, Split::train, small_contract(), {.augmentation = kAugmentation}).value_or_throw();
    const auto expected = values(read(*plain, all, 3));
    CHECK(values(read(*plain, all, 4)) != expected);
    CHECK(values(read(*plain, all, 3)) == expected);  // now from the cache
    CHECK(plain->cached_bytes() == std::size_t{16} * 8 * 7 * 3 * 4);
    auto seeded =
        DatasetSource::make(dataset, Split::train, small_contract(), {.augmentation = kAugmentation, .seed = 2});
    CHECK(values(read(**seeded, all, 3)) != expected);

    const auto executor = TbbExecutor::make(1).value_or_throw();  // leaves TBB no thread to spare
    for (const int threads : {1, 2, 7}) {
        for (const std::size_t cache : {std::size_t{0}, std::size_t{3000}, std::size_t{1} << 20}) {
            auto source =
                DatasetSource::make(dataset, Split::train, small_contract(),
                                    {.augmentation = kAugmentation, .max_cache_bytes = cache, .threads = threads})
                    .value_or_throw();
            const std::vector<std::int64_t> next = {7, 8};
            source->announce({{all.data(), all.size()}, 3});
            CHECK(values(read(*source, all, 3)) == expected);
            source->announce({{next.data(), next.size()}, 3});  // announced, then something else is read
            CHECK(values(read(*source, all, 3)) == expected);
            source->announce({{all.data(), all.size()}, 4});
            CHECK(values(read(*source, all, 3)) == expected);
            CHECK(source->cached_bytes() <= cache);
            for (std::size_t i = 0; i < all.size(); ++i) {
                const auto one = values(read(*source, {all[i]}, 3));
                CHECK(std::memcmp(one.data(), expected.data() + i * 168, 168 * 4) == 0);
            }
            source->announce({{all.data(), all.size()}, 5});  // and the source goes while it loads
        }
    }
}

TEST_CASE("a broken, changed or unsuitable image is an error with its name", "[data][dataset_source][REQ-DATA-011]") {
    const support::TemporaryFolder folder;
    const Dataset dataset = write_images(folder);
    const DataManifest manifest = make_manifest(dataset, "s").value_or_throw();
    const auto fails = [&](ErrorCode code, const std::string& text) {
        auto source = DatasetSource::make(dataset, Split::test, small_contract(), {.threads = 2, .manifest = &manifest})
                          .value_or_throw();
        const Read batch = read(*source, {0, 1, 2, 3});
        REQUIRE_FALSE(batch.status.ok());
        CHECK(batch.status.error().code == code);
        CHECK_THAT(std::string(batch.status.error().message.view()), support::contains("test/a/i4.png"));
        CHECK_THAT(std::string(batch.status.error().message.view()), support::contains(text));
        for (const float value : batch.inputs.span()) REQUIRE(value == 0.0f);
    };
    const std::string intact = random_png(4);
    folder.write("test/a/i4.png", random_png(99));
    fails(ErrorCode::hash_mismatch, "changed since the manifest");
    folder.write("test/a/i4.png", intact.substr(0, intact.size() / 2));
    fails(ErrorCode::corrupt_data, "PNG");
    folder.write("test/a/i4.png", intact);
    auto source = DatasetSource::make(dataset, Split::test, small_contract(), {.manifest = &manifest}).value_or_throw();
    CHECK(read(*source, {0, 1, 2, 3}).status.ok());
    CHECK(read(*source, {0, 4}).status.error().code == ErrorCode::not_found);
    CHECK(read(*source, {-1}).status.error().code == ErrorCode::not_found);

    Dataset alpha = dataset;
    folder.write("test/a/i4.png", random_png(4, 4));
    source = DatasetSource::make(alpha, Split::test, small_contract()).value_or_throw();
    const Read refused = read(*source, {1, 0});
    CHECK(refused.status.error().code == ErrorCode::input_refused);
    CHECK_THAT(std::string(refused.status.error().message.view()),
               support::contains("test/a/i4.png: expected 3 channels, found 4"));
}

TEST_CASE("a source that cannot be made says why", "[data][dataset_source][REQ-DATA-011]") {
    const support::TemporaryFolder folder;
    const Dataset dataset = write_images(folder);
    const auto code = [&](Split split, const InputContract& contract, const DatasetSourceOptions& options) {
        return DatasetSource::make(dataset, split, contract, options).error().code;
    };
    CHECK(code(Split::validation, small_contract(), {}) == ErrorCode::empty_data);
    CHECK(code(Split::train, {}, {}) == ErrorCode::invalid_argument);
    CHECK(code(Split::train, small_contract(), {.augmentation = {.zoom = 2}}) == ErrorCode::invalid_argument);
    CHECK(code(Split::train, small_contract(), {.threads = 0}) == ErrorCode::invalid_argument);
    DataManifest manifest = make_manifest(dataset, "s").value_or_throw();
    manifest.entries.pop_back();
    CHECK(code(Split::train, small_contract(), {.manifest = &manifest}) == ErrorCode::shape_mismatch);
}
