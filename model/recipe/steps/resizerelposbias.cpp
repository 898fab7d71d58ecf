// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/joiner.h"
#include "model/recipe/steps/resampler.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class BiasMethod : quint8 { Geometric, Bicubic, Levit, Linear };
enum class BiasLayout : quint8 { RowsHeads, HeadsRows, HeadsHw };
}

template<>
inline constexpr auto enumWords<BiasMethod> =
    std::array<std::string_view, 4>{"geometric", "bicubic", "levit", "linear-1d"};
template<>
inline constexpr auto enumWords<BiasLayout> = std::array<std::string_view, 3>{"rows-heads", "heads-rows", "heads-h-w"};

namespace {
/// BEiT has three rows more: from its class token, to it, and to itself.
constexpr std::array<qint64, 2> usualExtra{0, 3};

/// Gives tables of relative positions another window.
struct ResizeRelPosBias
{
    GridOr<TargetWord> to;
    GridOr<AutoWord> from;
    BiasMethod method = BiasMethod::Geometric;
    NumberOr<AutoWord> extraRows;
    BiasLayout layout = BiasLayout::RowsHeads;
    Selector where;

    static FieldLines fields()
    {
        using Self = ResizeRelPosBias;
        return FieldLines{
            field("to", &Self::to, "The window afterwards, [height, width], or that of the target."),
            field("from", &Self::from, "The window it has; auto: as high as wide."),
            field("method", &Self::method,
                  "geometric: BEiT's, as timm for Swin and BEiT; bicubic: not antialiased; levit: of distances from 0 "
                  "on, antialiased; linear-1d: along the rows alone, as MViTv2."),
            field("extra-rows", &Self::extraRows,
                  "How many rows at the end stay as they are, such as 3 of BEiT's class token."),
            field("layout", &Self::layout, "The axes: rows × heads, heads × rows, or heads × height × width."),
            field("where", &Self::where, "Which keys.")};
    }

    Result<void> check() const
    {
        const QLatin1StringView word(enumWords<BiasMethod>[std::size_t(method)]);
        const bool isPlain = method == BiasMethod::Levit || method == BiasMethod::Linear;
        if (layout == BiasLayout::HeadsHw && isPlain)
            return badStep(tr("“resize-rel-pos-bias” by %1 takes the layouts rows-heads and heads-rows.").arg(word));
        if (extraRows.number.value_or(0) > 0 && (isPlain || layout == BiasLayout::HeadsHw))
            return badStep(tr("“extra-rows” of “resize-rel-pos-bias” are for rows by geometric or bicubic."));
        if (from.size && method == BiasMethod::Linear)
            return badStep(
                tr("“resize-rel-pos-bias” by linear-1d takes no “from”: a table has as many rows as it has."));
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        QString words = to.size ? tr("Resize relative positions to the window %1").arg(gridText(*to.size))
                                : tr("Resize relative positions to the window of the target");
        if (method != BiasMethod::Geometric)
            words += tr(" by %1").arg(QLatin1StringView(enumWords<BiasMethod>[std::size_t(method)]));
        return std::vector{plain(words)} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        const auto window = to.size ? Result<std::optional<GridSize>>(std::optional<GridSize>())
                                    : TargetAttributes(run).grid("window_size");
        if (!window)
            return window.error();
        Resizer resizer{Resampler(run), Joiner(run)};
        return resizeEach(run, where, to, [&](const Row &row, const Shape *wanted, TargetShapes &targets) {
            return resized(row, wanted, targets, *window, resizer);
        });
    }

private:
    struct Resizer
    {
        Resampler resampler;
        Joiner joiner;
    };

    /// Of a table, before and after, and the rows that are none of it.
    struct Sides
    {
        GridSize from, to;
        qint64 extra = 0;
    };

