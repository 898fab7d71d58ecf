# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
# The class that exported recipes stand on, and its methods in pieces as in functions.py.

#: table containers warn
class Table:
    """The tensors of a checkpoint on their way through the steps: rows of key, tensor, and key in the file (None: it is
    of no file)."""

    def __init__(self, file, target=None, say=print):
        self.file, self.target, self.say = file, target, say
        self.places, self.rows, self.path = places_of(file), None, ()
        self.guard = self.native = self.ended = None
        self.dropped, self.copies, self.lets, self.hits, self.rooted = 0, {}, {}, 0, False

    def step(self, number, text, when=None, root=False, required=False, keep_last=False, counts=None):
        """Begin a step; whether it runs. `counts`: how many rows it matched and changed where it was exported."""
        self.number, self.text, self.required, self.keep_last, self.counts = number, text, required, keep_last, counts
        if self.rows is None and not root:
            self.find_root()
        reason = f"step {self.ended[0]} ended the recipe: {self.ended[1]}" if self.ended else None
        if not reason and root and self.rooted:
            reason = "the recipe that includes this one has chosen the root"
        if not reason and not root and self.guard:
            self.native = self.guard(self) if self.native is None else self.native
            reason = "the checkpoint is already in the target's layout" if self.native else None
        if not reason and when and not when[1](self):
            reason = f"its condition does not hold: {when[0]}"
        self.say(f"{number}. {text}" + (f"\n   skipped: {reason}" if reason else ""))
        return not reason

    def skip(self, number, text, reason="switched off"):
        self.say(f"{number}. {text}\n   skipped: {reason}")

    def done(self, rows, matched, changed, checks_only=False):
        """End a step. Rows have a fourth part: -1 before all others, 0 in its place, 1 behind all others."""
        unique = {}
        for row in rows:
            other = unique.get(row[0])
            if other and not self.keep_last:
                self.fail(f"“{other[2] or row[0]}” and “{row[2] or row[0]}” both become “{row[0]}”.")
            if other:
                self.dropped += 1
                warn(f"“{other[2] or row[0]}” and “{row[2] or row[0]}” both become “{row[0]}”; the last is kept.")
                row = row[:3] + other[3:]
            unique[row[0]] = row
        if not changed and not checks_only and not any(row[3] for row in unique.values()):
            if not matched and self.required:
                self.fail("it is required to match something, but no key matches.")
            warn(f"Step {self.number} ({self.text}) " + (
                "changes nothing: what it matches is like that already." if matched else "matches no key."))
        self.rows = [row[:3] for row in sorted(unique.values(), key=lambda row: row[3])]
        self.hits += matched
        self.say(f"   matched {matched:,}, changed {changed:,}")
        if self.counts and self.counts != (matched, changed):
            self.fail("it matched {:,} and changed {:,} where it was exported.".format(*self.counts))

    def fail(self, what):
        raise ValueError(f"Step {self.number} ({self.text}): {what}")

    def select(self, where):
        """Rows with what `where` finds in them, asked before any of them changes."""
        return [(*row, where(row[0], row[1]) if where else True) for row in self.rows]

    def has(self, key):
        return any(row[0] == key for row in self.rows)

    def any(self, where):
        return any(where(key, value) for key, value, _ in self.rows)

    def find_root(self, ema=True, below=()):
        """The containers with known names, else the largest dict of floating-point tensors."""
        path = choose_container(self.places, below, ema)
        self.take(() if path is None else path)
        return path is not None

    def take(self, path):
        self.path = path
        self.start([(key, value, key) for key, value in self.places.get(path, [])])

    def start(self, rows):
        self.rows, self.first = rows, {key: value for _, value, key in rows}

#: wanted
    def wanted(self):
        if self.target is None:
            self.fail("it asks for the target, and there is none.")
        return self.target

    def wants(self, key):
        return key in self.wanted()

    def any_wanted(self, where):
        return any(where(key, value) for key, value in self.wanted().items())

    def in_target(self, key, value, how):
        """Whether the target has the key, and its shape compares so."""
        want = self.wanted().get(key)
        if want is None or how in ("present", "absent"):
            return (want is None) == (how == "absent")
        if how == "other-rank":
            return want.ndim != value.ndim
        return (want.shape == value.shape) == (how == "same-shape")

