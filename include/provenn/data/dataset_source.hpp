// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// DatasetSource: one split of a dataset as training sees it: decoded, prepared as on the device, augmented, loaded
// ahead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provenn/adapters/tbb_background.hpp"
#include "provenn/core/fp_environment.hpp"
#include "provenn/data/augmentation.hpp"
#include "provenn/data/dataset.hpp"
#include "provenn/data/manifest.hpp"
#include "provenn/inference/preprocess.hpp"
#include "provenn/training/batch_source.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

struct DatasetSourceOptions {
    AugmentationConfig augmentation = {};
    std::uint64_t seed = 1;                                ///< of the augmentation
    std::size_t max_cache_bytes = std::size_t{1} << 30;    ///< for resized images, before augmentation
    int threads = 1;                                       ///< that load, beside the caller's
    const DataManifest* manifest = nullptr;                ///< of the whole dataset: each image read must be its
};

/// Samples of one split, numbered from 0 in the dataset's order. The same request gives the same bytes, whatever the
/// threads, the cache or what was announced.
/// @threads one thread at a time; it loads with several.
/// @req REQ-DATA-011
class DatasetSource final : public training::BatchSource {
  public:
    /// @errors empty_data (no sample in the split), shape_mismatch (the manifest), invalid_argument (contract,
    ///   augmentation, threads), out_of_memory.
    static Result<std::unique_ptr<DatasetSource>> make(const Dataset& dataset, Split split,
                                                       const InputContract& contract,
                                                       const DatasetSourceOptions& options = {}) {
        PROVENN_TRY(check_contract(contract));
        PROVENN_TRY(check_augmentation(options.augmentation));
        PROVENN_ASSIGN(TbbBackground background, TbbBackground::make(options.threads));
        std::unique_ptr<DatasetSource> source(new (std::nothrow) DatasetSource(std::move(background)));
        if (source == nullptr) return make_error(ErrorCode::out_of_memory, dataset.name);
        source->members_ = dataset.members(split);
        if (source->members_.empty()) {
            return make_error(ErrorCode::empty_data, dataset.name, ": no sample for ", to_string(split));
        }
        if (options.manifest != nullptr) {
            if (options.manifest->entries.size() != dataset.samples.size()) {
                return make_error(ErrorCode::shape_mismatch, dataset.name, ": the manifest has ",
                                  options.manifest->entries.size(), " samples, the data ", dataset.samples.size());
            }
            for (const ManifestEntry& entry : options.manifest->entries) source->digests_.push_back(entry.content);
        }
        source->dataset_ = dataset;
        source->contract_ = contract;
        source->options_ = options;
        source->options_.manifest = nullptr;  // its digests were copied
        source->cache_.resize(source->members_.size());
        return source;
    }

    [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(members_.size()); }
    [[nodiscard]] Shape input_shape(std::size_t) const override {
        return {contract_.height, contract_.width, contract_.channels};
    }
    [[nodiscard]] std::int64_t classes() const override {
        return static_cast<std::int64_t>(dataset_.class_names.size());
    }
    [[nodiscard]] Result<std::int64_t> label(std::int64_t sample) override {
        PROVENN_TRY(check_index(sample));
        return sample_of(sample).label;
    }
    /// The sample itself, for reports by name, patient, site or device. @requires 0 <= sample < size().
    [[nodiscard]] const Sample& sample_of(std::int64_t sample) const {
        return dataset_.samples[static_cast<std::size_t>(members_[static_cast<std::size_t>(sample)])];
    }
    [[nodiscard]] const InputContract& contract() const { return contract_; }
    /// Bytes of resized images that are kept.
    [[nodiscard]] std::size_t cached_bytes() const {
        const std::lock_guard lock(mutex_);
        return cached_bytes_;
    }

    /// Starts loading a batch that will be read next. What fails now fails again, and is reported, when it is read.
    void announce(const training::BatchRequest& next) override {
        drop_pending();
        if (next.samples.empty()) return;
        auto pending = make_pending(next);
        if (!pending) return;
        pending_ = std::move(*pending);
        if (!background_.start(static_cast<std::int64_t>(pending_->samples.size()), pending_->task)) drop_pending();
    }

    /// @errors not_found (an index), hash_mismatch (an image is not the manifest's), those of reading, check_input and
    ///   resizing: the first in the batch's order, with the sample's name.
    [[nodiscard]] Status read(const training::BatchRequest& request, const training::Batch& batch) override {
        for (const std::int64_t sample : request.samples) PROVENN_TRY(check_index(sample));
        if (request.samples.empty()) return {};
        if (pending_ == nullptr || !pending_->is_for(request)) announce(request);
        if (pending_ == nullptr) return make_error(ErrorCode::out_of_memory, dataset_.name, ": no memory for a batch");
        background_.wait();
        const std::unique_ptr<Pending> done = std::move(pending_);
        for (const std::optional<Error>& error : done->errors) {
            if (error) return *error;
        }
        PROVENN_REQUIRE(batch.inputs[0].element_count() == done->inputs.element_count());
        PROVENN_REQUIRE(batch.labels.size() == request.samples.size());
        std::memcpy(batch.inputs[0].span().data(), done->inputs.data(), done->inputs.bytes().size());
        for (std::size_t i = 0; i < request.samples.size(); ++i) batch.labels[i] = sample_of(request.samples[i]).label;
        return {};
    }

