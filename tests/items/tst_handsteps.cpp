// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/handsteps.h"
#include "tests/support/planfrom.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
const QStringList tensors{
    u"net.layers.0.blocks.0.attn.mask float32 4"_s,
    u"net.layers.0.blocks.0.attn.qkv float32 4"_s,
    u"net.layers.0.blocks.1.attn.mask float32 4"_s,
    u"net.layers.0.blocks.1.attn.qkv float32 4"_s,
    u"net.layers.0.norm3.weight float32 4"_s,
    u"net.layers.1.norm3.weight float32 4"_s,
    u"net.layers.1.norm3.bias float32 4"_s,
    u"net.layers.10.norm3.weight float32 4"_s,
    u"net.norm30.weight float32 4"_s,
    u"net.odd{i}.1.x float32 4"_s,
    u"queue float32 4"_s,
};

std::shared_ptr<const KeyTree> treeOf(const std::shared_ptr<const Plan> &plan)
{
    Progress progress;
    return buildKeyTree(plan, {0}, progress);
}

/// "drop: {prefix: net.} 9": what the recipe says, and how many keys it would touch.
QString told(const HandStep &step)
{
    const std::string text = Recipe().withInserted(0, step.step).text();
    const QString line = QString::fromStdString(text.substr(text.find("- ") + 2)).trimmed();
    return line + u' ' + QString::number(step.keys);
}

/// The keys that the recipe's last step touches when it runs.
qint64 touched(const HandStep &step)
{
    const auto plan = planFrom(tensors, Recipe().withInserted(0, step.step));
    if (plan->error)
        return -1;
    return step.kind == HandStep::Kind::KeepOnly ? qint64(plan->dropped.size()) : plan->steps.back().matched;
}
}

class TestHandSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void stepsSayWhatTheyTouch_data()
    {
        QTest::addColumn<QStringList>("rows");
        QTest::addColumn<QStringList>("expected");
        QTest::addRow("key without a number") << QStringList{u"queue"_s} << QStringList{u"drop: queue 1"_s};
        QTest::addRow("key with others like it")
            << QStringList{u"net.layers.0.blocks.1.attn.mask"_s}
            << QStringList{u"drop: net.layers.0.blocks.1.attn.mask 1"_s,
                           u"drop: {template: 'net.layers.{i}.blocks.{j}.attn.mask'} 2"_s};
        QTest::addRow("numbers are whole components")
            << QStringList{u"net.layers.1.norm3.weight"_s}
            << QStringList{u"drop: net.layers.1.norm3.weight 1"_s,
                           u"drop: {template: 'net.layers.{i}.norm3.weight'} 3"_s};
        QTest::addRow("group") << QStringList{u"net.layers.1"_s}
                               << QStringList{u"drop: {prefix: net.layers.1.} 2"_s, u"remove-prefix: net.layers.1. 2"_s,
                                              u"keep: {prefix: net.layers.1.} 9"_s};
        QTest::addRow("top group") << QStringList{u"net"_s}
                                   << QStringList{u"drop: {prefix: net.} 10"_s, u"remove-prefix: net. 10"_s,
                                                  u"keep: {prefix: net.} 1"_s};
        QTest::addRow("several keys") << QStringList{u"queue"_s, u"net.norm30.weight"_s}
                                      << QStringList{u"drop: [net.norm30.weight, queue] 2"_s};
        QTest::addRow("keys and a group, a key of the group too")
            << QStringList{u"queue"_s, u"net.layers.0"_s, u"net.layers.0.norm3.weight"_s}
            << QStringList{u"drop: {any-of: [{exact: queue}, {prefix: net.layers.0.}]} 6"_s};
        QTest::addRow("brace in a name") << QStringList{u"net.odd{i}.1.x"_s}
                                         << QStringList{u"drop: net.odd{i}.1.x 1"_s};
    }

    void stepsSayWhatTheyTouch()
    {
        QFETCH(const QStringList, rows);
        QFETCH(const QStringList, expected);
        const auto tree = treeOf(planFrom(tensors, Recipe()));
        std::vector<quint32> nodes;
        for (const QString &row : rows) {
            nodes.push_back(tree->find(row.toStdString()));
            QVERIFY2(nodes.back() != KeyTree::none, qPrintable(row));
        }
        QStringList found;
        for (const HandStep &step : handSteps(*tree, nodes)) {
            found << told(step);
            QCOMPARE(touched(step), step.keys);
        }
        QCOMPARE(found, expected);
    }

    /// A missing key of the target can be made; one that is there cannot.
    void fillsAMissingKey()
    {
        const auto target = targetFrom(uR"("queue": [4], "head.odd{i}": {"dtype": "float16", "shape": [2, 3]})"_s);
        const auto tree = treeOf(planFrom(tensors, Recipe(), target));
        const auto steps = handSteps(*tree, {tree->find("head.odd{i}")});
        QCOMPARE(steps.size(), std::size_t(1));
        QCOMPARE(steps[0].kind, HandStep::Kind::Fill);
        QCOMPARE(steps[0].subject, std::string("head.odd{i}"));
        QCOMPARE(told(steps[0]), u"create: {name: 'head.odd{{i}', shape: target, dtype: float16} 1"_s);
        const auto filled = planFrom(tensors, Recipe().withInserted(0, steps[0].step), target);
        QVERIFY(!filled->error);
        QCOMPARE(filled->targets[1].verdict, TargetVerdict::Created);
        for (const HandStep &step : handSteps(*tree, {tree->find("queue")}))
            QVERIFY(step.kind != HandStep::Kind::Fill);
    }

    void renames_data()
    {
        QTest::addColumn<QString>("row");
        QTest::addColumn<bool>("isComponent");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("expected");
        QTest::addRow("key") << u"queue"_s << false << u"queue"_s << u"head.queue"_s
                             << u"rename: {exact: queue, to: head.queue} 1"_s;
        QTest::addRow("group") << u"net.layers"_s << false << u"net.layers"_s << u"stages"_s
                               << u"rename: {prefix: net.layers., to: stages.} 8"_s;
        QTest::addRow("group to nothing")
            << u"net"_s << false << u"net"_s << QString() << u"rename: {prefix: net., to: ''} 10"_s;
        QTest::addRow("component") << u"net.layers.1.norm3"_s << true << u"norm3"_s << u"norm"_s
                                   << u"rename: {from: norm3, to: norm} 4"_s;
        QTest::addRow("braces") << u"net.odd{i}.1.x"_s << false << u"net.odd{i}.1.x"_s << u"net.odd{j}"_s
                                << u"rename: {exact: 'net.odd{i}.1.x', to: 'net.odd{{j}'} 1"_s;
        QTest::addRow("same name") << u"queue"_s << false << u"queue"_s << u"queue"_s << QString();
        QTest::addRow("key to nothing") << u"queue"_s << false << u"queue"_s << QString() << QString();
        QTest::addRow("number everywhere") << u"net.layers.1"_s << true << QString() << u"2"_s << QString();
    }

    void renames()
    {
        QFETCH(const QString, row);
        QFETCH(const bool, isComponent);
        QFETCH(const QString, subject);
        QFETCH(const QString, to);
        QFETCH(const QString, expected);
        const auto tree = treeOf(planFrom(tensors, Recipe()));
        const quint32 node = tree->find(row.toStdString());
        QVERIFY(node != KeyTree::none);
        const auto kind = isComponent ? HandStep::Kind::RenameComponent : HandStep::Kind::Rename;
        QCOMPARE(QString::fromStdString(renameSubject(*tree, node, kind)), subject);
        const auto step = renameStep(*tree, node, kind, to.toStdString());
        QCOMPARE(step ? told(*step) : QString(), expected);
        if (step)
            QCOMPARE(touched(*step), step->keys);
    }

    void nothingIsOfferedWhereNoKeyIs()
    {
        const auto plan = planFrom(tensors, recipeFrom(u"steps:\n  - drop: {prefix: net.layers.0.}\n"_s),
                                   targetFrom(uR"("net.head.weight": [4], "net.head.bias": [4])"_s));
        const auto tree = treeOf(plan);
        for (const char *row : {"net.head", "net.layers.0.norm3.weight"}) {
            const quint32 node = tree->find(row);
            QVERIFY2(node != KeyTree::none, row);
            QVERIFY(handSteps(*tree, {node}).empty());
            QVERIFY(renameSubject(*tree, node, HandStep::Kind::Rename).empty());
        }
        std::vector<quint32> many(mostHandRows + 1, tree->find("queue"));
        QVERIFY(handSteps(*tree, many).empty());
    }
};

QTEST_GUILESS_MAIN(TestHandSteps)
#include "tst_handsteps.moc"
