// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handpairs.h"

#include "model/items/keytext.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace {
using Refusal = HandPairs::Refusal;

bool gives(const KeyTree &tree, quint32 leaf)
{
    return tree.all->leaves[leaf].row != noRow;
}

bool takes(const KeyTree &tree, quint32 leaf)
{
    return tree.all->leaves[leaf].target != noRow;
}

template<typename Is>
bool anyBelow(const KeyTree &tree, quint32 row, Is is)
{
    const auto first = tree.order.begin() + tree.nodes[row].firstLeaf;
    return std::any_of(first, first + tree.nodes[row].leafCount, [&](quint32 leaf) { return is(tree, leaf); });
}

HandPairs refused(Refusal why, std::string from, std::string to)
{
    HandPairs pairs;
    pairs.refusal = why;
    pairs.from = std::move(from);
    pairs.to = std::move(to);
    return pairs;
}

HandPairs ofKeys(const KeyTree &tree, quint32 from, quint32 to)
{
    const KeyLeaves &all = *tree.all;
    HandPairs pairs;
    pairs.from = all.names[from];
    pairs.to = all.names[to];
    pairs.given = *all.value(from)->shape;
    pairs.wanted = all.target(to)->anyShape ? pairs.given : all.target(to)->shape;
    pairs.replaces = gives(tree, to);
    pairs.pairs.emplace_back(pairs.from, pairs.to);
    return pairs;
}

/// Keys that are called the same below both, and whose shapes agree.
HandPairs ofGroups(const KeyTree &tree, quint32 from, quint32 to)
{
    const KeyLeaves &all = *tree.all;
    const auto relative = [&](quint32 leaf, quint32 row) { return all.names[leaf].substr(tree.path(row).size()); };
    const auto leaves = [&](quint32 row) {
        const auto first = tree.order.begin() + tree.nodes[row].firstLeaf;
        return std::span(first, first + tree.nodes[row].leafCount);
    };
    HandPairs pairs;
    pairs.isGroup = true;
    pairs.from = tree.path(from);
    pairs.to = tree.path(to);
    std::unordered_map<std::string_view, quint32> wanted;
    for (const quint32 leaf : leaves(to)) {
        if (takes(tree, leaf))
            wanted.emplace(relative(leaf, to), leaf);
    }
    for (const quint32 leaf : leaves(from)) {
        const auto found = gives(tree, leaf) ? wanted.find(relative(leaf, from)) : wanted.end();
        if (found == wanted.end() || found->second == leaf)
            continue;
        if (all.target(found->second)->takes(*all.value(leaf)->shape))
            pairs.pairs.emplace_back(all.names[leaf], all.names[found->second]);
        else
            ++pairs.misfits;
    }
    if (pairs.pairs.empty())
        pairs.refusal = Refusal::NothingFits;
    return pairs;
}

/// How many components two names share in their order.
std::size_t sharedComponents(std::string_view left, std::string_view right)
{
    constexpr std::size_t most = 32; // components of a name that count
    std::array<std::string_view, most> parts;
    std::size_t count = 0;
    const auto next = [](std::string_view &rest) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        const std::string_view part = rest.substr(0, dot);
        rest.remove_prefix(std::min(dot + 1, rest.size()));
        return part;
    };
    while (!right.empty() && count < most)
        parts[count++] = next(right);
    std::array<std::size_t, most + 1> longest{}; // common subsequence with the first so many parts
    while (!left.empty()) {
        const std::string_view part = next(left);
        std::size_t diagonal = 0;
        for (std::size_t at = 1; at <= count; ++at) {
            const std::size_t above = longest[at];
            longest[at] = part == parts[at - 1] ? diagonal + 1 : std::max(above, longest[at - 1]);
            diagonal = above;
        }
    }
    return longest[count];
}

std::string_view lastComponent(std::string_view name)
{
    return name.substr(name.rfind('.') + 1);
}
}

HandPairs handPairs(const KeyTree &tree, quint32 row, quint32 other)
{
    const bool isSource = anyBelow(tree, row, gives) && anyBelow(tree, other, takes);
    const bool isOther = !isSource && anyBelow(tree, other, gives) && anyBelow(tree, row, takes);
    const quint32 from = isOther ? other : row;
    const quint32 to = isOther ? row : other;
    const bool isGroup = tree.nodes[from].isGroup();
    const auto nameOf = [&tree](quint32 node) {
        return tree.nodes[node].isBundle() ? pathText(tree, node).toStdString() : std::string(tree.path(node));
    };
    const auto refuse = [&](Refusal why) { return refused(why, nameOf(from), nameOf(to)); };
    if (row == other)
        return refuse(Refusal::SameRow);
    if (tree.nodes[from].isBundle() || tree.nodes[to].isBundle())
        return refuse(Refusal::SeveralRows);
    if (!isSource && !isOther)
        return refuse(anyBelow(tree, row, gives) ? Refusal::NoTarget : Refusal::NoSource);
    if (isGroup != tree.nodes[to].isGroup())
        return refuse(Refusal::KeyAndGroup);
    if (std::max(tree.nodes[from].leafCount, tree.nodes[to].leafCount) > mostHandPairs)
        return refuse(Refusal::TooMany);
    return isGroup ? ofGroups(tree, from, to) : ofKeys(tree, tree.leaf(from), tree.leaf(to));
}

