// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/support.h"

template<>
struct Codec<Params> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema() { return R"({"type": "object"})"; }
    static Result<Params> parse(const Node &node);
    static Node print(const Params &value) { return Node::map(value); }
};

/// A recipe in a step: the body of `include`, and of each choice of `choose`. Keeps what was read.
struct Include
{
    std::string recipe;
    Params with;
    std::string under;

    static FieldLines fields()
    {
        return FieldLines{
            field("recipe", &Include::recipe,
                  "The name of a built-in recipe, or the path of a file beside this recipe's.",
                  mainField | requiredField),
            field("with", &Include::with, "Values for its parameters: {name: value}."),
            field(
                "under", &Include::under,
                "A prefix: the recipe sees the keys of source and target that begin with it, without it; no others.")};
    }

    /// "“ssl/moco_v2” below “backbone.”"
    std::vector<SentencePart> words() const;
    std::vector<SentencePart> sentence() const;
    Result<void> resolve(const StepFiles &files);
    bool sameResolved(const Include &other) const;
    /// One.
    std::vector<Included> included() const;
    void moveFrom(const QString &folder);
    Result<void> apply(StepRun &run) const { return apply(run, 0); }
    /// As number `which` of the step's recipes.
    Result<void> apply(StepRun &run, int which) const;

    bool operator==(const Include &other) const
    {
        return recipe == other.recipe && with == other.with && under == other.under;
    }

private:
    /// What was found under a name, with these values.
    struct Read
    {
        std::string name;
        Params with;
        std::shared_ptr<const Recipe> recipe; ///< null: `problem` says why
        QString problem;
    };

    /// Null when nothing was read, or something else.
    const Read *read() const;

    std::shared_ptr<const Read> m_read;
};
