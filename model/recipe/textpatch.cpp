// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/textpatch.h"

#include "model/recipe/yaml.h"

#include <algorithm>

namespace {
enum class Where { Block, Flow };

/// Collects the edits for one node and what is inside it.
class Patcher
{
public:
    explicit Patcher(std::string_view text) : m_text(text), m_format(formatOf(text)) {}

    bool patch(const Node &before, const Node &after, Where where)
    {
        if (before == after)
            return true;
        if (before.isMap() && after.isMap())
            return patchMap(before, after);
        if (before.isList() && after.isList() && before.items.size() == after.items.size()) {
            const Where inside = before.flow ? Where::Flow : Where::Block;
            for (std::size_t i = 0; i < before.items.size(); ++i) {
                if (!patch(before.items[i], after.items[i], inside))
                    return false;
            }
            return true;
        }
        const bool isBlock = (before.isMap() || before.isList()) && !before.flow;
        if (isBlock)
            return false;
        const std::string written = valueText(after, where);
        const bool needsSpace = before.begin == before.end && before.begin > 0 && m_text[before.begin - 1] == ':';
        m_edits.push_back({before.begin, before.end, needsSpace ? ' ' + written : written});
        return true;
    }

    std::vector<TextEdit> take() { return std::move(m_edits); }

private:
    std::string valueText(const Node &node, Where where) const
    {
        if (m_format == TextFormat::Json)
            return jsonText(node);
        return node.isScalar() && where == Where::Block ? scalarText(node, Surroundings::Block) : flowText(node);
    }

    std::string entryText(const Node::Entry &entry, Where where) const
    {
        if (m_format == TextFormat::Json)
            return jsonText(Node::scalar(entry.first)) + ": " + jsonText(entry.second);
        const std::string key = scalarText(Node::scalar(entry.first), Surroundings::Flow) + ':';
        if (entry.second.isNull() && where == Where::Block)
            return key;
        return key + ' ' + valueText(entry.second, where);
    }

    /// Keys that both have must stand in the same order.
    static bool sameOrder(const Node &before, const Node &after)
    {
        std::size_t at = 0;
        for (const auto &[key, value] : after.entries) {
            if (!before.find(key))
                continue;
            while (before.entries[at].first != key) {
                if (after.find(before.entries[at].first))
                    return false;
                ++at;
            }
            ++at;
        }
        return true;
    }

    bool patchMap(const Node &before, const Node &after)
    {
        if (!sameOrder(before, after))
            return false;
        const bool sameKeys = before.entries.size() == after.entries.size()
            && std::all_of(after.entries.begin(), after.entries.end(),
                           [&](const Node::Entry &entry) { return before.find(entry.first); });
        if (!sameKeys)
            return before.flow ? rewriteFlow(before, after) : patchBlockKeys(before, after);
        for (const auto &[key, value] : after.entries) {
            if (!patch(*before.find(key), value, before.flow ? Where::Flow : Where::Block))
                return false;
        }
        return true;
    }

    /// Entries that stay equal keep their text.
    bool rewriteFlow(const Node &before, const Node &after)
    {
        std::string out = "{";
        for (const Node::Entry &entry : after.entries) {
            if (out.size() > 1)
                out += ", ";
            const Node *old = before.find(entry.first);
            if (old && *old == entry.second)
                out += m_text.substr(old->keyBegin, old->end - old->keyBegin);
            else
                out += entryText(entry, Where::Flow);
        }
        m_edits.push_back({before.begin, before.end, out + '}'});
        return true;
    }

    bool patchBlockKeys(const Node &before, const Node &after)
    {
        for (std::size_t i = 0; i < before.entries.size(); ++i) {
            const auto &[key, value] = before.entries[i];
            if (after.find(key))
                continue;
            const std::size_t begin = lineBegin(m_text, value.keyBegin);
            const bool isAlone =
                m_text.substr(begin, value.keyBegin - begin).find_first_not_of(' ') == std::string::npos;
            if (i == 0 || !isAlone)
                return false;
            m_edits.push_back({begin, lineEnd(m_text, std::max(value.keyBegin, value.end)), {}});
        }
        const std::size_t first = before.entries.front().second.keyBegin;
        const std::string margin(first - lineBegin(m_text, first), ' ');
        const Node *previous = nullptr;
        std::string added;
        for (const Node::Entry &entry : after.entries) {
            if (const Node *old = before.find(entry.first)) {
                flush(previous, added);
                previous = old;
                if (!patch(*old, entry.second, Where::Block))
                    return false;
            } else if (!previous) {
                return false;
            } else {
                added += margin + entryText(entry, Where::Block) + '\n';
            }
        }
        flush(previous, added);
        return true;
    }

    void flush(const Node *previous, std::string &added)
    {
        if (!previous || added.empty())
            return;
        const std::size_t at = lineEnd(m_text, previous->end);
        const bool needsBreak = at > 0 && m_text[at - 1] != '\n';
        m_edits.push_back({at, at, (needsBreak ? "\n" : "") + std::exchange(added, {})});
    }

    std::string_view m_text;
    TextFormat m_format;
    std::vector<TextEdit> m_edits;
};
}

std::string patched(std::string_view text, std::vector<TextEdit> edits)
{
    std::stable_sort(edits.begin(), edits.end(),
                     [](const TextEdit &left, const TextEdit &right) { return left.begin < right.begin; });
    std::string out;
    std::size_t at = 0;
    for (const TextEdit &edit : edits) {
        if (edit.begin < at)
            continue; // overlapping edits: the caller's check of the result finds it
        out += text.substr(at, edit.begin - at);
        out += edit.text;
        at = edit.end;
    }
    return out += text.substr(at);
}

TextFormat formatOf(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{' ? TextFormat::Json : TextFormat::Yaml;
}

std::optional<std::vector<TextEdit>> patchNode(std::string_view text, const Node &before, const Node &after)
{
    Patcher patcher(text);
    if (!patcher.patch(before, after, Where::Block))
        return std::nullopt;
    return patcher.take();
}

std::size_t lineBegin(std::string_view text, std::size_t byte)
{
    return byte == 0 ? 0 : text.rfind('\n', byte - 1) + 1;
}

std::size_t lineEnd(std::string_view text, std::size_t byte)
{
    const std::size_t end = text.find('\n', byte);
    return end == std::string_view::npos ? text.size() : end + 1;
}
