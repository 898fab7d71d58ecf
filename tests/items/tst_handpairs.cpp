// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handpairs.h"
#include "model/items/keykin.h"
#include "model/recipe/fit.h"
#include "tests/support/planfrom.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
const QStringList tensors{
    u"enc.0.fc.weight float32 4x3"_s, u"enc.0.fc.bias float32 4"_s, u"enc.1.fc.weight float32 4x3"_s,
    u"enc.1.fc.bias float32 5"_s,     u"stem.weight float32 4x1"_s, u"head.weight float32 2x4"_s,
    u"old.weight float32 2x4"_s,      u"gone float32 1"_s,
};

const QString wanted = uR"("blocks.0.fc.weight": [4, 3], "blocks.0.fc.bias": [4], "blocks.1.fc.weight": [4, 3],
                          "blocks.1.fc.bias": [4], "conv.weight": [4, 3], "head.weight": [2, 4])"_s;

std::shared_ptr<const KeyTree> treeOf(const QString &steps)
{
    const auto plan = planFrom(tensors, recipeFrom(u"steps:\n"_s + steps), targetFrom(wanted));
    Progress progress;
    return buildKeyTree(plan, {0}, progress);
}

/// "a>b c>d ~1 (no 0)": pairs, misfits, refusal; "!" for shapes that differ, and "replacing".
QString told(const HandPairs &pairs)
{
    QStringList words;
    for (const auto &[from, to] : pairs.pairs)
        words << QString::fromStdString(from + '>' + *to);
    if (pairs.misfits > 0)
        words << u"~%1"_s.arg(pairs.misfits);
    if (pairs.replaces)
        words << u"replacing"_s;
    static const QStringList refusals{
        {},           u"same row"_s,     u"several rows"_s, u"no source"_s, u"no target"_s,
        u"a group"_s, u"nothing fits"_s, u"too many"_s};
    if (pairs.refusal != HandPairs::Refusal::None)
        words << refusals[int(pairs.refusal)];
    else if (!pairs.fits())
        words << u"!"_s;
    return words.join(u' ');
}

NamePairs pairsFrom(const QStringList &texts)
{
    NamePairs pairs;
    for (const QString &text : texts)
        pairs.emplace_back(text.section(u'>', 0, 0).toStdString(), text.section(u'>', 1).toStdString());
    return pairs;
}
}

