// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/numeric/evaluator.h"

/// The numeric library's one entry point, looked up by the name `weightsmith_make_evaluator`: put an evaluator for
/// CUDA device number `cuda`, or for the processor if it is negative, into `result`. Throws nothing.
using MakeEvaluator = void(int cuda, Result<std::shared_ptr<Evaluator>> *result);

extern "C" Q_DECL_EXPORT MakeEvaluator weightsmith_make_evaluator;
