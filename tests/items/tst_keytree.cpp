// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keycopy.h"
#include "model/items/keytree.h"
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
constexpr KeyTreeOptions unflattened{0};

std::shared_ptr<const KeyTree> treeOf(std::shared_ptr<const Plan> plan, const KeyTreeOptions &options = {})
{
    Progress progress;
    return buildKeyTree(std::move(plan), options, progress);
}

QStringList scalars(const QStringList &names)
{
    QStringList lines;
    for (const QString &name : names)
        lines += name + u" float32 2"_s;
    return lines;
}

/// Asks to stop at the n-th question.
class StopAfter final : public Progress
{
public:
    explicit StopAfter(int questions) : m_left(questions) {}
    bool stopRequested() const override { return --m_left < 0; }

private:
    mutable int m_left;
};
}

class TestKeyTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void groups_data();
    void groups();
    void flattensSmallGroups();
    void sidesAndVerdicts();
    void totals();
    void sourceColumn_data();
    void sourceColumn();
    void placesDroppedRows_data();
    void placesDroppedRows();
    void roles();
    void joinedKeys();
    void showsStateBeforeFailedStep();
    void hostileNames();
    void findsEveryKey();
    void walksDifferences();
    void stops();
    void randomTreesHoldTogether();
};

void TestKeyTree::groups_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QStringList>("expected");

    QTest::addRow("empty") << QStringList() << QStringList();
    QTest::addRow("shared prefix") << QStringList{u"fc.weight"_s, u"fc.bias"_s}
                                   << QStringList{u"fc"_s, u"  bias"_s, u"  weight"_s};
    QTest::addRow("natural order") << QStringList{u"l.10.w"_s, u"l.10.b"_s, u"l.9.w"_s, u"l.9.b"_s, u"a"_s}
                                   << QStringList{u"a"_s,     u"l.{9–10}"_s, u"  9"_s,   u"    b"_s,
                                                  u"    w"_s, u"  10"_s,     u"    b"_s, u"    w"_s};
    QTest::addRow("tensor that is also a group")
        << QStringList{u"w.scale"_s, u"w.zero"_s, u"w"_s} << QStringList{u"w"_s, u"w"_s, u"  scale"_s, u"  zero"_s};
    QTest::addRow("a single leaf shares its group's row")
        << QStringList{u"a.b.c"_s, u"a.d"_s} << QStringList{u"a"_s, u"  b.c"_s, u"  d"_s};
    QTest::addRow("chains of groups share a row") << QStringList{u"backbone.body.w"_s, u"backbone.body.b"_s}
                                                  << QStringList{u"backbone.body"_s, u"  b"_s, u"  w"_s};
    QTest::addRow("numbers keep a row of their own")
        << QStringList{u"s.0.blocks.w"_s, u"s.0.blocks.b"_s, u"s.1.blocks.w"_s, u"s.1.blocks.b"_s}
        << QStringList{u"s.{0–1}"_s, u"  0"_s,        u"    blocks"_s, u"      b"_s, u"      w"_s,
                       u"  1"_s,     u"    blocks"_s, u"      b"_s,    u"      w"_s};
    QTest::addRow("a group met again later is the same")
        << QStringList{u"a.x"_s, u"b.x"_s, u"a.y"_s, u"b.y"_s}
        << QStringList{u"a"_s, u"  x"_s, u"  y"_s, u"b"_s, u"  x"_s, u"  y"_s};
    QTest::addRow("dots at the ends and in a row") << QStringList{u".a"_s, u"b."_s, u"c..d"_s, u"c..e"_s}
                                                   << QStringList{u".a"_s, u"b."_s, u"c."_s, u"  d"_s, u"  e"_s};
}

void TestKeyTree::groups()
{
    QFETCH(const QStringList, names);
    QFETCH(const QStringList, expected);

    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTree(treeOf(planFrom(scalars(names)), unflattened));

    QCOMPARE(outline(model), expected);
}

