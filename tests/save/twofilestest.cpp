// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/planfiles.h"
#include "model/save/proof.h"
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

namespace {
using namespace Qt::StringLiterals;

QString line(const char *name, const char *dtype, const char *shape, const QByteArray &bytes)
{
    return u"%1 %2 %3 %4"_s.arg(QLatin1StringView(name), QLatin1StringView(dtype), QLatin1StringView(shape),
                                sha1(bytes));
}
}

/// Saving tensors of several files as one: joined by a step, and filled from the target.
class TestTwoFiles : public QObject
{
    Q_OBJECT

private:
    TemporaryFolder m_folder;
    Tools m_tools;

    QString path(const QString &name) const { return m_folder.path(name); }

    Result<SaveReport> saved(const Plan &plan, SaveOptions options)
    {
        options.existing = SaveOptions::Existing::Replace;
        Progress progress;
        return save(plan, options, progress, m_tools.tools);
    }

    Recipe recipe(const QString &text) const
    {
        const auto read = Recipe::parse("weightsmith: 1\n" + text.toStdString(), path(u"r.yaml"_s));
        if (!read)
            qFatal("%s", qPrintable(read.error().message));
        return *read;
    }

    std::shared_ptr<const Checkpoint> open(const QString &name) const
    {
        Progress progress;
        const auto opened = openCheckpoint(path(name), progress);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        return *opened;
    }

    std::shared_ptr<const Plan> planned(const QString &source, const QString &recipeText,
                                        const QString &target = {}) const
    {
        PlanInput input{open(source), {}, recipe(recipeText), {}};
        if (!target.isEmpty())
            input.target = *targetFromCheckpoint(open(target), {});
        Progress progress;
        return openFiles(input, progress) ? plan(input, progress) : nullptr;
    }

    /// A file of the format with these tensors; `tied` is one more name of the first.
    void write(const QString &name, OutputFormat format, const QList<std::pair<const char *, std::vector<float>>> &all,
               const char *tied = nullptr)
    {
        SourceBuilder builder(path(u"made"_s));
        for (const auto &[key, values] : all)
            builder.floats(key, {qint64(values.size())}, values);
        if (tied)
            builder.view(tied, DType::Float32, builder.tensor(0).shape, builder.tensor(0).storage);
        const auto report = saved(PlanBuilder(builder.build()).copyAll().plan(), optionsFor(path(name), format));
        QCOMPARE(message(report), u"saved"_s);
    }

