// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/tokengrids.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Parameters that stand before the patches: timm's, torchvision's, CLIP's, DINOv2's and DINOv3's.
constexpr std::array<std::string_view, 7> tokenNames{
    "cls_token", "dist_token", "reg_token", "class_token", "class_embedding", "register_tokens", "storage_tokens"};

std::string_view parentOf(Name name)
{
    const std::size_t dot = name.rfind('.');
    return name.substr(0, dot == Name::npos ? 0 : dot + 1);
}

/// (1, n, dim), (n, dim) and (dim)
qint64 tokensIn(const Shape &shape)
{
    return shape.size() < 2 ? 1 : shape[shape.size() - 2];
}
}

Result<void> TokenGrids::ask()
{
    const Target *target = m_run.target();
    const auto count = [&](Name name, const Shape &shape) {
        const std::string_view parent = parentOf(name);
        if (std::find(tokenNames.begin(), tokenNames.end(), name.substr(parent.size())) != tokenNames.end())
            m_tokens[std::string(parent)] += tokensIn(shape);
    };
    if (!target) {
        for (const Row &row : m_run.rows())
            count(row.name, *row.value->shape);
        return {};
    }
    for (const TargetKey &key : target->keys()) {
        if (!key.anyShape)
            count(key.name, key.shape);
    }
    const auto grid = m_attributes.grid("grid_size");
    const auto prefix = m_attributes.number("num_prefix_tokens");
    const auto isBare = m_attributes.flag("no_embed_class");
    if (!grid || !prefix || !isBare)
        return !grid ? grid.error() : !prefix ? prefix.error() : isBare.error();
    m_grid = *grid;
    m_prefix = isBare->value_or(false) ? 0 : *prefix;
    return {};
}

Result<TokenGrids::Answer> TokenGrids::of(const Question &question) const
{
    const Result<qint64> prefix = prefixOf(question);
    if (!prefix)
        return prefix.error();
    if (*prefix >= question.tokens)
        return unfit(tr("has %1 tokens, and %2 are said to stand before the grid.").arg(question.tokens).arg(*prefix));
    const Result<GridSize> from = sourceOf(question, *prefix);
    const Result<GridSize> to = from ? targetOf(question, *prefix) : from;
    if (!to)
        return to.error();
    return Answer{*prefix, *from, *to};
}

Result<qint64> TokenGrids::prefixOf(const Question &question) const
{
    if (question.prefix)
        return *question.prefix;
    if (question.from && question.tokens >= question.from->count())
        return question.tokens - question.from->count();
    if (m_prefix)
        return *m_prefix;
    const auto fits = [&](qint64 prefix) {
        const bool isTarget = m_grid && question.wanted && *question.wanted - prefix == m_grid->count();
        return squareGrid(question.tokens - prefix)
            && (!question.wanted || isTarget || squareGrid(*question.wanted - prefix));
    };
    for (const qint64 prefix : {tokensBeside(question.row.name), qint64(0), qint64(1)}) {
        if (fits(prefix))
            return prefix;
    }
    return unfit(tr("has %1 tokens, and it is not known how many of them stand before the grid; say “from: [height, "
                    "width]” or “prefix-tokens”, or state the attribute “num_prefix_tokens” in the target's manifest.")
                     .arg(question.tokens));
}

Result<GridSize> TokenGrids::sourceOf(const Question &question, qint64 prefix) const
{
    const qint64 places = question.tokens - prefix;
    if (question.from && question.from->count() != places)
        return unfit(tr("has %1 places after %2 other tokens, and “from” says %3, which are %4.")
                         .arg(places)
                         .arg(prefix)
                         .arg(gridText(*question.from))
                         .arg(question.from->count()));
    const std::optional<GridSize> square = squareGrid(places);
    if (!question.from && !square)
        return unfit(tr("has %1 places after %2 other tokens, which are no square grid; say “from: [height, width]”.")
                         .arg(places)
                         .arg(prefix));
    return question.from ? *question.from : *square;
}

Result<GridSize> TokenGrids::targetOf(const Question &question, qint64 prefix) const
{
    if (question.to)
        return *question.to;
    const qint64 places = *question.wanted - prefix;
    if (m_grid && m_grid->count() == places)
        return *m_grid;
    if (const std::optional<GridSize> square = squareGrid(places))
        return *square;
    const QString stated = m_grid ? tr("and its attribute “grid_size” says %1").arg(gridText(*m_grid))
                                  : tr("and its attribute “grid_size” is not given");
    return unfit(tr("becomes a grid of the target with %1 places after %2 other tokens, which is no square, %3; state "
                    "“grid_size” in the target's manifest, or say “to: [height, width]”.")
                     .arg(places)
                     .arg(prefix)
                     .arg(stated));
}

qint64 TokenGrids::tokensBeside(Name name) const
{
    const auto found = m_tokens.find(parentOf(name));
    return found == m_tokens.end() ? 0 : found->second;
}
