# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# How our own programs and tests are compiled: warnings are errors, ccache where it is found. Users of the library get none of this.
add_library(provenn_warnings INTERFACE)
target_compile_options(provenn_warnings INTERFACE
    -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wdouble-promotion -Werror)
# g++ 12 sees overlaps and overruns inside std::string's operator+ that are not there (GCC PR 105329, 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(provenn_warnings INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
endif()

find_program(PROVENN_CCACHE ccache)
if(PROVENN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Precompiled headers defeat ccache unless it is told that they may be compared by what defines them.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${PROVENN_CCACHE}")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(provenn_warnings INTERFACE -fpch-preprocess)
    else()
        target_compile_options(provenn_warnings INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
endif()
