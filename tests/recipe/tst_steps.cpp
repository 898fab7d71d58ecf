// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/exportforms.h"
#include "model/recipe/field.h"
#include "model/recipe/planfiles.h"
#include "model/recipe/step.h"
#include "model/recipe/yaml.h"
#include "tests/recipe/casefile.h"
#include "tests/recipe/caserows.h"
#include "tests/support/plantext.h"
#include "tests/support/smalltensors.h"

#include <QDir>
#include <QTest>

using namespace Qt::StringLiterals;

// A member that is not asked because of its signature does not compile as a step.
struct AsksFiles
{
    Result<void> resolve(const StepFiles &files);
    void moveFrom(const QString &folder);
    Result<void> check() const;
};
struct CannotMove
{
    Result<void> resolve(const StepFiles &files);
};
struct AsksFolder
{
    Result<void> resolve(const QString &folder);
};
struct ChecksNothing
{
    void check() const;
};
static_assert(areOptionalMembersSound<AsksFiles>());
static_assert(!areOptionalMembersSound<CannotMove>());
static_assert(!areOptionalMembersSound<AsksFolder>());
static_assert(!areOptionalMembersSound<ChecksNothing>());

namespace {
/// Attributes that the target of every case has.
const std::map<std::string, Attribute> attributes{
    {"depth", qint64(12)}, {"expand_attn", true}, {"first_conv", std::string("conv1")}};

QList<std::pair<QString, Case>> allCases()
{
    QList<std::pair<QString, Case>> cases;
    const QDir folder(QStringLiteral(TEST_DATA "/recipe"));
    for (const QString &file : folder.entryList({u"*.case"_s})) {
        for (const Case &one : readCases(folder.filePath(file)))
            cases.append({u"%1: %2"_s.arg(file.chopped(5), one.title), one});
    }
    return cases;
}

Result<Recipe> recipeOf(const Case &one)
{
    QString text = u"weightsmith: 1\n"_s + one.text(u"recipe"_s);
    if (QFile file(QStringLiteral(TEST_DATA "/recipe/") + one.text(u"file"_s));
        one.has(u"file"_s) && file.open(QIODevice::ReadOnly))
        text = QString::fromUtf8(file.readAll());
    return Recipe::parse(text.toStdString(), QStringLiteral(TEST_DATA "/recipe/r.yaml"));
}

std::shared_ptr<const Plan> planOf(const Case &one, const Recipe &recipe)
{
    PlanInput input{smallTensors(one.sections.value(u"before"_s)), {}, recipe, {}};
    if (one.has(u"target"_s)) {
        std::map<std::string, Attribute> stated = caseAttributes(one.sections.value(u"attributes"_s));
        stated.insert(attributes.begin(), attributes.end());
        input.target = smallTarget(one.sections.value(u"target"_s), std::move(stated));
    }
    Progress progress;
    openFiles(input, progress);
    if (one.has(u"other"_s)) { // the checkpoint that the recipe calls other.pt
        const auto other = smallTensors(one.sections.value(u"other"_s));
        input.files = {{QStringLiteral(TEST_DATA "/recipe/other.pt"), other}};
        input.checkpoint = Checkpoint::joined(input.checkpoint, {other});
    }
    return ::plan(input, progress);
}

QString wordOf(const Step &step)
{
    return QString::fromUtf8(step.kind().word.data(), qsizetype(step.kind().word.size()));
}

/// What the cases show of each kind of step: "rename wrong".
QSet<QString> whatCasesShow()
{
    QSet<QString> shown;
    for (const auto &[name, one] : allCases()) {
        const Result<Recipe> recipe = recipeOf(one);
        if (!recipe) {
            // The word of the step stands behind a dash, alone or before its body.
            static const QRegularExpression item(u"- \\{?([a-z-]+)"_s);
            for (const QRegularExpressionMatch &found : item.globalMatch(one.text(u"recipe"_s)))
                shown += found.captured(1) + u" wrong"_s;
            continue;
        }
        const auto plan = planOf(one, *recipe);
        for (std::size_t i = 0; i < recipe->steps().size(); ++i) {
            const QString word = wordOf(recipe->steps()[i]);
            const bool failed = plan->error && plan->error->message.startsWith(u"Step %1 ("_s.arg(i + 1));
            if (failed)
                shown += word + u" wrong"_s;
            if (i >= plan->steps.size() || plan->steps[i].skipped || failed)
                continue;
            const auto isNoEffect = [&](const Finding &finding) {
                return finding.kind == "no-effect" && finding.where.step == int(i);
            };
            const bool isIdle = std::any_of(plan->findings.begin(), plan->findings.end(), isNoEffect);
            const bool hasEffect = !isIdle && plan->steps[i].changed + plan->steps[i].matched > 0;
            shown += word + (hasEffect ? u" effect"_s : u" idle"_s);
        }
    }
    return shown;
}
}

