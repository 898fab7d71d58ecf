// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/params.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/lets.h"
#include "model/recipe/template.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Params", text);
}

constexpr std::size_t mostParams = 100;
constexpr std::size_t longestName = 64;

bool isInteger(const Node &node)
{
    return node.isScalar() && !node.quoted && bool(parseInteger(node));
}

bool isNumber(const Node &node)
{
    bool isValid = false;
    QByteArray::fromStdString(node.text).toDouble(&isValid);
    return node.isScalar() && !node.quoted && isValid;
}

bool isBool(const Node &node)
{
    return node.isScalar() && !node.quoted && (node.text == "true" || node.text == "false");
}

/// Whether braces are in any text of it: they would be read again where the value stands.
bool hasBraces(const Node &node)
{
    const auto inEntry = [](const Node::Entry &entry) {
        return entry.first.find_first_of("{}") != std::string::npos || hasBraces(entry.second);
    };
    return node.text.find_first_of("{}") != std::string::npos
        || std::any_of(node.items.begin(), node.items.end(), hasBraces)
        || std::any_of(node.entries.begin(), node.entries.end(), inEntry);
}

/// What a value adds where it stands.
std::size_t weight(const Node &node)
{
    constexpr std::size_t least = 8;
    std::size_t bytes = least + node.text.size();
    for (const Node &item : node.items)
        bytes += weight(item);
    for (const auto &[name, value] : node.entries)
        bytes += name.size() + weight(value);
    return bytes;
}

Error notSet(const Node &reference)
{
    return errorAt(
        reference,
        tr("The parameter that “%1” refers to has no default, so it must be set.").arg(displayName(reference.text)));
}
}

Result<Node> ParamFiller::fill(const Node &item, const Lets &lets)
{
    if (m_params.empty())
        return item;
    m_captured.clear();
    m_used.clear();
    auto filled = fillNode(item, {});
    if (!filled)
        return filled;
    const auto known = checkNames(lets);
    return known ? filled : Result<Node>(known.error());
}

/// `key`: the field that holds `node`.
Result<Node> ParamFiller::fillNode(const Node &node, std::string_view key)
{
    if (node.isScalar())
        return fillText(node, key);
    Node filled = node;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (const auto done = fillIn(filled.items[i], node.items[i], key); !done)
            return done.error();
    }
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
        const auto &[name, value] = node.entries[i];
        if (const auto done = fillIn(filled.entries[i].second, value, name); !done)
            return done.error();
    }
    return filled;
}

Result<void> ParamFiller::fillIn(Node &filled, const Node &node, std::string_view key)
{
    auto made = fillNode(node, key);
    if (!made)
        return made.error();
    filled = *std::move(made);
    return {};
}

/// A name in braces that no pattern captures, no `let` gives and that is nearly a parameter's.
Result<void> ParamFiller::checkNames(const Lets &lets)
{
    constexpr int mostChecked = 1000; // a help against slips of the pen, bounded for hostile recipes
    std::vector<std::string_view> names;
    for (const auto &[name, value] : m_params)
        names.push_back(name);
    for (const auto &[word, place] : m_used) {
        if (m_captured.contains(word) || lets.has(word) || word.size() > longestName || ++m_checkedNames > mostChecked)
            continue;
        if (!nearest(word, names).empty())
            return errorAt(*place,
                           tr("The recipe has no parameter “%1”%2").arg(displayName(word), suggestion(word, names)));
    }
    return {};
}

Result<void> ParamFiller::spend(const Node &reference, std::size_t bytes)
{
    m_bytes += bytes;
    if (m_bytes <= maximumTextBytes)
        return {};
    return errorAt(
        reference,
        tr("With the values of its parameters the recipe is larger than %1.").arg(bytesText(qint64(maximumTextBytes))));
}

const Node *ParamFiller::find(std::string_view name) const
{
    const auto found =
        std::find_if(m_params.begin(), m_params.end(), [&](const auto &param) { return param.first == name; });
    return found == m_params.end() ? nullptr : &found->second;
}

Result<Node> ParamFiller::fillText(const Node &node, std::string_view key)
{
    const std::string_view text = node.text;
    if (text.size() > 2 && text.front() == '{' && text.back() == '}') {
        if (const Node *value = find(text.substr(1, text.size() - 2)))
            return whole(node, *value);
    }
    if (key == "regex")
        noteGroups(text);
    const std::size_t lastEnd = text.rfind('}');
    const auto closing = [&](std::size_t at) {
        return lastEnd != std::string_view::npos && at < lastEnd ? text.find('}', at) : std::string_view::npos;
    };
    Node filled = node;
    filled.text.clear();
    for (std::size_t at = 0; at < text.size();) {
        const bool isLiteral = text.substr(at).starts_with("{{");
        const std::size_t end = text[at] == '{' && !isLiteral ? closing(at) : std::string_view::npos;
        if (end == std::string_view::npos) {
            const std::size_t length = isLiteral ? 2 : 1;
            filled.text += text.substr(at, length);
            at += length;
            continue;
        }
        const auto inside = fillBraces(node, key, text.substr(at + 1, end - at - 1));
        if (!inside)
            return inside.error();
        filled.text += *inside;
        at = end + 1;
    }
    return filled;
}

/// Named groups of a regular expression.
void ParamFiller::noteGroups(std::string_view regex)
{
    constexpr std::string_view opening = "(?P<";
    for (std::size_t at = regex.find(opening); at != std::string_view::npos; at = regex.find(opening, at)) {
        at += opening.size();
        m_captured.emplace(regex.substr(at, regex.find('>', at) - at));
    }
}

