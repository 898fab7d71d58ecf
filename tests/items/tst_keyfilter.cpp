// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keyfilter.h"
#include "model/items/keytreeloader.h"
#include "model/items/keytreemodel.h"
#include "tests/support/outline.h"
#include "tests/support/planbuilder.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
/// One plan for all rows of the language: every verdict, several dtypes, shapes and sizes.
std::shared_ptr<Plan> samplePlan()
{
    return planFrom({u"module.blocks.0.attn.qkv.weight float32 288x96 -> blocks.0.attn.qkv.weight"_s,
                     u"module.blocks.0.attn.qkv.bias bfloat16 288 -> blocks.0.attn.qkv.bias"_s,
                     u"module.blocks.1.mlp.fc1.weight float16 384x96 -> blocks.1.mlp.fc1.weight"_s,
                     u"module.Head.weight float32 10x96 -> head.weight"_s,
                     u"module.patch.weight float32 96x3x4x4 -> patch.weight"_s, u"module.steps int64 scalar -> steps"_s,
                     u"module.mask float32 49x49 -> mask dropped 0"_s, u"big float32 2048x1024"_s},
                    {u"blocks.0.attn.qkv.weight float32 288x96"_s, u"blocks.0.attn.qkv.bias bfloat16 288"_s,
                     u"blocks.1.mlp.fc1.weight float32 384x96"_s, u"head.weight float32 10x96"_s,
                     u"patch.weight float32 96x4x4x4"_s, u"norm.weight float32 96"_s, u"big float32 2048x1024"_s});
}

std::shared_ptr<const KeyTree> treeOf(std::shared_ptr<const Plan> plan)
{
    Progress progress;
    return buildKeyTree(std::move(plan), {0}, progress);
}

QStringList leavesOf(const KeyTree &tree)
{
    QStringList names;
    for (const quint32 leaf : tree.order)
        names += QString::fromStdString(std::string(tree.all->names[leaf]));
    return names;
}
}

class TestKeyFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void language_data();
    void language();
    void errors_data();
    void errors();
    void verdictSets();
    void layout();
    void filtersAFilteredTree();
    void hostileRegexEnds();
    void searchAgreesWithQString();
    void loaderShowsNewestOnly();
    void loaderCountsForChips();
    void loaderKeepsFilterOnError();
    void loaderDiesWhileRunning();
};

