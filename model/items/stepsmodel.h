// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

#include <QAbstractListModel>

/// The steps of a recipe as a list: the sentence of each, and what it did in the newest plan.
/// Changes nothing itself: a tick or a drag asks through a signal, the window edits the document, and the model
/// follows.
class StepsModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        SentenceRole = Qt::UserRole, ///< std::vector<SentencePart>
        TitleRole, ///< QString: "Remove prefix"
        NoteRole, ///< QString: the step's `note`
        MatchedRole, ///< qlonglong: rows it applied to, or -1 while unknown
        ChangedRole, ///< qlonglong: rows it renamed, changed or took out, or -1
        FitBeforeRole, ///< qlonglong: target keys that fit before it, or -1
        FitAfterRole, ///< qlonglong: target keys that fit after it, or -1
        SkippedRole, ///< bool: switched off, or its condition did not hold
        ReasonRole, ///< QString: why it was skipped
        FindingsRole, ///< QStringList: messages about this step
        ErrorRole, ///< QString: why the plan stopped at this step; empty when it did not
        NotReachedRole, ///< bool: the plan stopped at an earlier step
    };

    explicit StepsModel(QObject *parent = nullptr);

    /// Show a recipe with the newest plan, which may be of an older recipe: its numbers stay beside the steps that are
    /// still there. Rows are inserted, moved and removed one by one.
    void show(const Recipe &recipe, std::shared_ptr<const Plan> plan);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override;
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;

Q_SIGNALS:
    /// The user ticked or unticked a step.
    void enableRequested(int row, bool enabled);
    /// The user dragged a step: as Recipe::withMoved(from, to).
    void moveRequested(int from, int to);

private:
    void follow(const std::vector<Step> &next);
    void matchPlan();
    int planned(int row) const { return m_planned[std::size_t(row)]; }
    QVariant planData(int row, int role) const;

    std::vector<Step> m_steps;
    std::vector<int> m_planned; ///< per row: the step of the plan that its numbers come from, or -1
    std::shared_ptr<const Plan> m_plan;
};
