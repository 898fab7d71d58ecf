// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/yamlcolours.h"

#include "ui/theme.h"

#include <QStringView>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace {
bool isBreakAfter(QStringView line, qsizetype at)
{
    return at + 1 >= line.size() || line[at + 1].isSpace();
}

/// Behind the closing quote, or the end of the line.
qsizetype quoteEnd(QStringView line, qsizetype at)
{
    const QChar quote = line[at];
    for (qsizetype end = at + 1; end < line.size(); ++end) {
        const bool isDoubled = quote == u'\'' && line.mid(end, 2) == u"''"_s;
        if ((quote == u'"' && line[end] == u'\\') || isDoubled)
            ++end;
        else if (line[end] == quote)
            return end + 1;
    }
    return line.size();
}

/// Behind a word without quotes: at `: `, at a comment, and within brackets at what ends an item there.
qsizetype wordEnd(QStringView line, qsizetype at, bool isInBrackets)
{
    for (; at < line.size(); ++at) {
        const QChar c = line[at];
        if ((c == u':' && isBreakAfter(line, at)) || (isInBrackets && u",[]{}"_s.contains(c))
            || (c == u'#' && line[at - 1].isSpace()))
            break;
    }
    return at;
}

bool hasMeaning(QStringView word)
{
    static const QStringList words{u"true"_s, u"false"_s, u"null"_s, u"~"_s};
    bool isNumber = false;
    std::ignore = word.toDouble(&isNumber);
    return isNumber || words.contains(word);
}
}

QList<QTextLayout::FormatRange> yamlColours(const QString &line, const QPalette &palette)
{
    QList<QTextLayout::FormatRange> ranges;
    const auto paint = [&](qsizetype from, qsizetype to, Tone tone) {
        QTextCharFormat format;
        format.setForeground(colour(tone, palette));
        ranges.append({int(from), int(to - from), format});
    };
    int depth = 0;
    for (qsizetype at = 0; at < line.size();) {
        const QChar c = line[at];
        const bool isItem = c == u'-' && isBreakAfter(line, at);
        if (c == u'#' && (at == 0 || line[at - 1].isSpace())) {
            paint(at, line.size(), Tone::Muted);
            break;
        }
        if (c.isSpace() || c == u',' || c == u':' || isItem || u"[]{}"_s.contains(c)) {
            depth += c == u'[' || c == u'{' ? 1 : c == u']' || c == u'}' ? -1 : 0;
            ++at;
            continue;
        }
        const bool isQuoted = c == u'"' || c == u'\'';
        const qsizetype end = std::max(isQuoted ? quoteEnd(line, at) : wordEnd(line, at, depth > 0), at + 1);
        const bool isKey = end < line.size() && line[end] == u':';
        if (isKey)
            paint(at, end, Tone::Accent);
        else if (isQuoted)
            paint(at, end, Tone::Loaded);
        else if (hasMeaning(QStringView(line).mid(at, end - at).trimmed()))
            paint(at, end, Tone::Mismatch);
        at = end;
    }
    return ranges;
}
