// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/document.h"
#include "tests/support/safetensorsfile.h"

#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
Recipe recipeOf(const QStringList &steps)
{
    QString text = u"weightsmith: 1\nsteps:\n"_s;
    for (const QString &step : steps)
        text += u"  - "_s + step + u'\n';
    const auto recipe = Recipe::parse(text.toStdString(), u"test"_s);
    if (!recipe)
        qFatal("%s", qPrintable(recipe.error().message));
    return *recipe;
}

QString names(const Document &document)
{
    QStringList result;
    for (const Row &row : document.plan()->table->rows)
        result += QString::fromStdString(std::string(row.name));
    return result.join(u' ');
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A document with everything it says.
struct Watched
{
    Document document;
    QSignalSpy checkpoint{&document, &Document::checkpointChanged};
    QSignalSpy target{&document, &Document::targetChanged};
    QSignalSpy recipe{&document, &Document::recipeChanged};
    QSignalSpy root{&document, &Document::rootChanged};
    QSignalSpy history{&document, &Document::historyChanged};
    QSignalSpy plan{&document, &Document::planChanged};
    QSignalSpy busy{&document, &Document::busyChanged};
    QList<SaveReport> saved;
    QList<Error> failed;

    Watched()
    {
        QObject::connect(&document, &Document::saved, &document, [this](const SaveReport &report) { saved += report; });
        QObject::connect(&document, &Document::failed, &document, [this](const Error &error) { failed += error; });
    }
    bool isIdle() const
    {
        return !document.isOpening() && !document.isOpeningTarget() && !document.isPlanning() && !document.isSaving();
    }
};
}

class TestDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void opens();
    void failedOpenKeepsWhatIsOpen();
    void cancelledOpenSaysNothing();
    void editsReplan();
    void undoAndRedo();
    void equalRecipeIsNoStep();
    void newEditForgetsRedo();
    void sessionsAreOneStep();
    void lateResultsAreDropped();
    void targetIsAnUndoStep();
    void failedTargetKeepsTheOldOne();
    void anotherCheckpointKeepsRecipeAndTarget();
    void anotherCheckpointForgetsRoots();
    void failedStepIsAFinding();
    void countsMatchesPerStep();
    void loadsAndSavesRecipes();
    void undoOfALoadGoesBackToTheOldFile();
    void undoAfterSaveKeepsThePath();
    void recipeFailures();
    void saves();
    void refusesToSave_data();
    void refusesToSave();
    void cancelledSaveSaysNothing();
    void diesWhileRunning();

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    void open(Watched &watched, const QString &name);

    QTemporaryDir m_folder;
};

void TestDocument::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QVERIFY(writeSafetensors(path(u"one.safetensors"_s), {u"m.a 2"_s, u"m.b 3"_s, u"m.c 4x2"_s}));
    QVERIFY(writeSafetensors(path(u"two.safetensors"_s), {u"m.a 2"_s, u"m.z 1"_s}));
    QVERIFY(writeSafetensors(path(u"wanted.safetensors"_s), {u"a 2"_s, u"b 3"_s, u"c 4x4"_s}));
}

void TestDocument::open(Watched &watched, const QString &name)
{
    watched.document.openCheckpoint(path(name));
    QTRY_VERIFY(watched.document.checkpoint() && watched.isIdle());
    QVERIFY(watched.document.plan());
}

void TestDocument::opens()
{
    Watched watched;
    Document &document = watched.document;
    document.openCheckpoint(path(u"one.safetensors"_s));
    QVERIFY(document.isOpening());
    QVERIFY(!document.checkpoint());
    QTRY_COMPARE(watched.plan.count(), 1);
    QCOMPARE(watched.checkpoint.count(), 1);
    QCOMPARE(names(document), u"m.a m.b m.c"_s);
    QCOMPARE(document.plan()->checkpoint, document.checkpoint());
    QVERIFY(watched.isIdle());
    QVERIFY(!document.canUndo() && !document.canRedo() && !document.isModified());
    QVERIFY(!document.fit());
    QVERIFY(watched.failed.isEmpty());
    QVERIFY(watched.busy.count() >= 4);
}

void TestDocument::failedOpenKeepsWhatIsOpen()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    const auto before = watched.document.checkpoint();
    watched.document.openCheckpoint(path(u"nowhere.pt"_s));
    QTRY_COMPARE(watched.failed.size(), 1);
    QCOMPARE(watched.failed[0].kind, Error::Kind::NotFound);
    QVERIFY(watched.failed[0].message.contains(u"nowhere.pt"_s));
    QCOMPARE(watched.document.checkpoint(), before);
    QCOMPARE(watched.checkpoint.count(), 1);
    QCOMPARE(watched.plan.count(), 1);
}

