// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Ends the recipe before its last step.
struct Stop
{
    std::string reason;

    static FieldLines fields()
    {
        return FieldLines{field("reason", &Stop::reason,
                                "Why nothing more is to be done; the plan and its report say it.",
                                mainField | requiredField)};
    }

    Result<void> check() const
    {
        return reason.empty() ? Result<void>(badStep(tr("“stop” needs a reason that can be shown."))) : Result<void>();
    }

    std::vector<SentencePart> sentence() const { return {plain(tr("Stop here: %1").arg(displayName(reason)))}; }

    Result<void> apply(StepRun &run) const
    {
        run.checksOnly();
        const QString said = displayName(reason);
        run.endRecipe(said.endsWith(u'.') ? said.chopped(1) : said); // it goes on in sentences
        return {};
    }
};
}

const StepKind &stopStep()
{
    static const StepKind kind = stepKind<Stop>(
        {.word = "stop",
         .title = "Stop",
         .group = "Flow",
         .help =
             "Ends the recipe: the steps behind it do not run. Give it a condition, “when”, for the checkpoints that "
             "need no more.",
         .exampleStep = "{stop: already in the target's layout, when: {has: head.fc.weight}}",
         .exampleBefore = "stem.conv.weight\nhead.fc.weight",
         .exampleAfter = "stem.conv.weight\nhead.fc.weight"});
    return kind;
}
