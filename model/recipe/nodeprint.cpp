// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/jsonwriter.h"
#include "model/recipe/yaml.h"

#include <algorithm>

namespace {
bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// YAML's double-quoted form, for text with control characters.
std::string escapedText(std::string_view text)
{
    constexpr char digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (isControl(c))
            ((out += "\\x") += digits[(c >> 4) & 0xF]) += digits[c & 0xF];
        else
            out += c;
    }
    return out += '"';
}

bool isNullWord(std::string_view text)
{
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// Whether YAML reads `text` back unquoted.
bool isPlain(std::string_view text, Surroundings surroundings)
{
    if (isNullWord(text) || text.front() == ' ' || text.back() == ' ' || text.back() == ':')
        return false;
    if (std::string_view("?:,[]{}#&*!|>'\"%@`").find(text.front()) != std::string_view::npos)
        return false;
    if (text.front() == '-' && (text.size() == 1 || text[1] == ' ' || text.starts_with("---")))
        return false;
    if (text.starts_with("..."))
        return false;
    if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos)
        return false;
    if (surroundings == Surroundings::Flow
        && (text.find_first_of(",?[]{}") != std::string_view::npos || text.find(":") != std::string_view::npos))
        return false;
    // A byte-order mark inside text would be lost by readers.
    return text.find("\xEF\xBB\xBF") == std::string_view::npos;
}

void appendFlow(std::string &out, const Node &node);

void appendEntries(std::string &out, const Node &map)
{
    bool first = true;
    for (const auto &[key, value] : map.entries) {
        if (!std::exchange(first, false))
            out += ", ";
        out += scalarText(Node::scalar(key), Surroundings::Flow);
        out += ": ";
        appendFlow(out, value);
    }
}

void appendFlow(std::string &out, const Node &node)
{
    switch (node.kind) {
    case Node::Kind::Null: out += "null"; break;
    case Node::Kind::Scalar: out += scalarText(node, Surroundings::Flow); break;
    case Node::Kind::List:
        out += '[';
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (i > 0)
                out += ", ";
            appendFlow(out, node.items[i]);
        }
        out += ']';
        break;
    case Node::Kind::Map:
        out += '{';
        appendEntries(out, node);
        out += '}';
        break;
    }
}

/// Words that JSON readers expect bare: what a schema types as bool or integer.
bool isBareWord(const Node &node)
{
    const std::string &text = node.text;
    if (node.quoted)
        return false;
    if (text == "true" || text == "false")
        return true;
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    const bool digits = text.size() > first && text.size() < first + 16
        && std::all_of(text.begin() + std::ptrdiff_t(first), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && (text[first] != '0' || text.size() == 1);
}

void appendJson(std::string &out, const Node &node)
{
    switch (node.kind) {
    case Node::Kind::Null: out += "null"; break;
    case Node::Kind::Scalar: out += isBareWord(node) ? node.text : jsonString(node.text); break;
    case Node::Kind::List:
        out += '[';
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (i > 0)
                out += ", ";
            appendJson(out, node.items[i]);
        }
        out += ']';
        break;
    case Node::Kind::Map:
        out += '{';
        for (std::size_t i = 0; i < node.entries.size(); ++i) {
            if (i > 0)
                out += ", ";
            out += jsonString(node.entries[i].first) + ": ";
            appendJson(out, node.entries[i].second);
        }
        out += '}';
        break;
    }
}
}

std::string scalarText(const Node &node, Surroundings surroundings)
{
    const std::string &text = node.text;
    if (std::any_of(text.begin(), text.end(), isControl))
        return escapedText(text);
    if (isPlain(text, surroundings))
        return text;
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("''") : std::string(1, c);
    return out += '\'';
}

std::string flowText(const Node &node)
{
    std::string out;
    appendFlow(out, node);
    return out;
}

std::string jsonText(const Node &node)
{
    std::string out;
    appendJson(out, node);
    return out;
}
