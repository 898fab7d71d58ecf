// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/condition.h"

/// A condition in plain words that go on from "if": "there is a key starting with “module.”".
QString conditionWords(const Condition &condition);
