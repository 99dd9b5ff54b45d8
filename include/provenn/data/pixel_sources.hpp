// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pixel sources: image files on disk, members of a tar, rows of an array.
#pragma once

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

/// One image file for each sample.
class FilePixels final : public PixelSource {
  public:
    explicit FilePixels(std::vector<std::string> paths) : paths_(std::move(paths)) {}

    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy policy) const override {
        PROVENN_ASSIGN(const MappedFile file, MappedFile::open(paths_[sample]));
        return read_image(file.bytes(), paths_[sample], {.orientation = policy});
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override {
        PROVENN_ASSIGN(const MappedFile file, MappedFile::open(paths_[sample]));
        return sha256(file.bytes());
    }

  private:
    std::vector<std::string> paths_;
};

/// One member of a tar for each sample.
class TarPixels final : public PixelSource {
  public:
    TarPixels(MappedFile file, TarReader tar, std::vector<std::size_t> entries)
        : file_(std::move(file)), tar_(std::move(tar)), entries_(std::move(entries)) {}

    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy policy) const override {
        const TarEntry& entry = tar_.entries()[entries_[sample]];
        return read_image(tar_.bytes(entry), entry.name, {.orientation = policy});
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override {
        return sha256(tar_.bytes(tar_.entries()[entries_[sample]]));
    }

  private:
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

    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy) const override {
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
        const auto row = static_cast<std::size_t>(pixels_.element_count() / pixels_.shape()[0]);
        return pixels_.span().subspan(sample * row, row);
    }
    Tensor<std::uint8_t> pixels_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
