// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/proof.h"
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"

#include <QDir>
#include <QRegularExpression>
#include <QTest>

namespace {
using namespace Qt::StringLiterals;

/// "holds", or all that does not.
QStringList lines(const Result<Proof> &proof)
{
    if (!proof)
        return {proof.error().message};
    if (proof->holds())
        return {u"holds"_s};
    QStringList said;
    for (const Proof::File &file : proof->files) {
        if (!file.problem.isEmpty())
            said += QFileInfo(file.path).fileName() + u' ' + file.problem;
    }
    if (!proof->unreadable.isEmpty())
        said += u"unreadable"_s;
    for (const Proof::Difference &difference : proof->differences)
        said += QString::fromStdString(difference.name) + u' ' + difference.problem;
    return said;
}
}

/// Saved files against their certificates.
class TestProof : public QObject
{
    Q_OBJECT

private:
    TemporaryFolder m_folder;
    Tools m_tools;

    QString path(const QString &name) const { return m_folder.path(name); }

    std::shared_ptr<const Checkpoint> source(const std::vector<float> &values) const
    {
        SourceBuilder source(path(u"source"_s));
        source.floats("one", {3}, values);
        source.floats("two", {2, 2}, {4, 5, 6, 7});
        source.floats("none", {0, 4}, {});
        return source.build();
    }

    static Plan planOf(const std::shared_ptr<const Checkpoint> &checkpoint)
    {
        return PlanBuilder(checkpoint)
            .copy(0, "a.one")
            .copy(1, "a.two")
            .copy(2)
            .cast(0, DType::BFloat16, "half")
            .plan();
    }

    Plan saved(OutputFormat format, qint64 maxShardBytes = 0) const
    {
        Plan plan = planOf(source({1, 2, 3}));
        SaveOptions options = optionsFor(path(u"out"_s), format);
        options.certificatePath = path(u"certificate"_s);
        options.maxShardBytes = maxShardBytes;
        options.existing = SaveOptions::Existing::Replace;
        Progress progress;
        const auto report = save(plan, options, progress, m_tools.tools);
        if (!report)
            qFatal("%s", qPrintable(report.error().message));
        return plan;
    }

    Result<Certificate> certificate() const
    {
        const auto file = InputFile::open(path(u"certificate"_s));
        return file ? readCertificate(ByteSource(**file)) : file.error();
    }

