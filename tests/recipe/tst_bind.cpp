// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/keymatch.h"
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"
#include "tests/support/teststep.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// The bind policy, one by one: what becomes of each target key and each row, and what is written.
class TestBind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void decides_data();
    void decides();
    void writes_data();
    void writes();
    void writesMadeKeysOnce();
    void tellsSourcesUsedMoreThanOnce();
    void tellsSourcesOfJoinedKeys();
    void notesOtherDtypesOnce();
    void tellsExpectedMissingThatIsThere();
    void decidesHeads_data();
    void decidesHeads();
    void refusesBadLists_data();
    void refusesBadLists();
    void matchesKeys_data();
    void matchesKeys();
};

void TestBind::decides_data()
{
    QTest::addColumn<QStringList>("tensors");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("bind");
    QTest::addColumn<QStringList>("verdicts");
    QTest::addColumn<QStringList>("rows");

    const QStringList net{u"conv.weight float32 8x3"_s, u"fc.weight float32 10x8"_s, u"extra float32 1"_s};
    const QString wants = uR"("conv.weight": [8, 3], "fc.weight": [5, 8], "fc.bias": [5])"_s;
    QTest::addRow("default") << net << wants << QString()
                             << QStringList{u"loaded conv.weight"_s, u"size mismatch fc.weight"_s, u"missing fc.bias"_s}
                             << QStringList{u"used conv.weight"_s, u"size mismatch fc.weight"_s, u"unexpected extra"_s};
    QTest::addRow("skip by substring") << net << wants << u"skip: [fc]"_s
                                       << QStringList{u"loaded conv.weight"_s, u"skipped fc.weight"_s,
                                                      u"skipped fc.bias"_s}
                                       << QStringList{u"used conv.weight"_s, u"skipped fc.weight"_s,
                                                      u"unexpected extra"_s};
    QTest::addRow("skip by selector") << net << wants << u"skip: [{suffix: .bias}]"_s
                                      << QStringList{u"loaded conv.weight"_s, u"size mismatch fc.weight"_s,
                                                     u"skipped fc.bias"_s}
                                      << QStringList{u"used conv.weight"_s, u"size mismatch fc.weight"_s,
                                                     u"unexpected extra"_s};
    QTest::addRow("ignore missing") << net << wants << u"ignore-missing: [bias]"_s
                                    << QStringList{u"loaded conv.weight"_s, u"size mismatch fc.weight"_s,
                                                   u"ignored fc.bias"_s}
                                    << QStringList{u"used conv.weight"_s, u"size mismatch fc.weight"_s,
                                                   u"unexpected extra"_s};
    QTest::addRow("ignore missing leaves keys that are there")
        << net << wants << u"ignore-missing: [conv]"_s
        << QStringList{u"loaded conv.weight"_s, u"size mismatch fc.weight"_s, u"missing fc.bias"_s}
        << QStringList{u"used conv.weight"_s, u"size mismatch fc.weight"_s, u"unexpected extra"_s};
    QTest::addRow("expect missing") << net << wants << u"expect-missing: [fc.bias]"_s
                                    << QStringList{u"loaded conv.weight"_s, u"size mismatch fc.weight"_s,
                                                   u"ignored fc.bias"_s}
                                    << QStringList{u"used conv.weight"_s, u"size mismatch fc.weight"_s,
                                                   u"unexpected extra"_s};
    QTest::addRow("ignore unexpected") << net << wants << u"ignore-unexpected: [ext]"_s
                                       << QStringList{u"loaded conv.weight"_s, u"size mismatch fc.weight"_s,
                                                      u"missing fc.bias"_s}
                                       << QStringList{u"used conv.weight"_s, u"size mismatch fc.weight"_s,
                                                      u"ignored unexpected extra"_s};
    QTest::addRow("shape skip") << net << wants << u"shape: skip"_s
                                << QStringList{u"loaded conv.weight"_s, u"skipped fc.weight"_s, u"missing fc.bias"_s}
                                << QStringList{u"used conv.weight"_s, u"skipped fc.weight"_s, u"unexpected extra"_s};
    QTest::addRow("shape keep-target") << net << wants << u"shape: keep-target"_s
                                       << QStringList{u"loaded conv.weight"_s, u"ignored fc.weight"_s,
                                                      u"missing fc.bias"_s}
                                       << QStringList{u"used conv.weight"_s, u"skipped fc.weight"_s,
                                                      u"unexpected extra"_s};

    const QString counter = uR"("bn.weight": [2], "bn.num_batches_tracked": {"shape": [], "dtype": "int64"})"_s;
    const QStringList norm{u"bn.weight float32 2"_s};
    QTest::addRow("counters are created")
        << norm << counter << QString() << QStringList{u"loaded bn.weight"_s, u"created bn.num_batches_tracked"_s}
        << QStringList{u"used bn.weight"_s};
    QTest::addRow("counters ignored") << norm << counter << u"counters: ignore"_s
                                      << QStringList{u"loaded bn.weight"_s, u"ignored bn.num_batches_tracked"_s}
                                      << QStringList{u"used bn.weight"_s};
    QTest::addRow("counters reported") << norm << counter << u"counters: report"_s
                                       << QStringList{u"loaded bn.weight"_s, u"missing bn.num_batches_tracked"_s}
                                       << QStringList{u"used bn.weight"_s};
    QTest::addRow("a skipped counter is not created")
        << norm << counter << u"skip: [num_batches]"_s
        << QStringList{u"loaded bn.weight"_s, u"skipped bn.num_batches_tracked"_s} << QStringList{u"used bn.weight"_s};
    QTest::addRow("only whole components are counters")
        << norm << uR"("bn.weight": [2], "my_num_batches_tracked": [])"_s << QString()
        << QStringList{u"loaded bn.weight"_s, u"missing my_num_batches_tracked"_s} << QStringList{u"used bn.weight"_s};

    QTest::addRow("one element into a scalar") << QStringList{u"s float32 1"_s} << uR"("s": [])"_s << QString()
                                               << QStringList{u"loaded s"_s} << QStringList{u"used s"_s};
    QTest::addRow("a scalar into one element")
        << QStringList{u"s float32 scalar"_s} << uR"("s": [1])"_s << QString() << QStringList{u"size mismatch s"_s}
        << QStringList{u"size mismatch s"_s};
    QTest::addRow("two axes into a scalar") << QStringList{u"s float32 1x1"_s} << uR"("s": [])"_s << QString()
                                            << QStringList{u"size mismatch s"_s} << QStringList{u"size mismatch s"_s};
    QTest::addRow("two elements into a scalar")
        << QStringList{u"s float32 2"_s} << uR"("s": [])"_s << QString() << QStringList{u"size mismatch s"_s}
        << QStringList{u"size mismatch s"_s};

    const QString tied =
        uR"("emb": {"shape": [4], "tie": 1}, "head": {"shape": [4], "tie": 1}, "other": {"shape": [4], "tie": 2})"_s;
    QTest::addRow("tied twin loaded") << QStringList{u"emb float32 4"_s} << tied << QString()
                                      << QStringList{u"loaded emb"_s, u"missing tied head"_s, u"missing other"_s}
                                      << QStringList{u"used emb"_s};
    QTest::addRow("tied twin comes later")
        << QStringList{u"head float32 4"_s} << tied << QString()
        << QStringList{u"missing tied emb"_s, u"loaded head"_s, u"missing other"_s} << QStringList{u"used head"_s};
    QTest::addRow("tied twin skipped") << QStringList{u"emb float32 4"_s} << tied << u"skip: [emb]"_s
                                       << QStringList{u"skipped emb"_s, u"missing head"_s, u"missing other"_s}
                                       << QStringList{u"skipped emb"_s};

    QTest::addRow("adapted by a cast") << QStringList{u"w float32 2"_s}
                                       << uR"("w": {"shape": [2], "dtype": "float16"})"_s << u"cast"_s
                                       << QStringList{u"adapted w"_s} << QStringList{u"used w"_s};
    QTest::addRow("another dtype is a note")
        << QStringList{u"w float32 2"_s} << uR"("w": {"shape": [2], "dtype": "float16"})"_s << QString()
        << QStringList{u"loaded w, other dtype"_s} << QStringList{u"used w"_s};
    QTest::addRow("tied source tensors are two uses of two tensors")
        << QStringList{u"a float32 2"_s, u"b = a"_s} << uR"("a": [2], "b": [2])"_s << QString()
        << QStringList{u"loaded a"_s, u"loaded b"_s} << QStringList{u"used a"_s, u"used b"_s};
}