    Result<const Expression *> resized(const Row &row, const Shape *wanted, TargetShapes &targets,
                                       const std::optional<GridSize> &window, Resizer &resizer) const
    {
        const Shape &shape = *row.value->shape;
        if (wanted && *wanted == shape && !from.size)
            return row.value;
        const qsizetype rank = layout == BiasLayout::HeadsHw ? 3 : 2, heads = layout == BiasLayout::RowsHeads;
        if (shape.size() != rank)
            return unfit(tr("has %1 axes, and the layout %2 has %3.")
                             .arg(shape.size())
                             .arg(QLatin1StringView(enumWords<BiasLayout>[std::size_t(layout)]))
                             .arg(rank));
        if (wanted && (wanted->size() != rank || (*wanted)[heads] != shape[heads])) {
            targets.leave(row, tr("does not become the target's %1 with another window.").arg(shapeText(*wanted)));
            return nullptr;
        }
        const Result<Sides> sides = sidesOf(row, wanted, window);
        return sides ? resize(*row.value, *sides, resizer) : sides.error();
    }

    /// A window has distances from -(n - 1) to n - 1; LeViT's tables hold no direction.
    GridSize tableOf(const GridSize &window) const
    {
        return method == BiasMethod::Levit ? window : GridSize{2 * window.height - 1, 2 * window.width - 1};
    }

    /// As high as wide; distances to both sides and 0 are an odd number.
    std::optional<GridSize> squareTable(qint64 rows) const
    {
        const std::optional<GridSize> square = squareGrid(rows);
        return square && (method == BiasMethod::Levit || square->height % 2 == 1) ? square : std::nullopt;
    }

    /// Errors as those of a rule.
    Result<Sides> sidesOf(const Row &row, const Shape *wanted, const std::optional<GridSize> &window) const
    {
        const Shape &shape = *row.value->shape;
        if (layout == BiasLayout::HeadsHw) {
            const Sides sides{{shape[1], shape[2]}, wanted ? GridSize{(*wanted)[1], (*wanted)[2]} : tableOf(*to.size)};
            if (from.size && !(tableOf(*from.size) == sides.from))
                return unfit(tr("is a table of %1, and a window of %2 (“from”) has %3.")
                                 .arg(gridText(sides.from), gridText(*from.size), gridText(tableOf(*from.size))));
            return checked(sides);
        }
        const qsizetype axis = layout == BiasLayout::RowsHeads ? 0 : 1;
        const qint64 rows = shape[axis], rowsWanted = wanted ? (*wanted)[axis] : 0;
        if (method == BiasMethod::Linear)
            return Sides{{rows, 1}, {wanted ? rowsWanted : linearRows(row.name), 1}};
        const Result<Sides> target = wanted ? targetSides(rowsWanted, rows, window) : explicitSides(rows);
        if (!target)
            return target;
        Sides sides = *target;
        const qint64 places = rows - sides.extra;
        if (from.size)
            sides.from = tableOf(*from.size);
        else if (const auto square = squareTable(places))
            sides.from = *square;
        else if (rows == rowsWanted)
            sides.from = sides.to; // of as many rows, timm takes the window for the same
        else
            return unfit(tr("has %1 rows without %2 others, which are no square table; say “from: [height, width]” or "
                            "“extra-rows”.")
                             .arg(places)
                             .arg(sides.extra));
        if (sides.from.count() != places)
            return unfit(tr("has %1 rows without %2 others, and a window of %3 (“from”) has %4.")
                             .arg(places)
                             .arg(sides.extra)
                             .arg(gridText(*from.size))
                             .arg(sides.from.count()));
        return checked(sides);
    }

    Result<Sides> checked(const Sides &sides) const
    {
        const auto isEven = [](const GridSize &table) { return table.height % 2 == 0 || table.width % 2 == 0; };
        if (method == BiasMethod::Geometric && (isEven(sides.from) || isEven(sides.to)))
            return unfit(tr("would be resized from %1 to %2; tables of distances have odd sides.")
                             .arg(gridText(sides.from), gridText(sides.to)));
        return sides;
    }

    std::vector<qint64> possibleExtra() const
    {
        if (extraRows.number || method == BiasMethod::Levit)
            return {extraRows.number.value_or(0)};
        return {usualExtra.begin(), usualExtra.end()};
    }

