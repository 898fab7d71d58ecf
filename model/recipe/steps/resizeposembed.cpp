// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/joiner.h"
#include "model/recipe/steps/resampler.h"
#include "model/recipe/steps/tokengrids.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class PosLayout : quint8 { Nld, Lnd, Ld, Nhwc, Nchw, Blocked };
enum class PosMethod : quint8 { Bicubic, Bilinear, Nearest };
enum class PosCrop : quint8 { None, TopLeft };
enum class PosPreset : quint8 { Timm, Timm06, Mae, Vissl, Classy, Mmengine, Radio };

/// What a preset says where the step does not.
struct PosWays
{
    PosLayout layout = PosLayout::Nld;
    PosMethod method = PosMethod::Bicubic;
    bool antialias = false;
    bool alignCorners = false;
    PosCrop crop = PosCrop::None;
    std::optional<qint64> prefix = {};
    Resampler::Width width = Resampler::Width::Own;
};

/// timm 1.0.31 `resample_abs_pos_embed` (and `_nhwc`), timm 0.6 `resize_pos_embed`, MAE `interpolate_pos_embed`,
/// VISSL's ConViT, Classy Vision's ViT, MMPretrain `resize_pos_embed`, timm 1.0.31 `_convert_radio`.
PosWays waysOf(PosPreset preset)
{
    using Width = Resampler::Width;
    switch (preset) {
    case PosPreset::Timm: return {.antialias = true, .width = Width::Float32};
    case PosPreset::Timm06:
    case PosPreset::Mae: return {};
    case PosPreset::Vissl: return {.alignCorners = true, .prefix = 0};
    case PosPreset::Classy: return {.layout = PosLayout::Lnd, .alignCorners = true};
    case PosPreset::Mmengine: return {.width = Width::Float32};
    case PosPreset::Radio:
        return {.method = PosMethod::Bilinear, .crop = PosCrop::TopLeft, .prefix = 0, .width = Width::Float32};
    }
    Q_UNREACHABLE();
}
}

template<>
inline constexpr auto enumWords<PosLayout> =
    std::array<std::string_view, 6>{"nld", "lnd", "ld", "nhwc", "nchw", "blocked"};
template<>
inline constexpr auto enumWords<PosMethod> = std::array<std::string_view, 3>{"bicubic", "bilinear", "nearest"};
template<>
inline constexpr auto enumWords<PosCrop> = std::array<std::string_view, 2>{"none", "top-left"};
template<>
inline constexpr auto enumWords<PosPreset> =
    std::array<std::string_view, 7>{"timm", "timm-0.6", "mae", "vissl", "classy", "mmengine", "radio"};

namespace {
bool isSequence(PosLayout layout)
{
    return layout <= PosLayout::Ld;
}

/// The shape that a layout has, as words.
const char *layoutWords(PosLayout layout)
{
    switch (layout) {
    case PosLayout::Nld: return "1 × tokens × numbers";
    case PosLayout::Lnd: return "tokens × 1 × numbers";
    case PosLayout::Ld: return "tokens × numbers";
    case PosLayout::Nhwc: return "1 × height × width × numbers";
    case PosLayout::Nchw: return "1 × numbers × height × width";
    case PosLayout::Blocked: return "1 × blocks × places × numbers";
    }
    Q_UNREACHABLE();
}

/// Which axis holds the numbers of a place.
qsizetype numbersAxis(PosLayout layout, qsizetype rank)
{
    return layout == PosLayout::Nchw ? 1 : rank - 1;
}

bool isLaidOut(const Shape &shape, PosLayout layout)
{
    const qsizetype rank = layout == PosLayout::Ld ? 2 : isSequence(layout) ? 3 : 4;
    if (shape.size() != rank)
        return false;
    return layout == PosLayout::Ld || shape[layout == PosLayout::Lnd ? 1 : 0] == 1;
}

/// Gives position embeddings another grid.
struct ResizePosEmbed
{
    GridOr<TargetWord> to;
    GridOr<AutoWord> from;
    NumberOr<AutoWord> prefixTokens;
    std::optional<PosLayout> layout;
    std::optional<PosMethod> method;
    std::optional<OnOff> antialias;
    std::optional<OnOff> alignCorners;
    std::optional<PosCrop> crop;
    PosPreset preset = PosPreset::Timm;
    Selector where;

    static FieldLines fields()
    {
        using Self = ResizePosEmbed;
        return FieldLines{
            field("to", &Self::to, "The grid afterwards, [height, width], or that of the target."),
            field("from", &Self::from, "The grid it has; auto: as many rows as columns."),
            field("prefix-tokens", &Self::prefixTokens,
                  "How many tokens before the grid stay as they are; auto: what the target states or has as keys."),
            field("layout", &Self::layout,
                  "The axes: nld is 1 × tokens × numbers, blocked is NesT's 1 × blocks × places × numbers."),
            field("method", &Self::method, "How places between the old ones are computed."),
            field("antialias", &Self::antialias, "Whether a smaller grid is the mean of more places, as in timm."),
            field("align-corners", &Self::alignCorners, "Whether the outermost places stay where they are."),
            field("crop", &Self::crop, "top-left: resized to a square, of which the top left is taken, as RADIO does."),
            field("preset", &Self::preset, "Whose way it is; the fields beside it win."),
            field("where", &Self::where, "Which keys.")};
    }

