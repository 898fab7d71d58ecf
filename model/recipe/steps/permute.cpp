// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/values.h"

#include <algorithm>

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

QString listText(const std::vector<qint64> &numbers)
{
    QStringList texts;
    for (const qint64 number : numbers)
        texts += QString::number(number);
    return texts.join(QStringLiteral(", "));
}

/// Puts axes in another order.
struct Permute
{
    std::vector<qint64> dims;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field("dims", &Permute::dims, "For each new axis, the old one: [3, 2, 0, 1].", mainField | requiredField),
            field("where", &Permute::where, "Which keys.")};
    }

    Result<void> check() const
    {
        for (std::size_t i = 0; i < dims.size(); ++i) {
            if (std::find(dims.begin(), dims.begin() + qsizetype(i), dims[i]) != dims.begin() + qsizetype(i))
                return badStep(tr("“permute” names the axis %1 twice.").arg(dims[i]));
        }
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Order axes as ")), code(listText(dims).toStdString())} + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        return rearrangeRows(run, where, [&](const RowView &view, Rearranged &to) -> Result<void> {
            if (qsizetype(dims.size()) != view.rank())
                return unfit(tr("has %1 axes, and the step orders %2.").arg(view.rank()).arg(dims.size()));
            std::vector<qint64> order;
            for (const qint64 dim : dims) {
                const Result<qsizetype> axis = axisOf(dim, view.rank());
                if (!axis)
                    return axis.error();
                if (std::find(order.begin(), order.end(), *axis) != order.end())
                    return unfit(tr("would have its axis %1 twice.").arg(*axis));
                order.push_back(*axis);
            }
            to.way.permute(order);
            return {};
        });
    }
};
}

const StepKind &permuteStep()
{
    static const StepKind kind =
        stepKind<Permute>({.word = "permute",
                           .title = "Order axes",
                           .group = "Values",
                           .help = "Puts the axes of tensors in another order, as torch.permute does.",
                           .exampleStep = "permute: [3, 2, 0, 1]",
                           .exampleBefore = "conv/kernel float32 3x3x64x128",
                           .exampleAfter = "conv/kernel float32 128x64x3x3"});
    return kind;
}
