// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/filterwords.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class ChipBar;
class OfferList;
class QLabel;
class QLineEdit;

/// The filter line and the verdict chips above the tree. The line completes words and keys as one types, goes through
/// earlier lines with Up and Down, and tells its language.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBar(QWidget *parent = nullptr);

    ChipBar *chips() const { return m_chips; }
    QLineEdit *line() const { return m_line; }
    QString text() const;
    void clear();
    /// Why the filter could not be understood, shown beside the line; empty when it could.
    void setProblem(const QString &problem);
    /// Where keys to complete from come from.
    void setKeys(std::function<std::shared_ptr<const KeyTree>()> keys) { m_keys = std::move(keys); }

Q_SIGNALS:
    /// After a pause in typing, or at once on Return.
    void textChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool takeKey(const QKeyEvent &event);
    void offer();
    void offerLines();
    void showOffers();
    void accept(const QString &offered);
    void remember();
    void goBack(int by);

    QLineEdit *m_line;
    QLabel *m_problem;
    ChipBar *m_chips;
    OfferList *m_popup = nullptr; ///< made with the first offer, when the window is there
    QTimer m_pause;
    std::function<std::shared_ptr<const KeyTree>()> m_keys;
    FilterCompletion m_completion;
    int m_back = -1; ///< how far back in the history the line is; -1: it is none of those
    QString m_draft; ///< what was typed before going back
};
