// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QDir>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}
}

SentencePart plain(const QString &text)
{
    return {text, false};
}

SentencePart code(std::string_view text)
{
    constexpr std::size_t longest = 400; // of a sentence no one reads more
    if (text.size() <= longest)
        return {displayName(text), true};
    std::size_t end = longest;
    while (end > longest - 4 && (std::uint8_t(text[end]) & 0xC0) == 0x80) // inside a character
        --end;
    return {displayName(text.substr(0, end)) + u'…', true};
}

std::vector<SentencePart> codes(const std::vector<std::string> &texts)
{
    constexpr std::size_t shown = 3;
    std::vector<SentencePart> parts;
    for (std::size_t i = 0; i < std::min(texts.size(), shown); ++i) {
        if (i > 0)
            parts.push_back(plain(i + 1 == texts.size() ? tr(" and ") : tr(", ")));
        parts.push_back(code(texts[i]));
    }
    if (texts.size() > shown)
        parts.push_back(plain(tr(" and %1 more").arg(texts.size() - shown)));
    return parts;
}

std::vector<SentencePart> operator+(std::vector<SentencePart> left, const std::vector<SentencePart> &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

std::vector<SentencePart> inRows(const Selector &where)
{
    if (where.isAll())
        return {};
    return std::vector{plain(tr(" in keys "))} + selectorWords(where);
}

std::string pathFrom(const QString &folder, const std::string &file)
{
    return file.empty() ? file : QDir(folder).absoluteFilePath(QString::fromStdString(file)).toStdString();
}

Error badStep(const QString &message)
{
    return {Error::Kind::BadRecipe, message};
}

Error cancelled()
{
    return {Error::Kind::Cancelled, {}};
}
