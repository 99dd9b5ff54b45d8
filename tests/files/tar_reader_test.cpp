// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the tar reader: headers made here, damaged in every bit, and the real tars.
#include "provenn/files/tar_reader.hpp"

#include "provenn/files/mapped_file.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

using namespace provenn;

namespace {

void fix_sum(std::string& block) {
    block.replace(148, 8, "        ");
    unsigned sum = 0;
    for (const char byte : block) sum += static_cast<unsigned char>(byte);
    for (std::size_t i = 6; i-- > 0; sum /= 8) block[148 + i] = static_cast<char>('0' + sum % 8);
    block[154] = '\0';
}

std::string header(const std::string& name, std::size_t size, char kind) {
    std::string block(512, '\0');
    block.replace(0, name.size(), name);
    for (std::size_t i = 11; i-- > 0; size /= 8) block[124 + i] = static_cast<char>('0' + size % 8);
    block[156] = kind;
    block.replace(257, 5, "ustar");
    fix_sum(block);
    return block;
}

std::string member(const std::string& name, const std::string& content, char kind = '0') {
    return header(name, content.size(), kind) + content + std::string((512 - content.size() % 512) % 512, '\0');
}

const std::string kEnd(1024, '\0');

}  // namespace

TEST_CASE("regular files are listed in order, with long and pax names", "[files][tar_reader][REQ-FILES-007]") {
    const std::string long_name = std::string(120, 'n') + "/x.png";
    const std::string record = "path=" + long_name + "\n";
    const std::string tar = member("./folder/", "", '5') + member("./b", "second letter") +
                            member("@LongLink", long_name + '\0', 'L') + member("cut", std::string(512, 'x')) +
                            member("pax", std::to_string(record.size() + 4) + " " + record, 'x') +
                            member("cut2", "") + kEnd;
    const auto reader = TarReader::open(support::bytes_of(tar), "t.tar");
    REQUIRE_FALSE(reader.ok());  // both long names are the same
    CHECK(reader.error().code == ErrorCode::duplicate_name);
    const std::string single = tar.substr(0, 512 + 1024 + 1024 + 1024) + kEnd;
    auto good = TarReader::open(support::bytes_of(single), "t.tar");
    REQUIRE(good.ok());
    REQUIRE(good->entries().size() == 2);
    CHECK(good->entries()[0].name == "b");
    CHECK(support::to_text(good->bytes(good->entries()[0])) == "second letter");
    CHECK(good->entries()[1].name == long_name);
    CHECK(good->bytes(good->entries()[1]).size() == 512);
}

TEST_CASE("a tar that links, escapes or is cut is refused", "[files][tar_reader][REQ-FILES-007]") {
    struct Case {
        std::string tar;
        ErrorCode code;
        const char* says;
    };
    const Case cases[] = {
        {member("link", "", '2') + kEnd, ErrorCode::policy_refused, "link"},
        {member("../a", "x") + kEnd, ErrorCode::policy_refused, "\"..\""},
        {member("/a", "x") + kEnd, ErrorCode::policy_refused, "absolute"},
        {member("a", "x"), ErrorCode::corrupt_data, "no end mark"},
        {header("a", 100000, '0') + kEnd, ErrorCode::corrupt_data, "passes the end"},
        {member("a", "x", 'S') + kEnd, ErrorCode::unsupported, "kind S"},
        {member("p", "9 size=1\n", 'x') + kEnd, ErrorCode::unsupported, "size"},
        {member("p", "999 path=1\n", 'x') + kEnd, ErrorCode::corrupt_data, "malformed"},
        {std::string("not a tar"), ErrorCode::corrupt_data, "no end mark"},
    };
    for (const Case& one : cases) {
        const auto reader = TarReader::open(support::bytes_of(one.tar), "t.tar");
        INFO(one.says);
        REQUIRE_FALSE(reader.ok());
        INFO(reader.error().message.c_str());
        CHECK(reader.error().code == one.code);
        CHECK_THAT(reader.error().message.c_str(), support::contains(one.says));
    }
}

TEST_CASE("every flipped bit of a tar header is refused or harmless", "[files][tar_reader][REQ-FILES-007]") {
    const std::string tar = member("name", "content") + kEnd;
    for (std::size_t bit = 0; bit < 512 * 8; ++bit) {
        std::string flipped = tar;
        flipped[bit / 8] = static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (1u << (bit % 8)));
        const auto reader = TarReader::open(support::bytes_of(flipped), "flipped");
        // Only the field of the sum is not covered by the sum (a zero in front of its digits may become a space).
        if (!reader.ok()) continue;
        CHECK((bit / 8 >= 148 && bit / 8 < 156));
        CHECK(reader->entries()[0].name == "name");
    }
}

TEST_CASE("the real tars have their known numbers of files", "[files][tar_reader][real][REQ-FILES-007]") {
    for (const auto& [name, count] : {std::pair{"brain_mri_253.tar", 253u}, {"malaria_cells_1000.tar", 1000u}}) {
        const auto path = support::shared_data(name);
        if (!path) return;
        auto mapped = MappedFile::open(*path);
        REQUIRE(mapped.ok());
        auto reader = TarReader::open(mapped->bytes(), name);
        REQUIRE(reader.ok());
        CHECK(reader->entries().size() == count);
    }
}
