// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fixed pairwise tree over words of sixteen lanes, fed from left to right in a few words of memory.

// A binary counter: level k holds the sum of a full subtree of 2^k terms where bit k of `count` is set.
struct PairwiseTree {
    F16 levels[48];
    std::int64_t count = 0;
};

[[gnu::always_inline]] inline void push_term(PairwiseTree& tree, F16 term) {
    int level = 0;
    for (; ((tree.count >> level) & 1) != 0; ++level) term = add(tree.levels[level], term);
    tree.levels[level] = term;
    ++tree.count;
}

// Joins what is left from the smallest subtree, which stands at the right, to the largest. At least one term was
// pushed.
[[gnu::always_inline]] inline F16 tree_sum(const PairwiseTree& tree) {
    int level = 0;
    while (((tree.count >> level) & 1) == 0) ++level;
    F16 sum = tree.levels[level];
    for (++level; (tree.count >> level) != 0; ++level) {
        if (((tree.count >> level) & 1) != 0) sum = add(tree.levels[level], sum);
    }
    return sum;
}