void TestDocument::cancelledOpenSaysNothing()
{
    Watched watched;
    watched.document.openCheckpoint(path(u"one.safetensors"_s));
    watched.document.cancelOpening();
    QVERIFY(!watched.document.isOpening());
    open(watched, u"two.safetensors"_s);
    QCOMPARE(watched.checkpoint.count(), 1);
    QCOMPARE(names(watched.document), u"m.a m.z"_s);
    QVERIFY(watched.failed.isEmpty());
}

void TestDocument::editsReplan()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    watched.document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"Remove prefix m."_s);
    QCOMPARE(watched.recipe.count(), 1);
    QVERIFY(watched.document.isPlanning());
    QTRY_COMPARE(watched.plan.count(), 2);
    QCOMPARE(names(watched.document), u"a b c"_s);
    QVERIFY(watched.document.isModified());
    QCOMPARE(watched.document.undoText(), u"Remove prefix m."_s);
}

void TestDocument::undoAndRedo()
{
    Watched watched;
    Document &document = watched.document;
    open(watched, u"one.safetensors"_s);
    document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"first"_s);
    document.setRecipe(recipeOf({u"remove-prefix: m."_s, u"drop: {exact: b}"_s}), u"second"_s);
    document.setRecipe(recipeOf({u"drop: {exact: m.b}"_s}), u"third"_s);
    QCOMPARE(document.undoText(), u"third"_s);
    QCOMPARE(document.redoText(), QString());

    const QStringList planned{u"m.a m.c"_s, u"a c"_s, u"a b c"_s, u"m.a m.b m.c"_s};
    const QStringList texts{u"third"_s, u"second"_s, u"first"_s, QString()};
    for (qsizetype i = 0; i < planned.size(); ++i) {
        QTRY_VERIFY(watched.isIdle());
        QCOMPARE(names(document), planned[i]);
        QCOMPARE(document.undoText(), texts[i]);
        QCOMPARE(document.redoText(), i == 0 ? QString() : texts[i - 1]);
        QCOMPARE(document.canUndo(), i < 3);
        document.undo();
    }
    QVERIFY(!document.isModified());
    for (qsizetype i = planned.size() - 1; i >= 0; --i) {
        QTRY_VERIFY(watched.isIdle());
        QCOMPARE(names(document), planned[i]);
        QCOMPARE(document.redoText(), i == 0 ? QString() : texts[i - 1]);
        document.redo();
    }
    QVERIFY(!document.canRedo());
}

void TestDocument::equalRecipeIsNoStep()
{
    Watched watched;
    watched.document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"first"_s);
    watched.document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"again"_s);
    QCOMPARE(watched.recipe.count(), 1);
    QCOMPARE(watched.document.undoText(), u"first"_s);
    watched.document.clearTarget();
    watched.document.chooseRoot({});
    QCOMPARE(watched.document.undoText(), u"first"_s);
}

void TestDocument::newEditForgetsRedo()
{
    Watched watched;
    watched.document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"first"_s);
    watched.document.undo();
    QVERIFY(watched.document.canRedo());
    watched.document.setRecipe(recipeOf({u"add-prefix: m."_s}), u"other"_s);
    QVERIFY(!watched.document.canRedo());
    watched.document.redo();
    QCOMPARE(watched.document.undoText(), u"other"_s);
}

void TestDocument::sessionsAreOneStep()
{
    Watched watched;
    Document &document = watched.document;
    const auto type = [&](const QString &prefix, const QString &session) {
        document.setRecipe(recipeOf({u"add-prefix: "_s + prefix}), u"Add "_s + prefix, session);
    };
    type(u"one"_s, {});
    type(u"t"_s, u"field"_s);
    type(u"tw"_s, u"field"_s);
    type(u"two"_s, u"field"_s);
    QCOMPARE(document.undoText(), u"Add two"_s);
    QCOMPARE(watched.recipe.count(), 4);
    document.undo();
    QCOMPARE(document.undoText(), u"Add one"_s);
    QCOMPARE(document.redoText(), u"Add two"_s);

    // Typed and taken back: no step. Typing on starts a new one.
    type(u"onex"_s, u"field"_s);
    type(u"one"_s, u"field"_s);
    QCOMPARE(document.undoText(), u"Add one"_s);
    type(u"oney"_s, u"field"_s);
    QCOMPARE(document.undoText(), u"Add oney"_s);
    document.undo();
    QCOMPARE(document.undoText(), u"Add one"_s);

    // Another field, a save and another checkpoint each end the session.
    type(u"a"_s, u"field"_s);
    type(u"b"_s, u"other field"_s);
    QCOMPARE(document.undoText(), u"Add b"_s);
    document.saveRecipe(path(u"session.recipe.yaml"_s));
    type(u"c"_s, u"other field"_s);
    document.undo();
    QVERIFY(!document.isModified());
    QCOMPARE(document.undoText(), u"Add b"_s);
    type(u"d"_s, u"field"_s);
    open(watched, u"one.safetensors"_s);
    type(u"e"_s, u"field"_s);
    QCOMPARE(document.undoText(), u"Add e"_s);
    document.undo();
    QCOMPARE(document.undoText(), u"Add d"_s);
    QTRY_VERIFY(watched.isIdle());
}

