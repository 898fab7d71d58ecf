// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/applies.h"
#include "model/recipe/library.h"
#include "model/recipe/step.h"
#include "model/recipe/yaml.h"
#include "tests/recipe/casefile.h"
#include "tests/recipe/caserows.h"
#include "tests/support/planfrom.h"
#include "tests/support/smalltensors.h"

#include <QDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
QList<Case> libraryCases()
{
    QList<Case> cases;
    const QDir folder(QStringLiteral(TEST_DATA "/library"));
    for (const QString &file : folder.entryList({u"*.case"_s}))
        cases += readCases(folder.filePath(file));
    return cases;
}

/// The built-in recipe of a case, with the values it sets.
Recipe recipeOf(const Case &one)
{
    Result<Recipe> recipe = builtinRecipe(one.text(u"recipe"_s).toStdString());
    for (const QString &word : one.sections[u"set"_s]) {
        if (recipe)
            recipe = recipe->withParam(word.section(u'=', 0, 0).toStdString(), word.section(u'=', 1).toStdString());
    }
    if (!recipe)
        qFatal("%s: %s", qPrintable(one.title), qPrintable(recipe.error().message));
    return *recipe;
}

/// The target of a case, with what it states in “attributes”.
std::shared_ptr<const Target> targetOf(const Case &one)
{
    if (!one.has(u"target"_s))
        return {};
    return smallTarget(one.sections[u"target"_s], caseAttributes(one.sections[u"attributes"_s]));
}

std::shared_ptr<const Plan> planOf(const Case &one, const QStringList &tensors, const Recipe &recipe)
{
    return planFrom({smallTensors(tensors), {}, recipe, targetOf(one)});
}

/// What a user is told that is not mere information.
QString warnings(const Plan &plan)
{
    QStringList texts;
    for (const Finding &finding : plan.findings) {
        if (finding.severity != Finding::Severity::Info)
            texts += QString::fromStdString(finding.kind) + u": "_s + finding.message;
    }
    return texts.join(u'\n');
}

/// What `recipe` says of these tensors.
Application applicationTo(const Case &one, const QStringList &tensors, const Recipe &recipe)
{
    Progress progress;
    return applicationOf(recipe, {smallTensors(tensors), {}, {}, targetOf(one)}, progress).value_or(Application());
}

QStringList namesOf(const QStringList &lines)
{
    QStringList names = lines;
    names.removeIf([](const QString &line) { return line.startsWith(u'['); });
    return names;
}
}

