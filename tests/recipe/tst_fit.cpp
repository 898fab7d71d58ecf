// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/fit.h"
#include "tests/support/planfrom.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace {
QString coverageText(const Coverage &coverage)
{
    return u"%1/%2 tensors %3/%4 parameters %5/%6 bytes"_s.arg(coverage.tensors)
        .arg(coverage.allTensors)
        .arg(coverage.parameters)
        .arg(coverage.allParameters)
        .arg(coverage.bytes)
        .arg(coverage.allBytes);
}

/// Counts that are not zero, in words.
QString countsText(const Fit &fit)
{
    const std::pair<const char *, qint64> counts[] = {{"loaded", fit.loaded},           {"adapted", fit.adapted},
                                                      {"created", fit.created},         {"skipped", fit.skipped},
                                                      {"ignored", fit.ignored},         {"missing", fit.missing},
                                                      {"mismatch", fit.sizeMismatches}, {"unexpected", fit.unexpected},
                                                      {"dropped", fit.dropped},         {"dtype", fit.dtypeDiffers}};
    QStringList words;
    for (const auto &[word, count] : counts) {
        if (count != 0)
            words += u"%1 %2"_s.arg(count).arg(QString::fromLatin1(word));
    }
    return words.join(u", "_s);
}
}

/// A plan against its target: counts, coverage, and whether it is complete.
class TestFit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void counts_data();
    void counts();
    void coversSubtrees_data();
    void coversSubtrees();
    void sharesAreFractions();
    void isNeverCompleteWithAnError();
};

void TestFit::counts_data()
{
    QTest::addColumn<QStringList>("tensors");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("counts");
    QTest::addColumn<bool>("complete");
    QTest::addColumn<QString>("covered");

    const QStringList two{u"a float32 4x3"_s, u"b float16 5"_s};
    const QString wants = uR"("a": [4, 3], "b": [5])"_s;
    QTest::addRow("all there") << two << wants << u"steps: []"_s << u"2 loaded"_s << true
                               << u"2/2 tensors 17/17 parameters 58/58 bytes"_s;
    QTest::addRow("nothing there") << QStringList{u"x float32 1"_s} << wants << u"steps: []"_s
                                   << u"2 missing, 1 unexpected"_s << false
                                   << u"0/2 tensors 0/17 parameters 0/68 bytes"_s;
    QTest::addRow("empty target") << two << QString() << u"steps: []"_s << u"2 unexpected"_s << true
                                  << u"0/0 tensors 0/0 parameters 0/0 bytes"_s;
    QTest::addRow("the target's dtype sizes it")
        << two << uR"("a": {"shape": [4, 3], "dtype": "float64"}, "b": {"shape": [5], "dtype": "float16"})"_s
        << u"steps: []"_s << u"2 loaded, 1 dtype"_s << true << u"2/2 tensors 17/17 parameters 106/106 bytes"_s;
    QTest::addRow("unexpected is complete")
        << QStringList(two) + QStringList{u"x float32 1"_s} << wants << u"steps: []"_s << u"2 loaded, 1 unexpected"_s
        << true << u"2/2 tensors 17/17 parameters 58/58 bytes"_s;
    QTest::addRow("unexpected under strict is not")
        << QStringList(two) + QStringList{u"x float32 1"_s} << wants
        << u"steps: []\nbind: {strict: {unexpected: true}}"_s << u"2 loaded, 1 unexpected"_s << false
        << u"2/2 tensors 17/17 parameters 58/58 bytes"_s;
    QTest::addRow("ignored unexpected under strict")
        << QStringList(two) + QStringList{u"x float32 1"_s} << wants
        << u"steps: []\nbind: {strict: {unexpected: true}, ignore-unexpected: [x]}"_s << u"2 loaded"_s << true
        << u"2/2 tensors 17/17 parameters 58/58 bytes"_s;
    QTest::addRow("dropped is not unexpected")
        << QStringList(two) + QStringList{u"x float32 1"_s} << wants
        << u"steps: [drop: x]\nbind: {strict: {unexpected: true}}"_s << u"2 loaded, 1 dropped"_s << true
        << u"2/2 tensors 17/17 parameters 58/58 bytes"_s;
    QTest::addRow("one missing") << two.first(1) << wants << u"steps: []"_s << u"1 loaded, 1 missing"_s << false
                                 << u"1/2 tensors 12/17 parameters 48/68 bytes"_s;
    QTest::addRow("one missing, not strict")
        << two.first(1) << wants << u"steps: []\nbind: {strict: {missing: false}}"_s << u"1 loaded, 1 missing"_s << true
        << u"1/2 tensors 12/17 parameters 48/68 bytes"_s;
    QTest::addRow("one ignored") << two.first(1) << wants << u"steps: []\nbind: {ignore-missing: [b]}"_s
                                 << u"1 loaded, 1 ignored"_s << true << u"1/2 tensors 12/17 parameters 48/68 bytes"_s;
    QTest::addRow("one skipped") << two << wants << u"steps: []\nbind: {skip: [b]}"_s << u"1 loaded, 1 skipped"_s
                                 << true << u"1/2 tensors 12/17 parameters 48/58 bytes"_s;
    QTest::addRow("size mismatch") << two << uR"("a": [4, 3], "b": [6])"_s << u"steps: []"_s
                                   << u"1 loaded, 1 mismatch"_s << false
                                   << u"1/2 tensors 12/18 parameters 48/60 bytes"_s;
    // load_state_dict fails on a size mismatch whether strict or not.
    QTest::addRow("size mismatch, not strict")
        << two << uR"("a": [4, 3], "b": [6])"_s << u"steps: []\nbind: {strict: {missing: false, unexpected: false}}"_s
        << u"1 loaded, 1 mismatch"_s << false << u"1/2 tensors 12/18 parameters 48/60 bytes"_s;
    QTest::addRow("adapted and created")
        << QStringList{u"bn.w float32 2"_s}
        << uR"("bn.w": {"shape": [2], "dtype": "float16"}, "bn.num_batches_tracked": {"shape": [], "dtype": "int64"})"_s
        << u"steps: [cast: float16]"_s << u"1 adapted, 1 created"_s << true
        << u"2/2 tensors 3/3 parameters 12/12 bytes"_s;
    // load_state_dict reports a missing name even when its twin was loaded.
    QTest::addRow("tied twin counts as missing")
        << QStringList{u"a float32 2"_s} << uR"("a": {"shape": [2], "tie": 1}, "b": {"shape": [2], "tie": 1})"_s
        << u"steps: []"_s << u"1 loaded, 1 missing"_s << false << u"1/2 tensors 2/4 parameters 8/16 bytes"_s;
    QTest::addRow("tied twin ignored") << QStringList{u"a float32 2"_s}
                                       << uR"("a": {"shape": [2], "tie": 1}, "b": {"shape": [2], "tie": 1})"_s
                                       << u"steps: []\nbind: {ignore-missing: [b]}"_s << u"1 loaded, 1 ignored"_s
                                       << true << u"1/2 tensors 2/4 parameters 8/16 bytes"_s;
}

