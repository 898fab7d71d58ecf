// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/namelist.h"

#include "model/base/text.h"

#include <algorithm>
#include <unordered_map>

namespace {
constexpr std::size_t mostComponents = 20'000; ///< that are remembered; a file has some hundred
constexpr std::size_t mostSorted = 2000; ///< beginnings that are looked at for one answer

bool isNumber(std::string_view text)
{
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}
}

std::shared_ptr<const NameList> NameList::make(std::vector<Name> names, std::shared_ptr<const void> owner,
                                               const Progress &progress)
{
    constexpr std::size_t often = 4096;
    auto list = std::make_shared<NameList>();
    list->m_owner = std::move(owner);
    std::unordered_map<std::string_view, qint64> counts;
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (at % often == 0 && progress.stopRequested())
            return nullptr;
        std::string_view rest = names[at];
        while (!rest.empty()) {
            const std::string_view component = rest.substr(0, rest.find('.'));
            rest.remove_prefix(std::min(component.size() + 1, rest.size()));
            if (component.empty() || isNumber(component))
                continue;
            if (const auto known = counts.find(component); known != counts.end())
                ++known->second;
            else if (counts.size() < mostComponents)
                counts.emplace(component, 1);
        }
    }
    std::sort(names.begin(), names.end());
    list->m_names = std::move(names);
    list->m_components.assign(counts.begin(), counts.end());
    std::sort(list->m_components.begin(), list->m_components.end(), [](const auto &left, const auto &right) {
        return left.second != right.second ? left.second > right.second : left.first < right.first;
    });
    return progress.stopRequested() ? nullptr : list;
}

std::vector<NameCompletion> NameList::beginnings(std::string_view typed, std::size_t most) const
{
    std::vector<NameCompletion> found;
    auto at = std::lower_bound(m_names.begin(), m_names.end(), typed);
    while (at != m_names.end() && at->starts_with(typed) && found.size() < mostSorted) {
        const std::size_t dot = at->find('.', typed.size());
        const std::string_view piece = dot == Name::npos ? std::string_view(*at) : at->substr(0, dot + 1);
        const auto isInside = [&](Name name) { return dot == Name::npos ? name == piece : name.starts_with(piece); };
        const auto end = std::partition_point(at, m_names.end(), isInside);
        found.push_back({std::string(piece), qint64(end - at)});
        at = end;
    }
    std::sort(found.begin(), found.end(), [](const NameCompletion &left, const NameCompletion &right) {
        return naturalLess(left.text, right.text);
    });
    found.resize(std::min(found.size(), most));
    return found;
}

std::vector<NameCompletion> NameList::components(std::string_view typed, std::size_t most) const
{
    std::vector<NameCompletion> found;
    for (const bool isStart : {true, false}) {
        for (const auto &[component, count] : m_components) {
            if (found.size() >= most)
                return found;
            if (component.starts_with(typed) == isStart && component.find(typed) != Name::npos)
                found.push_back({std::string(component), count});
        }
    }
    return found;
}

std::shared_ptr<const NameList> namesBefore(std::shared_ptr<const Plan> plan, int step, const Progress &progress)
{
    struct Owner
    {
        std::shared_ptr<const Plan> plan;
        Arena arena; ///< names that no row has any more
    };
    auto owner = std::make_shared<Owner>();
    owner->plan = std::move(plan);
    std::vector<Name> names;
    const auto addThen = [&](const Row &row) {
        if (step < 0 || !row.history || row.history->step < step) {
            names.push_back(row.name);
            return;
        }
        std::string name;
        for (const FormerName &former : formerNames(row)) {
            if (former.step >= step)
                name = former.name;
        }
        names.push_back(owner->arena.store(name));
    };
    // With what was joined to it since, which one of the steps inside a single one may have renamed before that.
    const auto add = [&](const Row &row) {
        if (step >= 0) {
            eachHistory(row.history, [&](const History &joining) {
                if (!joining.joined || joining.step < step)
                    return;
                for (const JoinedRow &joined : *joining.joined)
                    addThen({joined.name, nullptr, joined.history});
            });
        }
        addThen(row);
    };
    names.reserve(owner->plan->table->rows.size());
    for (const Row &row : owner->plan->table->rows)
        add(row);
    for (const DroppedRow &dropped : owner->plan->dropped) {
        if (step >= 0 && dropped.step >= step)
            add(dropped.row);
    }
    // Several rows may have been made of one.
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return NameList::make(std::move(names), std::move(owner), progress);
}
