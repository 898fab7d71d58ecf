// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/sought.h"
#include "model/recipe/step.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

/// Which pieces of a name the patterns of a step match.
class TestSought : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void pieces_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        const auto add = [](const char *step, const char *expected) {
            const QString marked = QString::fromUtf8(expected);
            QTest::addRow("%s: %s", step, expected)
                << QString::fromUtf8(step) << QString(marked).remove(u'[').remove(u']') << marked;
        };
        add("drop: {prefix: head.}", "[head.]fc.weight");
        add("drop: {prefix: head.}", "fc.head.weight");
        add("drop: {prefix: [h, head]}", "[head].fc.weight");
        add("drop: {suffix: [bias, fc.bias]}", "head.[fc.bias]");
        add("drop: {contains: norm}", "[norm].layer[norm].weight");
        add("drop: {contains: [norm, layern]}", "[norm].[layernorm].weight");
        add("drop: fc.weight", "[fc.weight]");
        add("drop: fc.weight", "fc.weight2");
        add("drop: {glob: '*.norm?.*'}", "[a.norm1.bias]");
        add("drop: {glob: '*.norm?.*'}", "a.norm.bias");
        add("drop: {regex: 'norm\\d'}", "a.[norm1].[norm2]");
        add("drop: {regex: '^.'}", "[\xc3\xa9].a");
        add("drop: {template: 'l.{i}.w'}", "[l.3.w]");
        add("drop: {prefix: a., suffix: .w}", "[a.]b[.w]");
        add("drop: {prefix: a., suffix: .w}", "a.b.x");
        add("drop: {any-of: [{prefix: a.}, {suffix: .w}]}", "[a.]b.x");
        add("drop: {any-of: [{prefix: a.}, {suffix: .w}]}", "c.b.x");
        add("drop: {all: [{prefix: a.}, {contains: b}]}", "[a.b].x");
        add("drop: {all: [{prefix: a.}, {contains: b}]}", "a.c.x");
        add("drop: {prefix: a., not: {suffix: .w}}", "[a.]x");
        add("drop: {prefix: a., not: {suffix: .w}}", "a.w");
        add("drop: {prefix: a., not: {dtype: float16}}", "[a.]w"); // names alone are asked
        add("drop: {dtype: float16}", "a.w");
        add("keep: {contains: fc}", "head.[fc].weight");
        add("rename: {prefix: head., to: fc.}", "[head.]weight");
        add("rename: {suffix: .w, to: .weight}", "a[.w]");
        add("rename: {exact: a.w, to: b}", "[a.w]");
        add("rename: {text: l, to: m}", "[l].a[l].[l]");
        add("rename: {text: l, to: m, count: first}", "[l].al.l");
        add("rename: {regex: 'l(\\d)', to: 'm\\1'}", "[l1].[l2].x");
        add("rename: {regex: 'l(\\d)', to: 'm\\1', count: first}", "[l1].l2.x");
        add("rename: {from: 'layers.{i}.down', to: 'layers.{i+1}.down'}", "m.[layers.0.down].w");
        add("rename: {from: 'layers.{i}', at: start, to: 'x.{i}'}", "m.layers.0.w");
        add("rename: {text: a, to: '{p}', where: {regex: '^(?P<p>b)'}}", "[b].[a].w");
        add("rename: {text: a, to: c, where: {prefix: b}}", "a.b");
        add("rename-group: [{prefix: a., to: b.}, {text: w, to: v, only: {prefix: b}}]", "[b].[w]");
        add("rename-group: [{prefix: a., to: b.}, {text: w, to: v, only: {prefix: b}}]", "[a.]w");
        add("rename-group: [{prefix: a., to: b.}, {text: w, to: v, only: {prefix: b}}]", "c.w");
        add("remove-prefix: module.", "[module.]module.x");
        add("remove-prefix: {prefix: module., where: {contains: fc}}", "module.x");
        add("keep-prefix: encoder.", "[encoder.]x");
        add("renumber: {at: 'blocks.{i}', shift: 1}", "[blocks.0].w");
        add("renumber: {at: 'blocks.{i}', shift: 1}", "m.blocks.0.w");
        add("strip-wrappers", "module.x");
        add("assert: {exists: [a.w, b.w]}", "[b.w]");
        add("assert: {absent: a.w}", "[a.w]");
        add("assert: {shape: {a.w: [2]}, dtype: {b.w: float32}}", "[b.w]");
        add("assert: {all-prefix: [a., b]}", "[b]x");
        add("assert: {exists: a.w, any-prefix: a}", "[a].b");
        add("assert: {exists: a.w}", "b.w");
    }

    void pieces()
    {
        QFETCH(const QString, step);
        QFETCH(const QString, name);
        QFETCH(const QString, expected);
        const Result<Step> parsed = parseStepText(step.toStdString());
        QVERIFY2(parsed, qPrintable(parsed ? QString() : parsed.error().message));
        SoughtFinder finder(*parsed);
        std::string marked = name.toStdString();
        std::vector<NameSpan> found = finder.find(name.toStdString());
        for (auto span = found.rbegin(); span != found.rend(); ++span) {
            marked.insert(span->end(), "]");
            marked.insert(span->at, "[");
        }
        QCOMPARE(QString::fromStdString(marked), expected);
    }
};

QTEST_GUILESS_MAIN(TestSought)
#include "tst_sought.moc"
