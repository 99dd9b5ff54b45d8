#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Sets a Debian 12+ or Ubuntu 24.04+ machine up, builds, runs every test, makes the trace; the last line counts the test cases.
#
#   tests/run.sh [--no-install] [--preset NAME] [--only REGEX]
#     --no-install    only lists what is missing, and stops there if something is
#     --preset NAME   dev (default), clang, asan-ubsan, tsan, coverage
#     --only REGEX    the test executables whose name matches (no trace is made)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/setup/packages.sh

install=yes
preset=dev
only=""
while [ $# -gt 0 ]; do
    case "$1" in
        --no-install) install=no ;;
        --preset) preset="${2:?--preset needs a name}"; shift ;;
        --only) only="${2:?--only needs a regular expression}"; shift ;;
        -h | --help) sed -n '5,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "unknown option: $1 (see --help)" >&2; exit 2 ;;
    esac
    shift
done

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

step "packages"
if [ "$install" = no ]; then
    install_packages no build tests data
else
    install_packages yes build tests || { [ -z "$(missing_packages build)" ] || exit 1; }
    install_packages yes data || echo "without data sets: the tests that need them say so"
fi

step "oracles: Python packages"
python_packages=tests/support/requirements.txt
venv="${PROVENN_ORACLE_VENV:-build/oracle-venv}"
if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c "import keras, h5py, PIL" 2> /dev/null; then
    echo "oracles in $venv"
elif [ "$install" = yes ] && python3 -m venv "$venv" 2> /dev/null \
    && "$venv/bin/python" -m pip install -q --disable-pip-version-check --retries 1 --timeout 20 -r "$python_packages"; then
    echo "oracles installed in $venv"
else
    rm -rf build/oracle-venv
    venv=""
    echo "Keras cannot be installed here: recorded goldens stand in for it, and live comparisons are counted as skipped"
fi
if [ -n "$venv" ]; then
    PROVENN_PYTHON="$(cd "$venv" && pwd)/bin/python"
    export PROVENN_PYTHON
fi

build="build/$preset"
step "configure $build"
cmake --preset "$preset" | tail -n 3

step "build"
# A test that does not build is a test that fails: the others still run.
cmake --build "$build" -j "${PROVENN_JOBS:-$(nproc)}" -- -k 0 || echo "THE BUILD IS NOT COMPLETE"

step "test"
rm -rf "$build/test-results"
mkdir -p "$build/test-results"
selection=()
if [ -n "$only" ]; then selection=(-R "$only"); fi
ctest --test-dir "$build" -j "${PROVENN_JOBS:-$(nproc)}" --output-on-failure \
    --output-junit "$PWD/$build/test-results/ctest.xml" "${selection[@]}" || true

status=0
if [ -z "$only" ]; then
    step "trace"
    python3 docs/trace/make_trace.py "$build" || status=1
fi

step "result"
python3 tests/support/results.py "$build" || status=1
exit "$status"
