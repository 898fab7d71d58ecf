#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every script can be parsed, and a shell script that names its shell can be executed."""
import os
import subprocess

import tree


def main():
    problems, checked = [], 0
    for path in tree.files('.sh', '.py', 'run', 'weightsmith.bash'):
        checked += 1
        full = os.path.join(tree.TOP, path)
        text = tree.lines(path)
        if text and text[0].startswith('#!/usr/bin/env bash') and not os.access(full, os.X_OK):
            problems.append(f'{path}: not executable')
        if path.endswith('.py'):
            try:
                compile('\n'.join(text) + '\n', path, 'exec')
            except SyntaxError as error:
                problems.append(f'{path}:{error.lineno}: {error.msg}')
        else:
            parsed = subprocess.run(['bash', '-n', full], capture_output=True, text=True, check=False)
            if parsed.returncode:
                problems.append(parsed.stderr.strip())
    tree.finish(checked, problems)


main()
