// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/textpaint.h"
#include "ui/theme.h"

#include <QFontDatabase>
#include <QTest>

#include <cmath>

using namespace Qt::StringLiterals;

namespace {
double channel(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

/// Relative luminance, WCAG 2.
double luminance(const QColor &colour)
{
    return 0.2126 * channel(colour.redF()) + 0.7152 * channel(colour.greenF()) + 0.0722 * channel(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double light = std::max(luminance(a), luminance(b));
    const double dark = std::min(luminance(a), luminance(b));
    return (light + 0.05) / (dark + 0.05);
}
}

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contrastIsEnough_data()
    {
        QTest::addColumn<bool>("isDarkPalette");
        QTest::addColumn<int>("tone");
        QTest::addColumn<int>("ground");
        const std::pair<const char *, Tone> tones[]{
            {"text", Tone::Text},       {"muted", Tone::Muted},           {"accent", Tone::Accent},
            {"loaded", Tone::Loaded},   {"adapted", Tone::Adapted},       {"mismatch", Tone::Mismatch},
            {"missing", Tone::Missing}, {"unexpected", Tone::Unexpected}, {"dropped", Tone::Dropped},
        };
        const std::pair<const char *, QPalette::ColorRole> grounds[]{{"base", QPalette::Base},
                                                                     {"window", QPalette::Window},
                                                                     {"alternate", QPalette::AlternateBase},
                                                                     {"selection", QPalette::Highlight}};
        for (const bool isDarkPalette : {false, true}) {
            for (const auto &[toneName, tone] : tones) {
                for (const auto &[groundName, ground] : grounds)
                    QTest::addRow("%s: %s on %s", isDarkPalette ? "dark" : "light", toneName, groundName)
                        << isDarkPalette << int(tone) << int(ground);
            }
        }
    }

    void contrastIsEnough()
    {
        QFETCH(const bool, isDarkPalette);
        QFETCH(const int, tone);
        QFETCH(const int, ground);
        const QPalette palette = isDarkPalette ? darkPalette() : lightPalette();
        const double found = contrast(colour(Tone(tone), palette), palette.color(QPalette::ColorRole(ground)));
        QVERIFY2(found >= 4.5, qPrintable(QString::number(found)));
    }

    /// Every verdict on the ground of its chip, and every text on the ground that the palette pairs it with.
    void chipsAndPaletteAreReadable_data()
    {
        QTest::addColumn<QColor>("ink");
        QTest::addColumn<QColor>("ground");
        const std::pair<const char *, Tone> tones[]{
            {"text", Tone::Text},       {"muted", Tone::Muted},           {"accent", Tone::Accent},
            {"loaded", Tone::Loaded},   {"adapted", Tone::Adapted},       {"mismatch", Tone::Mismatch},
            {"missing", Tone::Missing}, {"unexpected", Tone::Unexpected}, {"dropped", Tone::Dropped},
        };
        struct Pair
        {
            const char *name;
            QPalette::ColorRole ink, ground;
        };
        const Pair pairs[]{
            {"window text", QPalette::WindowText, QPalette::Window},
            {"text", QPalette::Text, QPalette::Base},
            {"text on alternate", QPalette::Text, QPalette::AlternateBase},
            {"button", QPalette::ButtonText, QPalette::Button},
            {"tool tip", QPalette::ToolTipText, QPalette::ToolTipBase},
            {"selected", QPalette::HighlightedText, QPalette::Highlight},
            {"placeholder", QPalette::PlaceholderText, QPalette::Base},
            {"placeholder on window", QPalette::PlaceholderText, QPalette::Window},
            {"placeholder on selected", QPalette::PlaceholderText, QPalette::Highlight},
            {"bright", QPalette::BrightText, QPalette::Window},
            {"link", QPalette::Link, QPalette::Base},
            {"link on window", QPalette::Link, QPalette::Window},
            {"visited link", QPalette::LinkVisited, QPalette::Base},
            {"primary button", QPalette::Base, QPalette::Link},
        };
        for (const QPalette &palette : {lightPalette(), darkPalette()}) {
            const char *scheme = isDark(palette) ? "dark" : "light";
            for (const auto &[name, tone] : tones) {
                QTest::addRow("%s: %s on a chip", scheme, name) << colour(tone, palette) << colour(Tone::Chip, palette);
                QTest::addRow("%s: %s on a flash", scheme, name)
                    << colour(tone, palette) << colour(Tone::Flash, palette);
            }
            for (const Pair &pair : pairs)
                QTest::addRow("%s: %s", scheme, pair.name) << palette.color(pair.ink) << palette.color(pair.ground);
        }
    }

    void chipsAndPaletteAreReadable()
    {
        QFETCH(const QColor, ink);
        QFETCH(const QColor, ground);
        const double found = contrast(ink, ground);
        QVERIFY2(found >= 4.5, qPrintable(u"%1 on %2: %3"_s.arg(ink.name(), ground.name()).arg(found)));
    }

    void palettesSayWhatTheyAre()
    {
        QVERIFY(!isDark(lightPalette()));
        QVERIFY(isDark(darkPalette()));
        QVERIFY(colour(Tone::Missing, lightPalette()) != colour(Tone::Missing, darkPalette()));
    }

    void themeWords_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<bool>("isKnown");
        QTest::addRow("light") << u"light"_s << true;
        QTest::addRow("dark") << u"dark"_s << true;
        QTest::addRow("system") << u"system"_s << true;
        QTest::addRow("other") << u"solarized"_s << false;
    }

