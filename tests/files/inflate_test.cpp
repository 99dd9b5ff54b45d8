// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of inflate: outputs of zlib (python 3.11, zlib 1.2.13) as goldens, damaged streams, bombs, and fresh random
// cases.
#include "provenn/files/inflate.hpp"

#include "provenn/files/gzip.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

const std::string kText = [] {
    std::string text;
    for (int i = 0; i < 9; ++i) text += "Provenn reads deflate. ";
    return text;
}();

// zlib.compress(d, 9), a dynamic block; random.seed(5); d = bytes(min(255, int(random.expovariate(0.15))) for 400)
const char* const kDynamic =
    "78da15903962db5010438159ff469a22454771e23645aadcff7419f5c0e0bd893eaef6805df101a33b2847e740001bf9b5c9edc9333f77"
    "111212489169620d2ff485a10ef0c9fe3845aca38f0d57c50e797835c0fc43fc76654c531cb08576c5807289fd5b2fb366a2d4ef3b4c20"
    "6393d133bbb63a967285c399366348b4296bcbd7d39cebb46c8dc353a34703359951fcc09bd2349c1f50514c2d1317bfa7ce280abf3f43"
    "76c083b1ab527ee87d847c99caafb242a88c59857350f82d61112525e5e226bdbe63c7ee6feb1676a82ecac4ca2a1db44ad0273847a2fd"
    "fcdbb018cf0639f85e06b466fb5e5861a72259173cc4d9ad041a5b2281ff48aa0a19";

}  // namespace

TEST_CASE("streams of zlib are decoded: raw, stored, fixed, dynamic, gzip", "[files][inflate][REQ-FILES-004]") {
    const auto raw = support::from_hex("0b28ca2f4bcdcb53284a4d4c295648494dcb492c49d5530818a2c200ffff");
    auto decoded = inflate_raw(support::bytes_of(raw), "raw");
    REQUIRE(decoded.ok());
    CHECK(support::to_text(decoded->bytes.span()) == kText);
    CHECK(decoded->consumed_bytes == raw.size() - 2);

    const auto stored = support::from_hex("7801010c00f3ff73746f72656420626c6f636b1f8004bd");
    decoded = inflate_zlib(support::bytes_of(stored), "stored");
    REQUIRE(decoded.ok());
    CHECK(support::to_text(decoded->bytes.span()) == "stored block");

    const auto fixed = support::from_hex("78010b28ca2f4bcdcb53284a4d4c295648494dcb492c49d5530818a2c200b8a14b2b");
    decoded = inflate_zlib(support::bytes_of(fixed), "fixed");
    REQUIRE(decoded.ok());
    CHECK(support::to_text(decoded->bytes.span()) == kText);
    CHECK(decoded->consumed_bytes == fixed.size());

    decoded = inflate_zlib(support::bytes_of(support::from_hex(kDynamic)), "dynamic");
    REQUIRE(decoded.ok());
    CHECK(decoded->bytes.size() == 400);
    CHECK(crc32(decoded->bytes.span()) == 2527618473u);

    const auto gzip = support::from_hex(
        "1f8b08080000000002ff612e747874000b28ca2f4bcdcb53284a4d4c295648494dcb492c49d5530818a2c200d0986731cf000000");
    CHECK(is_gzip(support::bytes_of(gzip)));
    auto unzipped = gunzip(support::bytes_of(gzip), "gzip");
    REQUIRE(unzipped.ok());
    CHECK(support::to_text(unzipped->span()) == kText);
    auto twice = gzip;
    twice.insert(twice.end(), gzip.begin(), gzip.end());
    unzipped = gunzip(support::bytes_of(twice), "two members");
    REQUIRE(unzipped.ok());
    CHECK(support::to_text(unzipped->span()) == kText + kText);
}

