// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/importsettings.h"

namespace {
Result<Imported> importVissl(const ImportInput &input, VisslBlock block)
{
    Result<VisslText> read = readVissl(input.text, input.overrides, input.dialect, block, input.name);
    if (!read)
        return read.error();
    Result<Imported> imported = visslRecipe(read->settings, input.name);
    if (imported)
        imported->remarks.insert(imported->remarks.begin(), read->remarks.begin(), read->remarks.end());
    return imported;
}
}

Result<Imported> importSettings(const ImportInput &input)
{
    switch (input.kind.value_or(SettingsKind::Vissl)) {
    case SettingsKind::Vissl: return importVissl(input, input.kind ? VisslBlock::Model : VisslBlock::Either);
    case SettingsKind::VisslTeacher: return importVissl(input, VisslBlock::Teacher);
    }
    Q_UNREACHABLE();
}