#: root
    def at(self, path):
        """Where a path leads, seen from where the last root step stopped or else from the top."""
        return next((place for place in (self.path + tuple(path), tuple(path)) if place in self.places), None)

    def root_at(self, paths, keep=False):
        """Go to the first of these places that holds tensors."""
        found = next((place for place in map(self.at, paths) if place is not None), None)
        if found is None and not keep:
            known = ", ".join("/".join(path) or "the top level" for path in self.places)
            self.fail(f"the file holds no tensors there; it does at {known or 'no place'}.")
        if found is None:
            return self.go(self.path)
        self.take(found)
        self.done([(*row, 0) for row in self.rows], len(self.rows), len(self.rows))

    def unwrap(self, names, must=False, ema=True):
        """Go into each of these, one in the other, where it is there."""
        path = self.path
        for name in names:
            below = path + (name,)
            path = below if any(place[:len(below)] == below for place in self.places) else path
        if path == self.path and must:
            self.fail(f"the file holds no tensors at {' or '.join(names)}.")
        self.go(path, ema)

    def go(self, path, ema=True):
        if path == self.path and self.rows is not None:
            return self.done([(*row, 0) for row in self.rows], len(self.rows), 0)
        if path in self.places:
            self.take(path)
        elif not self.find_root(ema, path):
            self.fail("the file holds no tensors that could be a model.")
        self.done([(*row, 0) for row in self.rows], len(self.rows), len(self.rows))

    def guess(self, ema=True):
        if not self.find_root(ema, self.path):
            self.fail("the file holds no tensors that could be a model.")
        self.done([(*row, 0) for row in self.rows], len(self.rows), len(self.rows))

#: join load
    def join(self, parts, clash="error"):
        """Several dicts together, each below a prefix of its own: of the file, or of another that a part names."""
        rows, base = [], self.path
        for path, prefix, *other in parts:
            places = places_of(load(other[0])) if other else self.places
            place = next((place for place in ((*(() if other else base), *path), path) if place in places), None)
            if place is None:
                self.fail(f"{other[0] if other else 'the file'} holds no tensors at “{'/'.join(path)}”.")
            rows += [(prefix + key, value, prefix + key, 0) for key, value in places[place]]
        count = len(rows)
        if clash == "first":
            seen = set()
            rows = [row for row in rows if not (row[0] in seen or seen.add(row[0]))]
        self.keep_last = self.keep_last or clash == "last"
        self.path = ()
        self.start([row[:3] for row in rows])
        self.done(rows, count, count)

#: let stages
    def ints(self, regex):
        """The distinct whole numbers that the first group, or all of it, finds in keys, in rising order."""
        found = [match for match in (re.search(regex, key) for key, _, _ in self.rows) if match]
        return sorted({int(match[1 if match.re.groups else 0]) for match in found})

    def count_of(self, where):
        return sum(1 for key, value, _ in self.rows if not where or where(key, value))

    def given(self):
        self.done([(*row, 0) for row in self.rows], 0, 0, checks_only=True)

#: rename
    def rename(self, new, where=None, place=0, every=None):
        """Keys become what `new` makes of them; None leaves one. With `every`, only if it leaves none of those."""
        rows, matched, changed = [], 0, 0
        selected = [(key, value, source, new(key, found) if found else None, found)
                    for key, value, source, found in self.select(where)]
        if every and any(to is None and found and every(key) for key, _, _, to, found in selected):
            selected = [(key, value, source, None, found) for key, value, source, _, found in selected]
        for key, value, source, to, _ in selected:
            matched += to is not None
            changed += to is not None and to != key
            rows.append((key, value, source, 0) if to is None else (to, value, source, place))
        self.done(rows, matched, changed)

#: move
    def move(self, where, place):
        selected = self.select(where)
        self.done([(*row, place if found else 0) for *row, found in selected], sum(1 for row in selected if row[3]), 0)

#: drop
    def drop(self, where):
        kept = [(*row, 0) for *row, found in self.select(where) if not found]
        gone = len(self.rows) - len(kept)
        self.dropped += gone
        self.done(kept, gone, gone)

#: keep warn
    def keep(self, where):
        kept = [(*row, 0) for *row, found in self.select(where) if found]
        count = len(self.rows)
        if not kept and self.required:
            self.fail("it is required to match something, but no key matches.")
        if not kept:
            warn("No key is kept.")
        self.dropped += count - len(kept)
        self.done(kept, count, count - len(kept))

#: keep_prefix
    def keep_prefix(self, prefix, may_be_empty=False):
        """Only what starts so, without it."""
        kept = [(key[len(prefix):], value, source, 0) for key, value, source in self.rows if key.startswith(prefix)]
        if not kept and not may_be_empty:
            self.fail(f"no key starts with “{prefix}”.")
        count = len(self.rows)
        self.dropped += count - len(kept)
        self.done(kept, count, count if prefix else count - len(kept))

