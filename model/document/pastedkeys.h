// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

#include <QLockFile>

/// Write what was pasted as target into a file of its own in `folder`, which is made: a list of keys, or a message of
/// load_state_dict, completed by the keys of `plan` (may be null). Returns the file's path; equal keys have one file.
Result<QString> keepPastedKeys(const std::string &text, const Plan *plan, const QString &folder);

/// Remove the files of pasted keys in `folder` that none of these targets names, and hold the folder: as long as a
/// process holds it, which may know files by its undo history, no other removes any. For a process that has opened
/// nothing yet; without `named`, which is not known then, nothing is removed. Null when the folder cannot be written.
std::unique_ptr<QLockFile> holdPastedKeys(const QString &folder, const std::optional<QStringList> &named);
