// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/letspec.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Let", text);
}

/// Gives names to values that expressions of later steps use.
struct Let
{
    LetSpecs values;

    static FieldLines fields()
    {
        return FieldLines{field("values", &Let::values,
                                "Names and what they stand for: a number, text or list, or {ints: …}, {count: …}, "
                                "{dim: …}, {target-dim: …}, {attr: …}, {table: …}, {expr: …}.",
                                bodyField | requiredField)};
    }

    Result<void> check(const Lets &lets) const
    {
        Lets known = lets;
        for (const LetSpec &spec : values.specs) {
            if (const Result<void> sound = spec.check(known); !sound)
                return sound;
            known.set(spec.name(), {});
        }
        return {};
    }

    void declare(Lets &lets) const
    {
        for (const LetSpec &spec : values.specs)
            lets.set(spec.name(), spec.literal().value_or(LetValue()));
    }

    std::vector<SentencePart> sentence() const
    {
        constexpr std::size_t shown = 3;
        std::vector<SentencePart> parts{plain(tr("Let "))};
        for (std::size_t i = 0; i < std::min(values.specs.size(), shown); ++i) {
            if (i > 0)
                parts.push_back(plain(tr(", ")));
            parts.push_back(code(values.specs[i].name()));
            parts.push_back(plain(tr(" be ")));
            parts = std::move(parts) + values.specs[i].words();
        }
        if (values.specs.size() > shown)
            parts.push_back(plain(tr(" and %1 more").arg(values.specs.size() - shown)));
        return parts;
    }

    Result<void> apply(StepRun &run) const
    {
        run.checksOnly();
        for (const LetSpec &spec : values.specs) {
            Result<LetValue> value = spec.evaluate(run);
            if (!value)
                return value.error();
            run.let(spec.name(), std::move(*value));
            if (run.lets().names().size() > mostLets)
                return run.error(tr("more than %1 names have values; a recipe keeps no more.").arg(mostLets));
        }
        return {};
    }
};
}

const StepKind &letStep()
{
    static const StepKind kind = stepKind<Let>(
        {.word = "let",
         .title = "Let",
         .group = "Flow",
         .help = "Gives names to values, which expressions of later steps use: numbers found in the keys (ints), how "
                 "many keys there are (count), sizes (dim, target-dim), attributes of the target (attr), tables and "
                 "expressions. With ends as here, rename network.{n} to stages.{bisect(ends,n)}.",
         .exampleStep = R"(let: {ends: {ints: '^network\.(\d+)\.proj\.weight'}})",
         .exampleBefore = "network.0.norm.weight\nnetwork.1.proj.weight\nnetwork.2.norm.weight",
         .exampleAfter = "network.0.norm.weight\nnetwork.1.proj.weight\nnetwork.2.norm.weight"});
    return kind;
}