TEST_CASE("every truncation and every flipped bit of a zlib or gzip stream is refused",
          "[files][inflate][REQ-FILES-004]") {
    const auto zlib = support::from_hex(kDynamic);
    auto reference = inflate_zlib(support::bytes_of(zlib), "whole");
    REQUIRE(reference.ok());
    for (std::size_t size = 0; size < zlib.size(); ++size) {
        const std::vector<std::uint8_t> cut(zlib.begin(), zlib.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(inflate_zlib(support::bytes_of(cut), "cut").ok());
    }
    for (std::size_t bit = 0; bit < zlib.size() * 8; ++bit) {
        auto flipped = zlib;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
        const auto outcome = inflate_zlib(support::bytes_of(flipped), "flipped");
        INFO("bit " << bit);
        if (outcome.ok()) {
            // Bits of the last, partly used byte before the sum carry nothing; the data are the same.
            CHECK(support::to_vector(outcome->bytes.span()) == support::to_vector(reference->bytes.span()));
            CHECK(bit / 8 == zlib.size() - 5);
        }
    }
    const auto gzip = support::from_hex("1f8b08000000000002ff4b4c4a06000000ffff");  // no sum at the end
    CHECK_FALSE(gunzip(support::bytes_of(gzip), "gzip").ok());
}

TEST_CASE("damage is reported with its place and kind", "[files][inflate][REQ-FILES-004]") {
    struct Case {
        const char* hex;
        const char* says;
    };
    const Case cases[] = {
        {"07", "block type 3"},
        {"010c00f3fe", "complement"},
        {"010c00f3ff7374", "end of data in a stored block"},
        {"03", "end of data"},
        {"0b02", "end of data"},
        {"4b04a200", "before the start"},
        {"fdffff", "too many symbols"},
    };
    for (const Case& one : cases) {
        const auto bytes = support::from_hex(one.hex);
        const auto outcome = inflate_raw(support::bytes_of(bytes), "x.bin");
        INFO(one.hex);
        REQUIRE_FALSE(outcome.ok());
        CHECK(outcome.error().code == ErrorCode::corrupt_data);
        CHECK_THAT(outcome.error().message.c_str(), support::contains("x.bin"));
        CHECK_THAT(outcome.error().message.c_str(), support::contains(one.says));
    }
    auto zlib = support::from_hex(kDynamic);
    zlib.back() = static_cast<std::uint8_t>(zlib.back() ^ 1u);
    const auto sum = inflate_zlib(support::bytes_of(zlib), "x");
    REQUIRE_FALSE(sum.ok());
    CHECK_THAT(sum.error().message.c_str(), support::contains("Adler-32"));
}

TEST_CASE("a decompression bomb stops at the limits", "[files][inflate][REQ-FILES-005]") {
    // Fixed code: literal 0, then 10,000 matches of length 258 and distance 1. Bits are appended by hand.
    std::vector<std::uint8_t> bomb;
    int used = 8;
    const auto put = [&](unsigned value, int count, bool high_first) {
        for (int i = 0; i < count; ++i) {
            if (used == 8) {
                bomb.push_back(0);
                used = 0;
            }
            const unsigned bit = high_first ? (value >> (count - 1 - i)) & 1u : (value >> i) & 1u;
            bomb.back() = static_cast<std::uint8_t>(bomb.back() | bit << used++);
        }
    };
    put(1, 1, false);
    put(1, 2, false);
    put(0x30, 8, true);
    for (int i = 0; i < 10000; ++i) {
        put(0xC5, 8, true);
        put(0, 5, true);
    }
    put(0, 7, true);
    auto whole = inflate_raw(support::bytes_of(bomb), "bomb");
    REQUIRE(whole.ok());
    CHECK(whole->bytes.size() == 2580001);
    InflateLimits limits;
    limits.max_output_bytes = 1000000;
    auto outcome = inflate_raw(support::bytes_of(bomb), "bomb", limits);
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == ErrorCode::limit_exceeded);
    limits = {};
    limits.max_ratio = 100;
    outcome = inflate_raw(support::bytes_of(bomb), "bomb", limits);
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == ErrorCode::limit_exceeded);
    limits = {};
    limits.expected_bytes = std::size_t{1} << 50;  // a lie must not be allocated
    CHECK(inflate_raw(support::bytes_of(bomb), "bomb", limits).ok());
}

TEST_CASE("random bytes never crash inflate", "[files][inflate][REQ-FILES-004]") {
    support::TestRandom random(1);
    int accepted = 0;
    for (int i = 0; i < 20000; ++i) {
        std::vector<std::uint8_t> bytes(random.below(80));
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
        if (i % 2 == 0 && !bytes.empty()) bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0xF8u) | 5u);  // dynamic
        accepted += inflate_raw(support::bytes_of(bytes), "random").ok() ? 1 : 0;
    }
    CHECK(accepted < 20000);
}

TEST_CASE("fresh random streams of zlib are decoded", "[files][inflate][oracle][REQ-FILES-004]") {
    const support::TemporaryFolder folder;
    const bool ran = support::run_python(folder, R"(
import random, zlib, gzip
random.seed()
out = open('cases.bin', 'wb')
for i in range(120):
    n = random.choice([0, 1, 2, 100, 5000, 70000])
    kind = random.randrange(4)
    if kind == 0: d = random.randbytes(n)
    elif kind == 1: d = bytes(min(255, int(random.expovariate(0.1))) for _ in range(n))
    elif kind == 2: d = bytes((j * j // 7) & 255 for j in range(n))
    else: d = (random.randbytes(random.randrange(1, 40)) * (n + 1))[:n]
    strategy = random.choice([zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED])
    wbits = random.choice([-15, -9, 15, 31])
    c = zlib.compressobj(random.randrange(10), zlib.DEFLATED, wbits, random.randrange(1, 10), strategy)
    z = c.compress(d[:n // 2]) + (c.flush(zlib.Z_SYNC_FLUSH) if random.random() < .3 else b'')
    z += c.compress(d[n // 2:]) + c.flush()
    for x in (wbits & 255, len(z), len(d)): out.write(x.to_bytes(4, 'little'))
    out.write(z); out.write(d)
)");
    if (!ran) return support::skip("no " + support::python());
    const auto cases = support::read_all(folder.file("cases.bin"));
    const Bytes all = support::bytes_of(cases);
    std::size_t at = 0;
    int count = 0;
    for (; at < cases.size(); ++count) {
        const std::uint32_t wrap = inflating::little_u32(all, at);
        const std::size_t packed = inflating::little_u32(all, at + 4);
        const std::size_t plain = inflating::little_u32(all, at + 8);
        const Bytes stream = all.subspan(at + 12, packed);
        const auto expected = support::to_vector(all.subspan(at + 12 + packed, plain));
        at += 12 + packed + plain;
        INFO("case " << count << ", window bits " << wrap << ", " << plain << " bytes");
        if (wrap == 31) {
            auto decoded = gunzip(stream, "gzip");
            REQUIRE(decoded.ok());
            CHECK(support::to_vector(decoded->span()) == expected);
        } else {
            auto decoded = wrap == 15 ? inflate_zlib(stream, "zlib") : inflate_raw(stream, "raw");
            REQUIRE(decoded.ok());
            CHECK((support::to_vector(decoded->bytes.span()) == expected && decoded->consumed_bytes == packed));
        }
    }
    CHECK(count == 120);
}
