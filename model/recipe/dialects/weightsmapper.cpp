// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/dialects/foreign.h"
#include "model/recipe/dialects/foreignrules.h"
#include "model/recipe/dialects/pythonliteral.h"
#include "model/recipe/dialects/recipewriter.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

/// One of the mapper's tables: its name, and the words of `rename` and of a selector that look for its keys.
struct TableKind
{
    const char *name;
    const char *rename;
    const char *selector;
};
constexpr TableKind tableKinds[] = {{"orig_to_new_regex", "regex", "regex"},
                                    {"orig_to_new_substr", "text", "contains"},
                                    {"orig_to_new_prefix", "prefix", "prefix"},
                                    {"orig_to_new_suffix", "suffix", "suffix"}};

Node ruleOf(const TableKind &kind, const std::string &from, const std::string &to)
{
    Node rule = Node::map({{kind.rename, textNode(from)}, {"to", textNode(templateText(to))}});
    if (kind.rename == std::string_view("text"))
        rule.entries.emplace_back("count", textNode("first"));
    return rule;
}

/// Entry after entry, each sees what the one before made.
void writeChain(RecipeWriter &out, const TableKind &kind, const Node &table)
{
    for (const auto &[from, to] : table.entries) {
        if (to.isNull())
            out.step("drop", entryOf(kind.selector, textNode(from)), kind.name, {}, &to);
        else if (from.empty())
            out.step("add-prefix", textNode(to.text), kind.name);
        else
            out.step("rename", ruleOf(kind, from, to.text), kind.name, {}, &to);
    }
}

/// The longest entry that fits, and no other.
void writeLongest(RecipeWriter &out, const TableKind &kind, const Node &table)
{
    std::vector<Node::Entry> entries = table.entries;
    std::stable_sort(entries.begin(), entries.end(), [](const Node::Entry &left, const Node::Entry &right) {
        return left.first.size() > right.first.size();
    });
    std::vector<Node> longer, rules;
    for (const auto &[from, to] : entries) {
        if (to.isNull() && longer.empty())
            out.step("drop", entryOf(kind.selector, textNode(from)), kind.name);
        else if (to.isNull())
            out.step("drop",
                     Node::map({{kind.selector, textNode(from)}, {"not", entryOf(kind.selector, Node::list(longer))}}),
                     kind.name);
        else
            rules.push_back(ruleOf(kind, from, to.text));
        longer.push_back(textNode(from));
    }
    if (!rules.empty())
        out.step("rename-group", Node::list(std::move(rules)), kind.name, {}, &table);
}

Result<void> check(const TableKind &kind, const Node &table)
{
    if (!table.isMap())
        return expected(table, tr("a map of names for “%1”").arg(QString::fromLatin1(kind.name)));
    constexpr std::size_t most = 1'000; // each of them looks at the longer ones
    if (table.entries.size() > most)
        return errorAt(table,
                       tr("“%1” has %2 entries; more than %3 are not read.")
                           .arg(QString::fromLatin1(kind.name))
                           .arg(table.entries.size())
                           .arg(most));
    for (const auto &[from, to] : table.entries) {
        if (!to.isScalar() && !to.isNull())
            return expected(to, tr("text or None for “%1”").arg(displayName(from)));
        const bool mayBeEmpty = kind.rename == std::string_view("prefix") && to.isScalar();
        if (from.empty() && !mayBeEmpty)
            return expected(table, tr("no empty text in “%1”").arg(QString::fromLatin1(kind.name)));
    }
    return {};
}
}

Result<Imported> importWeightsMapper(std::string_view text, const std::string &source, MapperOrder order)
{
    const Result<Node> all = parsePythonLiteral(text);
    if (!all)
        return placed(all.error(), source);
    RecipeWriter out;
    out.header("name", order == MapperOrder::Chain ? "vLLM WeightsMapper" : "vLLM WeightsMapper, longest first");
    out.header("source", source);
    bool hasAny = false;
    for (const TableKind &kind : tableKinds) {
        const Node *table = all->isMap() ? all->find(kind.name) : nullptr;
        searchNode(*all, [&](const std::string &key, const Node &node) {
            table = !table && key == kind.name ? &node : table;
            return table != nullptr;
        });
        if (!table)
            continue;
        hasAny = true;
        if (const Result<void> sound = check(kind, *table); !sound)
            return placed(sound.error(), source);
        if (order == MapperOrder::Chain)
            writeChain(out, kind, *table);
        else
            writeLongest(out, kind, *table);
    }
    if (!hasAny)
        return Error{
            Error::Kind::BadRecipe,
            tr("There is no orig_to_new_prefix, orig_to_new_substr, orig_to_new_suffix or orig_to_new_regex of "
               "vLLM's WeightsMapper in these settings.")};
    Result<Recipe> recipe = out.finish();
    if (!recipe)
        return placed(recipe.error(), source);
    return Imported{*std::move(recipe), {}, {}};
}
