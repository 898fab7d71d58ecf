// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/history.h"
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"

#include <QTest>

#include <set>

using namespace Qt::StringLiterals;

/// What steps did to names: told back exactly, shared by rows that went the same way, and holding no name alive.
class TestHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void tellsNamesBack_data();
    void tellsNamesBack();
    void tellsWhatWasJoined();
    void tellsOfRowsJoinedOverAndOver();
    void isSharedByRowsThatWentTheSameWay();
    void isSharedByRowsThatTakeTurns();
    void outlivesTheNamesOfEarlierSteps();
};

void TestHistory::tellsNamesBack_data()
{
    QTest::addColumn<QStringList>("names"); // oldest first
    QTest::addRow("untouched") << QStringList{u"conv.weight"_s};
    QTest::addRow("prefix") << QStringList{u"module.a"_s, u"a"_s};
    QTest::addRow("suffix") << QStringList{u"a"_s, u"a.weight"_s};
    QTest::addRow("middle") << QStringList{u"layers.0.w"_s, u"layers.10.w"_s, u"layers.1.w"_s};
    QTest::addRow("all of it") << QStringList{u"abc"_s, u"xyzw"_s};
    QTest::addRow("values alone") << QStringList{u"a"_s, u"a"_s, u"b"_s, u"b"_s};
    QTest::addRow("repeated letters") << QStringList{u"aaaa"_s, u"aa"_s, u"aaaaaa"_s, u"aba"_s};
    QTest::addRow("from and to nothing") << QStringList{u""_s, u"a"_s, u""_s, u""_s};
    QTest::addRow("bytes of one letter") << QStringList{u"\u00e9"_s, u"\u00e8"_s};
}

void TestHistory::tellsNamesBack()
{
    QFETCH(const QStringList, names);

    Arena arena;
    Row row;
    row.name = arena.store(names.front().toStdString());
    for (int step = 0; step + 1 < names.size(); ++step) {
        const Name after = arena.store(names[step + 1].toStdString());
        row.history = HistoryMaker(arena, step).make(row.history, row.name, after);
        row.name = after;
    }
    const std::vector<FormerName> former = formerNames(row);
    QStringList told;
    std::vector<int> steps;
    for (const FormerName &name : former)
        told.prepend(plainText(name.name));
    for (int step = 0; step + 1 < names.size(); ++step)
        steps.push_back(step);
    QCOMPARE(told + QStringList{plainText(row.name)}, names);
    QCOMPARE(plainText(sourceName(row)), names.front());
    QCOMPARE(changingSteps(row), steps);
}

/// Of a row that is joined from several: each of them, and what was done to each, oldest first.
void TestHistory::tellsWhatWasJoined()
{
    const auto plan = planFrom(
        {checkpointFrom({u"m.q float32 1"_s, u"m.k float32 1"_s, u"m.v float32 1"_s, u"m.x float32 1"_s}),
         {},
         recipeFrom(u"steps: [{rename: {exact: m.x, to: y}}, remove-prefix: m., "
                    "{concat: {from: [k, q], to: kq, keep-input: true}}, {concat: {from: [kq, v, q], to: all}}, "
                    "{rename: {exact: all, to: w.all}}]"_s),
         {}});
    QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
    QCOMPARE(histories(plan->table->rows),
             (QStringList{u"k < 1: m.k"_s, u"w.all < 4: all < 3: kq < 2: k < 1: m.k"_s, u"y < 0: m.x"_s}));
    const Row &row = plan->table->rows[1];
    QCOMPARE(sourceNames(row), (std::vector<std::string>{"m.k", "m.q", "m.v"}));
    QCOMPARE(sourceName(row), std::string("m.k"));
    QCOMPARE(changingSteps(row), (std::vector<int>{1, 2, 3, 4}));
    QStringList told;
    for (const NameChange &change : nameChanges(row)) {
        QStringList before;
        for (const std::string &name : change.before)
            before += QString::fromStdString(name);
        told += u"%1: %2 → %3"_s.arg(change.step).arg(before.join(u' '), QString::fromStdString(change.after));
    }
    QCOMPARE(told,
             (QStringList{u"1: m.k → k"_s, u"1: m.q → q"_s, u"2: k q → kq"_s, u"1: m.v → v"_s, u"3: kq v q → all"_s,
                          u"4: all → w.all"_s}));
    QCOMPARE(formerNames(row)[1].beside, (std::vector<std::string>{"v", "q"}));
    QCOMPARE(sourceNames(plan->table->rows[2]), (std::vector<std::string>{"m.x"}));
}

