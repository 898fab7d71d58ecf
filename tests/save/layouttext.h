// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/layout.h"

#include <QByteArray>
#include <QStringList>

/// The whole file that a layout describes, in memory: what transfer() would write.
QByteArray fileOf(const Layout &layout, const std::shared_ptr<const Checkpoint> &checkpoint);
/// The layout's findings, "kind: message" each.
QStringList findingTexts(const Findings &findings);
