// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The segments of a JPEG, validated before any decoder sees them: tables, frame, scans, restarts, end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "provenn/core/array.hpp"
#include "provenn/files/limits.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What the segments of a valid JPEG say.
struct JpegSegments {
    std::int64_t width = 0;
    std::int64_t height = 0;
    int component_count = 0;  ///< 1 or 3
    bool progressive = false;
    Bytes exif;                     ///< TIFF data of the first EXIF segment; empty if there is none
    std::size_t end = 0;            ///< offset behind the end mark
    std::int64_t scan_count = 0;
};

namespace jpeg {
struct Component {
    int id = 0;
    int h = 0;
    int v = 0;
    int quantiser = 0;
    bool scanned = false;  ///< in a sequential scan, or in the first DC scan of a progressive image
};

/// Walks the segments. stb_image 2.27 (Debian 12) trusts Huffman tables: `stbi__build_huffman` writes `size[k++]` for
/// up to 16 * 255 symbols into 257 places before anything is compared, `stbi__process_marker` then writes as many
/// `values`, and undefined tables are used as they stand in fresh memory. So here: at most 256 symbols, a prefix code
/// that is not over-subscribed and leaves the all-ones code free (as libjpeg wants it), and no scan refers to what was
/// not defined.
class SegmentWalk {
  public:
    SegmentWalk(Bytes file, std::string_view name, const Limits& limits) : file_(file), name_(name), limits_(limits) {}

    Result<JpegSegments> walk() {
        if (file_.size() < 4 || file_[0] != 0xFF || file_[1] != 0xD8) return error("not a JPEG", 0);
        at_ = 2;
        while (true) {
            if (at_ + 1 >= file_.size()) return error("the file ends before its end mark", at_);
            if (file_[at_] != 0xFF) return error("expected a marker", at_);
            while (at_ < file_.size() && file_[at_] == 0xFF) ++at_;
            if (at_ == file_.size()) return error("the file ends before its end mark", at_);
            const int marker = file_[at_++];
            if (marker == 0xD9) break;
            PROVENN_TRY(segment(marker));
        }
        for (int i = 0; i < found_.component_count; ++i) {
            if (!components_[i].scanned) return error("a component without a scan, before the end", at_);
        }
        if (found_.component_count == 0) return error("no frame before the end", at_);
        found_.end = at_;
        return found_;
    }

  private:
    [[nodiscard]] Error error(std::string_view what, std::size_t at) const {
        return make_error(ErrorCode::corrupt_data, name_, ": JPEG: ", what, " at byte ", at);
    }
    [[nodiscard]] Error unsupported(std::string_view what) const {
        return make_error(ErrorCode::unsupported, name_, ": JPEG: ", what, " (read are baseline and progressive, ",
                          "8 bits, grey or three components)");
    }
    [[nodiscard]] static std::size_t big_u16(Bytes bytes, std::size_t at) {
        return static_cast<std::size_t>(bytes[at]) * 256 + bytes[at + 1];
    }

    Status segment(int marker) {
        if (marker == 0xC3 || (marker >= 0xC5 && marker <= 0xCF)) {
            return unsupported(marker == 0xC3 || marker == 0xC7  ? "lossless coding"
                               : marker >= 0xC9 && marker != 0xCD ? "arithmetic coding"
                                                                  : "hierarchical coding");
        }
        const bool known = marker == 0xC0 || marker == 0xC1 || marker == 0xC2 || marker == 0xC4 || marker == 0xDA ||
                           marker == 0xDB || marker == 0xDD || marker == 0xFE || (marker >= 0xE0 && marker <= 0xEF);
        if (!known) {
            return make_error(ErrorCode::corrupt_data, name_, ": JPEG: unexpected marker ", marker, " at byte ",
                              at_ - 1);
        }
        if (file_.size() - at_ < 2) return error("the file ends inside a segment", at_);
        const std::size_t size = big_u16(file_, at_);
        if (size < 2 || size > file_.size() - at_) return error("a segment passes the end of the file", at_);
        start_ = at_;
        body_ = file_.subspan(at_ + 2, size - 2);
        at_ += size;
        if (marker <= 0xC2) return frame(marker == 0xC2);
        if (marker == 0xC4) return huffman_tables();
        if (marker == 0xDA) return scan();
        if (marker == 0xDB) return quantisers();
        if (marker == 0xDD) {
            if (body_.size() != 2) return error("a restart interval of the wrong size", start_);
            restart_interval_ = static_cast<std::int64_t>(big_u16(body_, 0));
        }
        static constexpr std::string_view kExif("Exif\0\0", 6);
        if (marker == 0xE1 && found_.exif.empty() && body_.size() > 6 &&
            std::string_view(reinterpret_cast<const char*>(body_.data()), 6) == kExif) {
            found_.exif = body_.subspan(6, body_.size() - 6);
        }
        return {};
    }

