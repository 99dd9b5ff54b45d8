// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The run-time choice of an instruction set: listed, forced by name, refused where the processor lacks it.
#include "provenn/kernels/dispatch.hpp"

#include "support/catch.hpp"

using provenn::ErrorCode;
using provenn::kernels::Isa;

TEST_CASE("the table of an instruction set says which it is", "[kernels][dispatch][REQ-DISPATCH-001]") {
    for (const Isa isa : {Isa::emulated, Isa::scalar_fma, Isa::avx2, Isa::avx512, Isa::neon, Isa::sse2}) {
        const auto* table = provenn::kernels::find_table(isa);
        if (table != nullptr) {
            CHECK(table->isa == isa);
            CHECK(provenn::kernels::processor_has(isa));
            const auto named = provenn::kernels::table_by_name(provenn::kernels::to_string(isa));
            REQUIRE(named.ok());
            CHECK(named.value() == table);
        } else {
            const auto named = provenn::kernels::table_by_name(provenn::kernels::to_string(isa));
            REQUIRE_FALSE(named.ok());
            CHECK(named.error().code == ErrorCode::isa_unavailable);
            CHECK_THAT(named.error().message.c_str(), support::contains(provenn::kernels::to_string(isa)));
        }
    }
}

TEST_CASE("every processor runs the emulated kernels", "[kernels][dispatch][REQ-DISPATCH-001]") {
    REQUIRE(provenn::kernels::find_table(Isa::emulated) != nullptr);
    CHECK(provenn::kernels::find_table(provenn::kernels::best_table().isa) == &provenn::kernels::best_table());
}

TEST_CASE("no processor has the vectors of two families", "[kernels][dispatch][REQ-DISPATCH-001]") {
    // One of the two is refused on every machine, so the refusal is always tested.
    const auto neon = provenn::kernels::table_by_name("neon");
    const auto avx2 = provenn::kernels::table_by_name("avx2");
    REQUIRE_FALSE((neon.ok() && avx2.ok()));
    CHECK((neon.ok() ? avx2 : neon).error().code == ErrorCode::isa_unavailable);
}

TEST_CASE("an unknown instruction set is not found", "[kernels][dispatch][REQ-DISPATCH-001]") {
    const auto table = provenn::kernels::table_by_name("mmx");
    REQUIRE_FALSE(table.ok());
    CHECK(table.error().code == ErrorCode::not_found);
}