/// The built-in recipes, by the cases of tests/data/library: what they do, and that a native checkpoint passes
/// untouched.
class TestLibrary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void cases_data()
    {
        QTest::addColumn<Case>("one");
        for (const Case &one : libraryCases())
            QTest::addRow("%s: %s", qPrintable(one.text(u"recipe"_s)), qPrintable(one.title)) << one;
    }

    void cases()
    {
        QFETCH(const Case, one);
        const Recipe recipe = recipeOf(one);
        const QStringList before = one.sections[u"before"_s];
        const auto made = planOf(one, before, recipe);
        QCOMPARE(made->error ? made->error->message : QString(), one.text(u"error"_s));
        QVERIFY2(!made->isNative, "The checkpoint to convert is taken for a native one.");
        if (made->error)
            return;
        const QStringList after = one.sections[u"after"_s];
        QCOMPARE(caseRows(*made, after), after);
        QCOMPARE(warnings(*made), one.text(u"findings"_s));
        // Values that a user sets may be needed to see that a recipe is meant.
        if (!one.has(u"set"_s) && !one.has(u"not proposed"_s))
            QCOMPARE(applicationTo(one, before, recipe).verdict, Application::Verdict::Applies);
        // What comes out is native, unless the case says that more is left.
        if (one.has(u"not native"_s))
            return;
        const auto again = planOf(one, after, recipe);
        QVERIFY2(again->isNative, "What comes out is not taken for native.");
        QCOMPARE(caseRows(*again, after), after);
    }

    void native_data()
    {
        QTest::addColumn<Case>("one");
        for (const Case &one : libraryCases()) {
            if (one.has(u"native"_s))
                QTest::addRow("%s", qPrintable(one.text(u"recipe"_s))) << one;
        }
    }

    void native()
    {
        QFETCH(const Case, one);
        const QStringList tensors = one.sections[u"native"_s];
        const auto made = planOf(one, tensors, recipeOf(one));
        QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
        QVERIFY(made->isNative);
        QCOMPARE(caseRows(*made, namesOf(tensors)), namesOf(tensors));
        QCOMPARE(warnings(*made), QString());
        const Application::Verdict verdict = applicationTo(one, tensors, recipeOf(one)).verdict;
        QVERIFY(verdict == Application::Verdict::Native || verdict == Application::Verdict::Not);
    }

    void described_data()
    {
        QTest::addColumn<QString>("name");
        QVERIFY(builtinRecipes().size() >= 50);
        for (const BuiltinRecipe &builtin : builtinRecipes())
            QTest::addRow("%s", builtin.name.c_str()) << QString::fromStdString(builtin.name);
    }

    /// Each has words for the browser, its conditions, and cases for both sides of its guard.
    void described()
    {
        QFETCH(const QString, name);
        const Result<Recipe> recipe = builtinRecipe(name.toStdString());
        QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
        QVERIFY(!recipe->name().empty());
        QVERIFY(QString::fromStdString(recipe->about()).endsWith(u'.'));
        QVERIFY(recipe->source().starts_with("https://"));
        QVERIFY(recipe->applies().has_value());
        QVERIFY(recipe->native().has_value());
        const QList<Case> cases = libraryCases();
        const auto shows = [&](const QString &section) {
            return std::any_of(cases.begin(), cases.end(),
                               [&](const Case &one) { return one.text(u"recipe"_s) == name && one.has(section); });
        };
        QVERIFY2(shows(u"after"_s), "No case shows what it does.");
        QVERIFY2(shows(u"native"_s), "No case shows that a native checkpoint passes.");
    }

    /// What a recipe has to do with a checkpoint, beyond the cases above.
    void applications()
    {
        const auto ask = [](const QString &yaml, const QStringList &tensors, const QString &target = {}) {
            Progress progress;
            const PlanInput input{smallTensors(tensors), {}, {}, target.isEmpty() ? nullptr : targetFrom(target)};
            return applicationOf(recipeFrom(yaml), input, progress).value_or(Application());
        };
        using Verdict = Application::Verdict;
        const Application silent = ask(u"steps: [{add-prefix: a.}]"_s, {u"b"_s});
        QCOMPARE(silent.verdict, Verdict::Unknown);
        QCOMPARE(silent.reason, u"It does not say which checkpoints it is for."_s);
        const QString prefix = u"applies: {any: {prefix: m.}}\nsteps: [{remove-prefix: m.}]"_s;
        QCOMPARE(ask(prefix, {u"b"_s}).verdict, Verdict::Not);
        QCOMPARE(ask(prefix, {u"m.b"_s}).verdict, Verdict::Applies);
        QVERIFY(!ask(prefix, {u"m.b"_s}).fit);
        const Application fitting = ask(prefix, {u"m.b"_s}, u"\"b\": [1], \"c\": [1]"_s);
        QVERIFY(fitting.fit);
        QCOMPARE(fitting.fit->coverage.tensors, 1);
        QCOMPARE(ask(u"steps: [{root: nowhere}, {add-prefix: a.}]\napplies: {has: b}"_s, {u"b"_s}).verdict,
                 Verdict::Not);
        const Application stopped = ask(u"steps: [{assert: {exists: c}}]\napplies: {has: b}"_s, {u"b"_s});
        QCOMPARE(stopped.verdict, Verdict::Applies);
        QVERIFY2(stopped.reason.startsWith(u"Step 1 ("_s), qPrintable(stopped.reason));
        const Application targetless = ask(u"steps: []\napplies: {target-has: b}"_s, {u"b"_s});
        QCOMPARE(targetless.verdict, Verdict::Unknown);
        QVERIFY2(targetless.reason.contains(u"asks for the target"_s), qPrintable(targetless.reason));
    }

    void stepsBehindOthers()
    {
        const Recipe builtin = recipeFrom(u"native: {has: x}\nsteps: [{root: auto}, {add-prefix: a.}]\n"
                                          "bind: {skip: [head]}"_s);
        const Result<Recipe> alone = withStepsOf(Recipe(), builtin);
        QVERIFY(alone && *alone == builtin);
        const Result<Recipe> both = withStepsOf(recipeFrom(u"steps: # first\n  - drop: b"_s), builtin);
        QVERIFY2(both, both ? "" : qPrintable(both.error().message));
        QCOMPARE(QString::fromStdString(both->text()),
                 u"weightsmith: 1\nsteps: # first\n  - drop: b\n  - add-prefix: a.\nbind: {skip: [head]}\n"_s);
        const Result<Recipe> guarded = withStepsOf(builtin, builtin);
        QVERIFY(!guarded);
        QVERIFY(guarded.error().message.startsWith(u"The recipe has a guard (“native”)"_s));
    }

    void unknown()
    {
        const Result<Recipe> recipe = builtinRecipe("wrappers/data_paralel");
        QVERIFY(!recipe);
        QCOMPARE(recipe.error().message,
                 u"There is no file and no built-in recipe called “wrappers/data_paralel”. "
                 u"Did you mean “wrappers/data_parallel”?"_s);
    }
};

QTEST_GUILESS_MAIN(TestLibrary)
#include "tst_library.moc"
