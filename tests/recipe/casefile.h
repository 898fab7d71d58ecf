// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QMap>
#include <QStringList>

/// One case of a `.case` file: a title line `=== title`, then sections, each a line `--- name` and lines of text.
struct Case
{
    QString title;
    QMap<QString, QStringList> sections;

    bool has(const QString &section) const { return sections.contains(section); }
    QString text(const QString &section) const { return sections.value(section).join(u'\n'); }
};

/// Blank lines at the end of a section and lines before the first title do not count.
inline QList<Case> readCases(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<Case> cases;
    QString section;
    for (const QString &line : QString::fromUtf8(file.readAll()).split(u'\n')) {
        if (line.startsWith(QStringLiteral("=== "))) {
            cases.append({line.mid(4), {}});
            section.clear();
        } else if (line.startsWith(QStringLiteral("--- ")) && !cases.isEmpty()) {
            section = line.mid(4);
            cases.last().sections[section] = {};
        } else if (!section.isEmpty()) {
            cases.last().sections[section].append(line);
        }
    }
    for (Case &one : cases) {
        for (QStringList &lines : one.sections) {
            while (!lines.isEmpty() && lines.last().trimmed().isEmpty())
                lines.removeLast();
        }
    }
    return cases;
}
