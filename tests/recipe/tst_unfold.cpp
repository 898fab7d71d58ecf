// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/exportforms.h"
#include "model/recipe/library.h"
#include "model/recipe/unfold.h"
#include "tests/recipe/casefile.h"
#include "tests/recipe/caserows.h"
#include "tests/support/smalltensors.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

/// Steps of one recipe in another: unfolded, joined, and with paths that are found from everywhere.
class TestUnfold : public QObject
{
    Q_OBJECT

private:
    Recipe recipeOf(const QString &steps, const QString &fileName = QStringLiteral(TEST_DATA "/recipe/r.yaml")) const
    {
        const Result<Recipe> recipe = Recipe::parse("weightsmith: 1\n" + steps.toStdString(), fileName);
        if (!recipe)
            qWarning("%s", qPrintable(recipe.error().message));
        return recipe ? *recipe : Recipe();
    }

    static QStringList rowsOf(const Recipe &recipe, const QStringList &before)
    {
        Progress progress;
        const auto plan = ::plan({smallTensors(before), {}, recipe, {}}, progress);
        return plan->error ? QStringList(plan->error->message) : caseRows(*plan, {});
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    /// tests/data/recipe/unfold/steps.case: the first step that includes becomes what is written, and does the same.
    void cases_data()
    {
        QTest::addColumn<Case>("one");
        for (const Case &one : readCases(QStringLiteral(TEST_DATA "/recipe/unfold/steps.case")))
            QTest::addRow("%s", qPrintable(one.title)) << one;
    }

    void cases()
    {
        QFETCH(const Case, one);
        const Recipe recipe = recipeOf(one.text(u"recipe"_s));
        int index = 0;
        while (recipe.steps()[std::size_t(index)].kind().word != "include")
            ++index;
        const Result<Unfolded> made = unfolded(recipe, index);
        QCOMPARE(made ? QString() : made.error().message, one.text(u"refused"_s));
        if (!made)
            return;
        QString wanted = u"weightsmith: 1\n"_s + one.text(u"unfolded"_s);
        wanted.replace(u"INCLUDED"_s, QStringLiteral(TEST_DATA "/recipe/included"));
        QCOMPARE(QString::fromStdString(made->recipe.text()).trimmed(), wanted.trimmed());
        QCOMPARE(made->isGuardLost, one.has(u"guard lost"_s));
        const QStringList before = one.sections[u"before"_s];
        QVERIFY(!before.isEmpty());
        const QStringList after = rowsOf(made->recipe, before);
        QCOMPARE(after, one.sections[u"after"_s]);
        QCOMPARE(after, rowsOf(recipe, before));
        QCOMPARE(int(made->recipe.steps().size()), int(recipe.steps().size()) - 1 + made->count);
    }

    /// Each built-in recipe, alone: it becomes itself, with guard, root and bind.
    void builtinsBecomeThemselves()
    {
        for (const BuiltinRecipe &builtin : builtinRecipes()) {
            const Result<Recipe> read = builtinRecipe(builtin.name);
            QVERIFY(read);
            const Recipe recipe = withIncluded(Recipe(), 0, builtin.name, *read);
            QCOMPARE(recipe.steps().size(), std::size_t(1));
            QVERIFY(recipe.bind() == read->bind());
            const Result<Unfolded> made = unfolded(recipe, 0);
            QVERIFY2(made, made ? "" : qPrintable(made.error().message));
            QVERIFY(!made->isGuardLost);
            QCOMPARE(made->recipe.text(), builtin.text);
            // Behind another step: without guard and root.
            const Recipe behind = withIncluded(recipeOf(u"steps:\n  - drop: nothing\n"_s), 1, builtin.name, *read);
            const Result<Unfolded> steps = unfolded(behind, 1);
            QVERIFY2(steps,
                     steps ? "" : qPrintable(QString::fromStdString(builtin.name) + u": "_s + steps.error().message));
            std::vector<Step> inner;
            for (const Step &step : read->steps()) {
                if (!step.choosesRoot())
                    inner.push_back(step);
            }
            const std::vector<Step> &all = steps->recipe.steps();
            QVERIFY(all.size() > inner.size() && std::equal(inner.rbegin(), inner.rend(), all.rbegin()));
        }
    }

    /// What is named beside a recipe's file is found from another recipe, and from where a command is run.
    void filesAreFoundFromElsewhere_data()
    {
        QTest::addColumn<QString>("steps");
        QTest::addColumn<QString>("file");
        QTest::addRow("a table") << u"rename-table: {file: table.csv}"_s << u"table.csv"_s;
        QTest::addRow("a list") << u"select: {index: indices.txt, where: c}"_s << u"indices.txt"_s;
        QTest::addRow("rows") << u"resize-rows: {map: rows.txt, where: c}"_s << u"rows.txt"_s;
        QTest::addRow("a recipe") << u"include: included/head.recipe.yaml"_s << u"included/head.recipe.yaml"_s;
        QTest::addRow("one of several") << u"choose: [{otherwise: included/head.recipe.yaml}]"_s
                                        << u"included/head.recipe.yaml"_s;
    }

    void filesAreFoundFromElsewhere()
    {
        QFETCH(const QString, steps);
        QFETCH(const QString, file);
        const QString whole = QStringLiteral(TEST_DATA "/recipe/") + file;
        const Recipe recipe = recipeOf(u"steps:\n  - "_s + steps + u" # why\n"_s);
        const auto said = [&](const Recipe &one) { return QString::fromStdString(one.text()); };
        QVERIFY(!said(recipe).contains(whole));
        QVERIFY2(said(withWholePaths(recipe)).contains(whole), qPrintable(said(withWholePaths(recipe))));
        QVERIFY(said(withWholePaths(recipe)).contains(u"# why"_s));
        QVERIFY(withWholePaths(withWholePaths(recipe)) == withWholePaths(recipe));
        QVERIFY(QString::fromStdString(exportCommand({recipe, {}, {}})).contains(whole));
        // Behind steps of a recipe elsewhere, and beside one of the same folder.
        QTemporaryDir folder;
        const Recipe elsewhere = recipeOf(u"steps:\n  - drop: a\n"_s, folder.filePath(u"r.yaml"_s));
        QVERIFY2(said(elsewhere.joined(recipe)).contains(whole), qPrintable(said(elsewhere.joined(recipe))));
        const Recipe beside = recipeOf(u"steps:\n  - drop: a\n"_s, QStringLiteral(TEST_DATA "/recipe/s.yaml"));
        QVERIFY(!said(beside.joined(recipe)).contains(whole));
    }

    /// A list that expressions look things up in cannot be filled in: a step says it.
    void listsOfParametersAreSaid()
    {
        const Recipe recipe = recipeOf(u"params: {order: [2, 0, 1]}\nsteps:\n"
                                       "  - rename: {from: 'blocks.{i}', to: 'blocks.{order[i]}'}\n"_s);
        const Recipe joined = recipeOf(u"steps:\n  - drop: a\n"_s).joined(recipe);
        QCOMPARE(QString::fromStdString(joined.text()),
                 u"weightsmith: 1\nsteps:\n  - drop: a\n  - let: {order: [2, 0, 1]}\n"
                 "  - rename: {from: 'blocks.{i}', to: 'blocks.{order[i]}'}\n"_s);
        QCOMPARE(rowsOf(joined, {u"a"_s, u"blocks.0"_s, u"blocks.1"_s, u"blocks.2"_s}),
                 QStringList({u"blocks.2"_s, u"blocks.0"_s, u"blocks.1"_s}));
    }
};

QTEST_GUILESS_MAIN(TestUnfold)
#include "tst_unfold.moc"
