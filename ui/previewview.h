// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/steppreview.h"

#include <QWidget>

/// What a step does on this file: how many keys, the fit, and some keys before and after.
class PreviewView final : public QWidget
{
    Q_OBJECT

public:
    explicit PreviewView(QWidget *parent);

    void setPreview(const StepPreview &preview);
    void clear();
    /// In words, line by line: what a screen reader says.
    QString text() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString summary() const;
    void paintLine(QPainter &painter, int top, const StepPreview::Line &line) const;
    int lineHeight() const;

    StepPreview m_preview;
    bool m_isShown = false;
};
