// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/finding.h"

#include <QAbstractListModel>

/// Findings as a list, the gravest first, otherwise in their order.
class FindingsModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        SeverityRole = Qt::UserRole, ///< Finding::Severity as int
        KindRole, ///< QString: "no-effect", "collision"
        KeyRole, ///< QByteArray: the key it is about, as the file has it; empty: none
        StepRole, ///< int: the step it is about, or -1
    };

    explicit FindingsModel(QObject *parent = nullptr);

    /// Show these; only rows that differ change.
    void setFindings(const Findings &findings);
    /// How many there are of a severity.
    int count(Finding::Severity severity) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    Findings m_findings;
};
