// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/contenthash.h"
#include "tests/save/layouttext.h"
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

namespace {
using namespace Qt::StringLiterals;
}

class TestCertificate : public QObject
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

    void certifies_data() { formats_data(); }
    void certifies()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        const StorageId shared = source.storage(floatBytes(counted(6)));
        const TensorIndex all = source.view("all", DType::Float32, {2, 3}, shared);
        const TensorIndex turned = source.view("turned", DType::Float32, {3, 2}, shared, 0, {1, 3});
        const TensorIndex part = source.view("part", DType::Float32, {2}, shared, 8);
        const auto checkpoint = source.build();
        const Plan plan = PlanBuilder(checkpoint)
                              .copy(all, "new.all")
                              .copy(turned)
                              .copy(part)
                              .zeros("counter", DType::Int64, {})
                              .plan();
        SaveOptions options = optionsFor(folder.path(u"out"_s), format);
        options.certificatePath = folder.path(u"certificate"_s);
        options.sha256 = true;
        Tools tools;
        Watch watch;
        const auto report = save(plan, options, watch, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        QCOMPARE(report->certificatePath, options.certificatePath);
        QCOMPARE(folder.entries(), (QStringList{u"certificate"_s, u"out"_s, u"source"_s}));
        QCOMPARE(watch.reports.back().first, watch.reports.back().second);

        const QJsonObject json = QJsonDocument::fromJson(folder.read(u"certificate"_s)).object();
        QCOMPARE(json[u"weightsmith-certificate"_s].toInt(), 1);
        QCOMPARE(json[u"created"_s].toString(), u"2026-01-02T03:04:05Z"_s);
        QVERIFY(json[u"program"_s].toString().startsWith(u"weightsmith "_s));
        QCOMPARE(json[u"device"_s].toString(), u"cpu"_s);
        QVERIFY(json[u"target"_s].isNull());
        checkFile(json[u"source"_s], folder.read(u"source"_s), folder.path(u"source"_s));
        checkFile(json[u"output"_s], folder.read(u"out"_s), folder.path(u"out"_s));
        const QJsonObject tensors = json[u"tensors"_s].toObject();
        QCOMPARE(tensors.keys(), (QStringList{u"counter"_s, u"new.all"_s, u"part"_s, u"turned"_s}));
        checkTensor(tensors[u"new.all"_s], u"float32"_s, {2, 3}, {u"all"_s}, {1}, floatBytes(counted(6)));
        checkTensor(tensors[u"turned"_s], u"float32"_s, {3, 2}, {u"turned"_s}, {}, floatBytes({0, 3, 1, 4, 2, 5}));
        checkTensor(tensors[u"part"_s], u"float32"_s, {2}, {u"part"_s}, {}, floatBytes({2, 3}));
        checkTensor(tensors[u"counter"_s], u"int64"_s, {}, {}, {}, QByteArray(8, '\0'));
    }

    void previewTellsWhatHappens_data() { formats_data(); }
    void previewTellsWhatHappens()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        const StorageId shared = source.storage(floatBytes(counted(6)));
        const TensorIndex one = source.view("one", DType::Float32, {6}, shared);
        const TensorIndex other = source.view("other", DType::Float32, {6}, shared);
        const auto checkpoint = source.build();
        const Plan plan = PlanBuilder(checkpoint).copy(one).copy(other).cast(one, DType::BFloat16, "half").plan();
        const SaveOptions options = optionsFor(folder.path(u"out"_s), format);
        const auto preview = previewSave(plan, options);
        QVERIFY(preview);
        QCOMPARE(folder.entries(), QStringList{u"source"_s});
        Tools tools;
        Progress progress;
        const auto report = save(plan, options, progress, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        QCOMPARE(preview->bytes, report->bytes);
        QCOMPARE(preview->bytes, folder.read(u"out"_s).size());
        QCOMPARE(preview->tensors, report->tensors);
        QCOMPARE(preview->copiedBytes, report->copiedBytes);
        QCOMPARE(preview->computedBytes, report->computedBytes);
        QVERIFY(preview->freeBytes > 0);
        QCOMPARE(findingTexts(preview->findings), findingTexts(report->findings));
        const bool copies = format == OutputFormat::Safetensors;
        QCOMPARE(preview->copiedBytes, copies ? 48 : 24);
        QCOMPARE(preview->findings.empty(), !copies);
    }

private:
    static QString xxh3(const QByteArray &bytes)
    {
        ContentHasher hasher;
        hasher.add(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size()))));
        const ContentHash hash = hasher.result();
        return QString::fromLatin1(hash.text().data(), qsizetype(hash.text().size()));
    }

    static void checkFile(const QJsonValue &found, const QByteArray &bytes, const QString &path)
    {
        const QByteArray sha256 = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
        const QJsonObject file{{u"path"_s, path},
                               {u"bytes"_s, bytes.size()},
                               {u"xxh3"_s, xxh3(bytes)},
                               {u"sha256"_s, QString::fromLatin1(sha256)}};
        const QJsonObject expected{{u"files"_s, QJsonArray{file}}};
        QCOMPARE(found.toObject(), expected);
    }

    static void checkTensor(const QJsonValue &found, const QString &dtype, const QJsonArray &shape,
                            const QJsonArray &sources, const QJsonArray &steps, const QByteArray &bytes)
    {
        const QJsonObject expected{{u"dtype"_s, dtype},
                                   {u"shape"_s, shape},
                                   {u"sources"_s, sources},
                                   {u"steps"_s, steps},
                                   {u"xxh3"_s, xxh3(bytes)}};
        QCOMPARE(found.toObject(), expected);
    }
};

QTEST_GUILESS_MAIN(TestCertificate)
#include "certificatetest.moc"
