// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/fit.h"
#include "model/recipe/planfiles.h"
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// `unmatched: fill`: target keys that nothing of the source reaches take the target's values.
class TestFill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void fills_data();
    void fills();
    void countsTowardsTheFit();
    void castsAtTheEndAreForFilledKeys_data();
    void castsAtTheEndAreForFilledKeys();
    void tiedKeysFollowTheirTwin();
    void onlyACheckpointFills();
    void saysWhenNothingIsLoaded();
    void fillsFromTheSourceItself();
    void targetsWithOptions();
    void planningAgain();
};

namespace {
std::shared_ptr<const Target> targetOf(const std::shared_ptr<const Checkpoint> &checkpoint)
{
    const auto target = targetFromCheckpoint(checkpoint, {});
    return target ? *target : nullptr;
}

std::shared_ptr<const Plan> planned(const std::shared_ptr<const Checkpoint> &source, const QString &recipe,
                                    const std::shared_ptr<const Target> &target,
                                    const std::shared_ptr<const Plan> &before = {})
{
    PlanInput input{source, {}, recipeFrom(recipe), target};
    Progress progress;
    return openFiles(input, progress, before) ? plan(input, progress, before) : nullptr;
}

/// `w float32 [2] = w of the target`
QStringList outputs(const Plan &plan)
{
    QStringList lines = rowTexts(plan, plan.outputs);
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        for (const TensorIndex tensor : sources(*plan.outputs[i].value)) {
            if (!plan.checkpoint->isOwn(plan.checkpoint->tensors()[tensor]))
                lines[qsizetype(i)] += u" of the target"_s;
        }
    }
    return lines;
}
}

void TestFill::fills_data()
{
    QTest::addColumn<QString>("bind");
    QTest::addColumn<QStringList>("verdicts");
    QTest::addColumn<QStringList>("written");
    QTest::addColumn<QStringList>("rows");

    const QStringList used{u"used conv"_s, u"size mismatch fc"_s, u"unexpected extra"_s};
    QTest::addRow("left") << u"{}"_s
                          << QStringList{u"missing head"_s, u"loaded conv"_s, u"size mismatch fc"_s,
                                         u"created bn.num_batches_tracked"_s}
                          << QStringList{u"conv float32 [2] = conv"_s, u"bn.num_batches_tracked int64 [] = zeros"_s}
                          << used;
    QTest::addRow("filled") << u"{unmatched: fill}"_s
                            << QStringList{u"filled head"_s, u"loaded conv"_s, u"size mismatch fc"_s,
                                           u"filled bn.num_batches_tracked"_s}
                            << QStringList{u"head float32 [5] = head of the target"_s, u"conv float32 [2] = conv"_s,
                                           u"bn.num_batches_tracked int64 [] = bn.num_batches_tracked of the target"_s}
                            << used;
    QTest::addRow("filled in the source's order")
        << u"{unmatched: fill, order: source, skip: [fc]}"_s
        << QStringList{u"filled head"_s, u"loaded conv"_s, u"filled fc"_s, u"filled bn.num_batches_tracked"_s}
        << QStringList{u"conv float32 [2] = conv"_s, u"fc float32 [4] = fc of the target"_s,
                       u"head float32 [5] = head of the target"_s,
                       u"bn.num_batches_tracked int64 [] = bn.num_batches_tracked of the target"_s}
        << QStringList{u"used conv"_s, u"skipped fc"_s, u"unexpected extra"_s};
    QTest::addRow("skipped, ignored and kept ones are the target's")
        << u"{unmatched: fill, skip: [conv], shape: keep-target, ignore-missing: [head], counters: ignore}"_s
        << QStringList{u"filled head"_s, u"filled conv"_s, u"filled fc"_s, u"filled bn.num_batches_tracked"_s}
        << QStringList{u"head float32 [5] = head of the target"_s, u"conv float32 [2] = conv of the target"_s,
                       u"fc float32 [4] = fc of the target"_s,
                       u"bn.num_batches_tracked int64 [] = bn.num_batches_tracked of the target"_s}
        << QStringList{u"skipped conv"_s, u"skipped fc"_s, u"unexpected extra"_s};
}

void TestFill::fills()
{
    QFETCH(const QString, bind);
    QFETCH(const QStringList, verdicts);
    QFETCH(const QStringList, written);
    QFETCH(const QStringList, rows);

    const auto target = targetOf(checkpointFrom(
        {u"head float32 5"_s, u"conv float32 2"_s, u"fc float32 4"_s, u"bn.num_batches_tracked int64 scalar"_s}));
    const auto made = planned(checkpointFrom({u"conv float32 2"_s, u"fc float32 3"_s, u"extra float32 1"_s}),
                              u"steps: []\nbind: "_s + bind, target);
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(verdictTexts(*made), verdicts);
    QCOMPARE(outputs(*made), written);
    QCOMPARE(rowVerdictTexts(*made), rows);
}

