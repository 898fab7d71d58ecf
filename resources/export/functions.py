# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Functions that exported recipes stand on. An export takes the pieces it needs: a piece begins with `#: NAME`, and the
# pieces that it needs itself follow on that line.

#: containers
def places_of(tree, path=()):
    """Every dict that holds tensors: its path, and its keys and tensors."""
    found = {}
    rows = [(key, value) for key, value in tree.items() if isinstance(key, str) and isinstance(value, torch.Tensor)]
    if rows:
        found[path] = rows
    for key, value in tree.items():
        if isinstance(key, str) and isinstance(value, dict):
            found.update(places_of(value, path + (key,)))
    return found


def choose_container(places, below, ema):
    """Where the weights of a model are most likely: averaged weights, then plain ones, never optimizer state."""
    lists = (AVERAGED, PLAIN) if ema else (PLAIN, AVERAGED)

    def is_state(path):
        return any(part.lower() in STATE or any(word in part.lower() for word in STATE_PARTS) for part in path)

    def starts(path, start):
        return path[:len(start)] == start

    weights = {path: [value for _, value in rows] for path, rows in places.items()
               if starts(path, below) and not is_state(path)}
    floating = {path: values for path, values in weights.items() if any(v.is_floating_point() for v in values)}
    weights = floating or weights

    def enter(path):
        for names in lists:
            for name in names:
                to = path + (name,)
                swapped = names is AVERAGED and ema and any(key == "steps" for key, _ in places.get(to, []))
                if not swapped and any(starts(place, to) for place in weights):
                    return to
        return None

    place, by_name = below, False
    while (to := enter(place)) is not None:
        place, by_name = to, True
    if by_name and place in weights:
        return place
    inside = [path for path in weights if starts(path, place)]
    return max(inside, key=lambda path: sum(v.numel() for v in weights[path]), default=None)


#: stages
def item(values, key):
    """Of a list by its place, of a table by text."""
    return values[str(key)] if isinstance(values, dict) else values[int(key)]


def stage(sizes, place):
    """In which of parts of these sizes a place lies."""
    ends = list(itertools.accumulate(sizes))
    if not 0 <= place < (ends[-1] if ends else 0):
        raise ValueError(f"place {place} lies outside {sizes}.")
    return bisect.bisect(ends, place)


def block(sizes, place):
    """Where in its part a place lies."""
    return place - sum(sizes[:stage(sizes, place)])


def flat(sizes, part, place):
    """The place that lies there in that part."""
    if not (0 <= part < len(sizes) and 0 <= place < sizes[part]):
        raise ValueError(f"there is no place {place} in part {part} of {sizes}.")
    return sum(sizes[:part]) + place


#: warn
def warn(text):
    print("warning: " + text, file=sys.stderr)


#: load
def load(path):
    """The objects of a file; of a file that names shards, the tensors of all of them."""
    if path.endswith(".index.json"):
        with open(path, encoding="utf-8") as file:
            shards = dict.fromkeys(json.load(file)["weight_map"].values())
        parts = [load(os.path.join(os.path.dirname(path), shard)) for shard in shards]
        return {key: value for part in parts for key, value in part.items()}
    if path.endswith(".safetensors"):
        import safetensors.torch
        return safetensors.torch.load_file(path)
    return torch.load(path, map_location="cpu", weights_only=True)


#: load_target load
def load_target(path):
    """What is wanted: the tensors of a checkpoint, or the shapes of a manifest."""
    if path.endswith(".json") and not path.endswith(".index.json"):
        with open(path, encoding="utf-8") as file:
            manifest = json.load(file)
        wanted = {}
        for key, want in manifest.get("tensors", manifest).items():
            want = want if isinstance(want, dict) else {"shape": want}
            word = want.get("dtype") or ("int64" if key.endswith("num_batches_tracked") else "float32")
            wanted[key] = torch.empty(want["shape"], dtype=getattr(torch, word), device="meta")
        return wanted
    table = Table(load(path))
    table.find_root()
    return {key: value for key, value, _ in table.rows}


