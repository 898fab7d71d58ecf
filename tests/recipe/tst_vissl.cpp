// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/exportsettings.h"
#include "model/recipe/dialects/importsettings.h"
#include "model/recipe/fit.h"
#include "tests/recipe/casefile.h"
#include "tests/support/computingtime.h"
#include "tests/support/plantext.h"
#include "tests/support/smalltensors.h"

#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
ImportInput inputOf(const Case &one)
{
    ImportInput input;
    input.text = one.text(u"settings"_s).toStdString();
    input.name = "settings.yaml";
    for (const QString &word : one.sections[u"overrides"_s])
        input.overrides.push_back(word.toStdString());
    if (one.text(u"dialect"_s) == u"documented"_s)
        input.dialect = VisslSettings::Dialect::Documented;
    return input;
}

QStringList remarkLines(const Imported &imported)
{
    QStringList lines;
    for (const ImportRemark &remark : imported.remarks) {
        lines += QString::fromStdString(remark.finding.kind) + u": "_s + remark.finding.message;
        QStringList repair;
        for (const std::string &word : remark.repair)
            repair += QString::fromStdString(word);
        if (!repair.isEmpty())
            lines += u"  repair "_s + repair.join(u' ');
    }
    return lines;
}

VisslSettings randomSettings(QRandomGenerator &random)
{
    const auto oneOf = [&](const std::vector<std::string> &texts) {
        return texts[std::size_t(random.bounded(quint32(texts.size())))];
    };
    VisslSettings settings;
    settings.dialect = VisslSettings::Dialect(random.bounded(2));
    settings.stateDictKeyName = {oneOf({"classy_state_dict", "model", "a/b", "it's", "auto", "null"})};
    if (random.bounded(4) == 0)
        settings.stateDictKeyName.clear();
    if (settings.dialect == VisslSettings::Dialect::Main && random.bounded(4) == 0) {
        settings.stateDictKeyName.push_back(oneOf({"teacher", "x y"}));
        settings.keyNameIsPath = true;
    }
    if (!settings.isClassy()) {
        settings.removePrefix = oneOf({"", "module.", "a: b", "'"});
        settings.appendPrefix = oneOf({"", "trunk.", "trunk._feature_blocks.", "trunk.base_model.", "{i}", "# x."});
    }
    settings.skipLayers.clear();
    for (int i = int(random.bounded(3)); i > 0; --i)
        settings.skipLayers.push_back(oneOf({"num_batches_tracked", "heads", "a, b", "0"}));
    for (bool *flag : {&settings.evalModeOn, &settings.freezeTrunkOnly, &settings.evalTrunkAndHead,
                       &settings.assertHeadLayerShapeInit, &settings.hasFeaturePools})
        *flag = random.bounded(2) == 0;
    return settings;
}
}