void TestBind::decides()
{
    QFETCH(const QStringList, tensors);
    QFETCH(const QString, target);
    QFETCH(const QString, bind);
    QFETCH(const QStringList, verdicts);
    QFETCH(const QStringList, rows);

    const QString yaml = bind == u"cast"_s ? u"steps: [cast: float16]"_s
        : bind.isEmpty()                   ? u"steps: []"_s
                                           : u"steps: []\nbind: {"_s + bind + u'}';
    const auto made = planFrom(tensors, recipeFrom(yaml), targetFrom(target));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QCOMPARE(verdictTexts(*made), verdicts);
    QCOMPARE(rowVerdictTexts(*made), rows);
    for (std::size_t i = 0; i < made->targets.size(); ++i) {
        if (made->targets[i].row != noRow)
            QCOMPARE(made->table->rows[made->targets[i].row].name, made->target->keys()[i].name);
    }
}

void TestBind::writes_data()
{
    QTest::addColumn<QString>("bind");
    QTest::addColumn<QStringList>("outputs");

    QTest::addRow("target's order") << QString()
                                    << QStringList{u"b float32 [2] = b"_s, u"s float32 [] = s"_s,
                                                   u"n.num_batches_tracked int64 [] = zeros"_s, u"a float32 [1] = a"_s};
    QTest::addRow("source order") << u"order: source"_s
                                  << QStringList{u"a float32 [1] = a"_s, u"b float32 [2] = b"_s, u"s float32 [] = s"_s,
                                                 u"n.num_batches_tracked int64 [] = zeros"_s};
    QTest::addRow("unexpected kept")
        << u"unexpected: keep"_s
        << QStringList{u"b float32 [2] = b"_s, u"s float32 [] = s"_s,  u"n.num_batches_tracked int64 [] = zeros"_s,
                       u"a float32 [1] = a"_s, u"x float32 [3] = x"_s, u"y float32 [4] = y"_s};
    QTest::addRow("unexpected kept in source order")
        << u"order: source, unexpected: keep"_s
        << QStringList{u"x float32 [3] = x"_s, u"a float32 [1] = a"_s, u"y float32 [4] = y"_s,
                       u"b float32 [2] = b"_s, u"s float32 [] = s"_s,  u"n.num_batches_tracked int64 [] = zeros"_s};
    QTest::addRow("skipped left out") << u"skip: [b]"_s << QStringList{u"s float32 [] = s"_s, u"a float32 [1] = a"_s};
}

