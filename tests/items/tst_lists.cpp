// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/findingsmodel.h"
#include "model/items/stepsmodel.h"
#include "tests/support/checkpointbuilder.h"
#include "tests/support/outline.h"

#include <QAbstractItemModelTester>
#include <QMimeData>
#include <QPersistentModelIndex>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
Recipe recipeOf(const QStringList &steps)
{
    QString text = u"weightsmith: 1\nsteps:\n"_s;
    for (const QString &step : steps)
        text += u"  - "_s + step + u'\n';
    const auto recipe =
        Recipe::parse(steps.isEmpty() ? std::string("weightsmith: 1\n") : text.toStdString(), u"test"_s);
    if (!recipe)
        qFatal("%s", qPrintable(recipe.error().message));
    return *recipe;
}

/// Against a target of `keys`; without them, against none.
std::shared_ptr<const Plan> planOf(const Recipe &recipe, const QStringList &keys = {})
{
    PlanInput input{checkpointFrom({u"m.a float32 2"_s, u"m.b float32 2"_s}), std::nullopt, recipe, nullptr};
    Target::Parts parts;
    for (const QString &key : keys)
        parts.keys.push_back({parts.names.store(key.toStdString()), DType::Float32, {2}});
    if (!keys.isEmpty())
        input.target = std::make_shared<const Target>(std::move(parts));
    input.countMatchedKeys = true;
    Progress progress;
    return plan(input, progress);
}

QList<qint64> matched(const StepsModel &model)
{
    QList<qint64> counts;
    for (int row = 0; row < model.rowCount(); ++row)
        counts += model.index(row).data(StepsModel::MatchedRole).toLongLong();
    return counts;
}
}

class TestLists : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void stepsTellWhatTheyDid();
    void stepsKeepNumbersWhilePlanLags();
    void failedStep();
    void stepsFollowEdits_data();
    void stepsFollowEdits();
    void stepsFollowRandomEdits();
    void stepsAskForChanges();
    void drops_data();
    void drops();
    void findings();
};

