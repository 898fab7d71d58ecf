// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"
#include "model/recipe/planfiles.h"
#include "model/recipe/unfold.h"
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"
#include "tests/support/safetensorsfile.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// Checkpoints that steps name: which are opened, when they are opened again, and what is wrong with them.
class TestPlanFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        write(u"own.safetensors"_s, {u"a 2"_s, u"b 3"_s});
        write(u"other.safetensors"_s, {u"c 4"_s, u"d 5"_s});
        m_own = open(u"own.safetensors"_s);
    }

    void joinsBehindTheSource();
    void editsOpenNothingAnew();
    void aFileThatWasReplacedIsOpenedAgain();
    void aFileThatAppears();
    void theSourceItselfIsNoOtherFile();
    void shardsOfAFolder();
    void filesOfRecipesThatAreIncluded();
    void onlyWhatMayRunIsOpened();
    void manyFiles();
    void stopsWhenAsked();
    void wholePaths();
    void eachTensorKnowsItsFile();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QStringList &tensors) const
    {
        QVERIFY(writeSafetensors(path(name), tensors));
    }
    std::shared_ptr<const Checkpoint> open(const QString &name) const
    {
        Progress progress;
        const auto opened = openCheckpoint(path(name), progress);
        return opened ? *opened : nullptr;
    }
    Recipe recipe(const QString &steps, const QString &name = u"r.yaml"_s) const
    {
        const auto read = Recipe::parse("weightsmith: 1\nsteps:\n" + steps.toStdString(), path(name));
        if (!read)
            qFatal("%s", qPrintable(read.error().message));
        return *read;
    }
    std::shared_ptr<const Plan> planned(const Recipe &recipe, const std::shared_ptr<const Plan> &before = {},
                                        const std::shared_ptr<const Target> &target = {}) const
    {
        PlanInput input{m_own, {}, recipe, target};
        Progress progress;
        return openFiles(input, progress, before) ? plan(input, progress, before) : nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<const Checkpoint> m_own;
};

namespace {
const QString joining = u"  - join: [{root: []}, {root: [], file: other.safetensors, prefix: o.}]\n"_s;
}

void TestPlanFiles::joinsBehindTheSource()
{
    const auto made = planned(recipe(joining + u"  - rename: {prefix: o., to: p.}\n"_s));
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(rowTexts(*made, made->outputs),
             (QStringList{u"a float32 [2] = a"_s, u"b float32 [3] = b"_s, u"p.c float32 [4] = c"_s,
                          u"p.d float32 [5] = d"_s}));
    QCOMPARE(histories(made->table->rows),
             (QStringList{u"a"_s, u"b"_s, u"p.c < 1: o.c < 0: c"_s, u"p.d < 1: o.d < 0: d"_s}));
    // What is not about tensors is the source's.
    QCOMPARE(made->checkpoint->path(), m_own->path());
    QCOMPARE(made->checkpoint->roots().size(), m_own->roots().size());
    QCOMPARE(made->checkpoint->files().size(), std::size_t(2));
}

void TestPlanFiles::editsOpenNothingAnew()
{
    const auto first = planned(recipe(joining + u"  - rename: {prefix: o., to: p.}\n"_s));
    const auto edited = planned(recipe(joining + u"  - rename: {prefix: o., to: q.}\n"_s), first);
    QCOMPARE(names(edited->outputs), (QStringList{u"a"_s, u"b"_s, u"q.c"_s, u"q.d"_s}));
    QCOMPARE(edited->checkpoint, first->checkpoint);
    QCOMPARE(edited->states[1], first->states[1]);
    // Another prefix in the step that names the file.
    const auto other = planned(recipe(QString(joining).replace(u"o."_s, u"x."_s)), edited);
    QCOMPARE(names(other->outputs), (QStringList{u"a"_s, u"b"_s, u"x.c"_s, u"x.d"_s}));
    QCOMPARE(other->checkpoint, first->checkpoint);
    QCOMPARE(other->files.front().checkpoint, first->files.front().checkpoint);
    // Without it, nothing is joined; and what comes back is opened again.
    const auto without = planned(recipe(u"  - add-prefix: x.\n"_s), other);
    QCOMPARE(without->checkpoint, m_own);
}

