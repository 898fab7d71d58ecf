// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keymatches.h"
#include "model/items/keytext.h"
#include "tests/support/planfrom.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

/// What a step looks for, marked in the names as the rows of the tree show them.
class TestKeyMatches : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void rows_data()
    {
        QTest::addColumn<QString>("steps");
        QTest::addColumn<int>("step");
        QTest::addColumn<QStringList>("expected"); // rows with a mark
        const QString strip = u"  - remove-prefix: m.\n"_s;
        QTest::addRow("nothing matches") << u"  - drop: {contains: nope}\n"_s << 0 << QStringList();
        QTest::addRow("in the label of a leaf")
            << u"  - drop: {contains: bia}\n"_s << 0 << QStringList{u"[bia]s"_s, u"[bia]s"_s, u"[bia]s"_s, u"[bia]s"_s};
        QTest::addRow("in the label of a group")
            << u"  - drop: {prefix: m.ab}\n"_s << 0 << QStringList{u"[m]"_s, u"[ab]c"_s};
        QTest::addRow("over a group and what is in it")
            << u"  - drop: {contains: c.w}\n"_s << 0 << QStringList{u"ab[c]"_s, u"[w]"_s};
        QTest::addRow("what was renamed shows where it came from")
            << u"  - rename: {text: abc, to: x}\n"_s << 0 << QStringList{u"m.[abc]"_s};
        QTest::addRow("after another step")
            << strip + u"  - rename: {prefix: abc., to: x.}\n"_s << 1 << QStringList{u"[abc]"_s};
        QTest::addRow("what another step made is where it was made from")
            << u"  - rename: {text: abc, to: yz}\n  - drop: {contains: yz}\n"_s << 1 << QStringList{u"m.[abc]"_s};
        QTest::addRow("what had left before it") << u"  - drop: {prefix: m.abc}\n  - drop: {contains: w}\n"_s << 1
                                                 << QStringList{u"[w]"_s, u"[w]"_s, u"[w]"_s};
        QTest::addRow("what later steps did")
            << u"  - drop: {contains: abc.w}\n"_s + strip << 0 << QStringList{u"[abc]"_s, u"[w]"_s};
        QTest::addRow("a family") << u"  - drop: {contains: aye}\n"_s << 0 << QStringList{u"l[aye]rs.{0–1}"_s};
        QTest::addRow("a step that is off")
            << u"  - drop: {contains: abc}\n    enabled: false\n"_s << 0 << QStringList();
        QTest::addRow("a step that fails") << u"  - rename: {text: bias, to: w}\n"_s << 0
                                           << QStringList{u"[bias]"_s, u"[bias]"_s, u"[bias]"_s, u"[bias]"_s};
        QTest::addRow("a step behind one that fails")
            << u"  - rename: {text: bias, to: w}\n  - drop: {contains: w}\n"_s << 1 << QStringList();
        QTest::addRow("pairs mark what they put something else for")
            << u"  - pairs: {pairs: {m.last.w: m.abd.w, m.abc.bias: x}}\n"_s << 0
            << QStringList{u"[m.abc.bias]"_s, u"m.[last].w"_s};
        QTest::addRow("a table of names") << u"  - rename-table: {pairs: {m.last.w: m.lost.w, m.abc.w: null}}\n"_s << 0
                                          << QStringList{u"m.l[a]st.w"_s};
        QTest::addRow("wrappers that no row shows") << u"  - strip-wrappers: {leading: [m]}\n"_s << 0 << QStringList();
        QTest::addRow("wrappers inside") << u"  - strip-wrappers: {leading: [], anywhere: [abc]}\n"_s << 0
                                         << QStringList{u"m.[abc.]bias"_s, u"m.[abc.]w"_s};
        QTest::addRow("what follows wrappers that went")
            << u"  - strip-wrappers: {leading: [m]}\n  - pairs: {pairs: {abc.w: xyz.w}}\n"_s << 1
            << QStringList{u"[abc].w"_s};
        QTest::addRow("an assertion's keys") << u"  - assert: {exists: [m.last.w], shape: {m.abc.bias: [2]}}\n"_s << 0
                                             << QStringList{u"[m]"_s, u"[abc]"_s, u"[last]"_s, u"[bias]"_s, u"[w]"_s};
        QTest::addRow("an assertion's prefixes")
            << u"  - assert: {any-prefix: [m.la]}\n"_s << 0 << QStringList{u"[m]"_s, u"[la]st"_s, u"[la]yers.{0–1}"_s};
        QTest::addRow("a step that adds text replaces none") << u"  - add-prefix: x.\n"_s << 0 << QStringList();
        QTest::addRow("a step that is not there") << QString() << 3 << QStringList();
    }

    void rows()
    {
        QFETCH(const QString, steps);
        QFETCH(const int, step);
        QFETCH(const QStringList, expected);
        const QStringList tensors{u"m.abc.w float32 2"_s,      u"m.abc.bias float32 2"_s,
                                  u"m.layers.0.w float32 2"_s, u"m.layers.0.bias float32 2"_s,
                                  u"m.layers.1.w float32 2"_s, u"m.layers.1.bias float32 2"_s,
                                  u"m.last.w float32 2"_s,     u"m.last.bias float32 2"_s};
        Progress progress;
        const Recipe recipe = recipeFrom(steps.isEmpty() ? QString() : u"steps:\n"_s + steps);
        const auto tree = buildKeyTree(planFrom(tensors, recipe), {0}, progress);
        KeyMatches matches(tree, step);
        QStringList marked;
        for (quint32 node = 1; node < tree->nodes.size(); ++node) {
            const QList<int> ranges = matches.rangesIn(node);
            QString text = sourceText(*tree, node).text;
            for (qsizetype at = ranges.size() - 2; at >= 0; at -= 2)
                text.insert(ranges[at] + ranges[at + 1], u']').insert(ranges[at], u'[');
            if (!ranges.isEmpty())
                marked << text;
        }
        QCOMPARE(marked.join(u" | "_s), expected.join(u" | "_s));
    }
};

QTEST_GUILESS_MAIN(TestKeyMatches)
#include "tst_keymatches.moc"