#: rename_table
    def rename_table(self, pairs, unknown="keep"):
        """Whole keys by a table; None drops one."""
        rows, matched, changed = [], 0, 0
        for key, value, source in self.rows:
            if key not in pairs and unknown == "error":
                self.fail(f"the table has no “{key}”.")
            to = pairs.get(key, key if unknown == "keep" else None)
            matched += key in pairs or to is None
            changed += to != key
            if to is None:
                self.dropped += 1
            else:
                rows.append((to, value, source, 0))
        self.done(rows, matched, changed)

#: pairs warn
    def pairs(self, pairs):
        """Whole keys by a table; what has such a key already and is not in the table gives way."""
        rows, changed, matched = [], 0, 0
        wanted = {pairs[key] for key, _, _ in self.rows if key in pairs}
        for key in pairs:
            if not self.has(key):
                warn(f"Step {self.number} pairs “{key}”, but there is no such key.")
        for key, value, source in self.rows:
            if key in pairs:
                rows.append((pairs[key], value, source, 0))
            elif key not in wanted:
                rows.append((key, value, source, 0))
                continue
            else:
                self.dropped += 1
            matched += 1
            changed += pairs.get(key) != key
        self.done(rows, matched, changed)

#: rename_group
    def rename_group(self, rules, where=None, chain=False):
        """Rules are a function of key and two findings, and which keys it is for: the first that fits, or all."""
        rows, matched, changed = [], 0, 0
        for key, value, source, found in self.select(where):
            now, fits = key, False
            for new, only in rules if found else []:
                own = only(now, value) if only else True
                to = new(now, own, found) if own else None
                if to is None:
                    continue
                now, fits = to, True
                if not chain:
                    break
            matched += fits
            changed += now != key
            rows.append((now, value, source, 0))
        self.done(rows, matched, changed)

#: renumber
    def renumber(self, pattern, number, others, order=None, shift=0):
        """Give numbered blocks other numbers: `number` and `others` are groups of the pattern."""
        families, rows, matched, changed = {}, {}, 0, 0
        for at, (key, value, source) in enumerate(self.rows):
            match = re.search(pattern, key)
            rows[at] = [(key, value, source, 0)]
            if match:
                family = families.setdefault(tuple(match.group(other) for other in others), {})
                family.setdefault(int(match[number]), []).append((at, match.start(number), match.end(number)))
        for family in families.values():
            becomes = {old: [] for old in sorted(family)}
            if order == "reverse":
                becomes = {old: [new] for old, new in zip(sorted(family), sorted(family, reverse=True))}
            for new, old in enumerate(order if isinstance(order, list) else []):
                if old not in becomes:
                    self.fail(f"the order names {old}, and there is no such number.")
                becomes[old].append(new)
            if order is None:
                becomes = {old: [old] for old in becomes}
            for old, block in family.items():
                numbers = [new + shift for new in becomes[old]]
                if min(numbers, default=0) < 0:
                    self.fail("a key would get a number below 0.")
                copies = rows[block[-1][0]]
                for at, start, end in block:
                    key, value, source = self.rows[at]
                    renamed = [(key[:start] + str(new) + key[end:], value, source, 0) for new in numbers]
                    matched += 1
                    changed += not numbers or (numbers[0] != old and renamed[0][0] != key)
                    self.dropped += not numbers
                    rows[at][0] = renamed[0] if numbers and numbers[0] != old else rows[at][0] if numbers else None
                for copy in range(1, len(numbers)):
                    for at, start, end in block:
                        key, value, source = self.rows[at]
                        copies.append((key[:start] + str(numbers[copy]) + key[end:], value, source, 0))
                        changed += 1
        self.done([row for at in rows for row in rows[at] if row], matched, changed)

#: match_by_suffix warn
    def match_by_suffix(self, any_shape=False, allow_copies=False, symmetric=False, where=None):
        """Keys become the target keys that end with them, the longest key first, as in detectron2."""
        def ends(key):
            return [key] + [key[at + 1:] for at, letter in enumerate(key) if letter == "."]

        selected = self.select(where)
        chosen = {key: at for at, (key, _, _, found) in enumerate(selected) if found}
        taken, length, ties = {}, {}, set()
        for want in self.wanted():
            end = next((end for end in ends(want) if end in chosen), None)
            if end is not None:
                taken[want], length[want] = chosen[end], len(end)
        for key, at in chosen.items() if symmetric else []:
            end = next((end for end in ends(key)[1:] if end in self.target), None)
            if end is not None and length.get(end, 0) < len(end):
                taken[end], length[end] = at, len(end)
                ties.discard(end)
            elif end is not None and selected[taken[end]][0] != end:
                ties.add(end)
        new = {}
        for want, at in taken.items():
            if want in ties:
                self.fail(f"“{want}” could be taken from several keys.")
            if any_shape or self.target[want].shape == selected[at][1].shape:
                new.setdefault(at, []).append(want)
        rows, changed = [], 0
        for at, (key, value, source, _) in enumerate(selected):
            names = new.get(at, [key])
            if len(names) > 1 and not allow_copies:
                self.fail(f"“{key}” matches {len(names)} target keys, “{names[0]}” and “{names[1]}” among them.")
            changed += (names[0] != key) + len(names) - 1
            rows += [(name, value, source, 0) for name in names]
        self.done(rows, len(new), changed)

