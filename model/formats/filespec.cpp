// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"

#include <QFileInfo>

std::pair<QString, std::optional<std::string>> splitSpec(const QString &spec)
{
    const qsizetype colons = spec.lastIndexOf(QStringLiteral("::"));
    if (colons < 0 || QFileInfo::exists(spec))
        return {spec, std::nullopt};
    return {spec.left(colons), spec.mid(colons + 2).toStdString()};
}
