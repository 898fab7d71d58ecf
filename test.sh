#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Build Weightsmith on Debian 12 and test it.
#
#   ./test.sh [--all | ctest arguments]
#
# All tests run under AddressSanitizer and UndefinedBehaviorSanitizer. --all adds those of jobs and saving under
# ThreadSanitizer, fuzzing, and the comparisons with the originals (tests/parity), which need the network. ctest
# arguments choose among the tests: ./test.sh -R cast. It stops at the first of these that fails; the last line is ctest's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source packaging/setup.sh

all=no
case ${1:-} in
-h | --help) sed -n '/^# Build/,/^set/{/^set/!s/^# \{0,1\}//p}' test.sh && exit ;;
--all) all=yes && shift ;;
esac

# Every fuzz target for a minute, guided by coverage. What it finds stays in build/fuzz/found.
fuzz() {
    local program name folders
    installPackages "${fuzzPackages[@]}"
    build fuzz fuzzers
    mkdir -p build/fuzz/found
    for program in build/fuzz/bin/fuzz_*; do
        name=${program##*/fuzz_}
        folders=("build/fuzz/corpus/$name") # what it learns; then the seeds
        mkdir -p "${folders[0]}"
        [[ ! -d tests/fuzz/corpus/$name ]] || folders+=("tests/fuzz/corpus/$name")
        say "Fuzzing $name for a minute"
        logged "build/fuzz/$name.log" "$program" -max_total_time=60 -artifact_prefix=build/fuzz/found/ \
            "${folders[@]}"
    done
}

installPackages "${buildPackages[@]}" "${testPackages[@]}"
# shellcheck disable=SC2119 # no option
getTorch
build asan
if [[ $all == yes ]]; then
    build tsan thread_tests
    say "Jobs and saving under ThreadSanitizer:"
    ctest --preset tsan -L threads
    fuzz
    installPackages "${parityPackages[@]}"
    build release weightsmith weightsmith_numeric parity_dump
    say "Against the originals:"
    tests/parity/run.sh build/release
fi
say "All tests under AddressSanitizer and UndefinedBehaviorSanitizer:"
ctest --preset asan "$@"
