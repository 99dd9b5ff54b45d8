// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two pictures of the ladder: bars of its steps, and the roofline of a network's layers.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "svg.hpp"

namespace ladder {

/// A step as measured: `peak` is that of the cores it used, in the same moment.
struct Rung {
    std::string name;
    double gflops = 0.0, peak = 0.0;
    [[nodiscard]] double percent() const { return 100.0 * gflops / peak; }
};

/// Bars from the top down, with the peak of one core as a line.
inline bool draw_ladder(const std::vector<Rung>& rungs, const std::string& subject, const std::string& path) {
    constexpr double kWidth = 960, kLeft = 330, kRight = 810, kTop = 86, kStep = 38, kBar = 24;
    const double bottom = kTop + kStep * static_cast<double>(rungs.size());
    double most = 0.0;
    for (const Rung& rung : rungs) most = std::max({most, rung.gflops, rung.peak});
    const double scale = (kRight - kLeft) / most;
    Svg svg(kWidth, bottom + 62);
    svg.text(24, 34, "From the textbook loop to the peak", 22);
    svg.text(24, 58, subject, 14, Anchor::start, "#555555");
    const double grid = most > 400 ? 100 : most > 150 ? 50 : 25;
    for (double tick = 0; tick <= most; tick += grid) {
        const double x = kLeft + tick * scale;
        svg.line(x, kTop - 6, x, bottom, "#e4e4e4", 1);
        svg.text(x, bottom + 18, Svg::format("%g", tick), 12, Anchor::middle, "#555555");
    }
    svg.text((kLeft + kRight) / 2, bottom + 42, "GFLOP/s, counted as those of the direct method", 13, Anchor::middle,
             "#555555");
    for (std::size_t i = 0; i < rungs.size(); ++i) {
        const Rung& rung = rungs[i];
        const double y = kTop + kStep * static_cast<double>(i);
        const bool is_fast_method = rung.name.find("Winograd") != std::string::npos;
        svg.text(kLeft - 12, y + 17, rung.name, 14, Anchor::end);
        svg.rectangle(kLeft, y, std::max(1.0, rung.gflops * scale), kBar, is_fast_method ? "#d9822b" : "#2f6fad");
        // Each bar carries the peak of the cores that made it.
        svg.line(kLeft + rung.peak * scale, y - 4, kLeft + rung.peak * scale, y + kBar + 4, "#b02a37", 2);
        const double after = std::max(rung.gflops, rung.gflops * scale + 110 > rung.peak * scale ? rung.peak : 0.0);
        svg.text(kLeft + after * scale + 8, y + 17,
                 Svg::format("%.*f  (%.*f %%)", rung.gflops < 10 ? 1 : 0, rung.gflops, rung.percent() < 10 ? 1 : 0,
                             rung.percent()),
                 13);
    }
    svg.line(kLeft, kTop - 6, kLeft, bottom, "#888888", 1);
    svg.line(648, 52, 648, 68, "#b02a37", 2);
    svg.text(656, 64, "peak of the cores used, measured beside it", 13, Anchor::start, "#b02a37");
    return svg.save(path);
}

/// A layer in the roofline.
struct RooflinePoint {
    std::string name, kind;
    double intensity = 0.0, gflops = 0.0;  ///< flop a byte of compulsory traffic; measured
};
struct Roofs {
    double peak = 0.0, cache_gbytes = 0.0, memory_gbytes = 0.0;
};

/// Both axes in powers of two.
inline bool draw_roofline(const std::vector<RooflinePoint>& points, const Roofs& roofs, const std::string& subject,
                          const std::string& path) {
    constexpr double kLeft = 84, kRight = 880, kTop = 84, kBottom = 520, kLeast = 0.25, kMost = 256.0;
    const double floor = 8.0, ceiling = std::exp2(std::ceil(std::log2(roofs.peak * 1.2)));
    const auto at_x = [&](double v) {
        return kLeft + std::log2(v / kLeast) / std::log2(kMost / kLeast) * (kRight - kLeft);
    };
    const auto at_y = [&](double v) {
        return kBottom - std::log2(v / floor) / std::log2(ceiling / floor) * (kBottom - kTop);
    };
    Svg svg(960, 590);
    svg.text(24, 34, "Roofline of the convolutions of ResNet-50", 22);
    svg.text(24, 58, subject, 14, Anchor::start, "#555555");
    for (double v = kLeast; v <= kMost; v *= 2) {
        svg.line(at_x(v), kTop, at_x(v), kBottom, "#ececec", 1);
        svg.text(at_x(v), kBottom + 20, Svg::format("%g", v), 12, Anchor::middle, "#555555");
    }
    for (double v = floor; v <= ceiling; v *= 2) {
        svg.line(kLeft, at_y(v), kRight, at_y(v), "#ececec", 1);
        svg.text(kLeft - 8, at_y(v) + 4, Svg::format("%g", v), 12, Anchor::end, "#555555");
    }
    svg.text((kLeft + kRight) / 2, kBottom + 46, "flop per byte, if input, weights and output cross memory once", 13,
             Anchor::middle, "#555555");
    svg.text(28, (kTop + kBottom) / 2, "GFLOP/s", 13, Anchor::middle, "#555555", -90);
    const auto slope = [&](double gbytes, const char* name, const char* colour) {
        const double from = std::max(kLeast, floor / gbytes), knee = roofs.peak / gbytes;
        if (knee <= from) return;
        svg.line(at_x(from), at_y(from * gbytes), at_x(knee), at_y(roofs.peak), colour, 2);
        const double turn = -std::atan2(at_y(from * gbytes) - at_y(roofs.peak), at_x(knee) - at_x(from)) * 57.29578;
        const double low = from * std::pow(knee / from, 0.1);
        svg.text(at_x(low) + 12, at_y(low * gbytes) + 10, Svg::format("%.0f GB/s ", gbytes) + name, 13, Anchor::start,
                 colour, turn);
    };
    slope(roofs.cache_gbytes, "from the second-level cache", "#5b8c5a");
    slope(roofs.memory_gbytes, "from memory", "#7a5c99");
    svg.line(at_x(std::max(kLeast, roofs.peak / roofs.cache_gbytes)), at_y(roofs.peak), kRight, at_y(roofs.peak),
             "#b02a37", 2);
    svg.text(kRight - 4, at_y(roofs.peak) - 9, Svg::format("peak of one core: %.0f GFLOP/s", roofs.peak), 13,
             Anchor::end, "#b02a37");
    const char* kKinds[] = {"7x7", "3x3", "1x1"};
    const char* kColours[] = {"#222222", "#2f6fad", "#d9822b"};
    for (std::size_t kind = 0; kind < 3; ++kind) {
        for (const RooflinePoint& point : points) {
            if (point.kind != kKinds[kind]) continue;
            svg.circle(at_x(point.intensity), at_y(std::max(point.gflops, floor)), 6, kColours[kind],
                       point.name + Svg::format(": %.0f GFLOP/s at %.1f flop a byte", point.gflops, point.intensity));
        }
        const double y = kBottom - 58 + 22 * static_cast<double>(kind);
        svg.circle(kRight - 120, y - 5, 6, kColours[kind], kKinds[kind]);
        svg.text(kRight - 106, y, std::string(kKinds[kind]) + " convolution", 13);
    }
    svg.line(kLeft, kTop, kLeft, kBottom, "#888888", 1);
    svg.line(kLeft, kBottom, kRight, kBottom, "#888888", 1);
    return svg.save(path);
}

}  // namespace ladder
