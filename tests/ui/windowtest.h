// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/mainwindow.h"

#include <QTemporaryDir>

#include <memory>

/// What every test of the window stands on: a folder of its own for files and settings, and one window at a time, whose
/// warnings fail the test.
class WindowTest : public QObject
{
    Q_OBJECT

protected:
    /// Keep settings in the folder, and make the swin files there: swin.safetensors, target.json.
    void prepare(const QString &application);
    void openWindow();

    QString path(QAnyStringView name) const { return m_folder.filePath(name.toString()); }
    Document &document() const { return *m_window->document(); }
    /// A child that must be there.
    template<typename T>
    T *find(QAnyStringView name) const
    {
        T *found = m_window->findChild<T *>(name.toString());
        if (!found)
            qWarning("no child called %s", qPrintable(name.toString()));
        return found;
    }
    /// The steps of the recipe, as their cards say them.
    QStringList sentences() const;
    /// Until nothing is being opened, planned or laid out.
    void settle();
    /// Open swin.safetensors, until it is planned.
    void open();
    /// Open target.json, until it is planned.
    void openTarget();

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};
