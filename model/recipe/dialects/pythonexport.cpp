// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/bindcodec.h"
#include "model/recipe/dialects/exportsettings.h"
#include "model/recipe/dialects/pythonruntime.h"
#include "model/recipe/dialects/pythonsteps.h"
#include "model/recipe/dialects/pythontext.h"
#include "model/recipe/reciperun.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

using Text = Result<std::string>;

std::string indented(std::string_view lines, std::string_view by)
{
    std::string out;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        out += std::string(by) + std::string(lines.substr(0, end)) + '\n';
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return out;
}

const PythonWriter *writerOf(std::string_view word)
{
    for (const auto writers : {pythonNameSteps(), pythonValueSteps(), pythonRowSteps()}) {
        const auto found =
            std::find_if(writers.begin(), writers.end(), [&](const PythonWriter &one) { return one.word == word; });
        if (found != writers.end())
            return &*found;
    }
    return nullptr;
}

bool choosesRoot(const Step &step)
{
    return step.kind().word == "root" || step.kind().word == "join";
}

/// One recipe on its way to Python.
class PythonExport
{
public:
    PythonExport(const Recipe &recipe, const Plan *plan) : m_recipe(recipe), m_plan(plan) {}

    Text write(PythonForm form)
    {
        const Text body = convertFunction();
        if (!body)
            return body;
        const bool isScript = form == PythonForm::Script;
        if (isScript)
            m_pieces.insert({"load_target", "save"});
        const std::string code = pythonRuntime(m_pieces) + "\n\n" + *body + "\n\n" + (isScript ? script() : filter());
        return head(isScript) + pythonImports(code) + '\n' + code;
    }

private:
    /// A recipe on its way: the one that is exported, or one that a step includes.
    struct Level
    {
        const Recipe &recipe;
        std::string before = {}; ///< "3." in a recipe that the third step includes
        const std::vector<StepReport> *reports = nullptr; ///< of its steps, where it was planned

        bool isIncluded() const { return !before.empty(); }
        std::string number(std::size_t index) const { return before + std::to_string(index + 1); }
    };

    static Error cannot(const Level &level, std::size_t index, const QString &why)
    {
        return {Error::Kind::BadRecipe,
                tr("Step %1 (%2) cannot be written as Python: %3")
                    .arg(QString::fromStdString(level.number(index)), level.recipe.steps()[index].sentenceText(), why)};
    }

    std::string head(bool isScript) const
    {
        std::string title = m_recipe.name().empty() ? "A conversion of checkpoints" : m_recipe.name();
        if (!m_recipe.about().empty())
            title += "\n\n" + m_recipe.about();
        std::replace(title.begin(), title.end(), '\\', '/');
        std::replace(title.begin(), title.end(), '"', '\'');
        std::string out = std::string(isScript ? "#!/usr/bin/env python3\n" : "") + "\"\"\"" + title
            + "\n\nMade by Weightsmith from a recipe; it needs torch, and safetensors for such files.\n";
        if (isScript)
            out += "\nusage: python3 convert.py SOURCE OUT [TARGET]\n\nTARGET, a checkpoint or a manifest, says which "
                   "keys are written and in which order; all are without it.\n";
        return out + "\"\"\"\n";
    }

    Text convertFunction()
    {
        std::string out =
            "def convert(table):\n    \"\"\"The steps, in their order; what is loaded of their result.\"\"\"\n";
        if (m_recipe.native()) {
            const Text guard = pythonCondition(*m_recipe.native(), m_pieces);
            if (!guard)
                return Error{
                    Error::Kind::BadRecipe,
                    tr("The recipe's guard (“native”) cannot be written as Python: %1").arg(guard.error().message)};
            out += "    table.guard = lambda table: " + *guard + '\n';
        }
        const bool isRootGiven = m_plan && m_plan->rootPath;
        if (isRootGiven)
            out += "    table.take(" + pythonTuple(parsePath(*m_plan->rootPath)) + ")\n";
        const Text steps = stepLines({m_recipe, {}, m_plan ? &m_plan->steps : nullptr});
        if (!steps)
            return steps;
        out += indented(*steps, "    ");
        const Text bound = bindCall();
        return bound ? Text(out + "    return " + *bound + '\n') : bound;
    }