#: tokens_beside
    def tokens_beside(self, key):
        """How many class, register and distillation tokens the target has, or else the rows, beside a key."""
        rows = self.target if self.target is not None else {name: value for name, value, _ in self.rows}
        names = ("cls_token", "dist_token", "reg_token", "class_token", "class_embedding", "register_tokens",
                 "storage_tokens")
        tokens = [rows.get(key[:key.rfind(".") + 1] + name) for name in names]
        return sum(value.shape[-2] if value.ndim > 1 else 1 for value in tokens if value is not None)

#: change same
    def change(self, new, where=None):
        """Tensors become what `new` makes of them."""
        rows, matched, changed = [], 0, 0
        for key, value, source, found in self.select(where):
            to = value
            if found:
                matched += 1
                try:
                    to = new(key, value, found)
                except (IndexError, RuntimeError, ValueError) as error:
                    self.fail(f"“{key}” {list(value.shape)}: {error}")
                changed += not same(to, value)
            rows.append((key, to, source, 0))
        self.done(rows, matched, changed)

#: cast
    def cast(self, dtype, only_floats=True, convert=None, where=None):
        rows, matched, changed = [], 0, 0
        for key, value, source, found in self.select(where):
            if found and (value.is_floating_point() or not only_floats):
                if value.is_complex() and not dtype.is_complex:
                    self.fail(f"“{key}” is {value.dtype} and cannot be converted to {dtype}.")
                matched += 1
                changed += value.dtype != dtype
                try:
                    value = convert(value, dtype) if convert and value.dtype != dtype else value.to(dtype)
                except ValueError as error:
                    self.fail(f"“{key}”: {error}")
            rows.append((key, value, source, 0))
        self.done(rows, matched, changed)

#: assert
    def count(self, where=None):
        return sum(1 for key, value, _ in self.rows if not where or where(key, value))

    def check(self, holds, problem):
        if not holds:
            self.fail(problem)

    def checked(self):
        self.done([(*row, 0) for row in self.rows], 0, 0, checks_only=True)

#: prefixes
    def outside(self, prefixes):
        """The first key that starts with none of these."""
        return next((key for key, _, _ in self.rows if not key.startswith(prefixes)), None)

#: tensor
    def tensor(self, name):
        value = next((value for key, value, _ in self.rows if key == name), None)
        if value is None:
            self.fail(f"there is no key “{name}”.")
        return value

#: include warn
    def include(self, steps, guard=None):
        """The steps of another recipe, with its own guard, end and values; None: no condition chose one."""
        number, text, required, hits = self.number, self.text, self.required, self.hits
        outer = self.guard, self.native, self.ended, self.lets, self.rooted
        self.guard, self.native, self.ended, self.lets, self.rooted = guard, None, None, {}, self.rows is not None
        if steps:
            steps(self)
        native = self.native
        self.guard, self.native, self.ended, self.lets, self.rooted = outer
        self.number, self.text = number, text
        if required and self.hits == hits and not native:
            self.fail("it is required to match something, but nothing of it matches a key.")
        if not steps:
            warn(f"Step {number} ({text}) changes nothing: none of its conditions holds.")

#: stop
    def stop(self, reason):
        self.ended = (self.number, reason)
        self.done([(*row, 0) for row in self.rows], 0, 0, checks_only=True)

