// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/readingorder.h"

#include <QWidget>

#include <algorithm>

namespace {
bool isStop(const QWidget &widget)
{
    return (widget.focusPolicy() & Qt::TabFocus) && widget.isVisible() && widget.isEnabled() && !widget.focusProxy();
}

/// The widgets from just below `window` down to `widget`.
QList<const QWidget *> wayTo(const QWidget *widget, const QWidget &window)
{
    QList<const QWidget *> way;
    for (; widget && widget != &window; widget = widget->parentWidget())
        way.prepend(widget);
    return way;
}

/// Of two neighbours: beside each other when they share most of their height.
bool isBefore(const QRect &left, const QRect &right)
{
    const int shared = std::min(left.bottom(), right.bottom()) - std::max(left.top(), right.top());
    const bool isBeside = shared > std::min(left.height(), right.height()) / 2;
    return isBeside ? left.left() < right.left() : left.top() < right.top();
}
}

QList<QWidget *> tabStops(const QWidget &window)
{
    struct Stop
    {
        QWidget *widget;
        QList<const QWidget *> way;
    };
    std::vector<Stop> stops;
    const auto widgets = window.findChildren<QWidget *>();
    for (QWidget *widget : widgets) {
        if (!isStop(*widget) || widget->window() != window.window())
            continue;
        const QList<const QWidget *> way = wayTo(widget, window);
        if (way.first()->geometry().intersects(window.rect())) // a panel behind a tab lies outside
            stops.push_back({widget, way});
    }
    std::stable_sort(stops.begin(), stops.end(), [](const Stop &left, const Stop &right) {
        const auto [a, b] = std::mismatch(left.way.begin(), left.way.end(), right.way.begin(), right.way.end());
        if (a == left.way.end() || b == right.way.end())
            return a == left.way.end() && b != right.way.end(); // what holds the other comes first
        return isBefore((*a)->geometry(), (*b)->geometry());
    });
    QList<QWidget *> ordered;
    for (const Stop &stop : stops)
        ordered << stop.widget;
    return ordered;
}