/// Each row is joined from the two before it: there are more ways through them than could be walked.
void TestHistory::tellsOfRowsJoinedOverAndOver()
{
    constexpr int joins = 90;
    QStringList steps;
    for (int i = 0; i < joins; ++i)
        steps += u"{concat: {from: [x%1, x%2], to: x%3, keep-input: true}}"_s.arg(i).arg(i + 1).arg(i + 2);
    const auto plan =
        planFrom({u"x0 uint8 0x1"_s, u"x1 uint8 0x1"_s}, recipeFrom(u"steps: ["_s + steps.join(u", "_s) + u']'));
    QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
    const Row &last = plan->table->rows.back();
    QCOMPARE(sourceNames(last), (std::vector<std::string>{"x1", "x0"}));
    QCOMPARE(nameChanges(last).size(), std::size_t(joins));
    QCOMPARE(changingSteps(last).size(), std::size_t(joins));
}

namespace {
const QString steps = u"steps: [remove-prefix: module., {rename: {prefix: layers., to: blocks.}}, cast: float16]"_s;

std::shared_ptr<const Plan> planOf(int layers, const QString &yaml)
{
    QStringList tensors;
    for (int i = 0; i < layers; ++i)
        tensors += u"module.layers.%1.weight float32 1"_s.arg(i);
    return planFrom({checkpointFrom(tensors), {}, recipeFrom(yaml), {}});
}
}

void TestHistory::isSharedByRowsThatWentTheSameWay()
{
    const auto plan = planOf(500, steps);
    std::set<const History *> different;
    for (const Row &row : plan->table->rows)
        different.insert(row.history);
    QCOMPARE(different.size(), 1u);
    QCOMPARE(historyText(plan->table->rows[17]),
             u"blocks.17.weight < 2: blocks.17.weight < 1: layers.17.weight < 0: module.layers.17.weight"_s);
}

void TestHistory::isSharedByRowsThatTakeTurns()
{
    // 200 ways that rows go, one after the other and over again.
    QStringList tensors;
    for (int i = 0; i < 20'000; ++i)
        tensors += u"%1.%2.weight float32 1"_s.arg(u"x"_s.repeated(i % 200)).arg(i, 5, 10, '0'_L1);
    const auto plan = planFrom(
        {checkpointFrom(tensors), {}, recipeFrom(u"steps: [{rename: {suffix: weight, to: w}}, cast: float16]"_s), {}});
    std::set<const History *> different;
    for (const Row &row : plan->table->rows)
        different.insert(row.history);
    QCOMPARE(different.size(), 200u);
}

void TestHistory::outlivesTheNamesOfEarlierSteps()
{
    // Every row gets a new name of step 2's own: those of step 1 are let go of.
    const QString all = u"steps: [add-prefix: a., {rename: {text: layers, to: blocks}}]"_s;
    auto plan = planOf(3, all);
    QVERIFY(plan->table->names && !plan->table->names->before);
    // A row that keeps its name, or a piece of it, keeps the memory it lies in.
    plan = planOf(3, u"steps: [add-prefix: a., {rename: {text: layers.1, to: blocks.1}}]"_s);
    QVERIFY(plan->table->names && plan->table->names->before);
    QCOMPARE(
        names(plan->outputs),
        (QStringList{u"a.module.layers.0.weight"_s, u"a.module.blocks.1.weight"_s, u"a.module.layers.2.weight"_s}));
    plan = planOf(3, u"steps: [add-prefix: a., remove-prefix: a.mod]"_s);
    QCOMPARE(names(plan->outputs),
             (QStringList{u"ule.layers.0.weight"_s, u"ule.layers.1.weight"_s, u"ule.layers.2.weight"_s}));
    QVERIFY(plan->table->names && !plan->table->names->before);
    // A dropped row keeps the name it left with.
    plan = planOf(3, u"steps: [add-prefix: a., drop: {contains: layers.1}, {rename: {text: layers, to: blocks}}]"_s);
    QVERIFY(!plan->table->names->before);
    QCOMPARE(droppedTexts(*plan), QStringList{u"1: a.module.layers.1.weight"_s});
    QCOMPARE(plainText(sourceName(plan->dropped.front().row)), u"module.layers.1.weight"_s);
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
