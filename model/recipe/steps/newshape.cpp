// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/newshape.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}
}

Result<std::vector<SizeExpression>> NewShape::compile(const CaptureScope &scope, const Lets &lets) const
{
    std::vector<SizeExpression> compiled;
    for (const std::string &size : sizes) {
        Result<SizeExpression> one = SizeExpression::compile(size, scope, lets);
        if (!one)
            return one.error();
        compiled.push_back(std::move(*one));
    }
    return compiled;
}

std::string NewShape::listText() const
{
    std::string text;
    for (const std::string &size : sizes)
        text += (text.empty() ? "" : ", ") + size;
    return text;
}

QString sizesText(const SizeList &sizes)
{
    QStringList texts;
    for (const qint64 size : sizes)
        texts += QString::number(size);
    return texts.isEmpty() ? tr("a scalar") : texts.join(tr(" × "));
}

std::span<const std::string_view> Codec<NewShape>::choices()
{
    static constexpr std::array<std::string_view, 1> words{"target"};
    return words;
}

std::string Codec<NewShape>::schema()
{
    return R"({"anyOf": [{"const": "target"}, {"type": "array", "items": {"type": ["string", "integer"]}}]})";
}

Result<NewShape> Codec<NewShape>::parse(const Node &node)
{
    if (node.isScalar() && node.text == "target")
        return NewShape{true, {}};
    if (!node.isList())
        return expected(node, tr("target, or a list of sizes such as [64, -1]"));
    NewShape shape;
    for (const Node &item : node.items) {
        Result<std::string> text = parseTextScalar(item);
        if (!text)
            return text.error();
        shape.sizes.push_back(std::move(*text));
    }
    return shape;
}

Node Codec<NewShape>::print(const NewShape &shape)
{
    if (shape.isTarget)
        return Node::scalar("target");
    std::vector<Node> items;
    for (const std::string &size : shape.sizes)
        items.push_back(Node::scalar(size));
    return Node::list(std::move(items));
}
