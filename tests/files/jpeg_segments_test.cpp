// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the JPEG walk: each kind of damage that a decoder must never see, made in a good file.
#include "provenn/files/jpeg_segments.hpp"

#include "data/jpeg_samples.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

using File = std::vector<std::uint8_t>;

/// Offset of the first byte behind the `count`-th marker of that kind.
std::size_t find_marker(const File& file, std::uint8_t marker, int count = 1) {
    for (std::size_t i = 2; i + 1 < file.size(); ++i) {
        if (file[i] == 0xFF && file[i + 1] == marker && --count == 0) return i + 2;
    }
    FAIL("no such marker");
    return 0;
}

/// A segment put right behind the start mark.
File with_segment(File file, const std::string& hex) {
    const File segment = support::from_hex(hex);
    file.insert(file.begin() + 2, segment.begin(), segment.end());
    return file;
}

std::string repeated(const char* text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("the walk finds frame, scans and EXIF", "[files][jpeg_segments][REQ-FILES-009]") {
    const auto baseline = support::from_hex(samples::kBaselineJpeg);
    auto found = read_jpeg_segments(support::bytes_of(baseline), "x.jpg").value_or_throw();
    CHECK(found.width == 17);
    CHECK(found.height == 13);
    CHECK(found.component_count == 3);
    CHECK_FALSE(found.progressive);
    CHECK(found.scan_count == 1);
    CHECK(found.end == baseline.size());
    const auto progressive = support::from_hex(samples::kProgressiveJpeg);
    found = read_jpeg_segments(support::bytes_of(progressive), "x.jpg").value_or_throw();
    CHECK(found.progressive);
    CHECK(found.scan_count > 3);
    const auto turned = support::from_hex(samples::kTurnedJpeg);
    CHECK(read_jpeg_segments(support::bytes_of(turned), "x.jpg").value_or_throw().exif.size() > 8);
    auto trailing = baseline;
    trailing.push_back(0);
    CHECK(read_jpeg_segments(support::bytes_of(trailing), "x.jpg").value_or_throw().end == baseline.size());
}

TEST_CASE("damaged tables, frames and scans are refused with the reason", "[files][jpeg_segments][REQ-FILES-009]") {
    const File good = support::from_hex(samples::kBaselineJpeg);
    const File progressive = support::from_hex(samples::kProgressiveJpeg);
    const File restarts = support::from_hex(samples::kRestartJpeg);
    const std::size_t frame = find_marker(good, 0xC0);
    const std::size_t scan = find_marker(good, 0xDA);
    const std::size_t table = find_marker(good, 0xC4);
    const auto change = [](File file, std::size_t at, int value) {
        file[at] = static_cast<std::uint8_t>(value);
        return file;
    };
    const auto without = [&](std::uint8_t marker) {
        File file = good;
        for (std::size_t i = 2; i + 3 < file.size();) {
            const auto size = static_cast<std::ptrdiff_t>(file[i + 2] * 256 + file[i + 3] + 2);
            if (file[i + 1] == 0xDA) break;
            const auto at = file.begin() + static_cast<std::ptrdiff_t>(i);
            if (file[i + 1] == marker) {
                file.erase(at, at + size);
            } else {
                i += static_cast<std::size_t>(size);
            }
        }
        return file;
    };
    struct Case {
        File file;
        ErrorCode code;
        const char* says;
    };
    const Case cases[] = {
        // 16 * 255 symbols: what makes stb_image 2.27 write behind its tables.
        {with_segment(good, "ffc41003" "00" + repeated("ff", 16) + repeated("00", 4080)), ErrorCode::corrupt_data,
         "more than 256 symbols"},
        {with_segment(good, "ffc40114" "00" + repeated("00", 14) + "ff02" + repeated("00", 257)),
         ErrorCode::corrupt_data, "more than 256 symbols"},
        {with_segment(good, "ffc40016" "00" "03" + repeated("00", 15) + "000102"), ErrorCode::corrupt_data,
         "more codes than there are"},
        {with_segment(good, "ffc40015" "00" "02" + repeated("00", 15) + "0001"), ErrorCode::corrupt_data,
         "more codes than there are"},
        {with_segment(good, "ffc40014" "04" "01" + repeated("00", 15) + "00"), ErrorCode::corrupt_data, "id above 3"},
        {with_segment(good, "ffc40014" "20" "01" + repeated("00", 15) + "00"), ErrorCode::corrupt_data, "unknown kind"},
        {with_segment(good, "ffc40014" "00" "01" + repeated("00", 15) + "10"), ErrorCode::corrupt_data, "above 15"},
        {with_segment(good, "ffc40013" "00" "01" + repeated("00", 15)), ErrorCode::corrupt_data, "cut short"},
        {with_segment(good, "ffc40005000000"), ErrorCode::corrupt_data, "cut short"},
        {with_segment(good, "ffdb0005000000"), ErrorCode::corrupt_data, "cut short"},
        {with_segment(good, "ffdb0043" "04" + repeated("01", 64)), ErrorCode::corrupt_data, "id above 3"},
        {with_segment(good, "ffdb0083" "10" + repeated("0001", 64)), ErrorCode::unsupported, "16-bit quantiser"},
        {with_segment(good, "ffdd00050000ff"), ErrorCode::corrupt_data, "restart interval"},
        {with_segment(good, "ffe00001"), ErrorCode::corrupt_data, "passes the end"},
        {with_segment(good, "ffd0"), ErrorCode::corrupt_data, "unexpected marker 208"},
        {with_segment(good, "ffdc00040010"), ErrorCode::corrupt_data, "unexpected marker 220"},
        {with_segment(good, "0000"), ErrorCode::corrupt_data, "expected a marker"},
        {with_segment(good, "ffc300021234"), ErrorCode::unsupported, "lossless"},
        {with_segment(good, "ffc900021234"), ErrorCode::unsupported, "arithmetic"},
        {change(good, table + 2, 0x03), ErrorCode::corrupt_data, "table that is not defined"},
        {without(0xC4), ErrorCode::corrupt_data, "table that is not defined"},
        {without(0xDB), ErrorCode::corrupt_data, "quantiser that is not defined"},
        {without(0xC0), ErrorCode::corrupt_data, "before the frame"},
        {change(good, frame + 2, 12), ErrorCode::unsupported, "8 bits"},
        {change(change(good, frame + 3, 0), frame + 4, 0), ErrorCode::unsupported, "DNL"},
        {change(change(good, frame + 5, 0), frame + 6, 0), ErrorCode::corrupt_data, "width of 0"},
        {change(good, frame + 5, 0xFF), ErrorCode::limit_exceeded, "limits"},
        {change(good, frame + 3, 0x1F), ErrorCode::corrupt_data, "bytes in the scan"},
        {change(good, frame + 7, 2), ErrorCode::corrupt_data, "wrong size"},
        {change(good, frame + 9, 0x52), ErrorCode::corrupt_data, "sampling factors outside"},
        {change(good, frame + 9, 0x20), ErrorCode::corrupt_data, "sampling factors outside"},
        {change(change(good, frame + 9, 0x31), frame + 12, 0x21), ErrorCode::unsupported, "integer ratios"},
        {change(good, frame + 9, 0x44), ErrorCode::corrupt_data, "more than 10 blocks"},
        {change(good, frame + 10, 4), ErrorCode::corrupt_data, "quantiser id"},
        {change(good, frame + 11, 1), ErrorCode::corrupt_data, "two components of one id"},
        {change(good, scan + 2, 4), ErrorCode::corrupt_data, "scan header of the wrong size"},
        {change(good, scan + 3, 9), ErrorCode::corrupt_data, "unknown component"},
        {change(good, scan + 4, 0x40), ErrorCode::corrupt_data, "id above 3"},
        {change(good, scan + 9, 1), ErrorCode::corrupt_data, "part of the coefficients"},
        {change(progressive, find_marker(progressive, 0xDA) + 10, 5), ErrorCode::corrupt_data, "impossible range"},
        {change(restarts, find_marker(restarts, 0xD1) - 1, 0xD3), ErrorCode::corrupt_data, "out of turn"},
        {change(restarts, find_marker(restarts, 0xDD) + 3, 2), ErrorCode::corrupt_data, "restarts in the scan"},
        {support::from_hex(samples::kCmykJpeg), ErrorCode::unsupported, "CMYK"},
    };
    int number = 0;
    for (const Case& one : cases) {
        const auto found = read_jpeg_segments(support::bytes_of(one.file), "x.jpg");
        INFO("case " << number++ << ": " << one.says);
        REQUIRE_FALSE(found.ok());
        INFO(found.error().message.c_str());
        CHECK(found.error().code == one.code);
        CHECK_THAT(found.error().message.c_str(), support::contains("x.jpg"));
        CHECK_THAT(found.error().message.c_str(), support::contains(one.says));
    }
}

TEST_CASE("every truncation of a JPEG is refused", "[files][jpeg_segments][REQ-FILES-009]") {
    for (const char* hex : {samples::kBaselineJpeg, samples::kProgressiveJpeg, samples::kRestartJpeg}) {
        const File good = support::from_hex(hex);
        for (std::size_t size = 0; size < good.size(); ++size) {
            CHECK_FALSE(read_jpeg_segments(support::bytes_of(good).subspan(0, size), "cut").ok());
        }
    }
}

TEST_CASE("a JPEG of too many scans is refused", "[files][jpeg_segments][REQ-FILES-009]") {
    const auto progressive = support::from_hex(samples::kProgressiveJpeg);
    Limits limits;
    limits.max_jpeg_scans = 2;
    const auto found = read_jpeg_segments(support::bytes_of(progressive), "x", limits);
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().code == ErrorCode::limit_exceeded);
}