    Status quantisers() {
        std::size_t at = 0;
        while (at < body_.size()) {
            const int id = body_[at] & 15;
            if (id > 3) return error("a quantiser table of an id above 3", start_);
            if (body_[at] >> 4 != 0) return unsupported("16-bit quantiser table");
            if (body_.size() - at < 65) return error("a quantiser table that is cut short", start_);
            quantiser_defined_[id] = true;
            at += 65;
        }
        return {};
    }

    Status huffman_tables() {
        std::size_t at = 0;
        while (at < body_.size()) {
            const int kind = body_[at] >> 4;
            const int id = body_[at] & 15;
            if (kind > 1 || id > 3) return error("a Huffman table of an unknown kind or an id above 3", start_);
            if (body_.size() - at < 17) return error("a Huffman table that is cut short", start_);
            std::size_t symbols = 0;
            std::uint32_t used = 0;  // share of the code space, in units of 2^-16
            for (std::size_t length = 1; length <= 16; ++length) {
                symbols += body_[at + length];
                used += static_cast<std::uint32_t>(body_[at + length]) << (16 - length);
            }
            if (symbols > 256) return error("a Huffman table of more than 256 symbols", start_);
            if (used >= 65536) return error("a Huffman table with more codes than there are", start_);
            if (body_.size() - at - 17 < symbols) return error("a Huffman table that is cut short", start_);
            for (std::size_t i = 0; kind == 0 && i < symbols; ++i) {
                if (body_[at + 17 + i] > 15) return error("a DC Huffman table with a symbol above 15", start_);
            }
            huffman_defined_[kind][id] = true;
            at += 17 + symbols;
        }
        return {};
    }

    Status frame(bool progressive) {
        if (found_.component_count != 0) return error("a second frame", start_);
        if (body_.size() < 6) return error("a frame header that is cut short", start_);
        if (body_[0] != 8) return unsupported("samples of other than 8 bits");
        const std::size_t count = body_[5];
        if (body_.size() != 6 + 3 * count) return error("a frame header of the wrong size", start_);
        if (count == 4) return unsupported("four components (CMYK or YCCK): convert the file to RGB first");
        if (count != 1 && count != 3) return error("a number of components that does not exist", start_);
        found_.height = static_cast<std::int64_t>(big_u16(body_, 1));
        found_.width = static_cast<std::int64_t>(big_u16(body_, 3));
        if (found_.height == 0) return unsupported("a height that is given later (DNL)");
        if (found_.width == 0) return error("a width of 0 pixels", start_);
        if (found_.width > limits_.max_image_side || found_.height > limits_.max_image_side ||
            found_.width * found_.height > limits_.max_image_pixels) {
            return make_error(ErrorCode::limit_exceeded, name_, ": ", found_.width, " x ", found_.height,
                              " pixels, the limits are ", limits_.max_image_side, " a side and ",
                              limits_.max_image_pixels, " in all");
        }
        for (std::size_t i = 0; i < count; ++i) {
            Component& component = components_[i];
            component = {body_[6 + 3 * i], body_[7 + 3 * i] >> 4, body_[7 + 3 * i] & 15, body_[8 + 3 * i], false};
            if (component.h < 1 || component.h > 4 || component.v < 1 || component.v > 4 || component.quantiser > 3) {
                return error("sampling factors outside 1 to 4, or a quantiser id above 3,", start_);
            }
            for (std::size_t k = 0; k < i; ++k) {
                if (components_[k].id == component.id) return error("two components of one id", start_);
            }
            h_max_ = component.h > h_max_ ? component.h : h_max_;
            v_max_ = component.v > v_max_ ? component.v : v_max_;
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (h_max_ % components_[i].h != 0 || v_max_ % components_[i].v != 0) {
                return unsupported("sampling factors that are no integer ratios");
            }
        }
        found_.component_count = static_cast<int>(count);
        found_.progressive = progressive;
        return {};
    }

    /// Spectral and bit range of a scan.
    struct Range {
        int first, last, high, low;
        [[nodiscard]] bool is_first_dc() const { return first == 0 && high == 0; }
    };

