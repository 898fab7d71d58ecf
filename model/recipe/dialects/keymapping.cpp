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

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

void replaceAll(std::string &text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// A replacement as transformers cleans it, so that it could be searched for on the way back: anchors and the
/// backslash before a dot go, and a group of it stands for the group of the pattern.
std::string cleaned(std::string target)
{
    if (target.starts_with('^'))
        target.erase(0, 1);
    if (target.ends_with('$'))
        target.pop_back();
    replaceAll(target, "\\.", ".");
    const std::size_t open = target.find('('), close = target.find(')', open);
    if (open != std::string::npos && close != std::string::npos && target.substr(open, 2) != "(?")
        target.replace(open, close - open + 1, "\\1");
    return target;
}
}

Result<Imported> importKeyMapping(std::string_view text, const std::string &source)
{
    Result<Node> all = parseText(text);
    if (!all || !all->isMap())
        all = parsePythonLiteral(text);
    if (!all)
        return placed(all.error(), source);
    const Node *mapping = &*all;
    searchNode(*all, [&](const std::string &key, const Node &node) {
        const bool isIt = key == "key_mapping";
        mapping = isIt ? &node : mapping;
        return isIt;
    });
    if (!mapping->isMap())
        return placed(expected(*mapping, tr("a map of patterns and replacements for “key_mapping”")), source);
    RecipeWriter out;
    out.header("name", "transformers key_mapping");
    out.header("source", source);
    for (const auto &[key, value] : mapping->entries) {
        if (!value.isScalar() || key.empty())
            return placed(expected(value, tr("text in the place of “%1”").arg(displayName(key))), source);
        std::string pattern = key;
        replaceAll(pattern, ".*.", "\\..*\\.");
        if (value.text.find("(?") != std::string::npos)
            return placed(
                errorAt(value, tr("%1 looks ahead or behind, which only a pattern can.").arg(value.description())),
                source);
        out.step("rename",
                 Node::map({{"regex", textNode(pattern)},
                            {"to", textNode(templateText(cleaned(value.text)))},
                            {"count", textNode("first")}}),
                 "key_mapping", {}, &value);
    }
    Result<Recipe> recipe = out.finish();
    if (!recipe)
        return placed(recipe.error(), source);
    return Imported{*std::move(recipe), {}, {}};
}
