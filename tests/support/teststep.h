// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steprun.h"

#include <functional>

/// A step made in a test: it does what its function does, and says its name. Equal when the names are.
struct TestStep
{
    std::string says;
    std::function<Result<void>(StepRun &)> apply;

    static const StepKind kind;

    static Step make(std::string says, std::function<Result<void>(StepRun &)> apply)
    {
        return Step(kind, std::make_shared<const TestStep>(TestStep{std::move(says), std::move(apply)}));
    }
    static const TestStep &of(const void *body) { return *static_cast<const TestStep *>(body); }
};

inline const StepKind TestStep::kind = {
    .word = "test",
    .title = "Test",
    .group = "Names",
    .help = "Does what a test says.",
    .exampleStep = {},
    .exampleBefore = {},
    .exampleAfter = {},
    .fields = {},
    .createDefault = [] { return std::shared_ptr<const void>(std::make_shared<const TestStep>()); },
    .parse = [](const Node &, const Lets &) -> Result<std::shared_ptr<const void>> {
        return Error{Error::Kind::BadRecipe, QStringLiteral("A test step cannot be read.")};
    },
    .resolve = nullptr,
    .included = nullptr,
    .moved = nullptr,
    .checkpoints = nullptr,
    .withField = nullptr,
    .print = [](const void *body) { return Node::scalar(TestStep::of(body).says); },
    .equal = [](const void *left, const void *right) { return TestStep::of(left).says == TestStep::of(right).says; },
    .sentence =
        [](const void *body) {
            return std::vector<SentencePart>{{QString::fromStdString(TestStep::of(body).says), false}};
        },
    .apply = [](const void *body, StepRun &run) { return TestStep::of(body).apply(run); },
    .fieldValue = [](const void *, std::string_view) { return std::optional<Node>(); },
    .declare = nullptr,
};
