// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/joiner.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <map>

namespace {
/// What becomes of numbers that are not there.
enum class Gaps : quint8 { Error, Close };
}

template<>
inline constexpr auto enumWords<Gaps> = std::array<std::string_view, 2>{"error", "close"};

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Puts numbered tensors on top of each other.
struct Stack
{
    std::string from;
    std::string to;
    qint64 dim = 0;
    Gaps gaps = Gaps::Error;
    RowPlace place = RowPlace::Here;
    bool keepInput = false;

    static FieldLines fields()
    {
        return FieldLines{
            field("from", &Stack::from, "A pattern of the keys; the number that “to” does not have is counted.",
                  requiredField),
            field("to", &Stack::to, "The key they become; may use the other captures.", requiredField),
            field("dim", &Stack::dim, "Where the axis of the numbers is put in."),
            field("gaps", &Stack::gaps, "What becomes of numbers that are not there, from 0 on."),
            field("place", &Stack::place, "Where the new key stands: at the first of its inputs, or at an end."),
            field("keep-input", &Stack::keepInput, "Whether the inputs stay as keys of their own.")};
    }

    Result<void> check(const Lets &lets) const
    {
        const Result<Compiled> compiled = compile(lets);
        return compiled ? Result<void>() : Result<void>(compiled.error());
    }

    std::vector<SentencePart> sentence() const
    {
        return std::vector{plain(tr("Stack ")), code(from), plain(tr(" as ")), code(to)} + alongAxis(dim);
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<Compiled> compiled = compile(run.lets());
        if (!compiled)
            return run.error(compiled.error().message);
        std::vector<Group> groups;
        if (const Result<void> found = findGroups(run, *compiled, groups); !found)
            return found;
        Joiner joiner(run);
        RowMaker rows(run, place);
        for (const Group &group : groups) {
            if (run.stopRequested())
                return cancelled();
            if (const Result<void> stacked = stack(run, group, *compiled, joiner, rows); !stacked)
                return stacked;
        }
        return {};
    }

private:
    struct Compiled
    {
        RowPatterns patterns;
        NameTemplate name;
        int number = 0; ///< the slot of the capture that is counted
    };

    struct Group
    {
        std::map<qint64, std::size_t> rows; ///< by number
        std::vector<std::string_view> values;
    };

    Result<Compiled> compile(const Lets &lets) const
    {
        Result<RowPatterns> patterns = RowPatterns::compile({from});
        if (!patterns)
            return patterns.error();
        Result<NameTemplate> name = NameTemplate::compile(to, patterns->scope(), NameTemplate::Escapes::None, lets);
        if (!name)
            return name.error();
        const std::vector<std::string> used = namesInBraces(to);
        const Capture *number = nullptr;
        for (const Capture &capture : patterns->scope().captures) {
            if (std::find(used.begin(), used.end(), capture.name) != used.end())
                continue;
            if (number)
                return badStep(tr("“to” of “stack” leaves out {%1} and {%2} of “from”; expected one number that is "
                                  "left out, which is counted.")
                                   .arg(displayName(number->name), displayName(capture.name)));
            number = &capture;
        }
        if (!number)
            return badStep(tr("“to” of “stack” has all captures of “from”; expected one number that is left out, which "
                              "is counted: from experts.{e}.w to experts.w."));
        if (number->kind != Capture::Kind::Integer)
            return badStep(tr("“stack” counts {%1}, which “to” leaves out, but it is no number; expected {%1} without "
                              "text after a colon.")
                               .arg(displayName(number->name)));
        const int slot = number->slot;
        return Compiled{std::move(*patterns), std::move(*name), slot};
    }

