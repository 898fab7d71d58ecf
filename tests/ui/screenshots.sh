#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures of the window's main states at 1× and 2×, light and dark: tests/ui/screenshots.sh [BUILD-FOLDER]
# Those in resources/help/pictures are 03-target-partly at 1×.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build/dev}
out=$build/screenshots
for theme in light dark; do
    for scale in 1 2; do
        QT_QPA_PLATFORM=offscreen QT_SCALE_FACTOR=$scale "$build/bin/screenshots" "$out" "$theme" "@${scale}x"
    done
done
echo "Pictures: $out"
