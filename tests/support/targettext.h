// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/target/target.h"

#include <QStringList>

/// An attribute as one would type it: `7`, `2.5`, `true`, `'head'`, `[14, 14]`, `['a', 'b']`.
inline QString attributeText(const Attribute &attribute)
{
    const auto one = [](const auto &value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, bool>)
            return value ? QStringLiteral("true") : QStringLiteral("false");
        else if constexpr (std::is_same_v<T, std::string>)
            return u'\'' + QString::fromStdString(value) + u'\'';
        else if constexpr (std::is_same_v<T, double>)
            return QString::number(value, 'g', 17) + QStringLiteral(" float");
        else
            return QString::number(value);
    };
    return std::visit(
        [&](const auto &value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, std::vector<qint64>> || std::is_same_v<T, std::vector<std::string>>) {
                QStringList items;
                for (const auto &item : value)
                    items += one(item);
                return u'[' + items.join(QStringLiteral(", ")) + u']';
            } else {
                return one(value);
            }
        },
        attribute);
}

/// A target's keys as lines `name dtype [shape] role tie`, the last two only where stated.
inline QStringList keyLines(const Target &target)
{
    QStringList lines;
    for (const TargetKey &key : target.keys()) {
        QString line = QString::fromStdString(std::string(key.name)) + u' '
            + (key.dtype == DType::Unknown ? QStringLiteral("any") : QString::fromLatin1(word(key.dtype))) + u' '
            + QString::fromStdString(shapeList(key.shape));
        if (key.role != TargetKey::Role::Unknown)
            line += key.role == TargetKey::Role::Parameter ? QStringLiteral(" parameter") : QStringLiteral(" buffer");
        if (key.tie != 0)
            line += QStringLiteral(" tie %1").arg(key.tie);
        lines += line;
    }
    return lines;
}

/// A target's attributes as lines `name = value`.
inline QStringList attributeLines(const Target &target)
{
    QStringList lines;
    for (const auto &[name, attribute] : target.attributes())
        lines += QString::fromStdString(name) + QStringLiteral(" = ") + attributeText(attribute);
    return lines;
}
