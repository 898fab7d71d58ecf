#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every source file begins with the two SPDX lines."""
import tree

LINES = ('SPDX-FileCopyrightText: 2026 The Weightsmith authors', 'SPDX-License-Identifier: GPL-3.0-or-later')


def main():
    checked = tree.files('.h', '.cpp', '.py', '.sh', '.cmake', 'CMakeLists.txt', '.ci/run', '.desktop', '.metainfo.xml')
    problems = [f'{path}: no line "{line}" at the top' for path in checked for line in LINES
                if not any(line in head for head in tree.lines(path)[:5])]
    tree.finish(len(checked), problems)


main()
