// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/filling.h"

#include "model/base/text.h"
#include "model/recipe/decimal.h"

#include <QCoreApplication>

#include <cmath>
#include <limits>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

std::optional<double> numberFrom(const Node &node)
{
    return node.isScalar() ? parseDecimal(node.text) : std::nullopt;
}

/// Whole numbers beyond are not all there is in a double.
constexpr double largestExact = 9007199254740992.0;

struct Range
{
    double lowest;
    double highest;
};

/// What a dtype can hold.
std::optional<Range> rangeOf(DType dtype)
{
    const auto both = [](double highest) { return Range{-highest, highest}; };
    switch (dtype) {
    case DType::Float64:
    case DType::Complex128: return both(std::numeric_limits<double>::max());
    case DType::Float32:
    case DType::Complex64: return both(std::numeric_limits<float>::max());
    case DType::BFloat16: return both(3.3895313892515355e38);
    case DType::Float16:
    case DType::Complex32: return both(65504);
    case DType::Float8E4M3FN: return both(448);
    case DType::Float8E4M3FNUZ: return both(240);
    case DType::Float8E5M2:
    case DType::Float8E5M2FNUZ: return both(57344);
    case DType::Int64: return both(largestExact);
    case DType::UInt64: return Range{0, largestExact};
    case DType::Bool: return Range{0, 1};
    case DType::Int32:
    case DType::Int16:
    case DType::Int8: {
        const double highest = std::ldexp(1, int(8 * byteSize(dtype) - 1));
        return Range{-highest, highest - 1};
    }
    case DType::UInt32:
    case DType::UInt16:
    case DType::UInt8: return Range{0, std::ldexp(1, int(8 * byteSize(dtype))) - 1};
    default: return std::nullopt;
    }
}
}

QString Filling::words() const
{
    switch (kind) {
    case Kind::Zeros: return tr(" of zeros");
    case Kind::Ones: return tr(" of ones");
    case Kind::Number: return tr(" filled with %1").arg(QString::fromStdString(decimalText(number)));
    case Kind::Normal:
        return tr(" of normal values (deviation %1, seed %2)")
            .arg(QString::fromStdString(decimalText(number)))
            .arg(seed);
    }
    Q_UNREACHABLE();
}

QString Filling::problem(DType dtype) const
{
    const QString name = displayName(word(dtype));
    const std::optional<Range> range = rangeOf(dtype);
    if (!range)
        return tr("cannot be made: new values of %1 are not known.").arg(name);
    if (kind == Kind::Zeros)
        return {};
    const DTypeKind dtypeKind = info(dtype).kind;
    if (kind == Kind::Normal)
        return dtypeKind == DTypeKind::Float
            ? QString()
            : tr("cannot be filled with normal values: %1 is no floating dtype.").arg(name);
    const double filled = kind == Kind::Ones ? 1 : number;
    const bool isWhole = dtypeKind == DTypeKind::Integer || dtypeKind == DTypeKind::Bool;
    if (filled < range->lowest || filled > range->highest || (isWhole && filled != std::trunc(filled)))
        return tr("cannot be filled with %1: %2 cannot hold that number.")
            .arg(QString::fromStdString(decimalText(filled)), name);
    return {};
}

const Expression *Filling::expression(StepRun &run, DType dtype, const Shape *shape) const
{
    Expression made;
    made.dtype = dtype;
    made.shape = shape;
    if (kind == Kind::Zeros) {
        made.kind = Expression::Kind::Zeros;
        return run.expression(made);
    }
    Arrangement numbers;
    numbers.number = kind == Kind::Ones ? 1 : number;
    numbers.seed = quint64(seed);
    made.arrangement = run.arrangement(std::move(numbers));
    if (kind != Kind::Normal) {
        made.kind = Expression::Kind::Fill;
        return run.expression(made);
    }
    made.kind = Expression::Kind::Normal;
    made.dtype = DType::Float32;
    const Expression *normal = run.expression(made);
    if (dtype == DType::Float32)
        return normal;
    Expression cast;
    cast.kind = Expression::Kind::Cast;
    cast.dtype = dtype;
    cast.shape = shape;
    cast.input = normal;
    return run.expression(cast);
}

std::string Codec<Filling>::schema()
{
    return R"({"anyOf": [{"enum": ["zeros", "ones"]}, {"type": "number"}, {"type": "object", "additionalProperties": false, "required": ["normal"], "properties": {"normal": {"type": "number", "minimum": 0}, "seed": {"type": "integer", "minimum": 0}}}]})";
}

Result<Filling> Codec<Filling>::parse(const Node &node)
{
    using Kind = Filling::Kind;
    if (node.isScalar() && (node.text == "zeros" || node.text == "ones"))
        return Filling{node.text == "ones" ? Kind::Ones : Kind::Zeros, 0, 0};
    if (node.isScalar()) {
        if (const std::optional<double> number = numberFrom(node))
            return Filling{Kind::Number, *number, 0};
    }
    if (!node.isMap() || !node.find("normal"))
        return expected(node, tr("zeros, ones, a number, or {normal: deviation, seed: number}"));
    Filling filling{Kind::Normal, 0, 0};
    for (const auto &[name, value] : node.entries) {
        const std::optional<double> number = numberFrom(value);
        if (name == "normal" && number && *number >= 0) {
            filling.number = *number;
        } else if (name == "seed") {
            const Result<qint64> seed = parseInteger(value);
            if (!seed || *seed < 0)
                return expected(value, tr("a whole number from 0 as the seed"));
            filling.seed = *seed;
        } else if (name == "normal") {
            return expected(value, tr("a standard deviation, a number from 0"));
        } else {
            return expected(node, tr("normal and seed alone"));
        }
    }
    return filling;
}

Node Codec<Filling>::print(const Filling &filling)
{
    switch (filling.kind) {
    case Filling::Kind::Zeros: return Node::scalar("zeros");
    case Filling::Kind::Ones: return Node::scalar("ones");
    case Filling::Kind::Number: return Node::scalar(decimalText(filling.number));
    case Filling::Kind::Normal: break;
    }
    Node map = Node::map({});
    map.entries.emplace_back("normal", Node::scalar(decimalText(filling.number)));
    map.entries.emplace_back("seed", Node::scalar(std::to_string(filling.seed)));
    return map;
}
