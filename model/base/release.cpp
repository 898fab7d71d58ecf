// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/release.h"

#include <QCoreApplication>
#include <QThreadPool>

void releaseElsewhere(std::shared_ptr<const void> share)
{
    if (!share || !QCoreApplication::instance())
        return; // without an application nobody waits for a frame, nor for the pool
    QThreadPool::globalInstance()->start([share = std::move(share)]() mutable { share.reset(); });
}
