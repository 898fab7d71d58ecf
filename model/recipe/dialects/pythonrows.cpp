// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/pythonsteps.h"
#include "model/recipe/dialects/pythontext.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

using Text = Result<std::string>;
using Pattern = Result<NamePattern>;

Pattern patternOf(const PythonStep &step)
{
    return NamePattern::compile(step.text("from"), NamePattern::At::Whole);
}

/// `lambda m: f'{m[1]}.q'`
Text nameText(const std::string &to, const CaptureScope &scope)
{
    const auto name = NameTemplate::compile(to, scope, NameTemplate::Escapes::None);
    if (!name)
        return name.error();
    const auto slot = [](int number) { return "m[" + std::to_string(number) + ']'; };
    return "lambda m: " + pythonName(*name, slot, Groups::TakePart);
}

/// `, dim=1, place=-1, keep_input=True`: those that are not at their defaults.
std::string options(const PythonStep &step)
{
    std::string out;
    if (step.has("dim"))
        out += ", dim=" + step.text("dim");
    if (step.has("place"))
        out += step.text("place") == "start" ? ", place=-1" : ", place=1";
    if (step.has("keep-input"))
        out += ", keep_input=True";
    return out;
}

std::string listText(const std::vector<std::string> &items)
{
    std::string out = "[";
    for (const std::string &item : items)
        out += (out.size() > 1 ? ", " : "") + item;
    return out + ']';
}

Text split(const PythonStep &step)
{
    const Pattern pattern = patternOf(step);
    if (!pattern)
        return pattern.error();
    std::vector<std::string> names, numbers;
    for (const std::string &to : step.texts("to")) {
        const Text name = to == "_" ? Text("None") : nameText(to, pattern->scope());
        if (!name)
            return name;
        names.push_back(*name);
    }
    const char *given = step.has("parts") ? "parts" : "sizes";
    for (const Node &number : step.node(given).items)
        numbers.push_back(number.text == "rest" ? "None" : number.text);
    const std::string pieces = numbers.empty() ? "" : ", " + std::string(given) + '=' + listText(numbers);
    step.use("split");
    return "table.split(" + pythonPattern(*pattern) + ", " + listText(names) + pieces + options(step) + ')';
}

/// `('pattern', [1, 2])` of each; `first` becomes the first.
Result<std::vector<std::string>> patternTexts(const std::vector<std::string> &texts, std::optional<NamePattern> &first)
{
    std::vector<std::string> patterns;
    for (const std::string &from : texts) {
        Pattern pattern = first ? NamePattern::compile(from, NamePattern::At::Whole, *first)
                                : NamePattern::compile(from, NamePattern::At::Whole);
        if (!pattern)
            return pattern.error();
        if (!first)
            first = *pattern;
        std::vector<std::string> groups;
        for (const Capture &capture : first->scope().captures) {
            const Capture *own = pattern->scope().find(capture.name);
            groups.push_back(std::to_string(own ? own->slot : 0));
        }
        patterns.push_back('(' + pythonPattern(*pattern) + ", " + listText(groups) + ')');
    }
    return patterns;
}

Text concat(const PythonStep &step)
{
    std::optional<NamePattern> first;
    const auto patterns = patternTexts(step.texts("from"), first);
    if (!patterns)
        return patterns.error();
    const Text name = nameText(step.text("to"), first ? first->scope() : CaptureScope());
    if (!name)
        return name;
    step.use("concat");
    const std::string incomplete =
        step.has("incomplete") ? ", incomplete=" + pythonText(step.text("incomplete")) : std::string();
    return "table.concat(" + listText(*patterns) + ", " + *name + incomplete + options(step) + ')';
}

Text stack(const PythonStep &step)
{
    const Pattern pattern = patternOf(step);
    const Text name = pattern ? nameText(step.text("to"), pattern->scope()) : pattern.error();
    if (!name)
        return name;
    const std::vector<std::string> used = namesInBraces(step.text("to"));
    const auto &captures = pattern->scope().captures;
    const auto counted = std::find_if(captures.begin(), captures.end(), [&](const Capture &capture) {
        return std::find(used.begin(), used.end(), capture.name) == used.end();
    });
    if (counted == captures.end())
        return Error{Error::Kind::BadRecipe, tr("it counts no capture.")};
    step.use("stack");
    return "table.stack(" + pythonPattern(*pattern) + ", " + std::to_string(counted->slot) + ", " + *name
        + (step.has("gaps") ? ", close=True" : "") + options(step) + ')';
}