#: save
def save(tensors, path):
    if path.endswith(".safetensors"):
        import safetensors.torch
        whole = {key: value.clone(memory_format=torch.contiguous_format) for key, value in tensors.items()}
        safetensors.torch.save_file(whole, path, metadata={"format": "pt"})
    else:
        torch.save({key: value.contiguous() for key, value in tensors.items()}, path)


#: same
def same(left, right):
    """Whether two tensors are the same memory, walked the same way."""
    return (left.dtype == right.dtype and left.shape == right.shape and left.stride() == right.stride()
            and left.data_ptr() == right.data_ptr())


#: without_prefix
def without_prefix(key, prefixes, times=1):
    """Without up to so many of these at the front (0: all of them)."""
    rest, cut = key, 0
    while not times or cut < times:
        prefix = next((prefix for prefix in prefixes if prefix and rest.startswith(prefix)), None)
        if prefix is None:
            break
        rest, cut = rest[len(prefix):], cut + 1
    return rest if cut else None


#: cut_parts
def cut_parts(key, parts):
    """Without these components at the front, each at most once, in this order."""
    rest = key
    for part in parts:
        rest = rest[len(part) + 1:] if rest.startswith(part + ".") else rest
    return rest if rest != key else None


#: strip_wrappers
def strip_wrappers(key, leading, anywhere, repeat=True):
    """Without the components that wrapping modules put into keys."""
    rest, again = key, True

    def cut(parts):
        nonlocal rest
        part = next((part for part in parts if rest.startswith(part + ".")), None)
        rest = rest if part is None else rest[len(part) + 1:]
        return part is not None

    while again:
        again = cut(leading)
        while cut(anywhere):
            again = True
        again = again and repeat
    for part in filter(None, anywhere):
        rest = re.sub(r"\." + re.escape(part) + r"(?=\.|\Z)", "", rest)
    return rest if rest != key else None


#: new_prefix
def new_prefix(key, old, new):
    return new + key[len(old):] if key.startswith(old) else None


#: new_suffix
def new_suffix(key, old, new):
    return key[:len(key) - len(old)] + new if key.endswith(old) else None


#: new_text
def new_text(key, old, new, count=-1):
    return key.replace(old, new, count) if old in key else None


#: sub
def sub(pattern, to, key, count=0):
    """As re.sub; None where nothing matches."""
    new, found = re.subn(pattern, to, key, count=count)
    return new if found else None


#: reshape
def reshape(value, want):
    """In the shape that is wanted, where it has as many elements."""
    return value.reshape(want.shape) if want is not None and want.numel() == value.numel() else value


#: transpose
def transpose(value, dims, want):
    """With two axes exchanged, where the target needs it."""
    if want is None or want.shape == value.shape or not all(-value.ndim <= dim < value.ndim for dim in dims):
        return value
    turned = value.transpose(*dims)
    return turned if turned.shape == want.shape else value


#: squeeze
def squeeze(value, dim):
    """Without an axis of one element."""
    if value.shape[dim] != 1:
        raise ValueError(f"has {value.shape[dim]} elements along the axis {dim}; only an axis of one can go.")
    return value.squeeze(dim)


#: flatten
def flatten(value, start, end):
    return value.reshape(1) if value.ndim == 0 else value.flatten(start, end)


#: sliced
def sliced(value, dim, start, stop, step=1):
    """value[start:stop:step] along an axis, of which something stays."""
    where = [slice(None)] * value.ndim
    where[dim] = slice(start, stop, step)
    kept = value[tuple(where)]
    if value.shape[dim] and not kept.shape[dim]:
        raise ValueError(f"has {value.shape[dim]} elements along the axis {dim}, of which none would stay.")
    return kept


#: picked
def picked(value, dim, numbers):
    """The slices of an axis with these numbers, in this order."""
    where = [slice(None)] * value.ndim
    where[dim] = numbers
    return value[tuple(where)]


