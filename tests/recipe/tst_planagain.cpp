// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"
#include "tests/support/teststep.h"

#include <QTest>

#include <random>

using namespace Qt::StringLiterals;

/// Planning again after an edit: what is taken from the plan before, and that nothing can be told apart from a plan
/// made from scratch.
class TestPlanAgain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void takesStatesUpToTheEdit();
    void runsAgainWhatAskedTheTarget();
    void startsAgainOnAnotherCheckpointOrRoot();
    void runsAgainFromALetOn();
    void takesNothingOfAFailedStep();
    void keepsOnlyTheStatesItIsAllowed();
    void equalsAPlanFromScratch_data();
    void equalsAPlanFromScratch();
};

namespace {
/// A step that counts how often it ran.
Step counting(std::string name, std::shared_ptr<int> runs)
{
    return TestStep::make(std::move(name), [runs](StepRun &run) {
        ++*runs;
        for (std::size_t i = 0; i < run.rows().size(); ++i)
            run.rename(i, run.rows()[i].name, "'");
        return Result<void>();
    });
}

const QStringList someTensors{u"a float32 1"_s, u"b float32 2"_s};
}

void TestPlanAgain::takesStatesUpToTheEdit()
{
    const auto first = std::make_shared<int>(0);
    const auto second = std::make_shared<int>(0);
    const auto third = std::make_shared<int>(0);
    const auto checkpoint = checkpointFrom(someTensors);
    const Recipe recipe = Recipe()
                              .withInserted(0, counting("1", first))
                              .withInserted(1, counting("2", second))
                              .withInserted(2, counting("3", third));
    const auto before = planFrom({checkpoint, {}, recipe, {}});
    Step off = recipe.steps()[1];
    off.enabled = false;
    const auto after = planFrom({checkpoint, {}, recipe.withStep(1, off), {}}, before);
    QCOMPARE(*first, 1);
    QCOMPARE(*second, 1);
    QCOMPARE(*third, 2);
    QCOMPARE(after->states[1], before->states[1]);
    QCOMPARE(histories(after->table->rows), (QStringList{u"a'' < 2: a' < 0: a"_s, u"b'' < 2: b' < 0: b"_s}));
    QCOMPARE(histories(before->table->rows),
             (QStringList{u"a''' < 2: a'' < 1: a' < 0: a"_s, u"b''' < 2: b'' < 1: b' < 0: b"_s}));

    // Behind the last step nothing runs again.
    const auto longer =
        planFrom({checkpoint, {}, recipe.withInserted(3, counting("4", std::make_shared<int>(0))), {}}, before);
    QCOMPARE(*third, 2);
    QCOMPARE(longer->states[3], before->states[3]);
}

