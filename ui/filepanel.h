// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/objecttreemodel.h"

#include <QWidget>

class FactsPage;
class QScrollArea;
class QTreeView;

/// The file as a whole: what it is, what its pickle names and how dangerous that would be, and all it holds besides
/// tensors, readable.
class FilePanel final : public QWidget
{
    Q_OBJECT

public:
    explicit FilePanel(QWidget *parent = nullptr);
    void setCheckpoint(const std::shared_ptr<const Checkpoint> &checkpoint);

private:
    void showFacts(const Checkpoint &checkpoint);
    void showNames(FactsPage *page, const Checkpoint &checkpoint);

    ObjectTreeModel m_objects;
    QScrollArea *m_facts;
    QTreeView *m_tree;
};
