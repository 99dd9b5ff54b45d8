// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SHA-256: the published vectors, and independence from how the stream is cut.
#include "provenn/core/sha256.hpp"

#include <string>

#include "support/catch.hpp"

TEST_CASE("SHA-256 gives the published values", "[core][sha256][REQ-CORE-001]") {
    using provenn::sha256;
    CHECK(sha256("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex() ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                 "mnopqrstnopqrstu")
              .hex() == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    CHECK(sha256(std::string(1000000, 'a')).hex() ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how the bytes are handed over", "[core][sha256][REQ-CORE-001]") {
    std::string text;
    for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
    for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::string_view whole(text.data(), size);
        const auto expected = provenn::sha256(whole);
        for (const std::size_t step : {1u, 3u, 55u, 63u, 64u, 65u, 130u}) {
            provenn::Sha256 hash;
            for (std::size_t at = 0; at < size; at += step) hash.update(whole.substr(at, step));
            REQUIRE(hash.finish() == expected);
            REQUIRE(hash.update("abc").finish() == provenn::sha256("abc"));  // finish starts anew
        }
    }
}

#if defined(__x86_64__)
TEST_CASE("SHA-256 is the same with the processor's instructions and without",
          "[core][sha256_compression][REQ-CORE-001]") {
    namespace compression = provenn::sha256_compression;
    if (!compression::processor_has_instructions()) return support::skip("this processor has no SHA instructions");
    std::string text;
    for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * i * 31 + i / 7);
    for (std::size_t size = 0; size < text.size(); size += 1 + size / 9) {
        const std::string_view part(text.data(), size);
        CHECK(provenn::Sha256(&compression::with_instructions).update(part).finish() ==
              provenn::Sha256(&compression::portable).update(part).finish());
    }
    CHECK(provenn::Sha256(&compression::portable).update("abc").finish() == provenn::sha256("abc"));
}
#endif