    Result<void> check() const
    {
        const PosWays way = ways();
        if (way.method == PosMethod::Nearest && (antialias == OnOff::On || alignCorners == OnOff::On))
            return badStep(tr("“resize-pos-embed” by the nearest place takes neither “antialias” nor “align-corners”: "
                              "torch has no such thing."));
        if (!isSequence(way.layout) && prefixTokens.number.value_or(0) > 0)
            return badStep(tr("“resize-pos-embed” of the layout %1 takes no “prefix-tokens”: no tokens stand before a "
                              "grid there.")
                               .arg(QLatin1StringView(enumWords<PosLayout>[std::size_t(way.layout)])));
        if (way.crop == PosCrop::TopLeft && way.layout != PosLayout::Nld)
            return badStep(tr("“resize-pos-embed” crops the layout nld alone."));
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        QString words = to.size ? tr("Resize position embeddings to %1").arg(gridText(*to.size))
                                : tr("Resize position embeddings to the grid of the target");
        if (preset != PosPreset::Timm)
            words += tr(" as %1 does").arg(QLatin1StringView(enumWords<PosPreset>[std::size_t(preset)]));
        return std::vector{plain(words)} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        TokenGrids grids(run);
        if (const Result<void> asked = grids.ask(); !asked)
            return asked;
        Resizer resizer{ways(), Resampler(run), Joiner(run)};
        return resizeEach(run, where, to, [&](const Row &row, const Shape *wanted, TargetShapes &targets) {
            return resized(row, wanted, targets, grids, resizer);
        });
    }

private:
    /// Errors as those of a rule.
    struct Resizer
    {
        PosWays way;
        Resampler resampler;
        Joiner joiner;

        Result<const Expression *> resized(const Expression &value, const GridSize &to, bool channelsLast)
        {
            static constexpr std::array methods{Resampling::Method::Bicubic, Resampling::Method::Bilinear,
                                                Resampling::Method::Nearest};
            return resampler.resampled(
                value, to, {methods[std::size_t(way.method)], way.antialias, way.alignCorners, channelsLast, false},
                way.width);
        }
        /// The top left part of a grid with its channels last.
        Result<const Expression *> cropped(const Expression &value, const GridSize &to)
        {
            const auto rows = joiner.piece(value, 0, 0, to.height);
            return rows ? joiner.piece(**rows, 1, 0, to.width) : rows;
        }
    };

    PosWays ways() const
    {
        PosWays way = waysOf(preset);
        way.layout = layout.value_or(way.layout);
        way.method = method.value_or(way.method);
        const bool hasOthers = way.method != PosMethod::Nearest;
        way.antialias = antialias ? *antialias == OnOff::On : way.antialias && hasOthers;
        way.alignCorners = alignCorners ? *alignCorners == OnOff::On : way.alignCorners && hasOthers;
        way.crop = crop.value_or(way.crop);
        if (prefixTokens.number)
            way.prefix = prefixTokens.number;
        return way;
    }

    Result<const Expression *> resized(const Row &row, const Shape *wanted, TargetShapes &targets,
                                       const TokenGrids &grids, Resizer &resizer) const
    {
        const Shape &shape = *row.value->shape;
        const PosLayout axes = resizer.way.layout;
        if (wanted && *wanted == shape && !from.size)
            return row.value;
        if (!isLaidOut(shape, axes))
            return unfit(tr("is not %1, as the layout %2 is.")
                             .arg(tr(layoutWords(axes)), QLatin1StringView(enumWords<PosLayout>[int(axes)])));
        const qsizetype numbers = numbersAxis(axes, shape.size());
        if (wanted && (!isLaidOut(*wanted, axes) || (*wanted)[numbers] != shape[numbers])) {
            targets.leave(row, tr("does not become the target's %1 with another grid.").arg(shapeText(*wanted)));
            return nullptr;
        }
        return isSequence(axes)          ? sequence(row, wanted, grids, resizer)
            : axes == PosLayout::Blocked ? blocked(*row.value, wanted, resizer)
                                         : grid(*row.value, wanted, resizer);
    }

