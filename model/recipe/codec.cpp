// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/codec.h"

#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QStringList>

#include <charconv>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

QString list(std::span<const std::string_view> words)
{
    QStringList texts;
    for (const std::string_view word : words)
        texts += displayName(word);
    return texts.join(QStringLiteral(", "));
}
}

Error expected(const Node &node, const QString &what)
{
    QString message = tr("expected %1, but found %2.").arg(what, node.description());
    // `{i}` without quotes is a map with one key and no value.
    if (node.isMap() && node.entries.size() == 1 && node.entries.front().second.isNull())
        message += tr(" If “{%1}” is meant as text, quote it: '{%1}'.").arg(displayName(node.entries.front().first));
    return errorAt(node, message);
}

QString suggestion(std::string_view word, const std::vector<std::string_view> &known)
{
    const std::string near = nearest(word, known);
    if (!near.empty())
        return tr("; did you mean “%1”?").arg(displayName(near));
    constexpr std::size_t fewWords = 16;
    return known.size() <= fewWords ? tr("; known are %1.").arg(list(known)) : QStringLiteral(".");
}

std::string textOf(const Node &node)
{
    return flowText(node);
}

Result<bool> parseBool(const Node &node)
{
    if (node.isScalar() && (node.text == "true" || node.text == "false"))
        return node.text == "true";
    return expected(node, tr("true or false"));
}

Result<qint64> parseInteger(const Node &node)
{
    qint64 value = 0;
    const char *end = node.text.data() + node.text.size();
    const auto [last, problem] = std::from_chars(node.text.data(), end, value);
    if (!node.isScalar() || problem != std::errc() || last != end)
        return expected(node, tr("a whole number"));
    return value;
}

Result<std::string> parseTextScalar(const Node &node)
{
    if (node.isNull())
        return errorAt(node, tr("expected text, but found nothing; empty text is written ''."));
    if (!node.isScalar())
        return expected(node, tr("text"));
    return node.text;
}

Result<std::vector<std::string>> parseTexts(const Node &node)
{
    if (node.isMap() || node.isNull())
        return expected(node, tr("text or a list of text"));
    if (node.isScalar())
        return std::vector<std::string>{node.text};
    std::vector<std::string> texts;
    for (const Node &item : node.items) {
        Result<std::string> text = parseTextScalar(item);
        if (!text)
            return text.error();
        texts.push_back(std::move(*text));
    }
    return texts;
}

Result<std::vector<qint64>> parseIntegers(const Node &node)
{
    if (node.isMap() || node.isNull())
        return expected(node, tr("a list of whole numbers"));
    std::vector<qint64> numbers;
    for (const Node &item : node.isScalar() ? std::vector{node} : node.items) {
        const Result<qint64> number = parseInteger(item);
        if (!number)
            return number.error();
        numbers.push_back(*number);
    }
    return numbers;
}

Node Codec<std::vector<qint64>>::print(const std::vector<qint64> &value)
{
    std::vector<Node> items;
    for (const qint64 number : value)
        items.push_back(Node::scalar(std::to_string(number)));
    return Node::list(std::move(items));
}

Node Codec<std::vector<std::string>>::print(const std::vector<std::string> &value)
{
    if (value.size() == 1)
        return Node::scalar(value.front());
    std::vector<Node> items;
    for (const std::string &text : value)
        items.push_back(Node::scalar(text));
    return Node::list(std::move(items));
}

Result<std::size_t> parseChoice(const Node &node, std::span<const std::string_view> words)
{
    if (!node.isScalar())
        return expected(node, tr("one of %1").arg(list(words)));
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == node.text)
            return i;
    }
    constexpr std::size_t fewWords = 8;
    if (words.size() == 1)
        return expected(node, list(words));
    const std::string near = nearest(node.text, {words.begin(), words.end()});
    if (near.empty())
        return expected(node, tr("one of %1").arg(list(words)));
    if (words.size() > fewWords)
        return errorAt(node, tr("%1 is not known; did you mean “%2”?").arg(node.description(), displayName(near)));
    return errorAt(node,
                   tr("expected one of %1, but found %2; did you mean “%3”?")
                       .arg(list(words), node.description(), displayName(near)));
}

std::string choiceSchema(std::span<const std::string_view> words)
{
    std::string schema = R"({"enum": [)";
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0)
            schema += ", ";
        schema += jsonString(words[i]);
    }
    return schema += "]}";
}

std::span<const std::string_view> Codec<DType>::choices()
{
    static const std::vector<std::string_view> words = [] {
        std::vector<std::string_view> list;
        for (int i = 1; i <= int(DType::Bool); ++i) {
            if (DType(i) != DType::Float4E2M1FNx2 && DType(i) != DType::BComplex32)
                list.push_back(word(DType(i)));
        }
        return list;
    }();
    return words;
}

Result<DType> Codec<DType>::parse(const Node &node)
{
    if (node.isScalar()) {
        const DType dtype = dtypeFromWord(node.text);
        const auto words = choices();
        if (dtype != DType::Unknown && std::find(words.begin(), words.end(), word(dtype)) != words.end())
            return dtype;
    }
    const Result<std::size_t> index = parseChoice(node, choices());
    return index ? Result<DType>(DType::Unknown) : index.error();
}

Node Codec<DType>::print(DType value)
{
    return value == DType::Unknown ? Node() : Node::scalar(std::string(word(value)));
}

Result<ObjectPath> Codec<ObjectPath>::parse(const Node &node)
{
    ObjectPath path;
    if (node.isList()) {
        Result<std::vector<std::string>> components = parseTexts(node);
        if (!components)
            return components.error();
        path.components = std::move(*components);
        return path;
    }
    if (!node.isScalar())
        return expected(node, tr("a path such as model/state_dict, or auto"));
    path.isAuto = node.text == "auto" && !node.quoted;
    if (!path.isAuto)
        path.components = parsePath(node.text);
    return path;
}

Node Codec<ObjectPath>::print(const ObjectPath &value)
{
    if (value.isAuto)
        return Node::scalar("auto");
    const bool needsList = value.components.empty() || pathText(value.components) == "auto"
        || parsePath(pathText(value.components)) != value.components;
    if (!needsList)
        return Node::scalar(pathText(value.components));
    std::vector<Node> items;
    for (const std::string &component : value.components)
        items.push_back(Node::scalar(component));
    return Node::list(std::move(items));
}

Result<NamePairs> Codec<NamePairs>::parse(const Node &node)
{
    if (!node.isMap())
        return expected(node, tr("a map of old and new names"));
    NamePairs pairs;
    for (const auto &[name, value] : node.entries) {
        if (value.isNull()) {
            pairs.emplace_back(name, std::nullopt);
            continue;
        }
        Result<std::string> text = parseTextScalar(value);
        if (!text)
            return text.error();
        pairs.emplace_back(name, std::move(*text));
    }
    return pairs;
}

Node Codec<NamePairs>::print(const NamePairs &value)
{
    Node map = Node::map({});
    for (const auto &[from, to] : value)
        map.entries.emplace_back(from, to ? Node::scalar(*to) : Node());
    return map;
}
