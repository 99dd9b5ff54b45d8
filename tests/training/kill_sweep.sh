#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Kills a training run with checkpoints a hundred times (some two minutes): tests/training/kill_sweep.sh BUILD/bin/test_training
set -eu
PROVENN_KILL_ROUNDS="${2:-100}" exec "$1" "a run that is killed again and again*"
