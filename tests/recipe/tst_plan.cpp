// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/plan.h"
#include "tests/support/computingtime.h"
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"
#include "tests/support/teststep.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// The planner: which steps run, what each did, what is kept of every row, and how it fails.
class TestPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void runsSteps_data();
    void runsSteps();
    void keepsOutputsWithoutTarget();
    void tellsCollisions();
    void keepsLastOfACollision();
    void letsNamesSwap();
    void tellsWhatARequiredStepMisses();
    void leavesTheTableBeforeAFailedStep();
    void endsNamesThatGrow_data();
    void endsNamesThatGrow();
    void tellsStepsWithoutEffect_data();
    void tellsStepsWithoutEffect();
    void obeysTheNativeGuard_data();
    void obeysTheNativeGuard();
    void asksTheNativeGuardAfterTheRoot();
    void skipsNothingWhenTheGuardFails();
    void matchesAnEmptyTargetKey();
    void stopsWhenAsked();

private:
    const QStringList m_net{u"module.conv.weight float32 8x3x3x3"_s, u"module.bn.weight float32 8"_s,
                            u"module.bn.num_batches_tracked int64 scalar"_s, u"module.fc.weight float32 10x8"_s};
};

void TestPlan::runsSteps_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QStringList>("rows");
    QTest::addColumn<QStringList>("steps");
    QTest::addColumn<QStringList>("dropped");

    const QStringList same{u"module.conv.weight"_s, u"module.bn.weight"_s, u"module.bn.num_batches_tracked"_s,
                           u"module.fc.weight"_s};
    QTest::addRow("nothing") << u"steps: []"_s << same << QStringList() << QStringList();
    QTest::addRow("one step") << u"steps: [remove-prefix: module.]"_s
                              << QStringList{u"conv.weight < 0: module.conv.weight"_s,
                                             u"bn.weight < 0: module.bn.weight"_s,
                                             u"bn.num_batches_tracked < 0: module.bn.num_batches_tracked"_s,
                                             u"fc.weight < 0: module.fc.weight"_s}
                              << QStringList{u"4 matched, 4 changed"_s} << QStringList();
    QTest::addRow("each sees the one before")
        << u"steps: [remove-prefix: module., {rename: {prefix: conv., to: stem.}}, {rename: {exact: stem.weight, to: first}}]"_s
        << QStringList{u"first < 2: stem.weight < 1: conv.weight < 0: module.conv.weight"_s,
                       u"bn.weight < 0: module.bn.weight"_s,
                       u"bn.num_batches_tracked < 0: module.bn.num_batches_tracked"_s,
                       u"fc.weight < 0: module.fc.weight"_s}
        << QStringList{u"4 matched, 4 changed"_s, u"1 matched, 1 changed"_s, u"1 matched, 1 changed"_s}
        << QStringList();
    QTest::addRow("dropped rows remember the step")
        << u"steps: [drop: {suffix: num_batches_tracked}, remove-prefix: module., drop: {prefix: fc.}]"_s
        << QStringList{u"conv.weight < 1: module.conv.weight"_s, u"bn.weight < 1: module.bn.weight"_s}
        << QStringList{u"1 matched, 1 changed"_s, u"3 matched, 3 changed"_s, u"1 matched, 1 changed"_s}
        << QStringList{u"0: module.bn.num_batches_tracked"_s, u"2: fc.weight"_s};
    QTest::addRow("switched off") << u"steps: [{remove-prefix: module., enabled: false}]"_s << same
                                  << QStringList{u"skipped: switched off"_s} << QStringList();
    QTest::addRow("condition holds") << u"steps: [{drop: {prefix: module.fc}, when: {has: module.bn.weight}}]"_s
                                     << same.first(3) << QStringList{u"1 matched, 1 changed"_s}
                                     << QStringList{u"0: module.fc.weight"_s};
}

