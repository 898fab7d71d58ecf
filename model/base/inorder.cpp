// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/inorder.h"

#include <algorithm>

unsigned workerThreads()
{
    constexpr unsigned most = 8;
    return std::clamp(std::thread::hardware_concurrency(), 1u, most);
}
