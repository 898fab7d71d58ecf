// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/recipewriter.h"

#include "model/base/text.h"
#include "model/recipe/bindcodec.h"
#include "model/recipe/recipetext.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

void RecipeWriter::header(std::string_view name, const std::string &value)
{
    if (!value.empty())
        m_text += std::string(name) + ": " + scalarText(Node::scalar(value), Surroundings::Block) + '\n';
}

void RecipeWriter::comment(std::string_view text)
{
    m_comments += "# " + escaped(text) + '\n';
}

void RecipeWriter::beginSteps()
{
    if (!std::exchange(m_inSteps, true))
        m_text += std::exchange(m_comments, {}) + "steps:\n";
}

void RecipeWriter::step(std::string_view word, Node body, std::string_view note, std::vector<Node::Entry> beside,
                        const Node *origin)
{
    if (m_error)
        return;
    if (++m_steps > maximumSteps)
        m_error = Error{
            Error::Kind::BadRecipe,
            QCoreApplication::translate("Import", "The settings would become more than %1 steps.").arg(maximumSteps)};
    beginSteps();
    const bool isWordAlone = body.isNull() && beside.empty() && note.empty();
    Node node = isWordAlone ? Node::scalar(std::string(word)) : Node::map({{std::string(word), std::move(body)}});
    for (Node::Entry &entry : beside)
        node.entries.push_back(std::move(entry));
    if (!note.empty())
        node.entries.emplace_back("note", Node::scalar(std::string(note)));
    m_text += std::exchange(m_comments, {}) + itemText(node, 2);
    if (const Result<Step> step = parseStep(node, {}); !step) {
        m_error = step.error();
        m_error->line = origin ? origin->line : 0;
        m_error->column = origin ? origin->column : 0;
    }
}

void RecipeWriter::bind(const Bind &bind)
{
    if (!m_inSteps)
        m_text += "steps: []\n";
    m_inSteps = true;
    const Node node = printBind(bind);
    m_text += std::exchange(m_comments, {});
    if (!node.isMap())
        return;
    m_text += "bind:\n";
    for (const auto &[name, value] : node.entries)
        m_text += "  " + name + ": " + flowText(value) + '\n';
}

Result<Recipe> RecipeWriter::finish()
{
    if (m_error)
        return *m_error;
    if (!m_inSteps)
        m_text += "steps: []\n";
    m_text += std::exchange(m_comments, {});
    return Recipe::parse(m_text, {});
}