void TestBind::writes()
{
    QFETCH(const QString, bind);
    QFETCH(const QStringList, outputs);

    const QStringList tensors{u"x float32 3"_s,       u"a float32 1"_s, u"y float32 4"_s,
                              u"wrong float32 2x2"_s, u"b float32 2"_s, u"s float32 1"_s};
    const auto made = planFrom(
        tensors, recipeFrom(u"steps: []\nbind: {"_s + bind + u'}'),
        targetFrom(uR"("b": [2], "gone": [7], "s": [], "n.num_batches_tracked": [], "wrong": [4], "a": [1])"_s));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QCOMPARE(rowTexts(*made, made->outputs), outputs);
}

void TestBind::writesMadeKeysOnce()
{
    const auto made =
        planFrom({u"a float32 1"_s}, recipeFrom(u"steps: [{create: {name: n, shape: [2]}}]\nbind: {order: source}"_s),
                 targetFrom(uR"("n": [2], "b.num_batches_tracked": [], "a": [1])"_s));
    QVERIFY2(!made->error, qPrintable(made->error ? made->error->message : QString()));
    QCOMPARE(
        rowTexts(*made, made->outputs),
        (QStringList{u"a float32 [1] = a"_s, u"n float32 [2] = zeros"_s, u"b.num_batches_tracked int64 [] = zeros"_s}));
}

void TestBind::tellsSourcesUsedMoreThanOnce()
{
    const Step share = TestStep::make("share", [](StepRun &run) {
        run.setValue(1, run.rows()[0].value);
        return Result<void>();
    });
    const auto made = planFrom({u"a float32 1"_s, u"b float32 1"_s, u"c float32 1"_s}, Recipe().withInserted(0, share),
                               targetFrom(uR"("a": [1], "b": [1], "c": [1])"_s));
    QVERIFY(!made->error);
    QCOMPARE(rowVerdictTexts(*made), (QStringList{u"used more a"_s, u"used more b"_s, u"used c"_s}));
}

