// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handpairs.h"
#include "model/items/handsteps.h"
#include "model/items/keycopy.h"
#include "model/items/keyfilter.h"
#include "model/items/keysort.h"
#include "model/items/keystretch.h"
#include "model/items/keytouch.h"
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
constexpr KeyTreeOptions fours{0, 6, 4}; ///< a level of more than six rows is shown in fours

std::shared_ptr<const KeyTree> treeOf(std::shared_ptr<const Plan> plan, const KeySort &sort = {},
                                      const QString &filter = {}, const KeyTreeOptions &options = fours)
{
    Progress progress;
    auto tree = buildKeyTree(std::move(plan), options, progress);
    tree = filterKeyTree(tree, *KeyFilter::parse(filter), {}, progress);
    return stretchKeyTree(sortKeyTree(tree, sort, progress), options, progress);
}

/// Lines for planFrom(): "k1 float32 1" to "k11 float32 11".
QStringList keys(int count, const QString &pattern = u"k%1 float32 %1"_s)
{
    QStringList rows;
    for (int at = 1; at <= count; ++at)
        rows << QString(pattern).replace("%1"_L1, QString::number(at));
    return rows;
}

/// The rows as indented text; of a stretch, also how many rows it stands for.
QStringList shown(const KeyTreeModel &model, const QModelIndex &parent = {}, int depth = 0)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, KeyTreeModel::TargetKey, parent);
        const int rows = index.data(KeyTreeModel::StretchRole).toInt();
        lines << QString(2 * depth, u' ') + index.data().toString() + (rows > 0 ? u" x%1"_s.arg(rows) : QString());
        lines << shown(model, index.siblingAtColumn(0), depth + 1);
    }
    return lines;
}

QString joined(const QStringList &lines)
{
    return lines.join(u'\n');
}
}

/// Levels of very many rows are shown in stretches.
class TestStretches : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void bundles_data();
    void bundles();
    void totalsAndTexts();
    void textsOfOtherNames();
    void familiesStayFamilies();
    void isFoundByItsPlace();
    void walksDifferencesAndMarks();
    void isNoGroupOfKeys();
    void copies_data();
    void copies();
    void copyingReportsAndStops();
    void stops();
    void randomEditsHoldTogether();
};

void TestStretches::bundles_data()
{
    QTest::addColumn<QStringList>("rows");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("sortedBy");
    QTest::addColumn<QStringList>("expected");

    const QStringList six{u"k1"_s, u"k2"_s, u"k3"_s, u"k4"_s, u"k5"_s, u"k6"_s};
    QTest::addRow("not too many") << keys(6) << QString() << -1 << six;
    QTest::addRow("too many, in natural order")
        << keys(11) << QString() << -1
        << QStringList{u"k1 … k4 x4"_s, u"  k1"_s, u"  k2"_s, u"  k3"_s,        u"  k4"_s, u"k5 … k8 x4"_s, u"  k5"_s,
                       u"  k6"_s,       u"  k7"_s, u"  k8"_s, u"k9 … k11 x3"_s, u"  k9"_s, u"  k10"_s,      u"  k11"_s};
    QTest::addRow("a short rest goes to the last")
        << keys(9) << QString() << -1
        << QStringList{u"k1 … k4 x4"_s, u"  k1"_s, u"  k2"_s, u"  k3"_s, u"  k4"_s, u"k5 … k9 x5"_s,
                       u"  k5"_s,       u"  k6"_s, u"  k7"_s, u"  k8"_s, u"  k9"_s};
    QTest::addRow("what a filter leaves") << keys(11) << u"/k1/"_s << -1 << QStringList{u"k1"_s, u"k10"_s, u"k11"_s};
    QTest::addRow("over all rows, sorted by size")
        << keys(8) << QString() << int(KeyTreeModel::Parameters)
        << QStringList{u"rows 1–4 x4"_s, u"  k8"_s, u"  k7"_s, u"  k6"_s, u"  k5"_s,
                       u"rows 5–8 x4"_s, u"  k4"_s, u"  k3"_s, u"  k2"_s, u"  k1"_s};
    QTest::addRow("over all rows, sorted by name")
        << keys(8) << QString() << int(KeyTreeModel::TargetKey)
        << QStringList{u"k8 … k5 x4"_s, u"  k8"_s, u"  k7"_s, u"  k6"_s, u"  k5"_s,
                       u"k4 … k1 x4"_s, u"  k4"_s, u"  k3"_s, u"  k2"_s, u"  k1"_s};
    QTest::addRow("within a group") << keys(8, u"g.k%1 float32 1"_s) + QStringList{u"a float32 1"_s} << QString() << -1
                                    << QStringList{u"a"_s,      u"g"_s,      u"  k1 … k4 x4"_s, u"    k1"_s,
                                                   u"    k2"_s, u"    k3"_s, u"    k4"_s,       u"  k5 … k8 x4"_s,
                                                   u"    k5"_s, u"    k6"_s, u"    k7"_s,       u"    k8"_s};
}

