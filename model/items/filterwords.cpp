// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/filterwords.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype mostPieces = 8;
constexpr std::size_t mostLooked = 20000; ///< keys

QString tr(const char *text)
{
    return QCoreApplication::translate("KeyFilter", text);
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
}

/// Words that stand alone or open another.
QList<FilterWord> words()
{
    QList<FilterWord> all{{u"dtype:"_s, tr("a type, or a pattern of types")},
                          {u"shape:"_s, tr("sizes, * for any, ... for any number of them")},
                          {u"difference"_s, tr("whatever is not as it should be")},
                          {u"renamed"_s, tr("called otherwise in the file")}};
    for (std::size_t verdict = 1; verdict < keyVerdictCount; ++verdict) {
        const std::string_view word = filterWord(KeyVerdict(verdict));
        all << FilterWord{QString::fromUtf8(word.data(), qsizetype(word.size())), verdictText(KeyVerdict(verdict))};
    }
    return all;
}

/// The end of the component in which `at` is.
std::size_t componentEnd(Name name, std::size_t at)
{
    return std::min(name.find('.', at), name.size());
}

/// From where `typed` stands at the beginning of a component of a name to the end of that component, or of the next
/// one when it is there already.
std::string_view pieceOf(Name name, std::string_view typed)
{
    for (std::size_t at = 0; at + typed.size() <= name.size(); at = componentEnd(name, at) + 1) {
        const bool isThere = std::equal(typed.begin(), typed.end(), name.begin() + qint64(at),
                                        [](char wanted, char c) { return wanted == lower(c); });
        if (!isThere)
            continue;
        std::size_t end = componentEnd(name, at + typed.size());
        if (end == at + typed.size() && end < name.size())
            end = componentEnd(name, end + 1);
        return name.substr(at, end - at);
    }
    return {};
}

void addPieces(QList<FilterWord> &offers, const KeyTree &tree, std::string_view typed)
{
    const std::vector<Name> &names = tree.all->names;
    const std::size_t stride = names.size() / mostLooked + 1;
    std::set<std::string_view> found;
    for (std::size_t at = 0; at < names.size() && qsizetype(found.size()) < mostPieces; at += stride) {
        const std::string_view piece = pieceOf(names[at], typed);
        if (piece.size() > typed.size() && piece.find_first_of(" \t\n\"") == piece.npos)
            found.insert(piece);
    }
    std::vector<std::string_view> sorted(found.begin(), found.end());
    std::sort(sorted.begin(), sorted.end(), naturalLess);
    for (const std::string_view piece : sorted)
        offers << FilterWord{displayName(piece), {}};
}

/// Types of this file after the last comma.
void addTypes(FilterCompletion &completion, const KeyTree &tree, const QString &typed)
{
    const qsizetype start = std::max(typed.lastIndexOf(u','), typed.indexOf(u':')) + 1;
    completion.begin += start;
    for (const DType dtype : tree.all->dtypes) {
        const QString name = QString::fromLatin1(word(dtype));
        if (name.startsWith(typed.mid(start), Qt::CaseInsensitive) && name != typed.mid(start))
            completion.offers << FilterWord{name, tr("a type in this file")};
    }
}
}

QList<FilterWord> filterExamples()
{
    return {{u"attn.qkv"_s, tr("text anywhere in a key, letters in any case")},
            {u"\"missing\""_s, tr("the same, taken literally")},
            {u"*.blocks.?.mlp*"_s, tr("a pattern of the whole key: * any text, ? one character")},
            {u"/\\.(q|k)_proj\\./"_s, tr("a regular expression; /…/i in any case")},
            {u"dtype:bfloat16"_s, tr("a type or a pattern of types, several with commas")},
            {u"shape:*,3,*,*"_s, tr("sizes: * any size, ... any number of sizes")},
            {u">1M"_s, tr("parameters; with a B bytes, as in >=1.5GB")},
            {u"missing"_s, tr("a verdict: loaded, missing, mismatch, unexpected, dropped, …")},
            {u"difference"_s, tr("whatever is not as it should be")},
            {u"renamed"_s, tr("called otherwise in the file")},
            {u"!bias"_s, tr("not; several words must all hold")}};
}

FilterCompletion completeFilter(const KeyTree *tree, const QString &line, qsizetype cursor)
{
    FilterCompletion completion;
    completion.begin = cursor > 0 ? line.lastIndexOf(u' ', cursor - 1) + 1 : 0;
    completion.end = line.indexOf(u' ', cursor);
    if (completion.end < 0)
        completion.end = line.size();
    if (completion.begin < cursor && line[completion.begin] == u'!')
        ++completion.begin;
    const QString typed = line.mid(completion.begin, cursor - completion.begin);
    if (typed.startsWith(u'/') || typed.startsWith(u'"') || typed.startsWith("shape:"_L1))
        return completion;
    if (typed.startsWith("dtype:"_L1)) {
        if (tree)
            addTypes(completion, *tree, typed);
        return completion;
    }
    const QList<FilterWord> all = words();
    for (const FilterWord &word : all) {
        if (word.text.startsWith(typed, Qt::CaseInsensitive) && word.text != typed)
            completion.offers << word;
    }
    if (tree && !typed.isEmpty())
        addPieces(completion.offers, *tree, typed.toLower().toStdString());
    return completion;
}