void TestKeyFilter::language_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("expected"); // kept keys, shortened to their last two components

    const auto row = [](const char *tag, const char *line, const char *expected) {
        QTest::addRow("%s", tag) << QString::fromUtf8(line) << QString::fromUtf8(expected);
    };
    row("nothing", "", "big qkv.bias qkv.weight fc1.weight head.weight mask norm.weight patch.weight steps");
    row("spaces", "   ", "big qkv.bias qkv.weight fc1.weight head.weight mask norm.weight patch.weight steps");
    row("text", "qkv", "qkv.bias qkv.weight");
    row("text across dots", "attn.q", "qkv.bias qkv.weight");
    row("any case", "QKV.Bias", "qkv.bias");
    row("upper case in the key", "head", "head.weight");
    row("text of the source key alone", "module.steps", "steps");
    row("text in the middle of a removed prefix", "odule.b", "qkv.bias qkv.weight fc1.weight");
    row("two words", "qkv weight", "qkv.weight");
    row("not", "!weight", "big qkv.bias mask steps");
    row("not, with another word", "blocks !qkv", "fc1.weight");
    row("a lone exclamation mark", "!", "");
    row("quoted", "\"mask\"", "mask");
    row("quoted verdict word", "\"loaded\"", "");
    row("quote not closed", "\"qkv.b", "qkv.bias");
    row("glob", "*.weight", "qkv.weight fc1.weight head.weight norm.weight patch.weight");
    row("glob of the whole key", "*.weigh", "");
    row("glob with a question mark", "blocks.?.attn*bias", "qkv.bias");
    row("glob of the source key", "module.Head.*", "head.weight");
    row("glob with several stars", "b*.*.*.w*t", "qkv.weight fc1.weight");
    row("glob that must not overlap", "*.weight*.weight", "");
    row("lone star", "*", "big qkv.bias qkv.weight fc1.weight head.weight mask norm.weight patch.weight steps");
    row("regex", "/fc\\d\\./", "fc1.weight");
    row("regex is case-sensitive", "/HEAD/", "");
    row("regex in any case", "/hEAD/i", "head.weight");
    row("regex with spaces", "/qkv|( )/", "qkv.bias qkv.weight");
    row("regex and a word", "/qkv/ bias", "qkv.bias");
    row("regex with a slash", "/q/?kv/", "qkv.bias qkv.weight");
    row("dtype", "dtype:bfloat16", "qkv.bias");
    row("dtype by alias", "dtype:half", "fc1.weight");
    row("dtypes", "dtype:int64,bfloat16", "qkv.bias steps");
    row("dtype pattern", "dtype:*float16", "qkv.bias fc1.weight");
    row("shape", "shape:288,96", "qkv.weight");
    row("shape with places", "shape:*,3,*,*", "patch.weight");
    row("shape of the target", "shape:96,4,4,4", "patch.weight");
    row("shape by rank", "shape:*", "qkv.bias norm.weight");
    row("open shape", "shape:96,...", "norm.weight patch.weight");
    row("open in the middle", "shape:96,...,4", "patch.weight");
    row("scalar", "shape:scalar", "steps");
    row("shape in brackets", "shape:[10,96]", "head.weight");
    row("shape with x", "shape:10x96", "head.weight");
    row("above", ">1M", "big");
    row("below", "<100 loaded", "");
    row("at most", "<=96", "norm.weight steps");
    row("bytes", ">=8MB", "big");
    row("bytes below", "<9B", "steps");
    row("fractions", ">0.03M <0.04M", "fc1.weight");
    row("both bounds", ">900 <1k", "head.weight");
    row("missing", "missing", "norm.weight");
    row("unexpected", "unexpected", "steps");
    row("mismatch", "mismatch", "patch.weight");
    row("loaded", "Loaded", "big qkv.bias qkv.weight head.weight");
    row("dropped", "dropped", "mask");
    row("other dtype", "dtype", "fc1.weight");
    row("difference", "difference", "fc1.weight norm.weight patch.weight steps");
    row("renamed", "renamed !module.blocks", "head.weight mask patch.weight steps");
}

void TestKeyFilter::language()
{
    QFETCH(const QString, line);
    QFETCH(const QString, expected);

    const auto filter = KeyFilter::parse(line);
    QVERIFY2(filter, qPrintable(filter ? QString() : filter.error().message));
    Progress progress;
    const auto kept = filterKeyTree(treeOf(samplePlan()), *filter, {}, progress);
    QStringList names;
    for (const QString &name : leavesOf(*kept))
        names += name.section(u'.', -2);
    QCOMPARE(names.join(u' '), expected);
}

