#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes: a source file has at most 600 lines, a header 200, a function 80 (a test's table of rows may be longer)."""
import re

import tree

SOURCE, HEADER, FUNCTION = 600, 200, 80


def long_functions(path):
    """A function's brace is alone on its line, under a line that ends its signature (.clang-format)."""
    start, indent, problems = None, '', []
    text = tree.lines(path)
    for number, line in enumerate(text, 1):
        brace = re.fullmatch(r'(\s*)\{', line)
        signature = number > 1 and re.search(r'\)( const)?( noexcept)?( override)?$|^\s*[:,] m_', text[number - 2])
        if brace and signature and start is None:
            start, indent = number, brace.group(1)
        elif start is not None and line == indent + '}':
            is_table = '_data()' in text[start - 2]
            if number - start > FUNCTION and not is_table:
                problems.append(f'{path}:{start}: a function of {number - start} lines (at most {FUNCTION})')
            start = None
    return problems


def main():
    problems = []
    checked = tree.files('.h', '.cpp', '.py', '.sh', '.cmake', 'CMakeLists.txt')
    for path in checked:
        limit = HEADER if path.endswith('.h') else SOURCE
        length = len(tree.lines(path))
        if length > limit:
            problems.append(f'{path}: {length} lines (at most {limit})')
        if path.endswith(('.h', '.cpp')):
            problems += long_functions(path)
    tree.finish(len(checked), problems)


main()
