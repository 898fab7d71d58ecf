// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keytreeloader.h"

#include "model/base/release.h"
#include "model/items/keystretch.h"
#include "model/items/keytreemodel.h"

KeyTreeLoader::KeyTreeLoader(KeyTreeModel *model, QObject *parent) : QObject(parent), m_model(model)
{
    connect(&m_job, &JobBase::started, this, &KeyTreeLoader::runningChanged);
    connect(&m_job, &JobBase::finished, this, &KeyTreeLoader::runningChanged);
}

void KeyTreeLoader::setPlan(std::shared_ptr<const Plan> plan)
{
    replaceElsewhere(m_plan, std::move(plan));
    replaceElsewhere(m_whole, {});
    start();
}

void KeyTreeLoader::setOptions(const KeyTreeOptions &options)
{
    m_options = options;
    replaceElsewhere(m_whole, {});
    start();
}

void KeyTreeLoader::setFilter(const QString &text)
{
    const Result<KeyFilter> filter = KeyFilter::parse(text);
    const QString error = filter ? QString() : filter.error().message;
    if (error != m_filterError) {
        m_filterError = error;
        Q_EMIT filterErrorChanged();
    }
    if (!filter)
        return;
    m_filter = *filter;
    start();
}

void KeyTreeLoader::setVerdicts(const VerdictSet &verdicts)
{
    if (verdicts == m_verdicts)
        return;
    m_verdicts = verdicts;
    start();
}

void KeyTreeLoader::setSort(const KeySort &sort)
{
    if (sort == m_sort)
        return;
    m_sort = sort;
    start();
}

void KeyTreeLoader::start()
{
    if (!m_plan) {
        m_job.cancel();
        show({});
        return;
    }
    m_job.start(
        [plan = m_plan, whole = m_whole, options = m_options, filter = m_filter, verdicts = m_verdicts,
         sort = m_sort](Progress &progress) -> Trees {
            Trees trees;
            trees.whole = whole ? whole : buildKeyTree(plan, options, progress);
            const auto found = trees.whole ? filterKeyTree(trees.whole, filter, {}, progress) : nullptr;
            if (!found)
                return {};
            trees.counts = found->counts(0);
            const auto kept = filterKeyTree(found, {}, verdicts, progress);
            const auto sorted = kept ? sortKeyTree(kept, sort, progress) : nullptr;
            trees.shown = sorted ? stretchKeyTree(sorted, options, progress) : nullptr;
            return trees;
        },
        [this](Trees trees) {
            if (trees.shown)
                show(trees);
        });
}

void KeyTreeLoader::show(const Trees &trees)
{
    replaceElsewhere(m_whole, trees.whole);
    m_counts = trees.counts;
    Q_EMIT aboutToShow();
    m_model->setTree(trees.shown);
    Q_EMIT shown();
}
