// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/exportsettings.h"
#include "model/recipe/dialects/importsettings.h"
#include "model/recipe/dialects/pythonliteral.h"
#include "model/recipe/yaml.h"
#include "tests/recipe/casefile.h"
#include "tests/support/computingtime.h"
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"
#include "tests/support/smalltensors.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace {
ImportInput inputOf(const Case &one)
{
    ImportInput input;
    input.text = one.text(u"settings"_s).toStdString();
    input.name = "settings";
    for (const QString &word : one.sections[u"overrides"_s])
        input.overrides.push_back(word.toStdString());
    if (one.has(u"as"_s)) {
        const auto kind = Codec<SettingsKind>::parse(Node::scalar(one.text(u"as"_s).toStdString()));
        if (!kind)
            qFatal("%s", qPrintable(kind.error().message));
        input.kind = *kind;
    }
    return input;
}

/// Names after the recipe; with dtype and shape where the wanted line has them.
QStringList rowsAs(const Plan &plan, const QStringList &wanted)
{
    QStringList rows;
    for (const Row &row : plan.table->rows) {
        const bool isWhole = wanted.value(rows.size()).contains(u' ');
        rows += isWhole ? plainText(row.name) + u" float32 "_s + QString::number((*row.value->shape)[0])
                        : plainText(row.name);
    }
    return rows;
}
}

