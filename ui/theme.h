// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>

class QWidget;

/// What the user chose; System follows the lightness of the desktop's own palette.
enum class ThemeChoice { System, Light, Dark };

/// Colours by meaning. Widgets ask for a meaning and never hold a colour across a palette change.
enum class Tone {
    Text,
    Muted,
    Line,
    Accent,
    Selection,
    Chip, ///< background of code chips and verdict chips
    Flash, ///< background of a row that has just changed
    Loaded,
    Adapted,
    Mismatch,
    Missing,
    Unexpected, ///< warnings too
    Dropped,
};

/// Whether text is lighter than its background.
bool isDark(const QPalette &palette);
QPalette lightPalette();
QPalette darkPalette();
/// The colour of a meaning in the scheme that `palette` belongs to.
QColor colour(Tone tone, const QPalette &palette);
/// Between two colours: `a` for a share of 0, `b` for 1.
QColor mixed(const QColor &a, const QColor &b, double share);
/// Give a label's text the colour of a meaning, and the other scheme's when the theme changes.
void tint(QWidget *label, Tone tone);

/// Give the application style, palette, faces and icon theme. Call again when the choice or the desktop changes.
void applyTheme(ThemeChoice choice);
ThemeChoice themeFromWord(QStringView word, bool *known = nullptr);
QString themeWord(ThemeChoice choice);

/// JetBrains Mono or the system's fixed face, to stand beside `beside` at the same optical size.
QFont fixedFont(const QFont &beside);
/// Second lines and headings; never below 11 px at 1×.
QFont smallFont(const QFont &beside);
/// Small, bold, spaced capitals: "RECIPE".
QFont headingFont(const QFont &beside);

/// Lengths in pixels, all from the font height h of a widget.
struct Metrics
{
    explicit Metrics(const QWidget &widget);

    int h;
    int row; ///< 2 h
    int padding; ///< h
    int gap; ///< ½ h
    int radius; ///< ½ h
};

/// A theme icon in the colour of `tone`; null when no theme has it (callers then show words).
QIcon themeIcon(const QString &name, const QPalette &palette, Tone tone = Tone::Text);