    Result<Proof> proof(const QString &name) const
    {
        Progress progress;
        const auto read = certificate();
        return read ? prove(path(name), *read, progress, m_tools.tools) : read.error();
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void everyByte_data()
    {
        QTest::addColumn<OutputFormat>("format");
        QTest::addRow("safetensors") << OutputFormat::Safetensors;
        QTest::addRow("torch") << OutputFormat::Torch;
    }

    /// Whichever byte of the file changes, it is found, and one in a tensor by the tensor's name.
    void everyByte()
    {
        QFETCH(const OutputFormat, format);
        saved(format);
        QCOMPARE(lines(proof(u"out"_s)), QStringList{u"holds"_s});
        Progress progress;
        const auto written = openCheckpoint(path(u"out"_s), progress);
        QVERIFY(written);
        QHash<qint64, QString> names; // of bytes in tensors
        for (const Tensor &tensor : (*written)->tensors()) {
            const qint64 first = (*written)->storage(tensor).offset + tensor.byteOffset;
            for (qint64 at = first; at < first + Checkpoint::byteCount(tensor); ++at)
                names[at] = QString::fromUtf8(tensor.name.data(), qsizetype(tensor.name.size()));
        }
        QCOMPARE(names.size(), 3 * 4 + 4 * 4 + 3 * 2);
        const QByteArray good = m_folder.read(u"out"_s);
        for (qsizetype at = 0; at < good.size(); ++at) {
            if (format == OutputFormat::Torch && at % 7 != 0 && !names.contains(at))
                continue; // a zip is long
            QByteArray bad = good;
            bad[at] = char(bad[at] ^ 0x11);
            m_folder.write(u"out"_s, bad);
            const QStringList said = lines(proof(u"out"_s));
            QCOMPARE(said.front(), u"out has other bytes than the certified ones"_s);
            if (names.contains(at))
                QCOMPARE(said.mid(1), QStringList{names[at] + u" has other values than the certified ones"_s});
        }
        m_folder.write(u"out"_s, good.chopped(1));
        QVERIFY(lines(proof(u"out"_s)).front().startsWith(u"out has "_s));
    }

    void elsewhere()
    {
        saved(OutputFormat::Safetensors);
        QVERIFY(QFile::rename(path(u"out"_s), path(u"moved"_s)));
        QCOMPARE(lines(proof(u"moved"_s)), QStringList{u"holds"_s});
        const Result<Proof> none = proof(u"out"_s);
        QVERIFY(!none && none.error().kind == Error::Kind::NotFound);
        QFile::remove(path(u"moved"_s));
    }

    void shards()
    {
        saved(OutputFormat::Safetensors, 16);
        const QStringList files = m_folder.entries().filter(u"out"_s);
        QVERIFY2(files.size() > 2, qPrintable(files.join(u' ')));
        const QString index = files.filter(u"index"_s).value(0);
        QCOMPARE(lines(proof(index)), QStringList{u"holds"_s});
        QVERIFY(QDir(path({})).mkdir(u"there"_s));
        for (const QString &file : files)
            QVERIFY(QFile::rename(path(file), path(u"there/"_s + file)));
        QCOMPARE(lines(proof(u"there/"_s + index)), QStringList{u"holds"_s});
        QCOMPARE(lines(proof(u"there"_s)), QStringList{u"holds"_s});
        QFile::remove(path(u"there/"_s + files.front()));
        const QStringList said = lines(proof(u"there/"_s + index));
        QVERIFY2(said.value(0).startsWith(files.front() + u" cannot be read: "_s), qPrintable(said.join(u'\n')));
        QVERIFY2(said.size() > 1, qPrintable(said.join(u'\n')));
        QVERIFY(QDir(path(u"there"_s)).removeRecursively());
    }

    /// What is written by another program over the same names.
    void otherTensors()
    {
        const Plan plan = saved(OutputFormat::Safetensors);
        const Plan other =
            PlanBuilder(plan.checkpoint).copy(0, "a.two").copy(1, "new").cast(1, DType::BFloat16, "half").plan();
        SaveOptions options = optionsFor(path(u"out"_s), OutputFormat::Safetensors);
        options.existing = SaveOptions::Existing::Replace;
        Progress progress;
        QVERIFY(save(other, options, progress, m_tools.tools));
        QCOMPARE(lines(proof(u"out"_s)).mid(1),
                 (QStringList{u"a.one is not in the file"_s, u"a.two has the shape 3 instead of 2 × 2"_s,
                              u"none is not in the file"_s, u"half has the shape 2 × 2 instead of 3"_s,
                              u"new is in the file, but not in its certificate"_s}));
    }

    void derivesAgain()
    {
        const Plan plan = saved(OutputFormat::Torch);
        const auto read = certificate();
        QVERIFY(read);
        Progress progress;
        const auto again = [&](const Plan &derived, const Certificate &certified) {
            Result<Proof> result = prove(path(u"out"_s), certified, progress, m_tools.tools);
            const auto done = rederive(*result, derived, certified, {}, progress, m_tools.tools);
            return done ? result : Result<Proof>(done.error());
        };
        const Result<Proof> held = again(plan, *read);
        QCOMPARE(lines(held), QStringList{u"holds"_s});
        QCOMPARE(held->rederived.value_or(-1), 4);

        const Plan turned =
            PlanBuilder(plan.checkpoint).copy(0, "a.one").copy(1, "a.two").copy(2).copy(0, "half").plan();
        QCOMPARE(lines(again(turned, *read)), QStringList{u"half has the dtype float32 instead of bfloat16"_s});
        const Plan less = PlanBuilder(plan.checkpoint).copy(0, "a.one").copy(1, "a.two").copy(2).plan();
        QCOMPARE(lines(again(less, *read)), QStringList{u"half does not come out of the certified recipe"_s});

        // A file and a certificate that agree with each other, but not with the source.
        const Plan wrong = PlanBuilder(plan.checkpoint).copy(0, "a.two").copy(1, "a.one").copy(2).plan();
        SaveOptions options = optionsFor(path(u"out"_s), OutputFormat::Torch);
        options.existing = SaveOptions::Existing::Replace;
        options.certificatePath = path(u"certificate"_s);
        QVERIFY(save(wrong, options, progress, m_tools.tools));
        const auto forged = certificate();
        QVERIFY(forged);
        const Plan right = PlanBuilder(plan.checkpoint).copy(1, "a.one").copy(0, "a.two").copy(2).plan();
        QCOMPARE(lines(again(right, *forged)), QStringList{u"holds"_s});
        const auto changed = source({1, 2, 4});
        const Result<Proof> refused = again(planOf(changed), *forged);
        QVERIFY(!refused && refused.error().kind == Error::Kind::DoesNotHold);
        QVERIFY(refused.error().message.contains(u"is not the certified source: it has other bytes"_s));
    }

    void stops()
    {
        saved(OutputFormat::Safetensors);
        Watch watch;
        watch.stopAfter = 0;
        const auto read = certificate();
        const Result<Proof> stopped = prove(path(u"out"_s), *read, watch, m_tools.tools);
        QVERIFY(!stopped && stopped.error().kind == Error::Kind::Cancelled);
    }

    void reads()
    {
        const Plan plan = saved(OutputFormat::Safetensors);
        const QByteArray text = m_folder.read(u"certificate"_s);
        for (const std::size_t piece : {std::size_t(1), std::size_t(100), JsonPieces::usualBytes}) {
            const auto read =
                readCertificate(ByteSource(std::string_view(text.data(), std::size_t(text.size())), u"c"_s), piece);
            QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
            QCOMPARE(read->tensors.size(), 4);
            QCOMPARE(read->tensors[0].name, Name("a.one"));
            QCOMPARE(read->tensors[3].dtype, DType::BFloat16);
            QCOMPARE(read->recipe, plan.recipe.text());
            QCOMPARE(read->device, cuttingEvaluator()->device().toStdString());
            QCOMPARE(read->outputs.size(), 1);
            QCOMPARE(read->outputs[0].path, path(u"out"_s));
            QCOMPARE(read->sources[0].bytes, QFileInfo(path(u"source"_s)).size());
            QVERIFY(!read->target && !read->sourceRoot);
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const char *from, const char *to, const char *words) {
            QTest::addRow("%s", name) << QByteArray(from) << QByteArray(to) << QString::fromUtf8(words);
        };
        row("no mark", "weightsmith-certificate", "weightsmith-manifest", "is not a certificate; expected JSON");
        row("version", "-certificate\": 1", "-certificate\": 2", "of another version");
        row("no tensors", "\"tensors\"", "\"tensor\"", "is not a certificate; expected JSON");
        row("no output", "\"output\"", "\"outputs\"", "has no “output”");
        row("recipe twice", "\"target\": null", "\"recipe\": \"\"", "has “recipe” twice");
        row("digest", "\"xxh3\": \"", "\"xxh3\": \"x", "no xxh3 of 32 digits");
        row("bytes", "\"bytes\": ", "\"bytes\": -", "no bytes");
        row("dtype", "\"dtype\": \"float32\"", "\"dtype\": \"float33\"", "The tensor “a.one” in “c” has no dtype");
        row("size", "\"shape\": [3]", "\"shape\": [-3]", "none negative");
        row("huge", "\"shape\": [3]", "\"shape\": [4294967296, 4294967296]", "63 bits");
        row("twice", "\"a.two\"", "\"a.one\"", "names the tensor “a.one” twice");
        row("not JSON", "\"target\": null", "\"target\": nul", "is not valid JSON");
        row("text", "\"target\": null", "\"target\": 5", "is not valid JSON");
    }

    void refuses()
    {
        QFETCH(const QByteArray, from);
        QFETCH(const QByteArray, to);
        QFETCH(const QString, words);
        saved(OutputFormat::Safetensors);
        QByteArray text = m_folder.read(u"certificate"_s);
        const qsizetype at = text.indexOf(from);
        QVERIFY(at >= 0);
        text.replace(at, from.size(), to);
        const auto read = readCertificate(ByteSource(std::string_view(text.data(), std::size_t(text.size())), u"c"_s));
        QVERIFY(!read && read.error().kind == Error::Kind::Damaged);
        QVERIFY2(read.error().message.contains(words), qPrintable(read.error().message));
    }
};

QTEST_GUILESS_MAIN(TestProof)
#include "prooftest.moc"
