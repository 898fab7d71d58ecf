// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/dialects/foreign.h"
#include "model/recipe/dialects/foreignrules.h"
#include "model/recipe/dialects/pythonliteral.h"
#include "model/recipe/dialects/recipewriter.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

/// What of a configuration loads weights.
struct Found
{
    const Node *rules = nullptr; ///< revise_keys
    const Node *pretrained = nullptr; ///< init_cfg
    int pretrainedCount = 0;
    bool isStrict = false;
};

bool isPretrained(const Node &node)
{
    const Node *type = node.isMap() ? node.find("type") : nullptr;
    return type && type->text == "Pretrained";
}

Found search(const Node &all)
{
    Found found;
    if (all.isList())
        found.rules = &all;
    if (isPretrained(all)) {
        found.pretrained = &all;
        found.pretrainedCount = 1;
    }
    searchNode(all, [&](const std::string &key, const Node &node) {
        if (key == "revise_keys" && !found.rules)
            found.rules = &node;
        if (isPretrained(node)) {
            found.pretrained = found.pretrained ? found.pretrained : &node;
            ++found.pretrainedCount;
        }
        found.isStrict |= key == "strict" && node.text == "True";
        return false;
    });
    return found;
}

Result<void> writeRules(RecipeWriter &out, const Node &rules, std::vector<ImportRemark> &remarks)
{
    if (!rules.isList())
        return expected(rules, tr("a list of (pattern, replacement) for “revise_keys”"));
    for (const Node &pair : rules.items) {
        if (!pair.isList() || pair.items.size() != 2 || !pair.items[0].isScalar() || !pair.items[1].isScalar())
            return expected(pair, tr("a pair (pattern, replacement) in “revise_keys”"));
        const std::string &pattern = pair.items[0].text;
        if (pattern.empty()) {
            // re.sub puts the replacement between all characters; nobody means that.
            return expected(pair.items[0], tr("a pattern"));
        }
        out.step("rename",
                 Node::map({{"regex", textNode(pattern)}, {"to", textNode(templateText(pair.items[1].text))}}),
                 "revise_keys", {{"collision", textNode("keep-last")}}, &pair.items[0]);
        if (pattern == "^module.")
            remarks.push_back(
                {{Finding::Severity::Warning,
                  "any-character",
                  tr("The dot of “^module.” stands for any character: “modules.a” becomes “.a”. MMEngine's "
                     "own default in Runner is written so; “^module\\.” is meant."),
                  {}}});
    }
    return {};
}
}

Result<Imported> importMMEngine(std::string_view text, const std::string &source)
{
    const Result<Node> all = parsePythonLiteral(text);
    if (!all)
        return placed(all.error(), source);
    const Found found = search(*all);
    if (!found.rules && !found.pretrained)
        return Error{
            Error::Kind::BadRecipe,
            tr("There is neither “revise_keys” nor an “init_cfg” of the type “Pretrained” in these settings of "
               "MMEngine.")};
    Imported imported;
    RecipeWriter out;
    out.header("name", found.rules ? "MMEngine revise_keys" : "MMEngine init_cfg");
    out.header("source", source);
    const auto told = [&](const char *name) {
        const Node *node = found.pretrained ? found.pretrained->find(name) : nullptr;
        return node && node->isScalar() ? node->text : std::string();
    };
    imported.file = told("checkpoint");
    if (!imported.file.empty())
        out.comment("checkpoint: " + imported.file);
    out.step("root", entryOf("unwrap", Node::list({textNode("state_dict")})), "state_dict, where the file has one");
    if (found.rules) {
        if (const Result<void> written = writeRules(out, *found.rules, imported.remarks); !written)
            return placed(written.error(), source);
    }
    std::string prefix = told("prefix");
    if (found.rules && !prefix.empty())
        return Error{Error::Kind::BadRecipe,
                     tr("The settings have “revise_keys” and an “init_cfg” with a prefix, which MMEngine loads by two "
                        "ways that know nothing of each other; import one of them.")};
    if (!prefix.empty())
        out.step("keep-prefix", textNode(prefix.ends_with('.') ? prefix : prefix + '.'), "init_cfg.prefix");
    if (found.pretrainedCount > 1)
        imported.remarks.push_back({{Finding::Severity::Info,
                                     "several-blocks",
                                     tr("The settings have %1 init_cfg of the type “Pretrained”; this is the first.")
                                         .arg(found.pretrainedCount),
                                     {}}});
    Bind bind;
    bind.counters = Bind::Counters::Ignore;
    if (!found.isStrict) {
        bind.shape = Bind::ShapePolicy::Skip;
        bind.strictMissing = false;
        out.comment("strict=False: what is missing or of another size is told, and left");
    }
    out.bind(bind);
    Result<Recipe> recipe = out.finish();
    if (!recipe)
        return placed(recipe.error(), source);
    imported.recipe = *std::move(recipe);
    return imported;
}
