// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which Keras wrote a file: what the same words meant then.
#pragma once

#include <string>
#include <string_view>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// From the attributes `keras_version` and `backend`; a file without them is older than Keras 2.
struct KerasVersion {
    int major = 1, minor = 0;
    bool is_known = false;
    bool is_tensorflow_own = false;  ///< tf.keras rather than the Keras of several backends
    std::string text, backend;

    static KerasVersion parse(std::string_view version, std::string_view backend) {
        KerasVersion parsed;
        parsed.text = version;
        parsed.backend = backend;
        const auto number = [&version] {
            int value = 0;
            while (!version.empty() && version[0] >= '0' && version[0] <= '9' && value < 1000) {
                value = 10 * value + (version[0] - '0');
                version.remove_prefix(1);
            }
            if (!version.empty() && version[0] == '.') version.remove_prefix(1);
            return value;
        };
        parsed.is_known = !version.empty() && version[0] >= '0' && version[0] <= '9';
        if (!parsed.is_known) return parsed;
        parsed.major = number();
        parsed.minor = number();
        parsed.is_tensorflow_own = parsed.text.find("-tf") != std::string::npos || parsed.is_at_least(2, 4);
        return parsed;
    }
    [[nodiscard]] bool is_at_least(int wanted_major, int wanted_minor) const {
        return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
    }
    /// The moving variance of a fused batch normalisation is Bessel-corrected: Keras 2 from 2.1 on, not Keras 3.
    [[nodiscard]] bool has_unbiased_variance() const { return major == 2 && minor >= 1; }
    /// hard_sigmoid is clip(x / 5 + 1/2, 0, 1) up to Keras 2, clip(x / 6 + 1/2, 0, 1) from Keras 3 on.
    [[nodiscard]] bool has_old_hard_sigmoid() const { return major < 3; }
    /// Bilinear up-sampling of the Keras of several backends samples corners, not half-pixel centres.
    [[nodiscard]] bool has_half_pixel_centres() const { return is_tensorflow_own; }
};

}  // namespace PROVENN_ABI
}  // namespace provenn
