// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/save.h"

#include "model/formats/formats.h"
#include "model/save/saver.h"

Result<SaveReport> save(const Plan &plan, const SaveOptions &options, Progress &progress)
{
    return save(plan, options, progress, SaveTools{loadEvaluator, openCheckpoint});
}
