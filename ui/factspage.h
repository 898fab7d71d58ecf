// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/keyfacts.h"
#include "ui/theme.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;

/// A key in the fixed face that wraps anywhere, so that it is always shown whole.
class KeyLabel final : public QWidget
{
    Q_OBJECT

public:
    KeyLabel(const QString &key, bool strong, QWidget *parent);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int layoutText(int width, QPainter *painter) const;

    QString m_key;
    QFont m_face;
};

/// Headings, sentences and lines of facts below each other.
class FactsPage final : public QWidget
{
    Q_OBJECT

public:
    explicit FactsPage(QWidget *parent = nullptr);
    QVBoxLayout *column() const { return m_column; }
    void addHeading(const QString &text);
    void addLines(const std::vector<FactLine> &lines);
    QLabel *addText(const QString &text, Tone tone);
    void addKey(const QString &key, bool strong);

private:
    QVBoxLayout *m_column;
};
