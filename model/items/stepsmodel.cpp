// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/stepsmodel.h"

#include "model/base/release.h"

#include <QMimeData>
#include <QStringList>

#include <algorithm>

namespace {
QString mimeType()
{
    return QStringLiteral("application/x-weightsmith-step");
}

/// Where two lists of steps differ: `head` equal steps at the start, `tail` at the end.
struct Difference
{
    std::size_t head = 0;
    std::size_t tail = 0;

    Difference(const std::vector<Step> &left, const std::vector<Step> &right)
    {
        const std::size_t shorter = std::min(left.size(), right.size());
        while (head < shorter && left[head] == right[head])
            ++head;
        while (tail < shorter - head && left[left.size() - 1 - tail] == right[right.size() - 1 - tail])
            ++tail;
    }
};
}

StepsModel::StepsModel(QObject *parent) : QAbstractListModel(parent) {}

void StepsModel::show(const Recipe &recipe, std::shared_ptr<const Plan> plan)
{
    follow(recipe.steps());
    replaceElsewhere(m_plan, std::move(plan));
    matchPlan();
    if (!m_steps.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

/// Become `next` by the smallest change a view can follow: one move, an edit in place, or rows in and out.
void StepsModel::follow(const std::vector<Step> &next)
{
    const Difference difference(m_steps, next);
    const auto first = m_steps.begin() + qptrdiff(difference.head);
    const auto last = m_steps.end() - qptrdiff(difference.tail);
    const auto nextFirst = next.begin() + qptrdiff(difference.head);
    const auto nextLast = next.end() - qptrdiff(difference.tail);
    const auto head = int(difference.head);
    const auto count = int(std::distance(first, last));
    if (std::distance(nextFirst, nextLast) == count) {
        const bool isDown = count > 1 && std::equal(first + 1, last, nextFirst) && *first == *(nextLast - 1);
        const bool isUp = count > 1 && std::equal(first, last - 1, nextFirst + 1) && *(last - 1) == *nextFirst;
        const int from = isDown ? head : head + count - 1;
        const int to = isDown ? head + count : head;
        const bool isMove = (isDown || isUp) && beginMoveRows({}, from, from, {}, to);
        m_steps = next;
        m_planned.resize(m_steps.size(), -1);
        if (isMove)
            endMoveRows();
        return;
    }
    if (count > 0) {
        beginRemoveRows({}, head, head + count - 1);
        m_steps.erase(first, last);
        m_planned.resize(m_steps.size());
        endRemoveRows();
    }
    if (nextFirst != nextLast) {
        beginInsertRows({}, head, head + int(std::distance(nextFirst, nextLast)) - 1);
        m_steps = next;
        m_planned.resize(m_steps.size(), -1);
        endInsertRows();
    }
}

void StepsModel::matchPlan()
{
    m_planned.assign(m_steps.size(), -1);
    if (!m_plan)
        return;
    const std::vector<Step> &steps = m_plan->recipe.steps();
    const Difference difference(m_steps, steps);
    const bool sameLength =
        steps.size() == m_steps.size(); // an edit in place keeps its numbers until the new ones come
    for (std::size_t row = 0; row < m_steps.size(); ++row) {
        if (row < difference.head || sameLength)
            m_planned[row] = int(row);
        else if (row >= m_steps.size() - difference.tail)
            m_planned[row] = int(row + steps.size() - m_steps.size());
    }
}

int StepsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_steps.size());
}

QVariant StepsModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index, CheckIndexOption::IndexIsValid));
    const Step &step = m_steps[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole: return step.sentenceText();
    case Qt::CheckStateRole: return int(step.enabled ? Qt::Checked : Qt::Unchecked);
    case SentenceRole: return QVariant::fromValue(step.sentence());
    case TitleRole: return QString::fromUtf8(step.kind().title.data(), qsizetype(step.kind().title.size()));
    case NoteRole: return QString::fromStdString(step.note);
    default: return role > Qt::UserRole ? planData(index.row(), role) : QVariant();
    }
}

QVariant StepsModel::planData(int row, int role) const
{
    const int step = planned(row);
    const auto at = std::size_t(std::max(step, 0));
    const StepReport report = step < 0 ? StepReport{-1, -1, false, {}} : m_plan->steps[at];
    const bool isReached = step < 0 || !m_plan->error || m_plan->failedStep < 0 || step <= m_plan->failedStep;
    const bool hasFit = step >= 0 && at + 1 < m_plan->matchedKeys.size();
    switch (role) {
    case MatchedRole: return isReached ? qlonglong(report.matched) : qlonglong(-1);
    case ChangedRole: return isReached ? qlonglong(report.changed) : qlonglong(-1);
    case FitBeforeRole: return hasFit ? qlonglong(m_plan->matchedKeys[at]) : qlonglong(-1);
    case FitAfterRole: return hasFit ? qlonglong(m_plan->matchedKeys[at + 1]) : qlonglong(-1);
    case SkippedRole: return report.skipped;
    case ReasonRole: return report.reason;
    case ErrorRole:
        return step >= 0 && m_plan->error && m_plan->failedStep == step ? m_plan->error->message : QString();
    case NotReachedRole: return !isReached;
    case FindingsRole: {
        QStringList messages;
        if (step >= 0 && at < m_plan->findingsOf.size()) {
            for (const Finding &finding : m_plan->findingsOf[at])
                messages += finding.message;
        }
        return messages;
    }
    default: return {};
    }
}

bool StepsModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    Q_EMIT enableRequested(index.row(), value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags StepsModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsDragEnabled
        | Qt::ItemNeverHasChildren;
}

Qt::DropActions StepsModel::supportedDropActions() const
{
    return Qt::MoveAction;
}

QStringList StepsModel::mimeTypes() const
{
    return {mimeType()};
}

QMimeData *StepsModel::mimeData(const QModelIndexList &indexes) const
{
    if (indexes.isEmpty())
        return nullptr;
    auto *data = new QMimeData; // the drag owns it
    data->setData(mimeType(), QByteArray::number(indexes.first().row()));
    return data;
}

/// Answers false: the view must not take the row out itself, the document's edit moves it.
bool StepsModel::dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int, const QModelIndex &parent)
{
    if (action != Qt::MoveAction || !data || !data->hasFormat(mimeType()))
        return false;
    const int from = data->data(mimeType()).toInt();
    const int before = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    if (from < 0 || from >= rowCount())
        return false;
    const int to = before > from ? before - 1 : before;
    if (to != from)
        Q_EMIT moveRequested(from, to);
    return false;
}
