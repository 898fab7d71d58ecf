// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steptraits.h"

#include <type_traits>

/// What the field table does not say of a kind of step. YAML, JSON Schema, editor form and help follow from the table
/// of the step's struct, which is all that a new step writes:
///
///     struct AddPrefix {
///         std::string prefix;
///         static FieldLines fields()
///         {
///             return FieldLines{field("prefix", &AddPrefix::prefix, "What to put in front.", mainField |
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
/// with `bool sameResolved(const T &) const` and `void moveFrom(const QString &folder)`; `std::vector<Included>
/// included() const` for the recipes among them, `std::vector<QString> checkpoints() const` for the checkpoints.
struct StepWords
{
    std::string_view word, title, group, help, exampleStep, exampleBefore, exampleAfter;
};

/// Whether each optional member that T has is one that is asked: with another signature it would silently not be, and
/// what the step then lacks may go unnoticed.
template<typename T>
constexpr bool areOptionalMembersSound()
{
    using Done = Result<void>;
    bool areSound = true;
    if constexpr (requires { &T::check; }) {
        constexpr bool isOfBody = std::is_invocable_r_v<Done, decltype(&T::check), const T &>;
        constexpr bool isOfNames = std::is_invocable_r_v<Done, decltype(&T::check), const T &, const Lets &>;
        areSound = isOfBody || isOfNames;
    }
    if constexpr (requires { &T::declare; })
        areSound = areSound && std::is_invocable_v<decltype(&T::declare), const T &, Lets &>;
    if constexpr (requires { &T::resolve; })
        areSound = areSound && std::is_invocable_r_v<Done, decltype(&T::resolve), T &, const StepFiles &>;
    if constexpr (
        requires { &T::resolve; } && !requires { &T::moveFrom; })
        areSound = false;
    if constexpr (requires { &T::sameResolved; })
        areSound = areSound && std::is_invocable_r_v<bool, decltype(&T::sameResolved), const T &, const T &>;
    if constexpr (requires { &T::included; })
        areSound = areSound && std::is_invocable_r_v<std::vector<Included>, decltype(&T::included), const T &>;
    if constexpr (requires { &T::checkpoints; })
        areSound = areSound && std::is_invocable_r_v<std::vector<QString>, decltype(&T::checkpoints), const T &>;
    if constexpr (requires { &T::moveFrom; })
        areSound = areSound && std::is_invocable_v<decltype(&T::moveFrom), T &, const QString &>;
    return areSound;
}

template<typename T>
StepKind stepKind(const StepWords &words)
{
    static_assert(areOptionalMembersSound<T>(), "a member has the name of an optional one but not its signature");
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
        return Traits::table().withField(body, name, value, word);
    };
    kind.print = [](const void *body) { return Traits::table().print(body); };
    kind.equal = [](const void *left, const void *right) { return Traits::table().equal(left, right); };
    kind.sentence = [](const void *body) { return static_cast<const T *>(body)->sentence(); };
    kind.apply = [](const void *body, StepRun &run) { return static_cast<const T *>(body)->apply(run); };
    kind.fieldValue = [](const void *body, std::string_view name) { return Traits::table().value(body, name); };
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
    if constexpr (requires(T body) { body.included(); })
        kind.included = [](const void *body) { return static_cast<const T *>(body)->included(); };
    if constexpr (requires(T body) { body.checkpoints(); })
        kind.checkpoints = [](const void *body) { return static_cast<const T *>(body)->checkpoints(); };
    if constexpr (requires(T body) { body.moveFrom(QString()); }) {
        kind.moved = [](const void *body, const QString &folder) {
            auto copy = std::make_shared<T>(*static_cast<const T *>(body));
            copy->moveFrom(folder);
            return std::shared_ptr<const void>(std::move(copy));
        };
    }
    return kind;
}
