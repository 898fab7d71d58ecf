// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/release.h"

#include <QCoreApplication>
#include <QThreadPool>

#include <mutex>
#include <vector>

namespace {
/// What waits to be freed. Handed over here and not inside the pool's task, whose locks ThreadSanitizer does not see.
struct Pile
{
    std::mutex mutex;
    std::vector<std::shared_ptr<const void>> shares;

    void add(std::shared_ptr<const void> share)
    {
        const std::lock_guard lock(mutex);
        shares.push_back(std::move(share));
    }

    void clear()
    {
        std::vector<std::shared_ptr<const void>> taken;
        const std::lock_guard lock(mutex);
        taken.swap(shares);
    } // unlocks, then frees
};
Pile pile;
}

void releaseElsewhere(std::shared_ptr<const void> share)
{
    if (!share || !QCoreApplication::instance())
        return; // without an application nobody waits for a frame, nor for the pool
    pile.add(std::move(share));
    QThreadPool::globalInstance()->start([] { pile.clear(); });
}
