// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/items/keykin.h"
#include "model/items/keytotals.h"
#include "ui/factspage.h"

#include <QModelIndex>
#include <QStackedWidget>

class FilePanel;
class QPushButton;
class QScrollArea;

/// What is known of the selected key: facts, where it comes from, what becomes of it, and which keys it may be meant
/// to pair with. Its other side tells of the file as a whole.
class Inspector final : public QStackedWidget
{
    Q_OBJECT

public:
    explicit Inspector(QWidget *parent = nullptr);
    /// Show a row of the key tree; an invalid index shows what to do.
    void showIndex(const std::shared_ptr<const Plan> &plan, const QModelIndex &index);
    /// Show what several rows hold together.
    void showTotals(const KeyTotals &totals);
    void setCheckpoint(const std::shared_ptr<const Checkpoint> &checkpoint);
    /// The two buttons *Key | File*, for the panel's title.
    QWidget *switches() const { return m_switches; }

Q_SIGNALS:
    /// The user wants these two keys to be one.
    void pairChosen(const HandPairs &pairs);
    void goToRequested(const QString &key);

private:
    void makeSwitches();
    FactsPage *startPage();
    void showKey(const KeyFacts &facts);
    void showGroup(const QModelIndex &index);
    static void addCounts(FactsPage *page, std::span<const qint64> counts);
    void lookAround(const std::shared_ptr<const KeyTree> &tree, quint32 node);
    void showKin(const KeyKin &kin);
    void showLikely(const std::vector<HandPairs> &likely);
    QWidget *likelyRow(const HandPairs &pairs);
    void showNames(FactsPage *page, const QString &heading, const KeyNames &names);

    QScrollArea *m_scroll;
    FilePanel *m_file;
    QWidget *m_switches;
    FactsPage *m_near = nullptr; ///< of the page shown: near misses, as soon as they are known
    FactsPage *m_ties = nullptr; ///< of the page shown: what shares its storage
    bool m_isMissing = false; ///< the key shown is; else it is unexpected, if m_near is there
    Job<KeyKin> m_looking;
};
