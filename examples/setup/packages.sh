#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The one list of Debian 12+ / Ubuntu 24.04+ packages, and how they are installed. Sourced by examples/quickstart.sh and tests/run.sh;
# as a program: packages.sh [--no-install] [build] [tests] [data] [benchmarks]
set -euo pipefail

packages_for() {
    case "$1" in
        build) echo "g++ cmake ninja-build libtbb-dev libhdf5-dev libstb-dev nlohmann-json3-dev libcli11-dev" ;;
        tests) echo "catch2 clang clang-tidy ccache python3 python3-venv git g++-aarch64-linux-gnu qemu-user" ;;
        data) echo "dataset-fashion-mnist" ;;
        benchmarks) echo "libbenchmark-dev python3-venv" ;;
        *) echo "unknown group of packages: $1 (build, tests, data, benchmarks)" >&2; return 1 ;;
    esac
}

# Prints the packages of the groups that are not installed, one a line.
missing_packages() {
    local group package
    for group in "$@"; do
        for package in $(packages_for "$group"); do
            dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || echo "$package"
        done
    done
}

# install_packages <yes|no> <group>...: installs what is missing, or only lists it. Fails when something stays missing.
install_packages() {
    local install="$1" missing as_root=()
    shift
    if ! command -v dpkg-query > /dev/null; then
        echo "This is not Debian or Ubuntu. Needed, under the names of your system:" >&2
        local group
        for group in "$@"; do echo "  $(packages_for "$group")" >&2; done
        return 0
    fi
    missing=$(missing_packages "$@")
    if [ -z "$missing" ]; then
        echo "packages: all installed"
        return 0
    fi
    echo "packages missing:" $missing
    if [ "$install" = no ]; then
        echo "to install them: sudo apt-get install --no-install-recommends" $missing
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo > /dev/null; then
            echo "Not root and no sudo: ask an administrator to run: apt-get install --no-install-recommends" $missing >&2
            return 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q
    # shellcheck disable=SC2086  # one word a package
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    install=yes
    if [ "${1:-}" = --no-install ]; then
        install=no
        shift
    fi
    [ $# -gt 0 ] || set -- build tests data
    install_packages "$install" "$@"
fi