void TestDocument::lateResultsAreDropped()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    for (const QString &prefix : {u"x."_s, u"y."_s, u"z."_s})
        watched.document.setRecipe(recipeOf({u"add-prefix: "_s + prefix}), u"Add "_s + prefix);
    QTRY_VERIFY(watched.isIdle());
    QCOMPARE(watched.plan.count(), 2);
    QCOMPARE(names(watched.document), u"z.m.a z.m.b z.m.c"_s);
}

void TestDocument::targetIsAnUndoStep()
{
    Watched watched;
    Document &document = watched.document;
    open(watched, u"one.safetensors"_s);
    document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"strip"_s);
    document.openTarget(path(u"wanted.safetensors"_s));
    QTRY_VERIFY(document.target() && watched.isIdle());
    QCOMPARE(watched.target.count(), 1);
    QVERIFY(document.undoText().contains(u"wanted"_s));
    QVERIFY(document.fit());
    QCOMPARE(document.fit()->loaded, 2);
    QCOMPARE(document.fit()->sizeMismatches, 1);
    document.undo();
    QVERIFY(!document.target());
    QTRY_VERIFY(watched.isIdle());
    QVERIFY(!document.fit());
    document.redo();
    QTRY_VERIFY(watched.isIdle());
    QCOMPARE(document.fit()->loaded, 2);
    document.clearTarget();
    QVERIFY(!document.target());
    document.undo();
    QVERIFY(document.target());
    QTRY_VERIFY(watched.isIdle());
}

void TestDocument::failedTargetKeepsTheOldOne()
{
    Watched watched;
    watched.document.openTarget(path(u"wanted.safetensors"_s));
    QTRY_VERIFY(watched.document.target());
    const auto before = watched.document.target();
    watched.document.openTarget(path(u"nothing.json"_s));
    QTRY_COMPARE(watched.failed.size(), 1);
    QVERIFY(watched.failed[0].message.contains(u"nothing.json"_s));
    QCOMPARE(watched.document.target(), before);
    QCOMPARE(watched.target.count(), 1);
}

void TestDocument::anotherCheckpointKeepsRecipeAndTarget()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    watched.document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"strip"_s);
    watched.document.openTarget(path(u"wanted.safetensors"_s));
    QTRY_VERIFY(watched.document.fit() && watched.isIdle());
    watched.document.openCheckpoint(path(u"two.safetensors"_s));
    QTRY_COMPARE(watched.checkpoint.count(), 2);
    QTRY_VERIFY(watched.isIdle());
    QCOMPARE(names(watched.document), u"a z"_s);
    QCOMPARE(watched.document.fit()->loaded, 1);
    QVERIFY(watched.document.canUndo());
}

void TestDocument::anotherCheckpointForgetsRoots()
{
    Watched watched;
    Document &document = watched.document;
    open(watched, u"one.safetensors"_s);
    document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"strip"_s);
    document.chooseRoot("");
    QCOMPARE(document.undoText(), u"Use root (top level)"_s);
    QCOMPARE(watched.root.count(), 1);
    document.setRecipe(recipeOf({u"add-prefix: x"_s}), u"add"_s);
    document.undo();
    document.openCheckpoint(path(u"two.safetensors"_s));
    QTRY_COMPARE(watched.checkpoint.count(), 2);
    QVERIFY(!document.rootPath());
    QCOMPARE(document.undoText(), u"strip"_s);
    QCOMPARE(document.redoText(), u"add"_s);
    document.undo();
    QVERIFY(!document.canUndo());
    QTRY_VERIFY(watched.isIdle());
    QCOMPARE(names(document), u"m.a m.z"_s);
}

