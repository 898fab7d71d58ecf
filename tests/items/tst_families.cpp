// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keyfilter.h"
#include "model/items/keysort.h"
#include "model/items/keytreemodel.h"
#include "tests/support/outline.h"
#include "tests/support/planbuilder.h"
#include "tests/support/treecheck.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
std::shared_ptr<const KeyTree> treeOf(std::shared_ptr<const Plan> plan, const KeySort &sort = {},
                                      const QString &filter = {})
{
    Progress progress;
    auto tree = buildKeyTree(std::move(plan), {0}, progress);
    return sortKeyTree(filterKeyTree(tree, *KeyFilter::parse(filter), {}, progress), sort, progress);
}

/// Lines for planFrom(): two tensors in each numbered group.
QStringList layers(const QString &path, int first, int last, const QString &shape = u"4x3"_s)
{
    QStringList rows;
    for (int at = first; at <= last; ++at)
        rows << u"%1%2.fc.weight float32 %3"_s.arg(path).arg(at).arg(shape)
             << u"%1%2.fc.bias float32 4"_s.arg(path).arg(at);
    return rows;
}
}

/// Layers that repeat share a row, where they are alike; rows are sorted by what a column shows.
class TestFamilies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void fold_data();
    void fold();
    void sources_data();
    void sources();
    void filteredFamilies();
    void sorted_data();
    void sorted();
    void findsRanges();
    void randomEditsHoldTogether();
};

/// The rows of the first two levels: "layers.{0–2} x3".
static QStringList folded(const KeyTree &tree)
{
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTree(std::make_shared<const KeyTree>(tree));
    QStringList lines;
    const auto add = [&](const QModelIndex &index, int depth) {
        const int rows = index.data(KeyTreeModel::FamilyRole).toInt();
        lines << QString(2 * depth, u' ') + index.siblingAtColumn(KeyTreeModel::TargetKey).data().toString()
                + (rows > 0 ? u" x%1"_s.arg(rows) : QString());
    };
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex top = model.index(row, 0);
        add(top, 0);
        for (int below = 0; below < model.rowCount(top); ++below)
            add(model.index(below, 0, top), 1);
    }
    return lines;
}

void TestFamilies::fold_data()
{
    QTest::addColumn<QStringList>("rows");
    QTest::addColumn<QStringList>("targets");
    QTest::addColumn<QStringList>("expected");

    const QStringList stem{u"stem.a float32 1"_s};
    QTest::addRow("all alike") << layers(u"l."_s, 0, 11) << QStringList()
                               << (QStringList{u"l.{0–11} x12"_s} + QStringList([] {
                                       QStringList all;
                                       for (int at = 0; at < 12; ++at)
                                           all << u"  %1"_s.arg(at);
                                       return all;
                                   }()));
    QTest::addRow("two of two") << layers(u"l."_s, 0, 1) << QStringList()
                                << QStringList{u"l.{0–1} x2"_s, u"  0"_s, u"  1"_s};
    QTest::addRow("one has another shape")
        << layers(u"l."_s, 0, 2) + layers(u"l."_s, 3, 3, u"4x5"_s) + layers(u"l."_s, 4, 6) << QStringList()
        << QStringList{u"l"_s, u"  {0–2} x3"_s, u"  3"_s, u"  {4–6} x3"_s};
    QTest::addRow("one has another key") << layers(u"l."_s, 0, 3) + QStringList{u"l.3.extra float32 1"_s}
                                         << QStringList() << QStringList{u"l"_s, u"  {0–2} x3"_s, u"  3"_s};
    QTest::addRow("two of several stay") << layers(u"l."_s, 0, 1) + layers(u"l."_s, 2, 2, u"1"_s) << QStringList()
                                         << QStringList{u"l"_s, u"  0"_s, u"  1"_s, u"  2"_s};
    QTest::addRow("numbers with a gap") << layers(u"l."_s, 0, 2) + layers(u"l."_s, 5, 7) << QStringList()
                                        << QStringList{u"l"_s, u"  {0–2} x3"_s, u"  {5–7} x3"_s};
    QTest::addRow("words are no family") << layers(u"a"_s, 0, 3) << QStringList()
                                         << QStringList{u"a0.fc"_s,    u"  bias"_s,   u"  weight"_s, u"a1.fc"_s,
                                                        u"  bias"_s,   u"  weight"_s, u"a2.fc"_s,    u"  bias"_s,
                                                        u"  weight"_s, u"a3.fc"_s,    u"  bias"_s,   u"  weight"_s};
    QTest::addRow("at the top") << layers({}, 0, 3) << QStringList()
                                << QStringList{u"{0–3} x4"_s, u"  0"_s, u"  1"_s, u"  2"_s, u"  3"_s};
    QTest::addRow("one is missing in the file")
        << layers(u"l."_s, 0, 3) << layers(u"l."_s, 0, 4) << QStringList{u"l"_s, u"  {0–3} x4"_s, u"  4"_s};
    QTest::addRow("one was dropped in part")
        << layers(u"l."_s, 0, 3) + QStringList{u"l.4.fc.weight float32 4x3"_s, u"l.4.fc.bias float32 4 dropped 0"_s}
        << QStringList() << QStringList{u"l"_s, u"  {0–3} x4"_s, u"  4"_s};
}