    QStringList sorted(const QString &name) const
    {
        QStringList lines = contents(path(name));
        lines.sort();
        return lines;
    }

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        write(u"own.pt"_s, OutputFormat::Torch, {{"a", {1, 2}}, {"b", {3, 4, 5}}});
        write(u"other.safetensors"_s, OutputFormat::Safetensors, {{"a", {6, 7}}, {"c", {8}}});
        write(u"target.pt"_s, OutputFormat::Torch,
              {{"head", {11, 12}}, {"b", {13, 14, 15}}, {"x", {16}}, {"n.num_batches_tracked", {17}}}, "tied");
    }

    void formats_data()
    {
        QTest::addColumn<OutputFormat>("format");
        QTest::addRow("safetensors") << OutputFormat::Safetensors;
        QTest::addRow("torch") << OutputFormat::Torch;
    }

    void joins_data() { formats_data(); }
    void joins()
    {
        QFETCH(const OutputFormat, format);
        const auto plan = planned(u"own.pt"_s,
                                  u"steps:\n  - join: [{root: auto}, {root: [], file: other.safetensors, prefix: o.}]\n"
                                  "  - cast: {dtype: bfloat16, where: o.c}\n"_s);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        SaveOptions options = optionsFor(path(u"out"_s), format);
        options.certificatePath = path(u"certificate"_s);
        QCOMPARE(message(saved(*plan, options)), u"saved"_s);
        QCOMPARE(sorted(u"out"_s),
                 (QStringList{line("a", "float32", "2", floatBytes({1, 2})),
                              line("b", "float32", "3", floatBytes({3, 4, 5})),
                              line("o.a", "float32", "2", floatBytes({6, 7})),
                              line("o.c", "bfloat16", "1", QByteArray("\x00\x41", 2))}));
        proves(*plan, {u"own.pt"_s, u"other.safetensors"_s});
        const QJsonObject tensors = certificate()[u"tensors"_s].toObject();
        QCOMPARE(tensors[u"o.a"_s][u"sources"_s].toArray(), QJsonArray{u"a"_s});
        QCOMPARE(tensors[u"o.a"_s][u"source_files"_s].toArray(), QJsonArray{path(u"other.safetensors"_s)});
        QCOMPARE(tensors[u"a"_s][u"source_files"_s].toArray(), QJsonArray{path(u"own.pt"_s)});
        QCOMPARE(tensors[u"o.c"_s][u"steps"_s].toArray(), (QJsonArray{1, 2}));
    }

    void fills_data() { formats_data(); }
    void fills()
    {
        QFETCH(const OutputFormat, format);
        const auto plan = planned(u"own.pt"_s,
                                  u"steps:\n  - join: [{root: auto}, {root: [], file: other.safetensors}]\n"
                                  "    collision: keep-last\n  - rename: {exact: c, to: x}\n"
                                  "bind: {unmatched: fill}\n"_s,
                                  u"target.pt"_s);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        SaveOptions options = optionsFor(path(u"out"_s), format);
        options.certificatePath = path(u"certificate"_s);
        const auto report = saved(*plan, options);
        QCOMPARE(message(report), u"saved"_s);
        QCOMPARE(report->copiedBytes + report->computedBytes,
                 4 * (format == OutputFormat::Torch ? 2 + 3 + 1 + 1 : 2 + 3 + 1 + 1 + 2));
        QCOMPARE(sorted(u"out"_s),
                 (QStringList{line("b", "float32", "3", floatBytes({3, 4, 5})),
                              line("head", "float32", "2", floatBytes({11, 12})),
                              line("n.num_batches_tracked", "float32", "1", floatBytes({17})),
                              line("tied", "float32", "2", floatBytes({11, 12})),
                              line("x", "float32", "1", floatBytes({8}))}));
        proves(*plan, {u"own.pt"_s, u"other.safetensors"_s, u"target.pt"_s});
        const QJsonObject tensors = certificate()[u"tensors"_s].toObject();
        QCOMPARE(tensors[u"tied"_s][u"source_files"_s].toArray(), QJsonArray{path(u"target.pt"_s)});
        QCOMPARE(certificate()[u"fit"_s][u"filled"_s].toInt(), 3);
        QCOMPARE(certificate()[u"fit"_s][u"complete"_s].toBool(), true);
        // What the target ties stays tied where the format can say so.
        const auto written = open(u"out"_s);
        QHash<QString, StorageId> storages;
        for (const Tensor &tensor : written->tensors())
            storages[QString::fromUtf8(tensor.name.data(), qsizetype(tensor.name.size()))] = tensor.storage;
        QCOMPARE(storages[u"head"_s] == storages[u"tied"_s], format == OutputFormat::Torch);
    }

    /// A key of which the target says that it shares its storage with one that is loaded gets what that is loaded with.
    void tiedTwinIsLoaded()
    {
        write(u"twin.safetensors"_s, OutputFormat::Safetensors, {{"tied", {21, 22}}});
        const auto plan = planned(u"twin.safetensors"_s, u"bind: {unmatched: fill}\n"_s, u"target.pt"_s);
        QCOMPARE(message(saved(*plan, optionsFor(path(u"out"_s), OutputFormat::Torch))), u"saved"_s);
        QCOMPARE(sorted(u"out"_s).mid(1, 1), QStringList{line("head", "float32", "2", floatBytes({21, 22}))});
        const auto written = open(u"out"_s);
        QVERIFY(written->tensors()[0].name == "head" && written->tensors()[4].name == "tied");
        QCOMPARE(written->tensors()[0].storage, written->tensors()[4].storage);
    }

    /// The objects that are kept are the source's.
    void keepsTheObjectsOfTheSource()
    {
        const auto plan =
            planned(u"own.pt"_s, u"steps:\n  - join: [{root: auto}, {root: [], file: target.pt, prefix: t.}]\n"_s);
        SaveOptions options = optionsFor(path(u"out"_s), OutputFormat::Torch);
        options.keepObjects = true;
        QCOMPARE(message(saved(*plan, options)), u"saved"_s);
        QCOMPARE(open(u"out"_s)->tensors().size(), std::size_t(2 + 5));
        QCOMPARE(sorted(u"out"_s).first(), line("a", "float32", "2", floatBytes({1, 2})));
    }

    void noticesThatAnyFileChanged_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"own.pt", "other.safetensors", "target.pt"})
            QTest::addRow("%s", name) << QString::fromLatin1(name);
    }
    void noticesThatAnyFileChanged()
    {
        QFETCH(const QString, name);
        const auto plan = planned(u"own.pt"_s,
                                  u"steps:\n  - join: [{root: auto}, {root: [], file: other.safetensors, prefix: o.}]\n"
                                  "bind: {unmatched: fill}\n"_s,
                                  u"target.pt"_s);
        m_folder.write(name, "other words");
        const auto report = saved(*plan, optionsFor(path(u"never"_s), OutputFormat::Torch));
        QCOMPARE(message(report), u"“%1” was changed by another program after it was opened."_s.arg(path(name)));
        QVERIFY(!QFile::exists(path(u"never"_s)));
    }

    /// None of the files is written over unless that was asked for.
    void refusesToReplaceAnyOfThem()
    {
        const auto plan = planned(
            u"own.pt"_s, u"steps:\n  - join: [{root: auto}, {root: [], file: other.safetensors, prefix: o.}]\n"_s);
        const QByteArray before = m_folder.read(u"other.safetensors"_s);
        const auto report = saved(*plan, optionsFor(path(u"other.safetensors"_s), OutputFormat::Safetensors));
        QVERIFY(message(report).contains(u"is the open source file"_s));
        QCOMPARE(m_folder.read(u"other.safetensors"_s), before);
    }

private:
    QJsonObject certificate() const { return QJsonDocument::fromJson(m_folder.read(u"certificate"_s)).object(); }

    /// The certificate names all files, and a plan made of its recipe gives the same again.
    void proves(const Plan &plan, const QStringList &files)
    {
        const auto file = InputFile::open(path(u"certificate"_s));
        QVERIFY(file);
        const Result<Certificate> read = readCertificate(ByteSource(**file));
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QStringList named;
        for (const FileDigest &source : read->sources)
            named += QFileInfo(source.path).fileName();
        QCOMPARE(named, files);
        const auto again = Recipe::parse(read->recipe, u"/nowhere/certificate"_s);
        QVERIFY(again);
        PlanInput input{open(files.front()), {}, *again, plan.target};
        Progress progress;
        QVERIFY(openFiles(input, progress));
        const auto derived = ::plan(input, progress);
        Result<Proof> proof = prove(path(u"out"_s), *read, progress, m_tools.tools);
        QVERIFY(proof);
        const auto done = rederive(*proof, *derived, *read, {}, progress, m_tools.tools);
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
        QVERIFY(proof->holds());
        QCOMPARE(proof->rederived.value_or(0), qint64(plan.outputs.size()));
    }
};

QTEST_GUILESS_MAIN(TestTwoFiles)
#include "twofilestest.moc"
