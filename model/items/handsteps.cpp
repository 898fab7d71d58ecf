// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handsteps.h"

#include <algorithm>
#include <functional>

namespace {
constexpr std::string_view captures = "ijklmnop"; ///< names for the numbers of a pattern

bool isSeparator(char c)
{
    return c == '.' || c == '/';
}

bool isNumber(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Text for a pattern or a result: a brace opens a capture there.
std::string literal(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '{')
            out += c;
    }
    return out;
}

/// The component that starts at `at`.
std::string_view component(std::string_view name, std::size_t at)
{
    std::size_t end = at;
    while (end < name.size() && !isSeparator(name[end]))
        ++end;
    return name.substr(at, end - at);
}

/// Whether two names differ in numbers alone.
bool isAlike(std::string_view left, std::string_view right)
{
    std::size_t i = 0;
    std::size_t j = 0;
    while (true) {
        const std::string_view a = component(left, i);
        const std::string_view b = component(right, j);
        if (a != b && !(isNumber(a) && isNumber(b)))
            return false;
        i += a.size();
        j += b.size();
        if (i == left.size() || j == right.size())
            return i == left.size() && j == right.size();
        if (left[i++] != right[j++])
            return false;
    }
}

bool hasComponent(std::string_view name, std::string_view wanted)
{
    for (std::size_t at = name.find(wanted); at != std::string_view::npos; at = name.find(wanted, at + 1)) {
        const std::size_t end = at + wanted.size();
        if ((at == 0 || isSeparator(name[at - 1])) && (end == name.size() || isSeparator(name[end])))
            return true;
    }
    return false;
}

/// `layers.{i}.blocks.{j}.mask` for layers.0.blocks.1.mask; nothing without a number, or with too many.
std::optional<std::string> patternOf(std::string_view name)
{
    std::string pattern;
    std::size_t numbers = 0;
    for (std::size_t at = 0; at <= name.size();) {
        const std::string_view part = component(name, at);
        if (isNumber(part) && numbers == captures.size())
            return std::nullopt;
        pattern += isNumber(part) ? std::string{'{', captures[numbers++], '}'} : literal(part);
        at += part.size();
        if (at < name.size())
            pattern += name[at];
        ++at;
    }
    return numbers > 0 ? std::optional(pattern) : std::nullopt;
}

Node texts(const std::vector<std::string> &list)
{
    std::vector<Node> items;
    for (const std::string &text : list)
        items.push_back(Node::scalar(text));
    return items.size() == 1 ? items.front() : Node::list(std::move(items));
}

/// A step from its word and fields. They come from names, so a name that no recipe can hold gives nothing.
std::optional<Step> stepOf(const char *word, Node body)
{
    const Result<Step> step = parseStep(Node::map({{word, std::move(body)}}), {});
    return step ? std::optional(*step) : std::nullopt;
}

/// The rows that the user chose: keys, and paths with a dot behind them.
struct Chosen
{
    std::vector<std::string> keys;
    std::vector<std::string> prefixes; ///< sorted, none below another

    Chosen(const KeyTree &tree, const std::vector<quint32> &rows)
    {
        for (const quint32 row : rows) {
            if (tree.nodes[row].isGroup())
                prefixes.push_back(std::string(tree.path(row)) + '.');
        }
        std::sort(prefixes.begin(), prefixes.end());
        const auto last = std::unique(prefixes.begin(), prefixes.end(),
                                      [](const auto &up, const auto &below) { return below.starts_with(up); });
        prefixes.erase(last, prefixes.end());
        for (const quint32 row : rows) {
            const bool isResult = !tree.nodes[row].isGroup() && tree.all->leaves[tree.leaf(row)].row != noRow;
            if (isResult && !isBelow(tree.path(row)))
                keys.emplace_back(tree.path(row));
        }
        std::sort(keys.begin(), keys.end());
    }

    bool isBelow(std::string_view name) const
    {
        const auto after = std::upper_bound(prefixes.begin(), prefixes.end(), name);
        return after != prefixes.begin() && name.starts_with(*std::prev(after));
    }

    bool has(std::string_view name) const
    {
        return isBelow(name) || std::binary_search(keys.begin(), keys.end(), name, std::less<>());
    }

    std::optional<Step> drop() const
    {
        const Node below = Node::map({{"prefix", texts(prefixes)}});
        if (keys.empty())
            return stepOf("drop", below);
        if (prefixes.empty())
            return stepOf("drop", texts(keys));
        return stepOf("drop", Node::map({{"any-of", Node::list({Node::map({{"exact", texts(keys)}}), below})}}));
    }
};

/// A target key that is missing, in zeros of the target's shape. Nothing for other rows.
std::optional<Step> fillStep(const KeyTree &tree, const std::vector<quint32> &rows)
{
    if (rows.size() != 1 || tree.nodes[rows.front()].isGroup())
        return std::nullopt;
    const quint32 leaf = tree.leaf(rows.front());
    const TargetKey *target = tree.all->target(leaf);
    if (tree.all->verdicts[leaf] != KeyVerdict::Missing || !target || target->anyShape)
        return std::nullopt;
    std::vector<Node::Entry> fields{{"name", Node::scalar(literal(target->name))}, {"shape", Node::scalar("target")}};
    if (target->dtype != DType::Unknown)
        fields.push_back({"dtype", Node::scalar(std::string(word(target->dtype)))});
    return stepOf("create", Node::map(std::move(fields)));
}

