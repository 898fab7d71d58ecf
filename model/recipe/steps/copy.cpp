// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/support.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Gives tensors further keys, with memory of their own or the same.
template<bool isTie>
struct AnotherKey
{
    std::string from;
    std::string to;
    RowPlace place = RowPlace::Here;

    static FieldLines fields()
    {
        return FieldLines{field("from", &AnotherKey::from, "The keys of the originals, whole: encoder.{i}.norm.weight.",
                                requiredField),
                          field("to", &AnotherKey::to, "The further key of each.", requiredField),
                          field("place", &AnotherKey::place, "Where it stands: behind the original, or at an end.")};
    }

    Result<void> check(const Lets &lets) const
    {
        const Result<NamePattern> pattern = NamePattern::compile(from, NamePattern::At::Whole);
        if (!pattern)
            return pattern.error();
        const Result<NameTemplate> result =
            NameTemplate::compile(to, pattern->scope(), NameTemplate::Escapes::None, lets);
        return result ? Result<void>() : result.error();
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(isTie ? tr("Tie ") : tr("Copy ")), code(from),
                                        plain(QStringLiteral(" → ")), code(to)};
        if (place != RowPlace::Here)
            parts.push_back(plain(place == RowPlace::Start ? tr(" at the start") : tr(" at the end")));
        return parts;
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<NamePattern> pattern = NamePattern::compile(from, NamePattern::At::Whole);
        if (!pattern)
            return run.error(pattern.error().message);
        const Result<NameTemplate> result =
            NameTemplate::compile(to, pattern->scope(), NameTemplate::Escapes::None, run.lets());
        if (!result)
            return run.error(result.error().message);
        RegexMatcher matcher(pattern->regex());
        std::vector<std::string_view> captured(std::size_t(pattern->scope().slotCount));
        return eachRow(run, {}, [&](std::size_t index, auto) -> Result<void> {
            const Name name = run.rows()[index].name;
            const auto outcome = matcher.search(name);
            if (outcome == RegexMatcher::Outcome::GaveUp)
                return run.error(matcher.gaveUp(name).message);
            if (outcome == RegexMatcher::Outcome::NotFound)
                return {};
            for (std::size_t slot = 0; slot < captured.size(); ++slot)
                captured[slot] = matcher.group(int(slot));
            std::string made;
            if (const Result<void> done = result->append(made, captured); !done)
                return run.error(tr("“%1” gets no other key: %2").arg(displayName(name), done.error().message));
            if (made == name)
                return run.error(tr("“%1” would get the key that it has.").arg(displayName(name)));
            run.add(made, valueOf(run, run.rows()[index].value), index, index, place);
            return {};
        });
    }

private:
    static const Expression *valueOf(StepRun &run, const Expression *value)
    {
        if (isTie)
            return value;
        Expression copy;
        copy.kind = Expression::Kind::Copy;
        copy.dtype = value->dtype;
        copy.shape = value->shape;
        copy.input = value;
        return run.expression(copy);
    }
};
}

const StepKind &copyStep()
{
    static const StepKind kind = stepKind<AnotherKey<false>>(
        {.word = "copy",
         .title = "Copy",
         .group = "Values",
         .help = "Adds copies of tensors under other keys, with memory of their own.",
         .exampleStep = "copy: {from: 'encoder.{i}.norm.weight', to: 'decoder.{i}.norm.weight'}",
         .exampleBefore = "encoder.0.norm.weight\nencoder.0.norm.bias",
         .exampleAfter = "encoder.0.norm.weight\ndecoder.0.norm.weight\nencoder.0.norm.bias"});
    return kind;
}

const StepKind &tieStep()
{
    static const StepKind kind = stepKind<AnotherKey<true>>(
        {.word = "tie",
         .title = "Tie",
         .group = "Values",
         .help = "Adds further keys for tensors that share their memory, as tied weights do. A torch file "
                 "keeps that; a safetensors file holds a copy.",
         .exampleStep = "tie: {from: embed.weight, to: head.weight, place: end}",
         .exampleBefore = "embed.weight\nnorm.weight",
         .exampleAfter = "embed.weight\nnorm.weight\nhead.weight"});
    return kind;
}
