// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/numbersfile.h"
#include "model/recipe/steps/values.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Which slices to take: one, a list, or the list in a file.
struct Chosen
{
    std::optional<qint64> one;
    std::vector<qint64> list;
    std::string file;

    bool operator==(const Chosen &) const = default;
};
}

template<>
struct Codec<Chosen> : PlainCodec
{
    static constexpr FieldType type = FieldType::Sizes;
    static std::string schema()
    {
        return R"({"anyOf": [{"type": "integer"}, {"type": "array", "minItems": 1, "items": {"type": "integer"}}, {"type": "string"}]})";
    }
    static Result<Chosen> parse(const Node &node)
    {
        if (node.isList() && !node.items.empty()) {
            Result<std::vector<qint64>> list = parseIntegers(node);
            return list ? Result<Chosen>(Chosen{{}, std::move(*list), {}}) : list.error();
        }
        if (!node.isScalar() || node.text.empty())
            return expected(node, tr("a number, a list of numbers such as [2, 0, 1], or a file of them"));
        if (const Result<qint64> one = parseInteger(node))
            return Chosen{*one, {}, {}};
        return Chosen{{}, {}, node.text};
    }
    static Node print(const Chosen &chosen)
    {
        if (chosen.one)
            return Codec<qint64>::print(*chosen.one);
        return chosen.file.empty() ? Codec<std::vector<qint64>>::print(chosen.list) : Node::scalar(chosen.file);
    }
};

namespace {
/// Takes slices along an axis.
struct Select
{
    Chosen index;
    qint64 dim = 0;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{field("index", &Select::index,
                                "One number, and the axis goes; a list, or a file of one, in the order they then have.",
                                mainField | requiredField),
                          field("dim", &Select::dim, "Along which axis."),
                          field("where", &Select::where, "Which keys.")};
    }

    Result<void> resolve(const StepFiles &files)
    {
        if (index.file.empty())
            return {};
        Result<std::vector<qint64>> read = readNumbers(QString::fromStdString(index.file), files.folder);
        if (!read)
            return read.error();
        m_loaded = std::make_shared<const std::vector<qint64>>(std::move(*read));
        return {};
    }

    void moveFrom(const QString &folder) { index.file = pathFrom(folder, index.file); }

    bool sameResolved(const Select &other) const { return isSameRead(m_loaded, other.m_loaded); }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(index.one ? tr("Take slice ") : tr("Take slices "))};
        if (!index.file.empty()) {
            parts = {plain(tr("Take the slices of ")), code(index.file)};
        } else {
            const std::size_t count = std::max<std::size_t>(index.list.size(), 1);
            std::string text = index.one ? std::to_string(*index.one) : std::string();
            for (std::size_t i = 0; i < std::min(index.list.size(), shownNumbers); ++i)
                text += (i > 0 ? ", " : "") + std::to_string(index.list[i]);
            parts.push_back(code(text));
            if (count > shownNumbers)
                parts.push_back(plain(tr(" and %1 more").arg(count - shownNumbers)));
        }
        parts.push_back(plain(tr(" of axis %1").arg(dim)));
        return std::move(parts) + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        if (!index.file.empty() && !m_loaded)
            return run.error(tr("its list “%1” has not been loaded.").arg(displayName(index.file)));
        const std::vector<qint64> alone{index.one.value_or(0)};
        const std::vector<qint64> &numbers = index.one ? alone : m_loaded ? *m_loaded : index.list;
        const qint64 lowest = *std::min_element(numbers.begin(), numbers.end());
        const qint64 highest = *std::max_element(numbers.begin(), numbers.end());
        const std::optional<qint64> step = evenStep(numbers, lowest, highest);
        Rearranger rearranger(run);
        return eachRow(run, where, [&](std::size_t at, std::span<const std::string_view> captures) -> Result<void> {
            const RowView view{at, run.rows()[at], captures};
            if (const Result<void> sound = rearranger.check(view); !sound)
                return sound;
            const Result<qsizetype> axis = axisOf(dim, view.rank());
            if (!axis)
                return rowError(run, view.row, axis.error().message);
            const qint64 size = view.shape()[*axis];
            if (lowest < -size || highest >= size)
                return rowError(run, view.row,
                                tr("has %1 elements along the axis %2, and none with the number %3.")
                                    .arg(size)
                                    .arg(*axis)
                                    .arg(highest >= size ? highest : lowest));
            const auto fromStart = [size](qint64 number) { return number < 0 ? number + size : number; };
            if (!step)
                return rearranger.gather(view, *axis, [&] {
                    std::vector<qint64> indices;
                    std::transform(numbers.begin(), numbers.end(), std::back_inserter(indices), fromStart);
                    return indices;
                });
            return rearranger.change(view, [&](const RowView &, Rearranged &to) -> Result<void> {
                if (index.one)
                    to.way.select(*axis, fromStart(*index.one));
                else
                    to.way.slice(*axis, fromStart(numbers.front()), qint64(numbers.size()), *step);
                return {};
            });
        });
    }

private:
    static constexpr std::size_t shownNumbers = 12;

    /// What each number is more than the one before, where that is the same for all, and all count from one end.
    static std::optional<qint64> evenStep(const std::vector<qint64> &numbers, qint64 lowest, qint64 highest)
    {
        if (numbers.size() < 2)
            return 1;
        if (lowest < 0 && highest >= 0)
            return std::nullopt;
        const qint64 step = numbers[1] - numbers[0];
        for (std::size_t i = 2; i < numbers.size(); ++i) {
            if (numbers[i] - numbers[i - 1] != step)
                return std::nullopt;
        }
        return step;
    }

    std::shared_ptr<const std::vector<qint64>> m_loaded; ///< from a file
};
}

const StepKind &selectStep()
{
    static const StepKind kind =
        stepKind<Select>({.word = "select",
                          .title = "Take slices",
                          .group = "Values",
                          .help = "Takes one slice along an axis, which goes, or several in the order given.",
                          .exampleStep = "select: {where: {exact: head.weight}, index: [0, 2, 5]}",
                          .exampleBefore = "head.weight float32 1000x768",
                          .exampleAfter = "head.weight float32 3x768"});
    return kind;
}