void eachResult(const KeyTree &tree, const std::function<void(std::string_view)> &take)
{
    const KeyLeaves &all = *tree.all;
    for (std::size_t leaf = 0; leaf < all.leaves.size(); ++leaf) {
        if (all.leaves[leaf].row != noRow)
            take(all.names[leaf]);
    }
}
}

std::vector<HandStep> handSteps(const KeyTree &tree, const std::vector<quint32> &rows)
{
    if (rows.empty() || rows.size() > mostHandRows)
        return {};
    const Chosen chosen(tree, rows);
    const bool isKey = chosen.keys.size() == 1 && chosen.prefixes.empty();
    const bool isGroup = chosen.prefixes.size() == 1 && chosen.keys.empty();
    const std::string subject = isKey ? chosen.keys.front() : isGroup ? chosen.prefixes.front() : std::string();
    const auto pattern = isKey ? patternOf(subject) : std::nullopt;
    qint64 dropped = 0;
    qint64 alike = 0;
    qint64 all = 0;
    eachResult(tree, [&](std::string_view name) {
        ++all;
        dropped += chosen.has(name) ? 1 : 0;
        alike += pattern && isAlike(name, subject) ? 1 : 0;
    });

    std::vector<HandStep> steps;
    const auto add = [&](HandStep::Kind kind, const std::string &about, const std::optional<Step> &step, qint64 keys) {
        if (step && keys > 0)
            steps.push_back({kind, about, *step, keys});
    };
    if (dropped > 0)
        add(HandStep::Kind::Drop, subject, chosen.drop(), dropped);
    if (alike > 1)
        add(HandStep::Kind::DropAlike, *pattern, stepOf("drop", Node::map({{"template", Node::scalar(*pattern)}})),
            alike);
    if (isGroup && dropped > 0) {
        const Node prefix = Node::scalar(subject);
        add(HandStep::Kind::StripPrefix, subject, stepOf("remove-prefix", prefix), dropped);
        add(HandStep::Kind::KeepOnly, subject, stepOf("keep", Node::map({{"prefix", prefix}})), all - dropped);
    }
    if (const std::optional<Step> fill = fillStep(tree, rows))
        add(HandStep::Kind::Fill, std::string(tree.path(rows.front())), fill, 1);
    return steps;
}

std::string renameSubject(const KeyTree &tree, quint32 row, HandStep::Kind kind)
{
    const KeyNode &node = tree.nodes[row];
    const auto first = tree.order.begin() + node.firstLeaf;
    const bool hasResult =
        std::any_of(first, first + node.leafCount, [&](quint32 leaf) { return tree.all->leaves[leaf].row != noRow; });
    const std::string_view path = tree.path(row);
    if (!hasResult || node.isBundle())
        return {};
    if (kind == HandStep::Kind::Rename)
        return std::string(path);
    const std::string_view last = path.substr(path.find_last_of("./") + 1);
    return isNumber(last) ? std::string() : std::string(last);
}

qint64 renameCount(const KeyTree &tree, quint32 row, HandStep::Kind kind)
{
    const std::string subject = renameSubject(tree, row, kind);
    const std::string prefix = subject + '.';
    const bool isGroup = tree.nodes[row].isGroup();
    qint64 count = 0;
    eachResult(tree, [&](std::string_view name) {
        const bool isTouched = kind == HandStep::Kind::RenameComponent ? hasComponent(name, subject)
            : isGroup                                                  ? name.starts_with(prefix)
                                                                       : name == subject;
        count += isTouched ? 1 : 0;
    });
    return count;
}

std::optional<HandStep> renameStep(const KeyTree &tree, quint32 row, HandStep::Kind kind, const std::string &to)
{
    const std::string from = renameSubject(tree, row, kind);
    const bool isGroup = tree.nodes[row].isGroup();
    if (from.empty() || from == to || (to.empty() && !(isGroup && kind == HandStep::Kind::Rename)))
        return std::nullopt;
    const bool isPrefix = isGroup && kind == HandStep::Kind::Rename;
    const std::string dot = isPrefix ? "." : "";
    const std::string result = literal(to.empty() ? to : to + dot);
    const bool isComponent = kind == HandStep::Kind::RenameComponent;
    const std::optional<Step> step = stepOf("rename",
                                            Node::map({{isComponent    ? "from"
                                                            : isPrefix ? "prefix"
                                                                       : "exact",
                                                        Node::scalar(isComponent ? literal(from) : from + dot)},
                                                       {"to", Node::scalar(result)}}));
    if (!step)
        return std::nullopt;
    return HandStep{kind, from + dot, *step, renameCount(tree, row, kind)};
}