    void themeWords()
    {
        QFETCH(const QString, word);
        QFETCH(const bool, isKnown);
        bool known = !isKnown;
        const ThemeChoice choice = themeFromWord(word, &known);
        QCOMPARE(known, isKnown);
        if (isKnown)
            QCOMPARE(themeWord(choice), word);
    }

    void keysElideInTheMiddle_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("room"); // characters
        QTest::addColumn<QString>("expected");
        const QString key = u"layers.0.blocks.1.attn.relative_position_bias_table"_s;
        QTest::addRow("fits") << key << 60 << key;
        QTest::addRow("starts the end at a dot") << u"module.layers.0.blocks.1.mlp.fc1.weight"_s << 25 << QString();
        QTest::addRow("very short") << u"abcdefghij"_s << 2 << QString();
    }

    void keysElideInTheMiddle()
    {
        QFETCH(const QString, key);
        QFETCH(const int, room);
        QFETCH(const QString, expected);
        const QFontMetrics metrics(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        const int width = metrics.horizontalAdvance(u'0') * room;
        const QString shown = elidedKey(key, metrics, width);
        QCOMPARE_LE(metrics.horizontalAdvance(shown), width);
        if (!expected.isEmpty())
            QCOMPARE(shown, expected);
        else
            QVERIFY(shown.contains(u'…'));
    }

    void piecesOfElidedKeys_data()
    {
        QTest::addColumn<QString>("shown"); // of abc.defgh.ijk
        QTest::addColumn<QString>("piece");
        QTest::addColumn<QString>("expected");
        const QString cut = u"abc.…h.ijk"_s;
        QTest::addRow("whole key") << u"abc.defgh.ijk"_s << u"efg"_s << u"efg"_s;
        QTest::addRow("before the gap") << cut << u"bc."_s << u"bc."_s;
        QTest::addRow("into the gap") << cut << u".de"_s << u".…"_s;
        QTest::addRow("in the gap") << cut << u"ef"_s << u"…"_s;
        QTest::addRow("all of the gap") << cut << u"defg"_s << u"…"_s;
        QTest::addRow("out of the gap") << cut << u"gh.i"_s << u"…h.i"_s;
        QTest::addRow("over the gap") << cut << u"c.defgh."_s << u"c.…h."_s;
        QTest::addRow("behind the gap") << cut << u"h.ijk"_s << u"h.ijk"_s;
        QTest::addRow("nothing before the gap") << u"…ijk"_s << u"abc"_s << u"…"_s;
        QTest::addRow("nothing behind it") << u"abc…"_s << u".ijk"_s << u"…"_s;
    }

    void piecesOfElidedKeys()
    {
        QFETCH(const QString, shown);
        QFETCH(const QString, piece);
        QFETCH(const QString, expected);
        const QString text = u"abc.defgh.ijk"_s;
        const auto [start, length] = pieceShown(text, shown, int(text.indexOf(piece)), int(piece.size()));
        QCOMPARE(shown.mid(start, length), expected);
    }

    void pathsLeaveFoldersOut_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("room"); // characters
        QTest::addColumn<QString>("expected");
        const QString path = u"/home/ann/work/nets/swin/best.pth"_s;
        QTest::addRow("fits") << path << 40 << path;
        QTest::addRow("one folder") << path << 30 << u"/home/ann/…/nets/swin/best.pth"_s;
        QTest::addRow("most folders") << path << 22 << u"/home/…/swin/best.pth"_s;
        QTest::addRow("its own stays longest") << path << 17 << u"/…/swin/best.pth"_s;
        QTest::addRow("all folders") << path << 12 << u"/…/best.pth"_s;
        QTest::addRow("name alone") << u"best.pth"_s << 20 << u"best.pth"_s;
    }

    void pathsLeaveFoldersOut()
    {
        QFETCH(const QString, path);
        QFETCH(const int, room);
        QFETCH(const QString, expected);
        const QFontMetrics metrics(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        QCOMPARE(elidedPath(path, metrics, metrics.horizontalAdvance(QString(room, u'0'))), expected);
    }

    void tabularFiguresHaveOneWidth()
    {
        const QFontMetrics metrics{QFont()};
        QCOMPARE(tabularWidth(u"11,111"_s, metrics), tabularWidth(u"48,888"_s, metrics));
    }
};

QTEST_MAIN(TestTheme)

#include "tst_theme.moc"
