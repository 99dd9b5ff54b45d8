// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables and CSV text: quotes, CRLF, byte order mark, other separators, and every mistake with its line.
#include "provenn/data/table.hpp"

#include <string>

#include "provenn/data/png_writer.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

namespace {

std::string png_file(int value) {
    auto pixels = Tensor<std::uint8_t>::zeros({2, 2, 1}).value_or_throw();
    for (auto& pixel : pixels.span()) pixel = static_cast<std::uint8_t>(value);
    return support::to_text(write_png(pixels).value_or_throw().span());
}

void check_error(const support::TemporaryFolder& folder, const std::string& text, ErrorCode code,
                 const std::string& message) {
    const auto opened = open_table(folder.write("bad.csv", text));
    CAPTURE(text);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == code);
    CHECK_THAT(std::string(opened.error().message.view()), support::contains(message));
}

}  // namespace

TEST_CASE("CSV as spreadsheets write it is read", "[data][csv][REQ-DATA-003]") {
    const auto records = parse_csv("\xEF\xBB\xBF" "a;b;\"c;\"\"d\"\"\r\nd\"\r\n\r\n1;;3\n4;5;6", "t").value_or_throw();
    REQUIRE(records.size() == 3);
    CHECK(records[0].fields == std::vector<std::string>{"a", "b", "c;\"d\"\r\nd"});
    CHECK(records[1].fields == std::vector<std::string>{"1", "", "3"});
    CHECK(records[1].line == 4);
    CHECK(records[2].fields == std::vector<std::string>{"4", "5", "6"});
    CHECK(parse_csv("a\tb\n1\t2,3\n", "t").value_or_throw()[1].fields == std::vector<std::string>{"1", "2,3"});
    CHECK(parse_csv("", "t").value_or_throw().empty());
    std::string line;
    append_csv_field(line, "plain", true);
    append_csv_field(line, "a,\"b\"\n");
    append_csv_field(line, " x");
    CHECK(line == "plain,\"a,\"\"b\"\"\n\",\" x\"");
    CHECK(parse_csv(line, "t").value_or_throw()[0].fields == std::vector<std::string>{"plain", "a,\"b\"\n", " x"});
}

TEST_CASE("CSV that contradicts itself is refused with its line", "[data][csv][REQ-DATA-003]") {
    const std::pair<std::string, const char*> cases[] = {
        {"a,b\n1,\"2", "line 2: a quote that is never closed"},
        {"a,b\n1,\"2\"3\n", "line 2: text behind a closing quote"},
        {"a,b\n\"x\ny\",1\n1,2\"3\n", "line 4: a quote inside"},
        {"a,b\n1,\xFF\n", "line 2: not UTF-8"},
        {"a,b\n1,\xC0\x80\n", "line 2: not UTF-8"},
        {"a,b\n1,\xED\xA0\x80\n", "line 2: not UTF-8"},
        {"a,b\n1,\xE2\x82", "line 2: not UTF-8"},
        {std::string("a,b\n1,\0\n", 8), "line 2: a null byte"},
    };
    for (const auto& [text, message] : cases) {
        const auto records = parse_csv(text, "t");
        CAPTURE(text);
        REQUIRE_FALSE(records.ok());
        CHECK(records.error().code == ErrorCode::corrupt_data);
        CHECK_THAT(std::string(records.error().message.view()), support::contains(message));
    }
    CHECK(parse_csv("\xC3\xA4,\xE2\x82\xAC,\xF0\x9F\x98\x80\n", "t").ok());
}

TEST_CASE("a table becomes a dataset in the order of its paths, and back", "[data][table][REQ-DATA-003]") {
    const support::TemporaryFolder folder;
    for (int i = 0; i < 4; ++i) folder.write("sub/i" + std::to_string(i) + ".png", png_file(i));
    const std::string path = folder.write("images.csv",
                                          "Label,PATH,patient,split,comment\r\n"
                                          "sick,sub/i3.png,P 1,val,\"x, y\"\r\n"
                                          "well,sub/i0.png,\"P,2\",train,\r\n"
                                          "sick,sub/i1.png,,test,\r\n"
                                          "well,sub/i2.png,P3,Training,\r\n");
    const Dataset dataset = open_table(path).value_or_throw();
    CHECK(dataset.class_names == std::vector<std::string>{"sick", "well"});
    REQUIRE(dataset.samples.size() == 4);
    CHECK(dataset.samples[0].name == "sub/i0.png");
    CHECK(dataset.samples[0].label == 1);
    CHECK(dataset.samples[0].patient == "P,2");
    CHECK(dataset.samples[2].split == Split::train);
    CHECK(dataset.samples[3].split == Split::validation);
    CHECK_FALSE(dataset.has_patients());
    CHECK(dataset.pixels->read(3, OrientationPolicy::refuse, nullptr).value_or_throw().pixels8.data()[0] == 3);

    const std::string text = write_table(dataset);
    CHECK_THAT(text, support::StartsWith("path,label,patient,site,device,split\nsub/i0.png,well,\"P,2\",,,train\n"));
    const Dataset again = open_table(folder.write("again.csv", text)).value_or_throw();
    CHECK(write_table(again) == text);
}

TEST_CASE("mistakes in a table are named with their lines", "[data][table][REQ-DATA-003]") {
    const support::TemporaryFolder folder;
    folder.write("a.png", png_file(1));
    folder.write("b.png", png_file(2));
    check_error(folder, "", ErrorCode::empty_data, "the table is empty");
    check_error(folder, "path,class\na.png,x\n", ErrorCode::not_found, "no column 'label'");
    check_error(folder, "path,label,Path\n", ErrorCode::duplicate_name, "two columns are called path");
    check_error(folder, "path,label\na.png,x\nb.png\n", ErrorCode::corrupt_data, "line 3: expected 2 fields");
    check_error(folder, "path,label\na.png,\n", ErrorCode::corrupt_data, "line 2: empty label");
    check_error(folder, "path,label\na.png,x\nb.png,y\na.png,y\n", ErrorCode::duplicate_name, "lines 2 and 4");
    check_error(folder, "path,label\na.png,x\nc.png,y\n", ErrorCode::not_found, "line 3: no image");
    check_error(folder, "path,label,split\na.png,x,trian\nb.png,y,\n", ErrorCode::invalid_argument,
                "line 2: split 'trian'");
    check_error(folder, "path,label\na.png,x\nb.png,x\n", ErrorCode::empty_data, "at least 2 classes");
    check_error(folder, "path,label\na.png,Cat\nb.png,cat\n", ErrorCode::duplicate_name, "differ only in case");
    CHECK(open_table(folder.file("none.csv")).error().code == ErrorCode::io_failed);
}
