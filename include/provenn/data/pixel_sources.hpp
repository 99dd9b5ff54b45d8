// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pixel sources: image files on disk, members of a tar, rows of an array, and a choice among another source's samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "provenn/data/dataset.hpp"
#include "provenn/data/read_image.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/files/tar_reader.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace pixel_sources {
/// An image from stored bytes, and their digest.
inline Result<Image> decode(Bytes bytes, const std::string& name, OrientationPolicy policy, Sha256Digest* digest) {
    if (digest != nullptr) *digest = sha256(bytes);
    return read_image(bytes, name, {.orientation = policy});
}
}  // namespace pixel_sources

/// One image file for each sample. Files are copied into memory to be read, not mapped: another program that shortens
/// one meanwhile is an error, not a fault.
class FilePixels final : public PixelSource {
  public:
    explicit FilePixels(std::vector<std::string> paths) : paths_(std::move(paths)) {}

    [[nodiscard]] std::size_t size() const override { return paths_.size(); }
    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy policy,
                                     Sha256Digest* digest) const override {
        PROVENN_REQUIRE(sample < paths_.size());
        PROVENN_ASSIGN(const auto bytes, read_file(paths_[sample]));
        return pixel_sources::decode(bytes.span(), paths_[sample], policy, digest);
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override {
        PROVENN_REQUIRE(sample < paths_.size());
        PROVENN_ASSIGN(const auto bytes, read_file(paths_[sample]));
        return sha256(bytes.span());
    }

  private:
    std::vector<std::string> paths_;
};

/// One member of a tar for each sample.
class TarPixels final : public PixelSource {
  public:
    TarPixels(MappedFile file, TarReader tar, std::vector<std::size_t> entries)
        : file_(std::move(file)), tar_(std::move(tar)), entries_(std::move(entries)) {}

    [[nodiscard]] std::size_t size() const override { return entries_.size(); }
    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy policy,
                                     Sha256Digest* digest) const override {
        const TarEntry& entry = entry_of(sample);
        return pixel_sources::decode(tar_.bytes(entry), entry.name, policy, digest);
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override {
        return sha256(tar_.bytes(entry_of(sample)));
    }

  private:
    [[nodiscard]] const TarEntry& entry_of(std::size_t sample) const {
        PROVENN_REQUIRE(sample < entries_.size());
        return tar_.entries()[entries_[sample]];
    }
    MappedFile file_;
    TarReader tar_;
    std::vector<std::size_t> entries_;
};

/// Rows of an array [N, H, W] or [N, H, W, C] of bytes.
class ArrayPixels final : public PixelSource {
  public:
    /// @requires pixels of rank 3 or 4.
    explicit ArrayPixels(Tensor<std::uint8_t> pixels) : pixels_(std::move(pixels)) {
        PROVENN_REQUIRE(pixels_.shape().rank() == 3 || pixels_.shape().rank() == 4);
    }

    [[nodiscard]] std::size_t size() const override { return static_cast<std::size_t>(pixels_.shape()[0]); }
    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy, Sha256Digest* digest) const override {
        if (digest != nullptr) *digest = sha256(bytes_of(sample));
        Image image;
        const Shape& shape = pixels_.shape();
        image.height = shape[1];
        image.width = shape[2];
        image.channels = shape.rank() == 4 ? shape[3] : 1;
        const View<const std::uint8_t> row(bytes_of(sample).data(), {image.height, image.width, image.channels});
        PROVENN_ASSIGN(image.pixels8, Tensor<std::uint8_t>::copy_of(row));
        return image;
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override { return sha256(bytes_of(sample)); }

  private:
    [[nodiscard]] Bytes bytes_of(std::size_t sample) const {
        PROVENN_REQUIRE(sample < size());
        const auto row = static_cast<std::size_t>(pixels_.element_count() / pixels_.shape()[0]);
        return pixels_.span().subspan(sample * row, row);
    }
    Tensor<std::uint8_t> pixels_;
};

/// Some samples of another source, in an order of its own.
class SelectedPixels final : public PixelSource {
  public:
    /// @requires every position is below source->size().
    SelectedPixels(std::shared_ptr<const PixelSource> source, std::vector<std::size_t> chosen)
        : source_(std::move(source)), chosen_(std::move(chosen)) {
        for (const std::size_t position : chosen_) PROVENN_REQUIRE(position < source_->size());
    }

    [[nodiscard]] std::size_t size() const override { return chosen_.size(); }
    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy policy,
                                     Sha256Digest* digest) const override {
        PROVENN_REQUIRE(sample < chosen_.size());
        return source_->read(chosen_[sample], policy, digest);
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override {
        PROVENN_REQUIRE(sample < chosen_.size());
        return source_->digest(chosen_[sample]);
    }

  private:
    std::shared_ptr<const PixelSource> source_;
    std::vector<std::size_t> chosen_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
