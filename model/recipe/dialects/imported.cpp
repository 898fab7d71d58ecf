// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/imported.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}
}

Error placed(Error error, const std::string &name)
{
    const QString file = displayName(QFileInfo(QString::fromStdString(name)).fileName().toStdString());
    error.path = QString::fromStdString(name);
    if (error.line > 0 && file.isEmpty())
        error.message = tr("Line %1, column %2: %3").arg(error.line).arg(error.column).arg(error.message);
    else if (error.line > 0)
        error.message = tr("%1, line %2, column %3: %4").arg(file).arg(error.line).arg(error.column).arg(error.message);
    return error;
}
