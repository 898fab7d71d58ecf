// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/target.h"
#include "tests/support/checkpointbuilder.h"
#include "tests/support/targettext.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

using namespace Qt::StringLiterals;

/// Targets: made from a checkpoint, and opened from what a user types.
class TestTarget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void initTestCase();

    void takesTensors();
    void marksParameters();
    void findsTies_data();
    void findsTies();
    void tellsViewsApart();
    void choosesTheRoot_data();
    void choosesTheRoot();
    void opens_data();
    void opens();
    void saysWhereItCameFrom();
    void prefixesAttributesThatNameModules();
    void refuses_data();
    void refuses();
    void refusesHugeManifests();

private:
    void write(const QString &name, const QByteArray &bytes) const;
    QString path(const QString &name) const { return m_dir.filePath(name); }

    QTemporaryDir m_dir;
};

namespace {
/// A safetensors file of one float32 tensor `w` of two elements.
QByteArray smallCheckpoint()
{
    const QByteArray header = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    QByteArray length(8, '\0');
    qToLittleEndian(quint64(header.size()), length.data());
    return length + header + QByteArray(8, '\0');
}
}

void TestTarget::write(const QString &name, const QByteArray &bytes) const
{
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

void TestTarget::initTestCase()
{
    write(u"net.json"_s,
          R"({"weightsmith-manifest": 1, "name": "net", "source": "by hand",
              "attributes": {"classifier": "fc", "first_conv": ["conv1", "conv2"], "grid_size": [7, 7]},
              "tensors": {"conv1": [1], "fc.weight": [2], "fc": [3], "fcs.weight": [4]}})");
    write(u"two.json"_s,
          R"({"weightsmith-manifest": 1, "attributes": {"classifier": ["head", "head_dist"]},
              "tensors": {"w": [1], "head.weight": [2], "head_dist.weight": [3]}})");
    write(u"bad.json"_s, R"({"weightsmith-manifest": 1, "attributes": {"classifier": 3}, "tensors": {"w": [1]}})");
    write(u"gone.json"_s, R"({"weightsmith-manifest": 1, "attributes": {"classifier": "fc"}, "tensors": {"w": [1]}})");
    write(u"plain.json"_s, "  \n{\"w\": [2]}");
    write(u"a,b=c,prefix.json"_s, R"({"w": [2]})");
    write(u"small.safetensors"_s, smallCheckpoint());
    write(u"swin.recipe.yaml"_s, "# a comment\nweightsmith: 1\nsteps: []\n");
    write(u"recipe.json"_s, R"({"weightsmith": 1, "steps": []})");
    write(u"notes.txt"_s, "conv1.weight should be loaded first\n");
    write(u"empty.json"_s, "");
}

void TestTarget::takesTensors()
{
    const auto target = targetFromCheckpoint(
        checkpointFrom({u"b.weight float16 4x3"_s, u"a.n int64 scalar"_s, u"e float32 0x2"_s}), std::nullopt);
    QVERIFY(target);
    QCOMPARE(keyLines(**target), (QStringList{u"b.weight float16 [4, 3]"_s, u"a.n int64 []"_s, u"e float32 [0, 2]"_s}));
    QCOMPARE((*target)->name(), u"model.pt"_s);
    QCOMPARE((*target)->source(), u"the checkpoint “model.pt”"_s);
    QVERIFY((*target)->checkpoint());
    QVERIFY((*target)->findings().empty());
}

void TestTarget::marksParameters()
{
    Checkpoint::Parts parts;
    parts.roots.resize(1);
    parts.roots[0].count = 2;
    parts.storages.resize(2);
    parts.tensors.resize(2);
    parts.tensors[0].name = parts.names.store("w");
    parts.tensors[0].isParameter = true;
    parts.tensors[1].name = parts.names.store("buffer_or_not");
    parts.tensors[1].storage = StorageId(1);
    const auto target = targetFromCheckpoint(std::make_shared<const Checkpoint>(std::move(parts)), std::nullopt);
    QVERIFY2(target, qPrintable(target ? QString() : target.error().message));
    QCOMPARE((*target)->keys()[0].role, TargetKey::Role::Parameter);
    QCOMPARE((*target)->keys()[1].role, TargetKey::Role::Unknown);
}

