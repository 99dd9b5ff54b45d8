// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the zip reader on archives built here field by field, so that every field can lie, and on Python's zips.
#include "provenn/files/zip_reader.hpp"

#include "provenn/files/mapped_file.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

/// Fields of a member, each of which may lie.
struct Member {
    std::string name;
    std::string content;
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc_change = 0;
    std::uint32_t plain_change = 0;       ///< of both sizes in the directory
    std::uint32_t local_plain_change = 0;
    std::string local_name = {};
    std::uint32_t attributes = 0;
    std::uint64_t header_change = 0;
};

void put(std::vector<std::uint8_t>& to, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
void put(std::vector<std::uint8_t>& to, const std::string& text) { to.insert(to.end(), text.begin(), text.end()); }

std::vector<std::uint8_t> make_zip(const std::vector<Member>& members) {
    std::vector<std::uint8_t> file;
    std::vector<std::uint8_t> directory;
    for (const Member& member : members) {
        const auto size = static_cast<std::uint32_t>(member.content.size());
        const std::uint32_t crc = crc32(support::bytes_of(member.content)) + member.crc_change;
        const std::size_t offset = file.size();
        const std::string local_name = member.local_name.empty() ? member.name : member.local_name;
        const bool later = (member.flags & 8u) != 0;
        put(file, zip::kLocalSignature, 4);
        put(file, 20, 2);
        put(file, member.flags, 2);
        put(file, member.method, 2);
        put(file, 0, 4);
        put(file, later ? 0 : crc, 4);
        put(file, later ? 0 : size + member.plain_change, 4);
        put(file, later ? 0 : size + member.plain_change + member.local_plain_change, 4);
        put(file, local_name.size(), 2);
        put(file, 0, 2);
        put(file, local_name);
        put(file, member.content);
        if (later) put(file, std::uint64_t{crc} << 32 | 0x08074B50u, 8), put(file, size, 4), put(file, size, 4);
        put(directory, zip::kEntrySignature, 4);
        put(directory, 0x0314, 2);
        put(directory, 20, 2);
        put(directory, member.flags, 2);
        put(directory, member.method, 2);
        put(directory, 0, 4);
        put(directory, crc, 4);
        put(directory, size + member.plain_change, 4);
        put(directory, size + member.plain_change, 4);
        put(directory, member.name.size(), 2);
        put(directory, 0, 8);
        put(directory, member.attributes, 4);
        put(directory, offset + member.header_change, 4);
        put(directory, member.name);
    }
    const std::size_t start = file.size();
    file.insert(file.end(), directory.begin(), directory.end());
    put(file, zip::kEndSignature, 4);
    put(file, 0, 4);
    put(file, members.size(), 2);
    put(file, members.size(), 2);
    put(file, directory.size(), 4);
    put(file, start, 4);
    put(file, 0, 2);
    return file;
}

}  // namespace

TEST_CASE("members are listed and read by name", "[files][zip_reader][REQ-FILES-006]") {
    const auto file = make_zip({{"config.json", "{}"}, {"sub/a.bin", std::string(300, 'a')}, {"late", "xyz", 8}});
    auto reader = ZipReader::open(support::bytes_of(file), "m.keras");
    REQUIRE(reader.ok());
    REQUIRE(reader->entries().size() == 3);
    auto content = reader->read("sub/a.bin");
    REQUIRE(content.ok());
    CHECK(support::to_text(content->span()) == std::string(300, 'a'));
    CHECK(support::to_text(reader->read("late").value().span()) == "xyz");
    const auto missing = reader->read("b");
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().code == ErrorCode::not_found);
    CHECK(ZipReader::open(support::bytes_of(make_zip({})), "empty").ok());
}

TEST_CASE("a zip that lies or escapes is refused by name", "[files][zip_reader][REQ-FILES-006]") {
    struct Case {
        std::vector<Member> members;
        ErrorCode code;
        const char* says;
    };
    const Case cases[] = {
        {{{"../evil", "x"}}, ErrorCode::policy_refused, "\"..\""},
        {{{"a/../../evil", "x"}}, ErrorCode::policy_refused, "\"..\""},
        {{{"/etc/passwd", "x"}}, ErrorCode::policy_refused, "absolute"},
        {{{"C:evil", "x"}}, ErrorCode::policy_refused, "colon"},
        {{{"a\\b", "x"}}, ErrorCode::policy_refused, "backslash"},
        {{{std::string("a\0b", 3), "x"}}, ErrorCode::policy_refused, "control byte"},
        {{{"a//b", "x"}}, ErrorCode::policy_refused, "empty"},
        {{{"a", "x"}, {"a", "y"}}, ErrorCode::duplicate_name, "two members"},
        {{{"a", "x", 1}}, ErrorCode::unsupported, "encrypted"},
        {{{"a", "x", 0, 12}}, ErrorCode::unsupported, "method 12"},
        {{{"a", "x", 0, 0, 0, 100}}, ErrorCode::corrupt_data, "pass the directory"},
        {{{"a", "x", 0, 0, 0, 0, 5}}, ErrorCode::corrupt_data, "sizes or CRC differ"},
        {{{"a", "x", 0, 0, 0, 0, 0, "b"}}, ErrorCode::corrupt_data, "another name"},
        {{{"a", "x", 0, 0, 0, 0, 0, "", 0xA1FF0000u}}, ErrorCode::policy_refused, "link"},
        {{{"a", "x"}, {"b", "x", 0, 0, 0, 0, 0, "", 0, 1000}}, ErrorCode::corrupt_data, "outside"},
        {{{"a", "x"}, {"b", "x", 0, 0, 0, 0, 0, "", 0, 1}}, ErrorCode::corrupt_data, "no member header"},
    };
    for (const Case& one : cases) {
        const auto file = make_zip(one.members);
        const auto reader = ZipReader::open(support::bytes_of(file), "m.keras");
        INFO(one.says);
        REQUIRE_FALSE(reader.ok());
        INFO(reader.error().message.c_str());
        CHECK(reader.error().code == one.code);
        CHECK_THAT(reader.error().message.c_str(), support::contains("m.keras"));
        CHECK_THAT(reader.error().message.c_str(), support::contains(one.says));
    }
}

