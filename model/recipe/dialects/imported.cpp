// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/imported.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QFileInfo>

Error placed(Error error, const std::string &name)
{
    if (error.line == 0)
        return error;
    const QString file = name.empty() ? QCoreApplication::translate("Import", "settings")
                                      : displayName(QFileInfo(QString::fromStdString(name)).fileName().toStdString());
    error.message = QCoreApplication::translate("Import", "%1, line %2, column %3: %4")
                        .arg(file)
                        .arg(error.line)
                        .arg(error.column)
                        .arg(error.message);
    return error;
}
