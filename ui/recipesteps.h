// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipewords.h"
#include "ui/sentence.h"

#include <QWidget>

/// The steps of a recipe to read: numbered sentences, and below each what else there is to say of it.
class RecipeSteps final : public QWidget
{
    Q_OBJECT

public:
    explicit RecipeSteps(QWidget *parent);

    void setLines(std::vector<StepLine> lines);
    /// In words, line by line: what a screen reader says.
    QString text() const;

    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    /// One step, laid out.
    struct Line
    {
        int top = 0;
        SentenceLayout sentence;
        QRect remarks;
        QString remarkText;
    };

    int numberWidth() const;
    void layOut(int width) const;

    std::vector<StepLine> m_steps;
    mutable std::vector<Line> m_lines; ///< for m_width
    mutable int m_width = -1;
    mutable int m_height = 0;
};
