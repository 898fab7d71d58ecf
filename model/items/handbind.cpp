// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handbind.h"

#include "model/items/handsteps.h"

#include <algorithm>

namespace {
/// Whether `named`, a key or a prefix with its dot, stands for `name`.
bool standsFor(std::string_view named, std::string_view name)
{
    return named == name || (named.ends_with('.') && name.starts_with(named));
}

/// Keys and prefixes of the rows, sorted, none below another.
std::vector<std::string> namesOf(const KeyTree &tree, const std::vector<quint32> &rows)
{
    std::vector<std::string> names;
    for (const quint32 row : rows)
        names.push_back(std::string(tree.path(row)) + (tree.nodes[row].isGroup() ? "." : ""));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end(), standsFor), names.end());
    return names;
}

bool isNamed(const std::vector<std::string> &names, Name name)
{
    const auto after = std::upper_bound(names.begin(), names.end(), name, std::less<>());
    return after != names.begin() && standsFor(*std::prev(after), name);
}

struct Touched
{
    qint64 skipped = 0;
    qint64 missing = 0;
    qint64 created = 0; ///< counters, which are made no more when they may be missing
    qint64 unreached = 0; ///< by the source: what the target could fill
    qint64 allUnreached = 0; ///< not of these names alone
    bool isPlain = true; ///< no other target key holds the text of the one name
};

Touched touchedBy(const KeyTree &tree, const std::vector<std::string> &names)
{
    const KeyLeaves &all = *tree.all;
    Touched touched;
    for (std::size_t leaf = 0; leaf < all.leaves.size(); ++leaf) {
        if (all.leaves[leaf].target == noRow)
            continue;
        const KeyVerdict verdict = all.verdicts[leaf];
        const bool isUnreached = verdict == KeyVerdict::Missing || verdict == KeyVerdict::MissingTied
            || verdict == KeyVerdict::Skipped || verdict == KeyVerdict::Ignored
            || (verdict == KeyVerdict::Created && all.leaves[leaf].row == noRow);
        touched.allUnreached += isUnreached ? 1 : 0;
        touched.unreached += isUnreached && isNamed(names, all.names[leaf]) ? 1 : 0;
        if (isNamed(names, all.names[leaf])) {
            touched.skipped += verdict == KeyVerdict::Skipped ? 0 : 1;
            touched.missing += verdict == KeyVerdict::Missing || verdict == KeyVerdict::MissingTied ? 1 : 0;
            touched.created += verdict == KeyVerdict::Created ? 1 : 0;
        } else if (names.size() == 1 && all.names[leaf].find(names.front()) != Name::npos) {
            touched.isPlain = false;
        }
    }
    return touched;
}

std::vector<Node> itemsFor(const std::vector<std::string> &names, bool isPlain)
{
    if (names.size() == 1 && isPlain)
        return {Node::scalar(names.front())};
    std::vector<Node> items;
    for (const bool isPrefix : {false, true}) {
        std::vector<Node> texts;
        for (const std::string &name : names) {
            if (name.ends_with('.') == isPrefix)
                texts.push_back(Node::scalar(name));
        }
        if (!texts.empty()) {
            Node value = texts.size() == 1 ? texts.front() : Node::list(std::move(texts));
            items.push_back(Node::map({{isPrefix ? "prefix" : "exact", std::move(value)}}));
        }
    }
    return items;
}

/// A name that no recipe can hold makes no selector.
bool isWritable(const std::vector<std::string> &names)
{
    const std::vector<Node> items = itemsFor(names, false);
    return std::all_of(items.begin(), items.end(), [](const Node &item) { return bool(Selector::parse(item)); });
}
}

std::vector<HandBind> handBinds(const KeyTree &tree, const std::vector<quint32> &rows)
{
    if (rows.empty() || rows.size() > mostHandRows || !tree.all->plan->target)
        return {};
    const std::vector<std::string> names = namesOf(tree, rows);
    if (names.front().empty() || !isWritable(names))
        return {};
    const Touched touched = touchedBy(tree, names);
    const std::string subject = names.size() == 1 ? names.front() : std::string();
    const std::vector<Node> items = itemsFor(names, touched.isPlain);
    std::vector<HandBind> hands;
    if (touched.skipped > 0)
        hands.push_back({HandBind::List::Skip, subject, items, touched.skipped});
    if (touched.missing > 0)
        hands.push_back({HandBind::List::IgnoreMissing, subject, items, touched.missing + touched.created});
    const Plan &plan = *tree.all->plan;
    if (touched.unreached > 0 && plan.target->checkpoint() && plan.recipe.bind().unmatched == Bind::Unmatched::Leave)
        hands.push_back({HandBind::List::Unmatched, {}, {}, touched.allUnreached});
    return hands;
}

Recipe withHandBind(const Recipe &recipe, const HandBind &hand)
{
    Bind bind = recipe.bind();
    if (hand.list == HandBind::List::Unmatched) {
        bind.unmatched = Bind::Unmatched::Fill;
        return recipe.withBind(bind);
    }
    std::vector<Node> &list = hand.list == HandBind::List::Skip ? bind.skip : bind.ignoreMissing;
    list.insert(list.end(), hand.items.begin(), hand.items.end());
    return recipe.withBind(bind);
}
