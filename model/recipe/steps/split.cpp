// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/joiner.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// How long the pieces are.
struct PieceSizes
{
    static constexpr qint64 rest = -1;
    std::vector<qint64> sizes;

    bool operator==(const PieceSizes &) const = default;
};
}

template<>
struct Codec<PieceSizes> : PlainCodec
{
    static constexpr FieldType type = FieldType::Sizes;
    static std::string schema()
    {
        return R"({"type": "array", "items": {"anyOf": [{"type": "integer", "minimum": 0}, {"const": "rest"}]}})";
    }
    static Result<PieceSizes> parse(const Node &node)
    {
        if (!node.isList())
            return expected(node, tr("a list of sizes, of which one may be rest"));
        PieceSizes value;
        for (const Node &item : node.items) {
            const bool isRest = item.isScalar() && item.text == "rest";
            const Result<qint64> size = isRest ? Result<qint64>(PieceSizes::rest) : parseInteger(item);
            if (!size || (!isRest && *size < 0))
                return expected(item, tr("a size from 0 on, or rest"));
            value.sizes.push_back(*size);
        }
        if (std::count(value.sizes.begin(), value.sizes.end(), PieceSizes::rest) > 1)
            return expected(node, tr("one “rest” at most"));
        return value;
    }
    static Node print(const PieceSizes &value)
    {
        if (value.sizes.empty())
            return {};
        std::vector<Node> items;
        for (const qint64 size : value.sizes)
            items.push_back(Node::scalar(size == PieceSizes::rest ? "rest" : std::to_string(size)));
        return Node::list(std::move(items));
    }
};

namespace {
/// Cuts tensors into pieces.
struct Split
{
    std::string from;
    std::vector<std::string> to;
    qint64 dim = 0;
    std::vector<qint64> parts;
    PieceSizes sizes;
    RowPlace place = RowPlace::Here;
    bool keepInput = false;

    static FieldLines fields()
    {
        return FieldLines{
            field("from", &Split::from, "A pattern of the keys that are cut.", requiredField),
            field("to", &Split::to, "The keys of the pieces, in order; may use captures. _ discards a piece.",
                  requiredField),
            field("dim", &Split::dim, "The axis along which they are cut."),
            field("parts", &Split::parts, "The pieces as shares: [1, 2] for a third and two. Equal ones without it.",
                  atMostOneField | usualField),
            field("sizes", &Split::sizes, "The pieces as sizes along the axis, of which one may be rest.",
                  atMostOneField),
            field("place", &Split::place, "Where the pieces stand: at their input, or at an end."),
            field("keep-input", &Split::keepInput, "Whether the input stays as a key of its own.")};
    }

    Result<void> check(const Lets &lets) const
    {
        const Result<RowPatterns> patterns = RowPatterns::compile({from});
        if (!patterns)
            return patterns.error();
        if (const Result<std::vector<NameTemplate>> names = compileNames(patterns->scope(), lets); !names)
            return names.error();
        if (std::all_of(to.begin(), to.end(), isDiscarded))
            return badStep(tr("“to” of “split” names no key; _ alone discards everything."));
        if (to.size() > mostPieces)
            return badStep(
                tr("“to” of “split” names %1 keys; at most %2 are possible.").arg(to.size()).arg(mostPieces));
        const std::size_t given = std::max(parts.size(), sizes.sizes.size());
        if (given > 0 && given != to.size())
            return badStep(tr("“split” names %1 keys, and %2 %3.")
                               .arg(to.size())
                               .arg(given)
                               .arg(parts.empty() ? tr("sizes") : tr("shares")));
        qint64 sum = 0;
        for (const qint64 part : parts) {
            if (part < 1 || __builtin_add_overflow(sum, part, &sum))
                return badStep(tr("“parts” of “split” are shares such as [1, 2], each 1 or more."));
        }
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Split ")), code(from), plain(tr(" into "))} + codes(to) + alongAxis(dim);
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<RowPatterns> patterns = RowPatterns::compile({from});
        if (!patterns)
            return run.error(patterns.error().message);
        const Result<std::vector<NameTemplate>> names = compileNames(patterns->scope(), run.lets());
        if (!names)
            return run.error(names.error().message);
        Joiner joiner(run);
        RowMaker rows(run, place);
        return patterns->each(run, [&](std::size_t index, std::size_t, auto values) -> Result<void> {
            const Row row = run.rows()[index];
            if (const Result<void> movable = checkMovable(*row.value); !movable)
                return rowError(run, row, movable.error().message);
            const Result<qsizetype> axis = axisOf(dim, row.value->shape->size());
            if (!axis)
                return rowError(run, row, axis.error().message);
            const Result<std::vector<qint64>> pieces = pieceSizes((*row.value->shape)[*axis], *axis);
            if (!pieces)
                return rowError(run, row, pieces.error().message);
            qint64 first = 0;
            for (std::size_t i = 0; i < to.size(); first += (*pieces)[i++]) {
                if (isDiscarded(to[i]))
                    continue;
                const Result<const Expression *> piece = joiner.piece(*row.value, *axis, first, (*pieces)[i]);
                if (!piece)
                    return rowError(run, row, piece.error().message);
                if (const auto added = rows.add((*names)[i], values, *piece, std::array{index}); !added)
                    return added;
            }
            if (!keepInput)
                run.consume(index);
            return {};
        });
    }

private:
    static constexpr std::size_t mostPieces = 10'000;

