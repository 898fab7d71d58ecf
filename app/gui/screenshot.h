// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QObject>

#include <functional>
#include <vector>

class MainWindow;

/// What the command line asks the window to open; empty: nothing of that kind.
struct WindowInputs
{
    QString file;
    QString target;
    QString recipe;
};

/// Opens what was asked for, one after the other, waits until it is planned and painted, and saves a picture of the
/// window. Quits the program: 0, or the exit code of what failed with its sentence on stderr.
class Screenshot final : public QObject
{
    Q_OBJECT

public:
    Screenshot(MainWindow *window, const WindowInputs &inputs, const QString &path);
    void start();

private:
    void next();
    void waitUntilSettled();
    void take();
    void fail(const Error &error);

    MainWindow *m_window;
    QString m_path;
    std::vector<std::function<void()>> m_steps; ///< in order
    std::size_t m_at = 0;
    bool m_isDone = false;
};