void TestKeyFilter::errors_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("expected");

    QTest::addRow("unfinished regex") << u"/ab"_s << u"The regular expression is not finished: close it with “/”."_s;
    QTest::addRow("lone slash") << u"qkv /"_s << u"The regular expression is not finished: close it with “/”."_s;
    QTest::addRow("wrong regex") << u"/a(b/"_s
                                 << u"The regular expression is wrong at character 4: missing closing parenthesis."_s;
    QTest::addRow("no dtype") << u"dtype:"_s << u"“dtype:” needs a type, as in dtype:bfloat16."_s;
    QTest::addRow("misspelt dtype") << u"dtype:bflaot16"_s << u"“bflaot16” is not a type; did you mean “bfloat16”?"_s;
    QTest::addRow("no such dtype") << u"dtype:zzzzzzzzzzz"_s << u"“zzzzzzzzzzz” is not a type."_s;
    QTest::addRow("not a shape") << u"shape:a,3"_s
                                 << u"“shape:a,3” is not a shape: write sizes as in shape:96,3,*,* or shape:96,..."_s;
    QTest::addRow("no shape") << u"shape:"_s
                              << u"“shape:” is not a shape: write sizes as in shape:96,3,*,* or shape:96,..."_s;
    QTest::addRow("size too large")
        << u"shape:99999999999999999999"_s
        << u"“shape:99999999999999999999” is not a shape: write sizes as in shape:96,3,*,* or shape:96,..."_s;
    QTest::addRow("two open places")
        << u"shape:...,3,..."_s
        << u"“shape:...,3,...” is not a shape: write sizes as in shape:96,3,*,* or shape:96,..."_s;
    QTest::addRow("not a size") << u">big"_s << u"“>big” is not a size: write it as in >1M, <=512 or >1.5GB."_s;
    QTest::addRow("lone bracket") << u"<"_s << u"“<” is not a size: write it as in >1M, <=512 or >1.5GB."_s;
}

void TestKeyFilter::errors()
{
    QFETCH(const QString, line);
    QFETCH(const QString, expected);

    const auto filter = KeyFilter::parse(line);
    QVERIFY(!filter);
    QCOMPARE(filter.error().message, expected);
    QCOMPARE(filter.error().kind, Error::Kind::Usage);
}

void TestKeyFilter::verdictSets()
{
    Progress progress;
    const auto tree = treeOf(samplePlan());
    const auto kept = filterKeyTree(tree, {}, {KeyVerdict::Missing, KeyVerdict::Dropped}, progress);
    QCOMPARE(leavesOf(*kept), (QStringList{u"mask"_s, u"norm.weight"_s}));
    QCOMPARE(filterKeyTree(tree, {}, {}, progress), tree);
    QCOMPARE(filterKeyTree(tree, *KeyFilter::parse(u"*"_s), {}, progress), tree);
    const auto none = filterKeyTree(tree, {}, {KeyVerdict::Collided}, progress);
    QVERIFY(none->order.empty());
    QCOMPARE(none->nodes.size(), 1u);
}

void TestKeyFilter::layout()
{
    Progress progress;
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto tree = treeOf(samplePlan());
    model.setTree(tree);
    model.setTree(filterKeyTree(tree, *KeyFilter::parse(u"blocks weight"_s), {}, progress));
    QCOMPARE(outline(model, {KeyTreeModel::SourceKey, KeyTreeModel::Parameters, KeyTreeModel::Verdict}),
             (QStringList{u"blocks | 64.5 k | 1 loaded, 1 other dtype"_s, u"  0 | 27.6 k | 1 loaded"_s,
                          u"    attn.qkv | 27.6 k | 1 loaded"_s, u"      weight | 27,648 | loaded"_s,
                          u"  1.mlp.fc1.weight | 36,864 | other dtype"_s}));
    QCOMPARE(model.indexOf("blocks.0.attn.qkv.weight").data().toString(), u"weight"_s);
    QVERIFY(!model.indexOf("blocks.0.attn.qkv.bias").isValid());
}

void TestKeyFilter::filtersAFilteredTree()
{
    Progress progress;
    const auto tree = treeOf(samplePlan());
    const auto once = filterKeyTree(tree, *KeyFilter::parse(u"weight"_s), {}, progress);
    const auto twice = filterKeyTree(once, *KeyFilter::parse(u"blocks"_s), {KeyVerdict::Loaded}, progress);
    QCOMPARE(leavesOf(*twice), QStringList{u"blocks.0.attn.qkv.weight"_s});
    QCOMPARE(twice->parametersOf(0), 288 * 96);
}

void TestKeyFilter::hostileRegexEnds()
{
    const auto filter = KeyFilter::parse(u"/(a+)+$/"_s);
    QVERIFY(filter);
    Progress progress;
    const auto tree = treeOf(planFrom({QString(3000, u'a') + u"b float32 1"_s}));
    QVERIFY(filterKeyTree(tree, *filter, {}, progress)->order.empty());
}

