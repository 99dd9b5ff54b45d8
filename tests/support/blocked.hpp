// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays and blocked maps for kernel tests: owned, poisoned before use, compared bit for bit.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <thread>
#include <vector>

#include "provenn/core/executor.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/training_dispatch.hpp"
#include "provenn/kernels/reference/layout.hpp"
#include "support/random.hpp"

namespace support {

using provenn::kernels::BlockedMap;
using provenn::kernels::ConstBlockedMap;
using provenn::kernels::Halo;
using provenn::kernels::MapExtent;
using provenn::kernels::MapLayout;

/// An owned contiguous array [N, H, W, C] (or of any rank) of T; T may be a dual number.
template <class T>
struct Nhwc {
    provenn::Shape shape;
    std::vector<T> values;

    Nhwc() = default;
    explicit Nhwc(const provenn::Shape& extents, T value = T{})
        : shape(extents), values(static_cast<std::size_t>(extents.element_count()), value) {}
    [[nodiscard]] provenn::View<T> view() { return {values.data(), shape}; }
    [[nodiscard]] provenn::View<const T> view() const { return {values.data(), shape}; }

    /// The same values as another scalar.
    template <class U>
    [[nodiscard]] Nhwc<U> as() const {
        Nhwc<U> other(shape);
        for (std::size_t i = 0; i < values.size(); ++i) other.values[i] = static_cast<U>(values[i]);
        return other;
    }
};

inline Nhwc<float> random_nhwc(const provenn::Shape& shape, CounterRandom& random, float least = -1.0f,
                               float most = 1.0f) {
    Nhwc<float> array(shape);
    array.values = random.floats(shape.element_count(), least, most);
    return array;
}

/// An owned blocked map. Its buffer starts as NaN; `interior is +0 in ragged lanes` and `halo` are there to be checked.
class BlockedBuffer {
  public:
    BlockedBuffer(std::int64_t samples, const MapExtent& extent, const Halo& halo = {}, std::int64_t pixel_stride = 16)
        : layout_{extent, halo, pixel_stride}, samples_(samples),
          buffer_(static_cast<std::size_t>(layout_.size(samples)), std::numeric_limits<float>::quiet_NaN()) {}
    /// Holds `array` ([N, H, W, C]); the halo is cleared.
    explicit BlockedBuffer(const Nhwc<float>& array, const Halo& halo = {})
        : BlockedBuffer(array.shape[0], MapExtent{array.shape[1], array.shape[2], array.shape[3]}, halo) {
        provenn::kernels::reference::to_blocked(array.view(), map());
        provenn::kernels::clear_halo(layout_, map());
    }

    [[nodiscard]] const MapLayout& layout() const { return layout_; }
    [[nodiscard]] BlockedMap map() { return layout_.map(buffer_.data(), samples_); }
    [[nodiscard]] ConstBlockedMap map() const { return layout_.map(buffer_.data(), samples_); }
    [[nodiscard]] const std::vector<float>& buffer() const { return buffer_; }

    [[nodiscard]] Nhwc<float> nhwc() const {
        const MapExtent& extent = layout_.extent;
        Nhwc<float> array({samples_, extent.height, extent.width, extent.channels});
        provenn::kernels::reference::from_blocked(map(), array.view());
        return array;
    }
    /// Every lane beyond the last channel is +0.
    [[nodiscard]] bool ragged_lanes_are_zero() const {
        const MapExtent& extent = layout_.extent;
        for (std::int64_t n = 0; n < samples_; ++n)
            for (std::int64_t h = 0; h < extent.height; ++h)
                for (std::int64_t w = 0; w < extent.width; ++w)
                    for (std::int64_t c = extent.channels; c < extent.blocks() * 16; ++c) {
                        const float value = provenn::kernels::reference::element(map(), n, h, w, c);
                        const float zero = 0.0f;
                        if (std::memcmp(&value, &zero, sizeof zero) != 0) return false;
                    }
        return true;
    }
    /// The halo still holds the poison: the kernel wrote the interior only. @requires the halo was never cleared.
    [[nodiscard]] bool halo_is_untouched() const {
        std::size_t untouched = 0, expected = buffer_.size();
        expected -= static_cast<std::size_t>(samples_ * layout_.extent.blocks() * layout_.extent.pixels() * 16);
        std::vector<float> copy = buffer_;
        const BlockedMap inside = layout_.map(copy.data(), samples_);
        for (std::int64_t n = 0; n < samples_; ++n)
            for (std::int64_t block = 0; block < layout_.extent.blocks(); ++block)
                for (std::int64_t h = 0; h < layout_.extent.height; ++h)
                    for (std::int64_t w = 0; w < layout_.extent.width * 16; ++w)
                        inside.pixel(n, block, h, 0)[w] = 0.0f;
        for (const float value : copy) untouched += value != value ? 1u : 0u;
        return untouched == expected;
    }

  private:
    MapLayout layout_;
    std::int64_t samples_;
    std::vector<float> buffer_;
};

/// The same bits; any NaN equals any NaN, since payloads are not promised.
inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != a[i] && b[i] != b[i]) continue;
        if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) return false;
    }
    return true;
}
inline bool same_bits(const Nhwc<float>& a, const Nhwc<float>& b) {
    return a.shape == b.shape && same_bits(a.values, b.values);
}

/// The tables of every instruction set that this machine can run.
inline std::vector<const provenn::kernels::TrainingTable*> all_tables() {
    std::vector<const provenn::kernels::TrainingTable*> tables;
    for (int isa = 0; isa < provenn::kernels::kIsaCount; ++isa) {
        const auto* table = provenn::kernels::find_training_table(static_cast<provenn::kernels::Isa>(isa));
        if (table != nullptr) tables.push_back(table);
    }
    return tables;
}

/// Runs task i in thread i mod `threads`, each thread's tasks from the last to the first: order must not matter.
class ThreadedExecutor {
  public:
    explicit ThreadedExecutor(int threads) : threads_(threads) {}
    [[nodiscard]] provenn::Executor executor() {
        return {[](void* self, std::int64_t count, provenn::TaskFunction task, void* context) noexcept {
                    const std::int64_t threads = static_cast<ThreadedExecutor*>(self)->threads_;
                    const auto work = [=](std::int64_t thread) {
                        for (std::int64_t i = count - 1; i >= 0; --i) {
                            if (i % threads == thread) task(context, i);
                        }
                    };
                    if (threads == 1) return work(0);
                    std::vector<std::thread> pool;
                    for (std::int64_t thread = 0; thread < threads; ++thread) pool.emplace_back(work, thread);
                    for (std::thread& thread : pool) thread.join();
                },
                this};
    }

  private:
    int threads_;
};

}  // namespace support
