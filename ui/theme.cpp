// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include "ui/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPainter>
#include <QPixmap>
#include <QStandardPaths>
#include <QWidget>

#include <array>

using namespace Qt::StringLiterals;

namespace {
constexpr const char *toneProperty = "tone"; ///< of a widget that tint() coloured

struct Scheme
{
    QRgb base, window, alternate, line, text, muted, accent, selection, chip, flash;
    QRgb loaded, adapted, mismatch, missing, unexpected, dropped;
};

constexpr Scheme light{0xFFFFFFFF, 0xFFF4F5F7, 0xFFFAFAFB, 0xFFDDE0E5, 0xFF1B1D22, 0xFF5A5F6B, 0xFF2458C5, 0xFFDCE7FB,
                       0xFFEBEDF1, 0xFFFFF4D0, 0xFF1A7036, 0xFF0B5FB8, 0xFF7A3DB8, 0xFFB42318, 0xFF8A5A00, 0xFF5A5F6B};
constexpr Scheme dark{0xFF1B1D21, 0xFF232529, 0xFF1F2125, 0xFF34373D, 0xFFE7E8EB, 0xFFA3A8B4, 0xFF7CA9FF, 0xFF2C3A57,
                      0xFF303339, 0xFF403A22, 0xFF5CC77A, 0xFF6FB1FF, 0xFFC9A1FF, 0xFFFF8A80, 0xFFE0A93B, 0xFFA3A8B4};

QPalette paletteOf(const Scheme &s)
{
    QPalette p;
    const auto set = [&p](QPalette::ColorRole role, QRgb rgb) { p.setColor(role, QColor::fromRgb(rgb)); };
    set(QPalette::Window, s.window);
    set(QPalette::WindowText, s.text);
    set(QPalette::Base, s.base);
    set(QPalette::AlternateBase, s.alternate);
    set(QPalette::Text, s.text);
    set(QPalette::Button, s.base);
    set(QPalette::ButtonText, s.text);
    set(QPalette::BrightText, s.missing);
    set(QPalette::ToolTipBase, s.base);
    set(QPalette::ToolTipText, s.text);
    set(QPalette::PlaceholderText, s.muted);
    set(QPalette::Highlight, s.selection);
    set(QPalette::HighlightedText, s.text);
    set(QPalette::Link, s.accent);
    set(QPalette::LinkVisited, s.accent);
    set(QPalette::Light, s.base);
    set(QPalette::Midlight, s.alternate);
    set(QPalette::Mid, s.line);
    set(QPalette::Dark, s.line);
    set(QPalette::Shadow, s.line);
    const QColor faint = mixed(QColor::fromRgb(s.muted), QColor::fromRgb(s.window), 0.35);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, faint);
    return p;
}

QFont interfaceFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (QFontDatabase::hasFamily(u"Inter"_s))
        font.setFamilies({u"Inter"_s, font.family()});
    constexpr int smallest = 13; // px at 1×: second lines are two smaller and stay readable
    if (QFontInfo(font).pixelSize() < smallest)
        font.setPixelSize(smallest);
    return font;
}

/// The fixed faces in the order wanted. Asked once: looking for a family costs fontconfig a third of a millisecond, and
/// every cell of the tree has a fixed face.
const QStringList &fixedFamilies()
{
    static const QStringList families = [] {
        const QString system = QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
        return QFontDatabase::hasFamily(u"JetBrains Mono"_s) ? QStringList{u"JetBrains Mono"_s, system}
                                                             : QStringList{system};
    }();
    return families;
}

void scaleFont(QFont &font, double factor)
{
    if (font.pixelSize() > 0)
        font.setPixelSize(qMax(11, qRound(font.pixelSize() * factor)));
    else
        font.setPointSizeF(font.pointSizeF() * factor);
}
}

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

QPalette lightPalette()
{
    return paletteOf(light);
}

QPalette darkPalette()
{
    return paletteOf(dark);
}

QColor colour(Tone tone, const QPalette &palette)
{
    const Scheme &s = isDark(palette) ? dark : light;
    switch (tone) {
    case Tone::Text: return QColor::fromRgb(s.text);
    case Tone::Muted: return QColor::fromRgb(s.muted);
    case Tone::Line: return QColor::fromRgb(s.line);
    case Tone::Accent: return QColor::fromRgb(s.accent);
    case Tone::Selection: return QColor::fromRgb(s.selection);
    case Tone::Chip: return QColor::fromRgb(s.chip);
    case Tone::Flash: return QColor::fromRgb(s.flash);
    case Tone::Loaded: return QColor::fromRgb(s.loaded);
    case Tone::Adapted: return QColor::fromRgb(s.adapted);
    case Tone::Mismatch: return QColor::fromRgb(s.mismatch);
    case Tone::Missing: return QColor::fromRgb(s.missing);
    case Tone::Unexpected: return QColor::fromRgb(s.unexpected);
    case Tone::Dropped: return QColor::fromRgb(s.dropped);
    }
    Q_UNREACHABLE();
}

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto channel = [share](int x, int y) { return int(x + (y - x) * share); };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

