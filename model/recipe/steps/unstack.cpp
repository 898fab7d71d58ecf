// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/joiner.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Takes tensors apart into numbered ones.
struct Unstack
{
    std::string from;
    std::string to;
    qint64 dim = 0;
    qint64 startAt = 0;
    RowPlace place = RowPlace::Here;
    bool keepInput = false;

    static FieldLines fields()
    {
        return FieldLines{field("from", &Unstack::from, "A pattern of the keys that are taken apart.", requiredField),
                          field("to", &Unstack::to,
                                "The keys of the slices, with one capture more for their number: experts.{e}.w.",
                                requiredField),
                          field("dim", &Unstack::dim, "The axis that becomes the number."),
                          field("start-at", &Unstack::startAt, "The first number."),
                          field("place", &Unstack::place, "Where the slices stand: at their input, or at an end."),
                          field("keep-input", &Unstack::keepInput, "Whether the input stays as a key of its own.")};
    }

    Result<void> check(const Lets &lets) const
    {
        if (startAt < 0)
            return badStep(tr("“start-at” of “unstack” is %1; expected a number from 0 on.").arg(startAt));
        const Result<Compiled> compiled = compile(lets);
        return compiled ? Result<void>() : Result<void>(compiled.error());
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Unstack ")), code(from), plain(tr(" into ")), code(to)} + alongAxis(dim);
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<Compiled> compiled = compile(run.lets());
        if (!compiled)
            return run.error(compiled.error().message);
        Joiner joiner(run);
        RowMaker rows(run, place);
        return compiled->patterns.each(run, [&](std::size_t index, std::size_t, auto captured) -> Result<void> {
            const Row row = run.rows()[index];
            if (const Result<void> movable = checkMovable(*row.value); !movable)
                return rowError(run, row, movable.error().message);
            const Result<qsizetype> axis = axisOf(dim, row.value->shape->size());
            if (!axis)
                return rowError(run, row, axis.error().message);
            const qint64 count = (*row.value->shape)[*axis];
            if (count == 0)
                return rowError(run, row,
                                tr("has no element along axis %1, so that no key would be left of it.").arg(*axis));
            if (count > mostSlices)
                return rowError(run, row,
                                tr("has the size %1 along axis %2; at most %3 slices become keys.")
                                    .arg(exactText(count), QString::number(*axis), exactText(mostSlices)));
            if (startAt > std::numeric_limits<qint64>::max() - count)
                return rowError(run, row, tr("would get numbers that do not fit 64 bits."));
            std::vector<std::string_view> values(captured.begin(), captured.end());
            for (qint64 i = 0; i < count; ++i) {
                const std::string digits = std::to_string(startAt + i);
                values.resize(captured.size());
                values.push_back(digits);
                const Result<const Expression *> slice = joiner.slice(*row.value, *axis, i);
                if (!slice)
                    return rowError(run, row, slice.error().message);
                if (const auto added = rows.add(compiled->name, values, *slice, std::array{index}); !added)
                    return added;
            }
            if (!keepInput)
                run.consume(index);
            return {};
        });
    }

private:
    static constexpr qint64 mostSlices = 10'000;

    struct Compiled
    {
        RowPatterns patterns;
        NameTemplate name;
    };

    Result<Compiled> compile(const Lets &lets) const
    {
        Result<RowPatterns> patterns = RowPatterns::compile({from});
        if (!patterns)
            return patterns.error();
        CaptureScope scope = patterns->scope();
        std::vector<std::string> added;
        for (const std::string &name : namesInBraces(to)) {
            if (!scope.find(name) && !lets.has(name) && std::find(added.begin(), added.end(), name) == added.end())
                added.push_back(name);
        }
        if (added.empty())
            return badStep(tr("“to” of “unstack” has no capture that “from” has not; expected one for the number: from "
                              "experts.w to experts.{e}.w."));
        if (added.size() > 1)
            return badStep(tr("“to” of “unstack” has {%1} and {%2}, which “from” has not; expected one for the number.")
                               .arg(displayName(added[0]), displayName(added[1])));
        scope.captures.push_back({added.front(), scope.slotCount++, Capture::Kind::Integer});
        Result<NameTemplate> name = NameTemplate::compile(to, scope, NameTemplate::Escapes::None, lets);
        if (!name)
            return name.error();
        return Compiled{std::move(*patterns), std::move(*name)};
    }
};
}

const StepKind &unstackStep()
{
    static const StepKind kind = stepKind<Unstack>(
        {.word = "unstack",
         .title = "Unstack tensors",
         .group = "Values",
         .help = "Takes tensors apart along an axis, as torch.unbind does: each slice becomes a numbered key.",
         .exampleStep = "unstack: {from: 'mlp.experts.{p:up|down}', to: 'mlp.experts.{e}.{p}'}",
         .exampleBefore = "mlp.experts.up float32 3x4x8",
         .exampleAfter = "mlp.experts.0.up float32 4x8\nmlp.experts.1.up float32 4x8\nmlp.experts.2.up float32 4x8"});
    return kind;
}