void TestPlanFiles::aFileThatWasReplacedIsOpenedAgain()
{
    const auto first = planned(recipe(joining));
    QVERIFY(QFile::remove(path(u"other.safetensors"_s)));
    const auto gone = planned(recipe(joining), first);
    QCOMPARE(gone->error ? gone->error->message : QString(),
             u"Step 1 (Join “the top level” and “the top level” with “other.safetensors”): its file "
             u"“other.safetensors” should be a checkpoint. "
             "There is no file “%1”."_s.arg(path(u"other.safetensors"_s)));
    QCOMPARE(gone->failedStep, 0);
    write(u"other.safetensors"_s, {u"e 6"_s});
    const auto again = planned(recipe(joining), first);
    QVERIFY(!again->error);
    QCOMPARE(names(again->outputs), (QStringList{u"a"_s, u"b"_s, u"o.e"_s}));
    QVERIFY(again->checkpoint != first->checkpoint);
}

void TestPlanFiles::aFileThatAppears()
{
    const Recipe wanting = recipe(QString(joining).replace(u"other"_s, u"later"_s));
    const auto none = planned(wanting);
    QVERIFY(none->error);
    write(u"later.safetensors"_s, {u"l 1"_s});
    const auto there = planned(wanting, none);
    QVERIFY2(!there->error, there->error ? qPrintable(there->error->message) : "");
    QCOMPARE(names(there->outputs), (QStringList{u"a"_s, u"b"_s, u"o.l"_s}));
}

/// A file joined with itself is read once: its tensors stay the very same ones, so that a torch file can share them.
void TestPlanFiles::theSourceItselfIsNoOtherFile()
{
    const auto made = planned(recipe(QString(joining).replace(u"other"_s, u"own"_s)));
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(made->checkpoint, m_own);
    QCOMPARE(rowTexts(*made, made->outputs),
             (QStringList{u"a float32 [2] = a"_s, u"b float32 [3] = b"_s, u"o.a float32 [2] = a"_s,
                          u"o.b float32 [3] = b"_s}));
    QCOMPARE(made->outputs[0].value->tensor, made->outputs[2].value->tensor);
    // By another name too.
    QVERIFY(QFile::link(path(u"own.safetensors"_s), path(u"link.safetensors"_s)));
    const auto linked = planned(recipe(QString(joining).replace(u"other"_s, u"link"_s)));
    QVERIFY(!linked->error);
    QCOMPARE(linked->checkpoint, m_own);
}

void TestPlanFiles::shardsOfAFolder()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"set"_s));
    write(u"set/1.safetensors"_s, {u"c 4"_s});
    write(u"set/2.safetensors"_s, {u"d 5"_s});
    QFile index(path(u"set/m.safetensors.index.json"_s));
    QVERIFY(index.open(QIODevice::WriteOnly));
    index.write(R"({"weight_map": {"c": "1.safetensors", "d": "2.safetensors"}})");
    index.close();
    const Recipe folder = recipe(QString(joining).replace(u"other.safetensors"_s, u"set"_s));
    const auto made = planned(folder);
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(names(made->outputs), (QStringList{u"a"_s, u"b"_s, u"o.c"_s, u"o.d"_s}));
    QCOMPARE(made->checkpoint->files().size(), std::size_t(4));
    QCOMPARE(planned(folder, made)->checkpoint, made->checkpoint);
    // The folder joined with itself, one shard of it by its own name.
    m_own = open(u"set"_s);
    const auto itself = planned(folder);
    QCOMPARE(itself->checkpoint, m_own);
    const auto shard = planned(recipe(QString(joining).replace(u"other.safetensors"_s, u"set/2.safetensors"_s)));
    QCOMPARE(names(shard->outputs), (QStringList{u"c"_s, u"d"_s, u"o.d"_s}));
}

