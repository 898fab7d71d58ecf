// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/channels.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// The channels of one tensor on their way: first how the old ones lie, then how many new ones there are.
class Reading
{
public:
    Reading(const Shape &shape, const ChannelWish &wish, const Shape *wanted)
        : m_shape(shape)
        , m_wish(wish)
        , m_wanted(wanted)
        , m_isTimm(wish.mode == ChannelMode::Timm)
    {}

    Result<std::optional<Channels>> read()
    {
        if (const Result<void> ok = checkRank(); !ok)
            return ok.error();
        m_inputs = m_shape[1];
        if (m_inputs == 0)
            return unfit(tr("has no input channels."));
        if (m_wish.to && !m_wish.from && !isLinear() && m_wish.layout != ChannelLayout::SpaceToDepth
            && *m_wish.to == m_inputs)
            return std::optional<Channels>(); // has them already
        if (const Result<void> ok = chooseGroups(); !ok)
            return ok.error();
        if (m_wanted && !countWanted())
            return unfit(tr("does not become the target's %1 in groups of %2 channels.")
                             .arg(shapeText(*m_wanted))
                             .arg(m_before));
        if (!m_wanted)
            m_after = *m_wish.to;
        if (m_after == m_before && m_wish.mode != ChannelMode::Weights)
            return std::optional<Channels>();
        if (const Result<void> ok = m_isTimm ? checkTimm() : checkCounts(); !ok)
            return ok.error();
        return channels();
    }

private:
    bool isLinear() const
    {
        return m_wish.layout == ChannelLayout::LinearChw || m_wish.layout == ChannelLayout::LinearHwc;
    }

    Result<void> checkRank() const
    {
        const auto rank = m_shape.size();
        if (m_isTimm && (rank != 4 || isLinear()))
            return unfit(
                rank == 2
                    ? tr("has 2 axes, and timm adapts kernels of 4 alone; expected “mode” to be repeat, "
                         "and “layout” linear-chw or linear-hwc.")
                    : tr("has %1 axes, and timm adapts kernels of 4 alone; expected “mode” to be repeat.").arg(rank));
        if (isLinear() && rank != 2)
            return unfit(tr("has %1 axes; “layout: %2” is for patch embeddings of 2.")
                             .arg(rank)
                             .arg(QLatin1StringView(enumWords<ChannelLayout>[std::size_t(m_wish.layout)])));
        if (!isLinear() && rank == 2)
            return unfit(tr("has 2 axes; expected “layout” to say how a patch lies there: linear-chw (a channel after "
                            "the other) or linear-hwc (a pixel after the other)."));
        if (rank < 2 || (!isLinear() && rank < 3))
            return unfit(tr("has no axis of input channels."));
        return {};
    }

    /// How many channels lie together.
    Result<void> chooseGroups()
    {
        const bool isConv = m_wish.layout == ChannelLayout::Conv, isAuto = m_wish.layout == ChannelLayout::Auto;
        const bool takesAll = isConv || (isAuto && !m_isTimm);
        m_before = m_wish.from.value_or(takesAll ? m_inputs : imageChannels);
        if (isConv && m_before != m_inputs)
            return unfit(tr("has %1 input channels, not the %2 of “from”.").arg(m_inputs).arg(m_before));
        // Blocks of 2, 4 and 8 pixels a side: stems of this kind take images apart so.
        const bool mayBeBlocks = m_inputs == 12 || m_inputs == 48 || m_inputs == 192;
        if (isAuto && !m_isTimm && !m_wish.from && mayBeBlocks)
            return unfit(tr("has %1 input channels, of an image or %2 times 3 behind a space-to-depth; expected "
                            "“layout” to be conv or space-to-depth.")
                             .arg(m_inputs)
                             .arg(m_inputs / imageChannels));
        if (!m_isTimm && m_inputs % m_before != 0)
            return unfit(
                tr("has %1 inputs, which is no multiple of %2 channels (“from”).").arg(m_inputs).arg(m_before));
        return {};
    }