class TestHandPairs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void kinOfAKey();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void rowsBroughtTogether_data()
    {
        QTest::addColumn<QString>("row");
        QTest::addColumn<QString>("other");
        QTest::addColumn<QString>("expected");
        QTest::addRow("unexpected to missing")
            << u"enc.0.fc.weight"_s << u"blocks.0.fc.weight"_s << u"enc.0.fc.weight>blocks.0.fc.weight"_s;
        QTest::addRow("missing to unexpected")
            << u"blocks.0.fc.weight"_s << u"enc.0.fc.weight"_s << u"enc.0.fc.weight>blocks.0.fc.weight"_s;
        QTest::addRow("other shape") << u"stem.weight"_s << u"conv.weight"_s << u"stem.weight>conv.weight !"_s;
        QTest::addRow("to a key that is loaded")
            << u"old.weight"_s << u"head.weight"_s << u"old.weight>head.weight replacing"_s;
        QTest::addRow("a loaded key elsewhere")
            << u"head.weight"_s << u"conv.weight"_s << u"head.weight>conv.weight !"_s;
        QTest::addRow("itself") << u"stem.weight"_s << u"stem.weight"_s << u"same row"_s;
        QTest::addRow("two sources") << u"stem.weight"_s << u"old.weight"_s << u"no target"_s;
        QTest::addRow("two targets") << u"conv.weight"_s << u"blocks.0.fc.weight"_s << u"no source"_s;
        QTest::addRow("dropped") << u"gone"_s << u"conv.weight"_s << u"no source"_s;
        QTest::addRow("key to group") << u"stem.weight"_s << u"blocks"_s << u"a group"_s;
        QTest::addRow("groups") << u"enc.0"_s << u"blocks.0"_s
                                << u"enc.0.fc.bias>blocks.0.fc.bias enc.0.fc.weight>blocks.0.fc.weight"_s;
        QTest::addRow("groups, one shape differs")
            << u"enc.1"_s << u"blocks.1"_s << u"enc.1.fc.weight>blocks.1.fc.weight ~1"_s;
        QTest::addRow("groups of groups, the other way")
            << u"blocks"_s << u"enc"_s
            << u"enc.0.fc.bias>blocks.0.fc.bias enc.0.fc.weight>blocks.0.fc.weight enc.1.fc.weight>blocks.1.fc.weight ~1"_s;
        QTest::addRow("groups without a name in common") << u"enc"_s << u"blocks.0"_s << u"nothing fits"_s;
    }

    void rowsBroughtTogether()
    {
        QFETCH(const QString, row);
        QFETCH(const QString, other);
        QFETCH(const QString, expected);
        const auto tree = treeOf(u"  - drop: gone\n"_s);
        const quint32 node = tree->find(row.toStdString());
        const quint32 second = tree->find(other.toStdString());
        QVERIFY(node != KeyTree::none && second != KeyTree::none);
        QCOMPARE(told(handPairs(*tree, node, second)), expected);
    }

    void likelyPartners_data()
    {
        QTest::addColumn<QString>("row");
        QTest::addColumn<QStringList>("expected");
        QTest::addRow("missing") << u"blocks.1.fc.weight"_s
                                 << QStringList{u"enc.1.fc.weight>blocks.1.fc.weight"_s,
                                                u"enc.0.fc.weight>blocks.1.fc.weight"_s,
                                                u"old.weight>blocks.1.fc.weight !"_s,
                                                u"stem.weight>blocks.1.fc.weight !"_s};
        QTest::addRow("unexpected") << u"enc.1.fc.bias"_s
                                    << QStringList{u"enc.1.fc.bias>blocks.1.fc.bias !"_s,
                                                   u"enc.1.fc.bias>blocks.0.fc.bias !"_s};
        QTest::addRow("loaded") << u"head.weight"_s << QStringList();
        QTest::addRow("group") << u"enc"_s << QStringList();
    }

    void likelyPartners()
    {
        QFETCH(const QString, row);
        QFETCH(const QStringList, expected);
        const auto tree = treeOf(u"  - drop: gone\n"_s);
        QStringList found;
        for (const HandPairs &pairs : likelyPairs(*tree, tree->find(row.toStdString()), 6))
            found << told(pairs);
        QCOMPARE(found, expected);
        QCOMPARE(likelyPairs(*tree, tree->find(row.toStdString()), 1).size(), std::size_t(expected.isEmpty() ? 0 : 1));
    }

    void recipesGrow_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QStringList>("added");
        QTest::addColumn<QString>("after");
        QTest::addColumn<int>("step");
        QTest::addRow("first") << u"  - drop: gone\n"_s << QStringList{u"a>b"_s}
                               << u"  - drop: gone\n  - pairs: {pairs: {a: b}}\n"_s << 1;
        QTest::addRow("second") << u"  - pairs: {pairs: {a: b}}\n"_s << QStringList{u"c>d"_s, u"e>f"_s}
                                << u"  - pairs: {pairs: {a: b, c: d, e: f}}\n"_s << 0;
        QTest::addRow("behind another step")
            << u"  - pairs: {pairs: {a: b}}\n  - drop: gone\n"_s << QStringList{u"c>d"_s}
            << u"  - pairs: {pairs: {a: b}}\n  - drop: gone\n  - pairs: {pairs: {c: d}}\n"_s << 2;
        QTest::addRow("before a step that is off")
            << u"  - pairs: {pairs: {a: b}}\n  - drop: gone\n    enabled: false\n"_s << QStringList{u"c>d"_s}
            << u"  - pairs: {pairs: {a: b, c: d}}\n  - drop: gone\n    enabled: false\n"_s << 0;
        QTest::addRow("a conditional step stays")
            << u"  - pairs: {pairs: {a: b}}\n    when: {has: a}\n"_s << QStringList{u"c>d"_s}
            << u"  - pairs: {pairs: {a: b}}\n    when: {has: a}\n  - pairs: {pairs: {c: d}}\n"_s << 1;
        QTest::addRow("paired anew") << u"  - pairs: {pairs: {a: b, x: y}}\n"_s << QStringList{u"b>c"_s}
                                     << u"  - pairs: {pairs: {a: c, x: y}}\n"_s << 0;
        QTest::addRow("another partner") << u"  - pairs: {pairs: {a: b, x: y}}\n"_s << QStringList{u"c>b"_s}
                                         << u"  - pairs: {pairs: {x: y, c: b}}\n"_s << 0;
        QTest::addRow("swapped") << u"  - pairs: {pairs: {a: b, c: d}}\n"_s << QStringList{u"b>d"_s, u"d>b"_s}
                                 << u"  - pairs: {pairs: {a: d, c: b}}\n"_s << 0;
        QTest::addRow("a chain of names") << u"  - pairs: {pairs: {a: b, c: a}}\n"_s << QStringList{u"a>x"_s}
                                          << u"  - pairs: {pairs: {a: b, c: x}}\n"_s << 0;
        QTest::addRow("back to its name") << u"  - drop: gone\n  - pairs: {pairs: {a: b}}\n"_s << QStringList{u"b>a"_s}
                                          << u"  - drop: gone\n"_s << -1;
    }

    void recipesGrow()
    {
        QFETCH(const QString, before);
        QFETCH(const QStringList, added);
        QFETCH(const QString, after);
        QFETCH(const int, step);
        const auto paired = withPairs(recipeFrom(u"steps:\n"_s + before), pairsFrom(added));
        QVERIFY(paired);
        QCOMPARE(paired->step, step);
        const Recipe expected = recipeFrom(u"steps:\n"_s + after);
        QVERIFY2(paired->recipe.steps() == expected.steps(), paired->recipe.text().c_str());
        QVERIFY(Recipe::parse(paired->recipe.text(), {})->steps() == expected.steps());
    }

    /// What was brought together is what the plan then has.
    void pairsHold()
    {
        const auto tree = treeOf(u"  - drop: gone\n"_s);
        const HandPairs pairs = handPairs(*tree, tree->find("enc"), tree->find("blocks"));
        const auto paired = withPairs(tree->all->plan->recipe, pairs.pairs);
        const auto plan = planFrom(tensors, paired->recipe, targetFrom(wanted));
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        QCOMPARE(plan->steps.back().changed, 3);
        QCOMPARE(fit(*plan).loaded, 4);
    }
};

void TestHandPairs::kinOfAKey()
{
    QStringList rows{u"a float32 4"_s, u"b float32 4"_s};
    for (int at = 0; at < 9; ++at)
        rows << u"t%1 = a"_s.arg(at);
    Progress progress;
    PlanInput input;
    input.checkpoint = checkpointFrom(rows);
    const auto tree = buildKeyTree(plan(input, progress), {0}, progress);
    const KeyKin of = keyKin(tree, tree->find("a"));
    QCOMPARE(of.sharing.count, 9);
    QCOMPARE(of.sharing.names.size(), std::size_t(6));
    QCOMPARE(QString::fromUtf8(of.sharing.names.front()), u"t0"_s);
    QCOMPARE(keyKin(tree, tree->find("b")).sharing.count, 0);
    QVERIFY(of.likely.empty());
}

QTEST_GUILESS_MAIN(TestHandPairs)
#include "tst_handpairs.moc"