    Result<Sides> targetSides(qint64 rowsWanted, qint64 rows, const std::optional<GridSize> &window) const
    {
        const std::vector<qint64> possible = possibleExtra();
        Sides sides;
        for (const qint64 extra : possible) {
            sides.extra = extra;
            if (window && rowsWanted - extra == tableOf(*window).count()) {
                sides.to = tableOf(*window);
                return sides;
            }
        }
        for (const qint64 extra : possible) {
            sides.extra = extra;
            const auto square = squareTable(rowsWanted - extra);
            if (square && (from.size || squareTable(rows - extra) || rows == rowsWanted)) {
                sides.to = *square;
                return sides;
            }
        }
        const QString stated = window ? tr("and its attribute “window_size” says %1").arg(gridText(*window))
                                      : tr("and its attribute “window_size” is not given");
        return unfit(tr("becomes a table of the target with %1 rows, which is no square of distances, %2; state "
                        "“window_size” in the target's manifest, or say “to: [height, width]” and “extra-rows”.")
                         .arg(rowsWanted)
                         .arg(stated));
    }

    Result<Sides> explicitSides(qint64 rows) const
    {
        Sides sides{{}, tableOf(*to.size), extraRows.number.value_or(0)};
        if (extraRows.number || method == BiasMethod::Levit)
            return sides;
        for (const qint64 extra : usualExtra) {
            sides.extra = extra;
            if (from.size ? tableOf(*from.size).count() == rows - extra : squareTable(rows - extra).has_value())
                return sides;
        }
        return unfit(tr("has %1 rows, and it is not known which are of its window; say “from: [height, width]” or "
                        "“extra-rows”.")
                         .arg(rows));
    }

    /// MViTv2 has a table for each direction.
    qint64 linearRows(Name name) const { return 2 * (name.ends_with("_w") ? to.size->width : to.size->height) - 1; }

    Result<const Expression *> resize(const Expression &value, const Sides &sides, Resizer &resizer) const
    {
        if (sides.from == sides.to)
            return &value;
        static constexpr std::array methods{Resampling::Method::Geometric, Resampling::Method::Bicubic,
                                            Resampling::Method::Bicubic, Resampling::Method::Linear};
        const bool isLast = layout == BiasLayout::RowsHeads;
        const Resampling how{methods[std::size_t(method)], method == BiasMethod::Levit, false, isLast, false};
        const auto width = method == BiasMethod::Geometric || method == BiasMethod::Levit ? Resampler::Width::Float32
                                                                                          : Resampler::Width::Own;
        SizeList sizes = value.shape->sizes();
        const qsizetype axis = isLast ? 0 : 1;
        const auto axes = [&](const GridSize &grid) {
            return isLast ? SizeList{grid.height, grid.width, sizes[1]} : SizeList{sizes[0], grid.height, grid.width};
        };
        if (layout == BiasLayout::HeadsHw)
            return resizer.resampler.resampled(value, sides.to, how, width);
        auto made = resizer.joiner.piece(value, axis, 0, sides.from.count());
        made = made ? resizer.resampler.reshaped(**made, axes(sides.from)) : made;
        made = made ? resizer.resampler.resampled(**made, sides.to, how, width) : made;
        const auto extra = resizer.joiner.piece(value, axis, sides.from.count(), sides.extra);
        sizes[axis] = sides.to.count();
        made = made ? resizer.resampler.reshaped(**made, sizes) : made;
        if (!made || !extra || sides.extra == 0)
            return made && !extra ? extra : made;
        return resizer.joiner.joined({*made, *extra}, axis);
    }
};
}

const StepKind &resizeRelPosBiasStep()
{
    static const StepKind kind = stepKind<ResizeRelPosBias>(
        {.word = "resize-rel-pos-bias",
         .title = "Resize relative positions",
         .group = "Adapting",
         .help = "Gives tables of relative positions another window, as timm does. Without “to” the target says the "
                 "window: its attribute window_size where it fits the table, or the table's shape. A table of as many "
                 "rows as the target's stays as it is, unless “from” says another window.",
         .exampleStep = "resize-rel-pos-bias: {where: {suffix: relative_position_bias_table}, to: [12, 12]}",
         .exampleBefore = "layers.0.attn.relative_position_bias_table float32 169x4",
         .exampleAfter = "layers.0.attn.relative_position_bias_table float32 529x4"});
    return kind;
}