    /// Whether the inputs that the target wants are of whole channels.
    bool countWanted()
    {
        const qint64 wanted = (*m_wanted)[1], groups = std::max<qint64>(m_inputs / m_before, 1);
        m_after = wanted / groups;
        return m_after > 0 && wanted % groups == 0;
    }

    /// What adapt_input_conv of timm 1.0.31 raises.
    Result<void> checkTimm()
    {
        const bool hasGroups = m_inputs > m_before && m_inputs % m_before == 0;
        if (m_after == 1 && m_inputs > m_before && !hasGroups)
            return unfit(tr("has %1 input channels, and timm sums each %2 alone; expected “mode” to be repeat, or "
                            "“from” %1.")
                             .arg(m_inputs)
                             .arg(m_before));
        if (m_after == 1 && m_inputs < m_before)
            m_before = m_inputs;
        if (m_after == 1 || m_inputs == m_before)
            return {};
        return unfit(hasGroups ? tr("has %1 input channels, and timm makes %2 of %3 alone; expected “mode” to be "
                                    "repeat, and “layout” space-to-depth or conv.")
                                     .arg(m_inputs)
                                     .arg(m_after)
                                     .arg(m_before)
                               : tr("has %1 input channels, and timm makes %2 of %3 alone; expected “mode” to be "
                                    "repeat, or “from” %1.")
                                     .arg(m_inputs)
                                     .arg(m_after)
                                     .arg(m_before));
    }

    Result<void> checkCounts() const
    {
        if (m_wish.mode == ChannelMode::First && m_after > m_before)
            return unfit(
                tr("has %1 channels, and the first %2 are asked for; expected “mode” to be zero-pad or repeat.")
                    .arg(m_before)
                    .arg(m_after));
        if (m_wish.mode == ChannelMode::ZeroPad && m_after < m_before)
            return unfit(tr("has %1 channels, more than %2; expected “mode” to be first.").arg(m_before).arg(m_after));
        return {};
    }

    Result<std::optional<Channels>> channels() const
    {
        Channels channels;
        channels.before = m_before;
        channels.after = m_after;
        const qint64 groups = m_inputs / m_before;
        SizeList sizes = m_shape.sizes();
        if (__builtin_mul_overflow(m_after, groups, &sizes[1]))
            return unfit(tr("would have more elements than can be counted."));
        channels.shape = Shape(sizes);
        channels.outer = m_shape[0];
        if (m_wish.layout == ChannelLayout::LinearChw) {
            channels.inner = groups;
            return std::optional(channels);
        }
        channels.outer *= groups;
        for (qsizetype axis = 2; axis < m_shape.size(); ++axis)
            channels.inner *= m_shape[axis];
        channels.isGuess = groups > 1 && m_wish.layout == ChannelLayout::Auto;
        return std::optional(channels);
    }

    const Shape &m_shape;
    const ChannelWish &m_wish;
    const Shape *m_wanted;
    bool m_isTimm;
    qint64 m_inputs = 0;
    qint64 m_before = 0;
    qint64 m_after = 0;
};
}

Result<std::optional<Channels>> Channels::of(const Shape &shape, const ChannelWish &wish, const Shape *wanted)
{
    return Reading(shape, wish, wanted).read();
}

Result<const Expression *> ChannelAdapter::adapted(const Expression &value, const Channels &channels)
{
    if (const QString problem = sizeProblem(channels.shape, value.dtype); !problem.isEmpty())
        return unfit(problem);
    const auto slices = m_calculator.reshaped(value, Shape(SizeList{channels.outer, channels.before, channels.inner}));
    const auto made = slices ? fresh(**slices, channels) : slices;
    return made ? m_calculator.reshaped(**made, channels.shape) : made;
}

