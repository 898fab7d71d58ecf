#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the seeds of the torch fuzz targets from the files in tests/data/torch: links to them, and their pickles."""
import pathlib
import zipfile

here = pathlib.Path(__file__).resolve().parent
data = here.parent / "data" / "torch"
corpus = here / "corpus"

for target in ("pickle", "torchzip", "torchlegacy"):
    (corpus / target).mkdir(parents=True, exist_ok=True)
for file in sorted(data.glob("*.pt")):
    is_legacy = file.stem.endswith("legacy")
    link = corpus / ("torchlegacy" if is_legacy else "torchzip") / file.name
    link.unlink(missing_ok=True)
    link.symlink_to(pathlib.Path("../../../data/torch") / file.name)
    if not is_legacy and file.name.startswith("2.11.0"):
        with zipfile.ZipFile(file) as archive:
            name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
            (corpus / "pickle" / file.stem).write_bytes(archive.read(name))