void TestPlanAgain::runsAgainWhatAskedTheTarget()
{
    const auto runs = std::make_shared<int>(0);
    const auto asks = std::make_shared<int>(0);
    const Step asking = TestStep::make("asks", [asks](StepRun &run) {
        ++*asks;
        for (std::size_t i = 0; i < run.rows().size(); ++i) {
            if (!run.target() || run.target()->find(run.rows()[i].name) == NameIndex::none)
                run.drop(i);
        }
        return Result<void>();
    });
    const auto checkpoint = checkpointFrom(someTensors);
    const Recipe recipe = Recipe().withInserted(0, counting("1", runs)).withInserted(1, asking);
    const auto before = planFrom({checkpoint, {}, recipe, targetFrom(uR"("a'": [1])"_s)});
    QCOMPARE(names(before->table->rows), QStringList{u"a'"_s});
    const auto after = planFrom({checkpoint, {}, recipe, targetFrom(uR"("b'": [2])"_s)}, before);
    QCOMPARE(names(after->table->rows), QStringList{u"b'"_s});
    QCOMPARE(*runs, 1);
    QCOMPARE(*asks, 2);
}

void TestPlanAgain::startsAgainOnAnotherCheckpointOrRoot()
{
    const auto runs = std::make_shared<int>(0);
    const Recipe recipe = Recipe().withInserted(0, counting("1", runs));
    const auto two = checkpointFrom({u"[x]"_s, u"a float32 1"_s, u"[y]"_s, u"b float32 1"_s});
    const auto x = planFrom({two, "x", recipe, {}});
    QCOMPARE(names(x->outputs), QStringList{u"a'"_s});
    const auto y = planFrom({two, "y", recipe, {}}, x);
    QCOMPARE(names(y->outputs), QStringList{u"b'"_s});
    const auto other = planFrom({checkpointFrom(someTensors), {}, recipe, {}}, y);
    QCOMPARE(names(other->outputs), (QStringList{u"a'"_s, u"b'"_s}));
    QCOMPARE(*runs, 3);
}

void TestPlanAgain::runsAgainFromALetOn()
{
    const auto runs = std::make_shared<int>(0);
    const auto checkpoint = checkpointFrom(someTensors);
    const Recipe recipe = recipeFrom(u"steps:\n  - add-prefix: p.\n  - let: {x: 1}\n  - add-prefix: q.\n"
                                     "  - rename: {prefix: q., to: 'q{x}.'}\n"_s)
                              .withInserted(1, counting("1", runs));
    const auto before = planFrom({checkpoint, {}, recipe, {}});
    QCOMPARE(names(before->outputs), (QStringList{u"q1.p.a'"_s, u"q1.p.b'"_s}));
    const Recipe edited = recipe.withStep(2, *parseStepText("let: {x: 2}"));
    const auto after = planFrom({checkpoint, {}, edited, {}}, before);
    QCOMPARE(names(after->outputs), (QStringList{u"q2.p.a'"_s, u"q2.p.b'"_s}));
    QCOMPARE(*runs, 1);
    QCOMPARE(after->states[2], before->states[2]);
    QVERIFY(after->states[4] != before->states[4]);
    QCOMPARE(wholeText(*after), wholeText(*planFrom({checkpoint, {}, edited, {}})));
    // An edit behind it takes what it gave.
    const Recipe later = edited.withStep(4, *parseStepText("rename: {prefix: q., to: 'r{x}.'}", edited.lets()));
    const auto last = planFrom({checkpoint, {}, later, {}}, after);
    QCOMPARE(names(last->outputs), (QStringList{u"r2.p.a'"_s, u"r2.p.b'"_s}));
    QCOMPARE(last->states[4], after->states[4]);
}

void TestPlanAgain::takesNothingOfAFailedStep()
{
    const auto runs = std::make_shared<int>(0);
    const Step failing = TestStep::make("fails", [](StepRun &run) -> Result<void> { return run.error(u"no."_s); });
    const auto checkpoint = checkpointFrom(someTensors);
    const Recipe recipe = Recipe().withInserted(0, counting("1", runs)).withInserted(1, failing);
    const auto before = planFrom({checkpoint, {}, recipe, {}});
    QVERIFY(before->error);
    const auto again = planFrom({checkpoint, {}, recipe, {}}, before);
    QCOMPARE(wholeText(*again), wholeText(*before));
    QCOMPARE(*runs, 1);
    const auto mended = planFrom({checkpoint, {}, recipe.withRemoved(1), {}}, again);
    QVERIFY(!mended->error);
    QCOMPARE(*runs, 1);
}

void TestPlanAgain::keepsOnlyTheStatesItIsAllowed()
{
    std::vector<std::shared_ptr<int>> runs;
    Recipe recipe;
    for (int i = 0; i < 4; ++i) {
        runs.push_back(std::make_shared<int>(0));
        recipe = recipe.withInserted(i, counting(std::to_string(i), runs.back()));
    }
    const auto ran = [&] {
        QStringList counts;
        for (const auto &run : runs)
            counts += QString::number(std::exchange(*run, 0));
        return counts.join(u' ');
    };
    const auto kept = [](const Plan &plan) {
        QString marks;
        for (const auto &state : plan.states)
            marks += state ? u'x' : u'-';
        return marks;
    };
    PlanInput input{checkpointFrom(someTensors), {}, recipe, {}};
    input.spareBytes = 0;
    auto plan = planFrom(input);
    QCOMPARE(kept(*plan), u"---xx"_s);
    QCOMPARE(ran(), u"1 1 1 1"_s);
    // The first edit of step 3 starts from what there is, and keeps the state before it for the next ones.
    for (const QString &expected : {u"1 1 0 1"_s, u"0 0 1 1"_s, u"0 0 0 1"_s}) {
        Step edited = input.recipe.steps()[2];
        edited.enabled = !edited.enabled;
        input.recipe = input.recipe.withStep(2, edited);
        plan = planFrom(input, plan);
        QCOMPARE(ran(), expected);
    }
    QCOMPARE(kept(*plan), u"--xxx"_s); // a step that is off leaves the state before it
    QCOMPARE(plan->steps[0].changed, 2);
    QCOMPARE(names(plan->outputs), (QStringList{u"a'''"_s, u"b'''"_s}));
}

namespace {
/// Makes random inputs: edits of a recipe, another root, another target.
class RandomEdits
{
public:
    explicit RandomEdits(unsigned seed) : m_random(seed)
    {
        m_input.checkpoint =
            checkpointFrom({u"[model]"_s, u"module.a.weight float32 2x2"_s, u"module.a.bias float32 2"_s,
                            u"module.b.weight float16 2x2"_s, u"module.b.num_batches_tracked int64 scalar"_s,
                            u"fc float32 3"_s, u"[ema]"_s, u"a.weight float32 2x2"_s, u"b.weight float32 2x2"_s,
                            u"[optimizer/state]"_s, u"0 float32 4"_s});
    }

    const PlanInput &input() const { return m_input; }

    void edit()
    {
        m_input.countMatchedKeys = below(2) == 0;
        m_input.spareBytes = below(2) == 0 ? 0 : 1 << 30;
        const int count = int(m_input.recipe.steps().size());
        const int what = below(12);
        if (count == 0 || what < 4)
            m_input.recipe = m_input.recipe.withInserted(below(count + 1), step());
        else if (what == 4)
            m_input.recipe = m_input.recipe.withRemoved(below(count));
        else if (what == 5)
            m_input.recipe = m_input.recipe.withMoved(below(count), below(count));
        else if (what == 6)
            m_input.recipe = m_input.recipe.withStep(below(count), step());
        else if (what == 7)
            toggle(below(count));
        else if (what == 8)
            m_input.target = target();
        else if (what == 9)
            m_input.rootPath = rootPath();
        else if (what == 10)
            m_input.recipe = m_input.recipe.withBind(bind());
        else
            replaceGuard();
    }

    int below(int bound) { return bound <= 1 ? 0 : int(m_random() % unsigned(bound)); }

private:
    Step step()
    {
        static const char *const texts[] = {
            "root: model",
            "root: ema",
            "root: auto",
            "root: {unwrap: [state_dict, model]}",
            "strip-wrappers",
            "remove-prefix: module.",
            "remove-prefix: a.",
            "add-prefix: module.",
            "add-prefix: {prefix: a., only-if-absent: true}",
            "rename: {exact: fc, to: head}",
            "rename: {prefix: a., to: b.}",
            "rename: {suffix: .weight, to: .w}",
            "rename: {text: module, to: m}",
            "rename: {regex: '\\.(\\w)', to: '_\\1'}",
            "drop: {contains: num_batches}",
            "drop: {in-target: absent}",
            "keep: {prefix: module.}",
            "keep: {ndim: 2}",
            "cast: float16",
            "cast: {dtype: float32, where: {in-target: present}}",
            "assert: {exists: [fc]}",
            "stop: that is enough",
            "renumber: {at: '{x:**}.{i}', shift: 1}",
            "match-by-suffix: {one-to-many: allow, shape: any}",
        };
        const auto parsed = parseStepText(texts[below(int(std::size(texts)))]);
        if (!parsed)
            qFatal("%s", qPrintable(parsed.error().message));
        Step made = *parsed;
        made.collision = below(3) == 0 ? Collision::Error : Collision::KeepLast;
        made.required = below(10) == 0;
        if (below(4) == 0)
            made.when = condition();
        return made;
    }

    Condition condition()
    {
        static const char *const texts[] = {"module.a.weight", "fc", "head"};
        const Node name = Node::scalar(texts[below(3)]);
        static const char *const words[] = {"has", "target-has"};
        const auto parsed = Condition::parse(Node::map({{words[below(2)], name}}));
        if (!parsed)
            qFatal("%s", qPrintable(parsed.error().message));
        return *parsed;
    }

    void toggle(int index)
    {
        Step changed = m_input.recipe.steps()[std::size_t(index)];
        changed.enabled = !changed.enabled;
        m_input.recipe = m_input.recipe.withStep(index, changed);
    }

    std::shared_ptr<const Target> target()
    {
        switch (below(4)) {
        case 0: return nullptr;
        case 1: return targetFrom(uR"("fc": [3], "a.weight": [2, 2])"_s);
        case 2: return targetFrom(uR"("head": [3], "module.a.weight": [2, 2], "module.b.weight": [4])"_s);
        default: return targetFrom(QString());
        }
    }

    std::optional<std::string> rootPath()
    {
        static const char *const paths[] = {"model", "ema", "optimizer/state", "nowhere"};
        return below(2) == 0 ? std::nullopt : std::optional<std::string>(paths[below(4)]);
    }

    Bind bind()
    {
        Bind made;
        if (below(2) == 0)
            made.skip = {Node::scalar("fc")};
        made.shape = Bind::ShapePolicy(below(3));
        made.order = Bind::Order(below(2));
        made.unexpected = Bind::Unexpected(below(2));
        return made;
    }

    /// The guard stands in the head of the text: there is no edit for it.
    void replaceGuard()
    {
        static const char *const guards[] = {"", "native: {has: fc}\n", "native: {has: module.nothing}\n",
                                             "native: {target-has: head}\n", "native: {has: a.weight}\n"};
        Recipe fresh = recipeFrom(QString::fromLatin1(guards[below(int(std::size(guards)))]) + u"steps: []"_s);
        for (const Step &kept : m_input.recipe.steps())
            fresh = fresh.withInserted(int(fresh.steps().size()), kept);
        m_input.recipe = fresh.withBind(m_input.recipe.bind());
    }

    std::mt19937 m_random;
    PlanInput m_input;
};
}

void TestPlanAgain::equalsAPlanFromScratch_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 20; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestPlanAgain::equalsAPlanFromScratch()
{
    QFETCH(const unsigned, seed);

    RandomEdits edits(seed);
    std::vector<std::shared_ptr<const Plan>> past{nullptr};
    for (int i = 0; i < 60; ++i) {
        edits.edit();
        // Undo jumps back, so any earlier plan may be the one before.
        const auto before = past[std::size_t(edits.below(int(past.size())))];
        const auto again = planFrom(edits.input(), edits.below(3) == 0 ? before : past.back());
        PlanInput keepingAll = edits.input();
        keepingAll.spareBytes = 1 << 30;
        const auto scratch = planFrom(keepingAll);
        QVERIFY(again->table == again->states.back() || again->table->rootChosen);
        if (wholeText(*again) != wholeText(*scratch))
            qInfo("edit %d, recipe:\n%s", i, edits.input().recipe.text().c_str());
        QCOMPARE(wholeText(*again), wholeText(*scratch));
        for (std::size_t state = 0; state < again->states.size(); ++state) {
            if (again->states[state])
                QCOMPARE(histories(again->states[state]->rows), histories(scratch->states[state]->rows));
        }
        past.push_back(again);
    }
}

QTEST_GUILESS_MAIN(TestPlanAgain)
#include "tst_planagain.moc"
