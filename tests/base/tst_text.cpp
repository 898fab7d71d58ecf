// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"

#include <QRandomGenerator>
#include <QTest>

#include <limits>

using namespace Qt::StringLiterals;

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void escapes_data();
    void escapes();
    void counts_data();
    void counts();
    void bytes_data();
    void bytes();
    void nearestWord_data();
    void nearestWord();
    void naturalOrder_data();
    void naturalOrder();
    void naturalOrderIsTotal();
};

void TestText::escapes_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char *tag, const QByteArray &name, const QString &shown) {
        QTest::addRow("%s", tag) << name << shown;
    };
    row("plain", "layer.0.weight", u"layer.0.weight"_s);
    row("empty", "", u""_s);
    row("letters of all kinds", "état.名.\xF0\x9F\x98\x80", u"état.名.😀"_s);
    row("line breaks", "a\nb\rc\td", u"a\\nb\\rc\\td"_s);
    row("colour for terminals", "\x1B[31mred", u"\\x1b[31mred"_s);
    row("bell, NUL, delete", QByteArray("\a\0\x7F", 3), u"\\x07\\x00\\x7f"_s);
    row("C1 controls", "\xC2\x9B", u"\\x9b"_s);
    row("direction override",
        "a\xE2\x80\xAE"
        "b",
        u"a\\u202eb"_s);
    row("line separator", "\xE2\x80\xA8", u"\\u2028"_s);
    row("not UTF-8", "\xFF\xFE", u"\\xff\\xfe"_s);
    row("cut sequence", "a\xE5\x90", u"a\\xe5\\x90"_s);
    row("overlong slash", "\xC0\xAF", u"\\xc0\\xaf"_s);
    row("surrogate", "\xED\xA0\x80", u"\\xed\\xa0\\x80"_s);
    row("beyond Unicode", "\xF4\x90\x80\x80", u"\\xf4\\x90\\x80\\x80"_s);
}

void TestText::escapes()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QString, shown);
    QCOMPARE(displayName({name.data(), std::size_t(name.size())}), shown);
    QCOMPARE(QString::fromStdString(escaped({name.data(), std::size_t(name.size())})), shown);
}

void TestText::counts_data()
{
    QTest::addColumn<qint64>("count");
    QTest::addColumn<QString>("exact");
    QTest::addColumn<QString>("rounded");
    const auto row = [](qint64 count, const QString &exact, const QString &rounded) {
        QTest::addRow("%lld", count) << count << exact << rounded;
    };
    row(0, u"0"_s, u"0"_s);
    row(999, u"999"_s, u"999"_s);
    row(1000, u"1,000"_s, u"1,000"_s);
    row(9999, u"9,999"_s, u"9,999"_s);
    row(10'000, u"10,000"_s, u"10.0 k"_s);
    row(769'000, u"769,000"_s, u"769 k"_s);
    row(999'499, u"999,499"_s, u"999 k"_s);
    row(999'500, u"999,500"_s, u"1.0 M"_s);
    row(27'500'000, u"27,500,000"_s, u"27.5 M"_s);
    row(999'500'000, u"999,500,000"_s, u"1.0 G"_s);
    row(70'553'706'496, u"70,553,706,496"_s, u"70.6 G"_s);
    row(-1234, u"-1,234"_s, u"-1,234"_s);
    row(std::numeric_limits<qint64>::max(), u"9,223,372,036,854,775,807"_s, u"9223372 T"_s);
}

void TestText::counts()
{
    QFETCH(const qint64, count);
    QFETCH(const QString, exact);
    QFETCH(const QString, rounded);
    QCOMPARE(exactText(count), exact);
    QCOMPARE(countText(count), rounded);
}

void TestText::bytes_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    const auto row = [](qint64 bytes, const QString &text) { QTest::addRow("%lld", bytes) << bytes << text; };
    row(0, u"0 B"_s);
    row(999, u"999 B"_s);
    row(1000, u"1.0 kB"_s);
    row(110'592, u"111 kB"_s);
    row(999'500, u"1.0 MB"_s);
    row(4'265'000'000, u"4.3 GB"_s);
    row(400'000'000'000, u"400 GB"_s);
    row(1'500'000'000'000, u"1.5 TB"_s);
}

void TestText::bytes()
{
    QFETCH(const qint64, bytes);
    QFETCH(const QString, text);
    QCOMPARE(bytesText(bytes), text);
}

void TestText::nearestWord_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("nearestOne");
    QTest::addRow("letter missing") << u"renme"_s << u"rename"_s;
    QTest::addRow("letter too many") << u"dropp"_s << u"drop"_s;
    QTest::addRow("letters swapped") << u"csat"_s << u"cast"_s;
    QTest::addRow("itself") << u"keep"_s << u"keep"_s;
    QTest::addRow("nothing like it") << u"completely-different"_s << u""_s;
}

void TestText::nearestWord()
{
    QFETCH(const QString, word);
    QFETCH(const QString, nearestOne);
    const std::vector<std::string_view> words{"cast", "drop", "keep", "rename", "rename-table"};
    QCOMPARE(QString::fromStdString(nearest(word.toStdString(), words)), nearestOne);
    QVERIFY(nearest(word.toStdString(), {}).empty());
}

void TestText::naturalOrder_data()
{
    QTest::addColumn<QStringList>("sorted");
    QTest::addRow("numbers by value") << QStringList{u"layers.2"_s, u"layers.10"_s, u"layers.10.bias"_s,
                                                     u"layers.11"_s};
    QTest::addRow("shorter first") << QStringList{u"a"_s, u"a.b"_s, u"a.b.c"_s};
    QTest::addRow("leading zeros") << QStringList{u"a.001"_s, u"a.01"_s, u"a.1"_s, u"a.2"_s};
    QTest::addRow("leading zeros inside") << QStringList{u"a.1.b"_s, u"a.01.c"_s};
    QTest::addRow("digits before letters") << QStringList{u"a1"_s, u"ab"_s};
    QTest::addRow("beyond 64 bits") << QStringList{u"x99999999999999999999"_s, u"x100000000000000000000"_s};
    QTest::addRow("bytes above 127 last") << QStringList{u"z"_s, u"é"_s};
}

void TestText::naturalOrder()
{
    QFETCH(const QStringList, sorted);
    for (qsizetype i = 0; i < sorted.size(); ++i) {
        for (qsizetype j = 0; j < sorted.size(); ++j)
            QCOMPARE(naturalLess(sorted[i].toStdString(), sorted[j].toStdString()), i < j);
    }
}

/// For all a, b, c: exactly one of a < b, a = b, b < a; and a < b < c gives a < c.
void TestText::naturalOrderIsTotal()
{
    QRandomGenerator random(11);
    std::vector<std::string> names;
    constexpr std::string_view letters = "001129.ab";
    for (int i = 0; i < 160; ++i) {
        std::string name;
        for (int length = random.bounded(6); length > 0; --length)
            name += letters[std::size_t(random.bounded(int(letters.size())))];
        names.push_back(name);
    }
    for (const std::string &a : names) {
        for (const std::string &b : names) {
            QCOMPARE(int(naturalLess(a, b)) + int(a == b) + int(naturalLess(b, a)), 1);
            if (!naturalLess(a, b))
                continue;
            for (const std::string &c : names) {
                if (naturalLess(b, c))
                    QVERIFY2(naturalLess(a, c), (a + " < " + b + " < " + c).c_str());
            }
        }
    }
}

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
