// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/steps/values.h"
#include "model/recipe/template.h"

#include <unordered_map>

/// What the steps share that make several rows of one, or one of several.

/// Cuts values along an axis and joins them, so that what was cut is whole again when it is joined, and what was joined
/// comes apart as it was. Errors as those of a rule.
class Joiner
{
public:
    explicit Joiner(StepRun &run) : m_run(run), m_walks(run) {}

    /// `count` slices from `first` on.
    Result<const Expression *> piece(const Expression &value, qsizetype axis, qint64 first, qint64 count);
    /// One slice, and the axis is gone.
    Result<const Expression *> slice(const Expression &value, qsizetype axis, qint64 index);
    /// With an axis of one element.
    Result<const Expression *> withAxis(const Expression &value, qsizetype axis);
    /// All alike but for their sizes along the axis; at least one.
    Result<const Expression *> joined(const std::vector<const Expression *> &inputs, qsizetype axis);
    const Expression *zeros(DType dtype, const Shape &shape);

private:
    const std::vector<qint64> &starts(const Expression &concat);
    static std::optional<Walks::Start> oneWalk(const std::vector<const Expression *> &inputs, qsizetype axis);

    StepRun &m_run;
    Walks m_walks;
    std::unordered_map<const Expression *, std::vector<qint64>> m_starts; ///< of what is joined, along its axis
};

/// " along axis 1", to go on from what a step does; nothing for the first axis.
std::vector<SentencePart> alongAxis(qint64 dim);

/// Patterns of whole names with the same captures; the first declares their kinds.
class RowPatterns
{
public:
    /// BadRecipe when a pattern cannot be used, has other captures than the first, or there are too many.
    /// Messages call the field that gave them `field`.
    static Result<RowPatterns> compile(const std::vector<std::string> &texts,
                                       const QString &field = QStringLiteral("from"));

    const CaptureScope &scope() const { return m_patterns.front().scope(); }
    std::size_t size() const { return m_patterns.size(); }
    const NamePattern &operator[](std::size_t index) const { return m_patterns[index]; }

    /// A row that a pattern matches, with the captured texts by the slots of scope().
    using Visit = std::function<Result<void>(std::size_t row, std::size_t pattern, std::span<const std::string_view>)>;
    Result<void> each(StepRun &run, const Visit &visit) const;
    /// What a pattern would match for these captures.
    std::string nameOf(std::size_t pattern, std::span<const std::string_view> values) const;
    /// Equal for equal captures, but for that of slot `except`.
    static std::string key(std::span<const std::string_view> values, int except = -1);

private:
    std::vector<std::string> m_texts;
    std::vector<NamePattern> m_patterns;
    std::vector<std::vector<int>> m_slots; ///< per pattern and slot: the slot of the first pattern
};

/// Makes the names of new rows and adds them, as many as a checkpoint may have.
class RowMaker
{
public:
    static constexpr qint64 mostRows = 1'000'000;
    static constexpr qint64 mostNameBytes = 256 << 20;

    RowMaker(StepRun &run, RowPlace place) : m_run(run), m_place(place) {}

    Result<void> add(const NameTemplate &name, std::span<const std::string_view> values, const Expression *value,
                     std::span<const std::size_t> origins);

private:
    StepRun &m_run;
    RowPlace m_place;
    qint64 m_rows = 0;
    qint64 m_bytes = 0;
};
