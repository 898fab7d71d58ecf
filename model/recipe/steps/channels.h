// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/calculator.h"
#include "model/recipe/steps/joiner.h"
#include "model/recipe/weightmatrix.h"

/// How new input channels are made of the old ones.
enum class ChannelMode : quint8 { Timm, Sum, Mean, Repeat, First, ZeroPad, Weights };
/// How the input channels lie in a tensor.
enum class ChannelLayout : quint8 { Auto, Conv, SpaceToDepth, LinearChw, LinearHwc };

template<>
inline constexpr auto enumWords<ChannelMode> =
    std::array<std::string_view, 7>{"timm", "sum", "mean", "repeat", "first", "zero-pad", "weights"};
template<>
inline constexpr auto enumWords<ChannelLayout> =
    std::array<std::string_view, 5>{"auto", "conv", "space-to-depth", "linear-chw", "linear-hwc"};

constexpr qint64 imageChannels = 3; ///< what timm takes a checkpoint to be made for

/// What is asked for of the channels of a tensor.
struct ChannelWish
{
    std::optional<qint64> to; ///< nothing: as many as the target has
    std::optional<qint64> from; ///< nothing: found out
    ChannelMode mode = ChannelMode::Timm;
    ChannelLayout layout = ChannelLayout::Auto;
};

/// A tensor seen as (outer, channels, inner), and its shape with other channels.
struct Channels
{
    qint64 outer = 1;
    qint64 before = 0;
    qint64 after = 0;
    qint64 inner = 1;
    Shape shape;
    bool isGuess = false; ///< that they lie in groups

    /// `wanted` is the shape of the target's tensor, which differs in channels alone; null: the wish says how many.
    /// Nothing: the tensor stays as it is.
    /// Errors as those of a rule: what timm refuses, what does not divide, what has to be said.
    static Result<std::optional<Channels>> of(const Shape &shape, const ChannelWish &wish, const Shape *wanted);
};

/// Makes new channels. Errors as those of a rule.
class ChannelAdapter
{
public:
    ChannelAdapter(StepRun &run, ChannelMode mode, const WeightMatrix &weights)
        : m_run(run)
        , m_mode(mode)
        , m_weights(weights)
        , m_calculator(run)
        , m_joiner(run)
    {}

    Result<const Expression *> adapted(const Expression &value, const Channels &channels);

private:
    Result<DType> computedIn(DType dtype) const;
    /// Of values as (outer, channels, inner).
    Result<const Expression *> fresh(const Expression &value, const Channels &channels);
    Result<const Expression *> repeated(const Expression &value, const Channels &channels);
    Result<const Expression *> mixed(const Expression &value, const Channels &channels);

    StepRun &m_run;
    ChannelMode m_mode;
    const WeightMatrix &m_weights;
    Calculator m_calculator;
    Joiner m_joiner;
    std::map<std::pair<qint64, qint64>, const Arrangement *> m_orders; ///< of repeated channels, by old and new
    std::map<qint64, const Arrangement *> m_mixes; ///< by how many old channels
};

/// Whether two shapes are alike but for their second axis.
bool differInChannels(const Shape &shape, const Shape &other);
/// The rows that take the image in, where the step does not say which: the target's first convolutions; else the only
/// row that differs from the target's in its second axis alone; else what looks like them. An error lists candidates.
Result<std::vector<std::size_t>> firstConvRows(StepRun &run, const ChannelWish &wish);
