// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QStringList>
#include <QtEndian>

#include <bit>

/// Write a safetensors file of float32 tensors from lines `name 2x3` (values 0, 1, 2, …), for tests that need a real
/// file. False when it cannot be written.
inline bool writeSafetensors(const QString &path, const QStringList &tensors)
{
    QByteArray header;
    qint64 offset = 0;
    for (const QString &line : tensors) {
        const QString name = line.section(u' ', 0, 0);
        const QString sizes = line.section(u' ', 1).replace(u'x', u',');
        qint64 elements = 1;
        for (const QString &size : sizes.split(u',', Qt::SkipEmptyParts))
            elements *= size.toLongLong();
        header += header.isEmpty() ? "{" : ",";
        header += QStringLiteral("\"%1\":{\"dtype\":\"F32\",\"shape\":[%2],\"data_offsets\":[%3,%4]}")
                      .arg(name, sizes)
                      .arg(offset)
                      .arg(offset + elements * 4)
                      .toUtf8();
        offset += elements * 4;
    }
    header = header.isEmpty() ? QByteArray("{}") : header + '}';
    while (header.size() % 8 != 0)
        header += ' ';
    QByteArray values;
    for (qint64 i = 0; i < offset / 4; ++i) {
        const quint32 bits = qToLittleEndian(std::bit_cast<quint32>(float(i)));
        values.append(reinterpret_cast<const char *>(&bits), 4);
    }
    const quint64 length = qToLittleEndian(quint64(header.size()));
    QFile file(path);
    return file.open(QIODevice::WriteOnly)
        && file.write(QByteArray(reinterpret_cast<const char *>(&length), 8) + header + values)
        == 8 + header.size() + values.size();
}
