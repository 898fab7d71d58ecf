#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom (CONTRIBUTING.md). The argument is the folder of Qt's headers."""
import os
import re
import sys

import tree

# A folder of model/ may include itself and those to the left.
LAYERS = ['base', 'checkpoint', 'formats', 'target', 'recipe', 'match', 'numeric', 'save', 'stats', 'document', 'items']
TORCH = re.compile(r'<(ATen|c10|torch|caffe2)/')
FORBIDDEN = {'QMessageBox': 'no modal boxes: the message bar, the findings list or a disabled action',
             'processEvents': 'no nested event loops', 'QEventLoop': 'no nested event loops'}


def problem_of_include(path, include, core):
    """Why the file at `path` may not include `include`; None if it may."""
    top = path.split(os.sep)[0]
    ours = re.match(r'"(model|ui|app)/(\w+)', include)
    if TORCH.match(include):
        allowed = path.startswith('model/numeric/') and path.endswith('.cpp')
        return None if allowed else 'LibTorch is included only by model/numeric/*.cpp'
    if ours:
        other, folder = ours.groups()
        if ['model', 'ui', 'app'].index(other) > ['model', 'ui', 'app'].index(top):
            return f'{top}/ may not include {other}/'
        inside = path.split(os.sep)[1] # pch.h is before all of them
        if top == 'model' and inside != 'pch.h' and LAYERS.index(folder) > LAYERS.index(inside):
            return f'model/{inside} may not include model/{folder}'
        if top == 'ui' and folder in ('formats', 'numeric') and other == 'model':
            return f'ui/ may not include model/{folder}'
    qt = re.match(r'<(Q[A-Za-z]+/)?(Q[A-Za-z]+|q[a-z]+\.h)>', include)
    if qt and (top == 'model' or path.startswith('app/cli/')) and qt.group(2) not in core:
        return f'only QtCore is used here, and {qt.group(2)} is not of it'
    return None


def main():
    core = set(os.listdir(os.path.join(sys.argv[1], 'QtCore')))
    problems, checked = [], 0
    for path in tree.files('.h', '.cpp', under=('model', 'ui', 'app')):
        checked += 1
        for number, line in enumerate(tree.lines(path), 1):
            include = re.match(r'\s*#\s*include\s+(\S+)', line)
            why = problem_of_include(path, include.group(1), core) if include else None
            code = line.split('//')[0]
            why = why or next((reason for word, reason in FORBIDDEN.items() if re.search(rf'\b{word}\b', code)), None)
            if why:
                problems.append(f'{path}:{number}: {line.strip()}: {why}')
    tree.finish(checked, problems)


main()