void TestTarget::findsTies_data()
{
    QTest::addColumn<QStringList>("tensors");
    QTest::addColumn<QStringList>("keys");

    QTest::addRow("none") << QStringList{u"a float32 2"_s, u"b float32 2"_s}
                          << QStringList{u"a float32 [2]"_s, u"b float32 [2]"_s};
    QTest::addRow("pair") << QStringList{u"a float32 2"_s, u"x float32 2"_s, u"b = a"_s}
                          << QStringList{u"a float32 [2] tie 1"_s, u"x float32 [2]"_s, u"b float32 [2] tie 1"_s};
    QTest::addRow("three and two") << QStringList{u"a float32 2"_s, u"b float32 3"_s, u"c = b"_s, u"d = a"_s,
                                                  u"e = a"_s}
                                   << QStringList{u"a float32 [2] tie 2"_s, u"b float32 [3] tie 1"_s,
                                                  u"c float32 [3] tie 1"_s, u"d float32 [2] tie 2"_s,
                                                  u"e float32 [2] tie 2"_s};
    QTest::addRow("nothing to share") << QStringList{u"a float32 0"_s, u"b = a"_s}
                                      << QStringList{u"a float32 [0]"_s, u"b float32 [0]"_s};
}

void TestTarget::findsTies()
{
    QFETCH(const QStringList, tensors);
    QFETCH(const QStringList, keys);

    const auto target = targetFromCheckpoint(checkpointFrom(tensors), std::nullopt);
    QVERIFY(target);
    QCOMPARE(keyLines(**target), keys);
}

void TestTarget::tellsViewsApart()
{
    // One storage of four floats, seen as it lies, flat, flat again, transposed, from its second half, as integers.
    Checkpoint::Parts parts;
    parts.roots.resize(1);
    parts.storages.push_back({0, Storage::Encoding::Raw, false, 0, 16, 0});
    parts.strides = {Shape{}, Shape{1, 2}};
    const auto add = [&](const char *name, const Shape &shape, qint64 offset = 0, quint32 strides = 0,
                         DType dtype = DType::Float32) {
        Tensor tensor;
        tensor.name = parts.names.store(name);
        tensor.shape = shape;
        tensor.dtype = dtype;
        tensor.byteOffset = offset;
        tensor.contiguous = strides == 0;
        tensor.strides = strides;
        parts.tensors.push_back(tensor);
        ++parts.roots[0].count;
    };
    add("square", {2, 2});
    add("flat", {4});
    add("transposed", {2, 2}, 0, 1);
    add("flat again", {4});
    add("half", {2}, 8);
    add("start", {2});
    add("integers", {4}, 0, 0, DType::Int32);
    const auto target = targetFromCheckpoint(std::make_shared<const Checkpoint>(std::move(parts)), std::nullopt);
    QVERIFY(target);
    QCOMPARE(keyLines(**target),
             (QStringList{u"square float32 [2, 2]"_s, u"flat float32 [4] tie 1"_s, u"transposed float32 [2, 2]"_s,
                          u"flat again float32 [4] tie 1"_s, u"half float32 [2]"_s, u"start float32 [2]"_s,
                          u"integers int32 [4]"_s}));
}

void TestTarget::choosesTheRoot_data()
{
    QTest::addColumn<QString>("rootPath"); // "-": none given
    QTest::addColumn<QString>("outcome"); // keys, or the message
    QTest::addColumn<int>("findings");

    QTest::addRow("by itself") << u"-"_s << u"b float32 [3]"_s << 1;
    QTest::addRow("as told") << u"model"_s << u"a float32 [2]"_s << 0;
    QTest::addRow("nested") << u"optimizer/state"_s << u"0 float32 [4]"_s << 0;
    QTest::addRow("not there") << u"modle"_s
                               << u"“model.pt” holds no tensors at “modle”, so that cannot be the target."_s << 0;
}

