# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the project, for the checks in this folder."""
import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def files(*endings, under=('.',)):
    """Paths from the top, of what is neither built nor hidden (but .ci), sorted."""
    found = []
    for folder in under:
        for place, folders, names in os.walk(os.path.join(TOP, folder)):
            folders[:] = [f for f in folders if f == '.ci' or not f.startswith(('.', 'build', '__pycache__'))]
            found += [os.path.relpath(os.path.join(place, name), TOP) for name in names if name.endswith(endings)]
    return sorted(found)


def lines(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as file:
        return file.read().splitlines()


def finish(checked, problems):
    """Print what is wrong and end the check."""
    print('\n'.join(problems))
    print(f'{checked} files checked, {len(problems)} problems')
    if checked == 0:
        sys.exit('Nothing was checked: the check looks in the wrong place.')
    sys.exit(bool(problems))
