// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/document/document.h"

#include <new>

/// `work` with memory that runs out made an Error, so that a worker never ends the program.
template<typename Work>
auto guarded(Work work)
{
    return [work = std::move(work)](Progress &progress) -> decltype(work(progress)) {
        try {
            return work(progress);
        } catch (const std::bad_alloc &) {
            return Error{Error::Kind::OutOfMemory, Document::tr("There is not enough memory for this.")};
        }
    };
}
