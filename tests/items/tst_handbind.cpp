// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handbind.h"
#include "model/items/handsteps.h"
#include "model/recipe/planfiles.h"
#include "tests/support/planfrom.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
const QStringList tensors{u"body.a float32 4"_s, u"other float32 4"_s};
const auto wanted = uR"("body.a": [4], "body.b": [4], "head.fc.weight": [2, 4], "head.fc.bias": [2],)"
                    R"("decode_head.fc.bias": [2], "neck.w": [1], "neck.num_batches_tracked": [])"_s;

std::shared_ptr<const KeyTree> treeOf(const std::shared_ptr<const Plan> &plan)
{
    Progress progress;
    return buildKeyTree(plan, {0}, progress);
}

/// "skip neck. 2": what is added, and how many keys it would touch.
QString told(const HandBind &hand)
{
    QStringList items;
    for (const Node &item : hand.items)
        items << (item.isScalar() ? QString::fromStdString(item.text) : u'{' + Selector::parse(item)->text() + u'}');
    constexpr std::array words{"skip", "ignore", "fill"};
    return u"%1 %2 %3"_s.arg(QLatin1StringView(words[std::size_t(hand.list)]), items.join(u' ')).arg(hand.keys);
}
}

class TestHandBind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void itemsSayWhatTheyTouch_data()
    {
        QTest::addColumn<QStringList>("rows");
        QTest::addColumn<QStringList>("expected");
        QTest::addRow("missing key") << QStringList{u"neck.w"_s}
                                     << QStringList{u"skip neck.w 1"_s, u"ignore neck.w 1"_s};
        QTest::addRow("another key holds its text")
            << QStringList{u"head.fc.bias"_s}
            << QStringList{u"skip {“head.fc.bias”} 1"_s, u"ignore {“head.fc.bias”} 1"_s};
        QTest::addRow("group with a counter")
            << QStringList{u"neck"_s} << QStringList{u"skip neck. 2"_s, u"ignore neck. 2"_s};
        QTest::addRow("another key holds the path")
            << QStringList{u"head.fc"_s}
            << QStringList{u"skip {starting with “head.fc.”} 2"_s, u"ignore {starting with “head.fc.”} 2"_s};
        QTest::addRow("loaded key") << QStringList{u"body.a"_s} << QStringList{u"skip body.a 1"_s};
        QTest::addRow("group, half of it loaded")
            << QStringList{u"body"_s} << QStringList{u"skip body. 2"_s, u"ignore body. 1"_s};
        QTest::addRow("key of the source alone") << QStringList{u"other"_s} << QStringList();
        QTest::addRow("several rows, one below another")
            << QStringList{u"head.fc.bias"_s, u"body.a"_s, u"head.fc"_s}
            << QStringList{u"skip {“body.a”} {starting with “head.fc.”} 3"_s,
                           u"ignore {“body.a”} {starting with “head.fc.”} 2"_s};
    }

    void itemsSayWhatTheyTouch()
    {
        QFETCH(const QStringList, rows);
        QFETCH(const QStringList, expected);
        const auto tree = treeOf(planFrom(tensors, Recipe(), targetFrom(wanted)));
        std::vector<quint32> nodes;
        for (const QString &row : rows) {
            nodes.push_back(tree->find(row.toStdString()));
            QVERIFY2(nodes.back() != KeyTree::none, qPrintable(row));
        }
        QStringList found;
        for (const HandBind &hand : handBinds(*tree, nodes)) {
            found << told(hand);
            const auto plan = planFrom(tensors, withHandBind(Recipe(), hand), targetFrom(wanted));
            const auto verdict = hand.list == HandBind::List::Skip ? TargetVerdict::Skipped : TargetVerdict::Ignored;
            QCOMPARE(std::count_if(plan->targets.begin(), plan->targets.end(),
                                   [verdict](const TargetOutcome &outcome) { return outcome.verdict == verdict; }),
                     hand.keys);
            QVERIFY(handBinds(*treeOf(plan), nodes).empty() || hand.list == HandBind::List::IgnoreMissing);
        }
        QCOMPARE(found, expected);
    }

    void nothingIsOfferedWithoutATarget()
    {
        const auto tree = treeOf(planFrom(tensors, Recipe()));
        QVERIFY(handBinds(*tree, {tree->find("body.a")}).empty());
    }

    /// From a row that nothing of the source reaches, where the target has values and does not fill already.
    void aCheckpointFills()
    {
        const auto target =
            targetFromCheckpoint(checkpointFrom({u"body.a float32 4"_s, u"body.b float32 4"_s, u"head.w float32 1"_s,
                                                 u"neck.num_batches_tracked int64 scalar"_s}),
                                 {});
        QVERIFY(target);
        PlanInput input{checkpointFrom(tensors), {}, Recipe(), *target};
        const auto offered = [&](const char *row) {
            Progress progress;
            PlanInput opened = input;
            openFiles(opened, progress);
            const auto tree = treeOf(planFrom(opened));
            QStringList found;
            for (const HandBind &hand : handBinds(*tree, {tree->find(row)}))
                found << told(hand);
            return found;
        };
        QCOMPARE(offered("body.a"), QStringList{u"skip body.a 1"_s});
        QCOMPARE(offered("body"), (QStringList{u"skip body. 2"_s, u"ignore body. 1"_s, u"fill  3"_s}));
        QCOMPARE(offered("neck.num_batches_tracked"),
                 (QStringList{u"skip neck.num_batches_tracked 1"_s, u"fill  3"_s}));
        input.recipe =
            withHandBind(recipeFrom(u"bind: {skip: [body.a]} # a\n"_s), {HandBind::List::Unmatched, {}, {}, 3});
        QVERIFY(input.recipe.text().find("# a") != std::string::npos);
        QCOMPARE(input.recipe.bind().unmatched, Bind::Unmatched::Fill);
        QCOMPARE(input.recipe.bind().skip.size(), std::size_t(1));
        QCOMPARE(offered("head.w"), QStringList{u"skip head.w 1"_s});
    }

    /// What the recipe says already stays, and comes first.
    void itemsComeBehindThose()
    {
        const Recipe before = recipeFrom(u"bind: {skip: [neck]} # the neck\n"_s);
        const Recipe after = withHandBind(before, {HandBind::List::Skip, "x.", {Node::scalar("x.")}, 1});
        QCOMPARE(after.bind().skip.size(), std::size_t(2));
        QCOMPARE(after.bind().skip[0].text, std::string("neck"));
        QCOMPARE(after.bind().skip[1].text, std::string("x."));
        QVERIFY(after.bind().ignoreMissing.empty());
    }
};

QTEST_GUILESS_MAIN(TestHandBind)
#include "tst_handbind.moc"