void TestFamilies::fold()
{
    QFETCH(const QStringList, rows);
    QFETCH(const QStringList, targets);
    QFETCH(const QStringList, expected);
    const auto tree = treeOf(planFrom(rows, targets));
    checkWhole(*tree);
    QCOMPARE(folded(*tree), expected);
}

void TestFamilies::sources_data()
{
    QTest::addColumn<QString>("pattern"); // of the source keys; # is the number
    QTest::addColumn<int>("shift");
    QTest::addColumn<QString>("expected");
    QTest::addRow("the same") << u"l.#"_s << 0 << u"l.{0–3}"_s;
    QTest::addRow("a common prefix") << u"module.l.#"_s << 0 << u"l.{0–3}"_s;
    QTest::addRow("another name") << u"blocks.#"_s << 0 << u"blocks.{0–3} [blocks]"_s;
    QTest::addRow("other numbers") << u"l.#"_s << 1 << u"l.{1–4} [{1–4}]"_s;
}

void TestFamilies::sources()
{
    QFETCH(const QString, pattern);
    QFETCH(const int, shift);
    QFETCH(const QString, expected);
    QStringList rows;
    for (int at = 0; at < 4; ++at) {
        const QString from = QString(pattern).replace(u'#', QString::number(at + shift));
        for (const QString &end : {u".w float32 2"_s, u".b float32 3"_s})
            rows << from + end + u" -> l.%1"_s.arg(at) + end.left(2);
    }
    KeyTreeModel model;
    model.setTree(treeOf(planFrom(rows)));
    const QModelIndex family = model.index(0, 0);
    QString text = family.data().toString();
    const auto ranges = family.data(KeyTreeModel::ChangedRangesRole).value<QList<int>>();
    if (!ranges.isEmpty())
        text += u" [%1]"_s.arg(text.mid(ranges[0], ranges[1]));
    QCOMPARE(text, expected);
    QCOMPARE(family.data(KeyTreeModel::TargetNameRole).toString(), u"l"_s);
    QCOMPARE(family.siblingAtColumn(KeyTreeModel::TargetKey).data(Qt::AccessibleTextRole).toString(),
             u"l.{0–3}, 4 alike"_s);
}

void TestFamilies::filteredFamilies()
{
    const auto plan = planFrom(layers(u"l."_s, 0, 9) + layers(u"l."_s, 10, 10, u"9"_s));
    QCOMPARE(folded(*treeOf(plan, {}, u"/l.[2-4]/"_s)), (QStringList{u"l"_s, u"  {2–4} x3"_s}));
    QCOMPARE(folded(*treeOf(plan, {}, u"/l.[27]/"_s)), (QStringList{u"l"_s, u"  {2–7} x2"_s}));
    QCOMPARE(folded(*treeOf(plan, {}, u"l.3"_s)), (QStringList{u"l"_s, u"  {3} x1"_s}));
}

