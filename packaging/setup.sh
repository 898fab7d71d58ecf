# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# What run.sh and test.sh share: packages, LibTorch, building. Sourced, from the top of the tree.

export LC_ALL=C.UTF-8
cache=${XDG_CACHE_HOME:-$HOME/.cache}/weightsmith

# shellcheck disable=SC2034 # used by the two scripts
buildPackages=(
    g++ cmake ninja-build ccache mold pkg-config python3 python3-pip
    qt6-base-dev qt6-svg-dev libyaml-cpp-dev libsimdjson-dev libdeflate-dev zlib1g-dev libpcre2-dev libxxhash-dev
    libcli11-dev libgl1-mesa-dev breeze-icon-theme fonts-dejavu-core fonts-inter fonts-jetbrains-mono)
# shellcheck disable=SC2034
testPackages=(clang-format-14 desktop-file-utils appstream)
# shellcheck disable=SC2034
fuzzPackages=(clang-14 libclang-rt-14-dev)
# shellcheck disable=SC2034
parityPackages=(python3-venv)

say() { printf '%s\n' "$*" >&2; }

# installPackages NAME…: with apt, and only what is missing.
installPackages() {
    local missing=() name
    for name in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    say "Installing the Debian packages that building and testing Weightsmith needs and this system lacks: ${missing[*]}"
    local root=()
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            say "Only root can install packages, and there is no sudo here. Run this as root, and then start again:"
            say "  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
            return 1
        fi
        say "Only root can install packages, so sudo may ask for your password."
        sudo -v
        root=(sudo)
    fi
    mkdir -p build
    logged build/packages.log "${root[@]}" apt-get update -q
    logged build/packages.log "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# getTorch [--cuda]: what computes tensor values. A folder named in WEIGHTSMITH_TORCH, or a torch of the pinned version
# in python3, is taken as it is; otherwise it is fetched into the cache, once.
getTorch() {
    local version installed
    version=$(<packaging/torch-version)
    [[ -z ${WEIGHTSMITH_TORCH:-} ]] || return 0
    [[ ! -f $cache/torch-$version/torch/version.py ]] || (($#)) || return 0
    installed=$(python3 -c 'import importlib.metadata as m; print(m.version("torch").split("+")[0])' 2>/dev/null || true)
    [[ $installed == "$version" ]] || packaging/fetch-torch.sh "$@" >/dev/null
}

# logged LOG COMMAND…: run it with its output in a file; with a terminal, show its last line; if it fails, its end.
logged() {
    local log=$1 line status=0
    shift
    if [[ -t 2 ]]; then
        "$@" 2>&1 | tee "$log" | while IFS= read -r line; do
            printf '\r\033[K%s' "${line:0:$((${COLUMNS:-80} - 1))}" >&2
        done || status=${PIPESTATUS[0]}
        printf '\r\033[K' >&2
    else
        "$@" >"$log" 2>&1 || status=$?
    fi
    ((status == 0)) && return
    say "This failed: $*"
    tail -n 40 "$log" >&2
    say "All of it is in $log"
    return "$status"
}

# build PRESET [TARGET…]: configure if that was not done yet, and build (CMake configures again when a file asks for it).
build() {
    local preset=$1
    shift
    mkdir -p "build/$preset"
    if [[ ! -f build/$preset/build.ninja ]]; then
        say "Configuring build/$preset"
        logged "build/$preset/configure.log" cmake --preset "$preset" \
            ${WEIGHTSMITH_TORCH:+-DWEIGHTSMITH_TORCH="$WEIGHTSMITH_TORCH"}
    fi
    say "Building build/$preset"
    logged "build/$preset/build.log" cmake --build "build/$preset" ${1:+--target "$@"}
}

# sample: print the path of onet.pt, the trained face detector inside the Python package facenet-pytorch 2.6.0 (MIT).
sample() {
    local folder=$cache/facenet-pytorch-2.6.0
    if [[ ! -f $folder/onet.pt ]]; then
        say "Fetching the sample, onet.pt of facenet-pytorch 2.6.0 (MIT, 1.9 MB), into $folder"
        rm -rf "$folder.partial"
        mkdir -p "$folder.partial"
        python3 -m pip download --disable-pip-version-check -q --no-deps --no-cache-dir --only-binary=:all: \
            --python-version 3.11 --dest "$folder.partial" facenet-pytorch==2.6.0 >&2
        (cd "$folder.partial" && python3 -c 'import glob, sys, zipfile
open("onet.pt", "wb").write(zipfile.ZipFile(glob.glob("*.whl")[0]).read("facenet_pytorch/data/onet.pt"))')
        rm "$folder.partial"/*.whl
        mv "$folder.partial" "$folder"
    fi
    echo "$folder/onet.pt"
}
