// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QAction;
class QPushButton;

/// Let a push button mirror an action: text, enabled state, tooltip, click. (QToolButton has this built in, but cannot
/// be the primary button.)
void followAction(QPushButton *button, QAction *action);