/// VISSL's settings become recipes that do what VISSL does (loaders.md, V1 to V22), and tell what VISSL does not.
class TestVissl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void cases_data()
    {
        QTest::addColumn<Case>("one");
        const QList<Case> cases = readCases(QStringLiteral(TEST_DATA "/dialects/vissl.case"));
        QVERIFY(cases.size() > 30);
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
        if (one.has(u"remarks"_s))
            QCOMPARE(remarkLines(*imported).join(u'\n'), one.text(u"remarks"_s));
        if (!one.has(u"source"_s))
            return;

        PlanInput input{smallTensors(one.sections[u"source"_s]), {}, imported->recipe, {}};
        if (one.has(u"target"_s))
            input.target = smallTarget(one.sections[u"target"_s]);
        Progress progress;
        const auto made = plan(input, progress);
        QCOMPARE(made->error ? made->error->message : QString(), one.text(u"error"_s));
        if (made->error)
            return;
        QCOMPARE(verdictTexts(*made), one.sections[u"verdicts"_s]);
        QStringList rows = rowVerdictTexts(*made);
        rows.removeIf([](const QString &row) { return row.startsWith(u"used "); });
        if (one.has(u"rows"_s))
            QCOMPARE(rows, one.sections[u"rows"_s]);
        if (one.has(u"complete"_s))
            QCOMPARE(fit(*made).complete ? u"yes"_s : u"no"_s, one.text(u"complete"_s));
        if (one.has(u"findings"_s))
            QCOMPARE(findingTexts(*made).join(u'\n'), one.text(u"findings"_s));
    }

    /// One step mends what is told: with the repair's words the remark is gone, and nothing new is told.
    void repairs_data() { cases_data(); }

    void repairs()
    {
        QFETCH(const Case, one);
        const Result<Imported> imported = importSettings(inputOf(one));
        if (!imported)
            return;
        for (const ImportRemark &remark : imported->remarks) {
            if (remark.repair.empty())
                continue;
            ImportInput mended = inputOf(one);
            mended.overrides.insert(mended.overrides.end(), remark.repair.begin(), remark.repair.end());
            const Result<Imported> again = importSettings(mended);
            QVERIFY2(again, again ? "" : qPrintable(again.error().message));
            QStringList left = remarkLines(*imported);
            const qsizetype at =
                left.indexOf(QString::fromStdString(remark.finding.kind) + u": "_s + remark.finding.message);
            left.remove(at, 2);
            QCOMPARE(remarkLines(*again), left);
        }
    }

    /// What is exported is imported as the same steps and the same bind.
    void exportsWhatItImports()
    {
        QRandomGenerator random(20220330);
        for (int round = 0; round < 2'000; ++round) {
            const VisslSettings settings = randomSettings(random);
            const Result<Imported> recipe = visslRecipe(settings);
            QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
            const std::string &text = recipe->recipe.text();
            const Result<std::string> yaml = exportVissl(recipe->recipe);
            QVERIFY2(yaml, (text + (yaml ? "" : yaml.error().message.toStdString())).c_str());
            const Result<VisslText> read = readVissl(*yaml, {}, settings.dialect);
            QVERIFY2(read, (*yaml + (read ? "" : read.error().message.toStdString())).c_str());
            const Result<Imported> again = visslRecipe(read->settings);
            QVERIFY2(again, (*yaml + (again ? "" : again.error().message.toStdString())).c_str());
            const bool isSame =
                again->recipe.steps() == recipe->recipe.steps() && again->recipe.bind() == recipe->recipe.bind();
            QVERIFY2(isSame, (text + "\n" + *yaml + "\n" + again->recipe.text()).c_str());
        }
    }

    void exportsOrSaysWhyNot_data()
    {
        QTest::addColumn<QString>("recipe"); // below `weightsmith: 1`
        QTest::addColumn<QString>("yaml"); // a part of it; empty: it cannot be said
        QTest::addColumn<QString>("why");

        const auto yes = [](const char *name, const QString &recipe, const QString &yaml) {
            QTest::addRow("%s", name) << recipe << yaml << QString();
        };
        const auto no = [](const char *name, const QString &recipe, const QString &why) {
            QTest::addRow("%s", name) << recipe << QString() << why;
        };
        yes("a recipe made by hand", u"steps: [{root: model}, {remove-prefix: module.}, {add-prefix: trunk.}]"_s,
            uR"(    WEIGHTS_INIT:
      PARAMS_FILE: ""  # the checkpoint
      STATE_DICT_KEY_NAME: "model"
      SKIP_LAYERS: []
      REMOVE_PREFIX: "module."
      APPEND_PREFIX: "trunk."
)"_s);
        yes("a step that is off does not count",
            u"steps: [{root: []}, {drop: x, enabled: false}, {add-prefix: trunk.}]"_s, u"APPEND_PREFIX: \"trunk.\""_s);
        yes("a check is left out", u"steps: [{root: []}, {assert: {exists: a}}]"_s,
            u"# Left out, as VISSL cannot check it: step 2 (Check that there is “a”).\n"_s);
        yes("lists of the report are left out", u"steps: [{root: []}]\nbind: {ignore-missing: [a]}"_s,
            u"# Left out, as it changes the report alone"_s);
        yes("heads that are left where their shape differs",
            u"steps: [{root: []}]\nbind: {heads: {which: [heads], policy: skip-if-shape-differs}}"_s,
            u"    FEATURE_EVAL_SETTINGS:\n      ASSERT_HEAD_LAYER_SHAPE_INIT: False\n"_s);
        yes("a root named as the switch is a list", u"steps: [{root: classy_state_dict}]"_s,
            u"STATE_DICT_KEY_NAME: [\"classy_state_dict\"]"_s);
        no("no root", u"steps: [{add-prefix: trunk.}]"_s,
           u"The recipe has no step “root”, but VISSL must be told where in the file the weights are (STATE_DICT_KEY_NAME); begin with “root: []” for the file itself."_s);
        no("another step", u"steps: [{root: []}, {add-prefix: trunk.}, {drop: {contains: fc}}]"_s,
           u"Step 3 (Drop keys containing “fc”) cannot be written as VISSL's settings, which know one root, one prefix to remove after it, then one to add, and no other change."_s);
        no("two prefixes", u"steps: [{root: []}, {remove-prefix: [a., b.]}]"_s, u"Step 2 (Remove prefix"_s);
        no("a prefix removed as often as it is there",
           u"steps: [{root: []}, {remove-prefix: {prefix: a., times: all}}]"_s, u"Step 2 (Remove prefix"_s);
        no("another order", u"steps: [{root: []}, {add-prefix: trunk.}, {remove-prefix: a.}]"_s,
           u"Step 2 (Add prefix"_s);
        no("a condition", u"steps: [{root: []}, {add-prefix: trunk., when: {has: a}}]"_s, u"Step 2 (Add prefix"_s);
        no("a root that is looked for", u"steps: [{root: auto}]"_s, u"Step 1 (Find the root) cannot be written"_s);
        no("a guard", u"native: {has: a}\nsteps: [{root: []}]"_s, u"The recipe's guard (“native”)"_s);
        no("skipped by a selector", u"steps: [{root: []}]\nbind: {skip: [{suffix: a}]}"_s, u"“skip” has a selector"_s);
        no("other shapes are skipped", u"steps: [{root: []}]\nbind: {shape: skip}"_s, u"“shape” is not “error”"_s);
        no("unexpected keys are kept", u"steps: [{root: []}]\nbind: {unexpected: keep}"_s, u"“unexpected” is “keep”"_s);
        no("unexpected keys are refused", u"steps: [{root: []}]\nbind: {strict: {unexpected: true}}"_s,
           u"“strict” refuses unexpected keys"_s);
        no("another head", u"steps: [{root: []}]\nbind: {heads: {which: [fc], policy: skip}}"_s,
           u"“heads” is about other keys"_s);
    }

    void exportsOrSaysWhyNot()
    {
        QFETCH(const QString, recipe);
        QFETCH(const QString, yaml);
        QFETCH(const QString, why);
        const Result<Recipe> parsed = Recipe::parse("weightsmith: 1\n" + recipe.toStdString(), u"r.yaml"_s);
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        const Result<std::string> exported = exportVissl(*parsed);
        const QString text = exported ? QString::fromStdString(*exported) : exported.error().message;
        QCOMPARE(bool(exported), why.isEmpty());
        QVERIFY2(text.contains(exported ? yaml : why), qPrintable(text));
    }

    /// A file without heads has an empty dict in their place, which is enough.
    void takesAnEmptyDictOfHeads()
    {
        Checkpoint::Parts parts;
        parts.path = u"/test/model.pt"_s;
        ObjectTree &objects = parts.objects;
        const auto text = [&](const char *word) {
            ObjectNode node;
            node.kind = ObjectNode::Kind::Text;
            node.text = objects.arena().store(word);
            return objects.add(node);
        };
        const auto dict = [&](std::vector<ObjectId> children) {
            ObjectNode node;
            node.kind = ObjectNode::Kind::Dict;
            return objects.add(node, children);
        };
        const ObjectId model = dict({text("trunk"), dict({text("a"), text("a tensor")}), text("heads"), dict({})});
        const ObjectId base = dict({text("model"), model});
        objects.setRoot(dict({text("classy_state_dict"), dict({text("base_model"), base})}));
        parts.strides.emplace_back();
        parts.storages.push_back({0, Storage::Encoding::Raw, false, 0, 4, 0});
        Tensor tensor;
        tensor.name = parts.names.store("a");
        tensor.dtype = DType::Float32;
        parts.tensors.push_back(tensor);
        Root root;
        root.path = {"classy_state_dict", "base_model", "model", "trunk"};
        root.count = 1;
        parts.roots.push_back(root);
        const Result<Imported> imported = visslRecipe({});
        QVERIFY(imported);
        Progress progress;
        const auto made =
            plan({std::make_shared<const Checkpoint>(std::move(parts)), {}, imported->recipe, {}}, progress);
        QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
        QCOMPARE(names(made->table->rows), QStringList{u"trunk.a"_s});
        QCOMPARE(histories(made->table->rows), QStringList{u"trunk.a < 0: a"_s});
    }

    /// The teacher's block where it is asked for, whose missing layers are refused.
    void readsTheTeacher()
    {
        ImportInput input;
        input.text = "MODEL: {WEIGHTS_INIT: {APPEND_PREFIX: a.}}\n"
                     "DISTILLATION: {TEACHER_MODEL: {WEIGHTS_INIT: {PARAMS_FILE: t.torch, APPEND_PREFIX: b.,"
                     " STATE_DICT_KEY_NAME: ''}}}";
        input.kind = SettingsKind::VisslTeacher;
        const Result<Imported> imported = importSettings(input);
        QVERIFY2(imported, imported ? "" : qPrintable(imported.error().message));
        QCOMPARE(imported->file, std::string("t.torch"));
        QCOMPARE(imported->recipe.steps()[1].field("prefix")->text, std::string("b."));
        QVERIFY(imported->recipe.bind().strictMissing);
    }

    /// Settings that are made to take time or memory end in a sentence, soon.
    void hostile_data()
    {
        QTest::addColumn<QString>("text");
        const QString deep(100'000, u'[');
        QTest::addRow("deep list") << u"SKIP_LAYERS="_s + deep;
        QTest::addRow("deep list in YAML") << u"SKIP_LAYERS: "_s + deep;
        QTest::addRow("many words") << u"a=1 "_s.repeated(1'000'000);
        QTest::addRow("many unknown settings") << u"WEIGHTS_INIT.X=1 "_s.repeated(200'000);
        QTest::addRow("an alias") << u"WEIGHTS_INIT: &a {X: *a}"_s;
        QTest::addRow("a tag that asks for a call") << u"WEIGHTS_INIT: !!python/object/apply:os.system [ls]"_s;
        QTest::addRow("control characters") << u"APPEND_PREFIX=a\u0007b"_s;
        QTest::addRow("twice the same key") << u"WEIGHTS_INIT: {APPEND_PREFIX: a, APPEND_PREFIX: b}"_s;
    }

    void hostile()
    {
        QFETCH(const QString, text);
        ImportInput input;
        input.text = text.toStdString();
        const ComputingTime time;
        const Result<Imported> imported = importSettings(input);
        QVERIFY(!imported || imported->remarks.size() <= 25);
        if (!imported)
            QVERIFY(imported.error().message.size() > 20 && imported.error().message.size() < 2'000);
        QVERIFY2(time.seconds() < 30, "too slow");
    }
};

QTEST_GUILESS_MAIN(TestVissl)
#include "tst_vissl.moc"
