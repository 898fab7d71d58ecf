// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Takes all other rows out.
struct Keep
{
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("where", &Keep::where, "Which keys.", bodyField | requiredField)};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Keep only keys "))} + selectorWords(where);
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<std::vector<std::size_t>> kept = selectRows(run, where);
        if (!kept)
            return kept.error();
        if (kept->empty() && run.step().required)
            return run.error(tr("it is required to match something, but no key matches."));
        if (kept->empty())
            run.finding(Finding::Severity::Warning, "keeps-nothing", tr("No key is kept."));
        auto next = kept->begin();
        for (std::size_t i = 0, count = run.rows().size(); i < count; ++i) {
            if (next != kept->end() && *next == i)
                run.matched(*next++);
            else
                run.drop(i);
        }
        return {};
    }
};
}

const StepKind &keepStep()
{
    static const StepKind kind = stepKind<Keep>({.word = "keep",
                                                 .title = "Keep",
                                                 .group = "Names",
                                                 .help = "Keeps the keys that a selector selects and drops the rest.",
                                                 .exampleStep = "keep: {prefix: [visual., proj]}",
                                                 .exampleBefore = "visual.conv1.weight\nproj\ntext.embed.weight",
                                                 .exampleAfter = "visual.conv1.weight\nproj"});
    return kind;
}
