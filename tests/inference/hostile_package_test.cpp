// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hostile packages: every flipped bit and every truncation is refused, also with the hashes put right; never a crash.
#include <map>
#include <string>

#include "provenn/inference/session.hpp"
#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;

namespace {

Result<Session> load(const std::vector<std::uint8_t>& file) {
    PlanOptions options;
    options.limit_bytes = 1 << 20;  // a flipped extent must not take the machine's memory
    return Session::from_package({file.data(), file.size()}, options);
}
void flip(std::vector<std::uint8_t>& file, std::size_t bit) {
    file[bit / 8] = static_cast<std::uint8_t>(file[bit / 8] ^ (1u << (bit % 8)));
}

/// The digests of the container, of header and table, and of the answers: where a flip is undone by rehash.
bool is_rewritten_by_rehash(std::size_t byte, std::size_t sections) {
    if (byte >= 32 && byte < 64) return true;
    return byte >= 64 && byte < 64 + 64 * sections && (byte - 64) % 64 >= 32;
}

}  // namespace

TEST_CASE("every flipped bit and every truncation of a package is refused",
          "[inference][session][REQ-INFER-010][error-hash_mismatch][error-corrupt_data]") {
    auto file = support::package_of(support::tiny_model());
    REQUIRE(file.size() <= 4096);
    REQUIRE(load(file).ok());
    std::map<ErrorCode, int> reasons;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        flip(file, bit);
        const auto session = load(file);
        flip(file, bit);
        if (session.ok()) FAIL("bit " << bit << " was accepted");
        ++reasons[session.error().code];
    }
    CHECK(reasons[ErrorCode::hash_mismatch] > 1000);
    for (std::size_t size = 0; size < file.size(); ++size) {
        const std::vector<std::uint8_t> part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        if (load(part).ok()) FAIL(size << " bytes were accepted");
    }
}

TEST_CASE("a flipped bit is refused also where all hashes of the file were put right",
          "[inference][session][REQ-INFER-011][error-self_test_failed]") {
    const auto good = support::package_of(support::tiny_model());
    std::map<std::string, int> outcomes;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        if (is_rewritten_by_rehash(bit / 8, 4)) continue;
        auto file = good;
        flip(file, bit);
        support::rehash(file);
        const auto session = load(file);
        if (!session.ok()) {
            ++outcomes[to_string(session.error().code)];
            continue;
        }
        // Harmless by design: the four flags that say whether an older reader may skip a section it does not know.
        // Every section of a package is known to every reader.
        const bool is_flag = bit / 8 >= 64 && bit / 8 < 64 + 64 * 4 && (bit / 8 - 64) % 64 == 4 && bit % 8 == 0;
        if (!is_flag) FAIL("bit " << bit << " of byte " << bit / 8 << " was accepted");
        ++outcomes["accepted"];
    }
    CHECK(outcomes["accepted"] == 4);
    CHECK(outcomes["self_test_failed"] > 1000);
    for (const auto& [reason, count] : outcomes) UNSCOPED_INFO(reason << ": " << count);
    CHECK(outcomes.size() > 4);
}

TEST_CASE("a weight that no output depends on cannot be exchanged either", "[inference][session][REQ-INFER-011]") {
    // Behind a dead ReLU nothing is seen of these weights; the answers are bound to their bytes nevertheless.
    Model model = support::tiny_model();
    for (const char* name : {"norm/gamma", "norm/beta"}) {
        for (Parameter& parameter : model.parameters) {
            if (parameter.name == name) {
                for (float& value : parameter.value.span()) value = 0.0f;
            }
        }
    }
    auto file = support::package_of(model);
    REQUIRE(load(file).ok());
    const Model changed = [&] {
        Model copy = model.clone().value_or_throw();
        copy.parameters[0].value.data()[3] += 0.5f;
        return copy;
    }();
    // The changed model under the answers of the good one.
    const auto answers = [&] {
        const auto reader =
            ContainerReader::open({file.data(), file.size()}, ContainerKind::package).value_or_throw();
        Array<std::uint8_t> copy;
        copy.append(reader.section(package::kKnownAnswers).value_or_throw()).value_or_throw();
        return encode_package(changed, std::move(copy)).value_or_throw();
    }();
    const auto session = Session::from_package(answers);
    REQUIRE_FALSE(session.ok());
    CHECK(session.error().code == ErrorCode::self_test_failed);
}

TEST_CASE("random damage to packages of random graphs never crashes", "[inference][session][REQ-INFER-012]") {
    support::CounterRandom random(77);
    const std::size_t sections_end = 64 + 64 * 4;
    const auto good = support::package_of(support::tiny_model(4));
    for (int round = 0; round < 3000; ++round) {
        auto file = good;
        const std::int64_t changes = random.next_integer(1, 6);
        for (std::int64_t i = 0; i < changes; ++i) {
            const auto at =
                static_cast<std::size_t>(random.next_integer(64, static_cast<std::int64_t>(file.size()) - 1));
            const std::uint8_t interesting[] = {0, 1, 0x7f, 0x80, 0xff};
            file[at] = random.next_integer(0, 1) == 0 ? interesting[random.next_bits() % 5]
                                                      : static_cast<std::uint8_t>(random.next_bits());
        }
        if (file == good) continue;
        support::rehash(file);
        const auto session = load(file);
        if (session.ok() && file.size() > 0) {
            // Only flags may differ.
            std::size_t other = 0;
            for (std::size_t i = sections_end; i < file.size(); ++i) other += file[i] != good[i] ? 1u : 0u;
            CHECK(other == 0);
        }
    }
}

TEST_CASE("a package without known answers is refused by the session", "[inference][session][REQ-INFER-010]") {
    const auto file = encode_package(support::tiny_model(), {}).value_or_throw();
    const auto session = Session::from_package(file);
    REQUIRE_FALSE(session.ok());
    CHECK(session.error().code == ErrorCode::self_test_failed);
}
