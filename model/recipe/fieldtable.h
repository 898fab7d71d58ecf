// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/fieldentry.h"

/// A struct of fields whose type is forgotten: what its field table has to know of it beside the fields.
struct FieldStruct
{
    const void *defaults; ///< lives as long as the program
    std::shared_ptr<void> (*copy)(const void *body);
    Result<void> (*check)(const void *body, const Lets &lets); ///< rules between its fields; null: it has none
    bool (*sameResolved)(const void *left, const void *right); ///< what it read from files; null: it names none
};

/// What follows from the fields of a struct: reading, printing, comparing, setting single fields. Compiled once for all
/// of them; bodies are passed as they are in memory.
class FieldTable
{
public:
    FieldTable(const FieldStruct &type, FieldLines lines);

    std::span<const FieldInfo> infos() const { return m_infos; }
    /// From YAML data; BadRecipe names step, field, expected and found.
    Result<void> set(void *body, std::string_view name, const Node &value, std::string_view step) const;
    Result<void> reset(void *body, std::string_view name, std::string_view step) const;
    /// Those fields that `node` names.
    Result<void> fill(void *body, const Node &node, std::string_view step) const;
    /// A body with all that it requires, sound in itself.
    Result<std::shared_ptr<const void>> parse(const Node &node, std::string_view step, const Lets &lets) const;
    /// A copy with one field set, or set back to its default by a null node.
    Result<std::shared_ptr<const void>> withField(const void *body, std::string_view name, const Node &value,
                                                  std::string_view step) const;
    /// Fields that differ from their default; the main field alone when possible.
    Node print(const void *body) const;
    bool equal(const void *left, const void *right) const;
    /// Nothing when it is at its default.
    std::optional<Node> value(const void *body, std::string_view name) const;

private:
    const FieldLine *find(std::string_view name) const;
    bool isDefault(const FieldLine &line, const void *body) const;
    Result<void> check(const void *body, const Node &node, std::string_view step, const Lets &lets) const;

    FieldStruct m_type;
    FieldLines m_lines;
    std::vector<FieldInfo> m_infos; ///< one for each line
    const FieldInfo *m_main = nullptr; ///< what a scalar or list as the whole body means
    bool m_isBody = false; ///< and a map
};
