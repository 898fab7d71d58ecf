// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytotals.h"

#include <QString>

#include <functional>

/// How many rows these are, those of stretches counted one by one, also beside their stretch.
qint64 countRows(const KeyTree &tree, const std::vector<KeyRows> &rows);

/// What is copied of one row; empty: nothing.
using RowText = std::function<QString(const KeyTree &tree, quint32 node)>;

struct CopiedRows
{
    QString text; ///< a line, or several, for each row that has a text
    qint64 rows = 0; ///< that have one
};

/// Each row once, in the order in which rows are shown. A stretch means its rows. What there is so far when `progress`
/// asks to stop.
CopiedRows copyRows(const KeyTree &tree, const std::vector<KeyRows> &rows, const RowText &textOf, Progress &progress);

/// The texts that need the tree alone: the result or target key, the source key (of several, each on a line), the
/// shape.
QString copiedKey(const KeyTree &tree, quint32 node);
QString copiedSource(const KeyTree &tree, quint32 node);
QString copiedShape(const KeyTree &tree, quint32 node);
