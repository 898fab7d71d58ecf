// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"
#include "model/base/nameindex.h"
#include "model/base/shape.h"
#include "model/recipe/selector.h"
#include "model/recipe/step.h"
#include "model/recipe/template.h"

#include <functional>
#include <unordered_set>

class StepRun;

/// One kind of a selector, ready to be asked: `prefix: [a, b]`. Matches when any of its alternatives does.
struct SelectorTest
{
    enum class Kind : quint8 {
        Exact,
        Prefix,
        Suffix,
        Contains,
        Regex, ///< also glob and template: `regexes`
        DTypes,
        NDim,
        Shapes,
        Numel,
        InTarget,
        Has,
        TargetHas,
        Not,
        AnyOf,
        All
    };
    enum class InTarget : quint8 { Present, Absent, SameShape, OtherShape, OtherRank };

    Kind kind = Kind::Exact;
    std::vector<std::string> texts = {};
    std::unordered_set<std::string_view> exact = {}; ///< into `texts`, when there are many
    std::vector<Regex> regexes = {};
    std::vector<DType> dtypes = {};
    std::vector<qint64> ranks = {};
    std::vector<Shape> shapes = {};
    qint64 least = 0;
    qint64 most = 0;
    std::vector<InTarget> inTarget = {};
    std::vector<std::string> names = {}; ///< Has, TargetHas: templates over its captures and what `let` gives
    std::vector<Selector> children = {};
};

struct Selector::Compiled
{
    std::vector<SelectorTest> tests; ///< all must match; the cheap ones first
    int capturing = -1; ///< index of the test whose captures count; -1: none
    CaptureScope scope; ///< its captures
    std::vector<SentencePart> words;
    bool needsTable = false; ///< asks for other rows
    bool needsTarget = false;
};

/// Asks one selector about many rows. Holds the matchers and, when needed, an index of all names.
class SelectorMatcher
{
public:
    /// `run` may be null when the selector asks neither for other rows nor for the target.
    SelectorMatcher(const Selector &selector, StepRun *run);
    ~SelectorMatcher();
    SelectorMatcher(SelectorMatcher &&) noexcept;

    bool matches(Name name, DType dtype, const Shape &shape);
    /// What the selector's pattern captured in the last match, by slot.
    std::span<const std::string_view> captures() const;
    /// Why matching had to end; then every answer since is worthless.
    const std::optional<Error> &error() const;

private:
    struct State;
    std::unique_ptr<State> d;
};

/// The captures that `selector` gives.
const CaptureScope &scopeOf(const Selector &selector);
/// "keys containing `attn_mask`".
std::vector<SentencePart> selectorWords(const Selector &selector);
/// Parts as one text, code in quotes.
QString joined(const std::vector<SentencePart> &parts);
