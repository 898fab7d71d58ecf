# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# One interface target with the language level, warnings and definitions that every target of ours links privately.

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Debug builds share the engine and the widgets: in each of 120 test programs they would take 20 GB, and minutes to link.
set(WEIGHTSMITH_LIBRARIES STATIC CACHE STRING "STATIC or, for a build that is not installed, SHARED")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Precompiled headers are kept only if ccache may trust what they define (its manual, "Precompiled headers"). What a
    # file includes is known from the dependencies that the compiler lists: without CCACHE_DEPEND each is preprocessed twice.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=true ${CCACHE})
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

set(WEIGHTSMITH_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")
if(WEIGHTSMITH_SANITIZE)
    add_compile_options(-fsanitize=${WEIGHTSMITH_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${WEIGHTSMITH_SANITIZE})
endif()

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE cxx_std_20)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_options(project_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
target_compile_definitions(project_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_FOREACH QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    QT_DISABLE_DEPRECATED_BEFORE=0x060400 $<$<NOT:$<CONFIG:Debug>>:QT_NO_DEBUG_OUTPUT>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 sees overflows in std::string copies that are not there (GCC bug 105329).
    target_compile_options(project_options INTERFACE -Wno-restrict)
endif()
