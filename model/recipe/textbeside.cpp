// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/textbeside.h"

#include "model/base/inputfile.h"
#include "model/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

Result<std::string> textOf(const QString &path, qint64 largest)
{
    if (!QFileInfo(path).isFile())
        return Error{Error::Kind::BadRecipe, tr("there is no such file.")};
    const auto opened = InputFile::open(path);
    if (!opened)
        return opened.error();
    if ((*opened)->size() > largest)
        return Error{Error::Kind::BadRecipe, tr("it is larger than %1.").arg(bytesText(largest))};
    std::string text(std::size_t((*opened)->size()), '\0');
    const Result<void> read = (*opened)->readAt(0, std::as_writable_bytes(std::span(text)));
    return read ? Result<std::string>(std::move(text)) : read.error();
}
}

TextBeside TextBeside::read(const QString &file, const QString &folder, qint64 largest)
{
    const QString path = QFileInfo(QDir(folder), file).filePath();
    return {path, textOf(path, largest)};
}
