// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keytree.h"

#include <QList>
#include <QString>

/// Something to type into the filter line, and what it means.
struct FilterWord
{
    QString text;
    QString help; ///< empty for pieces of keys
};

/// The language by examples, as keyfilter.h has it.
QList<FilterWord> filterExamples();

/// What the word that is being typed can become.
struct FilterCompletion
{
    qsizetype begin = 0; ///< of the part of the line that an offer replaces
    qsizetype end = 0;
    QList<FilterWord> offers; ///< words of the language, then pieces of real keys
};

/// `tree` gives types and keys, a part of them in a very large one; may be null. Quick enough for every letter.
FilterCompletion completeFilter(const KeyTree *tree, const QString &line, qsizetype cursor);
