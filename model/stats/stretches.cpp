// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/stretches.h"

#include "model/base/saturate.h"

#include <algorithm>

Stretches::Stretches(std::vector<Extent> extents) : m_extents(std::move(extents))
{
    constexpr std::size_t mostSubjects = 256;
    constexpr qint64 mostElements = 1 << 20;
    qint64 elements = 0;
    for (std::size_t i = 0; i < m_extents.size(); ++i) {
        const Extent &extent = m_extents[i];
        const bool joins = !m_runs.empty() && m_runs.back().tasks == 1 && extent.stretches() == 1
            && extent.elements <= mostElements - elements && i - m_runs.back().first < mostSubjects;
        if (joins) {
            m_runs.back().last = i;
            elements += extent.elements;
            continue;
        }
        m_runs.push_back({m_tasks, extent.isStream ? 1 : extent.stretches(), i, i});
        elements = extent.elements;
        addSaturated(m_tasks, m_runs.back().tasks);
    }
}

const Stretches::Run &Stretches::run(qint64 task) const
{
    const auto behind = std::upper_bound(m_runs.begin(), m_runs.end(), task,
                                         [](qint64 number, const Run &run) { return number < run.firstTask; });
    return *(behind - 1);
}

Stretch Stretches::stretch(std::size_t subject, qint64 number) const
{
    const Extent &extent = m_extents[subject];
    const qint64 first = number * extent.most;
    const qint64 count = std::min(extent.elements - first, extent.most);
    return {first, count, count == extent.elements};
}

qint64 Stretches::elements() const
{
    qint64 all = 0;
    for (const Extent &extent : m_extents)
        addSaturated(all, extent.elements);
    return all;
}