TEST_CASE("a member with a wrong CRC is refused when read", "[files][zip_reader][REQ-FILES-006]") {
    const auto file = make_zip({{"a", "content", 0, 0, 1}});
    auto reader = ZipReader::open(support::bytes_of(file), "z");
    REQUIRE(reader.ok());
    const auto content = reader->read("a");
    REQUIRE_FALSE(content.ok());
    CHECK_THAT(content.error().message.c_str(), support::contains("CRC-32"));
}

TEST_CASE("overlapping members are refused", "[files][zip_reader][REQ-FILES-006]") {
    // The second member stands inside the first one's content.
    const auto inner = make_zip({{"b", "x"}});
    const std::string header(inner.begin(), inner.begin() + 32);
    auto file = make_zip({{"a", header}, {"b", "x"}});
    // Directory entry of b: let it point to the copy inside a.
    const std::size_t end = file.size() - zip::kEndSize;
    file[end - 1 - 4] = 31;
    const auto reader = ZipReader::open(support::bytes_of(file), "z");
    REQUIRE_FALSE(reader.ok());
    CHECK_THAT(reader.error().message.c_str(), support::contains("overlap"));
}

TEST_CASE("flipped bits and truncations of a zip never crash, and never change content unseen",
          "[files][zip_reader][REQ-FILES-006]") {
    const auto file = make_zip({{"a", "some content"}, {"b", "more of it", 8}});
    for (std::size_t size = 0; size < file.size(); ++size) {
        CHECK_FALSE(ZipReader::open(support::bytes_of(file).subspan(0, size), "cut").ok());
    }
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto flipped = file;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
        auto reader = ZipReader::open(support::bytes_of(flipped), "flipped");
        if (!reader.ok()) continue;
        for (const char* name : {"a", "b"}) {
            const auto content = reader->read(name);
            if (content.ok())
                CHECK(support::to_text(content->span()) == (*name == 'a' ? "some content" : "more of it"));
        }
    }
}

TEST_CASE("zips written by Python are read, also with 64-bit fields", "[files][zip_reader][oracle][REQ-FILES-006]") {
    const support::TemporaryFolder folder;
    const bool ran = support::run_python(folder, R"(
import zipfile
with zipfile.ZipFile('d.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('text', 'abc' * 10000)
    with z.open('wide', 'w', force_zip64=True) as f: f.write(b'w' * 70000)
    z.mkdir('folder') if hasattr(z, 'mkdir') else z.writestr('folder/', '')
    z.comment = b'a comment'
class Pipe:
    def __init__(self, p): self.f = open(p, 'wb')
    def write(self, b): return self.f.write(b)
    def flush(self): self.f.flush()
with zipfile.ZipFile(Pipe('s.zip'), 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('text', 'abc' * 10000)
zipfile.ZIP64_LIMIT = 10
zipfile.ZIP_FILECOUNT_LIMIT = 0
with zipfile.ZipFile('w.zip', 'w', zipfile.ZIP_STORED) as z: z.writestr('text', 'abc' * 10000)
)");
    if (!ran) return support::skip("no " + support::python());
    const std::string text = [] {
        std::string repeated;
        for (int i = 0; i < 10000; ++i) repeated += "abc";
        return repeated;
    }();
    for (const char* file : {"d.zip", "s.zip", "w.zip"}) {
        INFO(file);
        auto mapped = MappedFile::open(folder.file(file));
        REQUIRE(mapped.ok());
        auto reader = ZipReader::open(mapped->bytes(), file);
        REQUIRE(reader.ok());
        auto content = reader->read("text");
        REQUIRE(content.ok());
        CHECK(support::to_text(content->span()) == text);
        if (reader->find("wide") != nullptr) {
            CHECK(support::to_text(reader->read("wide").value().span()) == std::string(70000, 'w'));
        }
    }
}
