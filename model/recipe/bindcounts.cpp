// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/bindcounts.h"

#include "model/recipe/bind.h"
#include "model/recipe/keymatch.h"

#include <algorithm>

namespace {
using Matches = std::function<bool(KeyMatcher &matcher, std::size_t at)>;

/// Of each item, how many of `size` things match; false when asked to stop.
bool count(const std::vector<Node> &items, std::size_t size, const Matches &matches, Progress &progress,
           std::vector<qint64> &counts)
{
    constexpr std::size_t between = 4096; // looks at `progress`
    for (const Node &item : items) {
        Result<KeyMatcher> matcher = KeyMatcher::compile({item});
        qint64 matched = 0;
        for (std::size_t at = 0; matcher && at < size; ++at) {
            if (at % between == 0 && progress.stopRequested())
                return false;
            matched += matches(*matcher, at) ? 1 : 0;
        }
        counts.push_back(matcher && !matcher->error() ? matched : -1);
    }
    return true;
}

/// Nothing when asked to stop.
std::optional<qint64> countCounters(const Bind &bind, const Plan &plan, Progress &progress)
{
    constexpr std::size_t between = 4096; // looks at `progress`
    std::vector<Result<KeyMatcher>> lists;
    for (const auto *items : {&bind.skip, &bind.ignoreMissing, &bind.expectMissing})
        lists.push_back(KeyMatcher::compile(*items));
    const auto isListed = [&](const TargetKey &key) {
        return std::any_of(lists.begin(), lists.end(), [&](Result<KeyMatcher> &matcher) {
            return matcher && matcher->matches(key.name, key.dtype, key.shape);
        });
    };
    qint64 counters = 0;
    for (std::size_t at = 0; at < plan.targets.size(); ++at) {
        if (at % between == 0 && progress.stopRequested())
            return std::nullopt;
        const TargetKey &key = plan.target->keys()[at];
        counters += plan.targets[at].row == noRow && isCounter(key.name) && !isListed(key) ? 1 : 0;
    }
    return counters;
}
}

std::optional<BindCounts> countBind(const Bind &bind, const Plan &plan, Progress &progress)
{
    const auto isTarget = [&](KeyMatcher &matcher, std::size_t at) {
        const TargetKey &key = plan.target->keys()[at];
        return matcher.matches(key.name, key.dtype, key.shape);
    };
    const auto isUnexpected = [&](KeyMatcher &matcher, std::size_t at) {
        const Row &row = plan.table->rows[at];
        return plan.rows[at].target == noRow && matcher.matches(row.name, row.value->dtype, *row.value->shape);
    };
    const std::size_t targets = plan.target->keys().size();
    BindCounts counts;
    const bool isDone = count(bind.skip, targets, isTarget, progress, counts.skip)
        && count(bind.ignoreMissing, targets, isTarget, progress, counts.ignoreMissing)
        && count(bind.ignoreUnexpected, plan.rows.size(), isUnexpected, progress, counts.ignoreUnexpected)
        && count(bind.expectMissing, targets, isTarget, progress, counts.expectMissing);
    const auto counters = isDone ? countCounters(bind, plan, progress) : std::nullopt;
    if (!counters)
        return std::nullopt;
    counts.counters = *counters;
    return counts;
}
