# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Projects that use the library: installed and found, and as a subfolder; island only and whole."""
import pathlib

from cases import ROOT, case, main, must_run, run, temporary_folder

FOUND = """cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(provenn {version} CONFIG REQUIRED {components})
add_executable(consumer main.cpp)
target_link_libraries(consumer PRIVATE {target})
"""
SUBFOLDER = """cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
set(PROVENN_LAB {lab})
add_subdirectory({root} provenn)
if(TARGET provenn_tests OR TARGET provenn_test_support)
    message(FATAL_ERROR "a subfolder builds no tests")
endif()
add_executable(consumer main.cpp)
target_link_libraries(consumer PRIVATE {target})
"""
ISLAND_PROGRAM = """#include <provenn/inference.hpp>
int main() { return provenn::Shape{2, 3}.element_count() != 6; }
"""
LAB_PROGRAM = """#include <provenn/provenn.hpp>
int main() { return provenn::Shape{2, 3}.element_count() != 6; }
"""


def configured(folder, *options):
    """Configures without a launcher or generator of the surrounding build: a consumer has his own."""
    return run(["cmake", "-S", folder, "-B", folder / "build", "-DCMAKE_BUILD_TYPE=Debug", *options])


def consume(folder, lists, program, *options):
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(lists, encoding="utf-8")
    (folder / "main.cpp").write_text(program, encoding="utf-8")
    done = configured(folder, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    must_run(["cmake", "--build", folder / "build"])
    must_run([folder / "build" / "consumer"])


def install(folder, *options):
    """Installs the headers and package files under <folder>/prefix."""
    must_run(["cmake", "-S", ROOT, "-B", folder / "build", "-DPROVENN_BUILD_TESTS=OFF", "-DPROVENN_BUILD_EXAMPLES=OFF",
              f"-DCMAKE_INSTALL_PREFIX={folder}/prefix", *options])
    must_run(["cmake", "--install", folder / "build"])
    return folder / "prefix"


@case("find_package after an install: the island", "REQ-HOUSE-015")
def island_found():
    with temporary_folder() as place:
        place = pathlib.Path(place)
        prefix = install(place, "-DPROVENN_LAB=OFF")
        assert not (prefix / "include" / "provenn" / "training").exists(), "an island install holds the lab"
        consume(place / "island", FOUND.format(version="0.1.0", components="", target="provenn::inference"), ISLAND_PROGRAM,
                f"-DCMAKE_PREFIX_PATH={prefix}")
        lab = place / "lab"
        lab.mkdir()
        (lab / "CMakeLists.txt").write_text(FOUND.format(version="0.1.0", components="COMPONENTS training", target="provenn::training"),
                                            encoding="utf-8")
        assert configured(lab, f"-DCMAKE_PREFIX_PATH={prefix}").returncode != 0, "found a lab that was not installed"


@case("find_package after an install: the whole library", "REQ-HOUSE-015")
def whole_found():
    with temporary_folder() as place:
        place = pathlib.Path(place)
        prefix = install(place)
        source = sorted(path.relative_to(ROOT) for path in (ROOT / "include").rglob("*.[hi][pn][pl]"))
        missing = [str(path) for path in source if not (prefix / path).is_file()]
        assert not missing, "not installed: " + " ".join(missing)
        consume(place / "whole", FOUND.format(version="0.1.0", components="COMPONENTS provenn", target="provenn::provenn"), LAB_PROGRAM,
                f"-DCMAKE_PREFIX_PATH={prefix}")
        older = place / "older"
        older.mkdir()
        (older / "CMakeLists.txt").write_text(FOUND.format(version="0.0.9", components="", target="provenn::inference"), encoding="utf-8")
        assert configured(older, f"-DCMAKE_PREFIX_PATH={prefix}").returncode != 0, "a version that was not asked for was accepted"


@case("add_subdirectory: the island and the whole library", "REQ-HOUSE-015")
def subfolder():
    with temporary_folder() as place:
        place = pathlib.Path(place)
        consume(place / "island", SUBFOLDER.format(root=ROOT, lab="OFF", target="provenn::inference"), ISLAND_PROGRAM)
        consume(place / "whole", SUBFOLDER.format(root=ROOT, lab="ON", target="provenn::provenn"), LAB_PROGRAM)


main()
