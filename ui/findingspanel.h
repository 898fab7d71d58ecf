// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/findingsmodel.h"

#include <QWidget>

class QListView;

/// Everything found in the file, the target and the recipe; a click goes to the key or the step concerned.
class FindingsPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit FindingsPanel(QWidget *parent = nullptr);
    void setFindings(const Findings &findings);
    /// Warnings and errors.
    int warnings() const;
    int count() const { return m_model.rowCount(); }
    QSize sizeHint() const override;

Q_SIGNALS:
    void goToRequested(const Finding::Where &where);

private:
    void go(const QModelIndex &index);

    FindingsModel m_model;
    QListView *m_list;
};
