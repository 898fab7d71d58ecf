// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/searchpopup.h"

#include <vector>

class QLabel;

/// One line of a ChoicePopup.
struct Choice
{
    QString text;
    QString detail = {}; ///< quiet, at the right: a shortcut
    QString help = {}; ///< said below the list while the line is the current one: what it does, or why it cannot
    bool isPossible = true; ///< others are shown faint and cannot be chosen
};

/// A list over the window to search and choose from by typing, arrows and Enter, or by mouse.
class ChoicePopup final : public SearchPopup
{
    Q_OBJECT

public:
    ChoicePopup(const QString &name, const QString &placeholder, QWidget *parent);
    /// Show these, `current` being the line to start from, with the upper left corner at a global position.
    void open(const std::vector<Choice> &choices, int current, const QPoint &at);

Q_SIGNALS:
    /// The popup has closed; the number is the choice's place in what was shown.
    void chosen(int choice);

private:
    void filter(const QString &text) override;
    void choose(QListWidgetItem *item) override;

    QLabel *m_help;
    int m_current = 0; ///< while nothing is searched for
};
