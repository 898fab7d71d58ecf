#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write cast.txt: what torch's Tensor.to gives for every pair of dtypes, as hexadecimal bytes.

    python make_cast.py > cast.txt        (in an environment with the torch that packaging/torch-version names)

A line is `from to overflowed values converted clamped`: `overflowed` finite values do not fit, and `clamped` is the
result where each of these is the nearest number that does. Floats outside an integer dtype's range are left out:
their conversion is undefined, and torch's answer depends on where in the tensor they lie.
"""
import math
import random
import sys
import warnings

import torch

FLOATS = ['float64', 'float32', 'float16', 'bfloat16', 'float8_e4m3fn', 'float8_e5m2', 'float8_e4m3fnuz',
          'float8_e5m2fnuz', 'float8_e8m0fnu']
COMPLEX = ['complex128', 'complex64', 'complex32']
INTEGERS = ['int64', 'int32', 'int16', 'int8', 'uint64', 'uint32', 'uint16', 'uint8']
COUNT = 40


def integer_range(name):
    bits = int(name.lstrip('uint'))
    return (0, 2 ** bits - 1) if name[0] == 'u' else (-2 ** (bits - 1), 2 ** (bits - 1) - 1)


def from_bytes(raw, name):
    return torch.frombuffer(bytearray(raw), dtype=getattr(torch, name))


def to_bytes(tensor):
    return bytes(tensor.contiguous().view(torch.uint8).tolist()) if tensor.numel() else b''


def samples(name, numbers):
    """Edge values of the dtype and random bit patterns."""
    if name == 'bool':
        return torch.tensor([numbers.random() < 0.5 for _ in range(COUNT)])
    if name in INTEGERS:
        low, high = integer_range(name)
        values = [low, high, 0, 1, 127, 128 % (high + 1), high - 1, low + 1, high // 2, high // 3, low // 3]
        values += [int(2 ** numbers.uniform(0, math.log2(high))) for _ in range(COUNT - len(values))]
        size = torch.empty(0, dtype=getattr(torch, name)).element_size()
        return from_bytes(b''.join(v.to_bytes(size, 'little', signed=low < 0) for v in values), name)
    dtype = getattr(torch, name)
    edges = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, 127.6, 255.9, 3.14159265358979, 65504.0, 65519.9, 65520.0, -1e5,
             448.0, 463.9, 465.0, -500.0, 57344.0, 61440.0, 1e-8, -1e-45, 3.4e38, 3.4028235677973366e38, 1e39, -1e300,
             float('inf'), float('-inf'), float('nan'), 16777217.0, 4294967295.0, 9.2e18, 1.8e19]
    values = edges + [numbers.gauss(0, 1) * 10 ** numbers.uniform(-6, 6) for _ in range(COUNT - len(edges))]
    if name in COMPLEX:
        return torch.tensor([complex(a, b) for a, b in zip(values, reversed(values))], dtype=torch.complex128).to(dtype)
    return torch.tensor(values, dtype=torch.float64).to(dtype)


def parts(tensor):
    """The real numbers of a tensor, exact."""
    if tensor.is_complex():
        wide = tensor.to(torch.complex128)
        return [part for value in wide.tolist() for part in (value.real, value.imag)]
    if str(tensor.dtype)[6:] in INTEGERS or tensor.dtype == torch.bool:
        return tensor.tolist()
    return tensor.to(torch.float64).tolist()


def real_name(name):
    return {'complex128': 'float64', 'complex64': 'float32', 'complex32': 'float16'}.get(name, name)


def limits(name):
    if name in INTEGERS:
        low, high = integer_range(name)
        size = torch.empty(0, dtype=getattr(torch, name)).element_size()
        return [v.to_bytes(size, 'little', signed=low < 0) for v in (low, high)]
    info = torch.finfo(getattr(torch, name))
    return [to_bytes(torch.tensor([v], dtype=torch.float64).to(getattr(torch, name))) for v in (info.min, info.max)]


def fits(number, back, target):
    if isinstance(number, float) and not math.isfinite(number):
        return True
    if target in INTEGERS:
        low, high = integer_range(target)
        return low <= math.trunc(number) <= high
    return target == 'bool' or math.isfinite(back)


def line(source, target, values):
    if target in INTEGERS and source not in INTEGERS + ['bool']:
        low, high = integer_range(target)
        real = [v.real if isinstance(v, complex) else v for v in
                values.to(torch.complex128 if source in COMPLEX else torch.float64).tolist()]
        kept = [i for i, v in enumerate(real) if math.isfinite(v) and low <= math.trunc(v) <= high]
        size = values.element_size()
        raw = to_bytes(values)
        values = from_bytes(b''.join(raw[i * size:(i + 1) * size] for i in kept), source)
    converted = values.to(getattr(torch, target))
    numbers, backs = parts(values), parts(converted)
    if source in COMPLEX and target not in COMPLEX:
        numbers = numbers[::2]
    if target in COMPLEX and source not in COMPLEX:
        numbers = [part for number in numbers for part in (number, 0)]
    lost = [not fits(number, back, real_name(target)) for number, back in zip(numbers, backs)]
    clamped = bytearray(to_bytes(converted))
    if any(lost):
        low, high = limits(real_name(target))
        for i, bad in enumerate(lost):
            if bad:
                clamped[i * len(low):(i + 1) * len(low)] = low if numbers[i] < 0 else high
    return f'{source} {target} {sum(lost)} {to_bytes(values).hex()} {to_bytes(converted).hex()} {clamped.hex()}'


def main():
    warnings.simplefilter('ignore')
    torch.set_num_threads(1)
    names = FLOATS + COMPLEX + INTEGERS + ['bool']
    print(f'# torch {torch.__version__.split("+")[0]}, made by make_cast.py')
    for source in names:
        values = samples(source, random.Random(source))
        for target in names:
            try:
                print(line(source, target, values))
            except RuntimeError as error:
                print(f'{source} {target} cannot')
                print(f'{source} to {target}: {str(error).splitlines()[0]}', file=sys.stderr)


main()