void TestKeyTree::flattensSmallGroups()
{
    QStringList names{u"norm.weight"_s, u"norm.bias"_s};
    for (int block = 0; block < 2; ++block) {
        for (const QString &tail : {u"attn.qkv.weight"_s, u"attn.qkv.bias"_s, u"mlp.fc.weight"_s})
            names += u"blocks.%1."_s.arg(block) + tail;
    }
    KeyTreeModel model;
    model.setTree(treeOf(planFrom(scalars(names)), {3}));
    QCOMPARE(outline(model),
             (QStringList{u"blocks.{0–1}"_s, u"  0"_s, u"    attn.qkv.bias"_s, u"    attn.qkv.weight"_s,
                          u"    mlp.fc.weight"_s, u"  1"_s, u"    attn.qkv.bias"_s, u"    attn.qkv.weight"_s,
                          u"    mlp.fc.weight"_s, u"norm"_s, u"  bias"_s, u"  weight"_s}));
}

void TestKeyTree::sidesAndVerdicts()
{
    const auto plan =
        planFrom({u"m.patch.weight float32 96x3x4x4 -> patch.weight"_s, u"m.patch.bias float32 96 -> patch.bias"_s,
                  u"m.head.fc.weight float16 10x96 -> head.weight"_s, u"m.queue float32 1 -> queue"_s,
                  u"m.patch.mask float32 49x49 dropped 2"_s},
                 {u"patch.weight float32 96x4x4x4"_s, u"patch.bias float32 96"_s, u"head.weight float32 10x96"_s,
                  u"head.bias float32 10"_s});
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTree(treeOf(plan, unflattened));

    const QList<int> columns{KeyTreeModel::SourceKey, KeyTreeModel::SourceShape, KeyTreeModel::DTypeColumn,
                             KeyTreeModel::TargetKey, KeyTreeModel::TargetShape, KeyTreeModel::Parameters,
                             KeyTreeModel::Bytes,     KeyTreeModel::Verdict};
    QCOMPARE(outline(model, columns),
             (QStringList{
                 u"head.fc |  |  | head |  | 970 | 2.0 kB | 1 other dtype, 1 missing"_s,
                 u"   |  | float32 | bias | 10 | 10 | 40 B | missing"_s,
                 u"  weight | 10 × 96 | float16 | weight | 10 × 96 | 960 | 1.9 kB | other dtype"_s,
                 u"patch |  |  | patch |  | 4,704 | 18.8 kB | 1 loaded, 1 dropped, 1 size mismatch"_s,
                 u"  bias | 96 | float32 | bias | 96 | 96 | 384 B | loaded"_s,
                 u"  mask | 49 × 49 | float32 |  |  | 2,401 | 9.6 kB | dropped"_s,
                 u"  weight | 96 × 3 × 4 × 4 | float32 | weight | 96 × 4 × 4 × 4 | 4,608 | 18.4 kB | size mismatch"_s,
                 u"queue | 1 | float32 |  |  | 1 | 4 B | unexpected"_s}));
    QCOMPARE(model.headerData(KeyTreeModel::TargetKey, Qt::Horizontal).toString(), u"Target key"_s);
}

void TestKeyTree::totals()
{
    const auto tree = treeOf(
        planFrom({u"a.x float32 10"_s, u"a.y float16 5"_s, u"b.z float32 100"_s, u"a.gone float32 1000 dropped 0"_s}),
        unflattened);
    const quint32 a = tree->find("a");
    QCOMPARE(tree->parametersOf(a), 15);
    QCOMPARE(tree->bytesOf(a), 50);
    QCOMPARE(tree->counts(a)[std::size_t(KeyVerdict::Dropped)], 1);
    QCOMPARE(tree->counts(a)[std::size_t(KeyVerdict::None)], 2);
    QCOMPARE(tree->parametersOf(0), 115);
    QCOMPARE(tree->verdict(0), KeyVerdict::Dropped);
}