    /// The values and the steps of a recipe.
    Text stepLines(const Level &level)
    {
        std::string out;
        for (const auto &[name, literal] : level.recipe.params()) {
            const auto value = LetValue::of(literal);
            if (!value || value->text())
                continue; // it stands in the steps
            m_pieces.insert("let");
            out += pythonLet(name) + " = " + pythonValue(*value) + '\n';
        }
        const bool isRootGiven = m_plan && m_plan->rootPath;
        for (std::size_t i = 0; i < level.recipe.steps().size(); ++i) {
            const Step &step = level.recipe.steps()[i];
            const std::string number = level.number(i);
            const std::string head = (level.isIncluded() ? pythonText(number) : number) + ", "
                + pythonText(step.sentenceText().toStdString());
            if (!step.enabled || (isRootGiven && choosesRoot(step))) {
                out += "table.skip(" + head + (step.enabled ? ", 'the root was chosen when the file was opened'" : "")
                    + ")\n";
                continue;
            }
            const Text options = stepOptions(level, i);
            if (!options)
                return cannot(level, i, options.error().message);
            std::string functions;
            const Text body = stepBody(level, i, functions);
            if (!body)
                return body;
            out += functions + "if table.step(" + head + *options + "):\n" + indented(*body, "    ");
        }
        return out.empty() && level.isIncluded() ? "pass\n" : out;
    }

    Text stepOptions(const Level &level, std::size_t index)
    {
        const Step &step = level.recipe.steps()[index];
        std::string out;
        if (step.when) {
            const Text when = pythonCondition(*step.when, m_pieces);
            if (!when)
                return when;
            out += ",\n              when=(" + pythonText(step.when->text().toStdString()) + ", lambda table: " + *when
                + ')';
        }
        out += choosesRoot(step) || leavesRoot(level.recipe, step) ? ", root=True" : "";
        out += step.required ? ", required=True" : "";
        out += step.collision == Collision::KeepLast ? ", keep_last=True" : "";
        const bool isCounted = level.reports && index < level.reports->size() && !step.kind().included;
        if (isCounted && !(*level.reports)[index].skipped) {
            const StepReport &report = (*level.reports)[index];
            out += ", counts=(" + std::to_string(report.matched) + ", " + std::to_string(report.changed) + ')';
        }
        return out;
    }

    /// `functions`: what the body calls, to be defined before it.
    Text stepBody(const Level &level, std::size_t index, std::string &functions)
    {
        const Step &step = level.recipe.steps()[index];
        const PythonWriter *writer = writerOf(step.kind().word);
        PythonPieces pieces = m_pieces;
        Text body = step.kind().included ? inclusions(level, index, functions)
            : writer                     ? writer->write(PythonStep(step, m_pieces, level.recipe.fileName()))
                     : Error{Error::Kind::BadRecipe, tr("there is no Python for this kind of step.")};
        if (body)
            return body;
        m_pieces = std::move(pieces);
        functions.clear();
        if (const std::optional<std::string> keys = level.isIncluded() ? std::nullopt : keysAsTheyAre(index)) {
            m_pieces.insert("rename_table");
            return *keys;
        }
        return step.kind().included ? body : cannot(level, index, body.error().message);
    }

