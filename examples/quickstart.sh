#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Sets up, builds and runs the main job on its embedded default:
#   examples/quickstart.sh [--no-install] [--npz FILE] [--seeds N] [--per-class N] [--threads N]
# --no-install only lists the packages that are missing. --npz tells the same story on a MedMNIST file.
set -euo pipefail
cd "$(dirname "$0")/.."
source examples/setup/packages.sh

install=yes
arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        --no-install) install=no ;;
        --npz | --seeds | --per-class | --threads)
            [ $# -ge 2 ] || { echo "$1 needs a value" >&2; exit 2; }
            arguments+=("$1" "$2")
            shift ;;
        -h | --help) sed -n '4,7p' "$0" | sed 's/^# \?//'; exit 0 ;;
        *) echo "unknown option $1 (try --help)" >&2; exit 2 ;;
    esac
    shift
done
[[ " ${arguments[*]-} " == *" --npz "* ]] && groups="build" || groups="build data"
# shellcheck disable=SC2086  # one word a group
install_packages "$install" $groups || exit 1
[ "$install" = yes ] || exit 0

echo "== building (2 to 4 minutes the first time) =="
cmake --preset release > /dev/null
cmake --build build/release --target provenn provenn_device quickstart -j "$(nproc)"
bin=build/release/bin
out=build/quickstart
mkdir -p "$out"

echo "== the main job =="
"$bin/quickstart" --out "$out" "${arguments[@]}"

echo
echo "6. The device: a program that knows nothing of training runs the package"
"$bin/provenn-device" "$out/adapted.pvn" "$out/example.npy"

echo
echo "7. One flipped bit in the package, and the device refuses it:"
cp "$out/adapted.pvn" "$out/damaged.pvn"
offset=$(($(stat -c %s "$out/damaged.pvn") / 2))
byte=$(od -An -tu1 -j "$offset" -N 1 "$out/damaged.pvn" | tr -d ' ')
printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of="$out/damaged.pvn" bs=1 seek="$offset" conv=notrunc status=none
if "$bin/provenn-device" "$out/damaged.pvn" "$out/example.npy"; then
    echo "the damaged package was accepted: this is a bug" >&2
    exit 1
fi

cat << TXT

Try it on your own images, one folder a class:
  $bin/provenn finetune YOUR_MODEL.h5 YOUR_FOLDER --out mine.pvn
  $bin/provenn evaluate mine.pvn YOUR_FOLDER
  $bin/provenn inspect mine.pvn
or on a MedMNIST file: examples/quickstart.sh --npz pneumoniamnist.npz
TXT