    static Result<void> findGroups(StepRun &run, const Compiled &compiled, std::vector<Group> &groups)
    {
        std::unordered_map<std::string, std::size_t> known;
        return compiled.patterns.each(run, [&](std::size_t row, std::size_t, auto values) -> Result<void> {
            const std::string_view digits = values[std::size_t(compiled.number)];
            qint64 number = 0;
            const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
            if (problem != std::errc() || end != digits.data() + digits.size())
                return run.error(tr("the number in “%1” does not fit 64 bits.").arg(displayName(run.rows()[row].name)));
            const auto [at, isNew] = known.try_emplace(RowPatterns::key(values, compiled.number), groups.size());
            if (isNew)
                groups.push_back({{}, {values.begin(), values.end()}});
            const auto [same, isFirst] = groups[at->second].rows.try_emplace(number, row);
            if (!isFirst)
                return run.error(
                    tr("“%1” and “%2” have the same number.")
                        .arg(displayName(run.rows()[same->second].name), displayName(run.rows()[row].name)));
            return {};
        });
    }

    Result<void> stack(StepRun &run, const Group &group, const Compiled &compiled, Joiner &joiner, RowMaker &made) const
    {
        const Row like = run.rows()[group.rows.begin()->second];
        const Result<qsizetype> axis = axisOf(dim, like.value->shape->size() + 1);
        if (!axis)
            return rowError(
                run, like,
                tr("cannot be stacked along axis %1: it has %2 axes.").arg(dim).arg(like.value->shape->size()));
        std::vector<const Expression *> inputs;
        std::vector<std::size_t> origins;
        qint64 next = 0;
        for (const auto &[number, index] : group.rows) {
            const Row row = run.rows()[index];
            if (number != next++ && gaps == Gaps::Error)
                return run.error(tr("“%1” is not there, but “%2” is; “gaps: close” stacks what is there.")
                                     .arg(missingName(compiled, group, next - 1), displayName(row.name)));
            if (const Result<void> fits = checkFits(run, like, row); !fits)
                return fits;
            const Result<const Expression *> layer = joiner.withAxis(*row.value, *axis);
            if (!layer)
                return rowError(run, row, layer.error().message);
            inputs.push_back(*layer);
            origins.push_back(index);
        }
        const Result<const Expression *> value = joiner.joined(inputs, *axis);
        if (!value)
            return rowError(run, like, value.error().message);
        if (const Result<void> added = made.add(compiled.name, group.values, *value, origins); !added)
            return added;
        for (const std::size_t origin : origins) {
            if (!keepInput)
                run.consume(origin);
        }
        return {};
    }

    static QString missingName(const Compiled &compiled, const Group &group, qint64 number)
    {
        std::vector<std::string_view> values = group.values;
        const std::string digits = std::to_string(number);
        values[std::size_t(compiled.number)] = digits;
        return displayName(compiled.patterns.nameOf(0, values));
    }

    static Result<void> checkFits(StepRun &run, const Row &like, const Row &row)
    {
        if (const Result<void> movable = checkMovable(*row.value); !movable)
            return rowError(run, row, movable.error().message);
        if (*row.value->shape != *like.value->shape)
            return rowError(run, row,
                            tr("does not fit “%1” (%2): what is stacked has one shape.")
                                .arg(displayName(like.name), shapeText(*like.value->shape)));
        if (row.value->dtype != like.value->dtype)
            return rowError(run, row,
                            tr("is %1 and “%2” is %3; cast one of them first.")
                                .arg(displayName(word(row.value->dtype)), displayName(like.name),
                                     displayName(word(like.value->dtype))));
        return {};
    }
};
}

const StepKind &stackStep()
{
    static const StepKind kind = stepKind<Stack>(
        {.word = "stack",
         .title = "Stack tensors",
         .group = "Values",
         .help = "Puts numbered tensors of one shape on top of each other, as torch.stack does: the experts of a layer "
                 "become one tensor.",
         .exampleStep = "stack: {from: 'mlp.experts.{e}.{p:**}', to: 'mlp.experts.{p}'}",
         .exampleBefore = "mlp.experts.0.up float32 4x8\nmlp.experts.1.up float32 4x8\nmlp.experts.2.up float32 4x8",
         .exampleAfter = "mlp.experts.up float32 3x4x8"});
    return kind;
}
