// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/checkpoint.h"

#include <span>

/// The outcome of choosing a root by itself, with what else there was.
struct RootChoice
{
    std::optional<RootId> root; ///< nothing when the checkpoint holds no tensors outside optimizers
    std::vector<RootId> others; ///< other roots that could be meant, best first
    bool tied = false; ///< another root is as good: the window asks, the command line takes the first
    QString reason; ///< whole sentence for the finding
};

enum class EmaPolicy : quint8 { Prefer, Avoid };

/// Choose among the roots below `prefix`: the container names of `reference/loaders.md` §3.2, averaged and teacher
/// weights before plain ones (`ema`), never under optimizer or integer keys; otherwise the only, or the largest,
/// dict of floating tensors.
RootChoice chooseRoot(const Checkpoint &checkpoint, const std::vector<std::string> &prefix = {},
                      EmaPolicy ema = EmaPolicy::Prefer);

/// Names of the dicts in a file by which chooseRoot() goes, in the order it tries them.
struct ContainerNames
{
    std::span<const std::string_view> averaged; ///< averaged weights, and teachers, which are averages of students
    std::span<const std::string_view> plain;
    std::span<const std::string_view> state; ///< in lower case: no weights to convert lie below
    std::span<const std::string_view> stateParts; ///< nor where the name has one of these in it
};
ContainerNames containerNames();
/// Whether no weights to convert lie below a dict of this name.
bool isOptimizerKey(std::string_view key);

/// The root at exactly this path, if any.
std::optional<RootId> findRoot(const Checkpoint &checkpoint, const std::vector<std::string> &path);
/// "model/state_dict" → components; a quoted component may hold slashes. The inverse of pathText().
std::vector<std::string> parsePath(std::string_view text);
