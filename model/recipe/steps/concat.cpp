// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/joiner.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
/// What becomes of keys that lack others to be joined with.
enum class Incomplete : quint8 { Error, Leave, Drop, Zeros };
}

template<>
inline constexpr auto enumWords<Incomplete> = std::array<std::string_view, 4>{"error", "leave", "drop", "zeros"};

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Rows that become one.
struct Group
{
    static constexpr std::size_t none = std::size_t(-1);

    std::vector<std::size_t> rows; ///< per pattern
    std::vector<std::string_view> values; ///< what the patterns captured

    std::size_t firstRow() const
    {
        return *std::find_if(rows.begin(), rows.end(), [](std::size_t row) { return row != none; });
    }
};

/// Joins tensors along an axis.
struct Concat
{
    std::vector<std::string> from;
    std::string to;
    qint64 dim = 0;
    Incomplete incomplete = Incomplete::Error;
    RowPlace place = RowPlace::Here;
    bool keepInput = false;

    static FieldLines fields()
    {
        return FieldLines{
            field("from", &Concat::from,
                  "Patterns of the keys that are joined, in that order: those with equal captures.", requiredField),
            field("to", &Concat::to, "The key they become; may use the captures.", requiredField),
            field("dim", &Concat::dim, "The axis along which they are joined."),
            field("incomplete", &Concat::incomplete,
                  "What becomes of keys when one of those they are joined with is not there."),
            field("place", &Concat::place, "Where the new key stands: at the first of its inputs, or at an end."),
            field("keep-input", &Concat::keepInput, "Whether the inputs stay as keys of their own.")};
    }

    Result<void> check(const Lets &lets) const
    {
        const Result<RowPatterns> patterns = RowPatterns::compile(from);
        if (!patterns)
            return patterns.error();
        const Result<NameTemplate> result =
            NameTemplate::compile(to, patterns->scope(), NameTemplate::Escapes::None, lets);
        return result ? Result<void>() : Result<void>(result.error());
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Join "))} + codes(from) + std::vector{plain(tr(" as ")), code(to)}
        + alongAxis(dim);
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<RowPatterns> patterns = RowPatterns::compile(from);
        if (!patterns)
            return run.error(patterns.error().message);
        const Result<NameTemplate> name =
            NameTemplate::compile(to, patterns->scope(), NameTemplate::Escapes::None, run.lets());
        if (!name)
            return run.error(name.error().message);
        const Result<std::vector<Group>> groups = findGroups(run, *patterns);
        if (!groups)
            return groups.error();
        Joiner joiner(run);
        RowMaker rows(run, place);
        Lacking lacking;
        std::size_t done = 0;
        for (const Group &group : *groups) {
            constexpr std::size_t groupsPerPoll = 1024;
            if (++done % groupsPerPoll == 0 && run.stopRequested())
                return cancelled();
            const auto missing = std::find(group.rows.begin(), group.rows.end(), Group::none);
            if (missing != group.rows.end()) {
                const std::string wanted = patterns->nameOf(std::size_t(missing - group.rows.begin()), group.values);
                if (incomplete == Incomplete::Error)
                    return run.error(tr("“%1” has no “%2” to be joined with.")
                                         .arg(displayName(run.rows()[group.firstRow()].name), displayName(wanted)));
                if (lacking.groups++ == 0)
                    lacking.first = displayName(wanted);
                if (incomplete != Incomplete::Zeros) {
                    passBy(run, group);
                    continue;
                }
            }
            if (const Result<void> joined = join(run, group, joiner, rows, *name); !joined)
                return joined;
        }
        report(run, lacking);
        return {};
    }

private:
    struct Lacking
    {
        qint64 groups = 0;
        QString first;
    };

    static Result<std::vector<Group>> findGroups(StepRun &run, const RowPatterns &patterns)
    {
        std::vector<Group> groups;
        std::unordered_map<std::string, std::size_t> known;
        const Result<void> found = patterns.each(run, [&](std::size_t row, std::size_t pattern, auto values) {
            const auto [at, isNew] = known.try_emplace(RowPatterns::key(values), groups.size());
            if (isNew)
                groups.push_back({std::vector(patterns.size(), Group::none), {values.begin(), values.end()}});
            groups[at->second].rows[pattern] = row;
            return Result<void>();
        });
        return found ? Result<std::vector<Group>>(std::move(groups)) : found.error();
    }