void tint(QWidget *label, Tone tone)
{
    label->setProperty(toneProperty, int(tone));
    QPalette ink; // the rest comes from the parent
    ink.setColor(QPalette::WindowText, colour(tone, QApplication::palette()));
    label->setPalette(ink);
}

void applyTheme(ThemeChoice choice)
{
    if (!qobject_cast<Style *>(QApplication::style()))
        QApplication::setStyle(new Style);
    QApplication::setFont(interfaceFont());
    bool darkWanted = choice == ThemeChoice::Dark;
    if (choice == ThemeChoice::System) {
        QApplication::setPalette(QPalette()); // uncovers the desktop's own palette
        darkWanted = isDark(QApplication::palette());
    }
    QApplication::setPalette(darkWanted ? darkPalette() : lightPalette());
    const QWidgetList windows = QApplication::topLevelWidgets();
    for (QWidget *window : windows) {
        if (!window->testAttribute(Qt::WA_SetPalette))
            window->setPalette(QPalette()); // resolve again: windows that exist keep the old palette otherwise
    }
    const QWidgetList widgets = QApplication::allWidgets();
    for (QWidget *widget : widgets) {
        if (const QVariant tone = widget->property(toneProperty); tone.isValid())
            tint(widget, Tone(tone.toInt()));
    }
    const QStringList installed =
        QStandardPaths::locateAll(QStandardPaths::GenericDataLocation, u"icons"_s, QStandardPaths::LocateDirectory);
    QStringList paths = QIcon::themeSearchPaths();
    for (const QString &path : installed) {
        if (!paths.contains(path))
            paths << path; // some platforms look only into the program's own resources
    }
    QIcon::setThemeSearchPaths(paths);
    QIcon::setFallbackThemeName(u"breeze"_s);
    if (QIcon::themeName().isEmpty() || QIcon::themeName() == "hicolor"_L1)
        QIcon::setThemeName(u"breeze"_s);
}

ThemeChoice themeFromWord(QStringView word, bool *known)
{
    if (known)
        *known = true;
    for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::System}) {
        if (word == themeWord(choice))
            return choice;
    }
    if (known)
        *known = false;
    return ThemeChoice::System;
}

QString themeWord(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::System: return u"system"_s;
    case ThemeChoice::Light: return u"light"_s;
    case ThemeChoice::Dark: return u"dark"_s;
    }
    Q_UNREACHABLE();
}

QFont fixedFont(const QFont &beside)
{
    QFont font;
    font.setFamilies(fixedFamilies());
    if (beside.pixelSize() > 0)
        font.setPixelSize(beside.pixelSize());
    else
        font.setPointSizeF(beside.pointSizeF());
    font.setStyleHint(QFont::Monospace);
    scaleFont(font, 0.93); // fixed faces have the larger x-height
    return font;
}

QFont smallFont(const QFont &beside)
{
    QFont font = beside;
    scaleFont(font, 0.87);
    return font;
}

QFont headingFont(const QFont &beside)
{
    QFont font = smallFont(beside);
    font.setWeight(QFont::DemiBold);
    font.setCapitalization(QFont::AllUppercase);
    font.setLetterSpacing(QFont::PercentageSpacing, 107);
    return font;
}

Metrics::Metrics(const QWidget &widget)
{
    h = qMax(11, QFontInfo(widget.font()).pixelSize());
    row = 2 * h;
    padding = h;
    gap = h / 2;
    radius = h / 2;
}

QIcon themeIcon(const QString &name, const QPalette &palette, Tone tone)
{
    const QIcon source = QIcon::fromTheme(name);
    if (source.isNull())
        return {};
    QIcon icon;
    const auto add = [&](QIcon::Mode mode, const QColor &ink) {
        for (const int size : {16, 22, 32, 44}) {
            QPixmap pixmap = source.pixmap(QSize(size, size), 1.0);
            QPainter painter(&pixmap);
            painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
            painter.fillRect(pixmap.rect(), ink);
            painter.end();
            icon.addPixmap(pixmap, mode);
        }
    };
    add(QIcon::Normal, colour(tone, palette));
    add(QIcon::Disabled, palette.color(QPalette::Disabled, QPalette::Text));
    return icon;
}
