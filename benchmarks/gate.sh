#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Is a branch slower than its base? Runs network_benchmark of two commits, interleaved, and compares the medians.
#
#   benchmarks/gate.sh BASE [BRANCH]          BRANCH: HEAD where it is not given
#   PROVENN_GATE_ROUNDS=9 PROVENN_GATE_WORKS="resnet18/direct/1 unet/fast/2" benchmarks/gate.sh main
#
# Both commits are checked out as git worktrees in build/gate and get the benchmarks of this one, so that the same
# program measures both libraries. A work is ARCHITECTURE/direct|fast/THREADS. In each round each work runs once with
# either library, and they take turns in going first. Leaves with 1 where the median over the rounds of the ratio
# branch / base of a work is above 1.05, with 2 where something cannot be built.
# Wants a quiet machine: under a load of 12 on two cores five rounds of a commit against itself gave 0.79 and 0.87.
# Where least and most lie far apart, more rounds are needed.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    sed -n '4,15s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
works="${PROVENN_GATE_WORKS:-resnet50/direct/1 resnet50/direct/2 resnet18/fast/1 mobilenet_v2/direct/1 unet/direct/1}"
rounds="${PROVENN_GATE_ROUNDS:-7}"
seconds="${PROVENN_GATE_SECONDS:-1}"
folder="$root/build/gate"
results="$folder/results.txt"
mkdir -p "$folder"

# The worktree of a commit with its program: prepare SIDE COMMIT.
prepare() {
    local tree="$folder/$1"
    if [ -e "$tree/.git" ]; then
        git -C "$tree" checkout --quiet --detach --force "$2"
    else
        git -C "$root" worktree prune
        git -C "$root" worktree add --quiet --detach --force "$tree" "$2"
    fi
    rm -rf "$tree/benchmarks"
    mkdir "$tree/benchmarks"
    (cd "$root/benchmarks" && cp -r ./*.cpp ./*.hpp CMakeLists.txt shapes ladder peers cost_model "$tree/benchmarks/")
    (cd "$tree" && cmake --preset bench > "$folder/$1.log" 2>&1 &&
        cmake --build build/bench --target network_benchmark >> "$folder/$1.log" 2>&1) ||
        { tail -n 20 "$folder/$1.log" >&2; echo "gate: $1 ($2) cannot be built, see $folder/$1.log" >&2; exit 2; }
}

# Median microseconds of a work: measure SIDE WORK.
measure() {
    local architecture numerics threads
    IFS=/ read -r architecture numerics threads <<< "$2"
    (cd "$folder/$1/build/bench/bin" && ./network_benchmark "$architecture" "$numerics" "$threads" \
        --benchmark_min_time="$seconds" --benchmark_format=json 2> /dev/null) |
        awk -F': ' '/"median_us"/ { gsub(/,/, "", $2); printf "%.1f", $2 }'
}

base="$(git -C "$root" rev-parse --verify --short "$1^{commit}")"
branch="$(git -C "$root" rev-parse --verify --short "${2:-HEAD}^{commit}")"
prepare base "$base"
prepare branch "$branch"

: > "$results"
for ((round = 0; round < rounds; ++round)); do
    for work in $works; do
        if ((round % 2 == 0)); then
            a="$(measure base "$work")" b="$(measure branch "$work")"
        else
            b="$(measure branch "$work")" a="$(measure base "$work")"
        fi
        if [ -z "$a" ] || [ -z "$b" ]; then
            echo "gate: $work gave no figure" >&2
            exit 2
        fi
        echo "$work $a $b" >> "$results"
    done
    echo "round $((round + 1)) of $rounds" >&2
done

echo "base $base, branch $branch, $rounds rounds; load of the machine:$(uptime | sed 's/.*load average://')"
awk '
    function median(list, count,    i, j, t) {
        for (i = 2; i <= count; ++i)
            for (j = i; j > 1 && list[j - 1] > list[j]; --j) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
        return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
    }
    { if (!($1 in n)) order[++works] = $1; ++n[$1]; a[$1, n[$1]] = $2; b[$1, n[$1]] = $3 }
    END {
        printf "%-28s %10s %10s %8s %8s %8s\n", "work", "base ms", "branch ms", "ratio", "least", "most"
        for (w = 1; w <= works; ++w) {
            name = order[w]
            for (i = 1; i <= n[name]; ++i) { x[i] = a[name, i]; y[i] = b[name, i]; r[i] = y[i] / x[i] }
            m = median(r, n[name])
            is_slow = m > 1.05
            slow += is_slow
            printf "%-28s %10.2f %10.2f", name, median(x, n[name]) / 1e3, median(y, n[name]) / 1e3
            printf " %8.3f %8.3f %8.3f  %s\n", m, r[1], r[n[name]], is_slow ? "SLOWER" : "ok"
        }
        print "gate: " (slow ? slow : "none") " of " works " works slower by more than 5 %"
        exit slow > 0
    }' "$results"