void TestFill::countsTowardsTheFit()
{
    const auto source = checkpointFrom({u"a float32 1"_s});
    const auto target = targetOf(checkpointFrom({u"a float32 1"_s, u"b float32 2"_s, u"c float16 3"_s}));
    const auto left = planned(source, u"steps: []"_s, target);
    QVERIFY(!fit(*left).complete);
    const auto filled = planned(source, u"steps: []\nbind: {unmatched: fill}"_s, target);
    const Fit found = fit(*filled);
    QVERIFY(found.complete);
    QCOMPARE(found.filled, 2);
    QCOMPARE(found.missing, 0);
    QCOMPARE(found.coverage.tensors, 3);
    QCOMPARE(found.coverage.parameters, 6);
    QCOMPARE(findingTexts(*filled),
             QStringList{u"info filled: 2 keys that nothing of the source reaches take the values of “model.pt”, the "
                         "first “b”."_s});
    // Where nothing is to fill, it says nothing.
    const auto idle = planned(checkpointFrom({u"a float32 1"_s, u"b float32 2"_s, u"c float16 3"_s}),
                              u"steps: []\nbind: {unmatched: fill}"_s, target);
    QCOMPARE(findingTexts(*idle), QStringList());
    QCOMPARE(fit(*idle).filled, 0);
}

void TestFill::castsAtTheEndAreForFilledKeys_data()
{
    QTest::addColumn<QString>("steps");
    QTest::addColumn<QStringList>("written");

    const QString a = u"a bfloat16 [1] = cast(a)"_s;
    const auto rows = [&](const QString &b, const QString &n) {
        return QStringList{a, b + u" of the target"_s, n + u" of the target"_s};
    };
    const QString cast = u"b bfloat16 [2] = cast(b)"_s;
    const QString kept = u"b float32 [2] = b"_s;
    const QString n = u"n int64 [1] = n"_s;
    QTest::addRow("the last step") << u"[cast: bfloat16]"_s << rows(cast, n);
    QTest::addRow("behind it one that is off")
        << u"[{cast: bfloat16}, {add-prefix: x., enabled: false}]"_s << rows(cast, n);
    QTest::addRow("behind it one whose condition does not hold")
        << u"[{cast: bfloat16}, {add-prefix: x., when: {has: nothing}}]"_s << rows(cast, n);
    QTest::addRow("not the last") << u"[{cast: bfloat16}, {remove-prefix: x.}]"_s << rows(kept, n);
    QTest::addRow("for other keys") << u"[cast: {dtype: bfloat16, where: {exact: a}}]"_s << rows(kept, n);
    QTest::addRow("for the filled ones too, required there")
        << u"[{cast: {dtype: bfloat16, where: {exact: a}}, required: true}]"_s << rows(kept, n);
    QTest::addRow("two of them") << u"[{cast: bfloat16}, {cast: {dtype: float64, only: all, where: {exact: n}}}]"_s
                                 << rows(cast, u"n float64 [1] = cast(n)"_s);
}

void TestFill::castsAtTheEndAreForFilledKeys()
{
    QFETCH(const QString, steps);
    QFETCH(const QStringList, written);

    const auto target = targetOf(checkpointFrom({u"a float32 1"_s, u"b float32 2"_s, u"n int64 1"_s}));
    const auto made =
        planned(checkpointFrom({u"a float32 1"_s}), u"steps: "_s + steps + u"\nbind: {unmatched: fill}"_s, target);
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(outputs(*made), written);
}

/// What shares its storage with a key that is loaded is loaded with it, as in the model; other ties stay.
void TestFill::tiedKeysFollowTheirTwin()
{
    const auto target = targetOf(checkpointFrom({u"head float32 4"_s, u"emb = head"_s, u"x float32 2"_s, u"y = x"_s}));
    const auto made = planned(checkpointFrom({u"emb float32 4"_s}), u"steps: []\nbind: {unmatched: fill}"_s, target);
    QCOMPARE(verdictTexts(*made), (QStringList{u"filled head"_s, u"loaded emb"_s, u"filled x"_s, u"filled y"_s}));
    QCOMPARE(outputs(*made),
             (QStringList{u"head float32 [4] = emb"_s, u"emb float32 [4] = emb"_s, u"x float32 [2] = x of the target"_s,
                          u"y float32 [2] = y of the target"_s}));
    const auto storage = [&](std::size_t output) {
        return made->checkpoint->tensors()[made->outputs[output].value->tensor].storage;
    };
    QCOMPARE(storage(2), storage(3));
    QVERIFY(storage(1) != storage(2));
    QVERIFY(fit(*made).complete);
}