    void passBy(StepRun &run, const Group &group) const
    {
        for (const std::size_t row : group.rows) {
            if (row == Group::none)
                continue;
            if (incomplete == Incomplete::Drop)
                run.drop(row);
            else
                run.matched(row);
        }
    }

    Result<void> join(StepRun &run, const Group &group, Joiner &joiner, RowMaker &made, const NameTemplate &name) const
    {
        const std::size_t first = group.firstRow();
        const Row like = run.rows()[first];
        const Result<qsizetype> axis = axisOf(dim, like.value->shape->size());
        if (!axis)
            return rowError(run, like, axis.error().message);
        std::vector<const Expression *> inputs;
        std::vector<std::size_t> origins;
        bool differs = false;
        for (const std::size_t index : group.rows) {
            if (index == Group::none) {
                inputs.push_back(joiner.zeros(like.value->dtype, *like.value->shape));
                continue;
            }
            const Row row = run.rows()[index];
            if (const Result<void> fits = checkFits(run, like, row, *axis); !fits)
                return fits;
            differs |= *row.value->shape != *like.value->shape;
            inputs.push_back(row.value);
            if (std::find(origins.begin(), origins.end(), index) == origins.end())
                origins.push_back(index);
        }
        if (differs && std::find(group.rows.begin(), group.rows.end(), Group::none) != group.rows.end())
            return rowError(run, like,
                            tr("is joined with keys of other sizes, so that there is no saying how many zeros stand "
                               "for the one that is not there."));
        const Result<const Expression *> value = joiner.joined(inputs, *axis);
        if (!value)
            return rowError(run, like, value.error().message);
        if (const Result<void> added = made.add(name, group.values, *value, origins); !added)
            return added;
        for (const std::size_t origin : origins) {
            if (!keepInput)
                run.consume(origin);
        }
        return {};
    }

    static Result<void> checkFits(StepRun &run, const Row &like, const Row &row, qsizetype axis)
    {
        if (const Result<void> movable = checkMovable(*row.value); !movable)
            return rowError(run, row, movable.error().message);
        SizeList wanted = like.value->shape->sizes(), found = row.value->shape->sizes();
        bool isFitting = wanted.size() == found.size();
        if (isFitting) {
            wanted[axis] = found[axis] = 0;
            isFitting = wanted == found;
        }
        if (!isFitting)
            return rowError(run, row,
                            tr("does not fit “%1” (%2): they are joined along axis %3, and the other axes must be "
                               "alike.")
                                .arg(displayName(like.name), shapeText(*like.value->shape), QString::number(axis)));
        if (row.value->dtype != like.value->dtype)
            return rowError(run, row,
                            tr("is %1 and “%2” is %3; cast one of them first.")
                                .arg(displayName(word(row.value->dtype)), displayName(like.name),
                                     displayName(word(like.value->dtype))));
        return {};
    }

    void report(StepRun &run, const Lacking &lacking) const
    {
        if (lacking.groups == 0)
            return;
        const QString what = incomplete == Incomplete::Zeros ? tr("zeros stand in for it")
            : incomplete == Incomplete::Drop                 ? tr("what it would be joined with is dropped")
                                                             : tr("what it would be joined with stays as it is");
        const QString others =
            lacking.groups == 1 ? QString() : tr(", and so it is for %1 more").arg(exactText(lacking.groups - 1));
        run.finding(Finding::Severity::Info, "incomplete",
                    tr("%1: “%2” is not there%3; %4.").arg(run.title(), lacking.first, others, what));
    }
};
}

const StepKind &concatStep()
{
    static const StepKind kind = stepKind<Concat>(
        {.word = "concat",
         .title = "Join tensors",
         .group = "Values",
         .help = "Joins tensors along an axis, as torch.cat does: query, key and value become one. Keys that differ in "
                 "the same captures belong together.",
         .exampleStep = "concat: {from: ['{m:**}.q.{p:weight|bias}', '{m}.k.{p}', '{m}.v.{p}'], to: '{m}.qkv.{p}'}",
         .exampleBefore = "attn.q.weight float32 4x8\nattn.k.weight float32 4x8\nattn.v.weight float32 4x8",
         .exampleAfter = "attn.qkv.weight float32 12x8"});
    return kind;
}