/// Each source of a key that is joined from several counts, not the first alone.
void TestBind::tellsSourcesOfJoinedKeys()
{
    const QStringList tensors{u"q float32 2"_s, u"k float32 2"_s, u"v float32 2"_s, u"x float32 4"_s};
    const auto joined = planFrom(tensors, recipeFrom(u"steps: [{concat: {from: [q, k, v], to: qkv}}]"_s),
                                 targetFrom(uR"("qkv": [6], "x": [4])"_s));
    QCOMPARE(rowVerdictTexts(*joined), (QStringList{u"used qkv"_s, u"used x"_s}));
    QCOMPARE(verdictTexts(*joined), (QStringList{u"adapted qkv"_s, u"loaded x"_s}));
    const auto kept = planFrom(
        tensors,
        recipeFrom(u"steps: [{concat: {from: [q, k], to: qk, keep-input: true}}, {split: {from: x, to: [l, r]}}]"_s),
        targetFrom(uR"("qk": [4], "k": [2], "v": [2], "l": [2], "r": [2])"_s));
    QCOMPARE(rowVerdictTexts(*kept),
             (QStringList{u"unexpected q"_s, u"used more qk"_s, u"used more k"_s, u"used v"_s, u"used more l"_s,
                          u"used more r"_s}));
}

