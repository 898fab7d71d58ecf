// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/document.h"
#include "tests/support/safetensorsfile.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// A target and a recipe that are opened with a checkpoint.
class TestCompanions : public QObject
{
    Q_OBJECT

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }

    static bool isIdle(const Document &document)
    {
        return !document.isOpening() && !document.isOpeningTarget() && !document.isPlanning();
    }

    void openOne(Document &document) const
    {
        document.openCheckpoint(path(u"one.safetensors"_s));
        QTRY_VERIFY(document.checkpoint() && isIdle(document));
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void initTestCase()
    {
        QVERIFY(writeSafetensors(path(u"one.safetensors"_s), {u"m.a 2"_s, u"m.b 3"_s}));
        QVERIFY(writeSafetensors(path(u"two.safetensors"_s), {u"m.a 2"_s, u"m.z 1"_s}));
        QVERIFY(writeSafetensors(path(u"wanted.safetensors"_s), {u"a 2"_s, u"b 3"_s}));
    }

    /// A target and a recipe opened with a checkpoint are taken with it, or not at all.
    void comeWithTheirCheckpoint_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isStopped");
        QTest::addColumn<QString>("expected"); // what is open then
        QTest::addRow("opened") << u"two.safetensors"_s << false << u"two wanted 1 step"_s;
        QTest::addRow("stopped") << u"two.safetensors"_s << true << u"one no target 0 steps"_s;
        QTest::addRow("not there") << u"nowhere.pt"_s << false << u"one no target 0 steps"_s;
    }

    void comeWithTheirCheckpoint()
    {
        QFETCH(const QString, name);
        QFETCH(const bool, isStopped);
        QFETCH(const QString, expected);
        Document document;
        QSignalSpy failed(&document, &Document::failed);
        QSignalSpy targets(&document, &Document::targetChanged);
        openOne(document);
        QFile recipe(path(u"companion.recipe.yaml"_s));
        QVERIFY(recipe.open(QIODevice::WriteOnly) && recipe.write("weightsmith: 1\nsteps: [remove-prefix: m.]\n") > 0);
        recipe.close();
        QStringList order;
        connect(&document, &Document::checkpointChanged, &document, [&order] { order << u"checkpoint"_s; });
        connect(&document, &Document::targetChanged, &document, [&order] { order << u"target"_s; });
        connect(&document, &Document::recipeChanged, &document, [&order] { order << u"recipe"_s; });
        document.openCheckpoint(path(name), path(u"wanted.safetensors"_s), recipe.fileName());
        QVERIFY(document.isOpening() && document.isOpeningTarget());
        if (isStopped) {
            document.cancelOpening();
            QVERIFY(isIdle(document));
            document.setRecipe(Recipe(), u"No step"_s);
            openOne(document); // what was stopped would have come by now
        }
        QTRY_VERIFY(isIdle(document) && (expected.startsWith(u"two"_s) ? order.size() == 3 : true));
        QTRY_VERIFY(name != "nowhere.pt"_L1 || failed.count() == 1);
        const auto base = [](const QString &file) { return QFileInfo(file).baseName(); };
        const std::size_t steps = document.recipe().steps().size();
        QCOMPARE(u"%1 %2 %3"_s.arg(base(document.checkpoint()->path()),
                                   document.target() ? base(document.target()->spec()) : u"no target"_s,
                                   steps == 1 ? u"1 step"_s : u"%1 steps"_s.arg(steps)),
                 expected);
        if (expected.startsWith(u"two"_s))
            QCOMPARE(order.first(), u"checkpoint"_s);
        QCOMPARE(document.canUndo(), expected.startsWith(u"two"_s));
    }

    /// What the user opens while another checkpoint with its target is on its way stays.
    void giveWay()
    {
        Document document;
        QSignalSpy failed(&document, &Document::failed);
        QSignalSpy targets(&document, &Document::targetChanged);
        document.openCheckpoint(path(u"one.safetensors"_s), path(u"two.safetensors"_s));
        document.openTarget(path(u"wanted.safetensors"_s));
        QTRY_VERIFY(document.checkpoint() && document.target() && isIdle(document));
        QCOMPARE(document.target()->spec(), path(u"wanted.safetensors"_s));
        QCOMPARE(targets.count(), 1);
        document.openCheckpoint(path(u"two.safetensors"_s), path(u"two.safetensors"_s));
        document.openTarget(path(u"one.safetensors"_s));
        document.cancelOpening(); // not what was asked for by itself
        QVERIFY(document.isOpeningTarget());
        QTRY_COMPARE(targets.count(), 2);
        QCOMPARE(document.target()->spec(), path(u"one.safetensors"_s));
        QCOMPARE(document.checkpoint()->path(), path(u"one.safetensors"_s));
    }
};

QTEST_GUILESS_MAIN(TestCompanions)
#include "tst_companions.moc"
