// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextLayout>

class QPalette;

/// Light colours for one line of a recipe's text: keys, quoted text, numbers and words with a meaning, comments.
QList<QTextLayout::FormatRange> yamlColours(const QString &line, const QPalette &palette);
