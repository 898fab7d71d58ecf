// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"
#include "model/save/torchzipwriter.h"
#include "tests/save/layouttext.h"
#include "tests/save/sourcebuilder.h"
#include "tests/save/temporaryfolder.h"
#include "tests/support/objecttext.h"

#include <QRegularExpression>
#include <QTest>
#include <QtEndian>

namespace {
using namespace Qt::StringLiterals;
using Kind = ObjectNode::Kind;

std::vector<float> counted(std::size_t count)
{
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = float(i);
    return values;
}

/// The pickle in a file of ours: the first member, whose data starts at byte 64.
QByteArray pickleOf(const QByteArray &file)
{
    return file.mid(64, qsizetype(qFromLittleEndian<quint32>(file.constData() + 18)));
}

/// How each output lies: "name: storage 0 (24 bytes) from element 2, strides [1, 3]".
QString places(const Layout &layout, const Plan &plan)
{
    QStringList lines;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        const Placement &placement = layout.outputs[i];
        const Row &row = plan.outputs[i];
        QString line = u"%1: storage %2 (%3 bytes)"_s.arg(QString::fromStdString(std::string(row.name)))
                           .arg(placement.piece)
                           .arg(layout.pieces[placement.piece].bytes);
        if (placement.byteOffset != 0)
            line += u" from element %1"_s.arg(placement.byteOffset / byteSize(row.value->dtype));
        if (!placement.isContiguous)
            line += u", strides "_s + QString::fromStdString(shapeList(placement.strides));
        lines += line;
    }
    return lines.join(u'\n');
}

/// Writes a plan and opens the file; keeps both.
class Written
{
public:
    Written(const Plan &plan, const SaveOptions &options)
    {
        const auto layout = torchLayout(plan, options);
        if (!layout) {
            m_problem = layout.error().message;
            return;
        }
        m_findings = findingTexts(layout->findings);
        m_folder.write(u"out.pt"_s, fileOf(*layout, plan.checkpoint));
        Progress progress;
        const auto opened = openCheckpoint(m_folder.path(u"out.pt"_s), progress);
        if (opened)
            m_checkpoint = *opened;
        else
            m_problem = opened.error().message;
    }

    const QString &problem() const { return m_problem; }
    QString findings() const { return m_findings.join(u'\n'); }
    const Checkpoint &checkpoint() const { return *m_checkpoint; }
    QString tree() const { return QString::fromStdString(treeText(m_checkpoint->objects())); }

private:
    TemporaryFolder m_folder;
    QString m_problem;
    QStringList m_findings;
    std::shared_ptr<const Checkpoint> m_checkpoint;
};
}

class TestTorchWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void writesEveryByte()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.floats("b", {2}, {1, -2});
        source.view("a", DType::Float8E5M2, {}, source.storage("\x3c"));
        const auto checkpoint = source.build();
        const auto layout = torchLayout(PlanBuilder(checkpoint).copyAll().plan(), {});
        QVERIFY(layout);
        const QByteArray file = fileOf(*layout, checkpoint);
        const QByteArray pickle = QByteArray("\x80\x02"
                                             "ccollections\nOrderedDict\nq\x00)R("
                                             "X\x01\x00\x00\x00"
                                             "bctorch._utils\n_rebuild_tensor_v2\nq\x01("
                                             "(X\x07\x00\x00\x00storageq\x02"
                                             "ctorch\nFloatStorage\nq\x03"
                                             "X\x01\x00\x00\x00"
                                             "0X\x03\x00\x00\x00"
                                             "cpuq\x04K\x02tQ"
                                             "K\x00K\x02\x85K\x01\x85\x89h\x00)RtR"
                                             "X\x01\x00\x00\x00"
                                             "actorch._utils\n_rebuild_tensor_v3\nq\x05("
                                             "(h\x02"
                                             "ctorch.storage\nUntypedStorage\nq\x06"
                                             "X\x01\x00\x00\x00"
                                             "1h\x04K\x01tQ"
                                             "K\x00))\x89h\x00)R"
                                             "ctorch\nfloat8_e5m2\nq\x07tRu.",
                                             269);
        QCOMPARE(pickleOf(file).toHex(' '), pickle.toHex(' '));
        QCOMPARE(frameOf(file),
                 u"archive/data.pkl at 64, 269 bytes\n"
                 "archive/byteorder at 384, 6 bytes: 6c6974746c65\n"
                 "archive/data/0 at 448, 8 bytes: 0000803f000000c0\n"
                 "archive/data/1 at 512, 1 bytes: 3c\n"
                 "archive/version at 576, 2 bytes: 330a"_s);
    }

    void storages_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("findings");

        QTest::addRow("tied") << QByteArray("tied") << u"one: storage 0 (24 bytes)\nother: storage 0 (24 bytes)"_s
                              << QString();
        QTest::addRow("slices of all") << QByteArray("slices")
                                       << u"one: storage 0 (24 bytes)\nother: storage 0 (24 bytes) from element 3"_s
                                       << QString();
        QTest::addRow("slice of a big one")
            << QByteArray("slice") << u"one: storage 0 (8 bytes)"_s
            << u"compacted: 392 B that the source stores and no saved tensor uses are left out."_s;
        QTest::addRow("most of it") << QByteArray("most") << u"one: storage 0 (400 bytes) from element 5"_s
                                    << QString();
        QTest::addRow("overlapping slices of a big one")
            << QByteArray("overlap") << u"one: storage 0 (24 bytes)\nother: storage 0 (24 bytes) from element 2"_s
            << u"compacted: 376 B that the source stores and no saved tensor uses are left out."_s;
        QTest::addRow("transposed whole")
            << QByteArray("transposed") << u"one: storage 0 (24 bytes), strides [1, 3]"_s << QString();
        QTest::addRow("column of a big one")
            << QByteArray("column") << u"one: storage 0 (40 bytes)"_s
            << u"compacted: 360 B that the source stores and no saved tensor uses are left out."_s;
        QTest::addRow("empty") << QByteArray("empty") << u"one: storage 0 (0 bytes)\nother: storage 1 (0 bytes)"_s
                               << QString();
        QTest::addRow("seen as two dtypes")
            << QByteArray("dtypes") << u"one: storage 0 (24 bytes)\nother: storage 1 (24 bytes)"_s
            << u"ties-copied: “one” and “other” share memory in the source in a way that a torch file cannot say; each "
               "is written by itself."_s;
        QTest::addRow("negated view")
            << QByteArray("negated") << u"one: storage 0 (24 bytes)\nother: storage 1 (24 bytes)"_s
            << u"ties-copied: “one” and “other” share memory in the source in a way that a torch file cannot say; each "
               "is written by itself."_s;
        QTest::addRow("tied and cast") << QByteArray("cast")
                                       << u"one: storage 0 (12 bytes)\nother: storage 0 (12 bytes)"_s << QString();
        QTest::addRow("created are not tied")
            << QByteArray("zeros") << u"one: storage 0 (8 bytes)\nother: storage 1 (8 bytes)"_s << QString();
    }

    void storages()
    {
        QFETCH(const QByteArray, source);
        QFETCH(const QString, expected);
        QFETCH(const QString, findings);
        const TemporaryFolder folder;
        const Plan plan = planOver(source, folder.path(u"source"_s));
        const auto layout = torchLayout(plan, {});
        QVERIFY(layout);
        QCOMPARE(places(*layout, plan), expected);
        QCOMPARE(findingTexts(layout->findings).join(u'\n'), findings);
    }

    void keepsGradientsAndParameters()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.tensor(source.floats("plain", {1}, {1})).requiresGrad = true;
        const TensorIndex parameter = source.floats("parameter", {1}, {1});
        source.tensor(parameter).isParameter = source.tensor(parameter).requiresGrad = true;
        // torch refuses gradients for integers, wherever the claim came from.
        source.tensor(source.view("integer", DType::Int64, {1}, source.storage(QByteArray(8, '\0')))).requiresGrad =
            true;
        const Written written(PlanBuilder(source.build()).copyAll().plan(), {});
        QCOMPARE(written.problem(), QString());
        QStringList found;
        for (const Tensor &tensor : written.checkpoint().tensors()) {
            found += QString::fromStdString(std::string(tensor.name)) + (tensor.requiresGrad ? u" grad"_s : u""_s)
                + (tensor.isParameter ? u" parameter"_s : u""_s);
        }
        QCOMPARE(found, (QStringList{u"plain grad"_s, u"parameter grad parameter"_s, u"integer"_s}));
    }

    void putsUnderKey()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.floats("a.weight", {1}, {1});
        SaveOptions options;
        options.rootKey = "state_dict";
        const Written written(PlanBuilder(source.build()).copyAll().plan(), options);
        QCOMPARE(written.problem(), QString());
        QCOMPARE(written.tree(),
                 u"dict\n"
                 "  text state_dict\n"
                 "  ordereddict\n"
                 "    text a.weight\n"
                 "    tensor 0\n"_s);
    }

    void renamesModuleVersions_data()
    {
        QTest::addColumn<QStringList>("renames"); // "before after", in output order
        QTest::addColumn<QString>("modules");
        QTest::addColumn<QString>("findings");

        const QString all = u"=1 conv=2 act=3 block=4 block.bn=5 block.drop=6"_s;
        QTest::addRow("none") << QStringList{u"conv.weight conv.weight"_s, u"block.bn.weight block.bn.weight"_s,
                                             u"block.bn.bias block.bn.bias"_s}
                              << all << QString();
        QTest::addRow("prefix added") << QStringList{u"conv.weight net.conv.weight"_s,
                                                     u"block.bn.weight net.block.bn.weight"_s,
                                                     u"block.bn.bias net.block.bn.bias"_s}
                                      << u"net=1 net.conv=2 net.act=3 net.block=4 net.block.bn=5 net.block.drop=6"_s
                                      << QString();
        QTest::addRow("module renamed") << QStringList{u"conv.weight stem.weight"_s,
                                                       u"block.bn.weight block.norm.weight"_s,
                                                       u"block.bn.bias block.norm.bias"_s}
                                        << u"stem=2 block.norm=5"_s << QString();
        QTest::addRow("prefix removed, rest dropped")
            << QStringList{u"block.bn.weight bn.weight"_s, u"block.bn.bias bn.bias"_s} << u"=4 bn=5 drop=6"_s
            << QString();
        QTest::addRow("own name renamed")
            << QStringList{u"conv.weight conv.kernel"_s} << u"=1 conv=2 act=3"_s << QString();
        QTest::addRow("taken apart")
            << QStringList{u"conv.weight conv.weight"_s, u"block.bn.weight a.bn.weight"_s, u"block.bn.bias b.bn.bias"_s}
            << u"=1 conv=2 act=3"_s
            << u"metadata-dropped: The version numbers of modules whose tensors went to several places are left out of "
               "“_metadata”: “block”, “block.bn” and “block.drop”."_s;
    }

    void renamesModuleVersions()
    {
        QFETCH(const QStringList, renames);
        QFETCH(const QString, modules);
        QFETCH(const QString, findings);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        for (const char *name : {"conv.weight", "block.bn.weight", "block.bn.bias"})
            source.floats(name, {1}, {1});
        source.parts().roots[0].moduleVersions =
            source.moduleVersions({{"", 1}, {"conv", 2}, {"act", 3}, {"block", 4}, {"block.bn", 5}, {"block.drop", 6}});
        const auto checkpoint = source.build();
        PlanBuilder builder(checkpoint);
        for (const QString &rename : renames) {
            const std::string before = rename.section(u' ', 0, 0).toStdString();
            for (quint32 i = 0; i < checkpoint->tensors().size(); ++i) {
                if (checkpoint->tensors()[i].name == before)
                    builder.copy(i, rename.section(u' ', 1, 1).toStdString());
            }
        }
        const Written written(builder.plan(), {});
        QCOMPARE(written.problem(), QString());
        QCOMPARE(versionsOf(written.checkpoint()), modules);
        QCOMPARE(written.findings(), findings);
    }

    void hasNoPlaceForMetadata()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.parts().metadata = {{"format", "pt"}, {"license", "mit"}, {"author", "me"}};
        source.floats("a", {1}, {1});
        const Written written(PlanBuilder(source.build()).copyAll().plan(), {});
        QCOMPARE(written.problem(), QString());
        QCOMPARE(written.findings(),
                 u"metadata-dropped: The source's metadata is not copied into the file: “license” and “author”."_s);
    }

    void keepsObjects()
    {
        const TemporaryFolder folder;
        const auto checkpoint = trainingCheckpoint(folder.path(u"source"_s));
        SaveOptions options;
        options.keepObjects = true;
        const Written written(PlanBuilder(checkpoint, {"model"}).copy(0, "new.weight").copy(1).plan(), options);
        QCOMPARE(written.problem(), QString());
        QCOMPARE(written.findings(), QString());
        QCOMPARE(written.tree(),
                 u"dict\n"
                 "  text epoch\n"
                 "  int 5\n"
                 "  text model\n"
                 "  ordereddict\n"
                 "    text new.weight\n"
                 "    tensor 0\n"
                 "    text bias\n"
                 "    tensor 1\n"
                 "  text optimizer\n"
                 "  dict\n"
                 "    text momentum\n"
                 "    tensor 2\n"
                 "  text history\n"
                 "  list\n"
                 "    int -1\n"
                 "    int 70000\n"
                 "    int 1099511627776\n"
                 "  text tuples\n"
                 "  tuple\n"
                 "    tuple\n"
                 "    tuple\n"
                 "      int 5\n"
                 "    list\n"_s);
    }

    void warnsAboutOptimizer()
    {
        const TemporaryFolder folder;
        const auto checkpoint = trainingCheckpoint(folder.path(u"source"_s));
        SaveOptions options;
        options.keepObjects = true;
        const auto layout = torchLayout(PlanBuilder(checkpoint, {"model"}).copy(1).plan(), options);
        QVERIFY(layout);
        QCOMPARE(
            findingTexts(layout->findings).join(u'\n'),
            u"optimizer-state: The optimizer's state is kept as it was and no longer matches the tensors: it numbers "
            "the parameters of the source in their old order and shapes."_s);
    }

    void writesObjects_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QString>("tree");

        const auto row = [](const char *what, const QString &tree) {
            QTest::addRow("%s", what) << QByteArray(what) << tree;
        };
        row("constants", u"list\n  none\n  bool 1\n  bool 0\n  float 0.5\n"_s);
        row("bytes",
            u"list\n  bytes a\\x80\\xff\n  call\n    global __builtin__.bytearray\n    tuple\n      text \\x00z\n"
            "      text latin-1\n"_s);
        row("sets", u"list\n  set\n    int 1\n  frozenset\n    text a\n  set\n"_s);
        row("dicts",
            u"list\n  defaultdict\n    text a\n    int 1\n    state: global builtins.list\n  counter\n    text b\n    int 2\n"_s);
        row("big numbers", u"list\n  big 18446744073709551616\n  big -170141183460469231731687303715884105729\n"_s);
        row("shared", u"list\n  list\n    int 1\n    list\n  cycle 7\n"_s);
        row("contains itself", u"list\n  cycle 6\n"_s);
        row("global", u"list\n  global some.module.Class unknown\n"_s);
        row("call", u"list\n  call unknown\n    global pkg.Class unknown\n    tuple\n      int 1\n"_s);
    }

    void writesObjects()
    {
        QFETCH(const QByteArray, what);
        QFETCH(const QString, tree);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.root({"model"});
        const TensorIndex weight = source.floats("weight", {1}, {1});
        const ObjectId model = source.dict({{"weight", source.object(weight)}});
        source.parts().roots.back().object = model;
        source.parts().objects.setRoot(source.dict({{"model", model}, {"other", objects(source, what)}}));
        SaveOptions options;
        options.keepObjects = true;
        const Written written(PlanBuilder(source.build(), {"model"}).copyAll().plan(), options);
        QCOMPARE(written.problem(), QString());
        const QString whole = written.tree();
        const QString start = u"dict\n  text model\n  ordereddict\n    text weight\n    tensor 0\n  text other\n"_s;
        QVERIFY2(whole.startsWith(start), qPrintable(whole));
        QCOMPARE(whole.mid(start.size())
                     .replace(QRegularExpression(u"^  "_s, QRegularExpression::MultilineOption), QString()),
                 tree);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QString>("message");

        QTest::addRow("quantised") << QByteArray(
            "quantised") << u"“w” cannot be saved in a torch file: its dtype qint8 needs a scale that is not kept."_s;
        QTest::addRow("not UTF-8") << QByteArray("name")
                                   << u"“w\\xff” cannot be saved in a torch file: its name is not valid UTF-8."_s;
        QTest::addRow("tuple in itself") << QByteArray(
            "tuple") << u"The source's objects cannot be kept: a tuple, set or call in them contains itself."_s;
        QTest::addRow("no dict")
            << QByteArray("no dict")
            << u"The objects of “source” cannot be kept: its tensors do not stand in a dictionary of "
               "their own."_s;
    }

    void refuses()
    {
        QFETCH(const QByteArray, what);
        QFETCH(const QString, message);
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.root({});
        source.view(what == "name" ? "w\xff" : "w", what == "quantised" ? DType::QInt8 : DType::UInt8, {1},
                    source.storage("x"));
        SaveOptions options;
        options.keepObjects = what == "tuple" || what == "no dict";
        if (options.keepObjects) {
            const ObjectId tuple = source.container(Kind::Tuple, {});
            ObjectNode cycle;
            cycle.kind = Kind::Cycle;
            cycle.integer = qint64(tuple);
            const ObjectId again = source.parts().objects.add(cycle);
            source.parts().objects.setChildren(tuple, std::array{again});
            source.parts().objects.setRoot(tuple);
            if (what == "tuple")
                source.parts().roots[0].object = source.dict({});
        }
        const auto layout = torchLayout(PlanBuilder(source.build()).copyAll().plan(), options);
        QVERIFY(!layout);
        QCOMPARE(layout.error().kind, Error::Kind::Unsupported);
        QCOMPARE(layout.error().message, message);
    }