/// Runs the cases of tests/data/recipe/*.case through plan(): recipe, keys before, keys after, findings or error.
class TestSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void cases_data()
    {
        QTest::addColumn<Case>("one");
        for (const auto &[name, one] : allCases())
            QTest::addRow("%s", qPrintable(name)) << one;
    }

    void cases()
    {
        QFETCH(const Case, one);
        const Result<Recipe> recipe = recipeOf(one);
        if (!recipe) {
            QCOMPARE(recipe.error().message, one.text(u"refused"_s));
            return;
        }
        QVERIFY2(!one.has(u"refused"_s), "The recipe should have been refused.");
        const auto plan = planOf(one, *recipe);
        QVERIFY(plan);
        const QString error = plan->error ? plan->error->message : QString();
        QCOMPARE(QString(error).remove(QStringLiteral(TEST_DATA "/recipe/")), one.text(u"error"_s));

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

    /// Each kind has a case in which it does something, one in which it does nothing, and one of wrong use. Those that
    /// change no row by their nature only pass or fail.
    void everyKindIsShown_data() { examples_data(); }

    void everyKindIsShown()
    {
        QFETCH(const QString, word);
        static const QSet<QString> shown = whatCasesShow();
        static const QSet<QString> changeNothing{u"let"_s, u"stop"_s, u"assert"_s};
        static const QSet<QString> alwaysChoose{u"root"_s, u"join"_s, u"keep-prefix"_s};
        QCOMPARE(shown.contains(word + u" effect"_s), !changeNothing.contains(word));
        QCOMPARE(shown.contains(word + u" idle"_s), !alwaysChoose.contains(word));
        QVERIFY(shown.contains(word + u" wrong"_s));
    }

    /// tests/data/recipe/again.tsv: what its example does to what it has made, and whether it can be taken back.
    void againAndBack_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("wanted");
        QFile file(QStringLiteral(TEST_DATA "/recipe/again.tsv"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QSet<QString> words;
        for (const QString &line : QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts).sliced(1)) {
            const QStringList cells = line.split(u'\t');
            QCOMPARE(cells.size(), 3);
            QTest::addRow("%s", qPrintable(cells[0])) << cells[0] << cells[1] + u" | "_s + cells[2];
            words += cells[0];
        }
        for (const StepKind *kind : stepKinds())
            QVERIFY2(words.contains(QString::fromStdString(std::string(kind->word))), std::string(kind->word).c_str());
    }

    void againAndBack()
    {
        QFETCH(const QString, word);
        const StepKind *kind = findStepKind(word.toStdString());
        QVERIFY(kind);
        const std::string item = "  - " + std::string(kind->exampleStep) + "\n";
        const auto lines = [](std::string_view text) { return QString::fromUtf8(text.data()).split(u'\n'); };
        Case example{word, {}};
        example.sections[u"before"_s] = lines(kind->exampleBefore);
        if (word.startsWith(u"match-by-"))
            example.sections[u"target"_s] = lines(kind->exampleAfter);
        if (word == u"root") // its example shows names with their places
            example.sections[u"before"_s] = {u"[model/state_dict]"_s, u"conv1.weight"_s};
        if (word == u"cast")
            example.sections[u"before"_s] = {u"conv1.weight float32 2x3"_s};

        const auto twice = planOf(example, *Recipe::parse("weightsmith: 1\nsteps:\n" + item + item, {}));
        QString again = twice->error ? twice->error->message : u"changes again"_s;
        if (!twice->error && twice->steps[1].changed == 0)
            again = u"changes nothing"_s;
        for (const Finding &finding : twice->findings) {
            if (finding.kind == "no-effect" && finding.where.step == 1)
                again = finding.message;
        }
        const Recipe once = *Recipe::parse("weightsmith: 1\nsteps:\n" + item, {});
        const Result<std::string> inverse = exportInverse(once);
        QString back = inverse ? u"there and back"_s : inverse.error().message;
        if (inverse) { // the names and shapes that were there, whatever the order
            const Result<Recipe> read = Recipe::parse(*inverse, {});
            QVERIFY2(read, read ? "" : qPrintable(read.error().message));
            const auto made = planOf(example, once.joined(*read));
            const auto rows = [](const Plan &plan) {
                QStringList all = caseRows(plan, QStringList(qsizetype(plan.table->rows.size()), u"with shape"_s));
                all.sort();
                return all;
            };
            const auto none = planOf(example, *Recipe::parse("weightsmith: 1\nsteps: [root]\n", {}));
            if (made->error)
                back = made->error->message;
            else
                QCOMPARE(rows(*made), rows(*none));
        }
        QFETCH(const QString, wanted);
        const QString shown = again + u" | "_s + back;
        QVERIFY2(shown == wanted, qPrintable(shown)); // whole, where QCOMPARE would cut it
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
