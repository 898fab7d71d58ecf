// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include <QCoreApplication>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <unistd.h>

Result<int> runWindow(const InputOptions &options)
{
    std::vector<std::string> words{"weightsmith-gui"};
    if (!options.file.empty())
        words.push_back(options.file);
    if (!options.target.empty())
        words.insert(words.end(), {"--target", options.target});
    for (const std::string &recipe : options.recipes)
        words.insert(words.end(), {"--recipe", recipe});
    std::vector<char *> arguments;
    for (std::string &word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);

    const QByteArray beside =
        QFile::encodeName(QCoreApplication::applicationDirPath() + QStringLiteral("/weightsmith-gui"));
    ::execv(beside.constData(), arguments.data());
    ::execvp("weightsmith-gui", arguments.data());
    return Error{
        Error::Kind::NotFound,
        QStringLiteral("The window cannot be opened: weightsmith-gui is neither beside this program nor on PATH (%1).")
            .arg(QString::fromLocal8Bit(std::strerror(errno)))};
}
