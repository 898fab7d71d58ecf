// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/program.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace {
/// A safetensors file of float32 tensors whose values count up from 0 or `first`, in the given order.
QByteArray safetensors(const QList<std::pair<QString, QList<int>>> &tensors, int first = 0)
{
    QByteArray header = "{";
    QByteArray data;
    for (const auto &[name, shape] : tensors) {
        qsizetype count = 1;
        QByteArrayList sizes;
        for (const int size : shape) {
            count *= size;
            sizes += QByteArray::number(size);
        }
        const qsizetype begin = data.size();
        for (qsizetype i = 0; i < count; ++i) {
            const float value = float(first + i);
            data.append(reinterpret_cast<const char *>(&value), sizeof value);
        }
        header += (header.size() > 1 ? "," : "")
            + ("\"" + name.toUtf8() + "\":{\"dtype\":\"F32\",\"shape\":[" + sizes.join(',') + "],\"data_offsets\":[")
            + QByteArray::number(begin) + ',' + QByteArray::number(data.size()) + "]}";
    }
    header += '}';
    QByteArray length(8, '\0');
    qToLittleEndian(quint64(header.size()), length.data());
    return length + header + data;
}
}

/// The command line from outside, as other programs rely on it: verbs, streams, JSON fields, exit codes.
class TestCli final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    QString path(const QString &name) const { return m_dir.filePath(name); }

    void write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    QByteArray read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    Run run(const QString &line, const QByteArray &input = {}) const { return runProgram(m_dir.path(), line, input); }

