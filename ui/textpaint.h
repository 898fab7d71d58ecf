// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetrics>
#include <QRect>
#include <QString>

#include <utility>

class QPainter;

/// A key shortened to `width` by taking out its middle, at a '.' or '/' where that costs little: "layers.…qkv.weight".
QString elidedKey(const QString &key, const QFontMetrics &metrics, int width);

/// Where a piece of `text` is in `shown`, which is `text` with its middle taken out: start and length. What was taken
/// out is where the ellipsis stands.
std::pair<int, int> pieceShown(const QString &text, const QString &shown, int start, int length);

/// A path with whole folders left out of its middle to fit in `width`: the name is what is kept longest.
QString elidedPath(const QString &path, const QFontMetrics &metrics, int width);
/// Width of a number whose digits all get the same room, whatever the face does.
int tabularWidth(const QString &text, const QFontMetrics &metrics);
/// Draw a number right-aligned and vertically centred with digits of equal width, so that columns line up.
void drawTabular(QPainter &painter, const QRect &rect, const QString &text);