void TestFill::onlyACheckpointFills()
{
    const auto source = checkpointFrom({u"a float32 1"_s});
    const QString fill = u"steps: []\nbind: {unmatched: fill}"_s;
    const auto names = planned(source, fill, targetFrom(uR"("a": [1], "b": [2], "c": [3])"_s));
    QCOMPARE(names->error ? names->error->message : QString(),
             u"“unmatched: fill” of “bind” takes the values of 2 keys, the first “b”, from a target that is a "
             "checkpoint; “test” has names and shapes alone."_s);
    QVERIFY(names->outputs.empty());
    QVERIFY(!planned(source, fill, targetFrom(uR"("a": [1])"_s))->error);
    QVERIFY(!planned(source, fill, {})->error);
}

void TestFill::saysWhenNothingIsLoaded()
{
    const auto target = targetOf(checkpointFrom({u"a float32 1"_s, u"b float32 1"_s}));
    const auto made = planned(checkpointFrom({u"x float32 1"_s}), u"steps: []\nbind: {unmatched: fill}"_s, target);
    QCOMPARE(findingTexts(*made).last(),
             u"warning nothing-loaded: No key of the target is loaded: what is saved are the target's own values."_s);
}

void TestFill::fillsFromTheSourceItself()
{
    const auto both = checkpointFrom({u"[x]"_s, u"a float32 1"_s, u"[y]"_s, u"a float32 1"_s, u"b float32 2"_s});
    const auto target = targetFromCheckpoint(both, "y");
    QVERIFY(target);
    const auto made = planned(both, u"steps: [root: x]\nbind: {unmatched: fill}"_s, *target);
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(made->checkpoint, both);
    QCOMPARE(outputs(*made), (QStringList{u"a float32 [1] = a"_s, u"b float32 [2] = b"_s}));
    QCOMPARE(made->outputs[0].value->tensor, TensorIndex(0));
    QCOMPARE(made->outputs[1].value->tensor, TensorIndex(2));
}

/// A key that the target calls otherwise than its file does.
void TestFill::targetsWithOptions()
{
    const auto file = checkpointFrom({u"[m]"_s, u"z float32 1"_s, u"[n]"_s, u"a float32 1"_s, u"b float32 2"_s});
    const auto whole = targetFromCheckpoint(file, "n");
    QVERIFY(whole);
    Target::Parts parts;
    parts.checkpoint = file;
    for (const TargetKey &key : (*whole)->keys()) {
        TargetKey prefixed = key;
        prefixed.name = parts.names.store("backbone.", key.name);
        parts.keys.push_back(prefixed);
    }
    const auto target = std::make_shared<const Target>(std::move(parts));
    const auto made =
        planned(checkpointFrom({u"backbone.a float32 1"_s}), u"steps: []\nbind: {unmatched: fill}"_s, target);
    QCOMPARE(outputs(*made),
             (QStringList{u"backbone.a float32 [1] = backbone.a"_s, u"backbone.b float32 [2] = b of the target"_s}));
}

void TestFill::planningAgain()
{
    const auto source = checkpointFrom({u"a float32 1"_s});
    const auto target = targetOf(checkpointFrom({u"a float32 1"_s, u"b float32 2"_s}));
    const auto other = targetOf(checkpointFrom({u"a float32 1"_s, u"c float16 2"_s}));
    const QString fill = u"steps: [{strip-wrappers: {}}]\nbind: {unmatched: fill}"_s;
    const auto first = planned(source, fill, target);
    const auto again = planned(source, fill, target, first);
    QCOMPARE(again->checkpoint, first->checkpoint);
    QCOMPARE(again->states, first->states);
    QCOMPARE(wholeText(*again), wholeText(*first));
    const auto changed = planned(source, fill, other, again);
    QCOMPARE(wholeText(*changed), wholeText(*planned(source, fill, other)));
    const auto left = planned(source, u"steps: [{strip-wrappers: {}}]"_s, other, changed);
    QCOMPARE(left->checkpoint, source);
    QVERIFY(left->filled.keys.empty());
}

QTEST_GUILESS_MAIN(TestFill)
#include "tst_fill.moc"
