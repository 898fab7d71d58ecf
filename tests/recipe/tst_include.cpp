// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/recipewords.h"
#include "model/recipe/selectorcompiled.h"
#include "tests/support/computingtime.h"
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Recipes in recipes, beyond what the cases of `include.case` say: how they are read, edited, told and planned again.
class TestInclude : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    void editsKeepComments();
    void anEditMayNameWhatIsNotThere();
    void joinedFindsFilesElsewhere();
    void historyNamesBothSteps();
    void historyOfRowsBelowAPrefix();
    void stepsAreListedInside();
    void runsAgainWhatChanged();
    void runsAgainForAnotherTarget();
    void hostile_data();
    void hostile();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QByteArray &steps) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("weightsmith: 1\n" + steps);
    }
    Result<Recipe> parsed(const QByteArray &steps) const
    {
        return Recipe::parse("weightsmith: 1\n" + steps.toStdString(), path(u"top.recipe.yaml"_s));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestInclude::editsKeepComments()
{
    write(u"a.yaml"_s, "params: {p: a.}\nsteps: [add-prefix: '{p}']\n");
    const QByteArray text = "# top\nsteps:\n  - include: a.yaml # the first\n  # and then\n  - cast: float16\n";
    const Result<Recipe> recipe = parsed(text);
    QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
    QCOMPARE(recipe->stepCount(), std::size_t(3));
    const Result<Step> with = recipe->steps()[0].withField("with", Node::map({{"p", Node::scalar("b.")}}));
    QVERIFY(with);
    const Recipe edited = recipe->withStep(0, *with).withRemoved(1);
    QCOMPARE(QString::fromStdString(edited.text()),
             u"weightsmith: 1\n# top\nsteps:\n  - include: {recipe: a.yaml, with: {p: b.}} # the first\n"_s);
    QCOMPARE(names(planFrom({u"x float32 1"_s}, edited)->outputs), QStringList{u"b.x"_s});
    QCOMPARE(names(planFrom({u"x float32 1"_s}, *recipe)->outputs), QStringList{u"a.x"_s});
}

/// While a name is typed: the text is kept with its comments, and the plan says what is wrong.
void TestInclude::anEditMayNameWhatIsNotThere()
{
    write(u"a.yaml"_s, "steps: [add-prefix: a.]\n");
    const Result<Recipe> recipe = parsed("steps:\n  - include: a.yaml # kept\n");
    QVERIFY(recipe);
    const Recipe edited = recipe->withStep(0, *recipe->steps()[0].withField("recipe", Node::scalar("b.yaml")));
    QCOMPARE(QString::fromStdString(edited.text()), u"weightsmith: 1\nsteps:\n  - include: b.yaml # kept\n"_s);
    const auto plan = planFrom({u"x float32 1"_s}, edited);
    QVERIFY(plan->error);
    QCOMPARE(plan->error->message,
             u"Step 1 (Include “b.yaml”): “b.yaml” cannot be included. There is no file and no built-in recipe called "
             "“b.yaml”."_s);
    write(u"b.yaml"_s, "steps: [add-prefix: b.]\n");
    const Recipe mended = edited.withStep(0, edited.steps()[0]);
    QCOMPARE(names(planFrom({u"x float32 1"_s}, mended)->outputs), QStringList{u"b.x"_s});
    QVERIFY(!parsed("steps:\n  - include: c.yaml\n"));
}

void TestInclude::joinedFindsFilesElsewhere()
{
    write(u"a.yaml"_s, "steps: [add-prefix: a.]\n");
    const Result<Recipe> recipe = parsed(
        "steps: [{include: a.yaml}, {choose: [{otherwise: wrappers/data_parallel}]}, {choose: [{otherwise: a.yaml}]}]");
    QVERIFY(recipe);
    const Result<Recipe> other = Recipe::parse("weightsmith: 1\nsteps: [drop: y]\n", u"/elsewhere/other.yaml"_s);
    QVERIFY(other);
    const Recipe joined = other->joined(*recipe);
    QCOMPARE(names(planFrom({u"x float32 1"_s, u"y float32 1"_s}, joined)->outputs), QStringList{u"a.a.x"_s});
    const Result<Recipe> again = Recipe::parse(joined.text(), u"/elsewhere/other.yaml"_s);
    QVERIFY2(again, again ? "" : qPrintable(again.error().message));
    QVERIFY(again->steps() == joined.steps());
    QVERIFY(joined.text().find("wrappers/data_parallel") != std::string::npos);
}

void TestInclude::historyNamesBothSteps()
{
    write(u"inner.yaml"_s, "steps: [{rename: {prefix: a., to: b.}}, {add-prefix: c.}]\n");
    write(u"outer.yaml"_s, "steps: [{include: inner.yaml}, {drop: {suffix: .m}}]\n");
    const Result<Recipe> recipe = parsed("steps: [{cast: float16}, {include: outer.yaml}]\n");
    QVERIFY(recipe);
    const auto plan = planFrom({u"a.x float32 1"_s, u"a.m float32 1"_s}, *recipe);
    QCOMPARE(histories(plan->table->rows), QStringList{u"c.b.x < 1/0/1: b.x < 1/0/0: a.x < 0: a.x"_s});
    QCOMPARE(droppedTexts(*plan), QStringList{u"1: c.b.m"_s});
    QStringList inside;
    for (const NameChange &change : nameChanges(plan->table->rows.front()))
        inside += innerText(change.inside);
    QCOMPARE(inside,
             (QStringList{QString(), u"1. Include “inner.yaml”, 1. Rename prefix “a.” → “b.”"_s,
                          u"1. Include “inner.yaml”, 2. Add prefix “c.”"_s}));
    QCOMPARE(plan->steps[1].inner.size(), std::size_t(2));
    QCOMPARE(plan->steps[1].inner[0].inner[1].changed, qint64(2));
}

/// All names are whole ones again: in histories, of what is dropped, of what is joined, in findings.
void TestInclude::historyOfRowsBelowAPrefix()
{
    write(u"inner.yaml"_s,
          "steps: [{remove-prefix: n.}, {add-prefix: p.}, {concat: {from: [p.q, p.k], to: p.qk}}, {drop: p.m},"
          " {rename: {prefix: p.v, to: p.w}, collision: keep-last}]\n");
    write(u"outer.yaml"_s, "steps: [{include: {recipe: inner.yaml, under: b.}}]\n");
    const Result<Recipe> recipe = parsed("steps: [{include: {recipe: outer.yaml, under: a.}}]\n");
    QVERIFY(recipe);
    const auto plan = planFrom({u"a.b.n.x float32 1"_s, u"a.b.q float32 1"_s, u"n.x float32 1"_s, u"a.b.k float32 1"_s,
                                u"a.n.y float32 1"_s, u"a.b.m float32 1"_s, u"a.b.w float32 1"_s, u"a.b.v float32 1"_s},
                               *recipe);
    QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
    QCOMPARE(histories(plan->table->rows),
             (QStringList{u"a.b.p.x < 0/0/1: a.b.x < 0/0/0: a.b.n.x"_s, u"a.b.p.qk < 0/0/2: a.b.p.q < 0/0/1: a.b.q"_s,
                          u"n.x"_s, u"a.n.y"_s, u"a.b.p.w < 0/0/4: a.b.p.v < 0/0/1: a.b.v"_s}));
    QCOMPARE(sourceNames(plan->table->rows[1]), (std::vector<std::string>{"a.b.q", "a.b.k"}));
    QCOMPARE(droppedTexts(*plan), (QStringList{u"0: a.b.p.m"_s, u"0: a.b.p.w"_s}));
    QCOMPARE(QString::fromStdString(sourceName(plan->dropped[1].row)), u"a.b.w"_s);
    QCOMPARE(findingTexts(*plan),
             QStringList{u"warning collision: “a.b.w” and “a.b.v” both become “p.w”; the last is kept."_s});
    QCOMPARE(plan->findings.front().where.key, std::string("a.b.p.w"));
    QCOMPARE(plan->findings.front().where.step, 0);
}

void TestInclude::stepsAreListedInside()
{
    write(u"a.yaml"_s, "native: {has: x}\nsteps: [{add-prefix: a., note: why}]\n");
    const Result<Recipe> recipe =
        parsed("steps: [{include: a.yaml}, {choose: [{when: {has: b}, include: a.yaml}, {otherwise: a.yaml}]}]\n");
    QVERIFY(recipe);
    QStringList lines;
    for (const StepLine &line : stepLines(*recipe)) {
        lines += u"%1|%2|%3"_s.arg(line.depth).arg(line.number, joined(line.sentence));
        lines += line.remarks;
    }
    const QStringList inside{
        u"1||It does nothing if there is a key “x”: then the checkpoint is already in the target's layout."_s};
    const QStringList expected = QStringList{u"0|1|Include “a.yaml”"_s} + inside
        + QStringList{u"1|1.1|Add prefix “a.”"_s, u"why"_s,
                      u"0|2|Choose the first that fits of “a.yaml” and “a.yaml”"_s,
                      u"1||“a.yaml” if there is a key “b”:"_s}
        + inside + QStringList{u"1|2.1|Add prefix “a.”"_s, u"why"_s, u"1||Otherwise “a.yaml”:"_s} + inside
        + QStringList{u"1|2.1|Add prefix “a.”"_s, u"why"_s};
    QCOMPARE(lines, expected);
}

/// A plan starts at the step whose recipe says something else now.
void TestInclude::runsAgainWhatChanged()
{
    const QByteArray text = "steps: [{add-prefix: x.}, {include: a.yaml}, {add-prefix: y.}]\n";
    write(u"a.yaml"_s, "steps: [{add-prefix: a.}]\n");
    const auto checkpoint = checkpointFrom({u"k float32 1"_s});
    const auto first = planFrom({checkpoint, {}, *parsed(text), {}});
    const auto same = planFrom({checkpoint, {}, *parsed(text), {}}, first);
    QCOMPARE(same->states[3], first->states[3]);
    write(u"a.yaml"_s, "steps: [{add-prefix: b.}]\n");
    const Result<Recipe> changed = parsed(text);
    QVERIFY(!(*changed == first->recipe));
    const auto second = planFrom({checkpoint, {}, *changed, {}}, first);
    QCOMPARE(second->states[1], first->states[1]);
    QCOMPARE(names(second->outputs), QStringList{u"y.b.x.k"_s});
    QCOMPARE(wholeText(*second), wholeText(*planFrom({checkpoint, {}, *changed, {}})));
    // Its last step: what stands before is taken.
    const Recipe edited = changed->withRemoved(2);
    QCOMPARE(planFrom({checkpoint, {}, edited, {}}, second)->states[2], second->states[2]);
}

void TestInclude::runsAgainForAnotherTarget()
{
    write(u"a.yaml"_s, "steps: [{add-prefix: a., when: {target-has: k}}]\n");
    const Result<Recipe> recipe = parsed("steps: [{add-prefix: x.}, {include: {recipe: a.yaml, under: x.}}]\n");
    QVERIFY(recipe);
    const auto checkpoint = checkpointFrom({u"k float32 1"_s});
    const auto with = planFrom({checkpoint, {}, *recipe, targetFrom(u"\"x.k\": [1], \"k2\": [1]"_s)});
    QCOMPARE(names(with->table->rows), QStringList{u"x.a.k"_s});
    const auto without = planFrom({checkpoint, {}, *recipe, targetFrom(u"\"k\": [1]"_s)}, with);
    QCOMPARE(names(without->table->rows), QStringList{u"x.k"_s});
    QCOMPARE(without->states[1], with->states[1]);
    const auto none = planFrom({checkpoint, {}, *recipe, {}}, without);
    QVERIFY(none->error);
    QCOMPARE(none->error->message,
             u"Step 2.1 (Add prefix “a.”): its condition asks for the target, and there is none."_s);
}

void TestInclude::hostile_data()
{
    QTest::addColumn<int>("files");
    QTest::addColumn<int>("each"); // how often a file includes the next
    QTest::addColumn<int>("kilobytes"); // of comments in each
    QTest::addColumn<QString>("values"); // that differ each time
    QTest::addColumn<QString>("says");
    const QString tooMany = u"more than 10000 are not read."_s;
    QTest::addRow("doubling") << 15 << 2 << 0 << QString() << tooMany;
    QTest::addRow("a hundred times a hundred") << 3 << 100 << 0 << QString() << tooMany;
    QTest::addRow("ten thousand times one") << 2 << 10'000 << 0 << QString() << tooMany;
    QTest::addRow("deep") << 20 << 1 << 0 << QString() << u"Recipes include one another more than 16 deep: “1.yaml”"_s;
    QTest::addRow("large") << 4 << 1 << 400 << QString()
                           << u"The recipes that are included have more than 1.0 MB together, up to “3.yaml”."_s;
    QTest::addRow("one that is too large") << 2 << 1 << 1100 << QString() << u"up to 1.0 MB."_s;
    QTest::addRow("once for every value") << 2 << 5'000 << 1 << u"{p: %1}"_s << u"more than 1.0 MB together"_s;
}

void TestInclude::hostile()
{
    QFETCH(const int, files);
    QFETCH(const int, each);
    QFETCH(const int, kilobytes);
    QFETCH(const QString, values);
    QFETCH(const QString, says);
    QByteArray top;
    for (int file = 0; file < files; ++file) {
        QByteArray steps = QByteArray("#").repeated(kilobytes * 1024) + "\nparams: {p: 0}\nsteps:\n";
        for (int i = 0; i < (file + 1 < files ? each : 0); ++i) {
            const QByteArray with = values.isEmpty() ? QByteArray("{}") : values.arg(i).toUtf8();
            steps += "- include: {recipe: " + QByteArray::number(file + 1) + ".yaml, with: " + with + "}\n";
        }
        if (file + 1 == files)
            steps += "- drop: x\n";
        if (file == 0)
            top = steps;
        else
            write(QString::number(file) + u".yaml"_s, steps);
    }
    const ComputingTime time;
    const Result<Recipe> recipe = parsed(top);
    QVERIFY(!recipe);
    QVERIFY2(recipe.error().message.contains(says), qPrintable(recipe.error().message));
    QVERIFY2(recipe.error().message.size() < 1000, qPrintable(recipe.error().message));
    QVERIFY2(time.seconds() < 15, qPrintable(QString::number(time.seconds()))); // under sanitizers
}

QTEST_GUILESS_MAIN(TestInclude)
#include "tst_include.moc"