void TestBind::notesOtherDtypesOnce()
{
    const auto made = planFrom({u"a float32 1"_s, u"b float16 1"_s, u"c float32 1"_s}, recipeFrom(u"steps: []"_s),
                               targetFrom(uR"("a": {"shape": [1], "dtype": "float32"},
                                              "b": {"shape": [1], "dtype": "float32"},
                                              "c": {"shape": [1], "dtype": "float16"})"_s));
    QCOMPARE(
        findingTexts(*made),
        QStringList{
            u"info dtype-differs: 2 keys have another dtype than the target, the first “b” (float16, the target has float32); load_state_dict converts them."_s});
}

void TestBind::tellsExpectedMissingThatIsThere()
{
    const auto made = planFrom({u"a float32 1"_s}, recipeFrom(u"steps: []\nbind: {expect-missing: [a]}"_s),
                               targetFrom(uR"("a": [1])"_s));
    QCOMPARE(findingTexts(*made),
             QStringList{u"warning not-missing: “a” was expected to be missing, but the source has it."_s});
    QCOMPARE(verdictTexts(*made), QStringList{u"loaded a"_s});
}

void TestBind::decidesHeads_data()
{
    QTest::addColumn<QString>("heads");
    QTest::addColumn<QString>("attributes");
    QTest::addColumn<QStringList>("verdicts"); // of fc.weight, other in shape, fc.bias, heads.b, heads.missing
    QTest::addColumn<QString>("error");

    const auto verdicts = [](const char *weight, const char *bias, const char *heads) {
        return QStringList{QString::fromLatin1(weight) + u" fc.weight"_s, QString::fromLatin1(bias) + u" fc.bias"_s,
                           QString::fromLatin1(heads) + u" heads.b"_s, u"missing heads.missing"_s};
    };
    const QString fc = uR"("classifier": "fc")"_s;
    QTest::addRow("load") << u"{policy: load}"_s << fc << verdicts("size mismatch", "loaded", "loaded") << QString();
    QTest::addRow("skip the classifier") << u"{policy: skip}"_s << fc << verdicts("skipped", "skipped", "loaded")
                                         << QString();
    QTest::addRow("skip the classifier where its shape differs")
        << u"{policy: skip-if-shape-differs}"_s << fc << verdicts("skipped", "loaded", "loaded") << QString();
    QTest::addRow("skip two classifiers")
        << u"{which: classifier, policy: skip}"_s << uR"("classifier": ["fc", "heads"])"_s
        << verdicts("skipped", "skipped", "skipped") << QString();
    QTest::addRow("a part of a component is no classifier")
        << u"{policy: skip}"_s << uR"("classifier": "f")"_s << verdicts("size mismatch", "loaded", "loaded")
        << QString();
    QTest::addRow("skip by text") << u"{which: [heads], policy: skip}"_s << QString()
                                  << verdicts("size mismatch", "loaded", "skipped") << QString();
    QTest::addRow("skip by selector") << u"{which: {suffix: bias}, policy: skip}"_s << QString()
                                      << verdicts("size mismatch", "skipped", "loaded") << QString();
    QTest::addRow("no classifier")
        << u"{policy: skip}"_s << QString() << QStringList()
        << u"“heads” of “bind” is about the target's classifier, but the target does not say "
           "which that is (attribute “classifier”); name its keys with “which”."_s;
}

void TestBind::decidesHeads()
{
    QFETCH(const QString, heads);
    QFETCH(const QString, attributes);
    QFETCH(const QStringList, verdicts);
    QFETCH(const QString, error);

    const auto target = parseManifest(
        R"({"weightsmith-manifest": 1, "attributes": {)" + attributes.toStdString()
            + R"(}, "tensors": {"fc.weight": [5], "fc.bias": [1], "heads.b": [1], "heads.missing": [1]}})",
        u"test"_s);
    QVERIFY2(target, target ? "" : qPrintable(target.error().message));
    const auto made = planFrom({u"fc.weight float32 10"_s, u"fc.bias float32 1"_s, u"heads.b float32 1"_s},
                               recipeFrom(u"steps: []\nbind: {heads: "_s + heads + u'}'), *target);
    QCOMPARE(made->error ? made->error->message : QString(), error);
    QCOMPARE(made->error ? QStringList() : verdictTexts(*made), verdicts);
}

void TestBind::refusesBadLists_data()
{
    QTest::addColumn<QString>("list");

    for (const char *list : {"skip", "ignore-missing", "ignore-unexpected", "expect-missing"})
        QTest::addRow("%s", list) << QString::fromLatin1(list);
}

void TestBind::refusesBadLists()
{
    QFETCH(const QString, list);

    // `in-target` needs a table row; a bind list looks at target keys alone.
    const auto parsed = Recipe::parse(
        "weightsmith: 1\nsteps: []\nbind: {" + list.toStdString() + ": [{in-target: present}]}", u"test"_s);
    if (!parsed) {
        QCOMPARE(parsed.error().kind, Error::Kind::BadRecipe);
        return;
    }
    const auto made = planFrom({u"a float32 1"_s}, *parsed, targetFrom(uR"("a": [1])"_s));
    QVERIFY(made->error);
    QCOMPARE(made->error->kind, Error::Kind::BadRecipe);
    QVERIFY(made->outputs.empty());
}

void TestBind::matchesKeys_data()
{
    QTest::addColumn<QString>("item");
    QTest::addColumn<bool>("matches"); // layers.10.bn.running_mean, float32, [64]

    QTest::addRow("substring") << u"bn.running"_s << true;
    QTest::addRow("substring of another") << u"ln"_s << false;
    QTest::addRow("no pattern in text") << u"bn.*mean"_s << false;
    QTest::addRow("case counts") << u"BN"_s << false;
    QTest::addRow("empty text is in every name") << u"''"_s << true;
    QTest::addRow("prefix") << u"{prefix: layers.1}"_s << true;
    QTest::addRow("suffix") << u"{suffix: _mean}"_s << true;
    QTest::addRow("glob") << u"{glob: 'layers.*.bn.*'}"_s << true;
    QTest::addRow("regex") << u"{regex: '\\.1\\d\\.'}"_s << true;
    QTest::addRow("regex elsewhere") << u"{regex: '^bn'}"_s << false;
    QTest::addRow("template") << u"{template: 'layers.{i}.bn.running_mean'}"_s << true;
    QTest::addRow("dtype") << u"{dtype: float32}"_s << true;
    QTest::addRow("other dtype") << u"{dtype: int64}"_s << false;
    QTest::addRow("rank") << u"{ndim: 1}"_s << true;
    QTest::addRow("several kinds mean all") << u"{ndim: 2, prefix: layers}"_s << false;
    QTest::addRow("not") << u"{not: {suffix: .weight}}"_s << true;
}

void TestBind::matchesKeys()
{
    QFETCH(const QString, item);
    QFETCH(const bool, matches);

    const Recipe recipe = recipeFrom(u"steps: []\nbind: {skip: ["_s + item + u"]}"_s);
    auto matcher = KeyMatcher::compile(recipe.bind().skip);
    QVERIFY2(matcher, qPrintable(matcher ? QString() : matcher.error().message));
    QCOMPARE(matcher->isEmpty(), false);
    QCOMPARE(matcher->matches("layers.10.bn.running_mean", DType::Float32, Shape{64}), matches);
}

QTEST_GUILESS_MAIN(TestBind)
#include "tst_bind.moc"