void TestLists::stepsTellWhatTheyDid()
{
    StepsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const Recipe recipe = recipeOf(
        {u"remove-prefix: m."_s, u"{drop: {exact: b}, enabled: false, note: not yet}"_s, u"drop: {exact: zz}"_s});
    model.show(recipe, planOf(recipe, {u"a"_s, u"b"_s}));

    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(matched(model), (QList<qint64>{2, 0, 0}));
    const QModelIndex first = model.index(0);
    QCOMPARE(first.data(StepsModel::ChangedRole).toLongLong(), 2);
    QCOMPARE(first.data(StepsModel::FitBeforeRole).toLongLong(), 0);
    QCOMPARE(first.data(StepsModel::FitAfterRole).toLongLong(), 2);
    QCOMPARE(first.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    QCOMPARE(first.data(StepsModel::TitleRole).toString(), u"Remove prefix"_s);
    QVERIFY(first.data().toString().contains(u"m."_s));
    bool hasCode = false;
    for (const SentencePart &part : first.data(StepsModel::SentenceRole).value<std::vector<SentencePart>>())
        hasCode = hasCode || (part.isCode && part.text == u"m."_s);
    QVERIFY(hasCode);

    const QModelIndex second = model.index(1);
    QCOMPARE(second.data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
    QCOMPARE(second.data(StepsModel::SkippedRole).toBool(), true);
    QVERIFY(!second.data(StepsModel::ReasonRole).toString().isEmpty());
    QCOMPARE(second.data(StepsModel::NoteRole).toString(), u"not yet"_s);
    QCOMPARE(model.index(2).data(StepsModel::FindingsRole).toStringList().size(), 1);
    QCOMPARE(first.data(StepsModel::FindingsRole).toStringList(), QStringList());
}

void TestLists::stepsKeepNumbersWhilePlanLags()
{
    StepsModel model;
    const Recipe before = recipeOf({u"remove-prefix: m."_s, u"drop: {exact: b}"_s});
    const auto plan = planOf(before);
    model.show(before, plan);
    QCOMPARE(matched(model), (QList<qint64>{2, 1}));
    model.show(recipeOf({u"remove-prefix: m."_s, u"drop: {exact: a}"_s, u"drop: {exact: b}"_s}), plan);
    QCOMPARE(matched(model), (QList<qint64>{2, -1, 1}));
    model.show(recipeOf({u"remove-prefix: m."_s, u"drop: {exact: a}"_s}), plan);
    QCOMPARE(matched(model), (QList<qint64>{2, 1}));
    model.show(recipeOf({u"drop: {exact: b}"_s}), plan);
    QCOMPARE(matched(model), (QList<qint64>{1}));
    model.show(before, nullptr);
    QCOMPARE(matched(model), (QList<qint64>{-1, -1}));
    QCOMPARE(model.index(0).data(StepsModel::FitAfterRole).toLongLong(), -1);
}

void TestLists::failedStep()
{
    StepsModel model;
    const Recipe recipe = recipeOf({u"remove-prefix: m."_s, u"rename: {exact: a, to: b}"_s, u"drop: {exact: b}"_s});
    const auto plan = planOf(recipe);
    QVERIFY(plan->error);
    model.show(recipe, plan);
    QCOMPARE(model.index(0).data(StepsModel::ErrorRole).toString(), QString());
    QCOMPARE(model.index(1).data(StepsModel::ErrorRole).toString(), plan->error->message);
    QCOMPARE(model.index(1).data(StepsModel::NotReachedRole).toBool(), false);
    QCOMPARE(model.index(2).data(StepsModel::NotReachedRole).toBool(), true);
    QCOMPARE(model.index(2).data(StepsModel::MatchedRole).toLongLong(), -1);
}

void TestLists::stepsFollowEdits_data()
{
    QTest::addColumn<QString>("before"); // one letter per step
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("expected"); // signals

    QTest::addRow("same") << u"abc"_s << u"abc"_s << QString();
    QTest::addRow("edit in place") << u"abc"_s << u"axc"_s << QString();
    QTest::addRow("append") << u"ab"_s << u"abc"_s << u"inserted 2-2"_s;
    QTest::addRow("insert") << u"ab"_s << u"axb"_s << u"inserted 1-1"_s;
    QTest::addRow("remove") << u"abc"_s << u"ac"_s << u"removed 1-1"_s;
    QTest::addRow("move down") << u"abcd"_s << u"bcad"_s << u"moved 0 to 3"_s;
    QTest::addRow("move up") << u"abcd"_s << u"acbd"_s << u"moved 1 to 3"_s;
    QTest::addRow("move to the start") << u"abcd"_s << u"dabc"_s << u"moved 3 to 0"_s;
    QTest::addRow("all others") << u"ab"_s << u"xyz"_s << u"removed 0-1 inserted 0-2"_s;
    QTest::addRow("clear") << u"ab"_s << QString() << u"removed 0-1"_s;
}

void TestLists::stepsFollowEdits()
{
    QFETCH(const QString, before);
    QFETCH(const QString, after);
    QFETCH(const QString, expected);

    const auto recipe = [](const QString &letters) {
        QStringList steps;
        for (const QChar letter : letters)
            steps += u"add-prefix: "_s + letter;
        return recipeOf(steps);
    };
    StepsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show(recipe(before), nullptr);
    QStringList signalled;
    connect(&model, &QAbstractItemModel::rowsInserted, &model,
            [&](const QModelIndex &, int first, int last) { signalled += u"inserted %1-%2"_s.arg(first).arg(last); });
    connect(&model, &QAbstractItemModel::rowsRemoved, &model,
            [&](const QModelIndex &, int first, int last) { signalled += u"removed %1-%2"_s.arg(first).arg(last); });
    connect(&model, &QAbstractItemModel::rowsMoved, &model,
            [&](const QModelIndex &, int first, int, const QModelIndex &, int to) {
                signalled += u"moved %1 to %2"_s.arg(first).arg(to);
            });
    model.show(recipe(after), nullptr);
    QCOMPARE(signalled.join(u' '), expected);
    QCOMPARE(model.rowCount(), after.size());
    for (int row = 0; row < model.rowCount(); ++row)
        QVERIFY(model.index(row).data().toString().contains(after[row]));
}

void TestLists::stepsFollowRandomEdits()
{
    QRandomGenerator random(11);
    StepsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Recipe recipe = recipeOf({u"add-prefix: a"_s});
    for (int round = 0; round < 200; ++round) {
        const auto count = int(recipe.steps().size());
        const int at = count == 0 ? 0 : random.bounded(count);
        switch (count == 0 ? 0 : random.bounded(count > 8 ? 3 : 4)) {
        case 1: recipe = recipe.withRemoved(at); break;
        case 2: recipe = recipe.withMoved(at, random.bounded(count)); break;
        default: {
            const auto step = parseStepText("add-prefix: p" + std::to_string(random.bounded(5)));
            QVERIFY(step);
            recipe = recipe.withInserted(at, *step);
        }
        }
        model.show(recipe, random.bounded(2) ? planOf(recipe) : nullptr);
        QCOMPARE(model.rowCount(), int(recipe.steps().size()));
        for (int row = 0; row < model.rowCount(); ++row)
            QCOMPARE(model.index(row).data().toString(), recipe.steps()[std::size_t(row)].sentenceText());
    }
}

void TestLists::stepsAskForChanges()
{
    StepsModel model;
    model.show(recipeOf({u"add-prefix: a"_s, u"add-prefix: b"_s}), nullptr);
    QSignalSpy asked(&model, &StepsModel::enableRequested);
    QVERIFY(model.setData(model.index(1), Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(asked.value(0), (QVariantList{1, false}));
    QCOMPARE(model.index(1).data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    QVERIFY(!model.setData(model.index(1), u"x"_s, Qt::EditRole));
}

void TestLists::drops_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("row"); // as views call dropMimeData()
    QTest::addColumn<int>("onto");
    QTest::addColumn<QVariantList>("expected");

    QTest::addRow("before the first") << 2 << 0 << -1 << QVariantList{2, 0};
    QTest::addRow("behind the last") << 0 << 3 << -1 << QVariantList{0, 2};
    QTest::addRow("between") << 0 << 2 << -1 << QVariantList{0, 1};
    QTest::addRow("where it is") << 1 << 1 << -1 << QVariantList();
    QTest::addRow("behind itself") << 1 << 2 << -1 << QVariantList();
    QTest::addRow("onto another") << 2 << -1 << 0 << QVariantList{2, 0};
    QTest::addRow("below all") << 0 << -1 << -1 << QVariantList{0, 2};
}

void TestLists::drops()
{
    QFETCH(const int, from);
    QFETCH(const int, row);
    QFETCH(const int, onto);
    QFETCH(const QVariantList, expected);

    StepsModel model;
    model.show(recipeOf({u"add-prefix: a"_s, u"add-prefix: b"_s, u"add-prefix: c"_s}), nullptr);
    QSignalSpy asked(&model, &StepsModel::moveRequested);
    const std::unique_ptr<QMimeData> data(model.mimeData({model.index(from)}));
    QVERIFY(!model.dropMimeData(data.get(), Qt::MoveAction, row, 0, onto < 0 ? QModelIndex() : model.index(onto)));
    QCOMPARE(asked.value(0), expected);
    QCOMPARE(model.rowCount(), 3);
    QMimeData other;
    other.setText(u"1"_s);
    QVERIFY(!model.dropMimeData(&other, Qt::MoveAction, 0, 0, {}));
    QCOMPARE(asked.count(), expected.isEmpty() ? 0 : 1);
}

void TestLists::findings()
{
    FindingsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const Finding info{Finding::Severity::Info, "root-chosen", u"Chose a root."_s, {}};
    const Finding warning{Finding::Severity::Warning, "no-effect", u"Step 2 does nothing."_s, {{}, 1}};
    const Finding error{Finding::Severity::Error, "collision", u"Two rows land on “x”."_s, {"x", -1}};
    model.setFindings({info, warning});
    QCOMPARE(outline(model), (QStringList{warning.message, info.message}));
    model.setFindings({info, error, warning});
    QCOMPARE(outline(model), (QStringList{error.message, warning.message, info.message}));
    QCOMPARE(model.index(0).data(FindingsModel::KeyRole).toByteArray(), QByteArray("x"));
    QCOMPARE(model.index(0).data(FindingsModel::SeverityRole).toInt(), int(Finding::Severity::Error));
    QCOMPARE(model.index(1).data(FindingsModel::StepRole).toInt(), 1);
    QCOMPARE(model.index(1).data(FindingsModel::KindRole).toString(), u"no-effect"_s);
    QCOMPARE(model.count(Finding::Severity::Warning), 1);

    const QPersistentModelIndex kept(model.index(0));
    model.setFindings({error});
    QVERIFY(kept.isValid());
    QCOMPARE(outline(model), QStringList{error.message});
    model.setFindings({});
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(TestLists)
#include "tst_lists.moc"