void TestKeyTree::sourceColumn_data()
{
    QTest::addColumn<QStringList>("rows");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("changed"); // the marked parts, separated by spaces

    const QStringList plain{u"a.x float32 1"_s, u"a.y float32 1"_s};
    QTest::addRow("equal") << plain << u"a.x"_s << u"x"_s << QString();
    const QStringList stripped{u"module.a.x float32 1 -> a.x"_s, u"module.a.y float32 1 -> a.y"_s,
                               u"module.b.z float32 1 -> b.new"_s};
    QTest::addRow("common prefix") << stripped << u"a.x"_s << u"x"_s << QString();
    QTest::addRow("group below a common prefix") << stripped << u"a"_s << u"a"_s << QString();
    QTest::addRow("renamed besides the prefix") << stripped << u"b.new"_s << u"b.z"_s << u"z"_s;
    const QStringList shifted{u"layers.0.down.w float32 1 -> layers.1.down.w"_s,
                              u"layers.0.down.b float32 1 -> layers.1.down.b"_s, u"layers.1.w float32 1"_s,
                              u"layers.0.w float32 1"_s};
    QTest::addRow("group from elsewhere") << shifted << u"layers.1.down"_s << u"layers.0.down"_s << u"0"_s;
    QTest::addRow("leaf of a group from elsewhere") << shifted << u"layers.1.down.w"_s << u"w"_s << QString();
    QTest::addRow("group of mixed origin") << shifted << u"layers.1"_s << u"1"_s << QString();
    const QStringList added{u"conv.w float32 1 -> backbone.conv.w"_s, u"conv.b float32 1 -> backbone.conv.b"_s,
                            u"fc.w float32 1 -> backbone.fc.w"_s, u"fc.b float32 1 -> backbone.fc.b"_s};
    QTest::addRow("group with an added prefix") << added << u"backbone"_s << QString() << QString();
    QTest::addRow("below an added prefix") << added << u"backbone.conv"_s << u"conv"_s << QString();
    QTest::addRow("control characters") << QStringList{u"a\nb float32 1 -> c"_s, u"d float32 1"_s, u"e float32 1"_s}
                                        << u"c"_s << u"a\\nb"_s << u"a\\nb"_s;
}

void TestKeyTree::sourceColumn()
{
    QFETCH(const QStringList, rows);
    QFETCH(const QString, key);
    QFETCH(const QString, text);
    QFETCH(const QString, changed);

    KeyTreeModel model;
    model.setTree(treeOf(planFrom(rows), unflattened));
    const QModelIndex index = model.indexOf(key.toStdString());
    QVERIFY(index.isValid());
    QCOMPARE(index.data().toString(), text);
    QStringList marked;
    const auto ranges = index.data(KeyTreeModel::ChangedRangesRole).value<QList<int>>();
    for (qsizetype i = 0; i + 1 < ranges.size(); i += 2)
        marked += text.mid(ranges[i], ranges[i + 1]);
    QCOMPARE(marked.join(u' '), changed);
}

void TestKeyTree::placesDroppedRows_data()
{
    QTest::addColumn<QStringList>("rows");
    QTest::addColumn<QStringList>("targets");
    QTest::addColumn<QStringList>("expected");

    QTest::addRow("beside the siblings it had in the file")
        << QStringList{u"module.a.w float32 1 -> a.w"_s, u"module.a.mask float32 1 dropped 0"_s} << QStringList()
        << QStringList{u"a | "_s, u"  mask | dropped"_s, u"  w | "_s};
    QTest::addRow("without siblings at its last name")
        << QStringList{u"w float32 1"_s, u"opt.step float32 1 -> o.step dropped 0"_s} << QStringList()
        << QStringList{u"opt.step | dropped"_s, u"w | "_s};
    QTest::addRow("at the top level") << QStringList{u"m.w float32 1 -> w"_s, u"m.x float32 1 dropped 1"_s}
                                      << QStringList() << QStringList{u"w | "_s, u"x | dropped"_s};
    QTest::addRow("one row with the key that the target misses")
        << QStringList{u"w float32 1"_s, u"head float32 4 dropped 1"_s}
        << QStringList{u"w float32 1"_s, u"head float32 9"_s} << QStringList{u"head | missing"_s, u"w | loaded"_s};
}

void TestKeyTree::placesDroppedRows()
{
    QFETCH(const QStringList, rows);
    QFETCH(const QStringList, targets);
    QFETCH(const QStringList, expected);

    KeyTreeModel model;
    model.setTree(treeOf(planFrom(rows, targets), unflattened));
    QStringList lines = outline(model, {KeyTreeModel::SourceKey, KeyTreeModel::Verdict});
    lines.replaceInStrings(u"1 dropped"_s, QString());
    QCOMPARE(lines, expected);
}

