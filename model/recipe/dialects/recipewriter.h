// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"

/// Writes a recipe's text from the top: headers, then steps, then bind, with comments between. What was written is
/// read as any recipe is, so that a step which cannot be is an error of finish().
class RecipeWriter
{
public:
    void header(std::string_view name, const std::string &value); ///< left out when empty
    void comment(std::string_view text); ///< on a line of its own, whatever it holds
    /// `origin`: what it says, in the settings; where finish() finds fault with the step, that is the error's place.
    void step(std::string_view word, Node body, std::string_view note = {}, std::vector<Node::Entry> beside = {},
              const Node *origin = nullptr);
    void bind(const Bind &bind);
    Result<Recipe> finish();

private:
    void beginSteps();

    std::string m_text = "weightsmith: 1\n";
    bool m_inSteps = false;
    std::size_t m_steps = 0;
    std::optional<Error> m_error; ///< of the first step that is none
    std::string m_comments; ///< that wait for what they stand above
};
