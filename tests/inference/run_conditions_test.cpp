// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run under the serial executor may not do: allocate, call the system, depend on the caller's rounding.
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

#include "provenn/inference/session.hpp"
#include "support/catch.hpp"
#include "support/packages.hpp"
#include "support/random_network.hpp"

#if defined(__linux__)
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

/// Allocations of this whole process, by malloc and its kin below operator new.
std::atomic<long> allocation_count{0};

}  // namespace

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !HAS_FEATURE(address_sanitizer) && !HAS_FEATURE(thread_sanitizer)
// Interposes the C library: every allocation of this process passes here, operator new included.
extern "C" {
void* __libc_malloc(std::size_t size);                        // NOLINT(bugprone-reserved-identifier): glibc's names
void* __libc_calloc(std::size_t count, std::size_t size);     // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void* block, std::size_t size);          // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t alignment, std::size_t size);  // NOLINT(bugprone-reserved-identifier)
void* malloc(std::size_t size) {
    ++allocation_count;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    ++allocation_count;
    return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
    ++allocation_count;
    return __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
    ++allocation_count;
    return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++allocation_count;
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    ++allocation_count;
    *block = __libc_memalign(alignment, size);
    return *block == nullptr ? ENOMEM : 0;
}
}
#define HAS_COUNTED_MALLOC 1
#else
#define HAS_COUNTED_MALLOC 0
#endif

using namespace provenn;

namespace {

/// A session with its input and outputs, everything allocated beforehand.
struct Prepared {
    Session session;
    std::vector<Tensor<float>> tensors;
    std::vector<View<const float>> inputs;
    std::vector<View<float>> outputs;

    explicit Prepared(const Model& model, const PlanOptions& options = {})
        : session(Session::from_model(model, options).value_or_throw()) {
        support::CounterRandom random(9);
        const auto batch = [](const Shape& sample) {
            Shape shape{1};
            for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
            return shape;
        };
        for (std::size_t i = 0; i < session.plan().input_count(); ++i) {
            tensors.push_back(Tensor<float>::zeros(batch(session.plan().input_shape(i))).value_or_throw());
            for (float& value : tensors.back().span()) value = random.next();
        }
        for (std::size_t i = 0; i < session.plan().output_count(); ++i) {
            tensors.push_back(Tensor<float>::zeros(batch(session.plan().output_shape(i))).value_or_throw());
        }
        const std::size_t input_count = session.plan().input_count();
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            if (i < input_count) inputs.push_back(tensors[i].view());
            if (i >= input_count) outputs.push_back(tensors[i].view());
        }
    }
    bool run() {
        return session.run({inputs.data(), inputs.size()}, {outputs.data(), outputs.size()}).ok();
    }
    [[nodiscard]] Sha256Digest bits() const {
        Sha256 hash;
        for (const View<float>& output : outputs) {
            hash.update(
                Bytes{reinterpret_cast<const std::uint8_t*>(output.data()), output.span().size() * sizeof(float)});
        }
        return hash.finish();
    }
};

}  // namespace

TEST_CASE("a run allocates nothing", "[inference][session][REQ-INFER-019]") {
#if HAS_COUNTED_MALLOC
    const long at_start = allocation_count;
    std::free(std::malloc(1));
    (void)Array<float>::make(10).value_or_throw();
    REQUIRE(allocation_count >= at_start + 2);  // the counter counts, also the library's own source
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Prepared prepared(support::RandomNetwork(seed).make(9));
        for (int i = 0; i < kernels::kIsaCount; ++i) {
            PlanOptions options;
            options.kernels = kernels::find_table(static_cast<kernels::Isa>(i));
            if (options.kernels == nullptr) continue;
            Prepared one(support::RandomNetwork(seed).make(9), options);
            const long before = allocation_count;
            const bool ran = one.run();
            const long after = allocation_count;
            CHECK(ran);
            CHECK(after == before);
        }
    }
#else
    support::skip("allocations are counted with glibc and without the address sanitizer only");
#endif
}

TEST_CASE("a run survives where only read, write and exit are system calls", "[inference][session][REQ-INFER-019]") {
#if defined(__linux__) && defined(SYS_exit)
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Prepared prepared(support::RandomNetwork(seed).make(9));
        REQUIRE(prepared.run());
        const Sha256Digest expected = prepared.bits();
        for (Tensor<float>& tensor : prepared.tensors) {
            const bool is_input =
                &tensor - prepared.tensors.data() < static_cast<std::ptrdiff_t>(prepared.inputs.size());
            for (std::size_t i = 0; !is_input && i < tensor.span().size(); ++i) tensor.span()[i] = 0.0f;
        }
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            // From here on any other system call kills the process; _exit() would be exit_group, which is one.
            if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) ::syscall(SYS_exit, 77);
            const bool ran = prepared.run();
            const bool same = std::memcmp(prepared.bits().bytes, expected.bytes, sizeof expected.bytes) == 0;
            ::syscall(SYS_exit, ran && same ? 42 : 1);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return support::skip("seccomp is not available here");
        CAPTURE(seed, status);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 42);
    }
#else
    support::skip("seccomp is a thing of Linux");
#endif
}

TEST_CASE("rounding mode and flush-to-zero of the caller change no bit and are restored",
          "[inference][session][REQ-INFER-020]") {
#if defined(__x86_64__)
    const fp_environment::Register wrong[] = {0x3f80u, 0x5f80u, 0x7f80u, 0x9f80u, 0x1fc0u, 0xffc0u};
#else
    const fp_environment::Register wrong[] = {std::uint64_t{1} << 22, std::uint64_t{3} << 22, std::uint64_t{1} << 24};
#endif
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Model model = support::RandomNetwork(seed).make(9);
        // Tiny weights in the first layer: subnormal numbers would be flushed.
        for (std::size_t i = 0; i < 1 && i < model.parameters.size(); ++i) {
            for (float& value : model.parameters[i].value.span()) value *= 1e-38f;
        }
        Prepared prepared(model);
        REQUIRE(prepared.run());
        const Sha256Digest expected = prepared.bits();
        const fp_environment::Register normal = fp_environment::read();
        for (const fp_environment::Register value : wrong) {
            fp_environment::write(value);
            const bool ran = prepared.run();
            const fp_environment::Register after = fp_environment::read();
            fp_environment::write(normal);
            CHECK(ran);
            CHECK((after & ~fp_environment::kStickyFlags) == (value & ~fp_environment::kStickyFlags));
            CHECK(prepared.bits() == expected);
        }
    }
}
