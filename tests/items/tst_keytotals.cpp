// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keysort.h"
#include "model/items/keytotals.h"
#include "model/items/keytreemodel.h"
#include "tests/support/planfrom.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

/// What several rows hold together: every key once.
class TestKeyTotals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void rows_data()
    {
        QTest::addColumn<QStringList>("rows"); // "first" or "first last", siblings
        QTest::addColumn<QString>("expected"); // rows, keys, parameters, bytes; loaded, missing
        QTest::addRow("none") << QStringList() << u"0 rows: 0 keys, 0 parameters, 0 bytes; 0 loaded, 0 missing"_s;
        QTest::addRow("a key") << QStringList{u"a.v"_s}
                               << u"1 rows: 1 keys, 2 parameters, 8 bytes; 1 loaded, 0 missing"_s;
        QTest::addRow("a group") << QStringList{u"a"_s}
                                 << u"1 rows: 3 keys, 9 parameters, 32 bytes; 2 loaded, 1 missing"_s;
        QTest::addRow("a group and a key in it")
            << QStringList{u"a"_s, u"a.v"_s} << u"2 rows: 3 keys, 9 parameters, 32 bytes; 2 loaded, 1 missing"_s;
        QTest::addRow("a key and the group it is in")
            << QStringList{u"a.w"_s, u"a"_s} << u"2 rows: 3 keys, 9 parameters, 32 bytes; 2 loaded, 1 missing"_s;
        QTest::addRow("the same rows twice")
            << QStringList{u"a.v a.w"_s, u"a.v"_s} << u"3 rows: 2 keys, 8 parameters, 32 bytes; 2 loaded, 0 missing"_s;
        QTest::addRow("keys of two groups")
            << QStringList{u"b.x"_s, u"a.v"_s} << u"2 rows: 2 keys, 4 parameters, 12 bytes; 2 loaded, 0 missing"_s;
        QTest::addRow("groups that follow each other")
            << QStringList{u"a b"_s} << u"2 rows: 5 keys, 11 parameters, 36 bytes; 3 loaded, 1 missing"_s;
        QTest::addRow("a dropped key is a key, and counts no bytes")
            << QStringList{u"b.y"_s} << u"1 rows: 1 keys, 0 parameters, 0 bytes; 0 loaded, 0 missing"_s;
    }

    void rows()
    {
        QFETCH(const QStringList, rows);
        QFETCH(const QString, expected);
        const auto target = targetFrom(uR"("a.u": [1], "a.v": [2], "a.w": [2, 3], "b.x": [2])"_s);
        const auto plan = planFrom({u"a.v float32 2"_s, u"a.w float32 2x3"_s, u"b.x float16 2"_s, u"b.y float32 7"_s},
                                   recipeFrom(u"steps: [{drop: b.y}]\n"_s), target);
        Progress progress;
        const auto natural = buildKeyTree(plan, {0}, progress);
        for (const auto &tree : {natural, sortKeyTree(natural, {KeyTreeModel::Parameters, false}, progress)}) {
            std::vector<KeyRows> chosen;
            for (const QString &row : rows) {
                const quint32 first = tree->find(row.section(u' ', 0, 0).toStdString());
                const quint32 last = tree->find(row.section(u' ', -1).toStdString());
                chosen.push_back({std::min(first, last), std::max(first, last)});
            }
            const KeyTotals totals = totalsOf(*tree, chosen);
            QCOMPARE(u"%1 rows: %2 keys, %3 parameters, %4 bytes; %5 loaded, %6 missing"_s.arg(totals.rows)
                         .arg(totals.keys)
                         .arg(totals.parameters)
                         .arg(totals.bytes)
                         .arg(totals.counts[std::size_t(KeyVerdict::Loaded)])
                         .arg(totals.counts[std::size_t(KeyVerdict::Missing)]),
                     expected);
        }
    }
};

QTEST_GUILESS_MAIN(TestKeyTotals)
#include "tst_keytotals.moc"