Result<DType> ChannelAdapter::computedIn(DType dtype) const
{
    const DType own = calculatedIn(dtype);
    const QString name = displayName(word(dtype));
    if (own == DType::Unknown)
        return unfit(tr("is %1, with which nothing is computed; expected “mode” to be first or zero-pad.").arg(name));
    const bool isComplex = info(own).kind == DTypeKind::Complex;
    if (m_mode == ChannelMode::Timm && isComplex)
        return unfit(
            tr("is %1, of which timm would keep the real part alone; expected “mode” to be repeat.").arg(name));
    if (m_mode == ChannelMode::Timm)
        return DType::Float32;
    if (m_mode == ChannelMode::Repeat)
        return own == DType::Int64 ? DType::Float64 : own;
    return isComplex ? DType::Complex128 : DType::Float64;
}

Result<const Expression *> ChannelAdapter::fresh(const Expression &value, const Channels &channels)
{
    if (m_mode == ChannelMode::First)
        return m_joiner.piece(value, 1, 0, channels.after);
    if (m_mode == ChannelMode::ZeroPad) {
        const Shape more(SizeList{channels.outer, channels.after - channels.before, channels.inner});
        return m_joiner.joined({&value, m_joiner.zeros(value.dtype, more)}, 1);
    }
    const Result<DType> dtype = computedIn(value.dtype);
    if (!dtype)
        return dtype.error();
    const auto wide = m_calculator.cast(value, *dtype);
    if (!wide)
        return wide;
    const bool isSum = m_mode == ChannelMode::Sum || m_mode == ChannelMode::Mean;
    const bool repeats = (m_mode == ChannelMode::Timm || m_mode == ChannelMode::Repeat) && channels.after > 1;
    auto made = isSum || m_mode == ChannelMode::Weights ? mixed(**wide, channels)
        : repeats ? m_calculator.of(Operation::Multiply, **wide, double(channels.before) / double(channels.after))
                  : m_calculator.sum(**wide, 1, true);
    if (made && m_mode == ChannelMode::Mean)
        made = m_calculator.of(Operation::Divide, **made, double(channels.before));
    made = made ? m_calculator.cast(**made, value.dtype) : made;
    if (made && repeats)
        return repeated(**made, channels);
    return made && isSum
        ? m_calculator.expanded(**made, Shape(SizeList{channels.outer, channels.after, channels.inner}))
        : made;
}

Result<const Expression *> ChannelAdapter::repeated(const Expression &value, const Channels &channels)
{
    const Arrangement *&order = m_orders[{channels.before, channels.after}];
    if (!order) {
        if (channels.after > mostIndices)
            return unfit(tr("would have more than %1 channels.").arg(exactText(mostIndices)));
        Arrangement along;
        along.axis = 1;
        for (qint64 channel = 0; channel < channels.after; ++channel)
            along.indices.push_back(channel % channels.before);
        order = m_run.arrangement(std::move(along));
    }
    Expression gather;
    gather.kind = Expression::Kind::Gather;
    gather.dtype = value.dtype;
    gather.shape = m_run.shape(Shape(SizeList{channels.outer, channels.after, channels.inner}));
    gather.input = &value;
    gather.arrangement = order;
    return computed(m_run, gather);
}

Result<const Expression *> ChannelAdapter::mixed(const Expression &value, const Channels &channels)
{
    const bool byHand = m_mode == ChannelMode::Weights;
    const Arrangement *&mix = m_mixes[channels.before];
    if (!mix) {
        if (!byHand && channels.before > mostIndices)
            return unfit(tr("has more than %1 channels.").arg(exactText(mostIndices)));
        Arrangement along;
        along.axis = 1;
        along.weights = byHand ? m_weights.numbers : std::vector<double>(std::size_t(channels.before), 1.0);
        mix = m_run.arrangement(std::move(along));
    }
    Expression sums;
    sums.kind = Expression::Kind::Mix;
    sums.dtype = value.dtype;
    sums.shape = m_run.shape(Shape(SizeList{channels.outer, byHand ? channels.after : 1, channels.inner}));
    sums.input = &value;
    sums.arrangement = mix;
    return computed(m_run, sums);
}
