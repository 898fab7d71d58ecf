// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class OrderShapes : quint8 { Equal, Numel, Any };
enum class OrderLengths : quint8 { Equal, Shorter };
}

template<>
inline constexpr auto enumWords<OrderShapes> = std::array<std::string_view, 3>{"equal", "numel", "any"};
template<>
inline constexpr auto enumWords<OrderLengths> = std::array<std::string_view, 2>{"equal", "shorter"};

namespace {
/// Gives keys the names of target keys by their place alone, as timm's remap_state_dict does.
struct MatchByOrder
{
    Selector where;
    Selector target;
    OrderShapes shapes = OrderShapes::Numel;
    OrderLengths lengths = OrderLengths::Equal;

    static FieldLines fields()
    {
        return FieldLines{
            field("where", &MatchByOrder::where, "Which keys."),
            field("target", &MatchByOrder::target, "Which target keys."),
            field("shapes", &MatchByOrder::shapes,
                  "What a pair must have in common: the shape, or the number of elements (then the key gets the "
                  "target's shape), or nothing."),
            field("lengths", &MatchByOrder::lengths,
                  "Whether there must be as many keys as target keys, or pairing ends with the shorter list; keys left "
                  "over go.")};
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts = std::vector{plain(tr("Match to target keys by their order"))} + inRows(where);
        if (!target.isAll())
            parts = std::move(parts) + std::vector{plain(tr(", target keys "))} + selectorWords(target);
        return parts;
    }

    Result<void> apply(StepRun &run) const
    {
        const Target *whole = run.target();
        if (!whole)
            return run.error(tr("it needs a target, and there is none."));
        const Result<std::vector<std::size_t>> rows = selectRows(run, where);
        if (!rows)
            return rows.error();
        const Result<std::vector<const TargetKey *>> keys = wantedKeys(run, *whole);
        if (!keys)
            return keys.error();
        if (lengths == OrderLengths::Equal && rows->size() != keys->size())
            return run.error(tr("there are %1 keys and %2 target keys; “lengths: shorter” pairs the first of them.")
                                 .arg(exactText(qint64(rows->size())), exactText(qint64(keys->size()))));
        if (!rows->empty() && keys->empty())
            return run.error(tr("it selects no target key."));
        tellLostOrder(run, *whole);
        if (const Result<void> shaped = giveShapes(run, *rows, *keys); !shaped)
            return shaped;
        std::size_t place = 0;
        const Result<void> paired = eachOf(run, *rows, [&](std::size_t row) -> Result<void> {
            if (place < keys->size())
                run.rename(row, (*keys)[place]->name);
            else
                run.drop(row);
            ++place;
            return {};
        });
        if (paired && rows->size() > keys->size())
            run.finding(Finding::Severity::Warning, "left-out",
                        tr("%1 leaves out %2 of %3 keys, from “%4” on: there are no more target keys.")
                            .arg(run.title(), exactText(qint64(rows->size() - keys->size())),
                                 exactText(qint64(rows->size())), displayName(run.rows()[(*rows)[keys->size()]].name)));
        return paired;
    }

private:
    Result<std::vector<const TargetKey *>> wantedKeys(StepRun &run, const Target &whole) const
    {
        std::vector<const TargetKey *> keys;
        SelectorMatcher matcher(target, &run);
        for (const TargetKey &key : whole.keys()) {
            if (matcher.matches(key.name, key.dtype, key.shape))
                keys.push_back(&key);
            if (matcher.error())
                return run.error(matcher.error()->message);
        }
        return keys;
    }

    /// Safetensors files hold their tensors in an order of their own, not in the modules'.
    static void tellLostOrder(StepRun &run, const Target &whole)
    {
        const auto tell = [&](const Checkpoint &checkpoint) {
            if (checkpoint.format() == Format::Safetensors)
                run.finding(Finding::Severity::Warning, "order-unknown",
                            tr("“%1” is a safetensors file, which does not keep the order of a model's keys; step %2 "
                               "pairs by that order.")
                                .arg(displayName(checkpoint.fileName().toStdString()), run.number()));
        };
        tell(run.checkpoint());
        if (whole.checkpoint() && whole.checkpoint().get() != &run.checkpoint())
            tell(*whole.checkpoint());
    }

    /// What forbids the pair; empty: nothing.
    QString misfit(const Row &row, const TargetKey &key) const
    {
        const Shape &have = *row.value->shape;
        if (shapes == OrderShapes::Any || key.takes(have))
            return {};
        if (shapes == OrderShapes::Equal || elementCount(have) != elementCount(key.shape))
            return (shapes == OrderShapes::Equal ? tr("have the shapes %1 and %2")
                                                 : tr("have the shapes %1 and %2, not as many elements"))
                .arg(shapeText(have), shapeText(key.shape));
        return {};
    }

    /// Check all pairs, and reshape what has as many elements as its target key in another shape.
    Result<void> giveShapes(StepRun &run, const std::vector<std::size_t> &rows,
                            const std::vector<const TargetKey *> &keys) const
    {
        std::vector<std::size_t> others;
        std::vector<const Shape *> wanted;
        for (std::size_t i = 0; i < std::min(rows.size(), keys.size()); ++i) {
            const Row &row = run.rows()[rows[i]];
            if (const QString problem = misfit(row, *keys[i]); !problem.isEmpty())
                return run.error(tr("key %1, “%2”, and target key “%3” %4.")
                                     .arg(i + 1)
                                     .arg(displayName(row.name), displayName(keys[i]->name), problem));
            if (shapes == OrderShapes::Numel && !keys[i]->takes(*row.value->shape)) {
                others.push_back(rows[i]);
                wanted.push_back(&keys[i]->shape);
            }
        }
        auto next = wanted.cbegin();
        return rearrangeRows(run, others, [&](const RowView &, Rearranged &to) -> Result<void> {
            to.shape = **next++;
            return {};
        });
    }
};
}

const StepKind &matchByOrderStep()
{
    static const StepKind kind = stepKind<MatchByOrder>(
        {.word = "match-by-order",
         .title = "Match by order",
         .group = "Pairing",
         .help =
             "Gives the first key the name of the first target key, and so on; names do not count. Sound where both "
             "lists have the order of the same model, which safetensors files do not keep.",
         .exampleStep = "match-by-order: {where: {prefix: layer}}",
         .exampleBefore = "layer1.w\nlayer1.b\nlayer2.w",
         .exampleAfter = "blocks.0.weight\nblocks.0.bias\nblocks.1.weight"});
    return kind;
}
