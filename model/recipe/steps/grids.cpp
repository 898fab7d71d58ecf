// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/grids.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <cmath>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

constexpr qint64 mostSide = 65'536;
}

QString gridText(const GridSize &grid)
{
    return tr("%1 × %2").arg(grid.height).arg(grid.width);
}

std::optional<GridSize> squareGrid(qint64 count)
{
    if (count < 1)
        return std::nullopt;
    const qint64 side = std::llround(std::sqrt(double(count)));
    return side <= mostSide && side * side == count ? std::optional(GridSize{side, side}) : std::nullopt;
}

Result<GridSize> parseGrid(const Node &node, std::string_view word)
{
    if (!node.isList() || node.items.size() != 2)
        return expected(node,
                        tr("%1, or a height and a width such as [14, 14]")
                            .arg(QLatin1StringView(word.data(), qsizetype(word.size()))));
    GridSize grid;
    for (std::size_t i = 0; i < 2; ++i) {
        const Result<qint64> side = parseInteger(node.items[i]);
        if (!side || *side < 1 || *side > mostSide)
            return expected(node.items[i], tr("a whole number from 1 to %1").arg(exactText(mostSide)));
        (i == 0 ? grid.height : grid.width) = *side;
    }
    return grid;
}

std::string gridSchema(std::string_view word)
{
    return R"({"anyOf": [{"const": ")" + std::string(word)
        + R"("}, {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": )" + std::to_string(mostSide)
        + R"(}, "minItems": 2, "maxItems": 2}]})";
}

Node printGrid(const GridSize &grid)
{
    return Node::list({Node::scalar(std::to_string(grid.height)), Node::scalar(std::to_string(grid.width))});
}

QString AutoWord::expected()
{
    return tr("a number from 0, or auto");
}

std::span<const std::string_view> Codec<OnOff>::choices()
{
    static constexpr std::array<std::string_view, 2> words{"false", "true"};
    return words;
}

Result<OnOff> Codec<OnOff>::parse(const Node &node)
{
    const Result<bool> value = parseBool(node);
    if (!value)
        return value.error();
    return *value ? OnOff::On : OnOff::Off;
}

const Attribute *TargetAttributes::find(const std::string &name) const
{
    const Target *target = m_run.target();
    if (!target)
        return nullptr;
    const auto found = target->attributes().find(name);
    return found == target->attributes().end() ? nullptr : &found->second;
}

Error TargetAttributes::wrong(const std::string &name, const QString &what) const
{
    return m_run.error(tr("the target's attribute “%1” should be %2.").arg(displayName(name), what));
}

Result<std::optional<GridSize>> TargetAttributes::grid(const std::string &name) const
{
    const Attribute *attribute = find(name);
    if (!attribute)
        return std::optional<GridSize>();
    GridSize grid;
    if (const auto *side = std::get_if<qint64>(attribute))
        grid = {*side, *side};
    else if (const auto *sides = std::get_if<std::vector<qint64>>(attribute); sides && sides->size() == 2)
        grid = {(*sides)[0], (*sides)[1]};
    if (grid.height < 1 || grid.width < 1 || grid.height > mostSide || grid.width > mostSide)
        return wrong(name, tr("a height and a width from 1 to %1, such as [14, 14]").arg(exactText(mostSide)));
    return std::optional(grid);
}

Result<std::optional<qint64>> TargetAttributes::number(const std::string &name) const
{
    const Attribute *attribute = find(name);
    if (!attribute)
        return std::optional<qint64>();
    const auto *number = std::get_if<qint64>(attribute);
    if (!number || *number < 0)
        return wrong(name, tr("a whole number from 0"));
    return std::optional(*number);
}

Result<std::optional<bool>> TargetAttributes::flag(const std::string &name) const
{
    const Attribute *attribute = find(name);
    if (!attribute)
        return std::optional<bool>();
    const auto *flag = std::get_if<bool>(attribute);
    if (!flag)
        return wrong(name, tr("true or false"));
    return std::optional(*flag);
}
