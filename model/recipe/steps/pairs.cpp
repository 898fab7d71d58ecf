// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Gives single keys the names of target keys, as chosen by hand. What was chosen outranks what is there: a key that
/// has such a name already and is not itself paired gives way.
struct Pairs
{
    NamePairs pairs;

    static FieldLines fields()
    {
        return FieldLines{field("pairs", &Pairs::pairs, "Source keys and the target keys they become.", requiredField)};
    }

    Result<void> check() const
    {
        for (const auto &[from, to] : pairs) {
            if (!to)
                return badStep(tr("“%1” is paired with nothing; expected a target key (rename-table drops keys so).")
                                   .arg(displayName(from)));
        }
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        if (pairs.size() != 1)
            return {plain(tr("Pair %1 keys by hand").arg(pairs.size()))};
        return {plain(tr("Pair ")), code(pairs.front().first), plain(tr(" with ")), code(*pairs.front().second)};
    }

    Result<void> apply(StepRun &run) const
    {
        const auto from = [this](quint32 at) -> Name { return pairs[at].first; };
        const auto to = [this](quint32 at) -> Name { return *pairs[at].second; };
        NameIndex sources(pairs.size());
        NameIndex wanted(pairs.size());
        for (std::size_t i = 0; i < pairs.size(); ++i)
            sources.insert(quint32(i), from);
        std::vector<bool> isThere(pairs.size());
        for (const Row &row : run.rows()) {
            const quint32 at = sources.find(row.name, from);
            if (at == NameIndex::none)
                continue;
            isThere[at] = true;
            wanted.insert(at, to);
        }
        tellUnknown(run, isThere);
        return eachRow(run, {}, [&](std::size_t row, auto) -> Result<void> {
            const Name name = run.rows()[row].name;
            const quint32 at = sources.find(name, from);
            if (at != NameIndex::none) {
                run.rename(row, *pairs[at].second);
            } else if (const quint32 other = wanted.find(name, to); other != NameIndex::none) {
                run.finding(Finding::Severity::Warning, "outranked",
                            tr("“%1” gives way to “%2”, which step %3 pairs with that key.")
                                .arg(displayName(name), displayName(pairs[other].first), run.number()),
                            name);
                run.drop(row);
            }
            return {};
        });
    }

private:
    void tellUnknown(StepRun &run, const std::vector<bool> &isThere) const
    {
        qint64 unknown = 0;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            if (isThere[i] || ++unknown > mostTold)
                continue;
            run.finding(
                Finding::Severity::Warning, "unknown",
                tr("Step %1 pairs “%2”, but there is no such key.").arg(run.number(), displayName(pairs[i].first)));
        }
        if (unknown > mostTold)
            run.finding(
                Finding::Severity::Warning, "unknown",
                tr("Step %1 pairs %2 more keys that are not there.").arg(run.number(), exactText(unknown - mostTold)));
    }
};
}

const StepKind &pairsStep()
{
    static const StepKind kind = stepKind<Pairs>(
        {.word = "pairs",
         .title = "Pair by hand",
         .group = "Pairing",
         .help = "Gives single keys the names of target keys. A key that has such a name already gives way.",
         .exampleStep = "pairs: {pairs: {fc.weight: head.weight, fc.bias: head.bias}}",
         .exampleBefore = "fc.weight\nfc.bias\nnorm.weight",
         .exampleAfter = "head.weight\nhead.bias\nnorm.weight"});
    return kind;
}
