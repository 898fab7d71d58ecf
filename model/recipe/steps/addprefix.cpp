// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include "model/base/text.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Puts text in front of names.
struct AddPrefix
{
    std::string prefix;
    bool onlyIfAbsent = false;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("prefix", &AddPrefix::prefix, "Text to put in front.", mainField | requiredField),
                          field("only-if-absent", &AddPrefix::onlyIfAbsent, "Leave keys that start with it already."),
                          field("where", &AddPrefix::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Add prefix ")), code(prefix)} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        if (prefix.empty())
            return {};
        if (where.isAll() && !onlyIfAbsent)
            run.assumeInjective();
        return eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            const Name name = run.rows()[index].name;
            if (onlyIfAbsent && name.starts_with(prefix))
                return {};
            if (prefix.size() + name.size() > NameTemplate::longestName)
                return run.error(tr("“%1” would become longer than %2 bytes.")
                                     .arg(displayName(name.substr(0, 200)))
                                     .arg(NameTemplate::longestName));
            run.rename(index, prefix, name);
            return {};
        });
    }
};
}

const StepKind &addPrefixStep()
{
    static const StepKind kind = stepKind<AddPrefix>({.word = "add-prefix",
                                                      .title = "Add prefix",
                                                      .group = "Names",
                                                      .help = "Puts text in front of keys.",
                                                      .exampleStep = "add-prefix: backbone.",
                                                      .exampleBefore = "conv1.weight\nfc.bias",
                                                      .exampleAfter = "backbone.conv1.weight\nbackbone.fc.bias"});
    return kind;
}
