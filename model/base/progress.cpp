// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/progress.h"

void Progress::report(qint64 /*done*/, qint64 /*total*/) {}

bool Progress::stopRequested() const
{
    return false;
}
