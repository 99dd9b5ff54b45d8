// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Updates of optimizers in Vec16 words. Contract in kernels/parameter_update.hpp.

using UpdateArguments = ParameterUpdateArguments<float>;

// What stays zero while numbers are finite, and becomes NaN for good where one is not.
[[gnu::always_inline]] inline F16 watch(F16 watched, F16 value) { return fma(value, zero(), watched); }

// The value without its decay, and the gradient with that of L2.
[[gnu::always_inline]] inline F16 decayed_value(const UpdateFactors<float>& f, F16 value) {
    return f.decays ? fma(broadcast(-f.decay), value, value) : value;
}
[[gnu::always_inline]] inline F16 decayed_gradient(const UpdateFactors<float>& f, F16 value, F16 gradient) {
    return f.has_l2 ? fma(broadcast(f.two_l2), value, gradient) : gradient;
}

[[gnu::always_inline]] inline F16 sgd_word(const UpdateArguments& at, std::int64_t i, F16 watched) {
    const UpdateFactors<float>& f = at.factors;
    const F16 before = load(at.value + i), gradient = decayed_gradient(f, before, load(at.gradient + i));
    F16 value = decayed_value(f, before);
    if (!f.has_momentum) {
        value = fma(broadcast(-f.rate), gradient, value);
    } else {
        const F16 step = negate(mul(broadcast(f.rate), gradient));
        const F16 momentum = fma(load(at.moments[0] + i), broadcast(f.momentum), step);
        value = add(value, f.nesterov ? fma(momentum, broadcast(f.momentum), step) : momentum);
        store(at.new_moments[0] + i, momentum);
        watched = watch(watched, momentum);
    }
    store(at.new_value + i, value);
    return watch(watched, value);
}

[[gnu::always_inline]] inline F16 adam_word(const UpdateArguments& at, std::int64_t i, F16 watched) {
    const UpdateFactors<float>& f = at.factors;
    const F16 before = load(at.value + i), gradient = decayed_gradient(f, before, load(at.gradient + i));
    const F16 m = load(at.moments[0] + i), v = load(at.moments[1] + i);
    const F16 momentum = fma(sub(gradient, m), broadcast(f.first), m);
    const F16 velocity = fma(sub(mul(gradient, gradient), v), broadcast(f.second), v);
    const F16 divisor = add(sqrt(velocity), broadcast(f.epsilon));
    const F16 value = sub(decayed_value(f, before), div(mul(momentum, broadcast(f.rate)), divisor));
    store(at.new_moments[0] + i, momentum);
    store(at.new_moments[1] + i, velocity);
    store(at.new_value + i, value);
    return watch(watch(watch(watched, momentum), velocity), value);
}

[[gnu::always_inline]] inline F16 rmsprop_word(const UpdateArguments& at, std::int64_t i, F16 watched) {
    const UpdateFactors<float>& f = at.factors;
    const F16 before = load(at.value + i), gradient = decayed_gradient(f, before, load(at.gradient + i));
    const F16 first = broadcast(f.first), second = broadcast(f.second);
    const F16 velocity = fma(first, load(at.moments[0] + i), mul(second, mul(gradient, gradient)));
    store(at.new_moments[0] + i, velocity);
    F16 square = velocity;
    if (f.centered) {
        const F16 average = fma(first, load(at.moments[1] + i), mul(second, gradient));
        square = fma(negate(average), average, velocity);
        store(at.new_moments[1] + i, average);
        watched = watch(watched, average);
    }
    F16 change = div(mul(broadcast(f.rate), gradient), sqrt(add(square, broadcast(f.epsilon))));
    if (f.has_momentum) {
        const int number = f.momentum_number();
        change = fma(broadcast(f.momentum), load(at.moments[number] + i), change);
        store(at.new_moments[number] + i, change);
    }
    const F16 value = sub(decayed_value(f, before), change);
    store(at.new_value + i, value);
    return watch(watch(watch(watched, velocity), change), value);
}

template <UpdateRule Rule>
[[gnu::always_inline]] inline F16 update_word(const UpdateArguments& at, std::int64_t i, F16 watched) {
    if constexpr (Rule == UpdateRule::sgd) return sgd_word(at, i, watched);
    if constexpr (Rule == UpdateRule::adam) return adam_word(at, i, watched);
    if constexpr (Rule == UpdateRule::rmsprop) return rmsprop_word(at, i, watched);
}

// The last elements, in words of their own that begin at 0.
template <UpdateRule Rule>
inline F16 update_tail(const UpdateArguments& at, std::int64_t begin, std::int64_t end, F16 watched) noexcept {
    float gradient[kLanes] = {}, value[kLanes] = {}, moments[3][kLanes] = {};
    UpdateArguments word = at;
    word.gradient = gradient;
    word.value = word.new_value = value;
    for (std::int64_t i = begin; i < end; ++i) {
        gradient[i - begin] = at.gradient[i];
        value[i - begin] = at.value[i];
    }
    for (int m = 0; m < 3; ++m) {
        word.moments[m] = word.new_moments[m] = moments[m];
        for (std::int64_t i = begin; at.moments[m] != nullptr && i < end; ++i) moments[m][i - begin] = at.moments[m][i];
    }
    // Lanes without an element hold zeros, of which rmsprop without epsilon makes NaN.
    const F16 seen = update_word<Rule>(word, 0, zero());
    watched = add(watched, select(first_lanes(static_cast<int>(end - begin)), seen, zero()));
    for (std::int64_t i = begin; i < end; ++i) {
        at.new_value[i] = value[i - begin];
        for (int m = 0; m < 3; ++m) {
            if (at.new_moments[m] != nullptr) at.new_moments[m][i] = moments[m][i - begin];
        }
    }
    return watched;
}

struct ParameterUpdateJob {
    UpdateArguments arguments;
    std::atomic<bool>* is_finite;
};
template <UpdateRule Rule>
inline void update_elements(const ParameterUpdateJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const UpdateArguments at = job.arguments;
    F16 watched = zero();
    for (; begin + kLanes <= end; begin += kLanes) watched = update_word<Rule>(at, begin, watched);
    if (begin < end) watched = update_tail<Rule>(at, begin, end, watched);
    float lanes[kLanes];
    store(lanes, watched);
    for (const float lane : lanes) {
        if (!(lane == 0.0f)) job.is_finite->store(false, std::memory_order_relaxed);
    }
}

inline bool parameter_update_run(const Executor& executor, const UpdateArguments& arguments) noexcept {
    std::atomic<bool> is_finite{true};
    const ParameterUpdateJob job{arguments, &is_finite};
    switch (arguments.factors.rule) {
        case UpdateRule::sgd: run_ranges(executor, arguments.count, 1, job, &update_elements<UpdateRule::sgd>); break;
        case UpdateRule::adam: run_ranges(executor, arguments.count, 1, job, &update_elements<UpdateRule::adam>); break;
        case UpdateRule::rmsprop:
            run_ranges(executor, arguments.count, 1, job, &update_elements<UpdateRule::rmsprop>);
            break;
    }
    return is_finite.load(std::memory_order_relaxed);
}
