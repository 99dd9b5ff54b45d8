# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Install rules: headers, and the package files that find_package(provenn) reads.
include(CMakePackageConfigHelpers)

set(provenn_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/provenn")
install(TARGETS provenn_inference EXPORT provenn_inference_targets FILE_SET HEADERS FILE_SET bodies)
install(EXPORT provenn_inference_targets NAMESPACE provenn:: DESTINATION "${provenn_package_dir}")
if(PROVENN_LAB)
    install(TARGETS provenn_training provenn_provenn EXPORT provenn_training_targets FILE_SET HEADERS FILE_SET bodies)
    install(EXPORT provenn_training_targets NAMESPACE provenn:: DESTINATION "${provenn_package_dir}")
endif()
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/provenn-config.cmake.in"
    "${CMAKE_CURRENT_BINARY_DIR}/provenn-config.cmake" INSTALL_DESTINATION "${provenn_package_dir}")
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/provenn-config-version.cmake"
    COMPATIBILITY ExactVersion ARCH_INDEPENDENT)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/provenn-config.cmake" "${CMAKE_CURRENT_BINARY_DIR}/provenn-config-version.cmake"
    DESTINATION "${provenn_package_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
