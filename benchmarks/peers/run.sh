#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Compares our speed with that of ONNX Runtime, OpenVINO and PyTorch on this machine, interleaved.
#
#   benchmarks/peers/run.sh [--json FILE] [--markdown FILE] [--work NAME...] [--threads 1 2] [--rounds N] [--peers NAME...]
#
# Makes a virtual environment in build/peers-venv (about 6 GB; or takes the one that PROVENN_PEERS_VENV names) and builds peers_ours.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
. "$root/examples/setup/packages.sh"

install_packages yes build benchmarks
venv="${PROVENN_PEERS_VENV:-$root/build/peers-venv}"
if ! "$venv/bin/python" -c "import onnx, onnxruntime, openvino, torch" 2> /dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check -r "$here/requirements.txt"
fi
(cd "$root" && cmake --preset bench > /dev/null && cmake --build build/bench --target peers_ours > /dev/null)
exec "$venv/bin/python" "$here/compare.py" --program "$root/build/bench/bin/peers_ours" "$@"