void TestKeyTree::roles()
{
    KeyTreeModel model;
    model.setTree(treeOf(planFrom({u"m.a.x float32 1 -> a.x"_s, u"m.a.y float32 2 dropped 3"_s, u"m.a.z float32 1"_s},
                                  {u"a.x float32 1"_s, u"a.w float32 3"_s}),
                         unflattened));
    const QModelIndex x = model.indexOf("a.x");
    QCOMPARE(x.data(KeyTreeModel::SourceNameRole).toString(), u"m.a.x"_s);
    QCOMPARE(x.data(KeyTreeModel::TargetNameRole).toString(), u"a.x"_s);
    QCOMPARE(x.data(KeyTreeModel::VerdictRole).value<KeyVerdict>(), KeyVerdict::Loaded);
    QCOMPARE(x.data(KeyTreeModel::VerdictRole).toInt(), int(KeyVerdict::Loaded));
    QCOMPARE(x.data(KeyTreeModel::IsGroupRole).toBool(), false);
    QCOMPARE(x.data(KeyTreeModel::RowIndexRole).toLongLong(), 0);
    QCOMPARE(x.data(KeyTreeModel::SourceTensorRole).toLongLong(), 0);
    QCOMPARE(x.data(KeyTreeModel::TargetIndexRole).toLongLong(), 0);
    QCOMPARE(x.data(KeyTreeModel::DroppedByRole).toInt(), -1);
    QCOMPARE(x.data(KeyTreeModel::DroppedIndexRole).toLongLong(), -1);
    QCOMPARE(x.data(KeyTreeModel::ChangedByRole).toInt(), 0);
    const QModelIndex y = model.indexOf("a.y");
    QCOMPARE(y.data(KeyTreeModel::DroppedByRole).toInt(), 3);
    QCOMPARE(y.data(KeyTreeModel::DroppedIndexRole).toLongLong(), 0);
    QCOMPARE(y.data(KeyTreeModel::RowIndexRole).toLongLong(), -1);
    QCOMPARE(y.data(KeyTreeModel::SourceTensorRole).toLongLong(), 1);
    QCOMPARE(y.siblingAtColumn(KeyTreeModel::Parameters).data(KeyTreeModel::SortRole).toLongLong(), 2);
    const QModelIndex a = x.parent();
    QCOMPARE(a.data(KeyTreeModel::IsGroupRole).toBool(), true);
    QCOMPARE(a.data(KeyTreeModel::VerdictRole).value<KeyVerdict>(), KeyVerdict::Missing);
    const auto counts = a.data(KeyTreeModel::CountsRole).value<QList<qint64>>();
    QCOMPARE(counts.size(), qsizetype(keyVerdictCount));
    QCOMPARE(counts[qsizetype(KeyVerdict::Loaded)], 1);
    QCOMPARE(counts[qsizetype(KeyVerdict::Missing)], 1);
    QCOMPARE(counts[qsizetype(KeyVerdict::Dropped)], 1);
}

