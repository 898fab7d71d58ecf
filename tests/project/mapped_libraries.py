#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening, planning, fitting and renaming map neither LibTorch nor a windowing library into the process.

The argument is the program weightsmith. What is mapped is read from the dynamic loader's own account (LD_DEBUG).
"""
import glob
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

HEAVY = re.compile(r'/(libtorch|libc10|libweightsmith_numeric|libQt6(Widgets|Gui)|libcuda)')
RECIPE = 'weightsmith: 1\nsteps:\n  - add-prefix: backbone.\n'
CAST = 'weightsmith: 1\nsteps:\n  - cast: float16\n'


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def write_safetensors(path):
    header = json.dumps({'fc.weight': {'dtype': 'F32', 'shape': [2, 2], 'data_offsets': [0, 16]}}).encode()
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(header)) + header + struct.pack('<4f', 1, 2, 3, 4))


def mapped(folder, command):
    """The libraries the command maps; ends the test if it fails."""
    trace = os.path.join(folder, 'trace')
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                         env=os.environ | {'LD_DEBUG': 'files', 'LD_DEBUG_OUTPUT': trace})
    if run.returncode != 0:
        sys.exit(f'{" ".join(command)} ended with {run.returncode}:\n{run.stdout}{run.stderr}')
    libraries = set()
    for path in glob.glob(trace + '*'):
        with open(path, encoding='utf-8', errors='replace') as file:
            libraries |= set(re.findall(r'calling init: (\S+)', file.read()))
        os.remove(path)
    return libraries


def main():
    program = sys.argv[1]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        write_safetensors(os.path.join(folder, 'source.safetensors'))
        write(os.path.join(folder, 'rename.yaml'), RECIPE)
        write(os.path.join(folder, 'cast.yaml'), CAST)
        write(os.path.join(folder, 'target.json'), json.dumps({'backbone.fc.weight': [2, 2]}))
        recipe, target = ['--recipe', 'rename.yaml'], ['--target', 'target.json']
        light = [['info', 'source.safetensors'], ['plan', 'source.safetensors', *recipe],
                 ['fit', 'source.safetensors', *recipe, *target],
                 ['convert', 'source.safetensors', *recipe, *target, '-o', 'renamed.safetensors'],
                 ['convert', 'source.safetensors', *recipe, '-o', 'renamed.pt']]
        for arguments in light:
            libraries = mapped(folder, [program, *arguments])
            heavy = sorted(filter(HEAVY.search, libraries))
            print(f'weightsmith {" ".join(arguments)}: {len(libraries)} libraries {" ".join(heavy)}')
            failed |= bool(heavy) or not any('libQt6Core' in library for library in libraries)
        # The other way round, or the test would prove nothing.
        libraries = mapped(folder, [program, 'convert', 'source.safetensors', '--recipe', 'cast.yaml', '-o', 'cast.pt'])
        print(f'a cast maps {" ".join(sorted(filter(HEAVY.search, libraries)))}')
        failed |= not any('libtorch_cpu' in library for library in libraries)
    sys.exit(failed)


main()
