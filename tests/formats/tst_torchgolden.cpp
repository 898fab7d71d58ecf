// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Files written by real PyTorch versions (tests/data/make_torch.py), against what that script says is in them.
#include "model/formats/torchlegacyreader.h"
#include "model/formats/torchzipreader.h"
#include "tests/support/torchlisting.h"

#include <QDir>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
const QString folder = QStringLiteral(TEST_DATA "/torch/");

Result<std::shared_ptr<const Checkpoint>> openGolden(const QString &name)
{
    const auto file = InputFile::open(folder + name + u".pt"_s);
    if (!file)
        return file.error();
    Progress progress;
    return name.endsWith(u"legacy") ? torchLegacyFormat.open(*file, progress) : torchZipFormat.open(*file, progress);
}

void addFileRows()
{
    QTest::addColumn<QString>("name");
    for (const QFileInfo &file : QDir(folder).entryInfoList({u"*.pt"_s}, QDir::Files, QDir::Name))
        QTest::addRow("%s", qPrintable(file.completeBaseName())) << file.completeBaseName();
}
}

class TestTorchGolden : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void tensors_data() { addFileRows(); }
    void tensors();
    void recognised_data() { addFileRows(); }
    void recognised();
    void objects_data();
    void objects();
    void metadata();
    void tiedTensorsShareAStorage();
    void optimizerRoots();
};

void TestTorchGolden::tensors()
{
    QFETCH(const QString, name);
    QFile expected(folder + name + u".expected.txt"_s);
    QVERIFY(expected.open(QIODevice::ReadOnly));
    const auto checkpoint = openGolden(name);
    QVERIFY2(checkpoint, checkpoint ? "" : qPrintable(checkpoint.error().message));
    QCOMPARE(listing(**checkpoint), QString::fromUtf8(expected.readAll()));
}

void TestTorchGolden::recognised()
{
    QFETCH(const QString, name);
    QFile file(folder + name + u".pt"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray head = file.read(512);
    const auto bytes = std::as_bytes(std::span(head.constData(), std::size_t(head.size())));
    const bool isLegacy = name.endsWith(u"legacy");
    QCOMPARE(torchZipFormat.recognises(bytes), !isLegacy);
    QCOMPARE(torchLegacyFormat.recognises(bytes), isLegacy);
}

void TestTorchGolden::objects_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"1.13.1-objects", "1.13.1-objects-legacy", "2.11.0-objects", "2.11.0-objects-legacy"})
        QTest::addRow("%s", name) << QString::fromLatin1(name);
}

void TestTorchGolden::objects()
{
    QFETCH(const QString, name);
    const auto checkpoint = openGolden(name);
    QVERIFY(checkpoint);
    QFile expected(folder + u"objects.tree.txt"_s);
    QVERIFY(expected.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromStdString(treeText((*checkpoint)->objects())), QString::fromUtf8(expected.readAll()));
    QCOMPARE((*checkpoint)->findings().size(), 0u);
}

void TestTorchGolden::metadata()
{
    const auto checkpoint = openGolden(u"2.11.0-state"_s);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->roots().size(), 1u);
    const Root &root = (*checkpoint)->roots()[0];
    QVERIFY(root.moduleVersions != noObject);
    const ObjectTree &objects = (*checkpoint)->objects();
    QCOMPARE(objects[root.object].kind, ObjectNode::Kind::OrderedDict);
    const auto pairs = objects.children(root.moduleVersions);
    QStringList prefixes;
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        prefixes << QString::fromStdString(std::string(objects[pairs[i]].text));
    QCOMPARE(prefixes, QStringList({u""_s, u"conv"_s, u"norm"_s, u"head"_s, u"head2"_s}));
    QCOMPARE(objects[objects.children(pairs[5])[1]].integer, 2);
}

void TestTorchGolden::tiedTensorsShareAStorage()
{
    for (const QString &name : {u"2.11.0-state"_s, u"2.11.0-state-legacy"_s}) {
        const auto checkpoint = openGolden(name);
        QVERIFY(checkpoint);
        QHash<QString, quint32> storages;
        for (const Tensor &tensor : (*checkpoint)->tensors())
            storages[QString::fromStdString(std::string(tensor.name))] = quint32(tensor.storage);
        QCOMPARE(storages[u"head.weight"_s], storages[u"head2.weight"_s]);
        QVERIFY(storages[u"head.weight"_s] != storages[u"conv.weight"_s]);
    }
}

void TestTorchGolden::optimizerRoots()
{
    const auto checkpoint = openGolden(u"2.11.0-optimizer"_s);
    QVERIFY(checkpoint);
    QStringList roots;
    for (const Root &root : (*checkpoint)->roots())
        roots << QString::fromStdString(pathText(root.path)) + (root.isOptimizer ? u" optimizer"_s : u""_s);
    QCOMPARE(roots, QStringList({u"model"_s, u"optimizer/state optimizer"_s, u"shadow_params"_s}));
}

QTEST_GUILESS_MAIN(TestTorchGolden)
#include "tst_torchgolden.moc"