/// A key that is joined from several says how many, which are rows below it.
void TestKeyTree::joinedKeys()
{
    const auto recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - remove-prefix: m.\n"
                                      "  - concat: {from: [none, a.q, a.k], to: a.qk, incomplete: zeros}\n",
                                      {});
    Progress progress;
    const auto made = plan(
        {checkpointFrom({u"m.a.k float32 2"_s, u"m.a.q float32 2"_s, u"m.b float32 2"_s}), {}, *recipe, {}}, progress);
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto tree = treeOf(made);
    model.setTree(tree);
    QCOMPARE(outline(model,
                     {KeyTreeModel::SourceKey, KeyTreeModel::SourceShape, KeyTreeModel::TargetKey,
                      KeyTreeModel::TargetShape, KeyTreeModel::Bytes}),
             (QStringList{u"a.q | 6 | a.qk | 6 | 24 B"_s, u"  a.q | 2 |  |  | 8 B"_s, u"  a.k | 2 |  |  | 8 B"_s,
                          u"b | 2 | b | 2 | 8 B"_s}));
    const QModelIndex joined = model.indexOf("a.qk");
    QCOMPARE(joined.data(KeyTreeModel::SeveralRole).toString(), u"2 → 1"_s);
    QCOMPARE(joined.data(Qt::AccessibleTextRole).toString(), u"a.q, 2 → 1"_s);
    QCOMPARE(model.indexOf("b").data(KeyTreeModel::SeveralRole).toString(), QString());
    QCOMPARE(copiedSource(*tree, model.nodeAt(joined)), u"m.a.q\nm.a.k"_s);

    const QModelIndex k = model.indexOfSource("m.a.k");
    QCOMPARE(k, model.index(1, 0, joined));
    QCOMPARE(k.data(KeyTreeModel::PartRole).toInt(), 2);
    QCOMPARE(k.data(KeyTreeModel::SourceNameRole).toString(), u"m.a.k"_s);
    QCOMPARE(k.data(KeyTreeModel::TargetNameRole).toString(), u"a.qk"_s);
    QCOMPARE(k.data(KeyTreeModel::SourceTensorRole).toLongLong(), 0);
    QCOMPARE(k.data(KeyTreeModel::RowIndexRole), joined.data(KeyTreeModel::RowIndexRole));
    QCOMPARE(k.data(KeyTreeModel::VerdictRole).value<KeyVerdict>(), KeyVerdict::None);
    QCOMPARE(k.data(Qt::AccessibleTextRole).toString(), u"a.k, source 2 of 2"_s);
    QCOMPARE(k.data(KeyTreeModel::ChangedRangesRole).value<QList<int>>(), (QList<int>{2, 1}));
    QVERIFY(!model.flags(k).testFlag(Qt::ItemIsEditable));
    QCOMPARE(model.indexOf(k.data(KeyTreeModel::PlaceNameRole).toString().toStdString()), k);
    QCOMPARE(model.indexOf("a.qk←3"), joined); // it has lost a source
    QVERIFY(!model.indexOf("b.x←1").isValid());
    QCOMPARE(model.nodeAt(k), model.nodeAt(joined));
}

void TestKeyTree::showsStateBeforeFailedStep()
{
    auto plan = planFrom({u"a float32 1"_s, u"b float32 2"_s, u"c float32 1"_s},
                         {u"a float32 1"_s, u"b float32 3"_s, u"d float32 1"_s});
    plan->error = Error{Error::Kind::BadRecipe, u"Step 1 fails."_s};
    plan->failedStep = 0;
    plan->targets.assign(plan->targets.size(), {});
    plan->rows.assign(plan->rows.size(), {RowVerdict::Unexpected, noRow});
    KeyTreeModel model;
    model.setTree(treeOf(plan));
    QCOMPARE(
        outline(model, {KeyTreeModel::SourceKey, KeyTreeModel::TargetKey, KeyTreeModel::Verdict}),
        (QStringList{u"a | a | loaded"_s, u"b | b | size mismatch"_s, u"c |  | unexpected"_s, u" | d | missing"_s}));
}

