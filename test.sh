#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Build Weightsmith on Debian 12 and test it.
#
#   ./test.sh [--all | ctest arguments]
#
# All tests run under AddressSanitizer and UndefinedBehaviorSanitizer, those of jobs and saving under ThreadSanitizer
# as well. --all adds fuzzing and the comparisons with the originals (tests/parity), which need the network. ctest
# arguments choose among the tests: ./test.sh -R cast. It stops at the first of these that fails; the last line is ctest's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source packaging/setup.sh

all=no
case ${1:-} in
-h | --help) sed -n '/^# Build/,/^set/{/^set/!s/^# \{0,1\}//p}' test.sh && exit ;;
--all) all=yes && shift ;;
esac

installPackages "${buildPackages[@]}" "${testPackages[@]}"
# shellcheck disable=SC2119 # no option
getTorch
build asan
if (($# == 0)); then
    build tsan tsan_tests
fi

if (($# == 0)); then
    say "Jobs and saving under ThreadSanitizer:"
    ctest --preset tsan -L threads
fi
if [[ $all == yes ]]; then
    say "Fuzzing, one minute a target:"
    WEIGHTSMITH_FUZZ_SECONDS=60 ctest --preset asan -L fuzz
    say "Against the originals:"
    tests/parity/run.sh
fi
say "All tests under AddressSanitizer and UndefinedBehaviorSanitizer:"
ctest --preset asan "$@"