void TestStretches::bundles()
{
    QFETCH(const QStringList, rows);
    QFETCH(const QString, filter);
    QFETCH(const int, sortedBy);
    QFETCH(const QStringList, expected);

    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto tree = treeOf(planFrom(rows), {sortedBy, true}, filter);
    checkWhole(*tree);
    model.setTree(tree);
    QCOMPARE(joined(shown(model)), joined(expected));
}

void TestStretches::totalsAndTexts()
{
    KeyTreeModel model;
    model.setTree(treeOf(planFrom(keys(8), keys(9))));
    const QModelIndex second = model.index(1, 0);
    QCOMPARE(second.data().toString(), u"k5 … k9"_s);
    QCOMPARE(second.data(KeyTreeModel::TargetNameRole).toString(), u"k5 … k9"_s);
    QCOMPARE(second.data(KeyTreeModel::SourceNameRole).toString(), u"k5 … k9"_s);
    QCOMPARE(second.data(Qt::AccessibleTextRole).toString(), u"k5 … k9, 5 rows"_s);
    QCOMPARE(second.data(KeyTreeModel::IsGroupRole).toBool(), true);
    QCOMPARE(second.data(KeyTreeModel::FamilyRole).toInt(), 0);
    QCOMPARE(second.siblingAtColumn(KeyTreeModel::Parameters).data().toString(), u"35"_s);
    QCOMPARE(second.siblingAtColumn(KeyTreeModel::Bytes).data().toString(), u"140 B"_s);
    QCOMPARE(second.siblingAtColumn(KeyTreeModel::Verdict).data().toString(), u"4 loaded, 1 missing"_s);
    QCOMPARE(second.data(KeyTreeModel::VerdictRole).value<KeyVerdict>(), KeyVerdict::Missing);
}

/// Each side says its own names; nothing where there is nothing.
void TestStretches::textsOfOtherNames()
{
    const auto texts = [](const QStringList &rows, const QStringList &targets) {
        KeyTreeModel model;
        model.setTree(treeOf(planFrom(rows, targets)));
        QStringList lines;
        for (int row = 0; row < model.rowCount(); ++row)
            lines << model.index(row, KeyTreeModel::SourceKey).data().toString() + u" | "_s
                    + model.index(row, KeyTreeModel::TargetKey).data().toString();
        return lines;
    };
    QCOMPARE(texts(keys(8, u"n_%1 float32 1 -> k%1"_s), keys(8, u"k%1 float32 1"_s)),
             (QStringList{u"n_1 … n_4 | k1 … k4"_s, u"n_5 … n_8 | k5 … k8"_s}));
    QCOMPARE(texts({u"a float32 1"_s}, keys(8, u"k%1 float32 1"_s)),
             (QStringList{u"a … k3 | a … k3"_s, u" | k4 … k8"_s}));
    QCOMPARE(texts(keys(8), {u"z float32 1"_s}), (QStringList{u"k1 … k4 | "_s, u"k5 … z | k5 … z"_s}));
}

/// Repeated layers that are very many: still one row, which says all of them.
void TestStretches::familiesStayFamilies()
{
    QStringList rows = keys(8, u"l.%1.a float32 1"_s) + keys(8, u"l.%1.b float32 1"_s);
    KeyTreeModel model;
    const auto tree = treeOf(planFrom(rows));
    checkWhole(*tree);
    model.setTree(tree);
    const QModelIndex family = model.index(0, 0);
    QCOMPARE(family.data().toString(), u"l.{1–8}"_s);
    QCOMPARE(family.data(KeyTreeModel::FamilyRole).toInt(), 8);
    QCOMPARE(family.data(Qt::AccessibleTextRole).toString(), u"l.{1–8}, 8 alike"_s);
    QCOMPARE(model.index(0, 0, family).data().toString(), u"1 … 4"_s);
    QCOMPARE(model.index(0, 0, family).data(KeyTreeModel::TargetNameRole).toString(), u"l.1 … 4"_s);
}