void TestTarget::choosesTheRoot()
{
    QFETCH(const QString, rootPath);
    QFETCH(const QString, outcome);
    QFETCH(const int, findings);

    const auto checkpoint = checkpointFrom({u"[model]"_s, u"a float32 2"_s, u"[state_dict]"_s, u"b float32 3"_s,
                                            u"[optimizer/state]"_s, u"0 float32 4"_s});
    const auto target =
        targetFromCheckpoint(checkpoint, rootPath == u"-"_s ? std::nullopt : std::optional(rootPath.toStdString()));
    if (!target) {
        QCOMPARE(target.error().kind, Error::Kind::BadTarget);
        QCOMPARE(target.error().message, outcome);
        return;
    }
    QCOMPARE(keyLines(**target).join(u'\n'), outcome);
    QCOMPARE(int((*target)->findings().size()), findings);
}

void TestTarget::opens_data()
{
    QTest::addColumn<QString>("spec"); // below the folder
    QTest::addColumn<QStringList>("keys");

    const QStringList net{u"conv1 any [1]"_s, u"fc.weight any [2]"_s, u"fc any [3]"_s, u"fcs.weight any [4]"_s};
    QTest::addRow("manifest") << u"net.json"_s << net;
    QTest::addRow("plain manifest") << u"plain.json"_s << QStringList{u"w any [2]"_s};
    QTest::addRow("checkpoint") << u"small.safetensors"_s << QStringList{u"w float32 [2]"_s};
    QTest::addRow("prefix") << u"small.safetensors,prefix=backbone."_s << QStringList{u"backbone.w float32 [2]"_s};
    QTest::addRow("prefix with a comma and an equals sign")
        << u"plain.json,prefix=a=b."_s << QStringList{u"a=b.w any [2]"_s};
    QTest::addRow("empty prefix") << u"plain.json,prefix="_s << QStringList{u"w any [2]"_s};
    QTest::addRow("without head") << u"net.json,head=none"_s << QStringList{net[0], net[3]};
    QTest::addRow("without two heads") << u"two.json,head=none"_s << QStringList{u"w any [1]"_s};
    QTest::addRow("both") << u"net.json,head=none,prefix=m."_s
                          << QStringList{u"m.conv1 any [1]"_s, u"m.fcs.weight any [4]"_s};
    QTest::addRow("both, other order") << u"net.json,prefix=m.,head=none"_s
                                       << QStringList{u"m.conv1 any [1]"_s, u"m.fcs.weight any [4]"_s};
    QTest::addRow("commas in the file's name") << u"a,b=c,prefix.json"_s << QStringList{u"w any [2]"_s};
    QTest::addRow("commas and options") << u"a,b=c,prefix.json,prefix=x."_s << QStringList{u"x.w any [2]"_s};
}

void TestTarget::opens()
{
    QFETCH(const QString, spec);
    QFETCH(const QStringList, keys);

    Progress progress;
    const auto target = openTarget(path(spec), progress);
    QVERIFY2(target, qPrintable(target ? QString() : target.error().message));
    QCOMPARE(keyLines(**target), keys);
    QCOMPARE((*target)->spec(), path(spec));
}

void TestTarget::saysWhereItCameFrom()
{
    Progress progress;
    const auto manifest = openTarget(path(u"net.json,prefix=m."_s), progress);
    QVERIFY(manifest);
    QCOMPARE((*manifest)->name(), u"net"_s);
    QCOMPARE((*manifest)->source(), u"by hand"_s);
    const auto plain = openTarget(path(u"plain.json"_s), progress);
    QVERIFY(plain);
    QCOMPARE((*plain)->name(), u"plain.json"_s);
    const auto checkpoint = openTarget(path(u"small.safetensors"_s), progress);
    QVERIFY(checkpoint);
    QCOMPARE((*checkpoint)->name(), u"small.safetensors"_s);
}