void TestFamilies::sorted_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<bool>("descending");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *tag, int column, bool descending, const char *expected) {
        QTest::addRow("%s", tag) << column << descending << QString::fromLatin1(expected);
    };
    row("natural", -1, false, "b d g g.x g.y m z2 z10");
    row("source", KeyTreeModel::SourceKey, false, "m g g.x g.y b d z10 z2");
    row("target, descending", KeyTreeModel::TargetKey, true, "z10 z2 m g g.y g.x d b");
    row("shape", KeyTreeModel::SourceShape, false, "g g.x g.y m z2 d z10 b");
    row("target shape", KeyTreeModel::TargetShape, true, "b m d g g.x g.y z2 z10");
    row("type", KeyTreeModel::DTypeColumn, false, "g g.x g.y z10 b d m z2");
    row("parameters", KeyTreeModel::Parameters, false, "z2 m b d z10 g g.y g.x");
    row("parameters, descending", KeyTreeModel::Parameters, true, "g g.x g.y d z10 b m z2");
    row("bytes", KeyTreeModel::Bytes, true, "g g.x g.y d b z10 m z2");
    row("verdict", KeyTreeModel::Verdict, true, "m b g g.x g.y z2 z10 d");
}

void TestFamilies::sorted()
{
    QFETCH(const int, column);
    QFETCH(const bool, descending);
    QFETCH(const QString, expected);
    const auto plan = planFrom({u"s.c float32 10 -> b"_s, u"s.d float32 4x4 -> d"_s, u"s.a.x float32 3x10 -> g.x"_s,
                                u"s.a.y float32 4 -> g.y"_s, u"t2 float32 4 -> z2"_s, u"t1 float16 8x2 -> z10"_s},
                               {u"b float32 12"_s, u"d float32 4x4"_s, u"m float32 5"_s});
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto tree = treeOf(plan, {column, descending});
    checkWhole(*tree);
    model.setTree(tree);
    QStringList names;
    const std::function<void(const QModelIndex &)> add = [&](const QModelIndex &parent) {
        for (int at = 0; at < model.rowCount(parent); ++at) {
            names << model.index(at, 0, parent).data(KeyTreeModel::TargetNameRole).toString();
            add(model.index(at, 0, parent));
        }
    };
    add({});
    QCOMPARE(names.join(u' '), expected);
}

void TestFamilies::findsRanges()
{
    KeyTreeModel model;
    model.setTree(treeOf(planFrom(layers(u"a.l."_s, 0, 4) + layers(u"a.l."_s, 5, 8, u"9"_s) + layers(u"b."_s, 0, 0))));
    for (const QString &name : {u"a.l.{0–4}"_s, u"a.l.{5–8}"_s}) {
        const QModelIndex range = model.indexOf(name.toStdString());
        QVERIFY2(range.isValid(), qPrintable(name));
        QCOMPARE(range.data(KeyTreeModel::TargetNameRole).toString(), name);
    }
    QVERIFY(!model.indexOf("a.l.{").isValid());
    QVERIFY(!model.indexOf("a.l.{9–11}").isValid());
    QVERIFY(!model.indexOf("a.{0–4}").isValid());
}

void TestFamilies::randomEditsHoldTogether()
{
    QRandomGenerator random(11);
    const QStringList filters{{}, u"w"_s, u"/[13]/"_s, u"!l.2"_s, u"missing"_s, u">5"_s};
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    bool hasFamilies = false;
    for (int round = 0; round < 60; ++round) {
        QStringList rows;
        QStringList targets;
        for (int group = 0; group < 3; ++group) {
            for (int layer = 0, count = random.bounded(9); layer < count; ++layer) {
                for (const QString &end : {u"q.w"_s, u"q.b"_s, u"v.w"_s}) {
                    const QString name = u"g%1.l.%2.%3"_s.arg(group).arg(layer).arg(end);
                    const QString shape = random.bounded(12) == 0 ? u" float32 7"_s : u" float32 2"_s;
                    if (random.bounded(20) > 0)
                        rows << u"m."_s + name + shape + u" -> "_s + name
                                + (random.bounded(20) == 0 ? u" dropped 1"_s : QString());
                    if (random.bounded(20) > 0)
                        targets << name + u" float32 2"_s;
                }
            }
        }
        if (targets.isEmpty() || rows.isEmpty())
            continue;
        const KeySort sort{random.bounded(KeyTreeModel::ColumnCount + 1) - 1, random.bounded(2) == 0};
        const auto tree = treeOf(planFrom(rows, random.bounded(3) > 0 ? targets : QStringList()), sort,
                                 filters[random.bounded(filters.size())]);
        checkWhole(*tree);
        model.setTree(tree);
        for (const KeyNode &node : tree->nodes)
            hasFamilies |= node.isRange();
    }
    QVERIFY(hasFamilies);
}

QTEST_GUILESS_MAIN(TestFamilies)
#include "tst_families.moc"
