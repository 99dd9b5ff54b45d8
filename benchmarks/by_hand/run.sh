#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Builds one convolution layer in Provenn and in the libraries whose folders are named, and compares them on one thread.
#
#   DLIB=... TINY_DNN=... FRUGALLY_DEEP=... FUNCTIONAL_PLUS=... benchmarks/by_hand/run.sh [--rounds N] [--runs N]
#
# The folders are clones of github.com/davisking/dlib, tiny-dnn/tiny-dnn, Dobiasd/frugally-deep and
# Dobiasd/FunctionalPlus; without its folder a library is left out. Packages: libopenblas-dev for dlib, libeigen3-dev
# and nlohmann-json3-dev for frugally-deep. May be set, too: EIGEN (/usr/include/eigen3), CXX (g++),
# FLAGS (-O3 -march=native -DNDEBUG), PYTHON (python3: a Python with numpy, and with keras for frugally-deep).
# OpenBLAS does not know every processor: OPENBLAS_VERBOSE=2 shows its choice, OPENBLAS_CORETYPE=SkylakeX sets it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
out="$root/build/by_hand"
mkdir -p "$out"
read -ra compile <<< "${CXX:-g++} ${FLAGS:--O3 -march=native -DNDEBUG}"
peers=() converter=()

"${compile[@]}" -std=c++20 -I"$root/include" "$here/ours.cpp" -o "$out/ours"
if [ -n "${DLIB:-}" ]; then
    "${compile[@]}" -std=c++20 -DDLIB_USE_BLAS -DDLIB_NO_GUI_SUPPORT -isystem "$DLIB" \
        "$here/dlib.cpp" "$DLIB/dlib/all/source.cpp" -o "$out/dlib" -lopenblas -pthread
    peers+=("$out/dlib")
fi
if [ -n "${TINY_DNN:-}" ]; then
    "${compile[@]}" -std=c++14 -DCNN_USE_AVX -DCNN_SINGLE_THREAD -isystem "$TINY_DNN" \
        "$here/tiny_dnn.cpp" -o "$out/tiny_dnn" -pthread
    peers+=("$out/tiny_dnn")
fi
if [ -n "${FRUGALLY_DEEP:-}" ]; then
    "${compile[@]}" -std=c++20 -isystem "$FRUGALLY_DEEP/include" -isystem "$FUNCTIONAL_PLUS/include" \
        -isystem "${EIGEN:-/usr/include/eigen3}" "$here/frugally_deep.cpp" -o "$out/frugally_deep" -pthread
    peers+=("$out/frugally_deep")
    converter=(--converter "$FRUGALLY_DEEP/keras_export/convert_model.py")
fi
exec "${PYTHON:-python3}" "$here/compare.py" "$out/ours" "${peers[@]}" "${converter[@]}" "$@"
