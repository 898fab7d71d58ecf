// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

/// A line with the path of a file. Without the keyboard it shows the whole name, leaving folders out of the middle when
/// there is no room; the tool tip has all of it.
class PathLine final : public QLineEdit
{
    Q_OBJECT

public:
    explicit PathLine(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};