void TestFit::counts()
{
    QFETCH(const QStringList, tensors);
    QFETCH(const QString, target);
    QFETCH(const QString, yaml);
    QFETCH(const QString, counts);
    QFETCH(const bool, complete);
    QFETCH(const QString, covered);

    const auto made = planFrom(tensors, recipeFrom(yaml), targetFrom(target));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    const Fit found = fit(*made);
    QCOMPARE(countsText(found), counts);
    QCOMPARE(found.complete, complete);
    QCOMPARE(coverageText(found.coverage), covered);
}

void TestFit::coversSubtrees_data()
{
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<QString>("covered");

    QTest::addRow("all") << QString() << u"2/4 tensors 5/10 parameters 20/40 bytes"_s;
    QTest::addRow("half") << u"layer1."_s << u"1/2 tensors 2/3 parameters 8/12 bytes"_s;
    QTest::addRow("one key") << u"layer1.a"_s << u"1/1 tensors 2/2 parameters 8/8 bytes"_s;
    QTest::addRow("a prefix of a component") << u"layer1"_s << u"2/3 tensors 5/6 parameters 20/24 bytes"_s;
    QTest::addRow("nothing") << u"layer3."_s << u"0/0 tensors 0/0 parameters 0/0 bytes"_s;
}

void TestFit::coversSubtrees()
{
    QFETCH(const QString, prefix);
    QFETCH(const QString, covered);

    const auto made = planFrom({u"layer1.a float32 2"_s, u"layer10.a float32 3"_s}, recipeFrom(u"steps: []"_s),
                               targetFrom(uR"("layer1.a": [2], "layer1.b": [1], "layer10.a": [3], "fc": [4])"_s));
    QCOMPARE(coverageText(coverage(*made, prefix.toStdString())), covered);
}

void TestFit::sharesAreFractions()
{
    const auto made = planFrom({u"a float32 1"_s}, recipeFrom(u"steps: []"_s), targetFrom(uR"("a": [1], "b": [3])"_s));
    const Coverage covered = fit(*made).coverage;
    QCOMPARE(covered.tensorShare(), 0.5);
    QCOMPARE(covered.parameterShare(), 0.25);
    QCOMPARE(covered.byteShare(), 0.25);
    QCOMPARE(coverage(*made, "none").byteShare(), 1.0);
}

void TestFit::isNeverCompleteWithAnError()
{
    const auto made =
        planFrom({u"a float32 1"_s}, recipeFrom(u"steps: [{drop: x, required: true}]"_s), targetFrom(uR"("a": [1])"_s));
    QVERIFY(made->error);
    const Fit found = fit(*made);
    QCOMPARE(found.complete, false);
    QCOMPARE(found.loaded, 0);
}

QTEST_GUILESS_MAIN(TestFit)
#include "tst_fit.moc"