void TestDocument::failedStepIsAFinding()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    watched.document.setRecipe(recipeOf({u"remove-prefix: m."_s, u"rename: {exact: a, to: b}"_s}), u"clash"_s);
    QTRY_VERIFY(watched.isIdle());
    QVERIFY(watched.document.plan()->error);
    const auto error =
        std::find_if(watched.document.findings().begin(), watched.document.findings().end(),
                     [](const Finding &finding) { return finding.severity == Finding::Severity::Error; });
    QVERIFY(error != watched.document.findings().end());
    QCOMPARE(error->where.step, 1);
    QCOMPARE(error->message, watched.document.plan()->error->message);
    QCOMPARE(names(watched.document), u"a b c"_s);
    watched.document.undo();
    QTRY_VERIFY(watched.isIdle());
    QVERIFY(!watched.document.plan()->error);
}

void TestDocument::countsMatchesPerStep()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    QVERIFY(watched.document.plan()->matchedKeys.empty());
    watched.document.openTarget(path(u"wanted.safetensors"_s));
    watched.document.setRecipe(recipeOf({u"root"_s, u"remove-prefix: m."_s, u"drop: {exact: b}"_s}), u"three"_s);
    QTRY_VERIFY(watched.document.target() && watched.isIdle());
    QCOMPARE(watched.document.plan()->matchedKeys, (std::vector<qint64>{0, 0, 2, 1}));
}

void TestDocument::loadsAndSavesRecipes()
{
    Watched watched;
    Document &document = watched.document;
    const QString file = path(u"my.recipe.yaml"_s);
    const Recipe recipe = recipeOf({u"remove-prefix: m. # a comment"_s});
    document.setRecipe(recipe, u"strip"_s);
    QVERIFY(document.isModified());
    document.saveRecipe(file);
    QVERIFY(watched.failed.isEmpty());
    QCOMPARE(document.recipePath(), file);
    QVERIFY(!document.isModified());
    QCOMPARE(contents(file).toStdString(), recipe.text());

    Watched other;
    other.document.loadRecipe(file);
    QTRY_COMPARE(other.recipe.count(), 1);
    QCOMPARE(other.document.recipe(), recipe);
    QCOMPARE(other.document.recipePath(), file);
    QVERIFY(!other.document.isModified());
    QCOMPARE(other.document.undoText(), u"Load recipe my.recipe.yaml"_s);
    other.document.setRecipe(recipeOf({u"add-prefix: x"_s}), u"edit"_s);
    QVERIFY(other.document.isModified());
    other.document.undo();
    QVERIFY(!other.document.isModified());
}

void TestDocument::undoOfALoadGoesBackToTheOldFile()
{
    Watched watched;
    Document &document = watched.document;
    document.setRecipe(recipeOf({u"add-prefix: one"_s}), u"one"_s);
    document.saveRecipe(path(u"one.recipe.yaml"_s));
    Document writer;
    writer.setRecipe(recipeOf({u"add-prefix: two"_s}), u"two"_s);
    writer.saveRecipe(path(u"two.recipe.yaml"_s));

    document.loadRecipe(path(u"two.recipe.yaml"_s));
    QTRY_COMPARE(document.recipePath(), path(u"two.recipe.yaml"_s));
    document.undo();
    QCOMPARE(document.recipePath(), path(u"one.recipe.yaml"_s));
    QVERIFY(!document.isModified());
}

void TestDocument::undoAfterSaveKeepsThePath()
{
    Document document;
    document.setRecipe(recipeOf({u"add-prefix: one"_s}), u"one"_s);
    document.setRecipe(recipeOf({u"add-prefix: two"_s}), u"two"_s);
    document.saveRecipe(path(u"kept.recipe.yaml"_s));
    document.undo();
    QCOMPARE(document.recipePath(), path(u"kept.recipe.yaml"_s));
    QVERIFY(document.isModified());
    document.redo();
    QVERIFY(!document.isModified());
}

