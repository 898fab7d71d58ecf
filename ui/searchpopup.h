// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

/// A popup with a search line and a list, in which the keyboard stays in the line: arrows move through what the search
/// shows, Enter chooses, Escape closes. What is found, and what choosing does, is said by those that derive from it.
class SearchPopup : public QFrame
{
    Q_OBJECT

protected:
    /// What a click on an item does: chooses it, as Enter does, while the pointer makes items current; or makes it
    /// current.
    enum class Click : quint8 { Chooses, Selects };

    explicit SearchPopup(QWidget *parent, Click click = Click::Chooses);

    /// Hide what does not match, and make an item the current one: called whenever the text changes.
    virtual void filter(const QString &text) = 0;
    virtual void choose(QListWidgetItem *item) = 0;
    /// The first item that is not hidden and no heading (which is not enabled), or null.
    QListWidgetItem *firstShown() const;
    /// Whether a text has all of the words, in any case.
    static bool hasAll(const QString &text, const QStringList &words);

    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

    QLineEdit *m_search;
    QListWidget *m_list;

private:
    bool isReachable(int row) const;
    void moveCurrent(int by);
};
