// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SimulatedDevice: images as another scanner might have shown them: other tones, blur, noise. A teaching aid, no
// evidence.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "provenn/core/philox.hpp"
#include "provenn/data/augmentation.hpp"
#include "provenn/data/dataset.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Applied in this order to v in [0, 1]: tones v + bend v (1 - v); contrast about 1/2 and brightness; blur; noise.
struct SimulatedDevice {
    std::string name = "simulated device";
    double tone_bend = 0;         ///< in [-1, 1]: the curve stays monotonous; positive brightens the middle
    double contrast = 1;          ///< factor, 0 to 10
    double brightness = 0;        ///< added, as a share of the range
    double blur_sigma = 0;        ///< of a Gaussian, in pixels; at most 20
    double noise = 0;             ///< standard deviation, as a share of the range
    std::uint64_t seed = 1;       ///< the same image has the same noise whenever it is read
};

namespace simulation {

/// Weights of a Gaussian cut at 3 sigma, from the centre outwards; they sum to 1 with both sides.
inline std::vector<float> gaussian(double sigma) {
    std::vector<double> weights = {1.0};
    double total = 1.0;
    const double scale = 0.5 / mul_rounded(sigma, sigma);
    for (int i = 1; static_cast<double>(i) < mul_rounded(3.0, sigma) + 1.0; ++i) {
        weights.push_back(math::exp(-mul_rounded(static_cast<double>(i * i), scale)));
        total += 2.0 * weights.back();
    }
    std::vector<float> rounded;
    for (const double weight : weights) rounded.push_back(static_cast<float>(weight / total));
    return rounded;
}

/// One pass of a separable blur along rows (step = channels) or columns, with reflected borders.
inline void blur_line(const float* from, float* to, std::int64_t size, std::int64_t step,
                      const std::vector<float>& weights) {
    for (std::int64_t i = 0; i < size; ++i) {
        float sum = mul_rounded(weights[0], from[i * step]);
        for (std::int64_t k = 1; k < static_cast<std::int64_t>(weights.size()); ++k) {
            const float pair = from[augmentation::inside(i - k, size, BorderMode::reflect) * step] +
                               from[augmentation::inside(i + k, size, BorderMode::reflect) * step];
            sum = fma(weights[static_cast<std::size_t>(k)], pair, sum);
        }
        to[i * step] = sum;
    }
}

inline Status blur(Tensor<float>& image, double sigma) {
    const std::vector<float> weights = gaussian(sigma);
    const std::int64_t height = image.shape()[0], width = image.shape()[1], channels = image.shape()[2];
    PROVENN_ASSIGN(auto other, Tensor<float>::zeros(image.shape()));
    for (std::int64_t i = 0; i < height * channels; ++i) {
        const std::int64_t start = i / channels * width * channels + i % channels;
        blur_line(image.data() + start, other.data() + start, width, channels, weights);
    }
    for (std::int64_t i = 0; i < width * channels; ++i) {
        blur_line(other.data() + i, image.data() + i, height, width * channels, weights);
    }
    return {};
}

/// Pixels of one depth through the device.
template <class T>
Status show(Tensor<T>& pixels, const SimulatedDevice& device, std::size_t sample) {
    constexpr double kMost = sizeof(T) == 1 ? 255.0 : 65535.0;
    PROVENN_ASSIGN(auto image, Tensor<float>::zeros(pixels.shape()));
    for (std::int64_t i = 0; i < image.element_count(); ++i) {
        const double v = static_cast<double>(pixels.data()[i]) / kMost;
        const double bent = v + mul_rounded(device.tone_bend, mul_rounded(v, 1.0 - v));
        image.data()[i] = static_cast<float>(0.5 + mul_rounded(bent - 0.5, device.contrast) + device.brightness);
    }
    if (device.blur_sigma > 0) PROVENN_TRY(blur(image, device.blur_sigma));
    RandomStream random({device.seed, RandomPurpose::noise, 0, 0, sample});
    for (std::int64_t i = 0; i < image.element_count(); ++i) {
        double value = static_cast<double>(image.data()[i]);
        if (device.noise > 0) value += mul_rounded(device.noise, random.normal());
        value = std::clamp(value, 0.0, 1.0);
        pixels.data()[i] = static_cast<T>(mul_rounded(value, kMost) + 0.5);
    }
    return {};
}

}  // namespace simulation

/// The images of another source as the device shows them; digests stay those of the stored bytes.
class SimulatedPixels final : public PixelSource {
  public:
    SimulatedPixels(std::shared_ptr<const PixelSource> source, SimulatedDevice device)
        : source_(std::move(source)), device_(std::move(device)) {}

    [[nodiscard]] std::size_t size() const override { return source_->size(); }
    [[nodiscard]] Result<Image> read(std::size_t sample, OrientationPolicy policy,
                                     Sha256Digest* digest) const override {
        PROVENN_ASSIGN(Image image, source_->read(sample, policy, digest));
        if (image.depth_bits == 16) PROVENN_TRY(simulation::show(image.pixels16, device_, sample));
        if (image.depth_bits == 8) PROVENN_TRY(simulation::show(image.pixels8, device_, sample));
        return image;
    }
    [[nodiscard]] Result<Sha256Digest> digest(std::size_t sample) const override { return source_->digest(sample); }

  private:
    std::shared_ptr<const PixelSource> source_;
    SimulatedDevice device_;
};

/// Shows all images of a dataset as the device would, and names it as every sample's device.
/// @errors invalid_argument, naming the field; the dataset is unchanged then.
/// @numerics the same device and images give the same bytes everywhere.
/// @req REQ-DATA-010
[[nodiscard]] inline Status simulate_device(Dataset& dataset, const SimulatedDevice& device) {
    const std::pair<const char*, bool> checks[] = {
        {"tone_bend: expected -1 to 1", device.tone_bend >= -1 && device.tone_bend <= 1},
        {"contrast: expected 0 to 10", device.contrast >= 0 && device.contrast <= 10},
        {"brightness: expected -1 to 1", device.brightness >= -1 && device.brightness <= 1},
        {"blur_sigma: expected 0, or 0.1 to 20", device.blur_sigma == 0 ||
                                                    (device.blur_sigma >= 0.1 && device.blur_sigma <= 20)},
        {"noise: expected 0 to 1", device.noise >= 0 && device.noise <= 1},
    };
    for (const auto& [text, holds] : checks) {
        if (!holds) return make_error(ErrorCode::invalid_argument, device.name, ": ", text);
    }
    dataset.pixels = std::make_shared<SimulatedPixels>(std::move(dataset.pixels), device);
    for (Sample& sample : dataset.samples) sample.device = device.name;
    return {};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
