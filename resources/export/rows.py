# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Methods of the class in table.py that make rows, or pair them by order, in pieces as in functions.py.


class Table:  # before the first piece, so it is not exported

#: insert
    def insert(self, added, gone=(), matched=None, place=0):
        """End a step that makes rows: (row it stands behind, key, tensor, rows it is of); what it took in is gone."""
        behind = {}
        for after, key, value, origins in added:
            source = next((self.rows[at][2] for at in origins if self.rows[at][2] is not None), None)
            behind.setdefault(None if place else after, []).append((key, value, source, place))
        rows = []
        for at, row in enumerate(self.rows):
            rows += [] if at in gone else [(*row, 0)]
            rows += behind.get(at, [])
        self.done(rows + behind.get(None, []), len(matched or gone), len(added) + len(gone))

    def axis(self, key, value, dim, extra=0):
        """A negative axis counts from the end."""
        if not -value.ndim - extra <= dim < value.ndim + extra:
            self.fail(f"“{key}” {list(value.shape)} has no axis {dim}.")
        return dim % (value.ndim + extra)

    def alike(self, key, value, like):
        """What becomes one has one dtype, which torch would not insist on."""
        if value.dtype != like[1].dtype:
            self.fail(f"“{key}” is {value.dtype} and “{like[0]}” is {like[1].dtype}; cast one of them first.")
        return value

