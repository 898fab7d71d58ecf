// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/step.h"

// One line per kind of step, in the order of recipe.md; each is defined in a file of its own.
const StepKind &letStep();
const StepKind &stopStep();
const StepKind &includeStep();
const StepKind &chooseStep();
const StepKind &rootStep();
const StepKind &joinStep();
const StepKind &stripWrappersStep();
const StepKind &removePrefixStep();
const StepKind &addPrefixStep();
const StepKind &keepPrefixStep();
const StepKind &renameStep();
const StepKind &renameGroupStep();
const StepKind &renameTableStep();
const StepKind &renumberStep();
const StepKind &dropStep();
const StepKind &keepStep();
const StepKind &moveStep();
const StepKind &matchByOrderStep();
const StepKind &matchBySuffixStep();
const StepKind &pairsStep();
const StepKind &castStep();
const StepKind &reshapeStep();
const StepKind &permuteStep();
const StepKind &transposeStep();
const StepKind &squeezeStep();
const StepKind &unsqueezeStep();
const StepKind &flattenStep();
const StepKind &sliceStep();
const StepKind &selectStep();
const StepKind &flipStep();
const StepKind &rollStep();
const StepKind &interleaveStep();
const StepKind &ropePermuteStep();
const StepKind &reduceStep();
const StepKind &arithmeticStep();
const StepKind &resizeRowsStep();
const StepKind &inflateStep();
const StepKind &splitStep();
const StepKind &concatStep();
const StepKind &stackStep();
const StepKind &unstackStep();
const StepKind &createStep();
const StepKind &copyStep();
const StepKind &tieStep();
const StepKind &foldBatchNormStep();
const StepKind &inChansStep();
const StepKind &resizePosEmbedStep();
const StepKind &resizePatchEmbedStep();
const StepKind &resizeRelPosBiasStep();
const StepKind &assertStep();

std::span<const StepKind *const> stepKinds()
{
    static const std::vector<const StepKind *> kinds{
        &letStep(),
        &stopStep(),
        &includeStep(),
        &chooseStep(),
        &rootStep(),
        &joinStep(),
        &stripWrappersStep(),
        &removePrefixStep(),
        &addPrefixStep(),
        &keepPrefixStep(),
        &renameStep(),
        &renameGroupStep(),
        &renameTableStep(),
        &renumberStep(),
        &dropStep(),
        &keepStep(),
        &moveStep(),
        &matchByOrderStep(),
        &matchBySuffixStep(),
        &pairsStep(),
        &castStep(),
        &reshapeStep(),
        &permuteStep(),
        &transposeStep(),
        &squeezeStep(),
        &unsqueezeStep(),
        &flattenStep(),
        &sliceStep(),
        &selectStep(),
        &flipStep(),
        &rollStep(),
        &interleaveStep(),
        &ropePermuteStep(),
        &reduceStep(),
        &arithmeticStep(),
        &resizeRowsStep(),
        &inflateStep(),
        &splitStep(),
        &concatStep(),
        &stackStep(),
        &unstackStep(),
        &createStep(),
        &copyStep(),
        &tieStep(),
        &foldBatchNormStep(),
        &inChansStep(),
        &resizePosEmbedStep(),
        &resizePatchEmbedStep(),
        &resizeRelPosBiasStep(),
        &assertStep(),
    };
    return kinds;
}