std::vector<HandPairs> likelyPairs(const KeyTree &tree, quint32 row, std::size_t most)
{
    constexpr std::size_t mostCompared = 20000;
    const KeyLeaves &all = *tree.all;
    const KeyVerdict verdict = tree.verdict(row);
    if (tree.nodes[row].isGroup() || (verdict != KeyVerdict::Missing && verdict != KeyVerdict::Unexpected))
        return {};
    const bool isMissing = verdict == KeyVerdict::Missing;
    const KeyVerdict partner = isMissing ? KeyVerdict::Unexpected : KeyVerdict::Missing;
    const quint32 leaf = tree.leaf(row);
    const Shape &shape = all.shape(leaf);
    struct Candidate
    {
        bool fits;
        std::size_t shared;
        std::size_t size;
        quint32 leaf;
        bool operator<(const Candidate &other) const
        {
            return std::tuple(other.fits, other.shared, size, leaf) < std::tuple(fits, shared, other.size, other.leaf);
        }
    };
    std::vector<Candidate> found;
    for (quint32 other = 0; other < all.leaves.size() && found.size() < mostCompared; ++other) {
        if (all.verdicts[other] != partner)
            continue;
        const bool fits = all.shape(other) == shape;
        const bool isAlike = all.shape(other).size() == shape.size()
            && lastComponent(all.names[other]) == lastComponent(all.names[leaf]);
        if (fits || isAlike)
            found.push_back(
                {fits, sharedComponents(all.names[leaf], all.names[other]), all.names[other].size(), other});
    }
    most = std::min(most, found.size());
    std::partial_sort(found.begin(), found.begin() + qint64(most), found.end());
    std::vector<HandPairs> pairs;
    for (std::size_t at = 0; at < most; ++at)
        pairs.push_back(isMissing ? ofKeys(tree, found[at].leaf, leaf) : ofKeys(tree, leaf, found[at].leaf));
    return pairs;
}

namespace {
/// Pairs after which those of `added` hold too; `added` names what `pairs` has made.
NamePairs joined(NamePairs pairs, const NamePairs &added)
{
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t at = 0; at < pairs.size(); ++at)
        places.emplace(pairs[at].first, at);
    for (std::size_t at = 0; at < pairs.size(); ++at)
        places[*pairs[at].second] = at; // the name now tells more than the one before
    std::vector<bool> isNew(pairs.size());
    std::unordered_set<std::string> taken;
    for (const auto &[from, to] : added) {
        taken.insert(*to);
        const auto place = places.find(from);
        if (place == places.end()) {
            pairs.emplace_back(from, to);
            isNew.push_back(true);
        } else {
            pairs[place->second].second = to;
            isNew[place->second] = true;
        }
    }
    NamePairs kept;
    for (std::size_t at = 0; at < pairs.size(); ++at) {
        const bool givesUp = !isNew[at] && taken.contains(*pairs[at].second);
        if (!givesUp && pairs[at].first != *pairs[at].second)
            kept.push_back(std::move(pairs[at]));
    }
    return kept;
}
}

std::optional<PairedRecipe> withPairs(const Recipe &recipe, const NamePairs &added)
{
    const std::vector<Step> &steps = recipe.steps();
    const auto last = std::find_if(steps.rbegin(), steps.rend(), [](const Step &step) { return step.enabled; });
    const bool extends = last != steps.rend() && last->kind().word == "pairs" && !last->when;
    const int place = extends ? int(std::distance(last, steps.rend())) - 1 : int(steps.size());
    NamePairs before;
    if (const auto held = extends ? last->field("pairs") : std::nullopt) {
        if (Result<NamePairs> parsed = Codec<NamePairs>::parse(*held))
            before = std::move(*parsed);
    }
    const NamePairs pairs = joined(std::move(before), added);
    if (pairs.empty() && extends)
        return PairedRecipe{recipe.withRemoved(place), -1};
    const Step start = extends ? *last : Step(*findStepKind("pairs"));
    const Result<Step> step = start.withField("pairs", Codec<NamePairs>::print(pairs));
    if (!step)
        return std::nullopt;
    return PairedRecipe{extends ? recipe.withStep(place, *step) : recipe.withInserted(place, *step), place};
}
