// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What tests that ask LibTorch include anyway, compiled once.
#include <ATen/ATen.h> // before ours

#include "tests/pch.h"