#: split insert
    def split(self, pattern, names, dim=0, parts=None, sizes=None, place=0, keep_input=False):
        """Tensors cut along an axis, into shares or sizes (None: the rest); a name of None discards a piece."""
        added, matched = [], []
        for at, (key, value, _) in enumerate(self.rows):
            match = re.search(pattern, key)
            if not match:
                continue
            size = value.shape[self.axis(key, value, dim)]
            shares = parts or [1] * len(names)
            if not sizes and size % sum(shares):
                self.fail(f"“{key}” {list(value.shape)} does not make {sum(shares)} equal parts along axis {dim}.")
            pieces = sizes or [size // sum(shares) * share for share in shares]
            rest = size - sum(piece for piece in pieces if piece is not None)
            if rest < 0 or rest and None not in pieces:
                self.fail(f"“{key}” {list(value.shape)} does not make pieces of {pieces} along axis {dim}.")
            pieces = [rest if piece is None else piece for piece in pieces]
            matched.append(at)
            for name, piece in zip(names, value.split(pieces, dim)):
                added += [(at, name(match), value if piece.shape == value.shape else piece, [at])] if name else []
        self.insert(added, [] if keep_input else set(matched), matched, place)

#: grouped
    def grouped(self, patterns):
        """Rows with equal captures together, by the number of their pattern: patterns, and the groups of each in one order."""
        groups = {}
        for at, (key, _, _) in enumerate(self.rows):
            for number, (pattern, order) in enumerate(patterns):
                match = re.search(pattern, key)
                if match:
                    groups.setdefault(tuple(match[group] for group in order), {})[number] = at
        return groups

#: concat insert grouped
    def concat(self, patterns, name, dim=0, incomplete="error", place=0, keep_input=False):
        """Tensors with equal captures joined along an axis: patterns, and the groups of each in one order."""
        added, matched, gone = [], set(), set()
        for captured, found in self.grouped(patterns).items():
            first = found[min(found)]
            like, rows, values = self.rows[first], list(dict.fromkeys(found[at] for at in sorted(found))), []
            matched.update(rows)
            if len(found) < len(patterns) and incomplete == "error":
                lacking = next(pattern for at, (pattern, _) in enumerate(patterns) if at not in found)
                self.fail(f"“{like[0]}” has no key like {lacking} to be joined with.")
            if len(found) < len(patterns) and incomplete != "zeros":
                self.dropped += len(set(rows) - gone) if incomplete == "drop" else 0
                gone.update(rows if incomplete == "drop" else [])
                continue
            axis = self.axis(like[0], like[1], dim)
            for number in range(len(patterns)):
                key, value, _ = self.rows[found[number]] if number in found else like
                alike = value.ndim == like[1].ndim and all(
                    at == axis or size == like[1].shape[at] for at, size in enumerate(value.shape))
                if not alike or len(found) < len(patterns) and value.shape != like[1].shape:
                    self.fail(f"“{key}” {list(value.shape)} does not fit “{like[0]}” {list(like[1].shape)}.")
                values.append(self.alike(key, value, like) if number in found else torch.zeros_like(value))
            joined = values[0] if len(values) == 1 else torch.cat(values, dim)
            added.append((first, name((None, *captured)), joined, rows))
            gone.update([] if keep_input else rows)
        self.insert(added, gone, matched, place)

#: stack insert
    def stack(self, pattern, number, name, dim=0, close=False, place=0, keep_input=False):
        """Tensors on top of each other that differ in one number of their keys, a group of the pattern."""
        groups, added, matched = {}, [], []
        for at, (key, _, _) in enumerate(self.rows):
            match = re.search(pattern, key)
            if not match:
                continue
            matched.append(at)
            others = tuple(text for group, text in enumerate(match.groups(), 1) if group != number)
            layers = groups.setdefault(others, {})
            if int(match[number]) in layers:
                self.fail(f"“{self.rows[layers[int(match[number])][0]][0]}” and “{key}” have the same number.")
            layers[int(match[number])] = at, match
        for layers in groups.values():
            rows = [layers[layer][0] for layer in sorted(layers)]
            like = self.rows[rows[0]]
            self.axis(like[0], like[1], dim, extra=1)
            for layer, at in enumerate(rows):
                key, value, _ = self.rows[at]
                if not close and layer not in layers:
                    self.fail(f"number {layer} is not there, but “{key}” is; “gaps: close” stacks what is there.")
                if value.shape != like[1].shape:
                    self.fail(f"“{key}” {list(value.shape)} does not fit “{like[0]}” {list(like[1].shape)}.")
            value = torch.stack([self.alike(*self.rows[at][:2], like) for at in rows], dim)
            added.append((rows[0], name(next(iter(layers.values()))[1]), value, rows))
        self.insert(added, [] if keep_input else set(matched), matched, place)

#: unstack insert
    def unstack(self, pattern, name, dim=0, start_at=0, place=0, keep_input=False):
        """The slices of an axis as numbered keys: `name` takes the match, and the number as its last group."""
        added, matched = [], []
        for at, (key, value, _) in enumerate(self.rows):
            match = re.search(pattern, key)
            if not match:
                continue
            matched.append(at)
            count = value.shape[self.axis(key, value, dim)]
            if not count:
                self.fail(f"“{key}” {list(value.shape)} has no element along axis {dim}; no key would be left of it.")
            for number, piece in enumerate(value.unbind(dim), start_at):
                added.append((at, name((key, *match.groups(), str(number))), piece, [at]))
        self.insert(added, [] if keep_input else set(matched), matched, place)

#: copy insert
    def copy(self, pattern, name, place=0, tie=False):
        """Further keys for tensors, with memory of their own or the same."""
        added, matched = [], []
        for at, (key, value, _) in enumerate(self.rows):
            match = re.search(pattern, key)
            if not match:
                continue
            matched.append(at)
            if name(match) == key:
                self.fail(f"“{key}” would get the key that it has.")
            other = value if tie else value.clone()
            if not tie:  # both are kept, so that no other tensor gets this number
                self.copies[id(other)] = other, self.copies.get(id(value), (value, value))[1]
            added.append((at, name(match), other, [at]))
        self.insert(added, (), matched, place)

#: create tensor wanted insert
    def create(self, name, shape=None, like=None, dim=None, dtype=None, fill=0, normal=None, seed=0,
               if_present="keep", place=0):
        """A new tensor, behind all others or in the place of the one that is there; `shape` may ask the target."""
        rows = [(*row, 0) for row in self.rows]
        present = next((at for at, row in enumerate(self.rows) if row[0] == name), None)
        if present is not None and if_present == "error":
            self.fail(f"“{name}” is there already; expected no such key.")
        if present is not None and if_present == "keep":
            return self.done(rows, 1, 0)
        if callable(shape):
            if not self.wants(name):
                return self.done(rows, 0, 0, checks_only=True)
            shape = shape(name)
        if like is not None:
            model = self.tensor(like)
            shape = model.shape if dim is None else [model.shape[self.axis(like, model, dim)]]
            dtype = dtype or model.dtype
        dtype = dtype or torch.float32
        if normal is None:
            made = torch.full(tuple(shape), fill, dtype=dtype)
        else:
            made = (torch.randn(tuple(shape), generator=torch.Generator().manual_seed(seed)) * normal).to(dtype)
        at = len(rows) if present is None or place else present
        self.dropped += present is not None
        if present is not None:
            del rows[present]
        at = min(at, len(rows))
        self.done(rows[:at] + [(name, made, None, place)] + rows[at:], int(present is not None),
                  1 + (present is not None))

#: arithmetic insert calculated
    def arithmetic(self, new, where=None, skip=False, consume=False):
        """Tensors become what operations make of them: `new` of what `where` found, with numbers and keys."""
        known, rows, matched = {row[0]: at for at, row in enumerate(self.rows)}, [], set()
        added, consumed, names = [], set(), []
        for at, (key, value, source, found) in enumerate(self.select(where)):
            rows.append((key, value, source, 0))
            if not found:
                continue
            matched.add(at)
            todo = new(found)
            names = [operand for _, *operands in todo for operand in operands if isinstance(operand, str)]
            lacking = [name for name in names if name not in known]
            if lacking and not skip:
                self.fail(f"“{key}” is to be computed with “{lacking[0]}”, which is not there.")
            if lacking:
                continue
            try:
                made = calculated(value, todo, {name: self.rows[known[name]][1] for name in names})
            except (RuntimeError, ValueError) as error:
                self.fail(f"“{key}” {list(value.shape)}: {error}")
            rows[at] = key, made, source, 0
            origins = list(dict.fromkeys([at, *(known[name] for name in names)]))
            added.append((at, key, made, origins))
            consumed.update(origins[1:] if consume else ())
        computed = {row[0] for row in added}
        if computed & consumed:
            self.fail(f"“{rows[min(computed & consumed)][0]}” would be computed and consumed by the same step.")
        if consume and names and added:
            return self.insert(added, computed | consumed, matched | consumed)
        self.done(rows, len(matched), len(added))

#: fold_batch_norm insert grouped computed_in
    def fold_batch_norm(self, patterns, eps=1e-5):
        """Batch norms as part of the convolutions before them, as torch.nn.utils.fusion does."""
        added, gone, parts = [], set(), ("weight", "bias", "scale", "shift", "mean", "variance")
        for found in self.grouped(patterns).values():
            if 0 not in found or max(found) < 2:
                continue
            key, weight, _ = self.rows[found[0]]
            if not {4, 5} <= set(found):
                self.fail(f"“{key}” cannot take its norm in: its mean or its variance is not there.")
            for number, at in found.items():
                value = self.rows[at][1]
                fits = value.shape == weight.shape[:1] if number else weight.ndim > 1
                if number < 6 and not (fits and value.is_floating_point()):
                    self.fail(f"“{self.rows[at][0]}” {list(value.shape)} {value.dtype} does not fit “{key}”.")
            of = {parts[number]: self.rows[at][1] for number, at in found.items() if number < 6}
            dtype = max((computed_in(value.dtype) for value in of.values()), key=lambda dtype: dtype.itemsize)
            last = of.get("bias", weight).dtype
            of = {part: value.to(dtype) for part, value in of.items()}
            root, scale = torch.rsqrt(of["variance"] + eps), of.get("scale")
            factor = root if scale is None else scale * root
            bias = (of.get("bias", torch.zeros_like(root)) - of["mean"]) * root
            bias = (bias if scale is None else bias * scale) + of.get("shift", 0.0)
            made = (of["weight"] * factor.reshape(-1, *[1] * (weight.ndim - 1))).to(weight.dtype)
            added.append((found[0], key, made, [found[number] for number in (0, 2, 5) if number in found]))
            added.append((found.get(1, found[0]), key[:-len("weight")] + "bias", bias.to(last),
                          [found[number] for number in (1, 3, 2, 4, 5) if number in found]))
            gone.update(found.values())
            self.dropped += 6 in found
        self.insert(added, gone)

#: first_convs wanted likely_convs
    def first_convs(self, to, base=3):
        """What selects the rows that take the image in: the target's, or the only one that differs from the target's
        in its second axis alone, or that looks so. `to`: how many channels it gets; None: as many as the target has."""
        shapes = {key: value.shape for key, value, _ in self.rows}
        wanted = {key: value.shape for key, value in self.wanted().items()} if self.target is not None or not to else {}
        names = [key for key in likely_convs(wanted) if key in shapes]
        if not names:
            names = [key for key, shape in shapes.items() if len(shape) == len(want := wanted.get(key, ())) > 1
                     and shape != want and (*shape[:1], want[1], *shape[2:]) == want]
            names = names or (likely_convs(shapes, base) if to else [])
            if len(names) != 1 and (names or to):
                self.fail(f"it may be any of {names}." if names else f"no key looks like a kernel of {base} channels.")
        return lambda key, value: key in names

#: match_by_order wanted
    def match_by_order(self, where=None, target=None, shapes="numel", shorter=False):
        """Keys become the target keys at the same place, as timm's remap_state_dict does; what is left over goes."""
        selected = self.select(where)
        wanted = [(key, value) for key, value in self.wanted().items() if not target or target(key, value)]
        count = sum(1 for row in selected if row[3])
        if not shorter and count != len(wanted):
            self.fail(f"there are {count:,} keys and {len(wanted):,} target keys.")
        if count and not wanted:
            self.fail("it selects no target key.")
        rows, place, changed = [], 0, 0
        for key, value, source, found in selected:
            if not found:
                rows.append((key, value, source, 0))
                continue
            place += 1
            if place > len(wanted):
                self.dropped += 1
                changed += 1
                continue
            name, want = wanted[place - 1]
            differs = shapes != "any" and value.shape != want.shape
            if differs and (shapes == "equal" or value.numel() != want.numel()):
                self.fail(f"“{key}” {list(value.shape)} and target key “{name}” {list(want.shape)} do not fit.")
            changed += differs or name != key
            rows.append((name, value.reshape(want.shape) if differs else value, source, 0))
        self.done(rows, count, changed)
