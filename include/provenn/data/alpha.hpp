// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// AlphaPolicy: what becomes of an image's alpha channel, in integers, the same on every machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "provenn/data/dataset.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What to do with an alpha channel of an image file. What lies behind a transparent pixel is not in the file, so none
/// of them is right for all.
enum class AlphaPolicy : std::uint8_t {
    refuse = 0,  ///< leave it: preprocessing drops one that is opaque everywhere, and refuses any other
    ignore = 1,  ///< drop the channel, keep the colours as they are stored
    white = 2,   ///< lay the image on white
    black = 3,   ///< lay the image on black
};

[[nodiscard]] inline const char* to_string(AlphaPolicy policy) {
    constexpr const char* kNames[] = {"refuse", "ignore", "white", "black"};
    return kNames[static_cast<int>(policy)];
}

namespace alpha {
/// Pixels without their last channel, laid on a background of 0 or the highest value where `composes`.
template <class T>
Result<Tensor<T>> without_alpha(const Tensor<T>& source, bool composes, std::uint64_t background) {
    constexpr std::uint64_t kOpaque = static_cast<T>(~T{0});
    const std::int64_t colours = source.shape()[2] - 1;
    PROVENN_ASSIGN(auto result, Tensor<T>::zeros({source.shape()[0], source.shape()[1], colours}));
    const T* from = source.data();
    T* to = result.data();
    for (std::int64_t pixel = source.shape()[0] * source.shape()[1]; pixel > 0; --pixel, from += colours + 1) {
        const std::uint64_t cover = composes ? from[colours] : kOpaque;
        for (std::int64_t c = 0; c < colours; ++c) {
            const std::uint64_t sum = from[c] * cover + background * (kOpaque - cover);
            *to++ = static_cast<T>((sum + kOpaque / 2) / kOpaque);
        }
    }
    return result;
}
}  // namespace alpha

/// colour = (stored * alpha + background * (M - alpha) + M / 2) div M, M the highest value (255 or 65535): the nearest
/// integer, there are no ties. Images without an alpha channel stay as they are.
/// @errors out_of_memory
/// @numerics integers only. @source W3C Portable Network Graphics (Third Edition), 12.4: alpha is not premultiplied
/// @req REQ-DATA-013
[[nodiscard]] inline Status apply_alpha(Image& image, AlphaPolicy policy) {
    if (policy == AlphaPolicy::refuse || !image.has_alpha) return {};
    const bool composes = policy != AlphaPolicy::ignore;
    if (image.depth_bits == 16) {
        const std::uint64_t background = policy == AlphaPolicy::white ? 65535 : 0;
        PROVENN_ASSIGN(image.pixels16, alpha::without_alpha(image.pixels16, composes, background));
    } else {
        const std::uint64_t background = policy == AlphaPolicy::white ? 255 : 0;
        PROVENN_ASSIGN(image.pixels8, alpha::without_alpha(image.pixels8, composes, background));
    }
    --image.channels;
    image.has_alpha = false;
    return {};
}

/// Another source's images with the policy applied. Digests stay those of the stored bytes.
class AlphaPixels final : public PixelSource {
  public:
    AlphaPixels(std::shared_ptr<const PixelSource> source, AlphaPolicy policy)
        : source_(std::move(source)), policy_(policy) {}

    [[nodiscard]] std::size_t size() const override { return source_->size(); }
    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy orientation,
                                     Sha256Digest* digest) const override {
        PROVENN_ASSIGN(Image image, source_->read(sample, orientation, digest));
        PROVENN_TRY(apply_alpha(image, policy_));
        return image;
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override { return source_->digest(sample); }

  private:
    std::shared_ptr<const PixelSource> source_;
    AlphaPolicy policy_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
