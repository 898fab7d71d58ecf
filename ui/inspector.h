// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/keyfacts.h"
#include "ui/theme.h"

#include <QModelIndex>
#include <QScrollArea>

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

/// What is known of the selected key: facts, where it comes from, what becomes of it.
class Inspector final : public QScrollArea
{
    Q_OBJECT

public:
    explicit Inspector(QWidget *parent = nullptr);
    /// Show a row of the key tree; an invalid index shows what to do.
    void showIndex(const std::shared_ptr<const Plan> &plan, const QModelIndex &index);

private:
    QVBoxLayout *startPage();
    void showKey(const KeyFacts &facts);
    void showGroup(const QModelIndex &index);
    void addHeading(QVBoxLayout *column, const QString &text);
    void addLines(QVBoxLayout *column, const std::vector<FactLine> &lines);
    QLabel *addText(QVBoxLayout *column, const QString &text, Tone tone);
};