void TestPlan::runsSteps()
{
    QFETCH(const QString, yaml);
    QFETCH(const QStringList, rows);
    QFETCH(const QStringList, steps);
    QFETCH(const QStringList, dropped);

    const auto made = planFrom(m_net, recipeFrom(yaml));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QCOMPARE(histories(made->table->rows), rows);
    QCOMPARE(stepTexts(*made), steps);
    QCOMPARE(droppedTexts(*made), dropped);
}

void TestPlan::keepsOutputsWithoutTarget()
{
    const auto made = planFrom(m_net, recipeFrom(u"steps: [remove-prefix: module., cast: float16]"_s));
    QCOMPARE(rowTexts(*made, made->outputs),
             (QStringList{u"conv.weight float16 [8, 3, 3, 3] = cast(module.conv.weight)"_s,
                          u"bn.weight float16 [8] = cast(module.bn.weight)"_s,
                          u"bn.num_batches_tracked int64 [] = module.bn.num_batches_tracked"_s,
                          u"fc.weight float16 [10, 8] = cast(module.fc.weight)"_s}));
    QVERIFY(made->targets.empty());
}

void TestPlan::tellsCollisions()
{
    const auto made =
        planFrom({u"a.w float32 2"_s, u"b.w float32 3"_s, u"c.w float32 4"_s},
                 recipeFrom(u"steps: [{rename: {exact: c.w, to: d.w}}, {rename: {regex: '^[ad]', to: b}}]"_s));
    QVERIFY(made->error);
    QCOMPARE(made->error->kind, Error::Kind::BadRecipe);
    QVERIFY2(made->error->message.startsWith(u"Step 2 ("_s), qPrintable(made->error->message));
    QVERIFY2(made->error->message.endsWith(u"“a.w” and “b.w” both become “b.w”."_s), qPrintable(made->error->message));
    QCOMPARE(made->failedStep, 1);
}

void TestPlan::keepsLastOfACollision()
{
    const auto made = planFrom({u"a.w float32 2"_s, u"x float32 1"_s, u"b.w float32 3"_s},
                               recipeFrom(u"steps: [{rename: {exact: a.w, to: b.w}, collision: keep-last}]"_s));
    QVERIFY(!made->error);
    // A Python dict that is assigned twice keeps the first place and the last value.
    QCOMPARE(rowTexts(*made, made->table->rows), (QStringList{u"b.w float32 [3] = b.w"_s, u"x float32 [1] = x"_s}));
    QCOMPARE(droppedTexts(*made), QStringList{u"0: b.w"_s});
    QCOMPARE(findingTexts(*made),
             QStringList{u"warning collision: “a.w” and “b.w” both become “b.w”; the last is kept."_s});
    QCOMPARE(made->findings.front().where.step, 0);
    QCOMPARE(made->findings.front().where.key, "b.w");
}

void TestPlan::letsNamesSwap()
{
    const Step swap = TestStep::make("swap", [](StepRun &run) {
        for (std::size_t i = 0; i < run.rows().size(); ++i)
            run.rename(i, run.rows()[i].name == "a" ? Name("b") : Name("a"));
        return Result<void>();
    });
    const auto made = planFrom({u"a float32 1"_s, u"b float32 2"_s}, Recipe().withInserted(0, swap));
    QVERIFY(!made->error);
    QCOMPARE(histories(made->table->rows), (QStringList{u"b < 0: a"_s, u"a < 0: b"_s}));
}

void TestPlan::tellsWhatARequiredStepMisses()
{
    const auto made =
        planFrom(m_net, recipeFrom(u"steps: [{drop: {prefix: head.}, required: true}, remove-prefix: module.]"_s));
    QVERIFY(made->error);
    QCOMPARE(made->error->kind, Error::Kind::BadRecipe);
    QVERIFY2(made->error->message.startsWith(u"Step 1 ("_s), qPrintable(made->error->message));
    QVERIFY2(made->error->message.endsWith(u"it is required to match something, but no key matches."_s),
             qPrintable(made->error->message));
    QCOMPARE(made->failedStep, 0);
    QVERIFY(made->outputs.empty());
}

