// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/progress.h"
#include "model/recipe/plan.h"
#include "model/save/derivation.h"
#include "model/stats/difference.h"

#include <string>

/// What two checkpoints, or what recipes make of them, have in common and what not. Tensors are compared by name;
/// order, file formats and metadata do not count.
struct Comparison
{
    /// Numbers of the outputs of both plans.
    struct Both
    {
        std::size_t left;
        std::size_t right;
    };
    struct Values : Both
    {
        std::optional<Difference> difference; ///< nothing: was not asked for, or there are no numbers to compare
    };
    struct Unreadable : Both
    {
        Error error;
    };

    std::vector<std::size_t> onlyLeft;
    std::vector<std::size_t> onlyRight;
    std::vector<Both> shapeDiffers;
    std::vector<Both> dtypeDiffers; ///< of the same shape
    std::vector<Values> valueDiffers; ///< other bits; of different dtypes other numbers, when values were asked for
    std::vector<Both> moved; ///< of onlyLeft and onlyRight: dtype, shape and bits are the same, the name is not
    std::vector<Unreadable> unreadable;
    qint64 equal = 0; ///< the same dtype, shape and bits

    /// Everything was compared, and every bit is the same.
    bool isIdentical() const
    {
        return onlyLeft.empty() && onlyRight.empty() && shapeDiffers.empty() && dtypeDiffers.empty()
            && valueDiffers.empty() && unreadable.empty();
    }
};

enum class ComparedValues : quint8 {
    Bits, ///< whether they are the same
    Numbers ///< also how far apart they are, of different dtypes too
};

/// Compare the outputs of two plans, computed where a recipe computes: in blocks, on several threads, with bounded
/// memory. Tensors on one side only are found again under another name by their content hashes (XXH3-128, as in
/// certificates). Progress counts elements. Errors: Cancelled, OutOfMemory, a file that changed meanwhile, or an
/// evaluator that cannot be had; what cannot be read of one tensor is in `unreadable`.
Result<Comparison> compare(const Plan &left, const Plan &right, ComparedValues values,
                           const Derivation::LoadEvaluator &loadEvaluator, Progress &progress);
