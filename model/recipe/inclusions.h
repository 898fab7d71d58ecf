// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/recipe.h"

#include <map>

/// The recipes that are read because steps include them, while one recipe is read: which of them are open, one inside
/// the other, and what was read already.
class Inclusions
{
public:
    /// One inside the other, at most this many.
    static constexpr std::size_t mostOpen = 16;
    /// All texts together, each once for every set of values of its parameters.
    static constexpr std::size_t mostBytes = 1024 * 1024;

    /// The recipe called `name`, with values for its parameters: a built-in one, otherwise the file of this path,
    /// relative to `folder`. BadRecipe in whole sentences: there is none (with the nearest name), it cannot be read, it
    /// includes itself (with the chain), or the limits above.
    Result<std::shared_ptr<const Recipe>> read(const std::string &name, const QString &folder, const Params &with);

private:
    struct Source
    {
        QString place; ///< what tells it from all others
        QString fileName; ///< as Recipe::fileName()
        bool isBuiltin = false;
    };

    Result<Source> find(const std::string &name, const QString &folder) const;
    QString chain(const std::string &name) const;

    std::vector<std::pair<QString, std::string>> m_open; ///< places and names
    std::map<std::pair<QString, std::string>, std::shared_ptr<const Recipe>> m_read; ///< by place and values
    std::size_t m_bytes = 0;
    std::optional<Error> m_final; ///< of all recipes together, so that no place in one of them says more
};
