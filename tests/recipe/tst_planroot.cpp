// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// Where a plan's rows come from: a root step, the root chosen with the file, or the implicit `root: auto`.
class TestPlanRoot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void choosesRoots_data();
    void choosesRoots();
    void tellsAWrongRootPath();
    void choosesBeforeTheFirstStepThatNeedsIt();
    void plansAnEmptyCheckpoint();
};

void TestPlanRoot::choosesRoots_data()
{
    QTest::addColumn<QStringList>("tensors");
    QTest::addColumn<QString>("rootPath"); // "-": none given
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QStringList>("outputs");
    QTest::addColumn<QStringList>("findings"); // kinds

    const QStringList two{u"[model]"_s,     u"a float32 2"_s,       u"[state_dict]"_s,
                          u"b float32 2"_s, u"[optimizer/state]"_s, u"0 float32 2"_s};
    const QString none = u"-"_s;
    QTest::addRow("top level") << QStringList{u"a float32 2"_s} << none << u"steps: []"_s << QStringList{u"a"_s}
                               << QStringList();
    QTest::addRow("only nested") << QStringList{u"[model]"_s, u"a float32 2"_s} << none << u"steps: []"_s
                                 << QStringList{u"a"_s} << QStringList{u"root-chosen"_s};
    QTest::addRow("known name first") << two << none << u"steps: []"_s << QStringList{u"b"_s}
                                      << QStringList{u"root-chosen"_s};
    QTest::addRow("implicit before other steps")
        << two << none << u"steps: [add-prefix: x.]"_s << QStringList{u"x.b"_s} << QStringList{u"root-chosen"_s};
    QTest::addRow("step says it") << two << none << u"steps: [root: model, add-prefix: x.]"_s << QStringList{u"x.a"_s}
                                  << QStringList();
    QTest::addRow("chosen with the file")
        << two << u"model"_s << u"steps: [add-prefix: x.]"_s << QStringList{u"x.a"_s} << QStringList();
    QTest::addRow("chosen with the file wins over a step")
        << two << u"model"_s << u"steps: [root: state_dict, add-prefix: x.]"_s << QStringList{u"x.a"_s}
        << QStringList();
    QTest::addRow("optimizer when asked for")
        << two << u"optimizer/state"_s << u"steps: []"_s << QStringList{u"0"_s} << QStringList();
}

void TestPlanRoot::choosesRoots()
{
    QFETCH(const QStringList, tensors);
    QFETCH(const QString, rootPath);
    QFETCH(const QString, yaml);
    QFETCH(const QStringList, outputs);
    QFETCH(const QStringList, findings);

    const std::optional<std::string> path = rootPath == u"-"_s ? std::nullopt : std::optional(rootPath.toStdString());
    const auto made = planFrom({checkpointFrom(tensors), path, recipeFrom(yaml), {}});
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QCOMPARE(names(made->outputs), outputs);
    QStringList kinds;
    for (const Finding &finding : made->findings)
        kinds += QString::fromStdString(finding.kind);
    QCOMPARE(kinds, findings);
}

void TestPlanRoot::tellsAWrongRootPath()
{
    const auto made = planFrom({checkpointFrom({u"[model]"_s, u"a float32 2"_s, u"[ema/model]"_s, u"b float32 2"_s}),
                                "modle",
                                recipeFrom(u"steps: [add-prefix: x.]"_s),
                                {}});
    QVERIFY(made->error);
    QCOMPARE(made->error->message, u"“model.pt” holds no tensors at “modle”; it does at “model”, “ema/model”."_s);
    QCOMPARE(made->failedStep, -1);
    QVERIFY(made->outputs.empty());
    QVERIFY(made->table->rows.empty());
}

void TestPlanRoot::choosesBeforeTheFirstStepThatNeedsIt()
{
    const auto made = planFrom({u"[a]"_s, u"w float32 2"_s, u"[b]"_s, u"v float32 2"_s},
                               recipeFrom(u"steps: [{root: a, enabled: false}, root: b, add-prefix: x.]"_s));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QCOMPARE(names(made->outputs), QStringList{u"x.v"_s});
    QVERIFY(made->findings.empty());
}

void TestPlanRoot::plansAnEmptyCheckpoint()
{
    const auto made = planFrom({}, recipeFrom(u"steps: [strip-wrappers]"_s), targetFrom(uR"("w": [1])"_s));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QVERIFY(made->outputs.empty());
    QCOMPARE(verdictTexts(*made), QStringList{u"missing w"_s});
}

QTEST_GUILESS_MAIN(TestPlanRoot)
#include "tst_planroot.moc"
