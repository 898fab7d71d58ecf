// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What nearly every file of ui/ includes anyway, compiled once.
#include "model/recipe/plan.h"

#include <QBoxLayout>
#include <QLabel>
#include <QMainWindow>
#include <QPainter>
#include <QPushButton>
#include <QString>
#include <QWidget>

#include <memory>
#include <vector>