void TestDocument::recipeFailures()
{
    Watched watched;
    watched.document.loadRecipe(path(u"nowhere.recipe.yaml"_s));
    QTRY_COMPARE(watched.failed.size(), 1);
    QCOMPARE(watched.failed[0].kind, Error::Kind::NotFound);

    QFile bad(path(u"bad.recipe.yaml"_s));
    QVERIFY(bad.open(QIODevice::WriteOnly));
    bad.write("weightsmith: 1\nsteps:\n  - remove-prefx: m.\n");
    bad.close();
    watched.document.loadRecipe(bad.fileName());
    QTRY_COMPARE(watched.failed.size(), 2);
    QCOMPARE(watched.failed[1].kind, Error::Kind::BadRecipe);
    QCOMPARE(watched.failed[1].line, 3);

    watched.document.saveRecipe(path(u"no/such/folder/x.recipe.yaml"_s));
    QCOMPARE(watched.failed.size(), 3);
    QCOMPARE(watched.failed[2].kind, Error::Kind::Unwritable);
    QVERIFY(watched.failed[2].message.contains(u"x.recipe.yaml"_s));
    QCOMPARE(watched.document.recipePath(), QString());
    QCOMPARE(watched.recipe.count(), 0);
}

void TestDocument::saves()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    watched.document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"strip"_s);
    QTRY_VERIFY(watched.isIdle());
    SaveOptions options;
    options.path = path(u"out.safetensors"_s);
    std::vector<Result<SavePreview>> previews;
    connect(&watched.document, &Document::savePreviewed, this,
            [&previews](const Result<SavePreview> &preview) { previews.push_back(preview); });
    watched.document.previewSave(options);
    QVERIFY(watched.document.isPreviewing());
    watched.document.previewSave(options); // the newest question is answered, once
    QTRY_COMPARE(previews.size(), 1u);
    QVERIFY(previews[0]);
    QCOMPARE(previews[0]->tensors, 3);
    watched.document.save(options);
    QVERIFY(watched.document.isSaving());
    QTRY_COMPARE(watched.saved.size(), 1);
    QCOMPARE(watched.saved[0].tensors, 3);
    QVERIFY(watched.failed.isEmpty());

    watched.document.save(options);
    QTRY_COMPARE(watched.failed.size(), 1);
    QCOMPARE(watched.failed[0].kind, Error::Kind::Unwritable);

    Watched other;
    open(other, u"out.safetensors"_s);
    QCOMPARE(names(other.document), u"a b c"_s);
}

void TestDocument::refusesToSave_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("steps");
    QTest::addColumn<QString>("expected");

    QTest::addRow("nothing open") << QString() << QStringList()
                                  << u"There is nothing to save: open a checkpoint first."_s;
    QTest::addRow("plan not there yet") << u"one.safetensors"_s << QStringList{u"add-prefix: x"_s}
                                        << u"What would be saved is still being worked out; try again in a moment."_s;
}

void TestDocument::refusesToSave()
{
    QFETCH(const QString, file);
    QFETCH(const QStringList, steps);
    QFETCH(const QString, expected);

    Watched watched;
    if (!file.isEmpty())
        open(watched, file);
    if (!steps.isEmpty())
        watched.document.setRecipe(recipeOf(steps), u"edit"_s);
    SaveOptions options;
    options.path = path(u"refused.safetensors"_s);
    watched.document.save(options);
    QCOMPARE(watched.failed.size(), 1);
    QCOMPARE(watched.failed[0].message, expected);
    QStringList problems;
    connect(&watched.document, &Document::savePreviewed, this, [&problems](const Result<SavePreview> &preview) {
        problems << (preview ? QString() : preview.error().message);
    });
    watched.document.previewSave(options);
    QCOMPARE(problems, QStringList(expected));
    QVERIFY(!QFile::exists(options.path));
    QTRY_VERIFY(watched.isIdle());
}

void TestDocument::cancelledSaveSaysNothing()
{
    Watched watched;
    open(watched, u"one.safetensors"_s);
    SaveOptions options;
    options.path = path(u"cancelled.safetensors"_s);
    watched.document.save(options);
    watched.document.save(options); // one at a time
    QCOMPARE(watched.failed.size(), 1);
    watched.document.cancelSaving();
    QTRY_VERIFY(watched.isIdle());
    QCOMPARE(watched.failed.size(), 1);
    // Cancelled, or over before it could be: told truly either way.
    QCOMPARE(QFile::exists(options.path), watched.saved.size() == 1);
}

void TestDocument::diesWhileRunning()
{
    for (int round = 0; round < 10; ++round) {
        Document document;
        document.openCheckpoint(path(u"one.safetensors"_s));
        document.openTarget(path(u"wanted.safetensors"_s));
        document.loadRecipe(path(u"nowhere.recipe.yaml"_s));
        if (round % 2 == 0)
            continue;
        QTRY_VERIFY(document.checkpoint());
        document.setRecipe(recipeOf({u"remove-prefix: m."_s}), u"strip"_s);
    }
}

QTEST_GUILESS_MAIN(TestDocument)
#include "tst_document.moc"
