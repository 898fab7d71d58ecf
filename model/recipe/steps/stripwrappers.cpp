// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Preset : quint8 { All, Timm, Fvcore };
}

template<>
inline constexpr auto enumWords<Preset> = std::array<std::string_view, 3>{"all", "timm", "fvcore"};

namespace {
/// Takes the names that wrapping modules leave out of keys: DataParallel, DDP, FSDP, torch.compile, checkpointing.
struct StripWrappers
{
    Preset preset = Preset::All;
    std::vector<std::string> leading{"module", "_forward_module", "_original_module"};
    std::vector<std::string> anywhere{"_orig_mod", "_fsdp_wrapped_module", "_fpw_module", "_checkpoint_wrapped_module"};
    bool repeat = true;
    OnlyIf onlyIf = OnlyIf::Any;

    static FieldLines fields()
    {
        return FieldLines{
            field("preset", &StripWrappers::preset, "All wrappers known, or exactly what timm or fvcore strips.",
                  mainField),
            field("leading", &StripWrappers::leading, "Components taken off the front."),
            field("anywhere", &StripWrappers::anywhere, "Components taken out wherever they stand."),
            field("repeat", &StripWrappers::repeat, "Take off leading ones as often as they are there."),
            field("only-if", &StripWrappers::onlyIf, "Do so for any key that has one, or only if all have one.")};
    }

    Result<void> check() const
    {
        const StripWrappers defaults;
        const bool fixed = leading == defaults.leading && anywhere == defaults.anywhere && repeat == defaults.repeat
            && onlyIf == defaults.onlyIf;
        if (preset != Preset::All && !fixed)
            return badStep(tr("The presets timm and fvcore of “strip-wrappers” take no other field beside them."));
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        switch (preset) {
        case Preset::Timm: return {plain(tr("Strip wrappers as timm does"))};
        case Preset::Fvcore: return {plain(tr("Strip wrappers as fvcore does"))};
        case Preset::All: break;
        }
        return {plain(tr("Strip wrappers"))};
    }

    Result<void> apply(StepRun &run) const
    {
        const OnlyIf condition = preset == Preset::Fvcore ? OnlyIf::All : onlyIf;
        if (condition == OnlyIf::All) {
            const std::vector<Row> &rows = run.rows();
            std::string name;
            // fvcore lets keys without a name pass.
            const bool all = std::all_of(rows.begin(), rows.end(),
                                         [&](const Row &row) { return row.name.empty() || strip(row.name, name); });
            if (!all)
                return {};
        }
        std::string stripped;
        return eachRow(run, {}, [&](std::size_t index, auto) -> Result<void> {
            const Name name = run.rows()[index].name;
            if (!strip(name, stripped))
                return {};
            // What only lost its front is still in the file's memory.
            if (name.ends_with(stripped))
                run.rename(index, name.substr(name.size() - stripped.size()));
            else
                run.rename(index, stripped);
            return {};
        });
    }

private:
    static bool cut(std::string_view &name, std::string_view component)
    {
        const bool leads =
            name.size() > component.size() && name.starts_with(component) && name[component.size()] == '.';
        if (leads)
            name.remove_prefix(component.size() + 1);
        return leads;
    }

    /// Whether `name` holds a wrapper; `out` is the name without.
    bool strip(Name name, std::string &out) const
    {
        std::string_view rest = name;
        if (preset == Preset::Timm) {
            // timm's clean_state_dict: each at most once, in this order.
            for (const std::string_view component : {"_orig_mod", "module", "_orig_mod"})
                cut(rest, component);
            out = rest;
            return rest.size() < name.size();
        }
        if (preset == Preset::Fvcore) {
            const bool found = cut(rest, "module");
            out = rest;
            return found;
        }
        // Wrappers interleave (module._orig_mod.module.x), so both kinds are taken off the front together.
        bool again = true;
        for (bool first = true; again && (repeat || first); first = false) {
            again = std::any_of(leading.begin(), leading.end(),
                                [&](const std::string &component) { return cut(rest, component); });
            while (std::any_of(anywhere.begin(), anywhere.end(),
                               [&](const std::string &component) { return cut(rest, component); }))
                again = true;
        }
        out = rest;
        return removeInside(out) || rest.size() < name.size();
    }

    bool removeInside(std::string &name) const
    {
        bool found = false;
        for (const std::string &component : anywhere) {
            if (component.empty())
                continue;
            for (std::size_t at = name.find(component); at != std::string::npos; at = name.find(component, at)) {
                const std::size_t end = at + component.size();
                const bool isWhole = at > 0 && name[at - 1] == '.' && (end == name.size() || name[end] == '.');
                if (isWhole)
                    name.erase(at - 1, component.size() + 1);
                found = found || isWhole;
                at = isWhole ? at - 1 : end;
            }
        }
        return found;
    }
};
}

const StepKind &stripWrappersStep()
{
    static const StepKind kind = stepKind<StripWrappers>(
        {.word = "strip-wrappers",
         .title = "Strip wrappers",
         .group = "Names",
         .help = "Takes out what DataParallel, DDP, FSDP, torch.compile and activation checkpointing add to keys.",
         .exampleStep = "strip-wrappers",
         .exampleBefore = "module.conv1.weight\nmodule.layer1._checkpoint_wrapped_module.0.weight",
         .exampleAfter = "conv1.weight\nlayer1.0.weight"});
    return kind;
}
