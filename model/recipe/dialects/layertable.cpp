// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/dialects/foreign.h"
#include "model/recipe/dialects/foreignrules.h"
#include "model/recipe/dialects/pythonliteral.h"
#include "model/recipe/dialects/recipewriter.h"
#include "model/recipe/pairsfile.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

constexpr std::string_view place = "{}";

/// A name of the table as a pattern: each `{}` a number of its own, called n1, n2, ….
std::string patternOf(std::string_view name)
{
    std::string out;
    int number = 0;
    for (std::size_t at = name.find(place); at != std::string_view::npos; at = name.find(place)) {
        out += templateText(name.substr(0, at)) + "{n" + std::to_string(++number) + '}';
        name.remove_prefix(at + place.size());
    }
    return out + templateText(name);
}

/// What the first number of a key with this name is: the first `{}`, or digits that stand before it. Empty: none.
std::string firstNumber(std::string_view name)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto digits = std::find_if(name.begin(), name.end(), isDigit);
    const std::size_t at = std::size_t(digits - name.begin());
    if (name.find(place) < at)
        return "{n1}";
    return std::string(digits, std::find_if_not(digits, name.end(), isDigit));
}

/// The first map of names in assignments, or the map itself.
const Node *tableIn(const Node &all)
{
    const auto isTable = [](const Node &node) {
        return node.isMap() && !node.entries.empty()
            && std::all_of(node.entries.begin(), node.entries.end(),
                           [](const Node::Entry &entry) { return entry.second.isScalar() || entry.second.isNull(); });
    };
    if (isTable(all))
        return &all;
    const Node *found = nullptr;
    searchNode(all, [&](const std::string &, const Node &node) {
        found = isTable(node) ? &node : nullptr;
        return found != nullptr;
    });
    return found;
}

/// One entry as a rule of rename-group.
Result<Node> ruleOf(const std::string &from, const Node &to)
{
    std::string result;
    std::string_view rest = to.text;
    int places = 0;
    for (std::size_t at = rest.find(place); at != std::string_view::npos; at = rest.find(place)) {
        result += templateText(rest.substr(0, at)) + firstNumber(from);
        rest.remove_prefix(at + place.size());
        ++places;
    }
    result += templateText(rest);
    if (places > 1)
        return errorAt(
            to,
            tr("%1 has more than one {}; torchtune fills in the first number of the key alone.").arg(to.description()));
    if (places == 1 && firstNumber(from).empty())
        return errorAt(to, tr("%1 has a {}, but “%2” has no number.").arg(to.description(), displayName(from)));
    return Node::map({{"from", textNode(patternOf(from))}, {"to", textNode(result)}, {"at", textNode("whole")}});
}
}

Result<Imported> importLayerTable(std::string_view text, const std::string &source)
{
    Result<Node> all = parseText(text);
    if (!all || !all->isMap())
        all = parsePythonLiteral(text);
    if (!all)
        return placed(all.error(), source);
    const Node *table = tableIn(*all);
    if (!table)
        return placed(expected(*all, tr("a map of names, such as {'model.layers.{}.w': 'layers.{}.w'}")), source);
    std::vector<Node> known, rules, dropped;
    bool hasRope = false;
    for (const auto &[from, to] : table->entries) {
        known.push_back(textNode(patternOf(from)));
        hasRope |= from.find("q_proj") != std::string::npos;
        if (to.isNull()) {
            dropped.push_back(known.back());
            continue;
        }
        Result<Node> rule = ruleOf(from, to);
        if (!rule)
            return placed(rule.error(), source);
        rules.push_back(*std::move(rule));
    }
    RecipeWriter out;
    out.header("name", "torchtune table");
    out.header("source", source);
    const Node others = entryOf("not", entryOf("template", Node::list(known)));
    out.step("assert",
             Node::map({{"count", Node::map({{"of", others}, {"is", textNode("0")}})},
                        {"message", textNode("torchtune refuses a key that is not in its table")}}),
             "a key that the table does not have");
    if (!dropped.empty())
        out.step("drop", entryOf("template", Node::list(std::move(dropped))), "None in the table");
    if (!rules.empty())
        out.step("rename-group", Node::list(std::move(rules)), "the table");
    Result<Recipe> recipe = out.finish();
    if (!recipe)
        return placed(recipe.error(), source);
    Imported imported{*std::move(recipe), {}, {}};
    if (hasRope)
        imported.remarks.push_back({{Finding::Severity::Info,
                                     "values-too",
                                     tr("torchtune also reorders the rows of q_proj and k_proj (rotary embedding), "
                                        "which is no rule of the table and no step of this recipe."),
                                     {}}});
    return imported;
}

Result<Imported> importPairs(std::string_view text, const std::string &source)
{
    std::vector<Node::Entry> entries;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        Result<Node> all = parseText(text);
        if (!all)
            all = parsePythonLiteral(text);
        if (!all)
            return placed(all.error(), source);
        const Result<NamePairs> pairs = Codec<NamePairs>::parse(*all);
        if (!pairs)
            return placed(pairs.error(), source);
        entries = all->entries;
    } else {
        const bool hasTab = text.substr(0, text.find('\n')).find('\t') != std::string_view::npos;
        const Result<NamePairs> pairs = parsePairs(text, hasTab ? '\t' : ',', QString::fromStdString(source));
        if (!pairs)
            return pairs.error();
        for (const auto &[from, to] : *pairs)
            entries.emplace_back(from, to ? textNode(*to) : Node());
    }
    if (entries.empty())
        return Error{Error::Kind::BadRecipe, tr("There are no names in this table.")};
    RecipeWriter out;
    out.header("name", "Table of names");
    out.header("source", source);
    out.step("rename-table", Node::map({{"pairs", Node::map(std::move(entries))}}), "the table");
    Result<Recipe> recipe = out.finish();
    if (!recipe)
        return placed(recipe.error(), source);
    return Imported{*std::move(recipe), {}, {}};
}
