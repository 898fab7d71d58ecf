// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/recipe.h"
#include "model/recipe/yaml.h"
#include "tests/recipe/casefile.h"

#include <QDir>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
constexpr std::string_view commented = R"(# A recipe with all that may stand in one
weightsmith: 1
name: Example   # shown in the browser

steps:
  # where the tensors are
  - root: {unwrap: [model, state_dict]}

  - strip-wrappers   # DDP
  - drop: {contains: [relative_position_index, attn_mask]}  # buffers
  # layers count from one here
  - rename:
      from: 'layers.{i}.downsample'   # Microsoft's
      to: 'layers.{i+1}.downsample'
    note: 'moved: by one'
  - rename: {prefix: head., to: head.fc.}
    when: {not: {has: head.fc.weight}}

# the end
bind:
  skip: [num_batches_tracked]   # counters
)";

Recipe parsed(std::string_view text)
{
    Result<Recipe> recipe = Recipe::parse(text, u"r.yaml"_s);
    if (!recipe)
        qFatal("%s", qPrintable(recipe.error().message));
    return *recipe;
}

Step step(std::string_view text)
{
    Result<Step> parsed = parseStepText(text);
    if (!parsed)
        qFatal("%s", qPrintable(parsed.error().message));
    return *parsed;
}

QStringList commentsOf(const Recipe &recipe)
{
    QStringList comments;
    for (const QString &line : QString::fromStdString(recipe.text()).split(u'\n')) {
        const qsizetype at = line.indexOf(u'#');
        if (at >= 0)
            comments += line.mid(at);
    }
    return comments;
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
}

class TestRecipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void mistakes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("error");
        const auto cases = readCases(QStringLiteral(TEST_DATA "/recipe/parse/mistakes.case"));
        QVERIFY(!cases.isEmpty());
        for (const Case &one : cases)
            QTest::addRow("%s", qPrintable(one.title)) << one.text(u"text"_s) + u'\n' << one.text(u"error"_s);
    }

    void mistakes()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, error);
        const Result<Recipe> recipe = Recipe::parse(text.toStdString(), u"r.yaml"_s);
        QVERIFY(!recipe);
        QCOMPARE(recipe.error().message, error);
        QCOMPARE(recipe.error().kind, Error::Kind::BadRecipe);
        QVERIFY(recipe.error().line > 0);
    }

    /// All sizes and shapes of hostile text end in a sentence.
    void hostile_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray head = "weightsmith: 1\nsteps:\n";
        QTest::addRow("too large") << head + QByteArray(5 * 1024 * 1024, '#');
        QTest::addRow("too many steps") << head + QByteArray("- drop: x\n").repeated(10'001);
        QTest::addRow("nested lists") << head + QByteArray(100'000, '[');
        QTest::addRow("nested maps") << head + QByteArray("{a: ").repeated(100'000);
        QTest::addRow("nested block lists") << head + QByteArray("- ").repeated(100'000);
        QTest::addRow("many words") << head + "- drop: [a" + QByteArray(",a").repeated(300'000) + "]\n";
        QTest::addRow("many quotes") << head + "- drop: [" + QByteArray("'' ").repeated(300'001) + "]\n";
        QTest::addRow("many words in JSON")
            << "{\"weightsmith\": 1, \"steps\": [0" + QByteArray(",0").repeated(300'000) + "]}";
        QTest::addRow("nested JSON") << QByteArray("{\"a\":").repeated(100'000);
        QTest::addRow("laughs") << QByteArray("a: &a [x]\nb: &b [*a, *a]\n");
        QTest::addRow("not UTF-8") << head + QByteArray("- drop: \xff\n");
        QTest::addRow("control bytes") << head + QByteArray("- drop: a\x04\n");
        QTest::addRow("zero byte") << head + QByteArray("- drop: a\0b\n", 12);
        QTest::addRow("unclosed quote") << head + "- drop: '" + QByteArray(1'000'000, 'a');
        QTest::addRow("huge regular expression")
            << head + "- drop: {regex: '" + QByteArray("(a{1,1000}){1,1000}").repeated(500) + "'}\n";
        QTest::addRow("many groups") << head + "- drop: {regex: '" + QByteArray("(").repeated(5000) + "'}\n";
        QTest::addRow("huge range") << head + "- rename: {from: 'a.{i:1..99999999}', to: b}\n";
        QTest::addRow("deep expression") << head + "- rename: {from: 'a.{i}', to: 'b.{" + QByteArray(400, '(')
                + "i}'}\n";
        QTest::addRow("wide format") << head + "- rename: {from: 'a.{i}', to: 'b.{i:099999999}'}\n";
        const QByteArray list = "[" + QByteArray("a, ").repeated(10'000) + "a]";
        QTest::addRow("a parameter put in often") << "weightsmith: 1\nparams: {p: " + list + "}\nsteps:\n"
                + QByteArray("- drop: {prefix: '{p}'}\n").repeated(9'000);
        QTest::addRow("a text put in often") << "weightsmith: 1\nparams: {p: " + QByteArray(100'000, 'a')
                + "}\nsteps:\n- drop: '" + QByteArray("{p}").repeated(1'000'000) + "'\n";
        QByteArray params;
        for (int i = 0; i < 101; ++i)
            params += "p" + QByteArray::number(i) + ": 1, ";
        QTest::addRow("many parameters") << "weightsmith: 1\nparams: {" + params + "}\nsteps: []\n";
        QTest::addRow("many names that are no parameter's") << "weightsmith: 1\nparams: {" + QByteArray(64, 'z')
                + ": }\nsteps:\n- drop: '" + QByteArray("{a").repeated(500'000) + "'\n- drop: {prefx: a}\n";
        QTest::addRow("nested selectors")
            << head + "- drop: " + QByteArray("{not: ").repeated(80) + "a" + QByteArray(80, '}') + "\n";
    }

    void hostile()
    {
        QFETCH(const QByteArray, text);
        const Result<Recipe> recipe =
            Recipe::parse(std::string_view(text.constData(), std::size_t(text.size())), u"r.yaml"_s);
        QVERIFY(!recipe);
        QVERIFY(!recipe.error().message.isEmpty());
        QCOMPARE(recipe.error().kind, Error::Kind::BadRecipe);
    }

    void examples_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(TEST_DATA "/recipe/examples"));
        for (const QString &file : folder.entryList({u"*.yaml"_s}))
            QTest::addRow("%s", qPrintable(file)) << folder.filePath(file);
        const QDir builtin(QStringLiteral(SOURCE_DIR "/resources/recipes"));
        for (const QString &family : builtin.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const QString &file : QDir(builtin.filePath(family)).entryList({u"*.yaml"_s}))
                QTest::addRow("%s/%s", qPrintable(family), qPrintable(file)) << builtin.filePath(family + u'/' + file);
        }
    }

    /// Recipes that ship or are shown parse, and each step prints and reads back equal.
    void examples()
    {
        QFETCH(const QString, path);
        const Result<Recipe> recipe = Recipe::parse(contents(path).toStdString(), path);
        QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
        QVERIFY(!recipe->isEmpty());
        for (const Step &one : recipe->steps()) {
            const Result<Step> again = parseStepText(flowText(printStep(one)), recipe->lets());
            QVERIFY2(again, again ? "" : qPrintable(again.error().message));
            QVERIFY(*again == one);
        }
    }

    void scalarsStayText()
    {
        const Recipe recipe =
            parsed("weightsmith: 1\nname: no\nabout: 1.0\nsource: 'null'\nsteps:\n- drop: [yes, 0x10, '~']\n");
        QCOMPARE(recipe.name(), std::string("no"));
        QCOMPARE(recipe.about(), std::string("1.0"));
        QCOMPARE(recipe.source(), std::string("null"));
        QCOMPARE(flowText(printStep(recipe.steps()[0])),
                 std::string("{drop: ['yes', '0x10', '~']}").replace(8, 13, "yes, 0x10"));
    }

    void jsonIsTheSame()
    {
        const Recipe yaml =
            parsed("weightsmith: 1\nsteps:\n  - rename: {prefix: a, to: \"\\U0001F600\"}\n    enabled: false\n");
        const Recipe json = parsed(
            R"({"weightsmith": 1, "steps": [{"rename": {"prefix": "a", "to": "\uD83D\uDE00"}, "enabled": false}]})");
        QVERIFY(yaml.steps() == json.steps());
    }

    void spans_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("spans");
        QTest::addRow("plain") << u"a: b c # d"_s << u"b c"_s;
        QTest::addRow("quoted") << u"a: 'it''s'  # d"_s << u"'it''s'"_s;
        QTest::addRow("double") << u"a: \"x \\\" y\" # d"_s << u"\"x \\\" y\""_s;
        QTest::addRow("flow") << u"a: [b, {c: d}, ] # e"_s << u"[b, {c: d}, ]"_s;
        QTest::addRow("flow over lines") << u"a: [b, # one\n  c]\nd: e"_s << u"[b, # one\n  c] e"_s;
        QTest::addRow("folded") << u"a: b\n  c\nd: e"_s << u"b\n  c e"_s;
        QTest::addRow("literal") << u"a: |\n  b\n  c\nd: e"_s << u"|\n  b\n  c e"_s;
        QTest::addRow("absent") << u"a:\nd: e"_s << u" e"_s;
        QTest::addRow("null") << u"a: null\nd: ~"_s << u"null ~"_s;
        QTest::addRow("block list") << u"a:\n- b\n- c # x\nd: e"_s << u"- b\n- c e"_s;
        QTest::addRow("beyond ASCII") << u"ä: ö\nd: ü"_s << u"ö ü"_s;
    }

    void spans()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, spans);
        const std::string bytes = text.toStdString();
        const Result<Node> node = parseYaml(bytes);
        QVERIFY2(node, node ? "" : qPrintable(node.error().message));
        QStringList found;
        for (const auto &[key, value] : node->entries)
            found += QString::fromStdString(bytes.substr(value.begin, value.end - value.begin));
        QCOMPARE(found.join(u' '), spans);
    }

    void editsKeepComments()
    {
        const Recipe recipe = parsed(commented);
        const QStringList comments = commentsOf(recipe);
        const Recipe inserted = recipe.withInserted(1, step("remove-prefix: a"));
        QCOMPARE(commentsOf(inserted), comments);
        QVERIFY(inserted.text().find("\n  - remove-prefix: a\n") != std::string::npos);
        const Recipe changed = recipe.withStep(2, step("drop: {contains: relative_position_index}"));
        QCOMPARE(commentsOf(changed), comments);
        QVERIFY(changed.text().find("  - drop: {contains: relative_position_index}  # buffers\n") != std::string::npos);
        Step renamed = *recipe.steps()[3].withField("to", Node::scalar("x.{i}"));
        const Recipe deep = recipe.withStep(3, renamed);
        QCOMPARE(commentsOf(deep), comments);
        QVERIFY(deep.text().find("      to: x.{i}\n    note: 'moved: by one'\n") != std::string::npos);
        Step off = recipe.steps()[1];
        off.enabled = false;
        const Recipe toggled = recipe.withStep(1, off);
        QCOMPARE(commentsOf(toggled), comments);
        QVERIFY(toggled.text().find("  - strip-wrappers:   # DDP\n    enabled: false\n") != std::string::npos);
        off.enabled = true;
        QVERIFY(toggled.withStep(1, off).steps() == recipe.steps());
        QStringList sorted = commentsOf(recipe.withMoved(3, 0));
        QStringList expected = comments;
        std::sort(sorted.begin(), sorted.end());
        std::sort(expected.begin(), expected.end());
        QCOMPARE(sorted, expected);
        Bind bind = recipe.bind();
        bind.strictUnexpected = true;
        QCOMPARE(commentsOf(recipe.withBind(bind)), comments);
        QCOMPARE(recipe.withBind(bind).withBind(recipe.bind()).bind(), recipe.bind());
    }

    void emptyRecipeGetsTidyText()
    {
        const Recipe one = Recipe().withInserted(0, step("strip-wrappers"));
        QCOMPARE(one.text(), std::string("weightsmith: 1\nsteps:\n  - strip-wrappers\n"));
        Step noted = step("rename: {prefix: a., to: ''}");
        noted.note = "no dot: none";
        QCOMPARE(one.withInserted(1, noted).text(),
                 std::string("weightsmith: 1\nsteps:\n  - strip-wrappers\n  - rename: {prefix: a., to: ''}\n    note: "
                             "'no dot: none'\n"));
        QVERIFY(one.withRemoved(0).steps().empty());
        Bind bind;
        bind.skip = {Node::scalar("head.")};
        QCOMPARE(Recipe().withBind(bind).text(), std::string("weightsmith: 1\nsteps: []\nbind: {skip: [head.]}\n"));
    }

    void joinedRunsBoth()
    {
        Bind bind;
        bind.order = Bind::Order::Source;
        const Recipe first = Recipe().withInserted(0, step("strip-wrappers"));
        const Recipe second = Recipe().withInserted(0, step("drop: x")).withBind(bind);
        const Recipe both = first.joined(second);
        QCOMPARE(both.steps().size(), std::size_t(2));
        QCOMPARE(both.bind(), bind);
        QVERIFY(parsed(both.text()).steps() == both.steps());
        QVERIFY(first.joined(Recipe()) == first);
    }

    void randomEdits_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addRow("commented") << QByteArray(commented.data(), qsizetype(commented.size()));
        QTest::addRow("empty") << QByteArray("weightsmith: 1\n");
        QTest::addRow("no final break") << QByteArray("weightsmith: 1\nsteps:\n- drop: a # x");
        QTest::addRow("flow") << QByteArray("weightsmith: 1\nsteps: [strip-wrappers, {drop: a}]\nbind: {skip: a}\n");
        QTest::addRow("all flow") << QByteArray("# c\n{weightsmith: 1, steps: [drop: a]}\n").mid(0);
        QTest::addRow("JSON") << QByteArray(
            "{\"weightsmith\": 1,\n \"steps\": [\n  \"strip-wrappers\",\n  {\"drop\": \"a\"}\n ]}\n");
        QTest::addRow("steps last and null")
            << QByteArray("weightsmith: 1\nbind:\n  skip:\n    - a\n    - {prefix: b}\nsteps:\n");
        QTest::addRow("carriage returns")
            << QByteArray("weightsmith: 1\r\nsteps:\r\n  - drop: a # x\r\n  - strip-wrappers\r\n");
    }

    /// After any row of edits the text says exactly what the recipe holds.
    void randomEdits()
    {
        QFETCH(const QByteArray, text);
        const std::vector<Step> pool{step("strip-wrappers"),
                                     step("drop: {contains: [a, 'b: c', '{x}']}"),
                                     step("rename: {from: 'a.{i}', to: 'b.{i+1}', count: first}"),
                                     step("rename-table: {pairs: {a: b, c: null, '#': ' '}}"),
                                     step("pairs: {pairs: {a.b: c, '{x}': 'd: e'}}"),
                                     step("{add-prefix: \"x\\n\", note: 'a: b # c', when: {any: {glob: '*.w'}}}"),
                                     step("{cast: half, required: true, id: x}")};
        for (quint32 seed = 0; seed < 30; ++seed) {
            QRandomGenerator random(seed);
            Recipe recipe = parsed(std::string_view(text.constData(), std::size_t(text.size())));
            for (int edit = 0; edit < 12; ++edit) {
                const int count = int(recipe.steps().size());
                std::vector<Step> expected = recipe.steps();
                Bind bind = recipe.bind();
                Step chosen = pool[random.bounded(quint32(pool.size()))];
                chosen.enabled = random.bounded(3) > 0;
                const int kind = count == 0 ? 0 : int(random.bounded(6));
                const int at = count == 0 ? 0 : int(random.bounded(count));
                const int to = count == 0 ? 0 : int(random.bounded(count));
                if (kind <= 1) {
                    expected.insert(expected.begin() + at, chosen);
                    recipe = recipe.withInserted(at, chosen);
                } else if (kind == 2) {
                    expected[std::size_t(at)] = chosen;
                    recipe = recipe.withStep(at, chosen);
                } else if (kind == 3) {
                    expected.erase(expected.begin() + at);
                    recipe = recipe.withRemoved(at);
                } else if (kind == 4) {
                    const Step moved = expected[std::size_t(at)];
                    expected.erase(expected.begin() + at);
                    expected.insert(expected.begin() + to, moved);
                    recipe = recipe.withMoved(at, to);
                } else {
                    bind.shape = Bind::ShapePolicy(random.bounded(3));
                    bind.skip = random.bounded(2)
                        ? std::vector<Node>{Node::scalar("a, b"), Node::map({{"prefix", Node::scalar("x")}})}
                        : std::vector<Node>();
                    recipe = recipe.withBind(bind);
                }
                QVERIFY(recipe.steps() == expected);
                QVERIFY(recipe.bind() == bind);
                const Result<Recipe> again = Recipe::parse(recipe.text(), u"r.yaml"_s);
                QVERIFY2(again,
                         again ? ""
                               : qPrintable(again.error().message + u'\n' + QString::fromStdString(recipe.text())));
                QVERIFY(*again == recipe);
            }
        }
    }

    /// Parameters stand for their values wherever steps, conditions and bind name them.
    void params_data()
    {
        QTest::addColumn<QString>("params");
        QTest::addColumn<QString>("with");
        QTest::addColumn<QString>("without");

        QTest::addRow("text") << u"p: backbone"_s << u"steps: [{add-prefix: '{p}.'}]"_s
                              << u"steps: [{add-prefix: 'backbone.'}]"_s;
        QTest::addRow("twice in a text") << u"a: x, b: y"_s << u"steps: [{add-prefix: '{a}{b}{a}.'}]"_s
                                         << u"steps: [{add-prefix: 'xyx.'}]"_s;
        QTest::addRow("number in arithmetic") << u"n: 2"_s << u"steps: [{rename: {from: 'b.{i}', to: 'b.{i+n:02}'}}]"_s
                                              << u"steps: [{rename: {from: 'b.{i}', to: 'b.{i+2:02}'}}]"_s;
        QTest::addRow("number as text") << u"n: 2"_s << u"steps: [{rename: {prefix: a, to: 'b.{n}'}}]"_s
                                        << u"steps: [{rename: {prefix: a, to: 'b.2'}}]"_s;
        QTest::addRow("whole list") << u"names: [a, b]"_s << u"steps: [{drop: {prefix: '{names}'}}]"_s
                                    << u"steps: [{drop: {prefix: [a, b]}}]"_s;
        QTest::addRow("in a pattern") << u"p: enc"_s << u"steps: [{rename: {from: '{p}.{i}', to: 'x.{i}'}}]"_s
                                      << u"steps: [{rename: {from: 'enc.{i}', to: 'x.{i}'}}]"_s;
        QTest::addRow("captures and their kinds stay")
            << u"q: z"_s << u"steps: [{rename: {from: 'a.{p:weight|bias}', to: 'b.{p}'}}]"_s
            << u"steps: [{rename: {from: 'a.{p:weight|bias}', to: 'b.{p}'}}]"_s;
        QTest::addRow("named groups stay")
            << u"nam: z"_s << u"steps: [{rename: {regex: '^(?P<name>a)', to: '{name}b'}}]"_s
            << u"steps: [{rename: {regex: '^(?P<name>a)', to: '{name}b'}}]"_s;
        QTest::addRow("two braces are a literal one") << u"p: z"_s << u"steps: [{rename: {prefix: a, to: 'b{{p}}'}}]"_s
                                                      << u"steps: [{rename: {prefix: a, to: 'b{{p}}'}}]"_s;
        QTest::addRow("when, native, bind")
            << u"key: w"_s
            << u"native: {has: '{key}.x'}\nsteps: [{strip-wrappers: , when: {has: '{key}'}}]\nbind: {skip: ['{key}']}"_s
            << u"native: {has: w.x}\nsteps: [{strip-wrappers: , when: {has: w}}]\nbind: {skip: [w]}"_s;
    }

    void params()
    {
        QFETCH(const QString, params);
        QFETCH(const QString, with);
        QFETCH(const QString, without);
        const Recipe recipe = parsed(u"weightsmith: 1\nparams: {%1}\n%2\n"_s.arg(params, with).toStdString());
        const Recipe plain = parsed(u"weightsmith: 1\n%1\n"_s.arg(without).toStdString());
        QVERIFY(recipe.steps() == plain.steps());
        QVERIFY(recipe.bind() == plain.bind());
        QVERIFY(recipe.native() == plain.native());
        // An edit of another step keeps the references; joining writes the values.
        const Recipe edited = recipe.withInserted(0, step("keep-prefix: a."));
        QVERIFY(edited.params() == recipe.params());
        const std::string firstStep = with.section(u'\n', 0, 0).mid(8).chopped(1).toStdString();
        QVERIFY(with.startsWith(u"native") || edited.text().find(firstStep) != std::string::npos);
        const Recipe joined = recipe.joined(plain);
        QVERIFY(joined.params().empty());
        QVERIFY(parsed(joined.text()) == joined);
    }

    /// What came from a parameter stays a reference to it in every edit of something else.
    void editsKeepReferences_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        QTest::addRow("another field") << u"- rename: {prefix: '{trunk}.', to: a.} # why"_s << u"to"_s << u"b."_s
                                       << u"- rename: {prefix: '{trunk}.', to: b.} # why"_s;
        QTest::addRow("a field that was not there")
            << u"- rename: {prefix: '{trunk}.', to: a.}"_s << u"where"_s << u"{suffix: .weight}"_s
            << u"- rename: {prefix: '{trunk}.', to: a., where: {suffix: .weight}}"_s;
        QTest::addRow("an item beside it") << u"- remove-prefix: ['{trunk}.', b.]"_s << u"prefix"_s << u"[net., c.]"_s
                                           << u"- remove-prefix: ['{trunk}.', c.]"_s;
        QTest::addRow("itself") << u"- rename: {prefix: '{trunk}.', to: a.}"_s << u"prefix"_s << u"c."_s
                                << u"- rename: {prefix: c., to: a.}"_s;
        QTest::addRow("a common field") << u"- drop: {prefix: '{trunk}.'}"_s << u"note"_s << u"why"_s
                                        << u"- drop: {prefix: '{trunk}.'}\n    note: why"_s;
    }

    void editsKeepReferences()
    {
        QFETCH(const QString, step);
        QFETCH(const QString, field);
        QFETCH(const QString, value);
        QFETCH(const QString, expected);
        const QString form = u"weightsmith: 1\nparams: {trunk: net}\nsteps:\n  %1\nbind:\n  skip: ['{trunk}.x']\n"_s;
        const Recipe recipe = parsed(form.arg(step).toStdString());
        const Step &before = recipe.steps().front();
        const Node node = *parseYaml(value.toStdString());
        const auto after =
            field == u"note"_s ? before.withCommonField("note", node) : before.withField(field.toStdString(), node);
        QVERIFY2(after, after ? "" : qPrintable(after.error().message));
        const Recipe edited = recipe.withStep(0, *after);
        QCOMPARE(QString::fromStdString(edited.text()), form.arg(expected));
        QVERIFY(edited.params() == recipe.params());
        Bind strict = recipe.bind();
        strict.strictUnexpected = true;
        const Recipe bound = recipe.withBind(strict);
        QVERIFY(QString::fromStdString(bound.text()).contains(u"skip: ['{trunk}.x']"_s));
        QVERIFY(bound.params() == recipe.params() && bound.bind() == strict);
    }

    void copiesAStepAsItIsWritten()
    {
        const QString text = u"weightsmith: 1\nparams: {trunk: net}\nsteps:\n  - drop: {prefix: '{trunk}.'}   # one\n"
                             "  - cast: float16\n"_s;
        const Recipe copied = parsed(text.toStdString()).withCopy(0);
        QCOMPARE(QString::fromStdString(copied.text()),
                 u"weightsmith: 1\nparams: {trunk: net}\nsteps:\n  - drop: {prefix: '{trunk}.'}   # one\n"
                 "  - drop: {prefix: '{trunk}.'}\n  - cast: float16\n"_s);
        QCOMPARE(copied.steps().size(), std::size_t(3));
    }

    void joiningKeepsComments_data()
    {
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("expected"); // behind the first recipe
        QTest::addRow("another indentation")
            << u"# mine\nweightsmith: 1\nsteps:\n    # the head\n    - drop: head. # ten classes\n"_s
            << u"  # the head\n  - drop: head. # ten classes\n"_s;
        QTest::addRow("less of it") << u"weightsmith: 1\nsteps:\n- drop: a # b\n- cast: float16\n"_s
                                    << u"  - drop: a # b\n  - cast: float16\n"_s;
        QTest::addRow("in brackets") << u"weightsmith: 1\nsteps: [cast: float16] # c\n"_s << u"  - cast: float16\n"_s;
        QTest::addRow("with values filled in")
            << u"weightsmith: 1\nparams: {p: x.}\nsteps:\n  # gone\n  - add-prefix: '{p}'\n"_s
            << u"  - add-prefix: x.\n"_s;
    }

    void joiningKeepsComments()
    {
        QFETCH(const QString, second);
        QFETCH(const QString, expected);
        const QString first = u"# of the old repository\nweightsmith: 1\nsteps:\n  - strip-wrappers # all\n"_s;
        const Recipe joined = parsed(first.toStdString()).joined(parsed(second.toStdString()));
        QCOMPARE(QString::fromStdString(joined.text()), first + expected);
        QVERIFY(parsed(joined.text()) == joined);
    }

    void setsParams_data()
    {
        QTest::addColumn<QString>("params"); // of YAML in braces, or whole lines
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");

        QTest::addRow("text") << u"{a: x, b: 1}"_s << u"a"_s << u"y"_s << u"{a: \"y\", b: 1}"_s;
        QTest::addRow("text stays text") << u"{a: x, b: 1}"_s << u"a"_s << u"[1]"_s << u"{a: \"[1]\", b: 1}"_s;
        QTest::addRow("text with an equals sign") << u"{a: x}"_s << u"a"_s << u"p=q"_s << u"{a: \"p=q\"}"_s;
        QTest::addRow("text that looks like another") << u"{a: x}"_s << u"a"_s << u"5"_s << u"{a: \"5\"}"_s;
        QTest::addRow("text that looks like nothing") << u"{a: x}"_s << u"a"_s << u"null"_s << u"{a: \"null\"}"_s;
        QTest::addRow("empty text") << u"{a: x}"_s << u"a"_s << QString() << u"{a: \"\"}"_s;
        QTest::addRow("number") << u"{a: x, b: 1}"_s << u"b"_s << u"-3"_s << u"{a: x, b: -3}"_s;
        QTest::addRow("list") << u"{a: [1, 2]}"_s << u"a"_s << u"[3]"_s << u"{a: [3]}"_s;
        QTest::addRow("no default") << u"{a: , b: 1}"_s << u"a"_s << u"z"_s << u"{a: \"z\" , b: 1}"_s;
        QTest::addRow("null by default") << u"{a: null}"_s << u"a"_s << u"7"_s << u"{a: 7}"_s;
        QTest::addRow("lines with a comment")
            << u"\n  a: x   # the trunk\n  b: 1"_s << u"a"_s << u"y"_s << u"\n  a: \"y\"   # the trunk\n  b: 1"_s;
        QTest::addRow("unknown name") << u"{trunk: x}"_s << u"trunc"_s << u"y"_s
                                      << u"!The recipe has no parameter “trunc”; did you mean “trunk”?"_s;
        QTest::addRow("not a whole number")
            << u"{a: 1}"_s << u"a"_s << u"x"_s << u"!The parameter “a”: expected a whole number, but found “x”."_s;
        QTest::addRow("not a number") << u"{a: 1.5}"_s << u"a"_s << u"x"_s
                                      << u"!The parameter “a”: expected a number, but found “x”."_s;
        QTest::addRow("not true or false") << u"{a: true}"_s << u"a"_s << u"yes"_s
                                           << u"!The parameter “a”: expected true or false, but found “yes”."_s;
        QTest::addRow("not a list") << u"{a: [1]}"_s << u"a"_s << u"1"_s
                                    << u"!The parameter “a”: expected a list, but found “1”."_s;
        QTest::addRow("not a map") << u"{a: {b: 1}}"_s << u"a"_s << u"1"_s
                                   << u"!The parameter “a”: expected a map, but found “1”."_s;
        QTest::addRow("braces") << u"{a: x}"_s << u"a"_s << u"{i}"_s
                                << u"!The parameter “a”: expected a value without braces, but found “{i}”."_s;
    }

    void setsParams()
    {
        QFETCH(const QString, params);
        QFETCH(const QString, name);
        QFETCH(const QString, value);
        QFETCH(const QString, expected);
        const QString form = u"weightsmith: 1\nparams: %1\nsteps: [strip-wrappers]   # all\n"_s;
        const Recipe recipe = parsed(form.arg(params).toStdString());
        const auto changed = recipe.withParam(name.toStdString(), value.toStdString());
        if (!changed) {
            QCOMPARE(u'!' + changed.error().message, expected);
            QCOMPARE(changed.error().kind, Error::Kind::Usage);
            return;
        }
        QCOMPARE(QString::fromStdString(changed->text()), form.arg(expected));
        const auto again = changed->withParam(name.toStdString(), value.toStdString());
        QVERIFY2(again, again ? "" : qPrintable(again.error().message));
        QVERIFY(*again == *changed);
        QVERIFY(parsed(changed->text()) == *changed);
    }

    void aSetParamReachesTheSteps()
    {
        const std::string text = "weightsmith: 1\nparams: {trunk: a}\nsteps: [{add-prefix: '{trunk}.'}]\n";
        const auto changed = parsed(text).withParam("trunk", "b");
        QVERIFY(changed);
        QVERIFY(changed->steps() == parsed("weightsmith: 1\nsteps: [{add-prefix: b.}]").steps());
    }

    void schemaIsCommitted()
    {
        const QByteArray committed = contents(QStringLiteral(SOURCE_DIR "/resources/schema/recipe.schema.json"));
        const QByteArray generated = QByteArray::fromStdString(recipeSchema());
        if (qEnvironmentVariableIsSet("UPDATE_SCHEMA")) {
            QFile file(QStringLiteral(SOURCE_DIR "/resources/schema/recipe.schema.json"));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(generated) == generated.size());
            return;
        }
        QVERIFY2(committed == generated, "Run this test with UPDATE_SCHEMA=1 to write the schema anew.");
        QVERIFY(parseJson(generated.toStdString()));
    }
};

QTEST_GUILESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
