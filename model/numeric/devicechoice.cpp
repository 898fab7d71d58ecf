// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/numeric/evaluator.h"

#include "model/base/text.h"

Result<DeviceChoice> DeviceChoice::parse(const QString &text)
{
    using namespace Qt::StringLiterals;
    if (text == "auto"_L1)
        return DeviceChoice{Kind::Auto, 0};
    if (text == "cpu"_L1)
        return DeviceChoice{Kind::Cpu, 0};
    if (text == "cuda"_L1)
        return DeviceChoice{Kind::Cuda, 0};
    if (text.startsWith("cuda:"_L1)) {
        bool isNumber = false;
        const ushort number = QStringView(text).mid(5).toUShort(&isNumber);
        if (isNumber && text.at(5).isDigit() && number < 128)
            return DeviceChoice{Kind::Cuda, number};
    }
    return Error{Error::Kind::Usage,
                 u"The device “%1” is not one of auto, cpu, cuda and cuda:N (N from 0 to 127)."_s.arg(
                     displayName(text.toStdString()))};
}
