// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"
#include "model/save/save.h"

#include <QStringList>

/// One file of a save.
struct SavePart
{
    QString path;
    std::vector<quint32> outputs; ///< the numbers of its outputs in the whole plan
    Plan plan; ///< of these outputs alone: checkpoint, table and outputs, nothing else
    Layout layout;
};

/// All files of a save, before the first byte is written.
struct SaveParts
{
    std::vector<SavePart> parts; ///< the one file, or the shards
    QString indexPath; ///< empty: one file, no index
    std::string index; ///< the text of the index
    Findings findings; ///< what is in none of the files, or not as it was

    const QString &openPath() const { return indexPath.isEmpty() ? parts.front().path : indexPath; }
    QStringList files() const;
    qint64 bytes() const; ///< size of all files
    qint64 tensors() const;
    qint64 copiedBytes() const; ///< tensor bytes copied as they are
    qint64 computedBytes() const;
    bool needsEvaluator() const; ///< whether anything needs LibTorch: zeros do not
};

/// Lay out the outputs of a plan. A Usage error for options that make no sense together; the reason when the plan
/// cannot be saved, or not in this format.
Result<SaveParts> saveParts(const Plan &plan, const SaveOptions &options);