void TestPlanFiles::filesOfRecipesThatAreIncluded()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"in"_s));
    write(u"in/near.safetensors"_s, {u"n 1"_s});
    QFile inner(path(u"in/i.yaml"_s));
    QVERIFY(inner.open(QIODevice::WriteOnly));
    inner.write("weightsmith: 1\nsteps:\n  - join: [{root: []}, {root: [], file: near.safetensors}]\n");
    inner.close();
    const auto made = planned(recipe(u"  - include: in/i.yaml\n"_s));
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(names(made->outputs), (QStringList{u"a"_s, u"b"_s, u"n"_s}));
}

void TestPlanFiles::onlyWhatMayRunIsOpened()
{
    const Recipe named = recipe(joining);
    Step off = named.steps().front();
    off.enabled = false;
    QVERIFY(planned(named.withStep(0, off))->files.empty());
    PlanInput rooted{m_own, "", named, {}};
    Progress progress;
    QVERIFY(openFiles(rooted, progress));
    QVERIFY(rooted.files.empty());
    QCOMPARE(rooted.checkpoint, m_own);
}

void TestPlanFiles::manyFiles()
{
    QString parts = u"{root: []}"_s;
    for (int i = 0; i < 65; ++i) {
        write(u"m%1.safetensors"_s.arg(i), {u"t%1 1"_s.arg(i)});
        parts += u", {root: [], file: m%1.safetensors}"_s.arg(i);
    }
    const auto made = planned(recipe(u"  - join: ["_s + parts + u"]\n"_s));
    QVERIFY(made->error);
    QVERIFY2(made->error->message.endsWith(u"its file “m64.safetensors” should be a checkpoint. A recipe can take "
                                           "tensors of 64 other files."_s),
             qPrintable(made->error->message));
}

void TestPlanFiles::stopsWhenAsked()
{
    class Stop final : public Progress
    {
    public:
        bool stopRequested() const override { return true; }
    } progress;
    PlanInput input{m_own, {}, recipe(joining), {}};
    QVERIFY(!openFiles(input, progress));
}

/// A recipe that is read elsewhere finds the same file.
void TestPlanFiles::wholePaths()
{
    const Recipe whole = withWholePaths(recipe(joining));
    const auto moved = Recipe::parse(whole.text(), u"/nowhere/r.yaml"_s);
    QVERIFY2(moved, moved ? "" : qPrintable(moved.error().message));
    QCOMPARE(moved->steps().front().checkpoints(), std::vector<QString>{path(u"other.safetensors"_s)});
    QCOMPARE(names(planned(*moved)->outputs), (QStringList{u"a"_s, u"b"_s, u"o.c"_s, u"o.d"_s}));
}

void TestPlanFiles::eachTensorKnowsItsFile()
{
    const auto made = planned(recipe(joining));
    const Checkpoint &all = *made->checkpoint;
    QStringList files;
    for (const Tensor &tensor : all.tensors()) {
        QCOMPARE(all.holderOf(tensor).tensors(all.holderOf(tensor).roots()[0]).size(), std::size_t(2));
        QCOMPARE(all.root(tensor.root).count, 2u);
        QCOMPARE(all.isOwn(tensor), &all.holderOf(tensor) == m_own.get());
        files += plainText(tensor.name) + u' ' + all.holderOf(tensor).fileName() + u' '
            + QFileInfo(all.files()[all.storage(tensor).file]->path()).fileName();
    }
    QCOMPARE(files,
             (QStringList{u"a own.safetensors own.safetensors"_s, u"b own.safetensors own.safetensors"_s,
                          u"c other.safetensors other.safetensors"_s, u"d other.safetensors other.safetensors"_s}));
}

QTEST_GUILESS_MAIN(TestPlanFiles)
#include "tst_planfiles.moc"
