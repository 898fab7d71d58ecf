// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QWidget;

/// The controls below a window, and those in windows of its own, that tell a screen reader no name: class and object
/// name. A control is what takes the keyboard or a click.
QStringList namelessControls(const QWidget &window);
