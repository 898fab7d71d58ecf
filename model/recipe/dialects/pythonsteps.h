// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/codec.h"
#include "model/recipe/dialects/pythonselect.h"
#include "model/recipe/recipe.h"
#include "model/recipe/template.h"

/// A step on its way to Python: its fields, and the pieces of the runtime that it stands on.
class PythonStep
{
public:
    PythonStep(const Step &step, PythonPieces &pieces, const QString &recipeFile)
        : m_step(step)
        , m_pieces(pieces)
        , m_recipeFile(recipeFile)
    {}

    PythonPieces &pieces() const { return m_pieces; }
    /// Where tables are looked for.
    const QString &recipeFile() const { return m_recipeFile; }
    void use(std::string_view piece) const { m_pieces.emplace(piece); }

    /// Whether it is not at its default.
    bool has(std::string_view field) const { return m_step.field(field).has_value(); }
    // As written, or its default.
    std::string text(std::string_view field) const { return node(field).text; }
    Node node(std::string_view field) const;
    std::vector<std::string> texts(std::string_view field) const;
    std::vector<qint64> numbers(std::string_view field) const;
    Selector selector(std::string_view field = "where") const;
    /// `, where=lambda key, value: …`, or nothing.
    Result<std::string> where() const;
    /// A method of the table, called with arguments and `where`.
    Result<std::string> call(std::string_view method, const std::string &arguments) const;

private:
    const Step &m_step;
    PythonPieces &m_pieces;
    const QString &m_recipeFile;
};

/// How one kind of step is written: statements, a line each. BadRecipe goes on from "cannot be written as Python: ".
struct PythonWriter
{
    std::string_view word;
    Result<std::string> (*write)(const PythonStep &step);
};

/// Of the groups Root, Names, Pairing, Checks and Flow; of Values, one row at a time; of what makes rows.
std::span<const PythonWriter> pythonNameSteps();
std::span<const PythonWriter> pythonValueSteps();
std::span<const PythonWriter> pythonRowSteps();

/// `value.shape[0] // 3` of the size `in[0] // 3`; `target` is what the target has of `key`.
Result<std::string> pythonSize(std::string_view text, const CaptureScope &scope, bool &asksTarget);

/// A number that is no whole one, as it is written in recipes.
std::string pythonDecimal(const std::string &text);
/// What new elements are: `, fill=1` or `, normal=0.02, seed=5`; nothing for zeros.
std::string pythonFill(const PythonStep &step);
/// A number, text, list or dict.
std::string pythonValue(const LetValue &value);
/// `{'a': 'b', 'c': None}`, on several lines where it is long.
std::string pythonPairs(const NamePairs &pairs);
