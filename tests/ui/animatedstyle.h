// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/style.h"

/// The window's style, animating for as long as a test or a picture wants.
class AnimatedStyle final : public QProxyStyle
{
public:
    AnimatedStyle() : QProxyStyle(new Style) {}

    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override
    {
        return hint == SH_Widget_Animation_Duration ? duration : QProxyStyle::styleHint(hint, option, widget, data);
    }

    int duration = 0; ///< in milliseconds
};
