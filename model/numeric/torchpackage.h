// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QStringList>

/// A Python package `torch` on disk, whose LibTorch can be loaded.
struct TorchPackage
{
    QString folder; ///< holds version.py and lib/
    QString version; ///< "2.11.0", without the local part "+cu130"
};

/// Where a LibTorch may lie. The first that is there is taken.
struct TorchPlaces
{
    QString named; ///< what the user named; nothing else is looked at if this is set
    QStringList usual; ///< the one built against, then the cache
    QString version; ///< the version wanted: the one built against

    /// From the environment variable WEIGHTSMITH_TORCH, this build, and the user's cache folder.
    static TorchPlaces ofThisBuild();
};

/// Find the package of exactly the wanted version, running nothing: the version is read from version.py.
/// Errors are Device and say where was looked, what was wanted and what was found.
Result<TorchPackage> findTorch(const TorchPlaces &places);
