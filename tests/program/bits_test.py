# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The reduced form of tests/matrix/run_matrix.py: one compiler, every instruction set, number of threads and batch."""
import collections
import pathlib

from cases import ROOT, case, compile_command, compilers, main, must_run, temporary_folder


def found_hashes(source, arguments=()):
    """The hashes of each network that a program of the matrix prints, and how many lines it printed."""
    found = collections.defaultdict(set)
    with temporary_folder() as folder:
        program = pathlib.Path(folder) / source
        must_run([*compile_command(compilers()["g++"]), "-std=c++20", "-O1", "-I", ROOT / "include", "-c",
                  ROOT / "tests" / "matrix" / f"{source}.cpp", "-o", program.with_suffix(".o")])
        must_run([compilers()["g++"], program.with_suffix(".o"), "-pthread", "-o", program])
        lines = must_run([program, *arguments], timeout=1200).splitlines()
    for line in lines:
        network, *_, digest = line.split()
        found[network].add(digest)
    assert all(len(digests) == 1 for digests in found.values()), found
    # Other networks have other hashes: the hash is of the result, not of nothing.
    assert len(set.union(*found.values())) == len(found), found
    return found, len(lines)


@case("architectures of the zoo give one hash over instruction sets, threads and batches", "REQ-INFER-024")
def one_hash_each():
    found, runs = found_hashes("network_bits", ["--small"])
    assert len(found) >= 6 and runs >= 6 * 2 * 4, found


@case("twenty training steps of three networks, one of them in fast numerics too, give one hash over instruction sets and threads", "REQ-TRAIN-111")
def one_hash_after_training():
    found, runs = found_hashes("training_bits")
    assert len(found) == 4 and runs >= 4 * 5, found


main()
