// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/fit.h"

#include <QWidget>

#include <optional>

/// The fit as a bar: one segment per verdict of the target's keys, in the verdicts' colours; a segment that is not
/// empty is at least two pixels wide, so that one missing key among thousands is seen.
class FitBar final : public QWidget
{
    Q_OBJECT

public:
    explicit FitBar(QWidget *parent = nullptr);
    void setFit(const std::optional<Fit> &fit);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<Fit> m_fit;
};
