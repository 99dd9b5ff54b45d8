// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The floating-point environment: whatever the caller left is replaced inside the scope and given back after it.
#include "provenn/core/fp_environment.hpp"

#include <cfenv>

#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("the scope sets the contract's environment and restores the caller's",
          "[core][fp_environment][REQ-CORE-004]") {
    const fp_environment::Register original = fp_environment::read();
    volatile float third = 1.0f, three = 3.0f, tiny = 0x1p-126f, half = 0.5f;
    const float nearest = third / three;
    std::fesetround(FE_DOWNWARD);
    CHECK(third / three < nearest);
    {
        const FpEnvironmentScope scope;
        CHECK(third / three == nearest);
        {
            const FpEnvironmentScope inner;
            CHECK(third / three == nearest);
        }
        CHECK(third / three == nearest);
    }
    CHECK(third / three < nearest);
    fp_environment::write(original);
#if defined(__x86_64__)
    fp_environment::write(original | 0x8040u);  // flush to zero, denormals are zero
    volatile float flushed = tiny * half;
    float kept = 0.0f;
    {
        const FpEnvironmentScope scope;
        volatile float product = tiny * half;
        kept = product;
    }
    const fp_environment::Register after = fp_environment::read();
    fp_environment::write(original);
    CHECK(flushed == 0.0f);
    CHECK(kept == 0x1p-127f);
    CHECK((after & 0x8040u) == 0x8040u);
    fp_environment::write(original & ~0x200u);  // division by zero unmasked: would raise a signal
    {
        const FpEnvironmentScope scope;
        volatile float zero = 0.0f;
        kept = third / zero;
    }
    fp_environment::write(original);
    CHECK(kept > 3e38f);
#endif
}
