// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pictures of lines, bars, dots and text as SVG; coordinates in pixels from the upper left corner.
#pragma once

#include <cstdio>
#include <fstream>
#include <string>

namespace ladder {

enum class Anchor { start, middle, end };

class Svg {
  public:
    Svg(double width, double height) {
        text_ = format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\" "
            "font-family=\"Helvetica, Arial, sans-serif\">\n",
            width, height, width, height);
        rectangle(0, 0, width, height, "#ffffff");
    }
    void line(double x1, double y1, double x2, double y2, const char* colour, double width, const char* dashes = "") {
        text_ += format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"", x1, y1, x2, y2) +
                 format(" stroke-width=\"%g\"", width) + " stroke=\"" + colour + "\"" +
                 (*dashes != '\0' ? std::string(" stroke-dasharray=\"") + dashes + "\"" : "") + "/>\n";
    }
    void rectangle(double x, double y, double width, double height, const char* colour) {
        text_ += format("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", x, y, width, height) +
                 " fill=\"" + colour + "\"/>\n";
    }
    /// `title` is what a browser shows under the pointer.
    void circle(double x, double y, double radius, const char* colour, const std::string& title) {
        text_ += format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", x, y, radius) + " fill=\"" + colour +
                 "\" stroke=\"#ffffff\" stroke-width=\"1\"><title>" + title + "</title></circle>\n";
    }
    void text(double x, double y, const std::string& words, double size, Anchor anchor = Anchor::start,
              const char* colour = "#222222", double turned = 0.0) {
        const char* kAnchors[] = {"start", "middle", "end"};
        text_ += format("<text x=\"%.1f\" y=\"%.1f\" font-size=\"%g\"", x, y, size) + " fill=\"" + colour +
                 "\" text-anchor=\"" + kAnchors[static_cast<int>(anchor)] + "\"" +
                 (turned != 0.0 ? format(" transform=\"rotate(%.2f %.1f %.1f)\"", turned, x, y) : "") + ">" + words +
                 "</text>\n";
    }
    [[nodiscard]] bool save(const std::string& path) const {
        std::ofstream file(path, std::ios::binary);
        file << text_ << "</svg>\n";
        return file.good();
    }

    template <class... Numbers>
    static std::string format(const char* pattern, Numbers... numbers) {
        char buffer[400];
        std::snprintf(buffer, sizeof buffer, pattern, numbers...);
        return buffer;
    }

  private:
    std::string text_;
};

}  // namespace ladder
