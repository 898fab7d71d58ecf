// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

/// Small real files for the window's tests, made from lines `NAME DTYPE 96x3x4x4` (dtypes by safetensors code).
/// Every tensor's bytes count up from its place in the list, so that copies can be told apart.
bool writeSafetensors(const QString &path, const QStringList &lines);
/// A manifest of ours; dtypes by torch's word.
bool writeManifest(const QString &path, const QStringList &lines);

/// A small Swin-like network as `module.`-wrapped keys of an old repository, and what its target wants.
QStringList swinCheckpoint();
QStringList swinTarget();
