// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

/// What a module of the saved state dict says of its version: an entry of torch's `_metadata`.
struct ModuleVersion
{
    std::string module; ///< its path in the saved state dict
    ObjectId versions = noObject; ///< {'version': n, …} in the source's object tree
};

struct ModuleVersions
{
    std::vector<ModuleVersion> modules; ///< in the source's order
    std::vector<std::string> lost; ///< modules of the source whose tensors went to several places
};

/// The source's `_metadata` for the plan's outputs: modules are renamed as their tensors were, those without any
/// tensors along with what they are in; modules whose tensors are not saved are left out.
ModuleVersions renamedModules(const Plan &plan, const Root &root);

/// What a torch file of the plan would lose of them, if anything: those of modules whose tensors went to several
/// places.
Findings versionsDropped(const ModuleVersions &modules);
Findings versionsDropped(const Plan &plan);
/// What a file without `_metadata` loses, if the source has any.
Findings allVersionsDropped(const Plan &plan);