    /// A function for each recipe that a step includes, and what calls the one that is meant.
    Text inclusions(const Level &level, std::size_t index, std::string &functions)
    {
        const Step &step = level.recipe.steps()[index];
        const std::vector<Included> all = step.included();
        std::string out;
        m_pieces.insert("include");
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Included &one = all[i];
            if (!one.recipe)
                return cannot(level, index, tr("“%1” could not be read.").arg(displayName(one.name)));
            if (!one.under.empty())
                return cannot(level, index,
                              tr("“under” puts some keys back among the others, which there is no Python for."));
            std::string name = "included_" + level.number(index) + (all.size() > 1 ? "_" + std::to_string(i + 1) : "");
            std::replace(name.begin(), name.end(), '.', '_');
            const StepReport *report =
                level.reports && index < level.reports->size() ? &(*level.reports)[index] : nullptr;
            const Text steps = stepLines({*one.recipe, level.number(index) + '.',
                                          report && report->included == int(i) ? &report->inner : nullptr});
            if (!steps)
                return steps;
            functions += "def " + name + "(table):\n" + indented(*steps, "    ");
            std::string call = "table.include(" + name;
            if (one.recipe->native()) {
                const Text guard = pythonCondition(*one.recipe->native(), m_pieces);
                if (!guard)
                    return cannot(level, index, guard.error().message);
                call += ", lambda table: " + *guard;
            }
            call += ")\n";
            if (!one.when)
                return out.empty() ? call : out + "else:\n" + indented(call, "    ");
            const Text when = pythonCondition(*one.when, m_pieces);
            if (!when)
                return cannot(level, index, when.error().message);
            out += (i > 0 ? "elif " : "if ") + *when + ":\n" + indented(call, "    ");
        }
        return out + "else:\n    table.include(None)\n";
    }

    /// What the step did to the keys of the plan's file, where it did nothing else.
    std::optional<std::string> keysAsTheyAre(std::size_t index) const
    {
        if (!m_plan || index + 1 >= m_plan->states.size() || !m_plan->states[index] || !m_plan->states[index + 1])
            return std::nullopt;
        std::map<const Expression *, Name> after;
        for (const Row &row : m_plan->states[index + 1]->rows) {
            if (!after.emplace(row.value, row.name).second)
                return std::nullopt;
        }
        NamePairs pairs;
        for (const Row &row : m_plan->states[index]->rows) {
            const auto found = after.find(row.value);
            if (found == after.end())
                pairs.emplace_back(row.name, std::nullopt);
            else if (found->second != row.name)
                pairs.emplace_back(row.name, std::string(found->second));
            if (found != after.end())
                after.erase(found);
        }
        return after.empty() ? std::optional("table.rename_table(" + pythonPairs(pairs) + ')') : std::nullopt;
    }

    Text bindCall()
    {
        const Bind &bind = m_recipe.bind();
        m_pieces.insert("bind");
        std::string out;
        const auto add = [&](std::string_view name, const std::string &value) {
            out += (out.empty() ? "" : ",\n                      ") + std::string(name) + '=' + value;
        };
        const auto word = [&]<typename E>(std::string_view name, E value, E byDefault) {
            if (value != byDefault)
                add(name, pythonText(Codec<E>::print(value).text));
        };
        const std::pair<const char *, const std::vector<Node> *> lists[] = {
            {"skip", &bind.skip},
            {"ignore_missing", &bind.ignoreMissing},
            {"ignore_unexpected", &bind.ignoreUnexpected},
            {"expect_missing", &bind.expectMissing},
            {"heads", bind.heads.which ? &*bind.heads.which : nullptr}};
        const bool asksHeads = bind.heads.policy != Bind::HeadPolicy::Load;
        if (asksHeads && !bind.heads.which)
            return Error{Error::Kind::BadRecipe,
                         tr("“heads” of “bind” cannot be written as Python: which they are is an attribute of the "
                            "target, and a checkpoint or a model does not say it. Name them with “which”.")};
        for (const auto &[name, items] : lists) {
            if (!items || items->empty())
                continue;
            const Text test = pythonItems(*items, m_pieces);
            if (!test)
                return Error{Error::Kind::BadRecipe,
                             tr("“%1” of “bind” cannot be written as Python: %2")
                                 .arg(QString::fromLatin1(name).replace(u'_', u'-'), test.error().message)};
            add(name, *test);
        }
        word("head_policy", bind.heads.policy, Bind::HeadPolicy::Load);
        word("counters", bind.counters, Bind::Counters::Create);
        word("shape", bind.shape, Bind::ShapePolicy::Error);
        if (bind.unexpected == Bind::Unexpected::Keep)
            add("unexpected", "'keep'");
        if (bind.order == Bind::Order::Source)
            add("order", "'source'");
        if (!bind.strictMissing)
            add("strict_missing", "False");
        if (bind.strictUnexpected)
            add("strict_unexpected", "True");
        if (bind.unmatched == Bind::Unmatched::Fill) {
            const auto &steps = m_recipe.steps();
            const auto last = std::find_if(steps.rbegin(), steps.rend(), [](const Step &step) { return step.enabled; });
            if (last != steps.rend() && last->kind().word == "cast")
                return cannot({m_recipe}, std::size_t(steps.rend() - last) - 1,
                              tr("it stands at the end, and so is for the values too that “unmatched: fill” of “bind” "
                                 "takes from the target."));
            add("fill", "True");
        }
        return "table.bind(" + out + ')';
    }

    static std::string script()
    {
        return R"(def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    target = load_target(sys.argv[3]) if len(sys.argv) == 4 else None
    try:
        tensors = convert(Table(load(sys.argv[1]), target))
    except ValueError as error:
        sys.exit(f'{sys.argv[0]}: {error}')
    save(tensors, sys.argv[2])
    print(f'wrote {sys.argv[2]}: {len(tensors):,} tensors')


if __name__ == '__main__':
    main()
)";
    }

    static std::string filter()
    {
        return R"(def checkpoint_filter_fn(state_dict, model):
    """What `model` loads of a checkpoint, as timm's filter functions give it; the report goes to logging."""
    return convert(Table(state_dict, model.state_dict(), logging.getLogger(__name__).info))
)";
    }

    const Recipe &m_recipe;
    const Plan *m_plan;
    PythonPieces m_pieces;
};
}

Result<std::string> exportPython(const Recipe &recipe, PythonForm form, const Plan *plan)
{
    return PythonExport(recipe, plan).write(form);
}
