// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/numberor.h"
#include "model/recipe/steps/values.h"

#include <array>

/// What the steps share that say grids: of tokens, windows, kernels.

struct GridSize
{
    qint64 height = 0;
    qint64 width = 0;

    qint64 count() const { return height * width; }
    bool operator==(const GridSize &) const = default;
};

/// "14 × 14"
QString gridText(const GridSize &grid);
/// The grid of as many rows as columns that has so many places.
std::optional<GridSize> squareGrid(qint64 count);

/// [height, width], or a word in their place. `Word` has it as `text`.
template<typename Word>
struct GridOr
{
    std::optional<GridSize> size; ///< nothing: the word

    bool operator==(const GridOr &) const = default;
};

/// BadRecipe unless it is a list of two whole numbers; `word` may stand there too.
Result<GridSize> parseGrid(const Node &node, std::string_view word);
std::string gridSchema(std::string_view word);
Node printGrid(const GridSize &grid);

template<typename Word>
struct Codec<GridOr<Word>>
{
    static constexpr FieldType type = FieldType::Sizes;
    static std::span<const std::string_view> choices()
    {
        static constexpr std::array<std::string_view, 1> words{Word::text};
        return words;
    }
    static std::string schema() { return gridSchema(Word::text); }
    static Result<GridOr<Word>> parse(const Node &node)
    {
        if (node.isScalar() && node.text == Word::text)
            return GridOr<Word>{};
        const Result<GridSize> grid = parseGrid(node, Word::text);
        if (!grid)
            return grid.error();
        return GridOr<Word>{*grid};
    }
    static Node print(const GridOr<Word> &grid)
    {
        return grid.size ? printGrid(*grid.size) : Node::scalar(std::string(Word::text));
    }
};

struct TargetWord
{
    static constexpr std::string_view text = "target";
};
struct AutoWord
{
    static constexpr std::string_view text = "auto";
    static constexpr std::optional<qint64> least = 0;
    static QString expected();
};

/// true, false, or neither: then something else decides.
enum class OnOff : quint8 { Off, On };
template<>
struct Codec<OnOff>
{
    static constexpr FieldType type = FieldType::Choice;
    static std::span<const std::string_view> choices();
    static std::string schema() { return R"({"type": "boolean"})"; }
    static Result<OnOff> parse(const Node &node);
    static Node print(OnOff value) { return Node::scalar(value == OnOff::On ? "true" : "false"); }
};

/// Attributes of the target. Nothing where it does not state one, or there is no target; an error where it is none of
/// what is asked for.
class TargetAttributes
{
public:
    explicit TargetAttributes(StepRun &run) : m_run(run) {}

    /// [14, 14], or one number for both.
    Result<std::optional<GridSize>> grid(const std::string &name) const;
    Result<std::optional<qint64>> number(const std::string &name) const;
    Result<std::optional<bool>> flag(const std::string &name) const;

private:
    const Attribute *find(const std::string &name) const;
    Error wrong(const std::string &name, const QString &what) const;

    StepRun &m_run;
};
