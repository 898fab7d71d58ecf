// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"
#include "model/save/certificatereader.h"
#include "model/save/saver.h"

/// What holding a saved checkpoint against its certificate gave.
struct Proof
{
    struct File
    {
        QString path;
        QString problem; ///< a sentence's end, “…”: has other bytes; empty: byte for byte the certified file
    };
    struct Difference
    {
        std::string name; ///< the tensor's, as the certificate or the file has it
        QString problem; ///< as that of a file
    };

    std::vector<File> files;
    QString unreadable; ///< why no tensor could be looked at; empty: they were
    qint64 tensors = 0; ///< that the certificate names
    std::vector<Difference> differences;
    std::optional<qint64> rederived; ///< that came out again bit for bit from the source; nothing: not asked for

    bool holds() const;
};

/// Compare the checkpoint at `path` with its certificate: every file from end to end, and of every tensor the dtype,
/// the shape and the content. Files of a save in shards are looked for beside `path`, wherever that is now. An Error
/// only when `path` is not there or cannot be read at all, and when asked to stop.
Result<Proof> prove(const QString &path, const Certificate &certificate, Progress &progress, const SaveTools &tools);

/// Derive every certified tensor a second time, from the source and the recipe alone: each by itself, in the order of
/// its elements, on this thread, without the layouts and pipelines of saving. What comes out otherwise is added to the
/// differences. `plan`: the certified recipe over the source, which must be the certified one.
/// Errors: DoesNotHold for another source; what planning and computing fail with.
Result<void> rederive(Proof &proof, const Plan &plan, const Certificate &certificate, const DeviceChoice &device,
                      Progress &progress, const SaveTools &tools);