private:
    /// Every member as the central directory has it, checked against its local header and CRC by eye of the reader.
    static QString frameOf(const QByteArray &file)
    {
        QStringList lines;
        const char *bytes = file.constData();
        qint64 at = qint64(qFromLittleEndian<quint32>(bytes + file.size() - 22 + 16));
        while (qFromLittleEndian<quint32>(bytes + at) == 0x02014b50) {
            const auto size = qsizetype(qFromLittleEndian<quint32>(bytes + at + 24));
            const auto nameLength = qsizetype(qFromLittleEndian<quint16>(bytes + at + 28));
            const auto header = qsizetype(qFromLittleEndian<quint32>(bytes + at + 42));
            const auto extra = qsizetype(qFromLittleEndian<quint16>(bytes + header + 28));
            const qsizetype data = header + 30 + nameLength + extra;
            const bool isSame = file.mid(header + 14, 12) == file.mid(at + 16, 12);
            QString line = QString::fromUtf8(file.mid(at + 46, nameLength));
            line += isSame ? QString() : u" (local header differs)"_s;
            line += u" at %1, %2 bytes"_s.arg(data).arg(size);
            if (size <= 16)
                line += u": "_s + QString::fromLatin1(file.mid(data, size).toHex());
            lines += line;
            at += 46 + nameLength;
        }
        return lines.join(u'\n');
    }

    static Plan planOver(const QByteArray &what, const QString &path)
    {
        SourceBuilder source(path);
        const auto one = [&](qint64 bytes, const Shape &shape, qint64 offset = 0, const Shape &strides = {}) {
            const StorageId storage = source.storage(QByteArray(bytes, '\1'));
            source.view("one", DType::Float32, shape, storage, offset, strides);
            return storage;
        };
        if (what == "tied" || what == "cast")
            source.view("other", DType::Float32, {2, 3}, one(24, {2, 3}));
        if (what == "slices")
            source.view("other", DType::Float32, {3}, one(24, {3}), 12);
        if (what == "slice")
            one(400, {2}, 8);
        if (what == "most")
            one(400, {92}, 20);
        if (what == "overlap")
            source.view("other", DType::Float32, {4}, one(400, {4}, 40), 48);
        if (what == "transposed")
            one(24, {3, 2}, 0, {1, 3});
        if (what == "column")
            one(400, {10}, 4, {10});
        if (what == "empty")
            source.view("other", DType::Float32, {0}, one(0, {2, 0}));
        if (what == "dtypes")
            source.view("other", DType::Int32, {6}, one(24, {6}));
        if (what == "negated")
            source.tensor(source.view("other", DType::Float32, {6}, one(24, {6}))).negated = true;
        const auto checkpoint = source.build();
        PlanBuilder plan(checkpoint);
        if (what == "cast")
            return plan.cast(0, DType::BFloat16).cast(1, DType::BFloat16).plan();
        if (what == "zeros")
            return plan.zeros("one", DType::Int64, {}).zeros("other", DType::Int64, {}).plan();
        return plan.copyAll().plan();
    }

    /// "module=version …" of the first root.
    static QString versionsOf(const Checkpoint &checkpoint)
    {
        const ObjectTree &objects = checkpoint.objects();
        QStringList texts;
        if (checkpoint.roots()[0].moduleVersions == noObject)
            return u"none"_s;
        const auto entries = objects.children(checkpoint.roots()[0].moduleVersions);
        for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
            const ObjectId version = objects.children(entries[i + 1])[1];
            texts += u"%1=%2"_s.arg(QString::fromStdString(std::string(objects[entries[i]].text)))
                         .arg(objects[version].integer);
        }
        return texts.join(u' ');
    }

    /// {'epoch', 'model': {'weight', 'bias'}, 'optimizer': {'momentum'}, …}
    static std::shared_ptr<const Checkpoint> trainingCheckpoint(const QString &path)
    {
        SourceBuilder source(path);
        source.root({"model"});
        const TensorIndex weight = source.floats("weight", {2}, counted(2));
        const TensorIndex bias = source.floats("bias", {1}, counted(1));
        source.root({"optimizer"}, true);
        const TensorIndex momentum = source.floats("momentum", {2}, counted(2));
        const ObjectId model = source.dict({{"weight", source.object(weight)}, {"bias", source.object(bias)}});
        const ObjectId five = source.integer(5);
        source.parts().roots[0].object = model;
        const ObjectId history =
            source.container(Kind::List, {source.integer(-1), source.integer(70000), source.integer(qint64(1) << 40)});
        const ObjectId tuples =
            source.container(Kind::Tuple,
                             {source.container(Kind::Tuple, {}), source.container(Kind::Tuple, {five}),
                              source.container(Kind::List, {})});
        source.parts().objects.setRoot(source.dict({{"epoch", five},
                                                    {"model", model},
                                                    {"optimizer", source.dict({{"momentum", source.object(momentum)}})},
                                                    {"history", history},
                                                    {"tuples", tuples}}));
        return source.build();
    }

    static ObjectId leaf(SourceBuilder &source, Kind kind, std::string_view text = {}, qint64 integer = 0)
    {
        ObjectNode node;
        node.kind = kind;
        node.text = source.parts().objects.arena().store(text);
        node.integer = integer;
        return source.parts().objects.add(node);
    }

    static ObjectId objects(SourceBuilder &source, const QByteArray &what)
    {
        ObjectTree &tree = source.parts().objects;
        const auto list = [&](const std::vector<ObjectId> &items) { return source.container(Kind::List, items); };
        if (what == "constants") {
            const ObjectId half = leaf(source, Kind::Float);
            tree[half].number = 0.5;
            return list({leaf(source, Kind::None), leaf(source, Kind::Bool, {}, 1), leaf(source, Kind::Bool), half});
        }
        if (what == "bytes")
            return list(
                {leaf(source, Kind::Bytes, "a\x80\xff"), leaf(source, Kind::ByteArray, std::string_view("\0z", 2))});
        if (what == "sets")
            return list({source.container(Kind::Set, {source.integer(1)}),
                         source.container(Kind::FrozenSet, {source.text("a")}), source.container(Kind::Set, {})});
        if (what == "dicts") {
            const ObjectId withFactory = source.dict({{"a", source.integer(1)}}, Kind::DefaultDict);
            tree[withFactory].state = leaf(source, Kind::Global, "builtins.list", 8);
            return list({withFactory, source.dict({{"b", source.integer(2)}}, Kind::Counter)});
        }
        if (what == "big numbers")
            return list({leaf(source, Kind::Big, "18446744073709551616"),
                         leaf(source, Kind::Big, "-170141183460469231731687303715884105729")});
        if (what == "shared") {
            const ObjectId shared = list({source.integer(1), list({})});
            return list({shared, leaf(source, Kind::Cycle, {}, qint64(shared))});
        }
        if (what == "contains itself") {
            const ObjectId self = list({});
            tree.setChildren(self, std::array{leaf(source, Kind::Cycle, {}, qint64(self))});
            return self;
        }
        if (what == "global")
            return list({leaf(source, Kind::Global, "some.module.Class", 11)});
        return list({source.container(
            Kind::Call,
            {leaf(source, Kind::Global, "pkg.Class", 3), source.container(Kind::Tuple, {source.integer(1)})})});
    }
};

QTEST_GUILESS_MAIN(TestTorchWriter)
#include "torchwritertest.moc"
