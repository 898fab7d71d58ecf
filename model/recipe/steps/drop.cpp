// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Takes rows out.
struct Drop
{
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("where", &Drop::where, "Which keys.", bodyField | requiredField)};
    }

    std::vector<SentencePart> sentence() const { return std::vector{plain(tr("Drop keys "))} + selectorWords(where); }

    Result<void> apply(StepRun &run) const
    {
        return eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            run.drop(index);
            return {};
        });
    }
};
}

const StepKind &dropStep()
{
    static const StepKind kind =
        stepKind<Drop>({.word = "drop",
                        .title = "Drop",
                        .group = "Names",
                        .help = "Takes keys out. The body is a selector; bare text is a whole key.",
                        .exampleStep = "drop: {contains: attn_mask}",
                        .exampleBefore = "layers.0.attn_mask\nlayers.0.norm.weight",
                        .exampleAfter = "layers.0.norm.weight"});
    return kind;
}