void TestStretches::isFoundByItsPlace()
{
    KeyTreeModel model;
    const QStringList rows = keys(8) + keys(8, u"g.k%1 float32 1"_s);
    model.setTree(treeOf(planFrom(rows)));
    QStringList names;
    for (const QModelIndex &index : {model.index(1, 0), model.index(1, 0, model.indexOf("g"))}) {
        const QString name = index.data(KeyTreeModel::PlaceNameRole).toString();
        QCOMPARE(model.indexOf(name.toStdString()), index);
        names << name;
    }
    QVERIFY(names[0] != names[1]);
    const QModelIndex key = model.indexOf("k7");
    QCOMPARE(key.data(KeyTreeModel::PlaceNameRole).toString(), u"k7"_s);
    QCOMPARE(key.parent(), model.index(1, 0));
    QCOMPARE(model.indexOfSource("k7"), key);
    for (const char *name : {"k5 … k8", "…2", "…", "…1x", "g…2", "k7…0"})
        QVERIFY2(!model.indexOf(name).isValid(), name);
    model.setTree(treeOf(planFrom(keys(8, u"n%1 float32 1"_s) + keys(8, u"h.k%1 float32 1"_s)))); // other names
    QCOMPARE(model.indexOf(names[0].toStdString()), model.index(1, 0));
    QVERIFY(!model.indexOf(names[1].toStdString()).isValid());
    model.setTree(treeOf(planFrom(QStringList{u"…1 float32 1"_s} + rows))); // a key that is called like that
    QCOMPARE(model.indexOf("…1").data(KeyTreeModel::IsGroupRole).toBool(), false);
}

void TestStretches::walksDifferencesAndMarks()
{
    KeyTreeModel model;
    QStringList wanted = keys(12);
    wanted[1] = u"k2 float32 99"_s;
    wanted[10] = u"k11 float32 99"_s;
    const auto plan = planFrom(keys(11, u"n%1 float32 %1 -> k%1"_s) + QStringList{u"k12 float32 12"_s}, wanted);
    const auto tree = treeOf(plan);
    model.setTree(tree);
    const auto next = [&](const QModelIndex &from, int direction) {
        return model.nextDifference(from, direction).data(KeyTreeModel::TargetNameRole).toString();
    };
    QCOMPARE(next({}, 1), u"k2"_s);
    QCOMPARE(next(model.indexOf("k2"), 1), u"k11"_s);
    QCOMPARE(next(model.index(2, 0), 1), u"k11"_s); // from a stretch: into it, or to what lies before it
    QCOMPARE(next(model.index(2, 0), -1), u"k2"_s);

    Progress progress;
    const std::vector<quint32> touched = touchedPlaces(*tree, 0, progress);
    QCOMPARE(touched.size(), std::size_t(11));
    for (int row = 0; row < 3; ++row)
        QVERIFY(hasTouched(*tree, model.nodeAt(model.index(row, 0)), touched));
    QVERIFY(!hasTouched(*tree, model.nodeAt(model.indexOf("k12")), touched));
    QCOMPARE(stepsBelow(*tree, model.nodeAt(model.index(1, 0))), std::vector<int>{0});
}

/// It has no name that could be changed, and nothing can be paired with it.
void TestStretches::isNoGroupOfKeys()
{
    const auto tree = treeOf(planFrom(keys(8, u"g.k%1 float32 1"_s), keys(8, u"h.k%1 float32 1"_s)));
    const quint32 stretch = tree->nodes[tree->find("g")].firstChild;
    QVERIFY(tree->nodes[stretch].isStretch());
    for (const HandStep::Kind kind : {HandStep::Kind::Rename, HandStep::Kind::RenameComponent})
        QCOMPARE(renameSubject(*tree, stretch, kind), std::string());
    const HandPairs pairs = handPairs(*tree, tree->find("g.k1"), tree->nodes[tree->find("h")].firstChild);
    QCOMPARE(pairs.refusal, HandPairs::Refusal::SeveralRows);
    QCOMPARE(pairs.to, std::string("h.k1 … k4"));
}

void TestStretches::copies_data()
{
    QTest::addColumn<QList<int>>("rows"); // of the top level; -1: the first row of the first stretch
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("expected");
    QTest::addRow("keys of a stretch") << QList<int>{1} << u"key"_s << u"k5 k6 k7 k8"_s;
    QTest::addRow("in their order") << QList<int>{2, 0} << u"key"_s << u"k1 k2 k3 k4 m z"_s;
    QTest::addRow("a row and its stretch") << QList<int>{-1, 0} << u"key"_s << u"k1 k2 k3 k4"_s;
    QTest::addRow("sources, where there are any") << QList<int>{1, 2} << u"source"_s << u"n5 n6 n7 n8 m"_s;
    QTest::addRow("shapes") << QList<int>{1, 2} << u"shape"_s << u"5 6 7 8 3"_s;
}

