#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetch LibTorch, as the Python package `torch` ships it, into a cache outside the tree. Nothing is installed.
#
#   packaging/fetch-torch.sh [--cuda] [--print]
#
# The wheel is taken apart under ${XDG_CACHE_HOME:-~/.cache}/weightsmith/torch-VERSION, beside the NVIDIA libraries
# that its processor part is linked to (the runtime and CUPTI). --cuda fetches the rest of what the wheel names, for
# computing on a GPU. --print only prints the folder of the package, fetched or not. The last line printed on stdout
# is that folder.
set -euo pipefail

packaging=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(<"$packaging/torch-version")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/weightsmith/torch-$version
cuda=no
for argument in "$@"; do
    case $argument in
    --cuda) cuda=yes ;;
    --print) echo "$cache/torch" && exit ;;
    *) echo "fetch-torch.sh: unknown option $argument (known: --cuda, --print)" >&2 && exit 2 ;;
    esac
done

say() { echo "$*" >&2; }

# download FOLDER REQUIREMENT…: the wheels for this processor, without what they depend on.
download() {
    local folder=$1
    shift
    local glibc platforms=(--platform "manylinux2014_$(uname -m)")
    for glibc in {17..36}; do # Debian 12 has glibc 2.36
        platforms+=(--platform "manylinux_2_${glibc}_$(uname -m)")
    done
    local progress=on
    [[ -t 2 ]] || progress=off
    python3 -m pip download --disable-pip-version-check --progress-bar "$progress" --no-deps --no-cache-dir \
        --only-binary=:all: --implementation cp --python-version 3.11 "${platforms[@]}" --dest "$folder" "$@" >&2
}

# unpack WHEEL FOLDER PREFIX…: the members that start with one of the prefixes.
unpack() {
    python3 - "$@" <<'PYTHON'
import sys
import zipfile

wheel, folder, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(tuple(prefixes))])
PYTHON
}

# requirements METADATA-FILE NAME-PATTERN [EXTRA]: "name==version" lines that the wheel asks for.
requirements() {
    python3 - "$@" <<'PYTHON'
import re
import sys

text, pattern, extra = open(sys.argv[1]).read(), sys.argv[2], sys.argv[3:]
for line in re.findall(r'^Requires-Dist: (.*)$', text, re.MULTILINE):
    requirement, _, marker = line.partition(';')
    wanted = re.search(r"extra == ['\"](.*?)['\"]", marker)
    if re.match(pattern, requirement) and (not wanted or wanted.group(1) in extra):
        print(requirement.strip().replace(' ', '').replace('(', '').replace(')', ''))
PYTHON
}

# The NVIDIA wheels that torch names: directly (nvidia-cuda-runtime-cu12==…), or as extras of cuda-toolkit, which names
# the versions in turn.
nvidiaWheels() {
    local metadata=$1 work=$2 toolkit extras
    requirements "$metadata" 'nvidia-'
    toolkit=$(requirements "$metadata" 'cuda-toolkit')
    [[ -n $toolkit ]] || return 0
    extras=${toolkit#*\[}
    extras=${extras%%\]*}
    download "$work" "${toolkit/\[*\]/}"
    unpack "$work"/cuda_toolkit-*.whl "$work/toolkit" cuda_toolkit-
    # shellcheck disable=SC2086 # a list of words
    requirements "$work"/toolkit/cuda_toolkit-*.dist-info/METADATA 'nvidia-' ${extras//,/ }
}

fetch() {
    local work=$cache.partial wheels
    rm -rf "$work"
    mkdir -p "$work"
    say "Fetching LibTorch $version (the Python package torch, about 530 MB) into $cache"
    download "$work" "torch==$version"
    unpack "$work"/torch-*.whl "$work" torch/lib/ torch/include/ torch/version.py torch-
    rm "$work"/torch-*.whl

    nvidiaWheels "$work/torch-$version.dist-info/METADATA" "$work" | sort -u >"$work/nvidia-wheels"
    wheels=$(grep -E '^nvidia-cuda-(runtime|cupti)' "$work/nvidia-wheels")
    say "Fetching the two NVIDIA libraries it is linked to: $(tr '\n' ' ' <<<"$wheels")"
    fetchNvidia "$work" "$wheels"
    rm -rf "$cache" "$work/toolkit" "$work"/cuda_toolkit-*.whl
    mv "$work" "$cache"
}

# fetchNvidia FOLDER WHEELS
fetchNvidia() {
    local folder=$1 wheel
    # shellcheck disable=SC2086 # a list of words
    download "$folder/wheels" $2
    for wheel in "$folder"/wheels/*.whl; do
        unpack "$wheel" "$folder" nvidia/
    done
    rm -r "$folder/wheels"
}

mkdir -p "$(dirname "$cache")"
exec 9>"$cache.lock"
flock 9
[[ -f $cache/torch/version.py ]] || fetch
if [[ $cuda == yes && ! -f $cache/cuda-complete ]]; then
    say "Fetching the NVIDIA libraries for computing on a GPU (about 2.7 GB unpacked) into $cache"
    fetchNvidia "$cache" "$(grep -vE '^nvidia-cuda-(runtime|cupti)' "$cache/nvidia-wheels")"
    touch "$cache/cuda-complete"
fi
echo "$cache/torch"
