// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steptraits.h"

/// What the field table does not say of a kind of step. YAML, JSON Schema, editor form and help follow from the table
/// of the step's struct, which is all that a new step writes:
///
///     struct AddPrefix {
///         std::string prefix;
///         static constexpr auto fields()
///         {
///             return std::tuple{field("prefix", &AddPrefix::prefix, "What to put in front.", mainField |
///             requiredField)};
///         }
///         std::vector<SentencePart> sentence() const;
///         Result<void> apply(StepRun &run) const;
///     };
///     const StepKind &addPrefixStep()
///     {
///         static const StepKind kind = stepKind<AddPrefix>({.word = "add-prefix", …});
///         return kind;
///     }
///
/// Defaults are those of a default-constructed struct. Optional members: `Result<void> check() const`, or `check(const
/// Lets &lets) const` with the names that its expressions may use, for rules between fields; `void declare(Lets &lets)
/// const` for names it gives to later steps; `Result<void> resolve(const StepFiles &files)` for files the body names,
/// with `bool sameResolved(const T &) const`; `std::vector<Included> included() const` for the recipes among them, with
/// `void moveFrom(const QString &folder)`.
struct StepWords
{
    std::string_view word, title, group, help, exampleStep, exampleBefore, exampleAfter;
};

template<typename T>
StepKind stepKind(const StepWords &words)
{
    static const std::string_view word = words.word;
    using Traits = StepTraits<T>;
    StepKind kind{};
    kind.word = words.word;
    kind.title = words.title;
    kind.group = words.group;
    kind.help = words.help;
    kind.exampleStep = words.exampleStep;
    kind.exampleBefore = words.exampleBefore;
    kind.exampleAfter = words.exampleAfter;
    kind.fields = Traits::infos();
    kind.createDefault = [] { return std::shared_ptr<const void>(std::make_shared<T>()); };
    kind.parse = [](const Node &body, const Lets &lets) { return Traits::parse(body, word, lets); };
    kind.withField = [](const void *body, std::string_view name, const Node &value) {
        return Traits::withField(*static_cast<const T *>(body), name, value, word);
    };
    kind.print = [](const void *body) { return Traits::print(*static_cast<const T *>(body)); };
    kind.equal = [](const void *left, const void *right) {
        return Traits::equal(*static_cast<const T *>(left), *static_cast<const T *>(right));
    };
    kind.sentence = [](const void *body) { return static_cast<const T *>(body)->sentence(); };
    kind.apply = [](const void *body, StepRun &run) { return static_cast<const T *>(body)->apply(run); };
    kind.fieldValue = [](const void *body, std::string_view name) {
        return Traits::value(*static_cast<const T *>(body), name);
    };
    if constexpr (requires(const T body, Lets &lets) { body.declare(lets); })
        kind.declare = [](const void *body, Lets &lets) { static_cast<const T *>(body)->declare(lets); };
    if constexpr (requires(T body) { body.resolve(StepFiles()); }) {
        kind.resolve = [](const void *body, const StepFiles &files) -> Result<std::shared_ptr<const void>> {
            auto copy = std::make_shared<T>(*static_cast<const T *>(body));
            if (Result<void> done = copy->resolve(files); !done)
                return done.error();
            return std::shared_ptr<const void>(std::move(copy));
        };
    }
    if constexpr (requires(T body) { body.included(); }) {
        kind.included = [](const void *body) { return static_cast<const T *>(body)->included(); };
        kind.moved = [](const void *body, const QString &folder) {
            auto copy = std::make_shared<T>(*static_cast<const T *>(body));
            copy->moveFrom(folder);
            return std::shared_ptr<const void>(std::move(copy));
        };
    }
    return kind;
}
