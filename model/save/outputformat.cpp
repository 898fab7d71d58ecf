// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/save.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <optional>

namespace {
struct Ending
{
    std::string_view text;
    OutputFormat format;
};

constexpr std::array endings{
    Ending{"safetensors", OutputFormat::Safetensors},
    Ending{"pt", OutputFormat::Torch},
    Ending{"pth", OutputFormat::Torch},
    Ending{"ckpt", OutputFormat::Torch},
    Ending{"bin", OutputFormat::Torch},
};

QString tr(const char *text)
{
    return QCoreApplication::translate("OutputFormat", text);
}

std::optional<OutputFormat> byEnding(const QString &ending)
{
    const std::string wanted = ending.toLower().toStdString();
    const auto found =
        std::find_if(endings.begin(), endings.end(), [&](const Ending &known) { return known.text == wanted; });
    return found == endings.end() ? std::nullopt : std::optional(found->format);
}
}

Result<OutputFormat> outputFormat(const QString &path, const QString &word)
{
    if (word == QStringLiteral("torch"))
        return OutputFormat::Torch;
    if (const auto format = byEnding(word.isEmpty() ? QFileInfo(path).suffix() : word))
        return *format;
    if (!word.isEmpty()) {
        return Error{Error::Kind::Usage,
                     tr("There is no output format “%1”; safetensors and torch are known.").arg(shownPath(word))};
    }
    return Error{
        Error::Kind::Usage,
        tr("The ending of “%1” names no format: use .safetensors, .pt, .pth, .ckpt or .bin, or name the format.")
            .arg(shownPath(path)),
        path};
}
