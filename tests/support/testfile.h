// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QTemporaryDir>
#include <QtEndian>

/// A file with the given bytes that lives as long as this object.
class TestFile
{
public:
    explicit TestFile(const QByteArray &bytes, const QString &name = QStringLiteral("model.safetensors"))
        : m_path(m_folder.filePath(name))
    {
        QFile file(m_path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("The test's file %s cannot be written.", qPrintable(m_path));
    }

    const QString &path() const { return m_path; }

private:
    QTemporaryDir m_folder;
    QString m_path;
};

/// The bytes of a safetensors file: the length of `header`, `header`, `data`.
inline QByteArray safetensorsBytes(const QByteArray &header, const QByteArray &data = {})
{
    QByteArray length(8, Qt::Uninitialized);
    qToLittleEndian(quint64(header.size()), length.data());
    return length + header + data;
}
