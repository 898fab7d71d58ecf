// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/numbersfile.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
QString textOf(const Result<std::vector<qint64>> &numbers)
{
    if (!numbers)
        return numbers.error().message;
    QStringList texts;
    for (const qint64 number : *numbers)
        texts += QString::number(number);
    return texts.join(u' ');
}
}

/// Lists of numbers in files.
class TestNumbers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");

        QTest::addRow("lines") << QByteArray("1\n2\r\n3\n") << u"1 2 3"_s;
        QTest::addRow("blanks and commas") << QByteArray("\t 1, -2,3  4\n") << u"1 -2 3 4"_s;
        QTest::addRow("JSON") << QByteArray("[1, 2,\n 3]\n") << u"1 2 3"_s;
        QTest::addRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                       "7")
                                         << u"7"_s;
        QTest::addRow("ends of 64 bits") << QByteArray("-9223372036854775808 9223372036854775807")
                                         << u"-9223372036854775808 9223372036854775807"_s;
        const auto refused = [](const char *name, const QByteArray &text, const QString &why) {
            QTest::addRow("%s", name) << text << u"The list “n.txt” cannot be used: "_s + why;
        };
        refused("empty", "", u"it has no number."_s);
        refused("blank", " \n\n", u"it has no number."_s);
        refused("empty list", "[]", u"it has no number."_s);
        refused("word", "1\n2\nthree\n", u"line 3 has “three” where a whole number is expected."_s);
        refused("fraction", "1.5", u"line 1 has “1.5” where a whole number is expected."_s);
        refused("too large", "9223372036854775808",
                u"line 1 has “9223372036854775808” where a whole number is expected."_s);
        refused("open bracket", "\n[1, 2\n", u"the bracket that opens in line 2 does not close."_s);
        refused("inner list", "[1, [2]]", u"line 1 has “[2]” where a whole number is expected."_s);
        refused("too many", QByteArray("1\n").repeated(1'000'001), u"it has more than 1,000,000 numbers."_s);
        QTest::addRow("as many as there may be")
            << QByteArray("1\n").repeated(1'000'000) << QString(u"1 "_s.repeated(1'000'000)).chopped(1);
    }

    void parses()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, expected);
        QCOMPARE(textOf(parseNumbers({text.constData(), std::size_t(text.size())}, u"n.txt"_s)), expected);
    }

    void parsesNull()
    {
        QCOMPARE(textOf(parseNumbers("[1, null, 2]", u"n.txt"_s, -7)), u"1 -7 2"_s);
        QCOMPARE(textOf(parseNumbers("null", u"n.txt"_s)),
                 u"The list “n.txt” cannot be used: line 1 has “null” where a whole number is expected."_s);
    }

    void reads()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"n.txt"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("3 1 2") == 5);
        file.close();
        QCOMPARE(textOf(readNumbers(u"n.txt"_s, folder.path())), u"3 1 2"_s);
        const QString other = folder.filePath(u"m.txt"_s);
        QCOMPARE(textOf(readNumbers(u"m.txt"_s, folder.path())),
                 u"The list “%1” cannot be used: there is no such file."_s.arg(other));
    }

    void refusesLargeFiles()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"n.txt"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize((32 << 20) + 1));
        QCOMPARE(textOf(readNumbers(file.fileName(), {})),
                 u"The list “%1” cannot be used: it is larger than 33.6 MB."_s.arg(file.fileName()));
    }
};

QTEST_GUILESS_MAIN(TestNumbers)
#include "tst_numbers.moc"