    Result<const Expression *> sequence(const Row &row, const Shape *wanted, const TokenGrids &grids,
                                        Resizer &resizer) const
    {
        const Expression &value = *row.value;
        const qsizetype axis = resizer.way.layout == PosLayout::Nld ? 1 : 0;
        SizeList sizes = value.shape->sizes();
        const auto known = grids.of({row, sizes[axis], wanted ? std::optional((*wanted)[axis]) : std::nullopt,
                                     from.size, to.size, resizer.way.prefix});
        if (!known)
            return known.error();
        const bool isCropped = resizer.way.crop == PosCrop::TopLeft;
        const qint64 longer = std::max(known->to.height, known->to.width);
        const GridSize between = isCropped ? GridSize{longer, longer} : known->to;
        if (known->from == between && between == known->to)
            return &value;
        const auto prefix = resizer.joiner.piece(value, axis, 0, known->prefix);
        auto made = resizer.joiner.piece(value, axis, known->prefix, known->from.count());
        made = made ? resizer.resampler.reshaped(**made, {known->from.height, known->from.width, sizes.last()}) : made;
        made = made ? resizer.resized(**made, between, true) : made;
        made = made && isCropped ? resizer.cropped(**made, known->to) : made;
        sizes[axis] = known->to.count();
        made = made ? resizer.resampler.reshaped(**made, sizes) : made;
        if (!made || !prefix || known->prefix == 0)
            return made ? (prefix ? made : prefix) : made;
        return resizer.joiner.joined({*prefix, *made}, axis);
    }

    Result<GridSize> checkedFrom(const GridSize &found) const
    {
        if (from.size && !(*from.size == found))
            return unfit(tr("has a grid of %1, and “from” says %2.").arg(gridText(found), gridText(*from.size)));
        return found;
    }

    /// A grid that is one already.
    Result<const Expression *> grid(const Expression &value, const Shape *wanted, Resizer &resizer) const
    {
        const bool isLast = resizer.way.layout == PosLayout::Nhwc;
        const qsizetype first = isLast ? 1 : 2;
        SizeList sizes = value.shape->sizes();
        const auto found = checkedFrom({sizes[first], sizes[first + 1]});
        if (!found)
            return found.error();
        const GridSize size = wanted ? GridSize{(*wanted)[first], (*wanted)[first + 1]} : *to.size;
        if (*found == size)
            return &value;
        auto made = resizer.resampler.reshaped(value, {sizes[1], sizes[2], sizes[3]});
        made = made ? resizer.resized(**made, size, isLast) : made;
        sizes[first] = size.height;
        sizes[first + 1] = size.width;
        return made ? resizer.resampler.reshaped(**made, sizes) : made;
    }

    /// NesT's: square blocks of places in a square of blocks.
    Result<const Expression *> blocked(const Expression &value, const Shape *wanted, Resizer &resizer) const
    {
        const Shape &shape = *value.shape;
        const qint64 numbers = shape[3];
        const auto sidesOf = [](const Shape &of) -> std::optional<std::pair<qint64, qint64>> {
            const auto blocks = squareGrid(of[1]), places = squareGrid(of[2]);
            return blocks && places ? std::optional(std::pair(blocks->height, places->height)) : std::nullopt;
        };
        const auto before = sidesOf(shape);
        if (!before)
            return unfit(tr("has %1 blocks of %2 places, of which one is no square.").arg(shape[1]).arg(shape[2]));
        const auto [blocks, places] = *before;
        const auto found = checkedFrom({blocks * places, blocks * places});
        if (!found)
            return found.error();
        std::optional<std::pair<qint64, qint64>> after;
        if (wanted)
            after = sidesOf(*wanted);
        else if (to.size->height == to.size->width && to.size->height % blocks == 0)
            after = std::pair(blocks, to.size->height / blocks);
        if (!after)
            return unfit(tr("does not become %1: blocks and their places are squares.")
                             .arg(wanted ? shapeText(*wanted) : gridText(*to.size)));
        const auto [newBlocks, newPlaces] = *after;
        const qint64 side = blocks * places, newSide = newBlocks * newPlaces;
        Resampler &sampler = resizer.resampler;
        auto made = sampler.reshaped(value, {blocks, blocks, places, places, numbers});
        made = made ? sampler.permuted(**made, {0, 2, 1, 3, 4}) : made;
        made = made ? sampler.reshaped(**made, {side, side, numbers}) : made;
        made = made ? resizer.resized(**made, {newSide, newSide}, true) : made;
        made = made ? sampler.reshaped(**made, {newBlocks, newPlaces, newBlocks, newPlaces, numbers}) : made;
        made = made ? sampler.permuted(**made, {0, 2, 1, 3, 4}) : made;
        return made ? sampler.reshaped(**made, {1, newBlocks * newBlocks, newPlaces * newPlaces, numbers}) : made;
    }
};
}

const StepKind &resizePosEmbedStep()
{
    static const StepKind kind = stepKind<ResizePosEmbed>(
        {.word = "resize-pos-embed",
         .title = "Resize position embeddings",
         .group = "Adapting",
         .help = "Gives position embeddings another grid, for images of another size or other patches, as timm, MAE, "
                 "VISSL, Classy Vision or MMPretrain do. Class tokens and the like before the grid stay. Without “to” "
                 "the target says the grid: its attributes grid_size, num_prefix_tokens and no_embed_class, or its "
                 "keys and shapes. NesT's blocks are resized as timm does by the preset timm-0.6.",
         .exampleStep = "resize-pos-embed: {where: {exact: pos_embed}, to: [24, 24]}",
         .exampleBefore = "pos_embed float32 1x197x768",
         .exampleAfter = "pos_embed float32 1x577x768"});
    return kind;
}
