// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/exportforms.h"

#include "model/recipe/dialects/exportsettings.h"

#include <algorithm>

std::span<const ExportForm> exportForms()
{
    using Text = Result<std::string>;
    static const ExportForm forms[] = {
        {"yaml", "recipe", "The recipe itself.", [](const ExportInput &input) { return Text(input.recipe.text()); }},
        {"python", "Python program", "A program that does the same to a file with torch alone.",
         [](const ExportInput &input) { return exportPython(input.recipe, PythonForm::Script, input.plan.get()); }},
        {"python-filter", "Python filter function", "The same as a function that timm calls.",
         [](const ExportInput &input) { return exportPython(input.recipe, PythonForm::Filter, input.plan.get()); }},
        {"command", "command line", "The command line that does the same.",
         [](const ExportInput &input) { return Text(exportCommand(input)); }},
        {"inverse", "inverse recipe", "A recipe for the way back.",
         [](const ExportInput &input) { return exportInverse(input.recipe); }},
        {"vissl", "VISSL settings", "VISSL's YAML.",
         [](const ExportInput &input) { return exportVissl(input.recipe); }},
        {"mmengine", "MMEngine settings", "MMEngine's revise_keys.",
         [](const ExportInput &input) { return exportReviseKeys(input.recipe); }},
        {"transformers", "transformers settings", "transformers' key_mapping.",
         [](const ExportInput &input) { return exportKeyMapping(input.recipe); }}};
    return forms;
}

const ExportForm *findExportForm(std::string_view word)
{
    const auto forms = exportForms();
    const auto found =
        std::find_if(forms.begin(), forms.end(), [&](const ExportForm &one) { return one.word == word; });
    return found == forms.end() ? nullptr : &*found;
}
