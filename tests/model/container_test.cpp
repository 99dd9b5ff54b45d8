// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The container: sections back as they were, hash trees over chunks, and refusal of whatever departs from the format.
#include "provenn/model/container.hpp"

#include <functional>
#include <vector>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;

namespace {

Array<std::uint8_t> some_bytes(std::size_t size, std::uint8_t first) {
    auto bytes = Array<std::uint8_t>::make(size).value_or_throw();
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(first + 7 * i);
    return bytes;
}
std::vector<std::uint8_t> sample() {
    ContainerWriter writer;
    writer.add(1, true, some_bytes(100, 3)).value_or_throw();
    writer.add(9, false, some_bytes(0, 0)).value_or_throw();
    writer.add(5, true, some_bytes(64, 50)).value_or_throw();
    const auto file = writer.finish(ContainerKind::checkpoint).value_or_throw();
    return {file.begin(), file.end()};
}
ErrorCode refusal(std::vector<std::uint8_t> file, const std::function<void(std::vector<std::uint8_t>&)>& damage) {
    damage(file);
    support::rehash(file);
    const auto opened = ContainerReader::open({file.data(), file.size()}, ContainerKind::checkpoint);
    REQUIRE_FALSE(opened.ok());
    return opened.error().code;
}

}  // namespace

TEST_CASE("sections come back as they were written", "[model][container][REQ-MODEL-004]") {
    const auto file = sample();
    CHECK(file.size() % 64 == 0);
    const auto reader = ContainerReader::open({file.data(), file.size()}, ContainerKind::checkpoint).value_or_throw();
    CHECK(support::to_vector(reader.section(1).value_or_throw()) == support::to_vector(some_bytes(100, 3)));
    CHECK(reader.section(9).value_or_throw().empty());
    CHECK(support::to_vector(reader.section(5).value_or_throw()) == support::to_vector(some_bytes(64, 50)));
    CHECK(reader.section(2).error().code == ErrorCode::not_found);
    const std::uint32_t all[] = {1, 5}, one[] = {1};
    CHECK(reader.expect_known(Span<const std::uint32_t>(all)).ok());  // 9 is optional
    CHECK(reader.expect_known(Span<const std::uint32_t>(one)).error().code == ErrorCode::unsupported);
}

TEST_CASE("every flipped bit and every truncation of a container is refused", "[model][container][REQ-MODEL-005]") {
    auto file = sample();
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        file[bit / 8] = static_cast<std::uint8_t>(file[bit / 8] ^ (1u << (bit % 8)));
        CHECK_FALSE(ContainerReader::open({file.data(), file.size()}, ContainerKind::checkpoint).ok());
        file[bit / 8] = static_cast<std::uint8_t>(file[bit / 8] ^ (1u << (bit % 8)));
    }
    for (std::size_t size = 0; size < file.size(); ++size) {
        const std::vector<std::uint8_t> part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK_FALSE(ContainerReader::open({part.data(), part.size()}, ContainerKind::checkpoint).ok());
    }
    file.resize(file.size() + 64);
    CHECK_FALSE(ContainerReader::open({file.data(), file.size()}, ContainerKind::checkpoint).ok());
}

TEST_CASE("a container whose hashes are right but whose format is not is refused with the reason",
          "[model][container][REQ-MODEL-005]") {
    using File = std::vector<std::uint8_t>;
    const auto file = sample();
    CHECK(refusal(file, [](File& f) { f[0] = 'p'; }) == ErrorCode::corrupt_data);
    CHECK(refusal(file, [](File& f) { f[8] = 2; }) == ErrorCode::version_mismatch);
    CHECK(refusal(file, [](File& f) { f[10] = 1; }) == ErrorCode::corrupt_data);        // kind
    CHECK(refusal(file, [](File& f) { f[13] = 200; }) == ErrorCode::limit_exceeded);    // section count
    CHECK(refusal(file, [](File& f) { f[16] ^= 64; }) == ErrorCode::corrupt_data);      // file size
    CHECK(refusal(file, [](File& f) { f[24] = 1; }) == ErrorCode::corrupt_data);        // reserved
    CHECK(refusal(file, [](File& f) { f[64 + 4] = 2; }) == ErrorCode::corrupt_data);    // unknown flag
    CHECK(refusal(file, [](File& f) { f[64 + 8] ^= 64; }) == ErrorCode::corrupt_data);  // offset
    CHECK(refusal(file, [](File& f) { f[64 + 16] ^= 4; }) == ErrorCode::corrupt_data);  // size: padding is not zero
    CHECK(refusal(file, [](File& f) { f[64 + 24] = 1; }) == ErrorCode::corrupt_data);   // reserved
    CHECK(refusal(file, [](File& f) { f[128] = 1; }) == ErrorCode::corrupt_data);       // id twice
    CHECK(refusal(file, [](File& f) { f[256 + 101] = 1; }) == ErrorCode::corrupt_data); // padding between sections
    CHECK(refusal(file, [](File& f) {  // 64 zeros that belong to no section, everything behind them moved
              f.insert(f.begin() + 256, 64, 0);
              for (const std::size_t number : std::vector<std::size_t>{16, 72, 136, 200}) {  // file size, offsets
                  const int moved = f[number] + 256 * f[number + 1] + 64;
                  f[number] = static_cast<std::uint8_t>(moved % 256);
                  f[number + 1] = static_cast<std::uint8_t>(moved / 256);
              }
          }) == ErrorCode::corrupt_data);
}

TEST_CASE("the digest of a section is the tree that the format describes", "[model][container][REQ-MODEL-006]") {
    using namespace container;
    const auto top = [](std::uint64_t size, const Sha256Digest& root) {
        std::uint8_t head[9] = {2};
        for (int i = 0; i < 8; ++i) head[1 + i] = static_cast<std::uint8_t>(size >> (8 * i));
        return Sha256().update(Bytes{head, 9}).update(root.span()).finish();
    };
    for (const std::size_t extra : {std::size_t{0}, std::size_t{1}, kChunk_bytes}) {
        const auto bytes = some_bytes(2 * kChunk_bytes + extra, 1);
        const auto leaf = [&](std::size_t i) {
            const std::size_t size = std::min(kChunk_bytes, bytes.size() - i * kChunk_bytes);
            return leaf_digest(bytes.span().subspan(i * kChunk_bytes, size));
        };
        Sha256Digest root = node_digest(leaf(0), leaf(1));
        if (extra > 0) root = node_digest(root, leaf(2));
        CHECK(section_digest(bytes).hex() == top(bytes.size(), root).hex());
    }
    CHECK(section_digest({}).hex() == top(0, leaf_digest({})).hex());
}
