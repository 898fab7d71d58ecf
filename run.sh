#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Build Weightsmith on Debian 12 and run it.
#
#   ./run.sh [--cuda] [FILE…]
#
# With a display: the window, on FILE or on a sample. Without one: the sample's conversion on the command line, with a
# picture of the window that shows it; or what is in FILE. --cuda also fetches what computing on a GPU needs (2.7 GB).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
start=$OLDPWD
source packaging/setup.sh

files=()
torchOptions=()
for argument in "$@"; do
    case $argument in
    --cuda) torchOptions=(--cuda) ;;
    -h | --help) sed -n '/^# Build/,/^set/{/^set/!s/^# \{0,1\}//p}' run.sh && exit ;;
    /*) files+=("$argument") ;;
    *) files+=("$start/$argument") ;;
    esac
done

display=no
if [[ -n ${DISPLAY:-} ]]; then
    display=yes
elif [[ -n ${WAYLAND_DISPLAY:-} ]]; then
    display=yes
    buildPackages+=(qt6-wayland)
fi

installPackages "${buildPackages[@]}"
getTorch "${torchOptions[@]}"
build release weightsmith weightsmith-gui weightsmith_numeric
bin=$PWD/build/release/bin

# The totals alone; `weightsmith fit` ends with 1 when the fit is not complete.
fitTotals() {
    local totals status=0
    totals=$("$bin/weightsmith" fit "$@") || status=$?
    ((status <= 1)) || return "$status"
    head -n 2 <<<"$totals" | sed 's/^/  /'
}

showSample() {
    local onet target=resources/sample/onet-detector.manifest.json recipe=resources/sample/onet.recipe.yaml
    local converted=$PWD/build/sample/onet-detector.pt picture=$PWD/build/sample/window.png
    onet=$(sample)
    if [[ $display == yes ]]; then
        exec "$bin/weightsmith-gui" "$onet" --target "$target" --recipe "$recipe"
    fi
    mkdir -p build/sample
    say "There is no display: this is the sample's conversion on the command line."
    echo "How $onet fits $target:"
    fitTotals "$onet" --target "$target"
    echo "and with $recipe:"
    fitTotals "$onet" --target "$target" --recipe "$recipe"
    "$bin/weightsmith" convert "$onet" --target "$target" --recipe "$recipe" -o "$converted" --force --quiet
    QT_QPA_PLATFORM=offscreen "$bin/weightsmith-gui" "$onet" --target "$target" --recipe "$recipe" --screenshot "$picture"
    echo "The converted file: $converted"
    echo "The window in that state: $picture"
}

if ((${#files[@]} == 0)); then
    showSample
elif [[ $display == yes ]]; then
    exec "$bin/weightsmith-gui" "${files[@]}"
else
    say "There is no display: this is what is in the file."
    for file in "${files[@]}"; do
        "$bin/weightsmith" info "$file"
    done
fi