void TestStretches::copies()
{
    QFETCH(const QList<int>, rows);
    QFETCH(const QString, what);
    QFETCH(const QString, expected);
    const auto tree =
        treeOf(planFrom(keys(8, u"n%1 float32 %1 -> k%1"_s) + QStringList{u"m.x float32 2"_s, u"m.y float32 2"_s},
                        keys(8) + QStringList{u"m.x float32 2"_s, u"m.y float32 2"_s, u"z float32 3"_s}),
               {}, {}, {2, 6, 4});
    std::vector<KeyRows> chosen;
    for (const int row : rows) {
        const quint32 top = tree->nodes[0].firstChild;
        const quint32 node = row < 0 ? tree->nodes[top].firstChild : top + quint32(row);
        chosen.push_back({node, node});
    }
    Progress progress;
    const RowText textOf = what == "key"_L1 ? copiedKey : what == "source"_L1 ? copiedSource : copiedShape;
    CopiedRows copied = copyRows(*tree, chosen, textOf, progress);
    QCOMPARE(copied.text.replace(u'\n', u' '), expected);
    QCOMPARE(copied.rows, expected.count(u' ') + 1);
}

void TestStretches::copyingReportsAndStops()
{
    class Asked final : public Progress
    {
    public:
        void report(qint64 done, qint64 total) override { reports << u"%1/%2"_s.arg(done).arg(total); }
        bool stopRequested() const override { return reports.size() > 2; }
        QStringList reports;
    };
    const auto tree = treeOf(planFrom(keys(20'000)), {}, {}, {0, 10'000, 1000});
    const std::vector<KeyRows> all{{tree->nodes[0].firstChild, tree->nodes[0].firstChild + 19}};
    QCOMPARE(tree->nodes[0].childCount, 20u);
    QCOMPARE(countRows(*tree, all), 20'000);
    Asked progress;
    const CopiedRows copied = copyRows(*tree, all, copiedKey, progress);
    QCOMPARE(progress.reports, (QStringList{u"0/20000"_s, u"4096/20000"_s, u"8192/20000"_s}));
    QCOMPARE(copied.rows, 8192);
}

void TestStretches::stops()
{
    class Stopped final : public Progress
    {
        bool stopRequested() const override { return true; }
    };
    Progress progress;
    const auto tree = buildKeyTree(planFrom(keys(8)), fours, progress);
    Stopped stopped;
    QVERIFY(!stretchKeyTree(tree, fours, stopped));
    QCOMPARE(stretchKeyTree(tree, {}, stopped), tree); // nothing to do
}

void TestStretches::randomEditsHoldTogether()
{
    QRandomGenerator random(23);
    const QStringList filters{{}, u"k1"_s, u"/[135]/"_s, u"!g2"_s, u"missing"_s, u">5"_s};
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    bool hasStretches = false;
    for (int round = 0; round < 80; ++round) {
        QStringList rows;
        QStringList targets;
        for (const QString &group : {u""_s, u"g1."_s, u"g2.a."_s, u"g2.b."_s}) {
            for (int key = 0, count = random.bounded(40); key < count; ++key) {
                const QString name = u"%1k%2%3"_s.arg(group).arg(key).arg(random.bounded(9) == 0 ? u".x"_s : QString());
                if (random.bounded(20) > 0)
                    rows << u"m.%1 float32 %2 -> %1"_s.arg(name).arg(1 + random.bounded(9))
                            + (random.bounded(20) == 0 ? u" dropped 1"_s : QString());
                if (random.bounded(20) > 0)
                    targets << name + u" float32 2"_s;
            }
        }
        if (targets.isEmpty() || rows.isEmpty())
            continue;
        const KeySort sort{random.bounded(KeyTreeModel::ColumnCount + 1) - 1, random.bounded(2) == 0};
        const auto tree =
            treeOf(planFrom(rows, random.bounded(3) > 0 ? targets : QStringList()), sort,
                   filters[random.bounded(filters.size())],
                   {quint32(random.bounded(3)), quint32(4 + random.bounded(8)), quint32(1 + random.bounded(5))});
        checkWhole(*tree);
        model.setTree(tree);
        for (quint32 node = 1; node < tree->nodes.size(); ++node) {
            if (!tree->nodes[node].isStretch())
                continue;
            hasStretches = true;
            const QModelIndex parent = model.indexOf(model.indexOf(std::string(tree->path(tree->nodes[node].parent)))
                                                         .data(KeyTreeModel::PlaceNameRole)
                                                         .toString()
                                                         .toStdString());
            const QModelIndex index = model.index(int(tree->row(node)), 0, parent);
            QCOMPARE(model.nodeAt(index), node);
            QCOMPARE(model.indexOf(index.data(KeyTreeModel::PlaceNameRole).toString().toStdString()), index);
        }
    }
    QVERIFY(hasStretches);
}

QTEST_GUILESS_MAIN(TestStretches)
#include "tst_stretches.moc"
