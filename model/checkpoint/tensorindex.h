// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

/// A tensor's place in Checkpoint::tensors(). In a header of its own for those who only number tensors: LibTorch's
/// headers do not compile behind a global type named Storage.
using TensorIndex = quint32;