/// The value at the place of the reference.
Result<Node> ParamFiller::whole(const Node &reference, const Node &value)
{
    if (value.isNull())
        return notSet(reference);
    if (const auto fits = spend(reference, weight(value)); !fits)
        return fits.error();
    Node filled = value;
    filled.line = reference.line;
    filled.column = reference.column;
    filled.begin = reference.begin;
    filled.end = reference.end;
    filled.keyLine = reference.keyLine;
    filled.keyColumn = reference.keyColumn;
    filled.keyBegin = reference.keyBegin;
    return filled;
}

/// What stands for `{inside}`.
Result<std::string> ParamFiller::fillBraces(const Node &node, std::string_view key, std::string_view inside)
{
    if (const Node *value = find(inside)) {
        if (value->isNull())
            return notSet(node);
        if (!value->isScalar()) {
            return errorAt(
                node,
                tr("“%1” is %2, which cannot stand inside a text.").arg(displayName(inside), value->description()));
        }
        const auto fits = spend(node, weight(*value));
        return fits ? Result<std::string>(value->text) : fits.error();
    }
    // Behind a colon stands what a capture is, or how a number is written.
    const std::string_view head = inside.substr(0, inside.find(':'));
    if (isWord(head)) {
        note(node, key, head);
        return '{' + std::string(inside) + '}';
    }
    const auto filled = fillArithmetic(node, key, head);
    if (!filled)
        return filled;
    return '{' + *filled + std::string(inside.substr(head.size())) + '}';
}

Result<std::string> ParamFiller::fillArithmetic(const Node &node, std::string_view key, std::string_view text)
{
    std::string filled;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        while (at < text.size() && isWordCharacter(text[at]))
            ++at;
        at = std::max(at, begin + 1);
        const std::string_view word = text.substr(begin, at - begin);
        const Node *value = isWord(word) ? find(word) : nullptr;
        if (value && (value->isList() || value->isMap())) // read where it stands, as what “let” gives
            value = nullptr;
        else if (value && !isInteger(*value)) {
            return errorAt(
                node,
                tr("“%1” is %2, and arithmetic needs a whole number.").arg(displayName(word), value->description()));
        }
        if (!value && isWord(word) && !find(word) && !text.substr(at).starts_with('(')
            && !text.substr(at).starts_with('['))
            note(node, key, word);
        filled += value ? std::string_view(value->text) : word;
    }
    return filled;
}

void ParamFiller::note(const Node &node, std::string_view key, std::string_view word)
{
    constexpr std::array<std::string_view, 5> patterns{"from", "template", "at", "conv", "norm"};
    if (std::find(patterns.begin(), patterns.end(), key) != patterns.end())
        m_captured.emplace(word);
    else
        m_used.try_emplace(std::string(word), &node);
}

Result<void> checkParams(const Params &params)
{
    if (params.size() > mostParams) {
        return errorAtKey(
            params.back().second,
            tr("The recipe has %1 parameters; more than %2 are not read.").arg(params.size()).arg(mostParams));
    }
    for (const auto &[name, value] : params) {
        if (!isWord(name) || name.size() > longestName)
            return errorAtKey(value,
                              tr("“%1” cannot be the name of a parameter: up to %2 letters, digits and _ make one.")
                                  .arg(displayName(name))
                                  .arg(longestName));
        if (hasBraces(value))
            return errorAt(value, tr("The value of a parameter cannot hold braces."));
    }
    return {};
}

namespace {
bool isText(const Node &node)
{
    return node.isScalar() && !isNumber(node) && !isBool(node);
}

/// A value in the place of a default.
Result<Node> fitted(const Node &byDefault, Node value)
{
    if (isInteger(byDefault) && !isInteger(value))
        return expected(value, tr("a whole number"));
    if (isNumber(byDefault) && !isNumber(value))
        return expected(value, tr("a number"));
    if (isBool(byDefault) && !isBool(value))
        return expected(value, tr("true or false"));
    if (byDefault.isList() && !value.isList())
        return expected(value, tr("a list"));
    if (byDefault.isMap() && !value.isMap())
        return expected(value, tr("a map"));
    if (isText(byDefault) && !value.isScalar())
        return expected(value, tr("text"));
    if (hasBraces(value))
        return expected(value, tr("a value without braces"));
    value.quoted = isText(byDefault) || isText(value);
    return value;
}
}

Result<Node> paramValue(const Node &byDefault, std::string_view text)
{
    Result<Node> value = isText(byDefault) ? Node::scalar(std::string(text)) : parseYaml(text);
    return value ? fitted(byDefault, std::move(*value)) : value;
}

Result<void> setParam(Params &params, std::string_view name, const Node &value)
{
    std::vector<std::string_view> names;
    for (const auto &[known, byDefault] : params)
        names.push_back(known);
    const auto found = std::find(names.begin(), names.end(), name);
    const auto problem = [](const QString &message) { return Error{Error::Kind::BadRecipe, message}; };
    if (names.empty())
        return problem(tr("It has no parameters, so none is called “%1”.").arg(displayName(name)));
    if (found == names.end())
        return problem(tr("It has no parameter “%1”%2").arg(displayName(name), suggestion(name, names)));
    Node &byDefault = params[std::size_t(found - names.begin())].second;
    Result<Node> fits = fitted(byDefault, value);
    if (!fits)
        return problem(tr("The parameter “%1”: %2").arg(displayName(name), fits.error().message));
    byDefault = std::move(*fits);
    return {};
}
