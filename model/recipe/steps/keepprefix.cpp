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

enum class Empty : quint8 { Error, Ok };
}

template<>
inline constexpr auto enumWords<Empty> = std::array<std::string_view, 2>{"error", "ok"};

namespace {
/// Keeps one subtree and cuts its prefix.
struct KeepPrefix
{
    std::string prefix;
    Empty empty = Empty::Error;

    static FieldLines fields()
    {
        return FieldLines{field("prefix", &KeepPrefix::prefix, "What kept keys start with; it is cut off.",
                                mainField | requiredField),
                          field("empty", &KeepPrefix::empty, "Whether it is an error when no key starts so.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return {plain(tr("Keep only ")), code(prefix), plain(tr(" and cut it"))};
    }

    Result<void> apply(StepRun &run) const
    {
        const std::vector<Row> &rows = run.rows();
        const bool any =
            std::any_of(rows.begin(), rows.end(), [&](const Row &row) { return row.name.starts_with(prefix); });
        if (!any && empty == Empty::Error)
            return run.error(tr("no key starts with “%1”.").arg(displayName(prefix)));
        run.assumeInjective();
        return eachRow(run, {}, [&](std::size_t index, auto) -> Result<void> {
            const Name name = run.rows()[index].name;
            if (name.starts_with(prefix))
                run.rename(index, name.substr(prefix.size()));
            else
                run.drop(index);
            return {};
        });
    }
};
}

const StepKind &keepPrefixStep()
{
    static const StepKind kind =
        stepKind<KeepPrefix>({.word = "keep-prefix",
                              .title = "Keep prefix",
                              .group = "Names",
                              .help = "Keeps the keys below one prefix, cuts the prefix and drops the rest.",
                              .exampleStep = "keep-prefix: visual.",
                              .exampleBefore = "visual.conv1.weight\nvisual.proj\ntoken_embedding.weight",
                              .exampleAfter = "conv1.weight\nproj"});
    return kind;
}
