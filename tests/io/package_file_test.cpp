// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packages on disk: what is saved is loaded with the same fingerprint, and a changed file is refused by name.
#include "provenn/io/package_file.hpp"

#include <fstream>

#include "provenn/model/fingerprint.hpp"
#include "support/catch.hpp"
#include "support/random_network.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

TEST_CASE("a package comes back from disk as it was saved", "[io][package_file][REQ-MODEL-030]") {
    const support::TemporaryFolder folder;
    const std::string path = (folder.path() / "m.pvn").string();
    const Model model = support::RandomNetwork(7).make(5);
    save_package(path, model).value_or_throw();
    const Model loaded = load_package(path).value_or_throw();
    CHECK(fingerprint(loaded).value_or_throw() == fingerprint(model).value_or_throw());

    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(700);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(700);
    file.put(byte);
    file.close();
    const auto changed = load_package(path);
    REQUIRE_FALSE(changed.ok());
    CHECK(changed.error().message.view().find("m.pvn") != std::string_view::npos);
    CHECK(load_package((folder.path() / "none.pvn").string()).error().code == ErrorCode::io_failed);
}