void TestKeyTree::hostileNames()
{
    QString deep = u"a"_s;
    for (int i = 0; i < 100'000; ++i)
        deep += u".a"_s;
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto tree = treeOf(planFrom(scalars({deep, deep + u".b"_s, u"a.b"_s})), unflattened);
    model.setTree(tree);
    QVERIFY(tree->nodes.size() < 200);
    QVERIFY(tree->find(deep.toStdString()) != KeyTree::none);
    QVERIFY(tree->find((deep + u".b"_s).toStdString()) != KeyTree::none);

    model.setTree(treeOf(planFrom(scalars({u"x\ny"_s, u"x\u202ey"_s}))));
    QCOMPARE(outline(model), (QStringList{u"x\\ny"_s, u"x\\u202ey"_s}));
}

void TestKeyTree::findsEveryKey()
{
    const QStringList names{u"w"_s, u"w.scale"_s, u"w.zero"_s, u"a.b.c.d"_s, u"a.b.c.e"_s, u"a.bc"_s, u""_s, u"x."_s};
    QStringList rows;
    for (const QString &name : names)
        rows += u"s%1 float32 2 -> %2"_s.arg(rows.size()).arg(name);
    for (const quint32 flat : {0u, 3u, 16u}) {
        KeyTreeModel model;
        model.setTree(treeOf(planFrom(rows), {flat}));
        for (const QString &name : names) {
            const QModelIndex index = model.indexOf(name.toStdString());
            QVERIFY2(index.isValid(), qPrintable(name));
            QCOMPARE(index.data(KeyTreeModel::TargetNameRole).toString(), name);
            QCOMPARE(index.data(KeyTreeModel::IsGroupRole).toBool(), false);
        }
        QVERIFY(!model.indexOf("a.b.c.x").isValid());
        QVERIFY(!model.indexOf("w.scale.x").isValid());
    }
}

void TestKeyTree::walksDifferences()
{
    KeyTreeModel model;
    QVERIFY(!model.nextDifference({}, 1).isValid());
    model.setTree(treeOf(planFrom({u"a.x float32 1"_s, u"b.x float32 1"_s, u"c.x float32 1"_s},
                                  {u"a.x float32 1"_s, u"a.y float32 1"_s, u"b.x float32 2"_s, u"b.y float32 1"_s,
                                   u"d.x float32 1"_s, u"d.y float32 1"_s}),
                         unflattened));
    QStringList forward;
    QModelIndex at;
    for (int i = 0; i < 7; ++i) {
        at = model.nextDifference(at, 1);
        forward += at.data(KeyTreeModel::TargetNameRole).toString();
    }
    QCOMPARE(forward, (QStringList{u"a.y"_s, u"b.x"_s, u"b.y"_s, u"c.x"_s, u"d.x"_s, u"d.y"_s, u"a.y"_s}));
    QCOMPARE(model.nextDifference(at, -1).data(KeyTreeModel::TargetNameRole).toString(), u"d.y"_s);
    QCOMPARE(model.nextDifference({}, -1).data(KeyTreeModel::TargetNameRole).toString(), u"d.y"_s);
    // From a group: into it, or to what lies before it.
    QCOMPARE(model.nextDifference(model.indexOf("b"), 1).data(KeyTreeModel::TargetNameRole).toString(), u"b.x"_s);
    QCOMPARE(model.nextDifference(model.indexOf("b"), -1).data(KeyTreeModel::TargetNameRole).toString(), u"a.y"_s);
}

void TestKeyTree::stops()
{
    QStringList names;
    for (int i = 0; i < 10'000; ++i)
        names += u"layers.%1.weight"_s.arg(i);
    const auto plan = planFrom(scalars(names));
    for (int questions = 0; questions < 6; ++questions) {
        StopAfter progress(questions);
        QVERIFY(!buildKeyTree(plan, {}, progress));
    }
    StopAfter never(1000);
    QVERIFY(buildKeyTree(plan, {}, never));
}

void TestKeyTree::randomTreesHoldTogether()
{
    QRandomGenerator random(7);
    const QStringList words{u"a"_s, u"b"_s, u"0"_s, u"10"_s, u"2"_s, u"weight"_s};
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int round = 0; round < 30; ++round) {
        QStringList rows;
        QSet<QString> seen;
        for (int i = 0; i < 60; ++i) {
            QStringList parts;
            for (int depth = 1 + random.bounded(5); depth > 0; --depth)
                parts += words[random.bounded(words.size())];
            const QString name = parts.join(u'.');
            if (seen.contains(name))
                continue;
            seen += name;
            const QString line = u"m.%1 float32 %2 -> %1"_s.arg(name).arg(1 + random.bounded(9));
            rows += random.bounded(5) == 0 ? line + u" dropped 1"_s : line;
        }
        QStringList targets;
        for (const QString &name : std::as_const(seen)) {
            if (random.bounded(2) == 0)
                targets += name + u" float32 3"_s;
        }
        const auto tree = treeOf(planFrom(rows, targets), {quint32(random.bounded(8))});
        model.setTree(tree);
        checkWhole(*tree);
    }
}

QTEST_GUILESS_MAIN(TestKeyTree)
#include "tst_keytree.moc"
