#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-format has nothing to change. The argument is clang-format 14."""
import subprocess
import sys

import tree


def main():
    checked = tree.files('.h', '.cpp')
    run = subprocess.run([sys.argv[1], '--dry-run', '-Werror', *checked], cwd=tree.TOP, capture_output=True, text=True,
                         check=False)
    problems = [line for line in run.stderr.splitlines() if 'error:' in line]
    tree.finish(len(checked), problems if run.returncode == 0 or problems else [run.stderr])


main()