    static bool isDiscarded(const std::string &name) { return name == "_"; }

    Result<std::vector<NameTemplate>> compileNames(const CaptureScope &scope, const Lets &lets) const
    {
        std::vector<NameTemplate> names;
        for (const std::string &name : to) {
            Result<NameTemplate> result = NameTemplate::compile(name, scope, NameTemplate::Escapes::None, lets);
            if (!result)
                return result.error();
            names.push_back(std::move(*result));
        }
        return names;
    }

    Result<std::vector<qint64>> pieceSizes(qint64 size, qsizetype axis) const
    {
        if (!sizes.sizes.empty())
            return givenSizes(size, axis);
        const std::vector<qint64> shares = parts.empty() ? std::vector<qint64>(to.size(), 1) : parts;
        const qint64 sum = std::accumulate(shares.begin(), shares.end(), qint64(0));
        if (size % sum != 0)
            return unfit(
                tr("has the size %1 along axis %2, which does not make %3 equal parts.").arg(size).arg(axis).arg(sum));
        std::vector<qint64> pieces;
        for (const qint64 share : shares)
            pieces.push_back(size / sum * share);
        return pieces;
    }

    Result<std::vector<qint64>> givenSizes(qint64 size, qsizetype axis) const
    {
        std::vector<qint64> pieces = sizes.sizes;
        qint64 left = size;
        for (const qint64 piece : pieces) {
            if (piece == PieceSizes::rest)
                continue;
            if (piece > left)
                return unfit(
                    tr("has the size %1 along axis %2, and the pieces are larger together.").arg(size).arg(axis));
            left -= piece;
        }
        const auto rest = std::find(pieces.begin(), pieces.end(), PieceSizes::rest);
        if (rest == pieces.end() && left > 0)
            return unfit(tr("has the size %1 along axis %2, and the pieces make only %3; one may be “rest”.")
                             .arg(size)
                             .arg(axis)
                             .arg(size - left));
        if (rest != pieces.end())
            *rest = left;
        return pieces;
    }
};
}

const StepKind &splitStep()
{
    static const StepKind kind = stepKind<Split>(
        {.word = "split",
         .title = "Split tensors",
         .group = "Values",
         .help = "Cuts tensors along an axis into several, as torch.split does: one of query, key and value becomes "
                 "three.",
         .exampleStep = "split: {from: '{m:**}.qkv.{p:weight|bias}', to: ['{m}.q.{p}', '{m}.k.{p}', '{m}.v.{p}']}",
         .exampleBefore = "attn.qkv.weight float32 12x8",
         .exampleAfter = "attn.q.weight float32 4x8\nattn.k.weight float32 4x8\nattn.v.weight float32 4x8"});
    return kind;
}
