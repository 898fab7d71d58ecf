# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# LibTorch as the Python package `torch` ships it. Makes the imported targets Torch::c10 and Torch::cpu, and sets
# TorchWheel_DIR (the folder of the package) and TorchWheel_VERSION ("2.11.0").
#
# Looked for in this order: -DWEIGHTSMITH_TORCH=<folder of the torch package>; a torch of exactly the pinned version in
# the python3 on PATH; the cache that packaging/fetch-torch.sh fills. (Not the package's own TorchConfig.cmake: it
# demands a CUDA toolkit.)

set(WEIGHTSMITH_TORCH "" CACHE PATH "Folder of the Python package torch to build against; empty: found, or fetched")
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/../torch-version _torch_pinned LIMIT_COUNT 1)

# Set `result` to the version of the torch package in `folder`, "2.11.0"; empty if there is none.
function(_torch_version folder result)
    set(${result} "" PARENT_SCOPE)
    if(EXISTS ${folder}/version.py)
        file(STRINGS ${folder}/version.py line REGEX "^__version__ *= *'" LIMIT_COUNT 1)
        string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" version "${line}")
        set(${result} "${version}" PARENT_SCOPE)
    endif()
endfunction()

# Set `result` to the folder of the torch package in the python3 on PATH; empty if there is none.
function(_torch_of_python result)
    set(${result} "" PARENT_SCOPE)
    find_program(_torch_python python3 NO_CACHE)
    if(_torch_python)
        execute_process(
            COMMAND ${_torch_python} -c "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
            OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
        if(NOT failed)
            set(${result} "${folder}" PARENT_SCOPE)
        endif()
    endif()
endfunction()

if(WEIGHTSMITH_TORCH)
    set(TorchWheel_DIR ${WEIGHTSMITH_TORCH})
    _torch_version(${TorchWheel_DIR} TorchWheel_VERSION)
else()
    _torch_of_python(TorchWheel_DIR)
    _torch_version("${TorchWheel_DIR}" TorchWheel_VERSION)
    if(NOT TorchWheel_VERSION STREQUAL _torch_pinned)
        execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/../fetch-torch.sh --print
            OUTPUT_VARIABLE TorchWheel_DIR OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
        _torch_version(${TorchWheel_DIR} TorchWheel_VERSION)
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(TorchWheel
    REQUIRED_VARS TorchWheel_DIR TorchWheel_VERSION
    VERSION_VAR TorchWheel_VERSION
    REASON_FAILURE_MESSAGE "There is no torch package in '${TorchWheel_DIR}'. Run packaging/fetch-torch.sh, or name one with -DWEIGHTSMITH_TORCH=<folder>.")

if(TorchWheel_FOUND AND NOT TARGET Torch::cpu)
    foreach(_library c10 cpu)
        add_library(Torch::${_library} SHARED IMPORTED)
        set_target_properties(Torch::${_library} PROPERTIES
            INTERFACE_INCLUDE_DIRECTORIES ${TorchWheel_DIR}/include
            IMPORTED_NO_SONAME OFF)
    endforeach()
    set_target_properties(Torch::c10 PROPERTIES
        IMPORTED_LOCATION ${TorchWheel_DIR}/lib/libc10.so IMPORTED_SONAME libc10.so)
    # The NVIDIA libraries behind it are found through its own RPATH, at run time.
    set_target_properties(Torch::cpu PROPERTIES
        IMPORTED_LOCATION ${TorchWheel_DIR}/lib/libtorch_cpu.so IMPORTED_SONAME libtorch_cpu.so
        INTERFACE_LINK_LIBRARIES Torch::c10
        INTERFACE_LINK_OPTIONS "LINKER:--unresolved-symbols=ignore-in-shared-libs")
endif()
