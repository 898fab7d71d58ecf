// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/step.h"
#include "ui/theme.h"

class Document;
class QModelIndex;

/// What a step's card says: its sentence, how many rows it touched, and one quiet line on its effect or its trouble.
struct CardText
{
    std::vector<SentencePart> sentence;
    QString hits; ///< empty while not known
    QString detail;
    QString mark; ///< in the place of the check box, on a card without one
    Tone tone = Tone::Muted; ///< of hits and detail
    bool isEnabled = true;

    QString sentenceText() const;
};

/// The text of a row of a StepsModel that shows the document's recipe.
CardText cardText(const QModelIndex &step, const Document &document);
/// The last card: what is done with the fit.
CardText bindCardText(const Document &document);
