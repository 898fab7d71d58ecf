// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/importsettings.h"
#include "model/recipe/plan.h"
#include "tests/support/checkpointbuilder.h"

#include <cstdlib>

namespace {
void require(bool condition)
{
    if (!condition)
        std::abort();
}

std::shared_ptr<const Checkpoint> smallCheckpoint()
{
    static const auto checkpoint = checkpointFrom(QStringLiteral("[classy_state_dict/base_model/model/trunk]\n"
                                                                 "base_model._feature_blocks.conv1.weight float32 2x2\n"
                                                                 "[classy_state_dict/base_model/model/heads]\n"
                                                                 "0.clf.0.weight float32 2\n"
                                                                 "[model]\n"
                                                                 "module.conv1.weight float32 2x2")
                                                      .split(u'\n'));
    return checkpoint;
}

/// What the repairs say can be said.
void requireRepairs(const ImportInput &input, const Imported &imported)
{
    for (const ImportRemark &remark : imported.remarks) {
        require(!remark.finding.message.isEmpty() && !remark.finding.kind.empty());
        ImportInput mended = input;
        mended.overrides = remark.repair;
        require(bool(importSettings(mended)));
    }
}
}

/// Settings of other programs: any text ends in a recipe that plans, or in a sentence.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    ImportInput input;
    input.text.assign(reinterpret_cast<const char *>(data), size);
    for (std::size_t at = 0; at < 2 * enumWords<SettingsKind>.size(); ++at) {
        input.kind = SettingsKind(at / 2);
        input.dialect = VisslSettings::Dialect(at % 2);
        const Result<Imported> imported = importSettings(input);
        if (!imported) {
            require(!imported.error().message.isEmpty() && imported.error().kind == Error::Kind::BadRecipe);
            continue;
        }
        const Result<Recipe> again = Recipe::parse(imported->recipe.text(), {});
        require(again && *again == imported->recipe);
        Progress progress;
        const auto planned = plan({smallCheckpoint(), {}, imported->recipe, {}}, progress);
        require(planned && (!planned->error || !planned->error->message.isEmpty()));
        requireRepairs(input, *imported);
    }
    return 0;
}
