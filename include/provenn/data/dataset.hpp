// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dataset: labelled samples with what is known of each, and where their pixels come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "provenn/core/sha256.hpp"
#include "provenn/data/image.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Which part of the work a sample serves.
enum class Split : std::uint8_t { unassigned = 0, train = 1, validation = 2, test = 3 };

[[nodiscard]] inline const char* to_string(Split split) {
    constexpr const char* kNames[] = {"unassigned", "train", "validation", "test"};
    return kNames[static_cast<int>(split)];
}

/// One labelled sample.
struct Sample {
    std::string name;       ///< path or array position: what messages call it
    std::int64_t label = 0; ///< position in Dataset::class_names
    std::string patient, site, device;  ///< empty where unknown
    Split split = Split::unassigned;
};

/// Where pixels come from. Reading is const and may be called from several threads at once.
class PixelSource {
  public:
    PixelSource() = default;
    PixelSource(const PixelSource&) = delete;
    PixelSource& operator=(const PixelSource&) = delete;
    virtual ~PixelSource() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    /// The decoded image of a sample, upright or refused as the policy says.
    /// @param digest if not null: SHA-256 of the very bytes that were decoded, so that a change is seen when it counts.
    /// @requires sample < size().
    [[nodiscard]] virtual Result<Image> read(std::size_t sample, OrientationPolicy policy,
                                             Sha256Digest* digest) const = 0;
    /// SHA-256 of the sample's stored bytes, to find copies and changes. @requires sample < size().
    [[nodiscard]] virtual Result<Sha256Digest> digest(std::size_t sample) const = 0;
};

/// Samples in a fixed order (bytes of their names), their classes, and their pixels. Splits may be set by the source,
/// by a table, or by data/split.hpp.
struct Dataset {
    std::string name;
    std::vector<Sample> samples;
    std::vector<std::string> class_names;
    std::shared_ptr<const PixelSource> pixels;

    /// Whether every sample's patient is known.
    [[nodiscard]] bool has_patients() const {
        for (const Sample& sample : samples) {
            if (sample.patient.empty()) return false;
        }
        return !samples.empty();
    }
    /// Whether every sample has its split.
    [[nodiscard]] bool has_splits() const {
        for (const Sample& sample : samples) {
            if (sample.split == Split::unassigned) return false;
        }
        return !samples.empty();
    }
    /// Positions of the samples of one split, in order.
    [[nodiscard]] std::vector<std::int64_t> members(Split split) const {
        std::vector<std::int64_t> found;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (samples[i].split == split) found.push_back(static_cast<std::int64_t>(i));
        }
        return found;
    }
};

}  // namespace PROVENN_ABI
}  // namespace provenn