void TestKeyFilter::searchAgreesWithQString()
{
    QStringList rows;
    for (int i = 0; i < 300; ++i)
        rows += u"Layer%1.%2.x_y float32 1"_s.arg(i).arg(i * 7919 % 1000, 0, 16);
    const auto tree = treeOf(planFrom(rows));
    Progress progress;
    for (const QString &needle : {u"1"_s, u"LAYER2"_s, u"yer1"_s, u"a."_s, u"_y"_s, u"x_yy"_s, u".x"_s, u"99.x_Y"_s}) {
        QStringList expected;
        for (const QString &name : leavesOf(*tree)) {
            if (name.contains(needle, Qt::CaseInsensitive))
                expected += name;
        }
        QCOMPARE(leavesOf(*filterKeyTree(tree, *KeyFilter::parse(needle), {}, progress)), expected);
    }
}

void TestKeyFilter::loaderShowsNewestOnly()
{
    KeyTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    KeyTreeLoader loader(&model);
    QSignalSpy shown(&loader, &KeyTreeLoader::shown);
    loader.setPlan(planFrom({u"old float32 1"_s}));
    loader.setPlan(planFrom({u"a.x float32 1"_s, u"a.y float32 1"_s, u"b float32 1"_s}));
    loader.setFilter(u"x"_s);
    loader.setFilter(u"a.y"_s);
    QTRY_COMPARE(loader.isRunning(), false);
    QCOMPARE(outline(model), QStringList{u"a.y"_s});
    QCOMPARE(shown.count(), 1);
    loader.setPlan(nullptr);
    QCOMPARE(outline(model), QStringList());
}

void TestKeyFilter::loaderCountsForChips()
{
    KeyTreeModel model;
    KeyTreeLoader loader(&model);
    loader.setPlan(samplePlan());
    loader.setFilter(u"weight"_s);
    loader.setVerdicts({KeyVerdict::Missing});
    QTRY_COMPARE(loader.isRunning(), false);
    QCOMPARE(outline(model, {KeyTreeModel::TargetKey}), QStringList{u"norm.weight"_s});
    QCOMPARE(loader.counts()[std::size_t(KeyVerdict::Loaded)], 2);
    QCOMPARE(loader.counts()[std::size_t(KeyVerdict::Missing)], 1);
    QCOMPARE(loader.counts()[std::size_t(KeyVerdict::Dropped)], 0);
    QVERIFY(loader.isFiltered());
}

void TestKeyFilter::loaderKeepsFilterOnError()
{
    KeyTreeModel model;
    KeyTreeLoader loader(&model);
    QSignalSpy changed(&loader, &KeyTreeLoader::filterErrorChanged);
    loader.setPlan(samplePlan());
    loader.setFilter(u"mask"_s);
    loader.setFilter(u"/mas"_s);
    QCOMPARE(loader.filterError(), u"The regular expression is not finished: close it with “/”."_s);
    QTRY_COMPARE(loader.isRunning(), false);
    QCOMPARE(outline(model), QStringList{u"mask"_s});
    loader.setFilter(u"/mas/"_s);
    QCOMPARE(loader.filterError(), QString());
    QCOMPARE(changed.count(), 2);
}

void TestKeyFilter::loaderDiesWhileRunning()
{
    QStringList rows;
    for (int i = 0; i < 20'000; ++i)
        rows += u"layers.%1.weight float32 1"_s.arg(i);
    const auto plan = planFrom(rows);
    for (int round = 0; round < 5; ++round) {
        KeyTreeModel model;
        KeyTreeLoader loader(&model);
        loader.setPlan(plan);
        loader.setFilter(u"9"_s);
        QVERIFY(loader.isRunning());
    }
}

QTEST_GUILESS_MAIN(TestKeyFilter)
#include "tst_keyfilter.moc"