Text unstack(const PythonStep &step)
{
    const Pattern pattern = patternOf(step);
    if (!pattern)
        return pattern.error();
    CaptureScope scope = pattern->scope();
    for (const std::string &name : namesInBraces(step.text("to"))) {
        if (!scope.find(name))
            scope.captures.push_back({name, scope.slotCount++, Capture::Kind::Integer});
    }
    const Text name = nameText(step.text("to"), scope);
    if (!name)
        return name;
    step.use("unstack");
    return "table.unstack(" + pythonPattern(*pattern) + ", " + *name
        + (step.has("start-at") ? ", start_at=" + step.text("start-at") : "") + options(step) + ')';
}

Text anotherKey(const PythonStep &step, const char *more)
{
    const Pattern pattern = patternOf(step);
    const Text name = pattern ? nameText(step.text("to"), pattern->scope()) : pattern.error();
    if (!name)
        return name;
    step.use("copy");
    return "table.copy(" + pythonPattern(*pattern) + ", " + *name + more + options(step) + ')';
}

Text copy(const PythonStep &step)
{
    return anotherKey(step, "");
}

Text tie(const PythonStep &step)
{
    return anotherKey(step, ", tie=True");
}

/// A key that a template without captures names, in quotes.
Text keyText(const std::string &templated)
{
    const auto name = NameTemplate::compile(templated, {}, NameTemplate::Escapes::None);
    if (!name)
        return name.error();
    std::string key;
    const Result<void> made = name->append(key, {});
    return made ? Text(pythonText(key)) : made.error();
}

Text newShape(const Node &shape)
{
    if (!shape.isList())
        return std::string("lambda key: table.wanted()[key].shape");
    std::vector<std::string> sizes;
    bool asksTarget = false;
    for (const Node &item : shape.items) {
        const Text size = pythonSize(item.text, {}, asksTarget);
        if (!size)
            return size;
        if (size->find("value.shape") != std::string::npos)
            return Error{Error::Kind::BadRecipe, tr("“in” is the size of no tensor here.")};
        sizes.push_back(*size);
    }
    return (asksTarget ? "lambda key: " : "") + listText(sizes);
}

Text create(const PythonStep &step)
{
    const Text name = keyText(step.text("name"));
    if (!name)
        return name;
    std::string out = "table.create(" + *name;
    if (step.has("like")) {
        const Text like = keyText(step.text("like"));
        if (!like)
            return like;
        out += ", like=" + *like;
    } else {
        const Text shape = newShape(step.node("shape"));
        if (!shape)
            return shape;
        out += ", " + *shape;
    }
    if (step.has("dtype"))
        out += ", dtype=torch." + step.text("dtype");
    out += pythonFill(step);
    if (step.has("if-present"))
        out += ", if_present=" + pythonText(step.text("if-present"));
    step.use("create");
    return out + options(step) + ')';
}

/// Patterns of the keys of a convolution and its norm, and the groups of each in one order, as the step has them.
Text foldBatchNorm(const PythonStep &step)
{
    constexpr std::pair<const char *, const char *> keys[] = {{"conv", ".weight"},
                                                              {"conv", ".bias"},
                                                              {"norm", ".weight"},
                                                              {"norm", ".bias"},
                                                              {"norm", ".running_mean"},
                                                              {"norm", ".running_var"},
                                                              {"norm", ".num_batches_tracked"}};
    std::vector<std::string> texts;
    for (const auto &[module, ending] : keys)
        texts.push_back(step.text(module) + ending);
    std::optional<NamePattern> first;
    const auto patterns = patternTexts(texts, first);
    if (!patterns)
        return patterns.error();
    step.use("fold_batch_norm");
    return "table.fold_batch_norm(" + listText(*patterns)
        + (step.has("eps") ? ", eps=" + pythonDecimal(step.text("eps")) : "") + ')';
}

Text matchByOrder(const PythonStep &step)
{
    std::string arguments;
    const auto add = [&](const std::string &argument) { arguments += (arguments.empty() ? "" : ", ") + argument; };
    for (const char *field : {"where", "target"}) {
        const Text selected = pythonWhere(step.selector(field), step.pieces());
        if (!selected)
            return selected;
        if (!selected->empty())
            add(std::string(field) + '=' + *selected);
    }
    if (step.has("shapes"))
        add("shapes=" + pythonText(step.text("shapes")));
    if (step.has("lengths"))
        add("shorter=True");
    step.use("match_by_order");
    return "table.match_by_order(" + arguments + ')';
}
}

std::span<const PythonWriter> pythonRowSteps()
{
    static constexpr PythonWriter writers[] = {{"split", split},
                                               {"concat", concat},
                                               {"stack", stack},
                                               {"unstack", unstack},
                                               {"copy", copy},
                                               {"tie", tie},
                                               {"create", create},
                                               {"match-by-order", matchByOrder},
                                               {"fold-batch-norm", foldBatchNorm}};
    return writers;
}
