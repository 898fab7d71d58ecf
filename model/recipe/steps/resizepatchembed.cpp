// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/resampler.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class PatchMethod : quint8 { Pi, Interpolate };
enum class PatchInterpolation : quint8 { Bicubic, Bilinear };
enum class PatchLayout : quint8 { Conv, LinearChw, LinearHwc };
}

template<>
inline constexpr auto enumWords<PatchMethod> = std::array<std::string_view, 2>{"pi", "interpolate"};
template<>
inline constexpr auto enumWords<PatchInterpolation> = std::array<std::string_view, 2>{"bicubic", "bilinear"};
template<>
inline constexpr auto enumWords<PatchLayout> = std::array<std::string_view, 3>{"conv", "linear-chw", "linear-hwc"};

namespace {
/// Gives the kernels that embed patches another size.
struct ResizePatchEmbed
{
    GridOr<TargetWord> to;
    PatchMethod method = PatchMethod::Pi;
    PatchInterpolation interpolation = PatchInterpolation::Bicubic;
    bool antialias = true;
    PatchLayout layout = PatchLayout::Conv;
    Selector where;

    static FieldLines fields()
    {
        using Self = ResizePatchEmbed;
        return FieldLines{
            field("to", &Self::to, "The size of patches afterwards, [height, width], or that of the target."),
            field("method", &Self::method,
                  "pi: images resized as the kernels are give the same embeddings, as FlexiViT and timm do; or the "
                  "kernels are interpolated as images are."),
            field("interpolation", &Self::interpolation, "How images are resized."),
            field("antialias", &Self::antialias, "Whether images are antialiased when they are resized."),
            field("layout", &Self::layout,
                  "A convolution (out × in × height × width), or a linear layer whose columns are channel, row, column "
                  "(linear-chw) or row, column, channel (linear-hwc) of square patches."),
            field("where", &Self::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        const QString words = to.size ? tr("Resize patch embeddings to %1").arg(gridText(*to.size))
                                      : tr("Resize patch embeddings to the patches of the target");
        const QString how = method == PatchMethod::Interpolate ? tr(" as images are") : QString();
        return std::vector{plain(words + how)} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        const auto stated = layout == PatchLayout::Conv ? Result<std::optional<qint64>>(std::optional<qint64>())
                                                        : TargetAttributes(run).number("in_chans");
        if (!stated)
            return stated.error();
        const qint64 channels = stated->value_or(usualChannels);
        Resampler resampler(run);
        return resizeEach(run, where, to, [&](const Row &row, const Shape *wanted, TargetShapes &targets) {
            return resized(row, wanted, targets, channels, resampler);
        });
    }

private:
    static constexpr qint64 usualChannels = 3;

    Result<const Expression *> resized(const Row &row, const Shape *wanted, TargetShapes &targets, qint64 channels,
                                       Resampler &resampler) const
    {
        const Shape &shape = *row.value->shape;
        if (wanted && *wanted == shape)
            return row.value;
        const Result<GridSize> before = patchOf(shape, channels);
        if (!before)
            return before.error();
        const Result<GridSize> after = wanted ? patchOf(*wanted, channels) : Result<GridSize>(*to.size);
        if (!after) {
            targets.leave(row, tr("does not become the target's %1 with other patches.").arg(shapeText(*wanted)));
            return nullptr;
        }
        return *before == *after ? row.value : resize(*row.value, *before, *after, channels, resampler);
    }

    /// The size of the patches that kernels of this shape take.
    Result<GridSize> patchOf(const Shape &shape, qint64 channels) const
    {
        if (layout == PatchLayout::Conv) {
            if (shape.size() != 4 || shape[2] < 1 || shape[3] < 1)
                return unfit(tr("is no kernel of four axes, out × in × height × width."));
            return GridSize{shape[2], shape[3]};
        }
        if (shape.size() != 2)
            return unfit(tr("is no linear layer, which has two axes."));
        const std::optional<GridSize> patch =
            channels > 0 && shape[1] % channels == 0 ? squareGrid(shape[1] / channels) : std::nullopt;
        if (!patch)
            return unfit(tr("has %1 columns, which are no square patches of %2 channels; the target's attribute "
                            "“in_chans” says how many channels there are.")
                             .arg(shape[1])
                             .arg(channels));
        return *patch;
    }

    Result<const Expression *> resize(const Expression &value, const GridSize &before, const GridSize &after,
                                      qint64 channels, Resampler &resampler) const
    {
        const qint64 out = (*value.shape)[0], in = layout == PatchLayout::Conv ? (*value.shape)[1] : channels;
        const Resampling how{interpolation == PatchInterpolation::Bicubic ? Resampling::Method::Bicubic
                                                                          : Resampling::Method::Bilinear,
                             antialias, false, false, method == PatchMethod::Pi};
        const bool isHwc = layout == PatchLayout::LinearHwc;
        Result<const Expression *> made = &value;
        if (isHwc) {
            made = resampler.reshaped(value, {out, before.height, before.width, in});
            made = made ? resampler.permuted(**made, {0, 3, 1, 2}) : made;
        } else if (layout == PatchLayout::LinearChw) {
            made = resampler.reshaped(value, {out, in, before.height, before.width});
        }
        made = made ? resampler.resampled(**made, after, how, Resampler::Width::Float32) : made;
        if (isHwc)
            made = made ? resampler.permuted(**made, {0, 2, 3, 1}) : made;
        if (!made || layout == PatchLayout::Conv)
            return made;
        return resampler.reshaped(**made, {out, in * after.count()});
    }
};
}

const StepKind &resizePatchEmbedStep()
{
    static const StepKind kind = stepKind<ResizePatchEmbed>(
        {.word = "resize-patch-embed",
         .title = "Resize patch embeddings",
         .group = "Adapting",
         .help = "Gives the kernels that embed patches another size, computed in float32 as timm does: by the "
                 "pseudo-inverse of resizing images, or as images are resized. A linear layer has 3 channels unless "
                 "the target's attribute in_chans says otherwise.",
         .exampleStep = "resize-patch-embed: {where: {exact: patch_embed.proj.weight}, to: [14, 14]}",
         .exampleBefore = "patch_embed.proj.weight float32 768x3x16x16",
         .exampleAfter = "patch_embed.proj.weight float32 768x3x14x14"});
    return kind;
}
