// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How LibTorch is found, and what is said when it is not.
#include "model/numeric/evaluator.h"
#include "model/numeric/torchpackage.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

class TestLoader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void devices_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");

        QTest::addRow("auto") << u"auto"_s << u"auto 0"_s;
        QTest::addRow("processor") << u"cpu"_s << u"cpu 0"_s;
        QTest::addRow("first GPU") << u"cuda"_s << u"cuda 0"_s;
        QTest::addRow("numbered GPU") << u"cuda:11"_s << u"cuda 11"_s;
        const QString wrong = u"The device “%1” is not one of auto, cpu, cuda and cuda:N (N from 0 to 127)."_s;
        for (const QString &text : {u""_s, u"CPU"_s, u"cuda:"_s, u"cuda:-1"_s, u"cuda:+1"_s, u"cuda: 1"_s,
                                    u"cuda:128"_s, u"cuda:99999999999"_s, u"gpu"_s})
            QTest::addRow("\"%s\"", qPrintable(text)) << text << wrong.arg(text);
    }

    void devices()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, expected);
        const auto choice = DeviceChoice::parse(text);
        if (!choice) {
            QCOMPARE(choice.error().message, expected);
            QCOMPARE(choice.error().kind, Error::Kind::Usage);
            return;
        }
        const QStringList kinds{u"auto"_s, u"cpu"_s, u"cuda"_s};
        QCOMPARE(u"%1 %2"_s.arg(kinds[int(choice->kind)]).arg(choice->index), expected);
    }

    void findsTorch_data()
    {
        QTest::addColumn<QStringList>("packages"); ///< "folder: text of version.py"
        QTest::addColumn<QString>("named");
        QTest::addColumn<QString>("expected"); ///< the folder, or the beginning of the message

        const QString wanted = u"__version__ = '2.11.0+cu130'"_s;
        QTest::addRow("first of two") << QStringList{u"a: "_s + wanted, u"b: "_s + wanted} << u""_s << u"a"_s;
        QTest::addRow("second, without local part") << QStringList{u"b: __version__ = '2.11.0'"_s} << u""_s << u"b"_s;
        QTest::addRow("as newer versions write it")
            << QStringList{u"a: __version__: str = \"2.11.0+cpu\""_s} << u""_s << u"a"_s;
        QTest::addRow("another version is passed over")
            << QStringList{u"a: __version__ = '2.10.0'"_s, u"b: "_s + wanted} << u""_s << u"b"_s;
        QTest::addRow("none") << QStringList{} << u""_s << u"Looked in a (no torch package), b (no torch package)."_s;
        QTest::addRow("only other versions") << QStringList{u"a: __version__ = '2.11.1'"_s, u"b: nonsense"_s} << u""_s
                                             << u"Looked in a (torch 2.11.1), b (no torch package)."_s;
        QTest::addRow("named") << QStringList{u"a: "_s + wanted, u"c: "_s + wanted} << u"c"_s << u"c"_s;
        QTest::addRow("named, but another version") << QStringList{u"a: "_s + wanted, u"c: __version__ = '2.6.0'"_s}
                                                    << u"c"_s << u"Looked in c (torch 2.6.0)."_s;
    }

    void findsTorch()
    {
        QFETCH(const QStringList, packages);
        QFETCH(const QString, named);
        QFETCH(const QString, expected);
        const QTemporaryDir dir;
        const QString root = dir.path() + u'/';
        for (const QString &package : packages) {
            const QString folder = root + package.section(u": "_s, 0, 0);
            QVERIFY(QDir().mkpath(folder));
            QFile file(folder + u"/version.py"_s);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("from typing import Optional\n\n" + package.section(u": "_s, 1).toUtf8() + "\ndebug = False\n");
        }
        const auto torch =
            findTorch({named.isEmpty() ? QString() : root + named, {root + u"a"_s, root + u"b"_s}, u"2.11.0"_s});
        if (torch) {
            QCOMPARE(torch->folder.mid(root.size()), expected);
            QCOMPARE(torch->version, u"2.11.0"_s);
            return;
        }
        QCOMPARE(torch.error().kind, Error::Kind::Device);
        const QString message = torch.error().message;
        QVERIFY2(QString(message).remove(root).contains(expected), qPrintable(message));
    }

    void saysWhyThereIsNoTorch()
    {
        const QTemporaryDir dir;
        qputenv("WEIGHTSMITH_TORCH", QFile::encodeName(dir.path()));
        const auto evaluator = loadEvaluator({DeviceChoice::Kind::Auto, 0});
        qunsetenv("WEIGHTSMITH_TORCH");
        QVERIFY(!evaluator);
        QCOMPARE(evaluator.error().kind, Error::Kind::Device);
        QVERIFY(evaluator.error().message.contains(dir.path()));
    }

    void saysWhyThereIsNoGpu()
    {
        if (QFile::exists(u"/dev/nvidiactl"_s))
            QSKIP("there is a GPU here");
        const auto evaluator = loadEvaluator({DeviceChoice::Kind::Cuda, 3});
        QVERIFY(!evaluator);
        QCOMPARE(evaluator.error().kind, Error::Kind::Device);
        QCOMPARE(evaluator.error().message.left(35), u"The device cuda:3 cannot be used. "_s + u"T"_s);
        const auto automatic = loadEvaluator({DeviceChoice::Kind::Auto, 0});
        QVERIFY(bool(automatic));
        QCOMPARE((*automatic)->device(), u"cpu"_s);
    }
};

QTEST_GUILESS_MAIN(TestLoader)
#include "tst_loader.moc"
