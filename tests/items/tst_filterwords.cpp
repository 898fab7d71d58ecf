// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/filterwords.h"
#include "model/items/keyfilter.h"
#include "tests/support/planbuilder.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// What the filter line offers while one types.
class TestFilterWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void completes_data();
    void completes();
    void everyExampleAndWordIsUnderstood();
    void largeFilesAreSampled();
};

void TestFilterWords::completes_data()
{
    QTest::addColumn<QString>("line"); // | is the cursor
    QTest::addColumn<QString>("expected"); // what is replaced, then the offers
    const auto row = [](const char *tag, const char *line, const char *expected) {
        QTest::addRow("%s", tag) << QString::fromUtf8(line) << QString::fromUtf8(expected);
    };
    row("nothing", "|",
        ": dtype: shape: difference renamed loaded adapted created filled ignored skipped tied dropped unexpected "
        "dtype mismatch missing collided");
    row("a verdict", "mis|", "mis: mismatch missing");
    row("a verdict that is there", "missing|", "missing:");
    row("a type", "dtype:|", ": float32 float16 bfloat16");
    row("a type in part", "dtype:b|", "b: bfloat16");
    row("the second type", "dtype:float32,f|", "f: float32 float16");
    row("negated", "!unex|", "unex: unexpected");
    row("the second word", "bias at|", "at: attn");
    row("in the middle", "at| bias", "at: attn");
    row("a component", "mod|", "mod: module");
    row("in any case", "MODULE.HEA|", "MODULE.HEA: module.Head");
    row("the next component", "attn|", "attn: attn.proj attn.qkv");
    row("after a dot", "attn.|", "attn.: attn.proj attn.qkv");
    row("numbers in their order", "layers.|", "layers.: layers.2 layers.10");
    row("not inside a component", "roj|", "roj:");
    row("a whole key", "module.Head|", "module.Head:");
    row("no offers in a regex", "/att|", "/att:");
    row("no offers in quotes", "\"att|", "\"att:");
    row("no key with a space", "odd|", "odd:");
}

void TestFilterWords::completes()
{
    QFETCH(QString, line);
    QFETCH(const QString, expected);
    Progress progress;
    const auto tree =
        buildKeyTree(planFrom({u"layers.10.attn.qkv.weight float32 4x3"_s, u"layers.2.attn.proj.weight float16 4x3"_s,
                               u"module.Head bfloat16 4"_s, u"odd.a\u00a0b float32 1"_s}),
                     {0}, progress);
    const qsizetype cursor = line.indexOf(u'|');
    line.remove(cursor, 1);
    const FilterCompletion completion = completeFilter(tree.get(), line, cursor);
    QStringList offers;
    for (const FilterWord &word : completion.offers)
        offers << word.text;
    offers.removeAll(u"odd.a\u00a0b"_s);
    QCOMPARE(
        QString(line.mid(completion.begin, completion.end - completion.begin) + u": "_s + offers.join(u' ')).trimmed(),
        expected);
    QVERIFY(completeFilter(nullptr, line, cursor).offers.size() <= completion.offers.size());
}

void TestFilterWords::everyExampleAndWordIsUnderstood()
{
    for (const FilterWord &example : filterExamples()) {
        const auto filter = KeyFilter::parse(example.text);
        QVERIFY2(filter, qPrintable(example.text));
        QVERIFY(!example.help.isEmpty());
    }
    for (const FilterWord &word : completeFilter(nullptr, {}, 0).offers) {
        QVERIFY2(word.text.endsWith(u':') || KeyFilter::parse(word.text), qPrintable(word.text));
        QVERIFY2(!word.help.isEmpty(), qPrintable(word.text));
    }
}

void TestFilterWords::largeFilesAreSampled()
{
    QStringList rows;
    for (int at = 0; at < 50'000; ++at)
        rows << u"l.%1.w float32 1"_s.arg(at);
    Progress progress;
    const auto tree = buildKeyTree(planFrom(rows), {0}, progress);
    QCOMPARE(completeFilter(tree.get(), u"l."_s, 2).offers.size(), 8);
}

QTEST_GUILESS_MAIN(TestFilterWords)
#include "tst_filterwords.moc"
