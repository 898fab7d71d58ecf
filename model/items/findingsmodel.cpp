// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/findingsmodel.h"

#include <algorithm>

namespace {
bool isSame(const Finding &left, const Finding &right)
{
    return left.severity == right.severity && left.kind == right.kind && left.message == right.message
        && left.where.key == right.where.key && left.where.step == right.where.step;
}
}

FindingsModel::FindingsModel(QObject *parent) : QAbstractListModel(parent) {}

void FindingsModel::setFindings(const Findings &findings)
{
    Findings next = findings;
    std::stable_sort(next.begin(), next.end(),
                     [](const Finding &left, const Finding &right) { return left.severity > right.severity; });
    const auto [oldEnd, newEnd] = std::mismatch(m_findings.begin(), m_findings.end(), next.begin(), next.end(), isSame);
    const auto first = int(std::distance(m_findings.begin(), oldEnd));
    if (oldEnd != m_findings.end()) {
        beginRemoveRows({}, first, int(m_findings.size()) - 1);
        m_findings.erase(oldEnd, m_findings.end());
        endRemoveRows();
    }
    if (newEnd != next.end()) {
        beginInsertRows({}, first, int(next.size()) - 1);
        m_findings = std::move(next);
        endInsertRows();
    }
}

int FindingsModel::count(Finding::Severity severity) const
{
    return int(std::count_if(m_findings.begin(), m_findings.end(),
                             [severity](const Finding &finding) { return finding.severity == severity; }));
}

int FindingsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_findings.size());
}

QVariant FindingsModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index, CheckIndexOption::IndexIsValid));
    const Finding &finding = m_findings[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole: return finding.message;
    case SeverityRole: return int(finding.severity);
    case KindRole: return QString::fromStdString(finding.kind);
    case KeyRole: return QByteArray::fromStdString(finding.where.key);
    case StepRole: return finding.where.step;
    default: return {};
    }
}
