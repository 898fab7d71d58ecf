// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/save.h"

#include <functional>

/// What saving asks of the rest of the engine. save() passes the real ones.
struct SaveTools
{
    std::function<Result<std::shared_ptr<Evaluator>>(const DeviceChoice &)> loadEvaluator;
    std::function<Result<std::shared_ptr<const Checkpoint>>(const QString &, Progress &)> openCheckpoint;
};

/// As save() in save.h.
Result<SaveReport> save(const Plan &plan, const SaveOptions &options, Progress &progress, const SaveTools &tools);
