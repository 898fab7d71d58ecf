// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/conditionwords.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/selector.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QStringList>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Condition", text);
}

QString names(const Node &value)
{
    const auto texts = parseTexts(value);
    QStringList quoted;
    for (const std::string &text : texts ? *texts : std::vector<std::string>())
        quoted += u'“' + displayName(text) + u'”';
    return quoted.join(tr(" and "));
}

QString keysText(const Node &value)
{
    const Result<Selector> selector = Selector::parse(value);
    return selector ? selector->text() : QString();
}

QString words(const Node &node);

QString children(const Node &value, const QString &between)
{
    QStringList parts;
    for (const Node &item : value.items)
        parts += words(item);
    return parts.join(between);
}

QString words(const std::string &kind, const Node &value)
{
    const QString shown = displayName(flowText(value));
    if (kind == "has")
        return tr("there is a key %1").arg(names(value));
    if (kind == "any")
        return tr("there is a key %1").arg(keysText(value));
    if (kind == "target-has")
        return tr("the target has a key %1").arg(names(value));
    if (kind == "target-any")
        return tr("the target has a key %1").arg(keysText(value));
    if (kind == "root-was")
        return tr("the weights lay at %1").arg(shown);
    if (kind == "test")
        return tr("%1 holds of the target").arg(shown);
    if (kind == "not")
        return tr("it is not so that %1").arg(words(value));
    if (kind == "any-of")
        return children(value, tr(" or "));
    if (kind == "all")
        return children(value, tr(", and "));
    QStringList parts;
    for (const auto &[name, wanted] : value.entries)
        parts += tr("the target's %1 is %2").arg(displayName(name), displayName(flowText(wanted)));
    return parts.join(tr(" and "));
}

QString words(const Node &node)
{
    QStringList parts;
    for (const auto &[kind, value] : node.entries)
        parts += words(kind, value);
    return parts.join(tr(", and "));
}
}

QString conditionWords(const Condition &condition)
{
    return words(condition.node());
}
