// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/step.h"
#include "ui/searchpopup.h"
#include "ui/steppreviewer.h"

class Document;
class PreviewView;
class QLabel;
class QPushButton;

/// Every kind of step, to search and choose from, with its help, an example, and what such a step does on the file that
/// is open. A whole step can be typed too: `remove-prefix: module.`
class StepPalette final : public SearchPopup
{
    Q_OBJECT

public:
    StepPalette(const Document *document, QWidget *parent);
    /// Show below `anchor`, emptied, ready to type; a step would be put before step `place` of the recipe.
    void openBelow(QWidget *anchor, int place);

Q_SIGNALS:
    void chosen(const StepKind *kind);
    /// A step with its fields: typed, or the one that was shown on this file.
    void stepChosen(const Step &step);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill();
    void filter(const QString &text) override;
    void showExample(QListWidgetItem *item);
    void choose(QListWidgetItem *item) override;
    QWidget *makeHere();
    void tryOut(const StepKind *kind);
    void showTried(const StepPreviewer::Answer &answer);
    void addTried();
    void hideEvent(QHideEvent *event) override;

    QLabel *m_help;
    QLabel *m_step;
    QLabel *m_before;
    QLabel *m_after;
    StepPreviewer *m_previewer;
    QWidget *m_here; ///< what the step does on this file
    QLabel *m_tried;
    PreviewView *m_preview;
    QPushButton *m_add;
    std::optional<Step> m_offered; ///< that is shown
    std::optional<Step> m_typed;
    int m_place = 0;
};
