// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/plan.h"
#include "tests/support/checkpointbuilder.h"

#include <algorithm>
#include <cstdlib>

namespace {
void require(bool condition)
{
    if (!condition)
        std::abort();
}

std::shared_ptr<const Checkpoint> smallCheckpoint()
{
    static const auto checkpoint = checkpointFrom(QStringLiteral("module.a.l.0.weight float32 2x2\n"
                                                                 "module.a.l.1.weight float16 2\n"
                                                                 "module.a.l.1.bias int64 scalar\n"
                                                                 "module.attn_mask bool 4")
                                                      .split(u'\n'));
    return checkpoint;
}

/// An edit leaves a text that reads back as the same recipe.
void requireSound(const Recipe &recipe)
{
    const Result<Recipe> again = Recipe::parse(recipe.text(), QStringLiteral("r.yaml"));
    require(bool(again));
    require(again->steps() == recipe.steps() && again->bind() == recipe.bind());
}
}

/// Recipes: any text ends in a recipe or a sentence with its place; what parses plans, and survives edits.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const Result<Recipe> recipe = Recipe::parse({reinterpret_cast<const char *>(data), size}, QStringLiteral("r.yaml"));
    if (!recipe) {
        require(!recipe.error().message.isEmpty() && recipe.error().kind == Error::Kind::BadRecipe);
        return 0;
    }
    Progress progress;
    const PlanInput input{smallCheckpoint(), {}, *recipe, {}};
    const auto planned = plan(input, progress);
    require(planned && (!planned->error || !planned->error->message.isEmpty()));
    const auto &steps = recipe->steps();
    if (steps.empty())
        return 0;
    const int last = int(steps.size()) - 1;
    // A step that uses names of a `let` reads back only behind it, and these edits may put it before.
    const bool areFree = std::none_of(steps.begin(), steps.end(), [](const Step &s) { return s.kind().declare; });
    if (areFree) {
        requireSound(recipe->withInserted(0, steps[std::size_t(last)]));
        requireSound(recipe->withMoved(0, last));
    }
    requireSound(recipe->withRemoved(last));
    requireSound(recipe->withBind(Bind()));
    Step off = steps.front();
    off.enabled = !off.enabled;
    requireSound(recipe->withStep(0, off));
    return 0;
}
