// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QTemporaryDir>

/// A folder for one test, with the few things that tests about files say all the time.
class TemporaryFolder
{
public:
    TemporaryFolder();

    QString path(const QString &name) const { return m_folder.filePath(name); }
    void write(const QString &name, const QByteArray &bytes) const;
    QByteArray read(const QString &name) const;
    /// Everything in it, hidden files too, sorted.
    QStringList entries() const;

private:
    QTemporaryDir m_folder;
};
