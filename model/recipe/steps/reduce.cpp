// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/calculator.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class ReduceBy : quint8 { Sum, Mean };
enum class ComputeIn : quint8 { Input, Float32, Float64 };
enum class ReducedTo : quint8 { Input, Compute };
}

template<>
inline constexpr auto enumWords<ReduceBy> = std::array<std::string_view, 2>{"sum", "mean"};
template<>
inline constexpr auto enumWords<ComputeIn> = std::array<std::string_view, 3>{"input", "float32", "float64"};
template<>
inline constexpr auto enumWords<ReducedTo> = std::array<std::string_view, 2>{"input", "compute"};

namespace {
/// Sums or averages tensors along an axis.
struct Reduce
{
    std::optional<ReduceBy> op;
    std::optional<qint64> dim;
    bool keepDim = false;
    ComputeIn compute = ComputeIn::Float64;
    ReducedTo result = ReducedTo::Input;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("op", &Reduce::op, "The sum or the mean.", mainField | requiredField),
            field("dim", &Reduce::dim, "Along which axis.", requiredField),
            field("keep-dim", &Reduce::keepDim, "Whether the axis stays, with one element."),
            field("compute", &Reduce::compute, "The dtype it is computed in: the tensor's own, or one of these."),
            field("result", &Reduce::result, "The dtype afterwards: the tensor's own, or the one it is computed in."),
            field("where", &Reduce::where, "Which keys.")};
    }

    std::vector<SentencePart> sentence() const
    {
        const QString words = op == ReduceBy::Mean ? tr("Average along axis %1") : tr("Sum along axis %1");
        return std::vector{plain(words.arg(dim.value_or(0)))} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        Calculator calculator(run);
        return eachRow(run, where, [&](std::size_t index, auto) -> Result<void> {
            run.matched(index);
            const Row row = run.rows()[index];
            const Result<const Expression *> reduced = reduce(*row.value, calculator);
            if (!reduced)
                return rowError(run, row, reduced.error().message);
            run.setValue(index, *reduced);
            return {};
        });
    }

private:
    Result<const Expression *> reduce(const Expression &value, Calculator &calculator) const
    {
        const Result<qsizetype> axis = axisOf(*dim, value.shape->size());
        const Result<DType> dtype = axis ? computedIn(value.dtype) : Result<DType>(axis.error());
        if (!dtype)
            return dtype.error();
        auto made = calculator.cast(value, *dtype);
        if (made)
            made =
                op == ReduceBy::Mean ? calculator.mean(**made, *axis, keepDim) : calculator.sum(**made, *axis, keepDim);
        const bool isOwn = compute == ComputeIn::Input && *dtype != DType::Int64;
        return made && (result == ReducedTo::Input || isOwn) ? calculator.cast(**made, value.dtype) : made;
    }

    /// In the tensor's own dtype as torch does: whole numbers in int64, halves in float32 and rounded once.
    Result<DType> computedIn(DType dtype) const
    {
        const DTypeKind kind = info(dtype).kind;
        const DType own = calculatedIn(dtype);
        if (own == DType::Unknown)
            return unfit(tr("is %1, of which no %2 is computed.")
                             .arg(displayName(word(dtype)), QString::fromUtf8(enumWords<ReduceBy>[std::size_t(*op)])));
        if (compute == ComputeIn::Input) {
            if (kind == DTypeKind::Integer && op == ReduceBy::Mean)
                return unfit(tr("is %1, and torch has no mean of whole numbers; expected “compute” to be float32 or "
                                "float64.")
                                 .arg(displayName(word(dtype))));
            if (byteSize(dtype) == 1 && kind == DTypeKind::Float)
                return unfit(tr("is %1, in which torch computes nothing; expected “compute” to be float32 or float64.")
                                 .arg(displayName(word(dtype))));
            return own;
        }
        if (kind == DTypeKind::Complex)
            return compute == ComputeIn::Float64 ? DType::Complex128 : DType::Complex64;
        return compute == ComputeIn::Float64 ? DType::Float64 : DType::Float32;
    }
};
}

const StepKind &reduceStep()
{
    static const StepKind kind = stepKind<Reduce>(
        {.word = "reduce",
         .title = "Sum or average",
         .group = "Values",
         .help =
             "Sums or averages tensors along an axis, as torch.sum and torch.mean do; in float64, and rounded once, "
             "unless told otherwise.",
         .exampleStep = "reduce: {where: {exact: patch_embed.proj.weight}, op: sum, dim: 2}",
         .exampleBefore = "patch_embed.proj.weight float32 1280x3x2x14x14",
         .exampleAfter = "patch_embed.proj.weight float32 1280x3x14x14"});
    return kind;
}
