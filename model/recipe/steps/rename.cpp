// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/renamerule.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Puts another text in the place of a piece of names.
struct Rename : RenameRule
{
    Selector where;
    RowPlace place = RowPlace::Here;

    static FieldLines fields()
    {
        FieldLines lines = ruleFields<Rename>();
        lines.push_back(field("where", &Rename::where, "Which keys."));
        lines.push_back(field("place", &Rename::place, "Where renamed keys go in the order."));
        return lines;
    }

    Result<void> check(const Lets &lets) const { return RenameRule::check(scopeOf(where), lets); }

    std::vector<SentencePart> sentence() const { return std::vector{plain(tr("Rename "))} + words() + inRows(where); }

    Result<void> apply(StepRun &run) const
    {
        Result<Renamer> renamer = Renamer::make(*this, scopeOf(where), run.lets());
        if (!renamer)
            return run.error(renamer.error().message);
        return eachRow(run, where, [&](std::size_t index, std::span<const std::string_view> captures) -> Result<void> {
            const auto renamed = renamer->rename(run.rows()[index].name, captures);
            if (!renamed)
                return run.error(renamed.error().message);
            if (!*renamed)
                return {};
            run.rename(index, (*renamed)->first, (*renamed)->second);
            if (place != RowPlace::Here)
                run.move(index, place);
            return {};
        });
    }
};
}

const StepKind &renameStep()
{
    static const StepKind kind = stepKind<Rename>(
        {.word = "rename",
         .title = "Rename",
         .group = "Names",
         .help = "Puts another text in the place of a whole key, its start, its end, any text in it, what a regular "
                 "expression matches, or whole components with places such as {i}.",
         .exampleStep = "rename: {from: 'layers.{i}.downsample', to: 'layers.{i+1}.downsample'}",
         .exampleBefore = "layers.0.downsample.norm.weight\nlayers.1.downsample.norm.weight",
         .exampleAfter = "layers.1.downsample.norm.weight\nlayers.2.downsample.norm.weight"});
    return kind;
}
