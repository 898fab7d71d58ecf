// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"
#include "model/target/target.h"

#include <QStringList>

/// A row as `wanted` asks for it: the name alone, or with dtype and shape.
inline QString caseRow(const Row &row, const QString &wanted)
{
    const QString name = QString::fromUtf8(row.name.data(), qsizetype(row.name.size()));
    if (!wanted.contains(u' '))
        return name;
    QStringList sizes;
    for (const qint64 size : *row.value->shape)
        sizes += QString::number(size);
    return QStringLiteral("%1 %2 %3")
        .arg(name, QString::fromUtf8(word(row.value->dtype).data()),
             sizes.isEmpty() ? QStringLiteral("scalar") : sizes.join(u'x'));
}

/// Attributes as a manifest states them, a line each: `"grid_size": [3, 4]`.
inline std::map<std::string, Attribute> caseAttributes(const QStringList &lines)
{
    const QString manifest = QStringLiteral(R"({"weightsmith-manifest": 1, "attributes": {%1}, "tensors": {}})");
    const auto target =
        parseManifest(manifest.arg(lines.join(u',')).toStdString(), QStringLiteral("attributes of a case"));
    if (!target)
        qFatal("%s", qPrintable(target.error().message));
    return (*target)->attributes();
}

inline QStringList caseRows(const Plan &plan, const QStringList &wanted)
{
    QStringList rows;
    for (const Row &row : plan.table->rows)
        rows += caseRow(row, wanted.value(rows.size()));
    return rows;
}
