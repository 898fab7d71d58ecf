// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <string>

/// The text of a file that a recipe in `folder` names.
struct TextBeside
{
    QString path; ///< from `folder`
    Result<std::string> text; ///< an error's message goes on from “x cannot be used:”

    static TextBeside read(const QString &file, const QString &folder, qint64 largest);
};
