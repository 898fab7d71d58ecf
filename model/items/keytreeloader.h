// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/items/keyfilter.h"
#include "model/items/keysort.h"

class KeyTreeModel;

/// Builds and filters key trees off the GUI thread and hands the model whole trees: what stands between a document and
/// the tree view. Everything set replaces what still runs; the model keeps its last tree until the next is there.
class KeyTreeLoader final : public QObject
{
    Q_OBJECT

public:
    /// `model` must outlive the loader.
    explicit KeyTreeLoader(KeyTreeModel *model, QObject *parent = nullptr);

    /// Show this plan; null shows nothing at once.
    void setPlan(std::shared_ptr<const Plan> plan);
    void setOptions(const KeyTreeOptions &options);
    /// Filter by this line. A line that makes no sense leaves the filter as it was; filterError() says why.
    void setFilter(const QString &text);
    /// Show only these verdicts; an empty set shows all.
    void setVerdicts(const VerdictSet &verdicts);

    void setSort(const KeySort &sort);

    const VerdictSet &verdicts() const { return m_verdicts; }
    /// All rows of the newest tree, whatever is shown; null before the first.
    const std::shared_ptr<const KeyTree> &whole() const { return m_whole; }
    /// Why the newest filter line makes no sense; empty when it does.
    const QString &filterError() const { return m_filterError; }
    /// Whether the tree shown leaves rows out.
    bool isFiltered() const { return !m_filter.isEmpty() || !m_verdicts.isEmpty(); }
    /// Leaves per verdict that the filter line lets through, whatever the verdicts shown: the numbers on the chips.
    const VerdictCounts &counts() const { return m_counts; }
    bool isRunning() const { return m_job.isRunning(); }

Q_SIGNALS:
    /// The model is about to get a new tree (keep expansion and selection by name).
    void aboutToShow();
    /// The model has it; counts() are new.
    void shown();
    void filterErrorChanged();
    void runningChanged();

private:
    struct Trees
    {
        std::shared_ptr<const KeyTree> whole;
        std::shared_ptr<const KeyTree> shown;
        VerdictCounts counts{};
    };

    void start();
    void show(const Trees &trees);

    KeyTreeModel *m_model;
    std::shared_ptr<const Plan> m_plan;
    std::shared_ptr<const KeyTree> m_whole; ///< of m_plan and m_options; null until built
    KeyTreeOptions m_options;
    KeyFilter m_filter;
    VerdictSet m_verdicts;
    KeySort m_sort;
    QString m_filterError;
    VerdictCounts m_counts{};
    Job<Trees> m_job;
};
