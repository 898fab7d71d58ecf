// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Missing : quint8 { Error, Keep };
}

template<>
inline constexpr auto enumWords<EmaPolicy> = std::array<std::string_view, 2>{"prefer", "avoid"};
template<>
inline constexpr auto enumWords<Missing> = std::array<std::string_view, 2>{"error", "keep"};

namespace {
using Components = std::vector<std::string>;

/// Where the tensors are: a path, the first of several, or unwrapping layer by layer.
struct RootStep
{
    ObjectPath path{{}, true};
    std::optional<Components> unwrap;
    std::optional<Components> firstOf;
    EmaPolicy ema = EmaPolicy::Prefer;
    std::optional<Missing> missing;

    static FieldLines fields()
    {
        return FieldLines{
            field("path", &RootStep::path, "Path of the tensors in the file: a/b, a list of its parts, or auto.",
                  mainField | atMostOneField),
            field("unwrap", &RootStep::unwrap, "Step into each of these, one in the other, where it is there.",
                  atMostOneField),
            field("first-of", &RootStep::firstOf, "Take the first of these paths that holds tensors.", atMostOneField),
            field("ema", &RootStep::ema, "Whether averaged and teacher weights go before plain ones."),
            field("missing", &RootStep::missing,
                  "What to do when there is no such place: error (for a path) or keep.")};
    }

    std::vector<SentencePart> sentence() const
    {
        if (unwrap)
            return std::vector{plain(tr("Unwrap "))} + codes(*unwrap);
        if (firstOf)
            return std::vector{plain(tr("Use the first root of "))} + codes(*firstOf);
        if (path.isAuto)
            return {plain(tr("Find the root"))};
        if (path.components.empty())
            return {plain(tr("Use the top level of the file"))};
        return {plain(tr("Use root ")), code(pathText(path.components))};
    }

    Result<void> apply(StepRun &run) const
    {
        const Components base = run.rootChosen() ? run.rootPath() : Components();
        if (unwrap)
            return take(run, unwrapped(run, base), base, *unwrap);
        if (firstOf) {
            for (const std::string &text : *firstOf) {
                if (const auto found = located(run, base, parsePath(text)))
                    return choose(run, *found);
            }
            return absent(run, base, *firstOf, Missing::Keep);
        }
        if (path.isAuto)
            return automatic(run, base);
        if (const auto found = located(run, base, path.components))
            return choose(run, *found);
        return absent(run, base, {pathText(path.components)}, Missing::Error);
    }

private:
    /// Seen from where the last root step stopped, else from the top of the file.
    static std::optional<RootId> located(StepRun &run, const Components &base, const Components &inside)
    {
        Components whole = base;
        whole.insert(whole.end(), inside.begin(), inside.end());
        if (const auto found = findRoot(run.checkpoint(), whole))
            return found;
        return findRoot(run.checkpoint(), inside);
    }

    static bool hasRootBelow(StepRun &run, const Components &above)
    {
        const auto &roots = run.checkpoint().roots();
        return std::any_of(roots.begin(), roots.end(), [&](const ::Root &root) {
            return root.path.size() >= above.size() && std::equal(above.begin(), above.end(), root.path.begin());
        });
    }

    Components unwrapped(StepRun &run, Components place) const
    {
        for (const std::string &name : *unwrap) {
            place.push_back(name);
            if (!hasRootBelow(run, place))
                place.pop_back();
        }
        return place;
    }

    static Result<void> choose(StepRun &run, RootId root)
    {
        run.chooseRoot(root, run.checkpoint().root(root).path);
        return {};
    }

    static void matchAll(StepRun &run)
    {
        for (std::size_t i = 0; i < run.rows().size(); ++i)
            run.matched(i);
    }

    Result<void> take(StepRun &run, const Components &place, const Components &base, const Components &wanted) const
    {
        if (place == base && missing == Missing::Error)
            return absent(run, base, wanted, Missing::Error);
        if (place == base && run.rootChosen()) {
            matchAll(run);
            return {};
        }
        if (const auto found = findRoot(run.checkpoint(), place))
            return choose(run, *found);
        return automatic(run, place);
    }

    Result<void> absent(StepRun &run, const Components &base, const Components &wanted, Missing otherwise) const
    {
        if (missing.value_or(otherwise) == Missing::Keep)
            return take(run, base, base, wanted);
        QStringList known;
        for (const ::Root &root : run.checkpoint().roots())
            known += root.path.empty() ? tr("the top level") : u'“' + displayName(pathText(root.path)) + u'”';
        return run.error(tr("“%1” holds no tensors at %2; it does at %3.")
                             .arg(displayName(run.checkpoint().fileName().toStdString()), joined(codes(wanted)),
                                  known.isEmpty() ? tr("no place") : known.join(QStringLiteral(", "))));
    }

    Result<void> automatic(StepRun &run, const Components &below) const
    {
        const RootChoice choice = chooseRoot(run.checkpoint(), below, ema);
        if (!choice.root)
            return run.error(tr("“%1” holds no tensors that could be a model.")
                                 .arg(displayName(run.checkpoint().fileName().toStdString())));
        run.finding(choice.tied ? Finding::Severity::Warning : Finding::Severity::Info, "root-chosen", choice.reason);
        return choose(run, *choice.root);
    }
};
}

const StepKind &rootStep()
{
    static const StepKind kind = stepKind<RootStep>(
        {.word = "root",
         .title = "Root",
         .group = "Root",
         .help = "Says where in the file the tensors are: at a path, inside wrappers, or where they are most likely.",
         .exampleStep = "root: model/state_dict",
         .exampleBefore = "model.state_dict.conv1.weight\nmodel.epoch",
         .exampleAfter = "conv1.weight"});
    return kind;
}
