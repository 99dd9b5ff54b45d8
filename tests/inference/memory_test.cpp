// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every allocation of encoding, decoding, compiling and running may fail: always an error, never a leak.
#include <functional>

#include "provenn/inference/session.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "support/packages.hpp"
#include "support/random_network.hpp"

using namespace provenn;

namespace {

/// Lets allocation number 0, 1, 2 ... fail until the work succeeds; returns how many it needs.
int fail_each(const std::function<Status()>& work) {
    for (int allowed = 0; allowed < 100000; ++allowed) {
        support::FailingMemory memory(allowed);
        const Status status = work();
        CHECK(memory.balance() == 0);
        if (status.ok()) return allowed;
        if (status.error().code != ErrorCode::out_of_memory) {
            FAIL("allocation " << allowed << ": " << to_string(status.error().code) << ": "
                               << status.error().message.c_str());
        }
    }
    return -1;
}

}  // namespace

TEST_CASE("a session from a package reports every failed allocation", "[inference][session][REQ-INFER-013]") {
    const auto file = support::package_of(support::tiny_model());
    const int needed = fail_each([&]() -> Status {
        auto session = Session::from_package({file.data(), file.size()});
        if (!session) return session.error();
        const float in[32] = {};
        float out[3] = {};
        auto report = session->run(View<const float>(in, {1, 4, 4, 2}), View<float>(out, {1, 3}));
        if (!report) return report.error();
        return {};
    });
    CHECK(needed > 50);
}

TEST_CASE("building, copying and encoding report every failed allocation", "[inference][session][REQ-INFER-013]") {
    const Model model = support::tiny_model();
    CHECK(fail_each([&]() -> Status {
              auto copy = model.clone();
              if (!copy) return copy.error();
              auto answers = make_known_answers(*copy);
              if (!answers) return answers.error();
              auto bytes = encode_package(*copy, std::move(answers).value());
              if (!bytes) return bytes.error();
              return {};
          }) > 50);
    CHECK(fail_each([&]() -> Status {
              ModelBuilder builder("net");
              layers::Conv2d conv;
              conv.filters = 2;
              const auto image = builder.input("image", {4, 4, 1});
              builder.output(builder.add("conv", conv, image));
              auto built = builder.build();
              if (!built) return built.error();
              return {};
          }) > 4);
}

TEST_CASE("plans of random graphs report every failed allocation", "[inference][plan][REQ-INFER-013]") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const Model model = support::RandomNetwork(seed).make(8);
        CHECK(fail_each([&]() -> Status {
                  auto session = Session::from_model(model);
                  if (!session) return session.error();
                  return {};
              }) > 10);
    }
}