void TestPlan::endsNamesThatGrow_data()
{
    QTest::addColumn<QString>("yaml");
    const QString huge(3'000'000, u'x');
    const auto repeated = [](const QString &step, int times) {
        return u"steps:\n"_s + (u"- "_s + step + u'\n').repeated(times);
    };
    QTest::addRow("text that doubles") << repeated(u"rename: {text: w, to: ww}"_s, 60);
    QTest::addRow("a huge text for each of many")
        << repeated(u"rename: {text: w, to: ww}"_s, 14) + u"- rename: {text: w, to: %1}\n"_s.arg(huge);
    QTest::addRow("a huge prefix") << u"steps: [add-prefix: %1]"_s.arg(huge);
    QTest::addRow("prefix after prefix") << repeated(u"add-prefix: %1"_s.arg(QString(400, u'x')), 9'000);
    QTest::addRow("for a prefix") << u"steps: [rename: {prefix: w, to: %1}]"_s.arg(huge);
    QTest::addRow("for a suffix") << u"steps: [rename: {suffix: w, to: %1}]"_s.arg(huge);
    QTest::addRow("for a whole key") << u"steps: [rename: {exact: w, to: %1}]"_s.arg(huge);
    QTest::addRow("in a group") << u"steps: [rename-group: {rules: [{exact: w, to: %1}]}]"_s.arg(huge);
    QTest::addRow("by a pattern") << u"steps: [rename: {regex: w, to: %1}]"_s.arg(huge);
}

/// Before they take the memory that they ask for.
void TestPlan::endsNamesThatGrow()
{
    QFETCH(const QString, yaml);
    const ComputingTime time;
    const auto made = planFrom({u"w float32 1"_s}, recipeFrom(yaml));
    QVERIFY(made->error);
    QVERIFY2(made->error->message.contains(u"longer than"_s), qPrintable(made->error->message.left(500)));
    QVERIFY(made->error->message.size() < 1'000);
    QVERIFY(time.seconds() < 10);
}

void TestPlan::leavesTheTableBeforeAFailedStep()
{
    const Step fails = TestStep::make("fail", [](StepRun &run) -> Result<void> {
        run.drop(0);
        run.rename(1, "changed");
        return run.error(u"it cannot."_s);
    });
    const Recipe recipe = recipeFrom(u"steps: [remove-prefix: module., drop: {prefix: fc.}]"_s).withInserted(1, fails);
    const auto made = planFrom(m_net, recipe, targetFrom(uR"("conv.weight": [8, 3, 3, 3])"_s));
    QVERIFY(made->error);
    QCOMPARE(made->error->message, u"Step 2 (fail): it cannot."_s);
    QCOMPARE(made->failedStep, 1);
    QCOMPARE(names(made->table->rows),
             (QStringList{u"conv.weight"_s, u"bn.weight"_s, u"bn.num_batches_tracked"_s, u"fc.weight"_s}));
    QCOMPARE(made->states.size(), 2u);
    QVERIFY(made->dropped.empty());
    QVERIFY(made->outputs.empty());
    // The lists that panels read stay parallel to what they describe.
    QCOMPARE(made->targets.size(), 1u);
    QCOMPARE(made->rows.size(), 4u);
    QCOMPARE(made->steps.size(), 3u);
}

void TestPlan::tellsStepsWithoutEffect_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QStringList>("kinds");

    QTest::addRow("matches nothing") << u"steps: [drop: {prefix: head.}]"_s << QStringList{u"no-effect"_s};
    QTest::addRow("matches one") << u"steps: [drop: {prefix: module.fc}]"_s << QStringList();
    QTest::addRow("switched off") << u"steps: [{drop: {prefix: head.}, enabled: false}]"_s << QStringList();
    QTest::addRow("second time") << u"steps: [remove-prefix: module., remove-prefix: module.]"_s
                                 << QStringList{u"no-effect"_s};
    QTest::addRow("a check") << u"steps: [assert: {exists: [module.fc.weight]}]"_s << QStringList();
}

void TestPlan::tellsStepsWithoutEffect()
{
    QFETCH(const QString, yaml);
    QFETCH(const QStringList, kinds);

    const auto made = planFrom(m_net, recipeFrom(yaml));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QStringList found;
    for (const Finding &finding : made->findings) {
        found += QString::fromStdString(finding.kind);
        QCOMPARE(finding.where.step, int(made->steps.size()) - 1);
    }
    QCOMPARE(found, kinds);
}

void TestPlan::obeysTheNativeGuard_data()
{
    QTest::addColumn<QString>("guard");
    QTest::addColumn<bool>("isNative");

    QTest::addRow("has") << u"{has: module.fc.weight}"_s << true;
    QTest::addRow("has not") << u"{has: fc.weight}"_s << false;
    QTest::addRow("not") << u"{not: {has: fc.weight}}"_s << true;
}

void TestPlan::obeysTheNativeGuard()
{
    QFETCH(const QString, guard);
    QFETCH(const bool, isNative);

    const auto made = planFrom(
        m_net, recipeFrom(u"native: "_s + guard + u"\nsteps: [remove-prefix: module., drop: {prefix: fc.}]"_s));
    QVERIFY(!made->error);
    if (isNative) {
        const QString reason = u"skipped: the checkpoint is already in the target's layout"_s;
        QCOMPARE(stepTexts(*made), (QStringList{reason, reason}));
        QCOMPARE(names(made->outputs),
                 (QStringList{u"module.conv.weight"_s, u"module.bn.weight"_s, u"module.bn.num_batches_tracked"_s,
                              u"module.fc.weight"_s}));
    } else {
        QCOMPARE(stepTexts(*made), (QStringList{u"4 matched, 4 changed"_s, u"1 matched, 1 changed"_s}));
    }
}

void TestPlan::asksTheNativeGuardAfterTheRoot()
{
    const auto made = planFrom({u"[model]"_s, u"fc.weight float32 2"_s},
                               recipeFrom(u"native: {has: fc.weight}\nsteps: [root: model, add-prefix: x.]"_s));
    QVERIFY(!made->error);
    QCOMPARE(names(made->outputs), QStringList{u"fc.weight"_s});
    QCOMPARE(made->steps[0].skipped, false);
    QCOMPARE(made->steps[1].skipped, true);
}

void TestPlan::skipsNothingWhenTheGuardFails()
{
    // A guard sees what stands before the first step, not what the steps make.
    const auto made =
        planFrom(m_net, recipeFrom(u"native: {has: fc.weight}\nsteps: [remove-prefix: module., add-prefix: x.]"_s));
    QCOMPARE(names(made->outputs),
             (QStringList{u"x.conv.weight"_s, u"x.bn.weight"_s, u"x.bn.num_batches_tracked"_s, u"x.fc.weight"_s}));
}

void TestPlan::stopsWhenAsked()
{
    struct Stopping final : Progress
    {
        explicit Stopping(int questions) : left(questions) {}
        bool stopRequested() const override { return left-- <= 0; }
        mutable int left;
    };
    const Recipe recipe = recipeFrom(u"steps: [remove-prefix: module., drop: {prefix: fc.}]"_s);
    const auto checkpoint = checkpointFrom(m_net);
    int questions = 0;
    for (; questions < 1000; ++questions) {
        Stopping progress(questions);
        if (const auto made = plan({checkpoint, std::nullopt, recipe, {}}, progress)) {
            QCOMPARE(made->outputs.size(), 3u);
            break;
        }
    }
    QVERIFY2(questions > 2, "the planner asks between steps");
    QVERIFY2(questions < 1000, "a plan that nobody stops is made");
}

/// A key of PyTorch's may be empty; a name that ends with a dot ends with it.
void TestPlan::matchesAnEmptyTargetKey()
{
    const auto made = planFrom({u"a. float32 1"_s}, recipeFrom(u"steps: [{match-by-suffix: {symmetric: true}}]"_s),
                               targetFrom(uR"("": [1])"_s));
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(names(made->table->rows), QStringList{QString()});
}

QTEST_GUILESS_MAIN(TestPlan)
#include "tst_plan.moc"
