// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/save/temporaryfolder.h"

#include <QDir>
#include <QFile>

TemporaryFolder::TemporaryFolder()
{
    if (!m_folder.isValid())
        qFatal("no temporary folder can be made: %s", qPrintable(m_folder.errorString()));
}

void TemporaryFolder::write(const QString &name, const QByteArray &bytes) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("a test file cannot be written: %s", qPrintable(file.errorString()));
}

QByteArray TemporaryFolder::read(const QString &name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(no such file)");
}

QStringList TemporaryFolder::entries() const
{
    return QDir(m_folder.path())
        .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
}
