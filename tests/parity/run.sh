#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Compare readers and writers with the originals: several torch releases and safetensors, from PyPI, each in a
# virtual environment of its own below the build folder (or $WEIGHTSMITH_PARITY_VENVS).
# usage: tests/parity/run.sh [BUILD_DIR], which is build/asan unless told otherwise
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:-$here/../../build/asan}" && pwd)
venvs=${WEIGHTSMITH_PARITY_VENVS:-$build/parity/venvs}
work=$build/parity/files
dump=$build/bin/parity_dump
weightsmith=$build/bin/weightsmith
torches="1.13.1 2.6.0 2.11.0 2.15.0"
failed=0

venv() { # venv NAME REQUIREMENT…: made once, whole or not at all
    local dir=$venvs/$1
    shift
    [ -e "$dir/bin/python" ] && return
    echo "making $dir: $*"
    mkdir -p "$venvs"
    rm -rf "$dir.new"
    python3 -m venv "$dir.new"
    "$dir.new/bin/python" -m pip install -q "$@"
    mv "$dir.new" "$dir" # only `python -m` is used, so the scripts' old paths do not matter
}

check() { # check WHAT COMMAND…
    local what=$1
    shift
    if "$@"; then echo "ok: $what"; else echo "FAILED: $what"; failed=1; fi
}

rm -rf "$work"
mkdir -p "$work"
for version in $torches; do
    case $version in 1.*) numpy='numpy<2' ;; *) numpy=numpy ;; esac
    venv "torch-$version" "torch==$version" "$numpy"
    python=$venvs/torch-$version/bin/python
    files=$work/torch-$version
    "$python" "$here/write_torch.py" "$files"
    check "files of torch $version read alike" python3 "$here/compare.py" "$dump" "$files"/*.pt
    for name in dtypes.zip views.zip views.legacy state.zip conj.zip; do
        "$weightsmith" convert --quiet "$files/$name.pt" -o "$files/$name.out.pt" >/dev/null
        check "torch $version loads our $name" "$python" "$here/load_torch.py" "$files/$name.out.pt" "$files/$name.pt.jsonl" ""
    done
    "$weightsmith" convert --quiet "$files/training.zip.pt" -o "$files/training.out.pt" >/dev/null
    check "torch $version loads our training" "$python" "$here/load_torch.py" "$files/training.out.pt" "$files/training.zip.pt.jsonl" state_dict
done

# The numeric library computes with torch 2.11, and so does the original here.
for dtype in bfloat16 float16 float64 float8_e4m3fn; do
    source=$work/torch-2.11.0/dtypes.zip.pt
    "$weightsmith" convert --quiet "$source" -o "$work/cast-$dtype.pt" --dtype "$dtype" >/dev/null
    check "casts to $dtype equal torch's" "$venvs/torch-2.11.0/bin/python" "$here/cast_torch.py" "$source" "$work/cast-$dtype.pt" "$dtype"
done

check "steps that move elements equal torch's" "$venvs/torch-2.11.0/bin/python" "$here/moves_torch.py" "$weightsmith" "$work/moves"

check "steps that compute numbers equal torch's" "$venvs/torch-2.11.0/bin/python" "$here/computed_torch.py" "$weightsmith" "$work/computed"

check "statistics and comparisons equal torch's" "$venvs/torch-2.11.0/bin/python" "$here/stats_torch.py" "$weightsmith" "$work/stats"

check "exported Python converts as we do" "$venvs/torch-2.11.0/bin/python" "$here/export_python.py" "$weightsmith" "$work/exports"

check "joined and filled files are what load_state_dict makes" "$venvs/torch-2.11.0/bin/python" "$here/twofiles_torch.py" "$weightsmith" "$work/twofiles"

# What the newest torch writes as state dict, every older one reads after us (dtypes it knows).
newest=$work/torch-2.15.0
for version in $torches; do
    check "torch $version loads a file of the newest" "$venvs/torch-$version/bin/python" "$here/load_torch.py" \
        "$newest/state.zip.out.pt" "$newest/state.zip.pt.jsonl" ""
done

for version in 0.4.5 0.8.0; do
    library=$venvs/safetensors-$version
    [ -d "$library" ] || python3 -m pip install -q --no-deps --target "$library" "safetensors==$version"
    python="env PYTHONPATH=$library $venvs/torch-2.11.0/bin/python"
    files=$work/safetensors-$version
    $python "$here/safetensors_files.py" write "$files"
    check "files of safetensors $version read alike" python3 "$here/compare.py" "$dump" "$files"/*.safetensors
    for name in views state; do
        source=$work/torch-2.11.0/$name.zip.pt
        "$weightsmith" convert --quiet "$source" -o "$files/$name.out.safetensors" >/dev/null
        check "safetensors $version loads our $name" $python "$here/safetensors_files.py" load "$files/$name.out.safetensors" "$source.jsonl" ""
    done
done
check "our safetensors is what the original writes" $python "$here/safetensors_files.py" same \
    "$work/safetensors-0.8.0/state.out.safetensors"
hub=$venvs/huggingface_hub-2.4.0
[ -d "$hub" ] || python3 -m pip install -q --target "$hub" huggingface_hub==2.4.0 safetensors==0.8.0
check "shards are what huggingface_hub writes" env PYTHONPATH="$hub" "$venvs/torch-2.11.0/bin/python" \
    "$here/shards.py" "$weightsmith" "$work/shards"

# Loaders of other frameworks, without the half of the world that they ask pip for; the pins are what was compared.
loaders=$venvs/loaders
if [ ! -d "$loaders" ]; then
    rm -rf "$loaders.new"
    python3 -m pip install -q --no-deps --target "$loaders.new" -r "$here/loaders.txt"
    mv "$loaders.new" "$loaders"
fi
check "recipes and imported settings equal other loaders" env PYTHONPATH="$loaders" "$venvs/torch-2.11.0/bin/python" \
    "$here/loaders.py" "$weightsmith" "$work/loaders"
vision=$venvs/torchvision-0.26.0 # which timm imports
[ -d "$vision" ] || python3 -m pip install -q --no-deps --target "$vision" torchvision==0.26.0
check "input channels equal timm's" env PYTHONPATH="$vision:$loaders" "$venvs/torch-2.11.0/bin/python" \
    "$here/in_chans_timm.py" "$weightsmith" "$work/in-chans"
check "recipes equal timm's own functions" "$venvs/torch-2.11.0/bin/python" "$here/timm_filters.py" "$weightsmith" \
    "$work/timm" "$loaders"
timm06=$venvs/timm-0.6.13
[ -d "$timm06" ] || python3 -m pip install -q --no-deps --target "$timm06" timm==0.6.13
others=$venvs/resizers # read as text alone, so that they meet nobody
[ -d "$others" ] || python3 -m pip install -q --no-deps --target "$others" classy_vision==0.7.0 mmpretrain==1.2.0
check "grids in another size equal the originals'" "$venvs/torch-2.11.0/bin/python" "$here/resize_timm.py" "$weightsmith" \
    "$work/resized" "$loaders" "$others" "$timm06"
# Of the odd files, the newest release judges as we say it does.
check "the original judges odd files as we say" env PYTHONPATH="$venvs/safetensors-0.8.0" "$venvs/torch-2.11.0/bin/python" \
    "$here/verdicts.py" "$weightsmith" "$work/verdicts"
exit $failed