/// Rules of MMEngine, transformers, vLLM and torchtune: in as recipes, out again where they can be said.
class TestDialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void cases_data()
    {
        QTest::addColumn<Case>("one");
        const QList<Case> cases = readCases(QStringLiteral(TEST_DATA "/dialects/others.case"));
        QVERIFY(cases.size() > 25);
        for (const Case &one : cases)
            QTest::addRow("%s", qPrintable(one.title)) << one;
    }

    void cases()
    {
        QFETCH(const Case, one);
        const Result<Imported> imported = importSettings(inputOf(one));
        if (!imported) {
            QCOMPARE(imported.error().message, one.text(u"refused"_s));
            return;
        }
        QVERIFY2(!one.has(u"refused"_s), "The settings should have been refused.");
        if (one.has(u"recipe"_s))
            QCOMPARE(QString::fromStdString(imported->recipe.text()).trimmed(), one.text(u"recipe"_s));
        QCOMPARE(QString::fromStdString(imported->file), one.text(u"file"_s));
        if (one.has(u"remarks"_s)) {
            QStringList remarks;
            for (const ImportRemark &remark : imported->remarks)
                remarks += QString::fromStdString(remark.finding.kind) + u": "_s + remark.finding.message;
            QCOMPARE(remarks.join(u'\n'), one.text(u"remarks"_s));
        }
        const PlanInput input{smallTensors(one.sections[u"before"_s]), {}, imported->recipe, {}};
        const auto made = planFrom(input);
        QCOMPARE(made->error ? made->error->message : QString(), one.text(u"error"_s));
        const QStringList after = one.sections[u"after"_s];
        if (!made->error)
            QCOMPARE(rowsAs(*made, after), after);
    }

    void exports_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("mmengine"); // one rule, or why not
        QTest::addColumn<QString>("transformers");

        const auto add = [](const char *step, const QString &mmengine, const QString &transformers) {
            QTest::addRow("%s", step) << QString::fromLatin1(step) << mmengine << transformers;
        };
        const QString cannotSay = u"patterns and replacements cannot say it."_s;
        const QString calculated = u"its result is calculated."_s;
        const QString firstAlone = u"transformers replaces the first match alone; say “count: first”."_s;
        add("remove-prefix: module.", uR"~((r'^(?:module\.)', ''),)~"_s, uR"~("^(?:module\\.)": "")~"_s);
        add("remove-prefix: {prefix: [a., b], times: all}", uR"~((r'^(?:a\.|b)+', ''),)~"_s,
            uR"~("^(?:a\\.|b)+": "")~"_s);
        add("remove-prefix: {prefix: a, times: 2}", u"('^(?:a){1,2}', ''),"_s, uR"~("^(?:a){1,2}": "")~"_s);
        add("remove-prefix: {prefix: a, only-if: all}", u"it looks at all keys together (“only-if”)."_s,
            u"it looks at all keys together (“only-if”)."_s);
        add("remove-prefix: {prefix: a, where: {suffix: b}}", u"it is for some keys only (“where”)."_s,
            u"it is for some keys only (“where”)."_s);
        add("add-prefix: backbone.", uR"~(('^(.*)$', r'backbone.\1'),)~"_s, uR"~("^(.*)$": "backbone.\\1")~"_s);
        add("add-prefix: {prefix: b., only-if-absent: true}", uR"~((r'^(?!b\.)(.*)$', r'b.\1'),)~"_s,
            uR"~("^(?!b\\.)(.*)$": "b.\\1")~"_s);
        add("rename: {exact: a.b, to: c}", uR"~((r'^a\.b$', 'c'),)~"_s, uR"~("^a\\.b$": "c")~"_s);
        add("rename: {prefix: a., to: '1'}", uR"~((r'^a\.(.*)$', r'1\1'),)~"_s, uR"~("^a\\.(.*)$": "1\\1")~"_s);
        add("rename: {suffix: .g, to: .w}", uR"~((r'^(.*)\.g$', r'\1.w'),)~"_s, uR"~("^(.*)\\.g$": "\\1.w")~"_s);
        add("rename: {text: a+b, to: 'c{{d'}", uR"~((r'a\+b', 'c{d'),)~"_s, firstAlone);
        add("rename: {text: a, to: b, count: first}", uR"~(('^(.*?)a', r'\1b'),)~"_s, uR"~("^(.*?)a": "\\1b")~"_s);
        add("rename: {regex: 'l(\\d+)', to: 'm{1}x\\1'}", uR"~((r'l(\d+)', r'm\1x\1'),)~"_s, firstAlone);
        add("rename: {regex: '(?P<n>a)', to: '{n}b', count: first}",
            u"MMEngine replaces every match, not the first alone."_s, uR"~("(?P<n>a)": "\\1b")~"_s);
        add("rename: {from: 'layers.{i}', to: 'blocks.{i}', at: start}",
            uR"~((r'^layers\.([0-9]+)(?![^./])', r'blocks.\1'),)~"_s,
            uR"~("^layers\\.([0-9]+)(?![^./])": "blocks.\\1")~"_s);
        add("rename: {from: 'layers.{i}', to: 'blocks.{i+1}'}", calculated, calculated);
        add("rename: {prefix: a, to: 'b(c'}", uR"~(('^a(.*)$', r'b(c\1'),)~"_s,
            u"transformers changes anchors, brackets and backslashes in the replacement."_s);
        add("strip-wrappers: timm", uR"~((r'^(?:_orig_mod\.)?(?:module\.)?(?:_orig_mod\.)?', ''),)~"_s,
            uR"~("^(?:_orig_mod\\.)?(?:module\\.)?(?:_orig_mod\\.)?": "")~"_s);
        add("drop: fc", cannotSay, cannotSay);
        add("keep-prefix: a.", u"a pattern leaves no key out; MMEngine's init_cfg has a prefix of its own."_s,
            u"a pattern leaves no key out; MMEngine's init_cfg has a prefix of its own."_s);
        add("root: model", u"MMEngine looks into “state_dict” and nowhere else."_s,
            u"it looks into no dict of a file."_s);
    }

    void exports()
    {
        QFETCH(const QString, step);
        QFETCH(const QString, mmengine);
        QFETCH(const QString, transformers);
        const Result<Step> parsed = parseStepText(step.toStdString());
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        const Recipe recipe = Recipe().withInserted(0, *parsed);
        const auto said = [&](const Result<std::string> &exported, const QString &before, const QString &after) {
            if (!exported) {
                const QString message = exported.error().message;
                return message.mid(message.indexOf(u": ", message.indexOf(u"be written as")) + 2);
            }
            const QString text = QString::fromStdString(*exported);
            return text.startsWith(before) && text.endsWith(after)
                ? text.mid(before.size(), text.size() - before.size() - after.size())
                : text;
        };
        QCOMPARE(said(exportReviseKeys(recipe), u"revise_keys=[\n    "_s, u"\n]\n"_s), mmengine);
        QCOMPARE(said(exportKeyMapping(recipe), u"{\n    "_s, u"\n}\n"_s), transformers);
    }

    /// What goes out comes back and does the same to keys.
    void exportedRulesDoTheSame_data()
    {
        QTest::addColumn<QString>("steps");
        for (const char *steps :
             {"[{strip-wrappers}, {add-prefix: backbone.}]",
              "[{root: {unwrap: [state_dict]}}, {remove-prefix: {prefix: [module., _orig_mod.], times: all}}]",
              "[{rename: {prefix: layers., to: 'blocks.'}}, {rename: {suffix: .weight, to: .w}}]",
              "[{rename: {from: 'layers.{i}.{x:*}', to: 'l{i}.{x}', at: start}}, {rename: {text: '.', to: /}}]",
              "[{rename: {from: 'layers.{i:even}', to: 'even.{i}'}}, {rename: {regex: 'm(o)', to: '{1}{1}'}}]",
              "[{rename: {text: o, to: '0', count: first}}, {add-prefix: {prefix: 'm', only-if-absent: true}}]"})
            QTest::addRow("%s", steps) << QString::fromLatin1(steps).replace(u"{strip-wrappers}"_s,
                                                                             u"strip-wrappers"_s);
    }

    void exportedRulesDoTheSame()
    {
        QFETCH(const QString, steps);
        const QStringList keys{u"module.layers.0.weight"_s,
                               u"_orig_mod.module.layers.1.bias"_s,
                               u"layers.12.o.weight"_s,
                               u"model._orig_mod.layers.2.w"_s,
                               u"mod.o.o"_s,
                               u"weight"_s,
                               u"a._fsdp_wrapped_module._fpw_module.b"_s};
        const Recipe recipe = recipeFrom(u"steps: "_s + steps);
        const auto before = planFrom({smallTensors(keys), {}, recipe, {}});
        QVERIFY2(!before->error, before->error ? qPrintable(before->error->message) : "");
        using Way = std::pair<Result<std::string> (*)(const Recipe &), SettingsKind>;
        int said = 0;
        for (const auto &[way, kind] :
             {Way{exportReviseKeys, SettingsKind::MMEngine}, Way{exportKeyMapping, SettingsKind::Transformers}}) {
            const Result<std::string> text = way(recipe);
            if (!text)
                continue;
            ++said;
            ImportInput input;
            input.text = *text;
            input.kind = kind;
            const Result<Imported> again = importSettings(input);
            QVERIFY2(again, again ? "" : qPrintable(again.error().message));
            const auto after = planFrom({smallTensors(keys), {}, again->recipe, {}});
            QVERIFY2(!after->error, after->error ? qPrintable(after->error->message) : "");
            QCOMPARE(names(after->table->rows), names(before->table->rows));
        }
        QVERIFY(said > 0);
    }

    void literals_data()
    {
        QTest::addColumn<QString>("python");
        QTest::addColumn<QString>("yaml"); // flow style, or the message

        QTest::addRow("text") << uR"('a\n\x41\u00e9\q' "b" r'\d')"_s << uR"("a\nAé\\qb\\d")"_s;
        QTest::addRow("plain text") << u"'a' 'b'"_s << u"ab"_s;
        QTest::addRow("long text") << u"'''a'b'''"_s << u"a'b"_s;
        QTest::addRow("numbers") << u"[1, -2.5e3, True, None]"_s << u"[1, -2.5e3, True, null]"_s;
        QTest::addRow("tuples") << u"(1, 2), "_s << u"expected the end"_s;
        QTest::addRow("one in brackets") << u"(1)"_s << u"1"_s;
        QTest::addRow("a tuple of one") << u"(1,)"_s << u"[1]"_s;
        QTest::addRow("dicts") << u"{'a': {1: 2}, 'b': dict(c=[])}"_s << u"{a: {1: 2}, b: {c: []}}"_s;
        QTest::addRow("a key given twice") << u"{'a': 1, 'b': 2, 'a': 3}"_s << u"{a: 3, b: 2}"_s;
        QTest::addRow("a call") << u"A.b(1, x=2)"_s << u"{(): A.b, 0: 1, x: 2}"_s;
        QTest::addRow("assignments") << u"# note\na = 1\nb = (2,\n 3)"_s << u"{a: 1, b: [2, 3]}"_s;
        QTest::addRow("nothing") << u"  "_s << u"expected a value, but the text ends."_s;
        QTest::addRow("an f-string") << u"f'a'"_s << u"an f-string is no literal."_s;
        QTest::addRow("a name") << u"[a]"_s << u"“a” is a name; only literals are read, nothing is looked up."_s;
        QTest::addRow("an import") << u"import os"_s << u"“import” is a name"_s;
        QTest::addRow("an expression") << u"1 + 2"_s << u"expected the end, but something follows"_s;
        QTest::addRow("an open quote") << u"'a"_s << u"the quote that ends the text is missing."_s;
        QTest::addRow("an open list") << u"[1, "_s << u"“]” is missing."_s;
        QTest::addRow("deep") << QString(100'000, u'[') << u"nested deeper than 64 levels."_s;
        QTest::addRow("a bad escape") << uR"('\ud800')"_s << u"this escape is no character."_s;
        QTest::addRow("a subscript") << u"a = b[0]"_s << u"“b” is a name"_s;
    }

    void literals()
    {
        QFETCH(const QString, python);
        QFETCH(const QString, yaml);
        const Result<Node> node = parsePythonLiteral(python.toStdString());
        const QString said = node ? QString::fromStdString(flowText(*node)) : node.error().message;
        if (node)
            QCOMPARE(said, yaml);
        else
            QVERIFY2(said.contains(yaml), qPrintable(said));
    }

    /// Settings that are made to take time or memory end soon.
    void hostile_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addRow("many pairs") << u"revise_keys=["_s + u"('a','b'),"_s.repeated(100'000) + u']';
        QTest::addRow("many entries") << u"{"_s + u"'^a':'b',"_s.repeated(150'000) + u'}';
        QTest::addRow("many calls") << u"init_cfg="_s + u"a("_s.repeated(100'000);
        QTest::addRow("a long text") << u"revise_keys=[('"_s + u"a"_s.repeated(3'000'000) + u"','')]"_s;
        QTest::addRow("many comments") << u"#\n"_s.repeated(1'000'000) + u"revise_keys=[]"_s;
        QTest::addRow("many tables") << u"orig_to_new_prefix={"_s + u"'a':None,"_s.repeated(100'000) + u'}';
    }

    void hostile()
    {
        QFETCH(const QString, text);
        for (int kind = 0; kind < int(enumWords<SettingsKind>.size()); ++kind) {
            ImportInput input;
            input.text = text.toStdString();
            input.kind = SettingsKind(kind);
            const ComputingTime time;
            const Result<Imported> imported = importSettings(input);
            QVERIFY(imported || imported.error().message.size() < 2'000);
            QVERIFY2(time.seconds() < 30, enumWords<SettingsKind>[std::size_t(kind)].data());
        }
    }
};

QTEST_GUILESS_MAIN(TestDialects)
#include "tst_dialects.moc"
