// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// HDF5 files that are damaged, or legal but refused, made here with libhdf5 itself.
#include "provenn/adapters/hdf5.hpp"

#include <hdf5.h>

#include "provenn/adapters/hdf5_writer.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

namespace {

Array<std::uint8_t> small_file() {
    Hdf5Writer writer;
    const float numbers[] = {1, 2, 3, 4, 5, 6};
    REQUIRE(writer.set_texts("", "layer_names", {"a", "bcd"}));
    REQUIRE(writer.set_text("a", "empty", ""));
    REQUIRE(writer.add_dataset("a/b/kernel:0", Shape{2, 3}, numbers));
    return writer.finish().value_or_throw();
}

ErrorCode read_error(const std::string& path, const std::string& dataset) {
    auto file = Hdf5File::open(path);
    if (!file) return file.error().code;
    auto described = (*file)->describe(dataset);
    auto read = (*file)->read(dataset);
    REQUIRE_FALSE(read.ok());
    REQUIRE_FALSE(described.ok());
    CHECK(described.error().code == read.error().code);
    CHECK_THAT(std::string(read.error().message.view()), support::contains(path));
    return read.error().code;
}

/// A dataset `x` of four floats made by `adjust(plist)` in a new file.
template <class Adjust>
std::string file_with_dataset(const support::TemporaryFolder& folder, const Adjust& adjust, hid_t type = -1) {
    const hdf5::Session quiet;
    const std::string path = folder.file("made.h5");
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t extent = 4;
    const hid_t space = H5Screate_simple(1, &extent, nullptr);
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    adjust(plist, space);
    const hid_t element = type < 0 ? H5T_IEEE_F32LE : type;
    const hid_t dataset = H5Dcreate2(file, "x", element, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    REQUIRE(dataset >= 0);
    const float values[] = {1, 2, 3, 4};
    if (type < 0) H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(dataset);
    H5Pclose(plist);
    H5Sclose(space);
    H5Fclose(file);
    return path;
}

}  // namespace

TEST_CASE("what the writer makes, the reader gives back", "[adapters][hdf5][REQ-IO-001]") {
    const auto bytes = small_file();
    auto file = Hdf5File::open_image(bytes.span(), "small.h5").value_or_throw();
    CHECK(file->digest() == sha256(bytes.span()));
    CHECK(file->children("").value_or_throw() == std::vector<std::string>{"a"});
    CHECK(file->text_attribute("", "layer_names").value_or_throw().value() == std::vector<std::string>{"a", "bcd"});
    CHECK(file->text_attribute("a", "empty").value_or_throw().value() == std::vector<std::string>{""});
    CHECK_FALSE(file->text_attribute("a", "absent").value_or_throw().has_value());
    CHECK(file->kind_of("a/b").value_or_throw() == ObjectKind::group);
    CHECK(file->kind_of("a/b/kernel:0").value_or_throw() == ObjectKind::dataset);
    CHECK(file->kind_of("a/b/kernel:0/c").value_or_throw() == ObjectKind::nothing);
    CHECK(file->kind_of("a/c").value_or_throw() == ObjectKind::nothing);
    CHECK(file->kind_of("a/../a").error().code == ErrorCode::policy_refused);
    CHECK(file->describe("a/b/kernel:0").value_or_throw().shape == Shape{2, 3});
    const auto elements = file->read("a/b/kernel:0").value_or_throw();
    const float expected[] = {1, 2, 3, 4, 5, 6};
    REQUIRE(elements.size() == sizeof expected);
    CHECK(std::memcmp(elements.data(), expected, sizeof expected) == 0);
    CHECK(file->read("a/b").error().code == ErrorCode::not_found);
}

TEST_CASE("two files open at once are two files", "[adapters][hdf5][REQ-IO-001]") {
    const auto bytes = small_file();
    Hdf5Writer writer;
    REQUIRE(writer.add_group("other"));
    const auto other_bytes = writer.finish().value_or_throw();
    auto file = Hdf5File::open_image(bytes.span(), "same name").value_or_throw();
    auto other = Hdf5File::open_image(other_bytes.span(), "same name").value_or_throw();
    CHECK(file->children("").value_or_throw() == std::vector<std::string>{"a"});
    CHECK(other->children("").value_or_throw() == std::vector<std::string>{"other"});
}

TEST_CASE("the writer gives the same bytes every time", "[adapters][hdf5][REQ-IO-014]") {
    CHECK(sha256(small_file().span()) == sha256(small_file().span()));
}

TEST_CASE("an HDF5 file truncated anywhere is refused with its size", "[adapters][hdf5][REQ-IO-002]") {
    const auto bytes = small_file();
    for (std::size_t i = 0; i < 200; ++i) {
        const std::size_t size = bytes.size() * i / 200;
        auto file = Hdf5File::open_image(bytes.span().subspan(0, size), "short.h5");
        REQUIRE_FALSE(file.ok());
        CHECK(file.error().code == ErrorCode::corrupt_data);
        CHECK_THAT(std::string(file.error().message.view()), support::contains("short.h5"));
    }
}

TEST_CASE("what is no HDF5 file is refused by name", "[adapters][hdf5][REQ-IO-002]") {
    const support::TemporaryFolder folder;
    CHECK(Hdf5File::open(folder.write("empty.h5", "")).error().code == ErrorCode::corrupt_data);
    const auto text = Hdf5File::open(folder.write("text.h5", "layer,weight\n1,2\n")).error();
    CHECK(text.code == ErrorCode::corrupt_data);
    CHECK_THAT(std::string(text.message.view()), support::contains("not an HDF5 file"));
    CHECK(Hdf5File::open(folder.path().string()).error().code == ErrorCode::io_failed);
    CHECK(Hdf5File::open(folder.file("absent.h5")).error().code == ErrorCode::io_failed);
    Hdf5Limits limits;
    limits.file.max_file_bytes = 10;
    CHECK(Hdf5File::open(folder.write("large.h5", "01234567890"), limits).error().code == ErrorCode::limit_exceeded);
    std::string superblock("\x89HDF\r\n\x1a\n", 8);
    superblock += std::string(200, '\0');
    superblock[8] = 9;
    CHECK(Hdf5File::open(folder.write("new.h5", superblock)).error().code == ErrorCode::version_mismatch);
    superblock[8] = 0;
    superblock[13] = 4;
    CHECK(Hdf5File::open(folder.write("narrow.h5", superblock)).error().code == ErrorCode::unsupported);
    superblock[13] = 8;
    CHECK(Hdf5File::open(folder.write("hollow.h5", superblock)).error().code == ErrorCode::corrupt_data);
}

TEST_CASE("links that are not hard are refused and never followed", "[adapters][hdf5][REQ-IO-003]") {
    const support::TemporaryFolder folder;
    const auto bytes = small_file();
    const std::string target = folder.write("target.h5", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const std::string path = folder.file("links.h5");
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external(target.c_str(), "/a", file, "out", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "/", file, "circle", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    auto opened = Hdf5File::open(path).value_or_throw();
    CHECK(opened->kind_of("out").error().code == ErrorCode::policy_refused);
    CHECK(opened->kind_of("out/b").error().code == ErrorCode::policy_refused);
    CHECK(opened->read("out/b/kernel:0").error().code == ErrorCode::policy_refused);
    CHECK(opened->kind_of("soft").error().code == ErrorCode::policy_refused);
    std::string deep = "circle";
    for (int i = 0; i < 20; ++i) deep += "/circle";
    CHECK(opened->kind_of(deep).error().code == ErrorCode::policy_refused);
}

TEST_CASE("only plain and chunked datasets with known filters are read", "[adapters][hdf5][REQ-IO-003]") {
    const support::TemporaryFolder folder;
    const hsize_t two = 2;
    SECTION("deflate, shuffle and fletcher32 are read") {
        const std::string path = file_with_dataset(folder, [&](hid_t plist, hid_t) {
            H5Pset_chunk(plist, 1, &two);
            H5Pset_shuffle(plist);
            H5Pset_deflate(plist, 6);
            H5Pset_fletcher32(plist);
        });
        const auto read = Hdf5File::open(path).value_or_throw()->read("x").value_or_throw();
        float third = 0;
        std::memcpy(&third, read.data() + 8, 4);
        CHECK(third == 3.0f);
    }
    SECTION("compact is read") {
        const std::string path =
            file_with_dataset(folder, [](hid_t plist, hid_t) { H5Pset_layout(plist, H5D_COMPACT); });
        CHECK(Hdf5File::open(path).value_or_throw()->read("x").value_or_throw().size() == 16);
    }
    SECTION("another filter") {
        CHECK(read_error(file_with_dataset(folder, [&](hid_t plist, hid_t) {
                  H5Pset_chunk(plist, 1, &two);
                  H5Pset_scaleoffset(plist, H5Z_SO_FLOAT_DSCALE, 2);
              }), "x") == ErrorCode::policy_refused);
    }
    SECTION("external storage") {
        const std::string raw = folder.write("raw.bin", std::string(16, 'a'));
        CHECK(read_error(file_with_dataset(folder, [&](hid_t plist, hid_t) {
                  H5Pset_external(plist, raw.c_str(), 0, 16);
              }), "x") == ErrorCode::policy_refused);
    }
    SECTION("virtual") {
        CHECK(read_error(file_with_dataset(folder, [&](hid_t plist, hid_t space) {
                  H5Pset_virtual(plist, space, "other.h5", "y", space);
              }), "x") == ErrorCode::policy_refused);
    }
    SECTION("never stored") {
        const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
        CHECK(read_error(file_with_dataset(folder, [](hid_t, hid_t) {}, type), "x") == ErrorCode::corrupt_data);
        CHECK(read_error(file_with_dataset(folder, [&](hid_t plist, hid_t) { H5Pset_chunk(plist, 1, &two); }, type),
                         "x") == ErrorCode::corrupt_data);
    }
    SECTION("another type") {
        CHECK(read_error(file_with_dataset(
                             folder, [](hid_t, hid_t) {}, H5T_IEEE_F32BE),
                         "x") == ErrorCode::unsupported);
        const hid_t pair = H5Tcreate(H5T_COMPOUND, 8);
        H5Tinsert(pair, "a", 0, H5T_IEEE_F32LE);
        CHECK(read_error(file_with_dataset(folder, [](hid_t, hid_t) {}, pair), "x") == ErrorCode::unsupported);
    }
}

TEST_CASE("a declared size above the limit is refused before it is allocated", "[adapters][hdf5][REQ-IO-003]") {
    const support::TemporaryFolder folder;
    const std::string path = folder.file("bomb.h5");
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t extent = hsize_t{1} << 40, chunk = 1 << 20;
    const hid_t space = H5Screate_simple(1, &extent, nullptr), plist = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(plist, 1, &chunk);
    H5Dclose(H5Dcreate2(file, "x", H5T_IEEE_F32LE, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    H5Fclose(file);
    CHECK(read_error(path, "x") == ErrorCode::limit_exceeded);
}

TEST_CASE("text attributes of both kinds are read, others refused", "[adapters][hdf5][REQ-IO-001]") {
    const support::TemporaryFolder folder;
    const std::string path = folder.file("texts.h5");
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const hsize_t extent = 2;
    const hid_t list = H5Screate_simple(1, &extent, nullptr), one = H5Screate(H5S_SCALAR);
    const char* texts[] = {"conv1/kernel:0", "conv1/bias:0"};
    hid_t attribute = H5Acreate2(file, "names", type, list, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, texts);
    H5Aclose(attribute);
    attribute = H5Acreate2(file, "number", H5T_STD_I32LE, one, H5P_DEFAULT, H5P_DEFAULT);
    H5Aclose(attribute);
    H5Fclose(file);
    auto opened = Hdf5File::open(path).value_or_throw();
    CHECK(opened->text_attribute("", "names").value_or_throw().value() ==
          std::vector<std::string>{"conv1/kernel:0", "conv1/bias:0"});
    CHECK(opened->text_attribute("", "number").error().code == ErrorCode::unsupported);
}

TEST_CASE("the process's HDF5 error handler and plugin state are as before", "[adapters][hdf5][REQ-IO-003]") {
    unsigned plugins_before = 0, plugins_after = 1;
    H5E_auto2_t before = nullptr, after = nullptr;
    void* data = nullptr;
    H5PLget_loading_state(&plugins_before);
    H5Eget_auto2(H5E_DEFAULT, &before, &data);
    const ssize_t open_before = H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL);
    {
        const auto bytes = small_file();
        auto file = Hdf5File::open_image(bytes.span(), "small.h5").value_or_throw();
        CHECK(file->read("a/none").error().code == ErrorCode::not_found);
        CHECK(file->read("a/b/kernel:0").ok());
    }
    H5PLget_loading_state(&plugins_after);
    H5Eget_auto2(H5E_DEFAULT, &after, &data);
    CHECK(plugins_before == plugins_after);
    CHECK(before == after);
    CHECK(H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) == open_before);
}
