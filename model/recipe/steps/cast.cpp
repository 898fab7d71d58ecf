// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/support.h"

#include "model/base/text.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Only : quint8 { Floats, All };
}

template<>
inline constexpr auto enumWords<Only> = std::array<std::string_view, 2>{"floats", "all"};
template<>
inline constexpr auto enumWords<Expression::Overflow> = std::array<std::string_view, 3>{"infinity", "clamp", "error"};

namespace {
/// Gives tensors another dtype.
struct Cast
{
    DType dtype = DType::Unknown;
    Only only = Only::Floats;
    Expression::Overflow overflow = Expression::Overflow::Infinity;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("dtype", &Cast::dtype, "The dtype afterwards.", mainField | requiredField),
                          field("only", &Cast::only, "Floating-point tensors, or all."),
                          field("overflow", &Cast::overflow, "What becomes of values that are too large for it."),
                          field("where", &Cast::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        const std::vector<SentencePart> parts{
            plain(only == Only::Floats ? tr("Cast floating-point tensors to ") : tr("Cast to ")), code(word(dtype))};
        return parts + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            const Row &row = run.rows()[index];
            const DTypeKind kind = info(row.value->dtype).kind;
            if (only == Only::Floats && kind != DTypeKind::Float)
                return {};
            run.matched(index);
            if (row.value->dtype == dtype)
                return {};
            if (!isConvertible(row.value->dtype, kind))
                return run.error(
                    tr("“%1” is %2 and cannot be converted to %3.")
                        .arg(displayName(row.name), displayName(word(row.value->dtype)), displayName(word(dtype))));
            Expression cast;
            cast.kind = Expression::Kind::Cast;
            cast.dtype = dtype;
            cast.overflow = overflow;
            cast.shape = row.value->shape;
            cast.input = row.value;
            run.setValue(index, run.expression(cast));
            return {};
        });
    }

private:
    bool isConvertible(DType from, DTypeKind kind) const
    {
        const bool isPlain = kind == DTypeKind::Float || kind == DTypeKind::Integer || kind == DTypeKind::Bool
            || kind == DTypeKind::Complex;
        const bool losesImaginary = kind == DTypeKind::Complex && info(dtype).kind != DTypeKind::Complex;
        return isPlain && !losesImaginary && from != DType::Float4E2M1FNx2;
    }
};
}

const StepKind &castStep()
{
    static const StepKind kind = stepKind<Cast>({.word = "cast",
                                                 .title = "Cast",
                                                 .group = "Values",
                                                 .help = "Gives tensors another dtype, rounding to the nearest value.",
                                                 .exampleStep = "cast: bfloat16",
                                                 .exampleBefore = "conv1.weight  float32\nsteps  int64",
                                                 .exampleAfter = "conv1.weight  bfloat16\nsteps  int64"});
    return kind;
}
