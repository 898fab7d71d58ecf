// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

/// What a run of the program gave; the code is -1 when it did not end by itself.
struct Run
{
    int code = -1;
    QString out;
    QString err;

    QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
};

/// Run the program with the words of `line`. '@' in them stands for the folder.
inline Run runProgram(const QString &folder, const QString &line, const QByteArray &input = {})
{
    QStringList words = QProcess::splitCommand(line);
    for (QString &word : words)
        word.replace(u'@', folder + u'/');
    QProcess process;
    process.start(QStringLiteral(WEIGHTSMITH_PROGRAM), words);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        return {-1, {}, process.errorString()};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}