#: bind same warn
    def bind(self, skip=None, ignore_missing=None, ignore_unexpected=None, expect_missing=None, heads=None,
             head_policy="load", counters="create", shape="error", unexpected="drop", order="target",
             strict_missing=True, strict_unexpected=False, fill=False):
        """What is loaded into the target: the last part of a recipe. Without a target, all rows."""
        if self.rows is None:
            self.find_root()
        if self.target is None:
            return {key: value for key, value, _ in self.rows}

        def is_in(which, key):
            return which and which(key, self.target[key])

        rows = {row[0]: row for row in self.rows}
        verdicts, out = {}, {}
        for key, want in self.target.items():
            row = rows.get(key)
            fits = row is not None and (want.shape == row[1].shape or (not want.shape and row[1].shape == (1,)))
            if is_in(skip, key):
                verdicts[key] = "skipped"
            elif row is None:
                policy = counters if ("." + key).endswith(".num_batches_tracked") else "report"
                policy = "ignore" if is_in(ignore_missing, key) or is_in(expect_missing, key) else policy
                verdicts[key] = {"create": "created", "ignore": "ignored"}.get(policy, "missing")
            elif (head_policy == "skip" or not fits) and head_policy != "load" and is_in(heads, key):
                verdicts[key] = "skipped"
            elif fits:
                verdicts[key] = "created" if row[2] is None else "loaded" if self.is_whole(row) else "adapted"
            else:
                verdicts[key] = {"error": "size mismatch", "skip": "skipped"}.get(shape, "ignored")
            if row is not None and is_in(expect_missing, key) and verdicts[key] != "skipped":
                warn(f"“{key}” was expected to be missing, but the source has it.")
        filled = self.filled(rows, verdicts) if fill else {}
        extra = [key for key in rows if key not in self.target]
        created = [key for key in self.target if verdicts[key] in ("created", "filled") and key not in rows]
        kept = extra if unexpected == "keep" else []
        order = [*self.target, *kept] if order == "target" else [key for key in rows if key in self.target or key in kept]
        for key in dict.fromkeys([*order, *created]):
            want = self.target.get(key)
            if want is None:
                out[key] = rows[key][1]
            elif verdicts[key] in ("loaded", "adapted", "created") and key in rows:
                out[key] = rows[key][1].reshape(want.shape)
            elif key in filled:
                out[key] = filled[key]
            elif verdicts[key] == "created":
                out[key] = torch.zeros(want.shape, dtype=want.dtype)
        strange = [key for key in extra if not (ignore_unexpected and ignore_unexpected(key, rows[key][1]))]
        self.tell(verdicts, strange, strict_missing, strict_unexpected)
        return out

    def filled(self, rows, verdicts):
        """What the target has of keys that nothing of the source reaches, or of what it ties them to, the new value."""
        def memory(want):
            return (want.data_ptr(), want.dtype, want.shape, want.stride()) if want.numel() else id(want)

        reached, out = {}, {}
        for key, want in self.target.items():
            if verdicts[key] in ("loaded", "adapted", "created") and key in rows:
                reached.setdefault(memory(want), rows[key][1])
        for key, want in self.target.items():
            if verdicts[key] in ("missing", "skipped", "ignored") or (verdicts[key] == "created" and key not in rows):
                if want.is_meta:
                    raise ValueError(f"“{key}” is to be filled from the target, which has names and shapes alone.")
                verdicts[key], out[key] = "filled", reached.get(memory(want), want)
        return out

    def is_whole(self, row):
        """Whether a tensor of the file is there as it was, or a copy of it."""
        return same(self.copies.get(id(row[1]), row)[1], self.first[row[2]])

    def tell(self, verdicts, strange, strict_missing, strict_unexpected):
        """The fit, as `weightsmith fit` says it."""
        having = ("loaded", "adapted", "created", "filled")
        filled = [want for key, want in self.target.items() if verdicts[key] in having]
        kinds = ("loaded", "adapted", "created", *(["filled"] if "filled" in verdicts.values() else []), "skipped",
                 "ignored", "missing", "size mismatch")
        counts = {kind: sum(1 for verdict in verdicts.values() if verdict == kind) for kind in kinds}
        bad = counts["size mismatch"] or (counts["missing"] and strict_missing) or (strange and strict_unexpected)

        def share(size):
            whole = sum(map(size, self.target.values()))
            part = sum(map(size, filled)) / whole if whole else 1
            return f"{min(part * 100, 99.9):.1f} %" if part < 1 else "100 %"

        self.say(f"{'not complete' if bad else 'complete'}: {len(filled):,} of {len(verdicts):,} keys, "
                 f"{share(lambda want: want.numel())} of parameters, "
                 f"{share(lambda want: want.numel() * want.element_size())} of bytes")
        self.say(", ".join(f"{kind} {count}" for kind, count in counts.items())
                 + f", unexpected {len(strange)}, dropped {self.dropped}")
        lists = {"missing keys": "missing", "size mismatches": "size mismatch", "skipped by policy": "skipped",
                 "filled from the target": "filled"}
        listed = {title: [key for key in verdicts if verdicts[key] == kind] for title, kind in lists.items()}
        for title, keys in {**listed, "unexpected keys": strange}.items():
            if keys:
                self.say("\n  ".join([f"{title} ({len(keys)})", *keys]))
