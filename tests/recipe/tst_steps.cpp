// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/plan.h"
#include "model/recipe/step.h"
#include "model/recipe/yaml.h"
#include "tests/recipe/casefile.h"
#include "tests/recipe/caserows.h"
#include "tests/support/plantext.h"
#include "tests/support/smalltensors.h"

#include <QDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Runs the cases of tests/data/recipe/*.case through plan(): recipe, keys before, keys after, findings or error.
class TestSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void cases_data()
    {
        QTest::addColumn<Case>("one");
        const QDir folder(QStringLiteral(TEST_DATA "/recipe"));
        for (const QString &file : folder.entryList({u"*.case"_s})) {
            for (const Case &one : readCases(folder.filePath(file)))
                QTest::addRow("%s: %s", qPrintable(file.chopped(5)), qPrintable(one.title)) << one;
        }
    }

    void cases()
    {
        QFETCH(const Case, one);
        const QString recipeText = u"weightsmith: 1\n"_s + one.text(u"recipe"_s);
        const Result<Recipe> recipe =
            Recipe::parse(recipeText.toStdString(), QStringLiteral(TEST_DATA "/recipe/r.yaml"));
        if (!recipe) {
            QCOMPARE(recipe.error().message, one.text(u"refused"_s));
            return;
        }
        QVERIFY2(!one.has(u"refused"_s), "The recipe should have been refused.");
        PlanInput input{smallTensors(one.sections[u"before"_s]), {}, *recipe, {}};
        if (one.has(u"target"_s))
            input.target =
                smallTarget(one.sections[u"target"_s],
                            {{"depth", qint64(12)}, {"expand_attn", true}, {"first_conv", std::string("conv1")}});
        Progress progress;
        const auto plan = ::plan(input, progress);
        QVERIFY(plan);
        QCOMPARE(plan->error ? plan->error->message : QString(), one.text(u"error"_s));

        const QStringList after = one.sections[u"after"_s];
        if (!plan->error)
            QCOMPARE(caseRows(*plan, after), after);
        QStringList findings;
        for (const Finding &finding : plan->findings)
            findings += QString::fromStdString(finding.kind) + u": "_s + finding.message;
        if (one.has(u"findings"_s))
            QCOMPARE(findings.join(u'\n'), one.text(u"findings"_s));
        if (one.has(u"steps"_s))
            QCOMPARE(stepTexts(*plan).join(u'\n'), one.text(u"steps"_s));
    }

    /// Every kind of step has its words, and its example does what it says.
    void examples_data()
    {
        QTest::addColumn<QString>("word");
        for (const StepKind *kind : stepKinds())
            QTest::addRow("%s", std::string(kind->word).c_str()) << QString::fromStdString(std::string(kind->word));
    }

    void examples()
    {
        QFETCH(const QString, word);
        const StepKind *kind = findStepKind(word.toStdString());
        QVERIFY(kind);
        QVERIFY(!kind->title.empty() && !kind->help.empty() && !kind->group.empty());
        const Result<Step> step = parseStepText(kind->exampleStep);
        QVERIFY2(step, step ? "" : qPrintable(step.error().message));
        QVERIFY(!step->sentenceText().isEmpty());
        // What is printed reads back as the same step.
        const Result<Step> again = parseStepText(flowText(printStep(*step)));
        QVERIFY2(again, again ? "" : qPrintable(again.error().message));
        QVERIFY(*again == *step);
        if (word == u"root" || word == u"cast")
            return; // their examples show more than names
        const auto lines = [](std::string_view text) { return QString::fromUtf8(text.data()).split(u'\n'); };
        const std::string text = "weightsmith: 1\nsteps:\n  - " + std::string(kind->exampleStep) + "\n";
        PlanInput input{smallTensors(lines(kind->exampleBefore)), {}, *Recipe::parse(text, {}), {}};
        if (word.startsWith(u"match-by-"))
            input.target = smallTarget(lines(kind->exampleAfter));
        Progress progress;
        const auto plan = ::plan(input, progress);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const QStringList after = lines(kind->exampleAfter);
        QCOMPARE(caseRows(*plan, after), after);
    }

    /// Fields read, print, compare and reset one by one.
    void fields()
    {
        const Result<Step> step = parseStepText("rename: {prefix: a, to: b}");
        QVERIFY(step);
        const Result<Step> other = step->withField("to", Node::scalar("c"));
        QVERIFY(other);
        QVERIFY(!(*other == *step));
        QCOMPARE(flowText(printStep(*other)), std::string("{rename: {prefix: a, to: c}}"));
        const Result<Step> counted = other->withField("count", Node::scalar("first"));
        QVERIFY(counted);
        QCOMPARE(counted->field("count")->text, std::string("first"));
        QVERIFY(!step->field("count"));
        const Result<Step> reset = counted->withField("count", Node());
        QVERIFY(reset);
        QVERIFY(*reset == *other);
        const Result<Step> wrong = step->withField("count", Node::scalar("firts"));
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().message,
                 u"“count” of “rename”: expected one of all, first, but found “firts”; did you mean “first”?"_s);
    }
};

QTEST_GUILESS_MAIN(TestSteps)
#include "tst_steps.moc"