  private:
    /// A batch on its way.
    struct Pending {
        std::vector<std::int64_t> samples;
        std::int64_t epoch = 0;
        Tensor<float> inputs;
        std::vector<std::optional<Error>> errors;
        std::function<void(std::int64_t)> task;

        [[nodiscard]] bool is_for(const training::BatchRequest& request) const {
            if (epoch != request.epoch || samples.size() != request.samples.size()) return false;
            for (std::size_t i = 0; i < samples.size(); ++i) {
                if (samples[i] != request.samples[i]) return false;
            }
            return true;
        }
    };

    explicit DatasetSource(TbbBackground background) : background_(std::move(background)) {}

    Status check_index(std::int64_t sample) const {
        if (sample >= 0 && sample < size()) return {};
        return make_error(ErrorCode::not_found, dataset_.name, ": no sample ", sample, " of ", size());
    }

    void drop_pending() {
        background_.wait();
        pending_.reset();
    }

    Result<std::unique_ptr<Pending>> make_pending(const training::BatchRequest& request) {
        for (const std::int64_t sample : request.samples) PROVENN_TRY(check_index(sample));
        auto pending = std::make_unique<Pending>();
        pending->samples.assign(request.samples.begin(), request.samples.end());
        pending->epoch = request.epoch;
        pending->errors.resize(request.samples.size());
        const auto count = static_cast<std::int64_t>(request.samples.size());
        PROVENN_ASSIGN(pending->inputs, Tensor<float>::zeros(training::with_batch(count, input_shape(0))));
        pending->task = [this, batch = pending.get()](std::int64_t position) {
            const auto at = static_cast<std::size_t>(position);
            try {
                const Status status = prepare(batch->samples[at], batch->epoch, row_of(batch->inputs, position));
                if (!status) batch->errors[at] = named(status.error(), batch->samples[at]);
            } catch (...) {
                batch->errors[at] = make_error(ErrorCode::out_of_memory, sample_of(batch->samples[at]).name);
            }
        };
        return pending;
    }

    View<float> row_of(Tensor<float>& inputs, std::int64_t position) const {
        const Shape shape = input_shape(0);
        return {inputs.data() + position * shape.element_count(), shape};
    }

    /// The error with the sample's name before it, unless it is there already.
    [[nodiscard]] Error named(const Error& error, std::int64_t sample) const {
        const std::string& name = sample_of(sample).name;
        if (error.message.view().find(name) != std::string_view::npos) return error;
        return make_error(error.code, name, ": ", error.message);
    }

    /// One sample's input for the network.
    Status prepare(std::int64_t sample, std::int64_t epoch, View<float> target) {
        const FpEnvironmentScope environment;
        PROVENN_ASSIGN(const auto resized, resized_image(static_cast<std::size_t>(sample)));
        if (!options_.augmentation.is_active()) {
            scale_input(resized->view(), contract_, target);
            return {};
        }
        PROVENN_ASSIGN(auto image, resized->clone());
        AugmentationKey key;
        key.seed = options_.seed;
        key.epoch = static_cast<std::uint32_t>(epoch);
        key.sample = static_cast<std::uint64_t>(members_[static_cast<std::size_t>(sample)]);
        key.lowest = contract_.lowest;
        key.highest = contract_.highest;
        PROVENN_TRY(augment(image, options_.augmentation, key));
        scale_input(image.view(), contract_, target);
        return {};
    }

    /// From the cache, or read, checked, resized and kept if there is room.
    Result<std::shared_ptr<const Tensor<float>>> resized_image(std::size_t sample) {
        {
            const std::lock_guard lock(mutex_);
            if (cache_[sample] != nullptr) return std::shared_ptr<const Tensor<float>>(cache_[sample]);
        }
        const auto position = static_cast<std::size_t>(members_[sample]);
        Sha256Digest digest;
        PROVENN_ASSIGN(const Image image, dataset_.pixels->read(position, contract_.orientation,
                                                                digests_.empty() ? nullptr : &digest));
        if (!digests_.empty() && digest != digests_[position]) {
            return make_error(ErrorCode::hash_mismatch, dataset_.samples[position].name,
                              ": the image changed since the manifest was made: expected SHA-256 ",
                              digests_[position], ", found ", digest);
        }
        const ImageView view =
            image.depth_bits == 16 ? ImageView(image.pixels16.view()) : ImageView(image.pixels8.view());
        PROVENN_ASSIGN(auto resized, resize_input(view, contract_));
        auto shared = std::make_shared<const Tensor<float>>(std::move(resized));
        const std::lock_guard lock(mutex_);
        const std::size_t bytes = shared->bytes().size();
        if (cache_[sample] == nullptr && bytes <= options_.max_cache_bytes - cached_bytes_) {
            cache_[sample] = shared;
            cached_bytes_ += bytes;
        }
        return std::shared_ptr<const Tensor<float>>(std::move(shared));
    }

    Dataset dataset_;
    InputContract contract_;
    DatasetSourceOptions options_;
    std::vector<Sha256Digest> digests_;
    std::vector<std::int64_t> members_;  ///< position in the dataset of each sample
    mutable std::mutex mutex_;           ///< of the cache
    std::vector<std::shared_ptr<const Tensor<float>>> cache_;
    std::size_t cached_bytes_ = 0;
    std::unique_ptr<Pending> pending_;
    TbbBackground background_;  ///< destroyed first: its tasks use all of the above
};

}  // namespace PROVENN_ABI
}  // namespace provenn