#: half
def half(value, dim):
    """With the two halves of an axis exchanged."""
    if value.shape[dim] % 2:
        raise ValueError(f"has {value.shape[dim]} elements along the axis {dim}, which have no half.")
    return value.roll(value.shape[dim] // 2, dim)


#: interleave
def interleave(value, parts, dim, inverse=False):
    """Equal parts of an axis taken in turns, or taken apart again."""
    axis, size = range(value.ndim)[dim], value.shape[dim]
    if size % parts:
        raise ValueError(f"has {size} elements along the axis {axis}, which do not make {parts} equal parts.")
    sizes = (size // parts, parts) if inverse else (parts, size // parts)
    return value.unflatten(axis, sizes).transpose(axis, axis + 1).flatten(axis, axis + 1)


#: rope_permute
def rope_permute(value, heads, dim, to_half):
    """A rotary axis of so many heads, from pairs side by side to halves, or back."""
    axis, size = range(value.ndim)[dim], value.shape[dim]
    if heads < 1 or size % heads or size // heads % 2:
        raise ValueError(f"has {size} elements along the axis {axis}, which do not make {heads} heads of an even size.")
    half = size // heads // 2
    sizes = (heads, half, 2) if to_half else (heads, 2, half)
    return value.unflatten(axis, sizes).transpose(axis + 1, axis + 2).flatten(axis, axis + 2)


#: computed_in
def computed_in(dtype):
    """Floats in float32 or wider, whole numbers in int64."""
    if dtype in (torch.bool, torch.uint64):
        raise ValueError(f"is {dtype}, which is not computed with.")
    if dtype.is_complex:
        return torch.complex128 if dtype == torch.complex128 else torch.complex64
    if dtype.is_floating_point:
        return torch.float64 if dtype == torch.float64 else torch.float32
    return torch.int64


#: calculated computed_in
def calculated(value, todo, others):
    """Operations in order, computed as torch does and rounded once; a text names one of the other tensors."""
    dtype = computed_in(value.dtype)
    for name, other in others.items():
        second = computed_in(other.dtype)
        alike = second.is_complex == dtype.is_complex and second.is_floating_point == dtype.is_floating_point
        if not alike and not dtype.is_complex and not (dtype.is_floating_point and second == torch.int64):
            raise ValueError(f"is {value.dtype} and cannot be computed with “{name}”, which is {other.dtype}.")
        dtype = second if alike and second.itemsize > dtype.itemsize else dtype
    result = value.to(dtype)
    for word, *operands in todo:
        operands = [others[one].to(dtype) if isinstance(one, str) else one for one in operands]
        if dtype == torch.int64 and (word in ("divide", "reciprocal", "log", "exp", "sqrt")
                                     or any(isinstance(one, float) and one % 1 for one in operands)):
            raise ValueError(f"is {value.dtype}, which is not computed with fractions.")
        if dtype == torch.int64 or word == "maximum":
            operands = [torch.as_tensor(one, dtype=dtype) for one in operands]
        result = getattr(torch, "neg" if word == "negate" else word)(result, *operands)
    return result.to(value.dtype)


#: reduced computed_in
def reduced(value, op, dim, keep=False, compute="float64", result="input"):
    """The sum or the mean along an axis."""
    own = computed_in(value.dtype)
    dtype = own
    if compute == "input" and (own == torch.int64 and op == "mean" or value.is_floating_point() and value.itemsize == 1):
        raise ValueError(f"is {value.dtype}, in which torch computes no {op}.")
    if compute != "input":
        dtype = getattr(torch, {"float64": "complex128", "float32": "complex64"}[compute] if value.is_complex() else compute)
    total = value.to(dtype).sum(dim, keepdim=keep)
    total = total / value.shape[dim] if op == "mean" else total
    return total if result == "compute" and (compute != "input" or own == torch.int64) else total.to(value.dtype)


#: rows_wanted
def rows_wanted(value, want, dim):
    """How many rows the target has; None: it differs in more, or not at all."""
    if want is None or want.ndim != value.ndim or not -value.ndim <= dim < value.ndim:
        return None
    others = [size for axis, size in enumerate(value.shape) if axis != dim % value.ndim]
    wanted = [size for axis, size in enumerate(want.shape) if axis != dim % value.ndim]
    return want.shape[dim] if others == wanted else None


#: resized_rows
def resized_rows(value, rows, dim, last=False, fill=0, normal=None, seed=0):
    """With fewer or more rows (None: as it is), or a list of which old row each is, or None for a new one."""
    axis, count = range(value.ndim)[dim], value.shape[dim]
    order = rows if isinstance(rows, list) else list(range(count))
    if isinstance(rows, int):
        fresh = [None] * (rows - count)
        order = fresh + order[max(count - rows, 0):] if last else order[:rows] + fresh
    if rows is None or order == list(range(count)):
        return value
    places, shape = itertools.count(count), list(value.shape)
    shape[axis] = order.count(None)
    order = [next(places) if row is None else row for row in order]
    if fill == "mean" and shape[axis]:
        wide = torch.complex128 if value.is_complex() else torch.float64
        if not count or not value.is_complex() and not value.is_floating_point():
            raise ValueError(f"is {value.dtype} {list(value.shape)}, whose rows have no mean.")
        made = value.to(wide).mean(axis, keepdim=True).to(value.dtype).expand(shape)
    elif normal is not None:
        made = (torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * normal).to(value.dtype)
    else:
        made = torch.full(shape, 0 if fill == "mean" else fill, dtype=value.dtype)
    return torch.cat([value, made], axis).index_select(axis, torch.tensor(order, dtype=torch.int64))


#: frames_wanted
def frames_wanted(value, want, dim):
    """How many frames the target has, which has one axis more; None: it is made otherwise."""
    if want is None or want.ndim != value.ndim + 1 or not -want.ndim <= dim < want.ndim:
        return None
    sizes = list(want.shape)
    frames = sizes.pop(dim)
    return frames or None if sizes == list(value.shape) else None


#: inflated computed_in
def inflated(value, frames, mode, dim):
    """With an axis of frames (None: as it is): each a part of the tensor, the middle one the tensor, or each."""
    if frames is None:
        return value
    axis = range(value.ndim + 1)[dim]
    shape = [*value.shape[:axis], frames, *value.shape[axis:]]
    if mode == "centre":
        made = torch.zeros(shape, dtype=value.dtype)
        made.select(axis, frames // 2).copy_(value)
        return made
    if mode == "mean" and frames > 1:
        if not value.is_complex() and not value.is_floating_point():
            raise ValueError(f"is {value.dtype}, which does not divide among frames.")
        value = (value.to(computed_in(value.dtype)) / frames).to(value.dtype)
    return value.unsqueeze(axis).expand(shape)


#: channels_wanted
def channels_wanted(value, want):
    """The shape of the target's tensor, where it differs in the second axis alone; None: it stays as it is."""
    alike = want is not None and want.ndim == value.ndim > 1
    sizes = list(value.shape)
    return want.shape if alike and want.shape != value.shape and [*sizes[:1], want.shape[1], *sizes[2:]] == [*want.shape] else None


#: likely_convs
def likely_convs(shapes, base=None):
    """The kernels of so many channels; or, of a target, of three, or the first where keys are in the order of modules."""
    kernels = {key: shape for key, shape in shapes.items() if f".{key}".endswith(".weight") and len(shape) == 4}
    found = [key for key, shape in kernels.items() if shape[1] == (base or 3)]
    if found or base or not kernels or list(shapes) == sorted(shapes):
        return found
    first, rows = next(iter(kernels)), {shape[0] for shape in shapes.values() if shape}
    inputs, top = kernels[first][1], first.split(".")[0]
    beside = [key for key, shape in kernels.items() if key == first
              or shape[1] == inputs > 1 and key.split(".")[0] == top and inputs not in rows]
    return beside if len(beside) <= 4 else [first]


#: mixed
def mixed(value, weights):
    """Along the second axis, for each row of weights the sum of the slices times it, in their order."""
    if value.is_complex():
        return torch.view_as_complex(mixed(torch.view_as_real(value), weights))
    slices = []
    for row in weights:
        parts = [value[:, place] * weight for place, weight in enumerate(row) if weight]
        slices.append(functools.reduce(torch.add, parts) if parts else torch.zeros_like(value[:, 0]))
    return torch.stack(slices, 1)


#: in_chans computed_in mixed
def in_chans(value, to, base=None, mode="timm", weights=None, layout="auto"):
    """With other input channels: so many, or those of a shape (None: as it is). `base`: how many the images had."""
    if to is None:
        return value
    shape, timm, linear = list(value.shape), mode == "timm", layout.startswith("linear")
    if len(shape) < 2 or linear != (len(shape) == 2) or timm and len(shape) != 4 or not shape[1]:
        raise ValueError("has no input channels that can be adapted so.")
    inputs, is_count = shape[1], isinstance(to, int)
    if is_count and not base and not linear and layout != "space-to-depth" and to == inputs:
        return value
    before = base or (inputs if layout == "conv" or layout == "auto" and not timm else 3)
    unclear = layout == "auto" and not timm and not base and inputs in (12, 48, 192)
    if unclear or layout == "conv" and before != inputs or not timm and inputs % before:
        raise ValueError(f"has {inputs} inputs, which are not clearly those of {before} channels.")
    groups = max(inputs // before, 1)
    after = to if is_count else to[1] // groups
    if not is_count and (to[1] % groups or not after):
        raise ValueError(f"does not become {list(to)} with other channels.")
    if after == before and mode != "weights":
        return value
    if timm and after == 1 and inputs < before:
        before = inputs
    if timm and (inputs % before if after == 1 else inputs != before) or \
            mode == "first" and after > before or mode == "zero-pad" and after < before:
        raise ValueError(f"has {inputs} inputs; {mode} makes no {after} channels of {before} here.")
    groups = inputs // before
    outer, inner = (shape[0], groups) if layout == "linear-chw" else (shape[0] * groups, math.prod(shape[2:]))
    old = value.reshape(outer, before, inner)
    shape[1] = after * groups
    if mode == "first":
        return old[:, :after].reshape(shape)
    if mode == "zero-pad":
        return torch.cat([old, torch.zeros(outer, after - before, inner, dtype=value.dtype)], 1).reshape(shape)
    dtype = computed_in(value.dtype)
    if timm and dtype.is_complex:
        raise ValueError(f"is {value.dtype}, of which timm would keep the real part alone.")
    if timm:
        dtype = torch.float32
    elif mode != "repeat" or dtype == torch.int64:
        dtype = torch.complex128 if dtype.is_complex else torch.float64
    old = old.to(dtype)
    if mode == "weights":
        new = mixed(old, weights)
    elif mode in ("sum", "mean"):
        new = mixed(old, [[1] * before]) / (before if mode == "mean" else 1)
        new = new.expand(outer, after, inner)
    else:
        new = old.sum(1, keepdim=True) if after == 1 else (old * (before / after))[:, [c % before for c in range(after)]]
    return new.to(value.dtype).reshape(shape)


#: misfits
def misfits(value, dtype):
    """Which finite values lie below and above the range of a dtype."""
    if value.is_complex():
        raise ValueError("complex numbers cannot be limited here.")
    numbers, ends = value.double(), (torch.finfo if dtype.is_floating_point else torch.iinfo)(dtype)
    if dtype.is_floating_point:
        lost = numbers.isfinite() & ~value.to(dtype).double().isfinite()
        return lost & (numbers < 0), lost & (numbers > 0), ends
    whole = numbers.trunc()
    return numbers.isfinite() & (whole < ends.min), numbers.isfinite() & (whole >= float(ends.max + 1)), ends


#: clamped misfits
def clamped(value, dtype):
    """Converted; what does not fit becomes the nearest value that does."""
    if dtype == torch.bool:
        return value.to(dtype)
    below, above, ends = misfits(value, dtype)
    if dtype.is_floating_point and (below | above).any():
        value = value if value.is_floating_point() and value.element_size() > 1 else value.double()
        return value.masked_fill(below, ends.min).masked_fill(above, ends.max).to(dtype)
    if dtype.is_floating_point:
        return value.to(dtype)
    return value.to(dtype).masked_fill(below, ends.min).masked_fill(above, ends.max)


#: fitting misfits
def fitting(value, dtype):
    """Converted; a value that does not fit is an error."""
    if dtype != torch.bool:
        below, above, _ = misfits(value, dtype)
        if (below | above).any():
            raise ValueError(f"{int((below | above).sum())} values do not fit {dtype}.")
    return value.to(dtype)