private Q_SLOTS:
    void init()
    {
        QVERIFY(m_dir.isValid());
        write(u"model.safetensors"_s,
              safetensors({{u"module.conv.weight"_s, {2, 3}}, {u"module.conv.bias"_s, {2}}, {u"module.queue"_s, {4}}}));
        write(u"target.json"_s, R"({"weightsmith-manifest": 1, "name": "tiny", "tensors": {
            "backbone.conv.weight": {"dtype": "float32", "shape": [2, 3]},
            "backbone.conv.bias": {"dtype": "float32", "shape": [2]}}})");
        write(u"good.recipe.yaml"_s,
              "weightsmith: 1\nsteps:\n  - strip-wrappers\n  - drop: queue\n  - add-prefix: backbone.\n");
        write(u"guarded.recipe.yaml"_s, "weightsmith: 1\nnative: {has: conv.weight}\nsteps:\n  - strip-wrappers\n");
        write(u"params.recipe.yaml"_s,
              "weightsmith: 1\nparams: {trunk: backbone, times: 1}\nsteps:\n  - strip-wrappers\n  - drop: queue\n"
              "  - add-prefix: '{trunk}.'\n");
        write(u"text.txt"_s, "just some words\n");
    }

    /// Shards are one source: torch files among them, converted whole, and none of them overwritten.
    void convertsShards()
    {
        QCOMPARE(run(u"convert @model.safetensors -o @1.bin"_s).code, 0);
        QCOMPARE(run(u"convert @model.safetensors --step \"add-prefix: x.\" -o @2.bin"_s).code, 0);
        write(u"m.bin.index.json"_s, R"({"weight_map": {"module.queue": "1.bin", "x.module.queue": "2.bin"}})");
        const Run converted = run(u"convert @m.bin.index.json -o @all.safetensors --json"_s);
        QVERIFY2(converted.code == 0, qPrintable(converted.err));
        QCOMPARE(converted.json()[u"tensors"].toInt(), 6);
        for (const QString &source : {u"1.bin"_s, u"2.bin"_s, u"m.bin.index.json"_s}) {
            const QByteArray before = read(source);
            const Run refused = run(u"convert @m.bin.index.json --format torch --force -o @"_s + source);
            QVERIFY2(refused.err.contains(u"is the open source file"_s), qPrintable(refused.err));
            QCOMPARE(read(source), before);
        }
        QVERIFY(QFile::remove(path(u"m.bin.index.json"_s))); // the folder of other tests has no index
    }

    /// A set of shards that exists needs --force, and comes out the same with it; in JSON all its files are named.
    void writesShards()
    {
        const QString line = u"convert @model.safetensors -o @set/s.safetensors --max-shard-size 20B --json"_s;
        QVERIFY(QDir(m_dir.path()).mkdir(u"set"_s));
        const Run dry = run(line + u" --dry-run"_s);
        const Run first = run(line);
        QVERIFY2(first.code == 0, qPrintable(first.err));
        QStringList files;
        for (const QString &name : {u"s-00001-of-00003.safetensors"_s, u"s-00002-of-00003.safetensors"_s,
                                    u"s-00003-of-00003.safetensors"_s, u"s.safetensors.index.json"_s})
            files += path(u"set/"_s + name);
        QCOMPARE(first.json()[u"files"].toArray(), QJsonArray::fromStringList(files));
        QCOMPARE(first.json()[u"output"].toString(), files.back());
        QCOMPARE(dry.json()[u"files"].toArray(), first.json()[u"files"].toArray());
        QCOMPARE(dry.json()[u"bytes"].toInteger(), first.json()[u"bytes"].toInteger());
        QCOMPARE(read(u"set/s.safetensors.index.json"_s),
                 QByteArray("{\n  \"metadata\": {\n    \"total_size\": 48\n  },\n  \"weight_map\": {\n"
                            "    \"module.conv.weight\": \"s-00001-of-00003.safetensors\",\n"
                            "    \"module.conv.bias\": \"s-00002-of-00003.safetensors\",\n"
                            "    \"module.queue\": \"s-00003-of-00003.safetensors\"\n  }\n}"));
        QCOMPARE(run(line).code, 6);
        QCOMPARE(run(line + u" --force"_s).code, 0);
        QCOMPARE(run(u"info @set --json"_s).json()[u"totals"][u"tensors"].toInt(), 3);
        const Run own = run(u"convert @set -o @set/s.safetensors --max-shard-size 20B --force --in-place"_s);
        QCOMPARE(own.code, 6);
        QVERIFY2(own.err.contains(u"is an open source file, which shards cannot replace"_s), qPrintable(own.err));
        QVERIFY(QDir(path(u"set"_s)).removeRecursively());
    }

    /// What a file will not hold of the source's metadata is a finding of plan and convert, in text and in JSON.
    void metadataThatIsDropped()
    {
        const auto dropped = [](const QJsonObject &object) {
            QStringList messages;
            for (const QJsonValue &finding : object[u"findings"_s].toArray()) {
                if (finding[u"kind"_s].toString() == u"metadata-dropped")
                    messages += finding[u"message"_s].toString();
            }
            return messages.join(u'\n');
        };
        const QString copied = u"The source's metadata is not copied into the file: “author”."_s;
        QCOMPARE(run(u"convert @model.safetensors -o @meta.safetensors --metadata author=me"_s).code, 0);
        for (const QString &name : {u"other.safetensors"_s, u"other.pt"_s}) {
            const QString line = u"convert @meta.safetensors --json -o @"_s + name;
            QCOMPARE(dropped(run(line + u" --dry-run"_s).json()), copied);
            const Run converted = run(line);
            QCOMPARE(dropped(converted.json()), copied);
            QVERIFY2(converted.err.contains(copied), qPrintable(converted.err));
            QVERIFY(QFile::remove(path(name)));
        }
        QVERIFY(QFile::remove(path(u"meta.safetensors"_s)));

        const QString state = QStringLiteral(TEST_DATA "/torch/1.13.1-state.pt");
        QCOMPARE(dropped(run(u"plan %1 --json"_s.arg(state)).json()), QString());
        const Run scattered = run(u"plan %1 --json --step \"rename: {exact: norm.bias, to: other.bias}\""_s.arg(state));
        QCOMPARE(dropped(scattered.json()),
                 u"The version numbers of modules whose tensors went to several places are left out of “_metadata”: "
                 "“norm”."_s);
    }

    void exitCodes_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");

        QTest::addRow("version") << u"--version"_s << 0 << u""_s;
        QTest::addRow("help") << u"--help"_s << 0 << u""_s;
        QTest::addRow("help of a verb") << u"convert --help"_s << 0 << u""_s;
        QTest::addRow("info") << u"info @model.safetensors"_s << 0 << u""_s;
        QTest::addRow("fit complete") << u"fit @model.safetensors --target @target.json --recipe @good.recipe.yaml"_s
                                      << 0 << u""_s;
        QTest::addRow("fit not complete") << u"fit @model.safetensors --target @target.json"_s << 1 << u""_s;
        QTest::addRow("explain an unknown key")
            << u"explain @model.safetensors module.conv.wait"_s << 1 << u"module.conv.weight"_s;
        QTest::addRow("unknown option") << u"info --wrong @model.safetensors"_s << 2 << u"--wrong"_s;
        QTest::addRow("missing FILE") << u"info"_s << 2 << u"FILE"_s;
        QTest::addRow("settings of no known program") << u"recipes import X=1 --as visl"_s << 2 << u"vissl"_s;
        QTest::addRow("no such dialect") << u"recipes import X=1 --dialect old"_s << 2 << u"documented"_s;
        QTest::addRow("settings without WEIGHTS_INIT") << u"recipes import X=1"_s << 5 << u"WEIGHTS_INIT"_s;
        QTest::addRow("no such settings file") << u"recipes import @none.yaml"_s << 3 << u"none.yaml"_s;
        QTest::addRow("no such form") << u"recipes export ssl/moco_v2 --as pyton"_s << 4 << u"python-filter"_s;
        QTest::addRow("a target without a source")
            << u"recipes export ssl/moco_v2 --as python --target @model.safetensors"_s << 2 << u"--source"_s;
        QTest::addRow("no inverse") << u"recipes export ssl/moco_v2 --as inverse"_s << 5 << u"step 3 (Drop"_s;
        QTest::addRow("unknown step to explain") << u"recipes explain add-prefx"_s << 2 << u"add-prefix"_s;
        QTest::addRow("strict without a target")
            << u"convert @model.safetensors -o @x.safetensors --strict"_s << 2 << u"--target"_s;
        QTest::addRow("set without an equals sign")
            << u"plan @model.safetensors --recipe @params.recipe.yaml --set trunk"_s << 2 << u"NAME=VALUE"_s;
        QTest::addRow("set an unknown name")
            << u"plan @model.safetensors --recipe @params.recipe.yaml --set trunc=x"_s << 2
            << u"No recipe given has a parameter “trunc”; did you mean “trunk”?"_s;
        QTest::addRow("set another type")
            << u"plan @model.safetensors --recipe @params.recipe.yaml --set times=x"_s << 2 << u"a whole number"_s;
        QTest::addRow("set without a recipe")
            << u"plan @model.safetensors --set trunk=x"_s << 2 << u"no recipe given has parameters"_s;
        QTest::addRow("unknown ending") << u"convert @model.safetensors -o @x.weights"_s << 2 << u"x.weights"_s;
        QTest::addRow("bad shard size") << u"convert @model.safetensors -o @x.safetensors --max-shard-size 5XB"_s << 2
                                        << u"“5XB” is not a size of shards: "_s;
        QTest::addRow("shards with a root key")
            << u"convert @model.safetensors -o @x.pt --max-shard-size 5GB --root-key model"_s << 2 << u"bare"_s;
        QTest::addRow("no file") << u"info @nothing.pt"_s << 3 << u"nothing.pt"_s;
        QTest::addRow("folder") << u"info @"_s << 4 << u"folder"_s;
        QTest::addRow("not a checkpoint") << u"info @text.txt"_s << 4 << u"text.txt"_s;
        QTest::addRow("inline step wrong")
            << u"plan @model.safetensors --step \"add-prefx: a.\""_s << 5 << u"add-prefix"_s;
        QTest::addRow("unknown recipe") << u"plan @model.safetensors --recipe ssl/moco_v4"_s << 5 << u"moco_v"_s;
        QTest::addRow("guarded recipe and a step")
            << u"plan @model.safetensors --recipe @guarded.recipe.yaml --step strip-wrappers"_s << 5 << u"native"_s;
        QTest::addRow("target is a text") << u"fit @model.safetensors --target @text.txt"_s << 5 << u"text.txt"_s;
        QTest::addRow("assert fails") << u"plan @model.safetensors --step \"assert: {exists: head.weight}\""_s << 5
                                      << u"head.weight"_s;
        QTest::addRow("folder of OUT missing")
            << u"convert @model.safetensors -o @nowhere/x.safetensors"_s << 6 << u"nowhere"_s;
        QTest::addRow("OUT exists") << u"convert @model.safetensors -o @text.txt --format safetensors"_s << 6
                                    << u"text.txt"_s;
    }

    void exitCodes()
    {
        QFETCH(const QString, line);
        QFETCH(const int, code);
        QFETCH(const QString, says);
        const Run result = run(line);
        QVERIFY2(result.code == code, qPrintable(u"%1: %2%3"_s.arg(result.code).arg(result.out, result.err)));
        QVERIFY2(result.err.contains(says), qPrintable(result.err));
    }

    void versionAndHelpGoToStandardOutput()
    {
        QCOMPARE(run(u"--version"_s).out.trimmed(), u"weightsmith " WEIGHTSMITH_VERSION ""_s);
        QVERIFY(run(u"convert --help"_s).out.contains(u"--keep-objects"_s));
    }

    void infoAsJson()
    {
        const QJsonObject info = run(u"info @model.safetensors --json"_s).json();
        QCOMPARE(QStringList(info.keys()),
                 (QStringList{u"bytes"_s, u"file"_s, u"findings"_s, u"format"_s, u"metadata"_s, u"objects"_s,
                              u"roots"_s, u"tensors"_s, u"totals"_s}));
        QCOMPARE(info[u"format"].toString(), u"safetensors"_s);
        QCOMPARE(info[u"totals"][u"parameters"].toInteger(), 12);
        const QJsonObject tensor = info[u"tensors"].toArray()[0].toObject();
        QCOMPARE(
            QStringList(tensor.keys()),
            (QStringList{u"bytes"_s, u"contiguous"_s, u"dtype"_s, u"name"_s, u"root"_s, u"shape"_s, u"storage"_s}));
        QCOMPARE(tensor[u"shape"].toArray(), (QJsonArray{2, 3}));
    }

    void infoFilters()
    {
        const QJsonObject info = run(u"info @model.safetensors --json --filter \"*.bias\""_s).json();
        QCOMPARE(info[u"tensors"].toArray().size(), 1);
        QCOMPARE(info[u"totals"][u"tensors"].toInteger(), 1);
    }

    void planAsJson()
    {
        const QJsonObject plan = run(u"plan @model.safetensors --recipe @good.recipe.yaml --json"_s).json();
        QCOMPARE(QStringList(plan.keys()), (QStringList{u"dropped"_s, u"findings"_s, u"steps"_s, u"tensors"_s}));
        QCOMPARE(plan[u"dropped"].toArray(), (QJsonArray{QJsonObject{{u"name"_s, u"module.queue"_s}, {u"step"_s, 2}}}));
        const QJsonObject tensor = plan[u"tensors"].toArray()[0].toObject();
        QCOMPARE(tensor[u"name"].toString(), u"backbone.conv.weight"_s);
        QCOMPARE(tensor[u"sources"].toArray(), (QJsonArray{u"module.conv.weight"_s}));
        QCOMPARE(tensor[u"steps"].toArray(), (QJsonArray{1, 3}));
        QCOMPARE(plan[u"steps"].toArray()[0][u"changed"].toInteger(), 3);
    }

    void setFillsParams()
    {
        const QString line = u"fit @model.safetensors --target @target.json --recipe @params.recipe.yaml"_s;
        QCOMPARE(run(line).code, 0);
        QCOMPARE(run(line + u" --set trunk=other"_s).code, 1);
        QCOMPARE(run(line + u" --set trunk=other --set trunk=backbone"_s).code, 0);
        const Run both = run(u"plan @model.safetensors --json --recipe @params.recipe.yaml --recipe @good.recipe.yaml "
                             "--set trunk=x"_s);
        QCOMPARE(both.json()[u"tensors"].toArray()[0][u"name"].toString(), u"backbone.x.conv.weight"_s);
    }

    void fitAsJson()
    {
        const QJsonObject fit = run(u"fit @model.safetensors --target @target.json --json"_s).json();
        QCOMPARE(fit[u"complete"].toBool(true), false);
        QCOMPARE(fit[u"missing_keys"].toArray(), (QJsonArray{u"backbone.conv.weight"_s, u"backbone.conv.bias"_s}));
        QCOMPARE(fit[u"unexpected_keys"].toArray().size(), 3);
        QCOMPARE(fit[u"coverage"][u"tensors"].toDouble(-1), 0.0);
    }

    void recipeAndManifestFromStandardInput()
    {
        QFile recipe(path(u"good.recipe.yaml"_s));
        QVERIFY(recipe.open(QIODevice::ReadOnly));
        QCOMPARE(run(u"fit @model.safetensors --target @target.json --recipe -"_s, recipe.readAll()).code, 0);
        QCOMPARE(run(u"fit @model.safetensors --target - --recipe @good.recipe.yaml"_s, read(u"target.json"_s)).code,
                 0);
    }

    void convertWritesWhatFitsAndTheManifestAgrees()
    {
        const Run converted = run(
            u"convert @model.safetensors -o @out.safetensors --target @target.json --recipe @good.recipe.yaml --strict --json"_s);
        QVERIFY2(converted.code == 0, qPrintable(converted.err));
        const QJsonObject report = converted.json();
        QCOMPARE(report[u"tensors"].toInteger(), 2);
        QCOMPARE(report[u"copied_bytes"].toInteger(), 32);
        QCOMPARE(report[u"fit"][u"complete"].toBool(), true);
        QCOMPARE(run(u"fit @out.safetensors --target @target.json"_s).code, 0);

        QCOMPARE(run(u"targets from @out.safetensors -o @made.json"_s).code, 0);
        QCOMPARE(run(u"fit @out.safetensors --target @made.json"_s).code, 0);
        QCOMPARE(run(u"targets from @out.safetensors -o @made.json"_s).code, 6);
        QFile::remove(path(u"out.safetensors"_s));
        QFile::remove(path(u"made.json"_s));
    }

    void verifiesWhatWasWritten()
    {
        const QString convert = u"convert @model.safetensors --recipe @good.recipe.yaml --target @target.json "
                                "--certificate @proof.json -o @proved.safetensors"_s;
        QCOMPARE(run(convert).code, 0);
        const QString line = u"verify @proved.safetensors --certificate @proof.json"_s;
        QCOMPARE(run(line).code, 0);
        const QJsonObject proof = run(line + u" --source @model.safetensors --json"_s).json();
        QCOMPARE(proof[u"verified"_s].toBool(), true);
        QVERIFY(proof[u"tensors"_s].toInt() > 0);
        QCOMPARE(proof[u"rederived"_s], proof[u"tensors"_s]);
        QCOMPARE(proof[u"differs"_s].toArray(), QJsonArray());

        QByteArray bytes = read(u"proved.safetensors"_s);
        bytes.back() = char(bytes.back() ^ 1);
        write(u"proved.safetensors"_s, bytes);
        const Run failed = run(line);
        QCOMPARE(failed.code, 1);
        QVERIFY2(failed.out.contains(u"has other values than the certified ones."_s), qPrintable(failed.out));
        QCOMPARE(run(line + u" --json"_s).json()[u"differs"_s].toArray().size(), 1);
        QCOMPARE(run(line + u" --target @target.json"_s).code, 2);
        QCOMPARE(run(u"verify @none.safetensors --certificate @proof.json"_s).code, 3);
        QCOMPARE(run(u"verify @proved.safetensors --certificate @none.json"_s).code, 3);
        QCOMPARE(run(u"verify @proved.safetensors --certificate @target.json"_s).code, 4);
        QCOMPARE(run(line + u" --source @proved.safetensors"_s).code, 1);
    }

    void strictWritesNothing()
    {
        QCOMPARE(run(u"convert @model.safetensors -o @strict.safetensors --target @target.json --strict"_s).code, 1);
        QVERIFY(!QFile::exists(path(u"strict.safetensors"_s)));
    }

    void dryRunWritesNothing()
    {
        const Run result = run(u"convert @model.safetensors -o @dry.safetensors --dry-run --json"_s);
        QVERIFY2(result.code == 0, qPrintable(result.err));
        QCOMPARE(result.json()[u"copied_bytes"].toInteger(), 48);
        QVERIFY(!QFile::exists(path(u"dry.safetensors"_s)));
    }

    void overTheSourceNeedsBothWords()
    {
        const QByteArray before = read(u"model.safetensors"_s);
        QCOMPARE(run(u"convert @model.safetensors -o @model.safetensors"_s).code, 6);
        QCOMPARE(run(u"convert @model.safetensors -o @model.safetensors --force"_s).code, 6);
        QCOMPARE(read(u"model.safetensors"_s), before);
        QCOMPARE(run(u"convert @model.safetensors -o @model.safetensors --force --in-place --step \"strip-wrappers\""_s)
                     .code,
                 0);
        QVERIFY(run(u"info @model.safetensors --keys"_s).out.contains(u"\nconv.weight  float32"_s));
    }

    void explainTellsTheStory()
    {
        const Run story =
            run(u"explain @model.safetensors module.conv.bias --target @target.json --recipe @good.recipe.yaml"_s);
        QVERIFY2(story.code == 0, qPrintable(story.err));
        QVERIFY(story.out.contains(u"backbone.conv.bias"_s));
        QVERIFY(story.out.contains(u"verdict  used"_s));
        QVERIFY(run(u"explain @model.safetensors module.queue --recipe @good.recipe.yaml"_s)
                    .out.contains(u"dropped by 2."_s));
    }

    /// Query, key and value become one and are read again; what is told names each of them.
    void joinsAndCuts()
    {
        QByteArray wanted;
        for (const int count : {3, 6, 3}) { // in the order of their names
            for (int i = 0; i < count; ++i) {
                const float value = float(i);
                wanted.append(reinterpret_cast<const char *>(&value), sizeof value);
            }
        }
        write(u"qkv.safetensors"_s,
              safetensors({{u"m.a.q"_s, {2, 3}}, {u"m.a.k"_s, {1, 3}}, {u"m.a.v"_s, {1, 3}}, {u"m.b"_s, {1}}}));
        write(u"join.recipe.yaml"_s,
              "weightsmith: 1\nsteps:\n  - remove-prefix: m.\n"
              "  - concat: {from: ['{x:*}.q', '{x}.k', '{x}.v'], to: '{x}.qkv'}\n");
        const Run converted = run(u"convert @qkv.safetensors --recipe @join.recipe.yaml -o @joined.pt --json"_s);
        QVERIFY2(converted.code == 0, qPrintable(converted.err));
        const QString keys = run(u"info @joined.pt --keys"_s).out;
        QVERIFY2(keys.contains(u"a.qkv  float32  4 × 3"_s), qPrintable(keys));
        QCOMPARE(run(u"convert @joined.pt --step \"split: {from: a.qkv, to: [a.q, a.k, a.v], sizes: [2, 1, rest]}\" "
                     "-o @cut.safetensors"_s)
                     .code,
                 0);
        QVERIFY(read(u"cut.safetensors"_s).contains(wanted));
        QCOMPARE(read(u"cut.safetensors"_s).size() - read(u"cut.safetensors"_s).indexOf(wanted), wanted.size() + 4);

        const QString line = u"plan @qkv.safetensors --recipe @join.recipe.yaml"_s;
        const QJsonObject tensor = run(line + u" --json"_s).json()[u"tensors"].toArray()[0].toObject();
        QCOMPARE(tensor[u"name"].toString(), u"a.qkv"_s);
        QCOMPARE(tensor[u"sources"].toArray(), (QJsonArray{u"m.a.q"_s, u"m.a.k"_s, u"m.a.v"_s}));
        QCOMPARE(tensor[u"steps"].toArray(), (QJsonArray{1, 2}));
        QVERIFY(run(line).out.contains(u"\na.qkv  float32  4 × 3  ← m.a.q, m.a.k, m.a.v\n"_s));
        const Run story = run(u"explain @qkv.safetensors m.a.k --recipe @join.recipe.yaml"_s);
        QCOMPARE(story.code, 0);
        for (const QString &told :
             {u"file     m.a.v  float32  1 × 3  12 B\n"_s, u"m.a.k → a.k\n"_s, u"a.q, a.k, a.v → a.qkv\n"_s})
            QVERIFY2(story.out.contains(told), qPrintable(story.out));
    }

    /// Tensors of two files and of the target in one: written, told, certified and derived again.
    void takesTensorsOfSeveralFiles()
    {
        write(u"trunk.safetensors"_s, safetensors({{u"a"_s, {2}}}, 10));
        write(u"heads.safetensors"_s, safetensors({{u"b"_s, {2}}}, 20));
        write(u"whole.safetensors"_s, safetensors({{u"trunk.a"_s, {2}}, {u"h.b"_s, {2}}, {u"rest"_s, {2}}}, 30));
        write(u"two.recipe.yaml"_s,
              "weightsmith: 1\nsteps:\n"
              "  - join: [{root: [], prefix: trunk.}, {root: [], file: heads.safetensors, prefix: h.}]\n"
              "bind: {unmatched: fill}\n");
        const QString of = u"@trunk.safetensors --recipe @two.recipe.yaml --target @whole.safetensors"_s;
        const Run converted =
            run(u"convert "_s + of + u" -o @both.safetensors --strict --certificate @both.json --json"_s);
        QVERIFY2(converted.code == 0, qPrintable(converted.err));
        QCOMPARE(converted.json()[u"fit"_s][u"filled"_s].toInt(), 1);
        QCOMPARE(converted.json()[u"fit"_s][u"filled_keys"_s].toArray(), QJsonArray{u"rest"_s});
        QByteArray values;
        for (const float value : {20.f, 21.f, 30.f, 31.f, 10.f, 11.f}) // in the order of their names
            values.append(reinterpret_cast<const char *>(&value), sizeof value);
        QVERIFY(read(u"both.safetensors"_s).endsWith(values));
        const QString fit = run(u"fit "_s + of).out;
        QVERIFY2(fit.contains(u"complete: 3 of 3 keys"_s) && fit.contains(u"created 0, filled 1, skipped 0"_s)
                     && fit.contains(u"filled from the target (1)\n  rest\n"_s),
                 qPrintable(fit));
        const QString plan = run(u"plan "_s + of).out;
        QVERIFY2(plan.contains(u"h.b  float32  2  ← b of “%1”\n"_s.arg(path(u"heads.safetensors"_s))),
                 qPrintable(plan));
        const QString story = run(u"explain @trunk.safetensors rest --recipe @two.recipe.yaml --target "
                                  "@whole.safetensors"_s)
                                  .out;
        QVERIFY2(story.contains(u"file     rest  float32  2  8 B of “%1”\n"_s.arg(path(u"whole.safetensors"_s))),
                 qPrintable(story));
        QVERIFY2(story.contains(u"verdict  filled: nothing of the source reaches it"_s), qPrintable(story));
        const QJsonObject proof = run(u"verify @both.safetensors --certificate @both.json --source @trunk.safetensors "
                                      "--json"_s)
                                      .json();
        QCOMPARE(proof[u"rederived"_s].toInt(), 3);
        write(u"heads.safetensors"_s, safetensors({{u"b"_s, {2}}}, 21));
        const Run other = run(u"verify @both.safetensors --certificate @both.json --source @trunk.safetensors"_s);
        QCOMPARE(other.code, 1);
        QVERIFY2(other.err.contains(u"heads.safetensors” is not the certified source: it has other bytes"_s),
                 qPrintable(other.err));
        const Run without = run(u"fit @trunk.safetensors --recipe @two.recipe.yaml --target @target.json"_s);
        QCOMPARE(without.code, 5);
        QVERIFY2(without.err.contains(u"has names and shapes alone"_s), qPrintable(without.err));
        QVERIFY(QFile::remove(path(u"heads.safetensors"_s)));
        const Run gone = run(u"convert "_s + of + u" -o @never.safetensors"_s);
        QCOMPARE(gone.code, 5);
        QVERIFY2(gone.err.contains(u"its file “heads.safetensors” should be a checkpoint. There is no file"_s),
                 qPrintable(gone.err));
        QVERIFY(!QFile::exists(path(u"never.safetensors"_s)));
    }

    void resultsAndRemarksKeepToTheirStreams()
    {
        const Run loud = run(u"plan @model.safetensors --step \"add-prefix: a.\" --step \"drop: nothing.here\""_s);
        QVERIFY2(loud.err.contains(u"warning: "_s), qPrintable(loud.err));
        QVERIFY(!loud.out.contains(u"warning"_s));
        QCOMPARE(run(u"plan @model.safetensors --quiet --step \"drop: nothing.here\""_s).err, QString());
    }

    void builtinRecipesParseAndAreListed()
    {
        const Run list = run(u"recipes list"_s);
        QVERIFY(list.out.contains(u"ssl/moco_v2  "_s));
        QVERIFY(run(u"recipes show ssl/moco_v2"_s).out.startsWith(u"weightsmith: 1\n"_s));
        const Run imported = run(u"recipes import - --dialect main APPEND_PREFIX=trunk."_s,
                                 "WEIGHTS_INIT: {STATE_DICT_KEY_NAME: '', REMOVE_PREFIX: module}");
        QVERIFY2(imported.code == 0, qPrintable(imported.err));
        QVERIFY(imported.out.startsWith(u"weightsmith: 1\n"_s) && imported.out.contains(u"add-prefix: trunk."_s));
        QVERIFY(imported.err.startsWith(u"warning: REMOVE_PREFIX “module” does not end with a dot"_s));
        QVERIFY(imported.err.endsWith(u"\n  repair: REMOVE_PREFIX=module.\n"_s));
        write(u"imported.recipe.yaml"_s,
              run(u"recipes import STATE_DICT_KEY_NAME= APPEND_PREFIX=trunk."_s).out.toUtf8());
        QCOMPARE(run(u"plan @model.safetensors --recipe @imported.recipe.yaml"_s).code, 0);
        QVERIFY(run(u"recipes explain rename"_s).out.startsWith(u"rename: "_s));
    }

    void recipesAreFoundAndExplained()
    {
        QVERIFY(run(u"recipes list \"momentum encoder\""_s).out.startsWith(u"ssl/moco_v2  "_s));
        QCOMPARE(run(u"recipes list nothing-of-the-kind"_s).out, QString());
        QCOMPARE(run(u"recipes explain ssl/moco_v2"_s).out,
                 u"MoCo v1 and v2 query encoder to a plain ResNet\n"
                 "Keeps the query encoder; leaves out the momentum encoder, the queue and the projection head.\n"
                 "Source: https://github.com/facebookresearch/moco\n"
                 "It applies if there is a key starting with “module.encoder_q.”.\n"
                 "Otherwise it does nothing: then the checkpoint is already in the target's layout.\n"
                 "\n"
                 "1. Unwrap “state_dict”\n"
                 "2. Keep only “module.encoder_q.” and cut it\n"
                 "3. Drop keys starting with “fc.”\n"
                 "   the projection head of pretraining\n"
                 "Then, against the target:\n"
                 "  ignore-missing: [fc.]\n"_s);
        write(u"guarded.recipe.yaml"_s,
              "weightsmith: 1\nnative: {has: [a, b], not: {target-has: c}}\nparams: {n: 3}\nsteps:\n"
              "  - {stop: done, when: {any-of: [{attr: {depth: 2}}, {root-was: a/b}]}, enabled: false}\n"
              "  - {drop: x, required: true, collision: keep-last}\n");
        QCOMPARE(run(u"recipes explain @guarded.recipe.yaml"_s).out,
                 u"It does nothing if there is a key “a” and “b”, and it is not so that the target has a key “c”: then "
                 "the checkpoint is already in the target's layout.\n"
                 "Parameter n = 3\n"
                 "\n"
                 "1. Stop here: done\n"
                 "   This step is switched off.\n"
                 "   Only if the target's depth is 2 or the weights lay at a/b.\n"
                 "2. Drop keys “x”\n"
                 "   It is an error when this matches nothing.\n"
                 "   Of two keys that become one, the last is kept.\n"_s);
        write(u"inner.yaml"_s, "weightsmith: 1\nsteps:\n  - {add-prefix: x., note: why}\n");
        write(u"outer.recipe.yaml"_s, "weightsmith: 1\nsteps:\n  - include: inner.yaml\n");
        QCOMPARE(run(u"recipes explain @outer.recipe.yaml"_s).out,
                 u"\n1. Include “inner.yaml”\n   1.1. Add prefix “x.”\n      why\n"_s);
        const QString plan = run(u"plan @model.safetensors --recipe @outer.recipe.yaml"_s).out;
        QVERIFY2(plan.contains(u"\n   1.1. Add prefix “x.”\n      matched "_s), qPrintable(plan));
        const QString story = run(u"explain @model.safetensors module.conv.bias --recipe @outer.recipe.yaml"_s).out;
        QVERIFY2(story.contains(u"1. Include “inner.yaml” / 1. Add prefix “x.”: → x.module.conv.bias\n"_s),
                 qPrintable(story));
    }

    void recipesGoOutInOtherForms()
    {
        QCOMPARE(run(u"recipes export ssl/moco_v2 --as command --target @model.safetensors"_s).out,
                 u"weightsmith convert SOURCE -o OUT --target %1 --recipe ssl/moco_v2\n"_s.arg(
                     m_dir.filePath(u"model.safetensors"_s)));
        write(u"out.recipe.yaml"_s, "weightsmith: 1\nsteps:\n  - add-prefix: a.\n");
        const Run python = run(u"recipes export @out.recipe.yaml --as python --source @model.safetensors"_s);
        QVERIFY2(python.code == 0, qPrintable(python.err));
        QVERIFY(python.out.startsWith(u"#!/usr/bin/env python3\n"_s));
        const Run plan = run(u"plan @model.safetensors --recipe @out.recipe.yaml"_s);
        static const QRegularExpression counts(u"matched (\\d+), changed (\\d+)"_s);
        const auto match = counts.match(plan.out);
        QVERIFY2(match.hasMatch(), qPrintable(plan.out));
        QVERIFY2(python.out.contains(u"counts=(%1, %2)"_s.arg(match.captured(1), match.captured(2))),
                 qPrintable(python.out));
        QVERIFY(run(u"recipes export @out.recipe.yaml --as inverse"_s).out.contains(u"  - remove-prefix: a.\n"_s));
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
