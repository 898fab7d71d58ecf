// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/keyverdict.h"
#include "ui/theme.h"

#include <QAbstractButton>
#include <QWidget>

class QButtonGroup;

/// A pill with a word in the colour of its meaning and a quiet count.
class ChipButton final : public QAbstractButton
{
    Q_OBJECT

public:
    ChipButton(const QString &word, Tone tone, QWidget *parent);
    void setCount(qint64 count);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone;
    QString m_count;
};

/// Verdict chips with counts; one is chosen at a time and filters the tree.
class ChipBar final : public QWidget
{
    Q_OBJECT

public:
    explicit ChipBar(QWidget *parent = nullptr);
    /// Leaves per verdict; with a target the common verdicts are always shown, so that the row stays where it is.
    void setCounts(const VerdictCounts &counts, bool hasTarget);
    VerdictSet chosen() const;
    void chooseAll();
    /// Whatever is not as it should be; else all.
    void showOnlyDifferences(bool only);
    bool isOnlyDifferences() const;

Q_SIGNALS:
    void chosenChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Chip
    {
        VerdictSet verdicts;
        bool isCommon = false;
        ChipButton *button = nullptr;
        bool isWanted = false; ///< where there is room
        bool isEmpty = true;
    };

    bool isFirst(const Chip &chip) const { return &chip == &m_chips.front(); }
    void fit();
    void add(const QString &word, Tone tone, VerdictSet verdicts, bool isCommon);

    std::vector<Chip> m_chips; ///< [0]: all; [1]: differences
    QButtonGroup *m_group;
};