    Status scan() {
        if (found_.component_count == 0) return error("a scan before the frame", start_);
        if (++found_.scan_count > limits_.max_jpeg_scans) {
            return make_error(ErrorCode::limit_exceeded, name_, ": JPEG of more than ", limits_.max_jpeg_scans,
                              " scans");
        }
        const std::size_t count = body_.empty() ? 0 : body_[0];
        if (count < 1 || count > static_cast<std::size_t>(found_.component_count) || body_.size() != 4 + 2 * count) {
            return error("a scan header of the wrong size", start_);
        }
        const std::size_t tail = 1 + 2 * count;
        const Range range{body_[tail], body_[tail + 1], body_[tail + 2] >> 4, body_[tail + 2] & 15};
        PROVENN_TRY(check_range(range, count));
        bool in_scan[3] = {};
        int units = 0;  // blocks of a minimal coded unit
        std::int64_t mcus = ceil_divide(found_.width, 8 * h_max_) * ceil_divide(found_.height, 8 * v_max_);
        for (std::size_t i = 0; i < count; ++i) {
            int which = 0;
            while (which < found_.component_count && components_[which].id != body_[1 + 2 * i]) ++which;
            if (which == found_.component_count || in_scan[which])
                return error("a scan of an unknown component", start_);
            in_scan[which] = true;
            Component& component = components_[which];
            PROVENN_TRY(check_tables(component, body_[2 + 2 * i] >> 4, body_[2 + 2 * i] & 15, range));
            units += component.h * component.v;
            if (count == 1) {
                // A scan of one component has just the blocks that the component needs.
                mcus = ceil_divide(ceil_divide(found_.width * component.h, h_max_), 8) *
                       ceil_divide(ceil_divide(found_.height * component.v, v_max_), 8);
                units = 1;
            }
        }
        if (units > 10) return error("more than 10 blocks in a unit of a scan", start_);
        // A coded block takes at least one bit in a DC scan, and two in a sequential one.
        const std::int64_t bits_a_block = !found_.progressive ? 2 : range.first == 0 ? 1 : 0;
        return entropy_coded(mcus, mcus * units * bits_a_block);
    }

    Status check_range(const Range& range, std::size_t component_count) const {
        if (!found_.progressive) {
            if (range.first == 0 && range.last <= 63 && range.high == 0 && range.low == 0) return {};
            return error("a sequential scan of a part of the coefficients", start_);
        }
        const bool dc = range.first == 0 && range.last == 0;
        const bool ac = range.first > 0 && range.first <= range.last && range.last <= 63 && component_count == 1;
        const bool bits = range.low <= 13 && (range.high == 0 || range.high == range.low + 1);
        if ((dc || ac) && bits) return {};
        return error("a progressive scan of an impossible range", start_);
    }

    Status check_tables(Component& component, int dc, int ac, const Range& range) const {
        if (dc > 3 || ac > 3) return error("a scan with a Huffman table id above 3", start_);
        const bool needs_dc = range.is_first_dc();
        const bool needs_ac = !found_.progressive || range.first > 0;
        if ((needs_dc && !huffman_defined_[0][dc]) || (needs_ac && !huffman_defined_[1][ac])) {
            return error("a scan with a Huffman table that is not defined", start_);
        }
        if (!quantiser_defined_[component.quantiser])
            return error("a scan with a quantiser that is not defined", start_);
        if (needs_dc) {
            if (component.scanned) return error("a second scan of a component", start_);
            component.scanned = true;
        } else if (!component.scanned) {
            return error("a refining scan before the first of its component", start_);
        }
        return {};
    }

    /// Skips coded data up to the next marker that is no restart; counts restarts and bytes.
    Status entropy_coded(std::int64_t mcus, std::int64_t least_bits) {
        const std::size_t start = at_;
        std::int64_t restarts = 0;
        while (true) {
            while (at_ < file_.size() && file_[at_] != 0xFF) ++at_;
            std::size_t next = at_;
            while (next < file_.size() && file_[next] == 0xFF) ++next;
            if (next >= file_.size()) return error("the file ends inside a scan", file_.size());
            const int marker = file_[next];
            if (marker == 0) {
                at_ = next + 1;
                continue;
            }
            if (marker < 0xD0 || marker > 0xD7) break;
            if (marker - 0xD0 != restarts % 8) return error("a restart out of turn", next);
            ++restarts;
            at_ = next + 1;
        }
        const std::int64_t expected = restart_interval_ == 0 ? 0 : ceil_divide(mcus, restart_interval_) - 1;
        if (restarts != expected) {
            return make_error(ErrorCode::corrupt_data, name_, ": JPEG: expected ", expected,
                              " restarts in the scan at byte ", start, ", found ", restarts);
        }
        if (static_cast<std::int64_t>(at_ - start) < least_bits / 8) {
            return make_error(ErrorCode::corrupt_data, name_, ": JPEG: expected at least ", least_bits / 8,
                              " bytes in the scan at byte ", start, ", found ", at_ - start);
        }
        return {};
    }

    static std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

    Bytes file_;
    std::string_view name_;
    Limits limits_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;  ///< of the segment at hand
    Bytes body_;             ///< of the segment at hand, without its length
    JpegSegments found_;
    Component components_[3] = {};
    int h_max_ = 1;
    int v_max_ = 1;
    std::int64_t restart_interval_ = 0;
    bool quantiser_defined_[4] = {};
    bool huffman_defined_[2][4] = {};
};
}  // namespace jpeg

/// Validates all segments of a JPEG in memory; coded data are skipped, with their restarts counted.
/// @errors corrupt_data (byte offset), unsupported (CMYK, arithmetic, lossless, 12 bits ...), limit_exceeded
/// @source ITU-T T.81, annex B
inline Result<JpegSegments> read_jpeg_segments(Bytes file, std::string_view name, const Limits& limits = {}) {
    return jpeg::SegmentWalk(file, name, limits).walk();
}

}  // namespace PROVENN_ABI
}  // namespace provenn
