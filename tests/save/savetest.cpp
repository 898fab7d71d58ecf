// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/save/layouttext.h"
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTest>

#include <unistd.h>

namespace {
using namespace Qt::StringLiterals;
using Existing = AtomicFile::Existing;
}

class TestSave : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void formats_data()
    {
        QTest::addColumn<OutputFormat>("format");
        QTest::addRow("safetensors") << OutputFormat::Safetensors;
        QTest::addRow("torch") << OutputFormat::Torch;
    }

    void copiesEverything_data() { formats_data(); }
    void copiesEverything()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        Watch watch;
        const auto report = save(plan, optionsFor(folder.path(u"out"_s), format), watch, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        QCOMPARE(folder.entries(), (QStringList{u"out"_s, u"source"_s}));
        QStringList expected;
        for (const Tensor &tensor : checkpoint->tensors()) {
            const QByteArray values =
                folder.read(u"source"_s).mid(checkpoint->storage(tensor).offset, checkpoint->storage(tensor).bytes);
            expected += u"%1 float32 %2 %3"_s.arg(QString::fromUtf8(tensor.name.data(), qsizetype(tensor.name.size())),
                                                  shapeText(tensor.shape), sha1(values));
        }
        QStringList found = contents(folder.path(u"out"_s));
        if (format == OutputFormat::Safetensors) {
            expected.sort();
            found.sort();
        }
        QCOMPARE(found, expected);

        const qint64 bytes = 4 * ((3 << 20) + 3 + 1 + 50000);
        QCOMPARE(report->tensors, 5);
        QCOMPARE(report->bytes, folder.read(u"out"_s).size());
        QCOMPARE(report->copiedBytes, bytes);
        QCOMPARE(report->computedBytes, 0);
        QCOMPARE(report->device, u"cpu"_s);
        QCOMPARE(int(tools.evaluatorsLoaded), 0);
        QCOMPARE(watch.reports.back(), std::pair(bytes, bytes));
        QVERIFY(std::is_sorted(watch.reports.begin(), watch.reports.end()));
        QVERIFY(watch.reports.size() >= 3);
    }

    void computes_data() { formats_data(); }
    void computes()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        std::vector<float> values = counted(5 << 20);
        values[17] = values[4 << 20] = 3e38f;
        const TensorIndex weight = source.floats("weight", {5, 1 << 20}, values);
        const TensorIndex kept = source.floats("kept", {2}, {1, 2});
        const auto checkpoint = source.build();
        const Plan plan =
            PlanBuilder(checkpoint).cast(weight, DType::BFloat16).copy(kept).zeros("created", DType::Int64, {3}).plan();
        Tools tools;
        Progress progress;
        const auto report = save(plan, optionsFor(folder.path(u"out"_s), format), progress, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        QByteArray cut;
        for (const float value : values)
            cut.append(reinterpret_cast<const char *>(&value) + 2, 2);
        QStringList found = contents(folder.path(u"out"_s));
        found.sort();
        QCOMPARE(found,
                 (QStringList{u"created int64 3 "_s + sha1(QByteArray(24, '\0')),
                              u"kept float32 2 "_s + sha1(floatBytes({1, 2})),
                              u"weight bfloat16 5 × 1048576 "_s + sha1(cut)}));
        QCOMPARE(int(tools.evaluatorsLoaded), 1);
        QCOMPARE(report->device, u"test"_s);
        QCOMPARE(report->copiedBytes, 8);
        QCOMPARE(report->computedBytes, 2 * (5 << 20) + 24);
        QCOMPARE(findingTexts(report->findings),
                 QStringList{u"overflow: 2 values of “weight” do not fit the dtype bfloat16."_s});
    }

    void zerosNeedNoEvaluator()
    {
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().zeros("new", DType::Int64, {}).plan();
        Tools tools;
        Progress progress;
        const auto options = optionsFor(folder.path(u"out"_s), OutputFormat::Safetensors);
        QCOMPARE(message(save(plan, options, progress, tools.tools)), u"saved"_s);
        QCOMPARE(int(tools.evaluatorsLoaded), 0);
    }

    void readsStridedSources_data() { formats_data(); }
    void readsStridedSources()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        const StorageId matrix = source.storage(floatBytes(counted(6)));
        const TensorIndex transposed = source.view("transposed", DType::Float32, {3, 2}, matrix, 0, {1, 3});
        const StorageId wide = source.storage(floatBytes(counted(1000)));
        const TensorIndex column = source.view("column", DType::Float32, {10}, wide, 4, {100});
        const StorageId one = source.storage(floatBytes({5}));
        const TensorIndex expanded = source.view("expanded", DType::Float32, {2, 3}, one, 0, {0, 0});
        const auto checkpoint = source.build();
        const Plan plan = PlanBuilder(checkpoint).copy(transposed).copy(column).copy(expanded).plan();
        Tools tools;
        Progress progress;
        QCOMPARE(message(save(plan, optionsFor(folder.path(u"out"_s), format), progress, tools.tools)), u"saved"_s);
        QStringList found = contents(folder.path(u"out"_s));
        found.sort();
        QCOMPARE(
            found,
            (QStringList{u"column float32 10 "_s + sha1(floatBytes({1, 101, 201, 301, 401, 501, 601, 701, 801, 901})),
                         u"expanded float32 2 × 3 "_s + sha1(floatBytes({5, 5, 5, 5, 5, 5})),
                         u"transposed float32 3 × 2 "_s + sha1(floatBytes({0, 3, 1, 4, 2, 5}))}));
    }

    /// A row that a step copied is saved under each of its names, whether its bytes are copied or computed.
    void writesCopiedRows_data() { formats_data(); }
    void writesCopiedRows()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.floats("blocks.0.w", {3}, {1, 2, 3});
        source.floats("blocks.1.w", {2}, {4, 5});
        const auto checkpoint = source.build();
        const auto recipe = Recipe::parse("weightsmith: 1\nsteps:\n"
                                          "  - cast: {dtype: bfloat16, where: blocks.1.w}\n"
                                          "  - renumber: {at: 'blocks.{i}', order: [0, 0, 1, 0, 1]}\n",
                                          {});
        QVERIFY(recipe);
        Progress progress;
        const auto plan = ::plan({checkpoint, {}, *recipe, {}}, progress);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        Tools tools;
        const auto report = save(*plan, optionsFor(folder.path(u"out"_s), format), progress, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        QCOMPARE(report->tensors, 5);
        const QString copied = u"float32 3 "_s + sha1(floatBytes({1, 2, 3}));
        const QString computed = u"bfloat16 2 "_s + sha1(QByteArray("\x80\x40\xa0\x40", 4));
        QStringList found = contents(folder.path(u"out"_s));
        found.sort();
        QCOMPARE(found,
                 (QStringList{u"blocks.0.w "_s + copied, u"blocks.1.w "_s + copied, u"blocks.2.w "_s + computed,
                              u"blocks.3.w "_s + copied, u"blocks.4.w "_s + computed}));
    }

    void isDeterministic_data() { formats_data(); }
    void isDeterministic()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().cast(0, DType::BFloat16, "half").plan();
        Tools tools;
        Progress progress;
        for (const QString &name : {u"first"_s, u"second"_s})
            QCOMPARE(message(save(plan, optionsFor(folder.path(name), format), progress, tools.tools)), u"saved"_s);
        QVERIFY(folder.read(u"first"_s) == folder.read(u"second"_s));
    }

    void cancelsAnywhere_data() { formats_data(); }
    void cancelsAnywhere()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        folder.write(u"out"_s, "old");
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        SaveOptions options = optionsFor(folder.path(u"out"_s), format);
        options.existing = Existing::Replace;
        options.certificatePath = folder.path(u"certificate"_s);
        bool saved = false;
        for (int stopAfter = 0; !saved; ++stopAfter) {
            Watch watch;
            watch.stopAfter = stopAfter;
            const auto report = save(plan, options, watch, tools.tools);
            saved = bool(report);
            if (saved) {
                QVERIFY(stopAfter > 10);
                break;
            }
            QCOMPARE(report.error().kind, Error::Kind::Cancelled);
            QCOMPARE(folder.entries(), (QStringList{u"out"_s, u"source"_s}));
            QCOMPARE(folder.read(u"out"_s), QByteArray("old"));
        }
    }

    void noticesChangedSource_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<bool>("before");
        QTest::addColumn<QString>("message");

        const QString changed = u"“%1/source” was changed by another program after it was opened."_s;
        QTest::addRow("truncated before") << QByteArray("truncate") << true << changed;
        QTest::addRow("truncated meanwhile") << QByteArray("truncate") << false << changed;
        QTest::addRow("written meanwhile") << QByteArray("write") << false << changed;
        QTest::addRow("replaced meanwhile") << QByteArray("replace") << false << changed;
        QTest::addRow("removed meanwhile") << QByteArray("remove") << false << changed;
    }

    void noticesChangedSource()
    {
        QFETCH(const QByteArray, change);
        QFETCH(const bool, before);
        QFETCH(const QString, message);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        folder.write(u"out"_s, "old");
        const QString path = folder.path(u"source"_s);
        const auto spoil = [&] {
            if (change == "truncate")
                QFile::resize(path, 1000);
            if (change == "write")
                folder.write(u"source"_s, QByteArray(folder.read(u"source"_s).size(), 'x'));
            if (change == "replace" || change == "remove")
                QFile::remove(path);
            if (change == "replace")
                folder.write(u"source"_s, "another");
        };
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        Watch watch;
        watch.atFirstReport = spoil;
        if (before)
            spoil();
        SaveOptions options = optionsFor(folder.path(u"out"_s), OutputFormat::Torch);
        options.existing = Existing::Replace;
        const auto report = save(plan, options, watch, tools.tools);
        QVERIFY(!report);
        QCOMPARE(report.error().kind, Error::Kind::Unreadable);
        QCOMPARE(report.error().message, QString(message).replace(u"%1"_s, QFileInfo(path).path()));
        QCOMPARE(folder.read(u"out"_s), QByteArray("old"));
        QVERIFY(folder.entries().size() <= 2);
    }

    void overTheSource_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("overSource");
        QTest::addColumn<QString>("message");

        QTest::addRow("refused") << u"source"_s << false
                                 << u"“%1/source” is the open source file, and writing over it was not asked for."_s;
        QTest::addRow("through a link")
            << u"link"_s << false << u"“%1/link” is the open source file, and writing over it was not asked for."_s;
        QTest::addRow("asked for") << u"source"_s << true << u"saved"_s;
    }

    void overTheSource()
    {
        QFETCH(const QString, name);
        QFETCH(const bool, overSource);
        QFETCH(const QString, message);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        QCOMPARE(::symlink("source", qPrintable(folder.path(u"link"_s))), 0);
        const QByteArray before = folder.read(u"source"_s);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        Progress progress;
        SaveOptions options = optionsFor(folder.path(name), OutputFormat::Safetensors);
        options.existing = Existing::Replace;
        options.overSource = overSource;
        const auto report = save(plan, options, progress, tools.tools);
        QCOMPARE(::message(report), QString(message).replace(u"%1"_s, QFileInfo(folder.path(name)).path()));
        if (overSource)
            QCOMPARE(contents(folder.path(u"source"_s)).size(), 5);
        else
            QCOMPARE(folder.read(u"source"_s), before);
        QCOMPARE(folder.entries(), (QStringList{u"link"_s, u"source"_s}));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<Error::Kind>("kind");
        QTest::addColumn<QString>("message");

        QTest::addRow("existing") << QByteArray("existing") << Error::Kind::Unwritable
                                  << u"“%1/out” exists already, and replacing it was not asked for."_s;
        QTest::addRow("plan with an error") << QByteArray("error") << Error::Kind::BadRecipe << u"Step 1 went wrong."_s;
        QTest::addRow("nothing left")
            << QByteArray("empty") << Error::Kind::BadRecipe
            << u"Nothing would be saved: none of the 5 tensors of “source” is left in the plan."_s;
        QTest::addRow("root key in safetensors")
            << QByteArray("rootKey") << Error::Kind::Usage
            << u"A safetensors file holds tensors alone: it cannot keep them under the key “model”."_s;
        QTest::addRow("objects in safetensors")
            << QByteArray("objects") << Error::Kind::Usage
            << u"A safetensors file holds tensors alone: other objects can be kept in a torch file only."_s;
        QTest::addRow("metadata in torch")
            << QByteArray("metadata") << Error::Kind::Usage
            << u"A torch file has no metadata of its own: it can be given to a safetensors file only."_s;
        QTest::addRow("certificate on the file")
            << QByteArray("certificate") << Error::Kind::Usage
            << u"The certificate cannot have the name of the file it is about, “%1/out”."_s;
        QTest::addRow("certificate on the source")
            << QByteArray("certificate on source") << Error::Kind::Unwritable
            << u"“%1/source” is the open source file: the certificate cannot replace it."_s;
        QTest::addRow("certificate exists") << QByteArray("certificate exists") << Error::Kind::Unwritable
                                            << u"“%1/old” exists already, and replacing it was not asked for."_s;
        QTest::addRow("no evaluator") << QByteArray("device") << Error::Kind::Device << u"There is no LibTorch."_s;
        QTest::addRow("file that reads differently")
            << QByteArray("reader") << Error::Kind::DoesNotHold
            << u"The written file is not what was planned, so it was removed: it has %2 bytes instead of 12,783,328."_s;
    }

    void refuses()
    {
        QFETCH(const QByteArray, what);
        QFETCH(const Error::Kind, kind);
        QFETCH(const QString, message);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        folder.write(u"old"_s, "old");
        PlanBuilder builder(checkpoint);
        if (what == "device")
            builder.cast(0, DType::BFloat16);
        else if (what != "empty")
            builder.copyAll();
        Plan plan = builder.plan();
        SaveOptions options = optionsFor(folder.path(u"out"_s), OutputFormat::Safetensors);
        Tools tools;
        if (what == "existing")
            folder.write(u"out"_s, "old");
        if (what == "error")
            plan.error = Error{Error::Kind::BadRecipe, u"Step 1 went wrong."_s};
        if (what == "rootKey")
            options.rootKey = "model";
        options.keepObjects = what == "objects";
        if (what == "metadata") {
            options.format = OutputFormat::Torch;
            options.metadata = {{"key", "value"}};
        }
        if (what == "certificate")
            options.certificatePath = folder.path(u"out"_s);
        if (what == "certificate on source")
            options.certificatePath = folder.path(u"source"_s);
        if (what == "certificate exists")
            options.certificatePath = folder.path(u"old"_s);
        if (what == "device")
            tools.tools.loadEvaluator = [](const DeviceChoice &) -> Result<std::shared_ptr<Evaluator>> {
                return Error{Error::Kind::Device, u"There is no LibTorch."_s};
            };
        if (what == "reader")
            tools.tools.openCheckpoint = [&](const QString &,
                                             Progress &) -> decltype(openCheckpoint({}, std::declval<Progress &>())) {
                return checkpoint;
            };
        const QStringList before = folder.entries();
        Progress progress;
        const auto report = save(plan, options, progress, tools.tools);
        QVERIFY(!report);
        const QString expected =
            QString(message).replace(u"%1"_s, QFileInfo(folder.path(u"x"_s)).path()).replace(u"%2"_s, u"12,782,928"_s);
        QCOMPARE(report.error().message, expected);
        QCOMPARE(report.error().kind, kind);
        QCOMPARE(folder.entries(), before);
    }

    void namesFormats_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("expected");

        for (const QString &ending : {u"pt"_s, u"pth"_s, u"ckpt"_s, u"bin"_s, u"PT"_s})
            QTest::addRow("%s", qPrintable(ending)) << u"a."_s + ending << QString() << u"torch"_s;
        QTest::addRow("safetensors") << u"a.safetensors"_s << QString() << u"safetensors"_s;
        QTest::addRow("the word wins") << u"a.safetensors"_s << u"torch"_s << u"torch"_s;
        QTest::addRow("word pt") << u"a"_s << u"pt"_s << u"torch"_s;
        QTest::addRow("unknown word") << u"a.pt"_s << u"onnx"_s
                                      << u"There is no output format “onnx”; safetensors and torch are known."_s;
        QTest::addRow("no ending")
            << u"dir.pt/a"_s << QString()
            << u"The ending of “dir.pt/a” names no format: use .safetensors, .pt, .pth, .ckpt or .bin, or name the format."_s;
    }

    void namesFormats()
    {
        QFETCH(const QString, path);
        QFETCH(const QString, word);
        QFETCH(const QString, expected);
        const auto format = outputFormat(path, word);
        const QString found = !format        ? format.error().message
            : *format == OutputFormat::Torch ? u"torch"_s
                                             : u"safetensors"_s;
        QCOMPARE(found, expected);
    }
};

QTEST_GUILESS_MAIN(TestSave)
#include "savetest.moc"
