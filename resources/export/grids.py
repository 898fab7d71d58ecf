# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Grids in another size, in pieces as in functions.py.

#: interpolated
def interpolated(images, size, method, antialias=False, corners=False, own=False):
    """Images (n, channels, height, width) in another size: in their own dtype where torch can, or in float32."""
    if not images.is_floating_point():
        raise ValueError(f"is {images.dtype}, which is not interpolated.")
    keep = own and (images.dtype == torch.float64 or images.itemsize == 2 and not antialias)
    how = {} if method == "nearest" else {"antialias": antialias, "align_corners": corners}
    made = torch.nn.functional.interpolate(images if keep else images.float(), size=size, mode=method, **how)
    return made.to(images.dtype)


#: square
def square(count):
    side = math.isqrt(max(count, 0))
    return (side, side) if side and side * side == count else None


#: resized_pos_embed interpolated square tokens_beside
PRESETS = {
    "timm": {"antialias": True, "own": False}, "timm-0.6": {}, "mae": {}, "vissl": {"corners": True, "prefix": 0},
    "classy": {"layout": "lnd", "corners": True}, "mmengine": {"own": False},
    "radio": {"method": "bilinear", "crop": True, "prefix": 0, "own": False},
}


def resized_pos_embed(value, want, to=None, grid=None, beside=0, preset="timm", **given):
    """Position embeddings of another grid (None: the target's), which had this one (None: a square)."""
    if to is None and (want is None or want.shape == value.shape and grid is None):
        return value
    ways = {"method": "bicubic", "layout": "nld", "own": True, **PRESETS[preset], **given}
    layout, crop, prefix = ways.pop("layout"), ways.pop("crop", False), ways.pop("prefix", None)
    if ways["method"] == "nearest":
        ways = {"method": "nearest", "own": ways["own"]}
    axis = {"nld": 1, "lnd": 0, "ld": 0, "nhwc": -1, "nchw": 1, "blocked": -1}[layout]
    if value.ndim != {"lnd": 3, "nld": 3, "ld": 2}.get(layout, 4):
        raise ValueError(f"is not laid out as {layout}.")
    if to is None and (want.ndim != value.ndim or (want.shape[1] != value.shape[1] if layout == "nchw"
                                                   else want.shape[-1] != value.shape[-1])):
        return value
    if layout == "nchw":
        return interpolated(value, to or want.shape[2:], **ways)
    if layout == "nhwc":
        return interpolated(value.permute(0, 3, 1, 2), to or want.shape[1:3], **ways).permute(0, 2, 3, 1)
    width = value.shape[-1]
    if layout == "blocked":
        sides = [square(count) for count in value.shape[1:3]]
        blocks, places = (side[0] if side else 0 for side in sides)
        new = (square(want.shape[1])[0], square(want.shape[2])[0]) if to is None else (blocks, to[0] // max(blocks, 1))
        if not blocks or not places or to is not None and (to[0] != to[1] or to[0] % blocks):
            raise ValueError("has blocks or places that make no square.")
        image = value.reshape(1, blocks, blocks, places, places, width).transpose(2, 3)
        image = image.reshape(1, blocks * places, blocks * places, width).permute(0, 3, 1, 2)
        image = interpolated(image, (new[0] * new[1], new[0] * new[1]), **ways).permute(0, 2, 3, 1)
        image = image.reshape(1, new[0], new[1], new[0], new[1], width).transpose(2, 3)
        return image.reshape(1, new[0] ** 2, new[1] ** 2, width)
    tokens, wanted = value.shape[axis], None if to else want.shape[axis]
    if prefix is None and grid:
        prefix = tokens - grid[0] * grid[1]
    if prefix is None:
        prefix = next((count for count in (beside, 0, 1)
                       if square(tokens - count) and (to or square(wanted - count))), None)
    if prefix is None or not (grid or square(tokens - prefix)) or not (to or square(wanted - prefix)):
        raise ValueError(f"has {tokens} tokens, which are no square grid; say “from”, “to” and “prefix-tokens”.")
    grid, to = grid or square(tokens - prefix), to or square(wanted - prefix)
    between = (max(to), max(to)) if crop else to
    image = value.narrow(axis, prefix, tokens - prefix).reshape(1, *grid, width).permute(0, 3, 1, 2)
    if tuple(grid) != tuple(between):
        image = interpolated(image, between, **ways)
    elif tuple(between) == tuple(to):
        return value
    image = image[:, :, :to[0], :to[1]].permute(0, 2, 3, 1)
    shape = list(value.shape)
    shape[axis] = to[0] * to[1]
    rows = image.reshape(shape)
    return torch.cat([value.narrow(axis, 0, prefix), rows], axis) if prefix else rows


#: resized_patch_embed interpolated square
def resized_patch_embed(value, want, to=None, method="pi", interpolation="bicubic", antialias=True, layout="conv"):
    """Kernels of patches in another size: by the pseudo-inverse of resizing images, or as images are resized."""
    if to is None and (want is None or want.shape == value.shape):
        return value
    channels = 3
    if layout == "conv":
        if value.ndim != 4:
            raise ValueError("is no kernel of four axes.")
        if to is None and want.ndim != 4:
            return value
        kernel, size = value, tuple(to or want.shape[2:])
    else:
        if value.ndim != 2 or not square(value.shape[1] // channels) or value.shape[1] % channels:
            raise ValueError(f"has no columns of square patches of {channels} channels.")
        patch = square(value.shape[1] // channels)
        size = tuple(to) if to else square(want.shape[-1] // channels)
        if not size:
            return value
        kernel = (value.reshape(-1, channels, *patch) if layout == "linear-chw"
                  else value.reshape(-1, *patch, channels).permute(0, 3, 1, 2).contiguous())
    if kernel.shape[2:] == size:
        return value
    if method == "pi":
        if not value.is_floating_point():
            raise ValueError(f"is {value.dtype}, which is not interpolated.")
        count = kernel.shape[2] * kernel.shape[3]
        basis = torch.eye(count).reshape(count, 1, *kernel.shape[2:])
        matrix = interpolated(basis, size, interpolation, antialias).squeeze(1).permute(1, 2, 0).reshape(-1, count)
        flat = kernel.reshape(-1, count).float() @ torch.linalg.pinv(matrix)
        made = flat.reshape(*kernel.shape[:2], *size).to(value.dtype)
    else:
        made = interpolated(kernel.contiguous(), size, interpolation, antialias)
    if layout == "conv":
        return made
    return (made if layout == "linear-chw" else made.permute(0, 2, 3, 1)).reshape(len(value), -1)


#: geometric
def geometric(table, size):
    """A table, height × width × heads, of other distances, between coordinates that grow geometrically (BEiT, timm)."""
    def places(count, wanted):
        left, right = 1.01, 1.5
        while right - left > 1e-6:
            ratio = (left + right) / 2.0
            if (1.0 - ratio ** (count // 2)) / (1.0 - ratio) > wanted // 2:
                right = ratio
            else:
                left = ratio
        distances, distance = [], 1
        for step in range(count // 2):
            distances.append(distance)
            distance += ratio ** (step + 1)
        points = torch.tensor([-one for one in distances[::-1]] + [0] + distances, dtype=torch.float32)
        at = torch.arange(-(wanted // 2), wanted // 2 + 0.1, 1.0)
        above = torch.bucketize(at, points).clamp(max=count - 1)
        below = (above - 1).clamp(0, count - 1)
        near, far = (at - points[below]).clamp(min=0), (points[above] - at).clamp(min=0)
        both = (near == 0) & (far == 0)
        near[both] = far[both] = 1
        return below, above, near, far

    (top, bottom, below, above), (left, right, before, behind) = (
        places(count, wanted) for count, wanted in zip(table.shape, size))
    total = 0
    for rows, high in ((top, above), (bottom, below)):
        for columns, wide in ((left, behind), (right, before)):
            total = total + table[rows][:, columns] * (high[:, None] * wide)[:, :, None]
    return total / ((below + above)[:, None] * (before + behind))[:, :, None]


#: resized_table interpolated square geometric
def resized_table(value, want, key, to=None, window=None, method="geometric", layout="rows-heads", extra=None):
    """A table of relative positions for another window (None: the target's), which was for this one (None: a square)."""
    if to is None and (want is None or want.shape == value.shape and window is None):
        return value
    heads = 1 if layout == "rows-heads" else 0
    if value.ndim != (3 if layout == "heads-h-w" else 2):
        raise ValueError(f"is not laid out as {layout}.")
    if to is None and (want.ndim != value.ndim or want.shape[heads] != value.shape[heads]):
        return value

    def sides(of):
        return tuple(of) if method == "levit" else tuple(2 * side - 1 for side in of)

    def table(count):
        found = square(count)
        return found if found and (method == "levit" or found[0] % 2) else None

    def resize(grid, size):
        """A grid with its heads last, or first."""
        if method == "geometric":
            last = grid if heads else grid.permute(1, 2, 0)
            made = geometric(last.float(), size).to(value.dtype)
            return made if heads else made.permute(2, 0, 1)
        if method == "linear-1d":
            lines = grid.squeeze(1).T[None] if heads else grid.squeeze(2)[None]
            lines = lines if value.dtype.itemsize > 1 else lines.float()
            made = torch.nn.functional.interpolate(lines, size=size[0], mode="linear")[0].to(value.dtype)
            return made.T[:, None] if heads else made[:, :, None]
        images = grid.permute(2, 0, 1)[None] if heads else grid[None]
        made = interpolated(images, size, "bicubic", method == "levit", own=method == "bicubic")[0]
        return made.permute(1, 2, 0) if heads else made

    if layout == "heads-h-w":
        size = sides(to) if to else tuple(want.shape[1:])
        return value if size == tuple(value.shape[1:]) else resize(value.contiguous(), size)
    axis = 1 - heads
    rows, wanted = value.shape[axis], None if to else want.shape[axis]
    if method == "linear-1d":
        extra, grid = 0, (rows, 1)
        size = (2 * to[1 if key.endswith("_w") else 0] - 1 if to else wanted, 1)
    else:
        grid = sides(window) if window else None
        tried = [extra or 0] if extra is not None or method == "levit" else [0, 3]
        extra = next((more for more in tried if (to or table(wanted - more)) and (
            grid[0] * grid[1] == rows - more if grid else table(rows - more))), None)
        if extra is None:
            raise ValueError(f"has {rows} rows, which are no square table; say “from”, “to” and “extra-rows”.")
        grid, size = grid or table(rows - extra), sides(to) if to else table(wanted - extra)
    if grid == size:
        return value
    kept = value.narrow(axis, 0, rows - extra)
    made = resize(kept.reshape(*grid, -1) if heads else kept.reshape(-1, *grid), size)
    made = made.reshape(-1, value.shape[1]) if heads else made.reshape(len(value), -1)
    return torch.cat([made, value.narrow(axis, rows - extra, extra)], axis) if extra else made