void TestTarget::prefixesAttributesThatNameModules()
{
    Progress progress;
    const auto whole = openTarget(path(u"net.json,prefix=m."_s), progress);
    QVERIFY(whole);
    QCOMPARE(
        attributeLines(**whole),
        (QStringList{u"classifier = 'm.fc'"_s, u"first_conv = ['m.conv1', 'm.conv2']"_s, u"grid_size = [7, 7]"_s}));
    const auto headless = openTarget(path(u"net.json,head=none"_s), progress);
    QVERIFY(headless);
    QCOMPARE(attributeLines(**headless), (QStringList{u"first_conv = ['conv1', 'conv2']"_s, u"grid_size = [7, 7]"_s}));
}

void TestTarget::refuses_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("message"); // "…" stands for what another part says

    const auto row = [](const char *tag) -> QTestData & { return QTest::addRow("%s", tag); };
    row("not there") << u"none.json"_s << u"not found"_s << u"…"_s;
    row("a folder") << u"."_s << u"unreadable"_s << u"…"_s;
    row("a recipe") << u"swin.recipe.yaml"_s << u"target"_s
                    << u"“swin.recipe.yaml” is a recipe, not a target; a target is a checkpoint or a manifest."_s;
    row("a recipe in JSON") << u"recipe.json"_s << u"target"_s
                            << u"“recipe.json” is a recipe, not a target; a target is a checkpoint or a manifest."_s;
    row("a text file") << u"notes.txt"_s << u"target"_s
                       << u"“notes.txt” cannot be a target: it is neither a checkpoint nor a manifest. …"_s;
    row("an empty file") << u"empty.json"_s << u"target"_s
                         << u"“empty.json” cannot be a target: it is neither a checkpoint nor a manifest. …"_s;
    row("head of a kind") << u"net.json,head=small"_s << u"target"_s
                          << u"The target option “head” takes “none”, not “small”."_s;
    row("no classifier stated")
        << u"plain.json,head=none"_s << u"target"_s
        << u"head=none needs to know the classifier, but “plain.json” states no attribute “classifier”."_s;
    row("classifier as a number")
        << u"bad.json,head=none"_s << u"target"_s
        << u"The attribute “classifier” of “bad.json” should be the name of a module or a list of names."_s;
    row("classifier without keys") << u"gone.json,head=none"_s << u"target"_s
                                   << u"“gone.json” says that its classifier is “fc”, but no key of it is called so."_s;
    row("checkpoint without a classifier")
        << u"small.safetensors,head=none"_s << u"target"_s
        << u"head=none needs to know the classifier, but “small.safetensors” states no attribute “classifier”."_s;
    row("unknown option is part of the name") << u"plain.json,size=3"_s << u"not found"_s << u"…"_s;
    row("root that is not there")
        << u"small.safetensors::model"_s << u"target"_s
        << u"“small.safetensors” holds no tensors at “model”, so that cannot be the target."_s;
}

void TestTarget::refuses()
{
    QFETCH(const QString, spec);
    QFETCH(const QString, kind);
    QFETCH(const QString, message);

    Progress progress;
    const auto target = openTarget(path(spec), progress);
    QVERIFY(!target);
    const Error &error = target.error();
    QCOMPARE(error.kind,
             kind == u"target"_s          ? Error::Kind::BadTarget
                 : kind == u"not found"_s ? Error::Kind::NotFound
                                          : Error::Kind::Unreadable);
    if (message.endsWith(u'…')) {
        QCOMPARE(error.message.left(message.size() - 1), message.chopped(1));
        QVERIFY2(error.message.endsWith(u'.'), qPrintable(error.message));
        QVERIFY2(error.message.size() > message.size(), qPrintable(error.message));
    } else {
        QCOMPARE(error.message, message);
    }
}

void TestTarget::refusesHugeManifests()
{
    write(u"huge.json"_s, "{");
    QFile file(path(u"huge.json"_s));
    QVERIFY(file.resize(300'000'000)); // a hole: takes no room
    Progress progress;
    const auto target = openTarget(path(u"huge.json"_s), progress);
    QVERIFY(!target);
    QCOMPARE(target.error().kind, Error::Kind::BadTarget);
    QVERIFY2(target.error().message.contains(u"too large for a manifest"_s), qPrintable(target.error().message));
}

QTEST_GUILESS_MAIN(TestTarget)
#include "tst_target.moc"
