// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keychange.h"
#include "model/items/keyfilter.h"
#include "model/items/keysort.h"
#include "model/items/keytext.h"
#include "model/items/keytreemodel.h"
#include "tests/support/planfrom.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
const QStringList tensors{u"a.v float32 2"_s,   u"a.w float32 2x3"_s, u"b.w float32 2x3"_s, u"b.x float32 9"_s,
                          u"l.0.w float32 5"_s, u"l.1.w float32 5"_s, u"l.2.w float32 5"_s};

/// The tree of `tensors` under these steps, held against a target.
std::shared_ptr<const KeyTree> treeOf(const QString &yaml)
{
    static const auto checkpoint = checkpointFrom(tensors);
    static const auto target = targetFrom(uR"("a.v": [2], "a.w": [2, 3], "b.w": [2, 3], "c.y": [9])"_s);
    Progress progress;
    return buildKeyTree(planFrom({checkpoint, std::nullopt, recipeFrom(yaml), target}), {0}, progress);
}

std::shared_ptr<const KeyTree> sorted(const std::shared_ptr<const KeyTree> &tree)
{
    Progress progress;
    return sortKeyTree(tree, {KeyTreeModel::Parameters, true}, progress);
}

QStringList changedRows(const KeyTree &before, const KeyTree &now)
{
    QStringList rows;
    for (quint32 node = 1; node < now.nodes.size(); ++node) {
        if (isRowChanged(before, now, node))
            rows << pathText(now, node) + (now.nodes[node].isGroup() ? u" …"_s : QString());
    }
    rows.sort();
    return rows;
}
}

class TestKeyChange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void rows_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QStringList>("expected");
        const QString dropped = u"steps:\n  - drop: {exact: a.w}\n"_s;
        QTest::addRow("nothing") << QString() << QString() << QStringList();
        QTest::addRow("a step that changes nothing")
            << QString() << u"steps:\n  - remove-prefix: nope.\n"_s << QStringList();
        QTest::addRow("renamed") << QString() << u"steps:\n  - rename: {exact: b.x, to: c.y}\n"_s
                                 << QStringList{u"c.y"_s};
        QTest::addRow("a new name beside the old ones") << QString() << u"steps:\n  - rename: {exact: a.v, to: a.u}\n"_s
                                                        << QStringList{u"a …"_s, u"a.u"_s, u"a.v"_s};
        QTest::addRow("taken out") << QString() << dropped << QStringList{u"a …"_s, u"a.w"_s};
        QTest::addRow("put back") << dropped << QString() << QStringList{u"a …"_s, u"a.w"_s};
        QTest::addRow("another dtype") << QString() << u"steps:\n  - cast: {dtype: float16, where: {exact: b.w}}\n"_s
                                       << QStringList{u"b …"_s, u"b.w"_s};
        QTest::addRow("another source under the same name")
            << dropped << dropped + u"  - rename: {exact: b.w, to: a.w}\n"_s
            << QStringList{u"a …"_s, u"a.w"_s, u"a.w"_s, u"b …"_s, u"b.w"_s};
        QTest::addRow("another verdict") << QString() << u"bind:\n  skip: [a.v]\n"_s << QStringList{u"a …"_s, u"a.v"_s};
        QTest::addRow("one of a family of layers")
            << QString() << u"steps:\n  - drop: {exact: l.1.w}\n"_s << QStringList{u"l …"_s, u"l.1.w"_s};
        QTest::addRow("all of a family of layers") << QString() << u"bind:\n  ignore-unexpected: [l.]\n"_s
                                                   << QStringList{u"l …"_s, u"l.0.w"_s, u"l.1.w"_s, u"l.2.w"_s};
        // The dropped key stands beside the one that has its name now, and neither is new.
        QTest::addRow("two rows of one name")
            << dropped + u"  - rename: {exact: b.w, to: a.w}\n"_s
            << dropped + u"  - rename: {exact: b.w, to: a.w}\n  - drop: {exact: l.1.w}\n"_s
            << QStringList{u"l …"_s, u"l.1.w"_s};
    }

    void rows()
    {
        QFETCH(const QString, before);
        QFETCH(const QString, after);
        QFETCH(const QStringList, expected);
        const auto was = treeOf(before);
        const auto is = treeOf(after);
        QCOMPARE(changedRows(*was, *is), expected);
        QCOMPARE(changedRows(*sorted(was), *sorted(is)), expected);
        QCOMPARE(changedRows(*is, *is), QStringList());
    }

    /// Rows that only come to stand in a group of their own say what they said.
    void groupsThatTookShape()
    {
        const auto checkpoint = checkpointFrom(
            {u"p.a.u float32 2"_s, u"p.a.v float32 2"_s, u"p.b.u float32 2"_s, u"p.b.v float32 2"_s, u"q float32 2"_s});
        Progress progress;
        const auto treeOf = [&](const QString &yaml) {
            return buildKeyTree(planFrom({checkpoint, std::nullopt, recipeFrom(yaml), nullptr}), {4}, progress);
        };
        const auto flat = treeOf({});
        const auto grouped = treeOf(u"steps:\n  - rename: {exact: q, to: p.b.w}\n"_s);
        QCOMPARE(flat->find("p.a"), KeyTree::none);
        QCOMPARE(changedRows(*flat, *grouped), (QStringList{u"p …"_s, u"p.b …"_s, u"p.b.w"_s}));
        QCOMPARE(changedRows(*grouped, *flat), (QStringList{u"p …"_s, u"q"_s}));
    }

    /// What a filter left out counts as new, what it shows as before does not.
    void filteredTrees()
    {
        Progress progress;
        const auto whole = treeOf({});
        const auto few = filterKeyTree(whole, *KeyFilter::parse(u"w"_s), {}, progress);
        QVERIFY(few->order.size() < whole->order.size());
        QCOMPARE(changedRows(*few, *few), QStringList());
        QCOMPARE(changedRows(*whole, *few), (QStringList{u"a …"_s, u"b …"_s}));
    }
};

QTEST_GUILESS_MAIN(TestKeyChange)
#include "tst_keychange.moc"
