// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/fileset.h"
#include "tests/save/layouttext.h"
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <sys/inotify.h>
#include <unistd.h>

namespace {
using namespace Qt::StringLiterals;
using Existing = AtomicFile::Existing;

/// A set of two files and an index as an earlier save left it, and one shard that a new set of two has not.
const QStringList oldSet{u"out-00001-of-00002.bin"_s, u"out-00002-of-00002.bin"_s, u"out-00003-of-00003.bin"_s,
                         u"out.bin.index.json"_s};

void writeOldSet(const TemporaryFolder &folder)
{
    for (const QString &name : oldSet)
        folder.write(name, "old " + name.toUtf8());
}

/// Names with their bytes, of all files but the source.
QStringList filesIn(const TemporaryFolder &folder)
{
    QStringList files;
    for (const QString &name : folder.entries()) {
        if (name != u"source"_s)
            files += name + u' ' + QString::fromLatin1(folder.read(name).toHex());
    }
    return files;
}

/// What happens to the names in a folder, in order.
class Happenings
{
public:
    explicit Happenings(const TemporaryFolder &folder)
    {
        ::inotify_add_watch(m_events, qPrintable(folder.path(u"."_s)), IN_DELETE | IN_MOVED_TO);
    }
    ~Happenings() { ::close(m_events); }
    Happenings(const Happenings &) = delete;
    Happenings &operator=(const Happenings &) = delete;

    QStringList read() const
    {
        alignas(inotify_event) std::array<char, 1 << 16> buffer;
        QStringList texts;
        const ssize_t bytes = ::read(m_events, buffer.data(), buffer.size());
        for (ssize_t at = 0; at < bytes;) {
            const auto *event = reinterpret_cast<const inotify_event *>(buffer.data() + at);
            texts += (event->mask & IN_DELETE ? u"gone: "_s : u"here: "_s) + QString::fromUtf8(event->name);
            at += ssize_t(sizeof(inotify_event)) + event->len;
        }
        return texts;
    }

private:
    int m_events = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
};
}

class TestShardSave : public QObject
{
    Q_OBJECT

private:
    /// Of manySizes(): the big one alone, the small ones, and the middle one, which fills a shard.
    static SaveOptions sharded(const TemporaryFolder &folder, OutputFormat format = OutputFormat::Torch)
    {
        SaveOptions options =
            optionsFor(folder.path(format == OutputFormat::Torch ? u"out.bin"_s : u"out.safetensors"_s), format);
        options.maxShardBytes = 200'000;
        return options;
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void formats_data()
    {
        QTest::addColumn<OutputFormat>("format");
        QTest::addColumn<QString>("ending");
        QTest::addRow("safetensors") << OutputFormat::Safetensors << u".safetensors"_s;
        QTest::addRow("torch") << OutputFormat::Torch << u".bin"_s;
    }

    void writesASetThatOpensAsOne_data() { formats_data(); }
    void writesASetThatOpensAsOne()
    {
        QFETCH(const OutputFormat, format);
        QFETCH(const QString, ending);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        Watch watch;
        SaveOptions options = sharded(folder, format);
        options.certificatePath = folder.path(u"certificate"_s);
        options.sha256 = true;
        const auto preview = previewSave(plan, options);
        QVERIFY(preview);
        const auto report = save(plan, options, watch, tools.tools);
        QCOMPARE(message(report), u"saved"_s);

        const QStringList names{u"out-00001-of-00003"_s + ending, u"out-00002-of-00003"_s + ending,
                                u"out-00003-of-00003"_s + ending, u"out"_s + ending + u".index.json"_s};
        QStringList paths;
        qint64 bytes = 0;
        for (const QString &name : names) {
            paths += folder.path(name);
            bytes += folder.read(name).size();
        }
        QCOMPARE(folder.entries(), QStringList{u"certificate"_s} + names + QStringList{u"source"_s});
        QCOMPARE(report->files, paths);
        QCOMPARE(report->path, paths.back());
        QCOMPARE(report->bytes, bytes);
        QCOMPARE(report->tensors, 5);
        QCOMPARE(preview->files, paths);
        QCOMPARE(preview->bytes, bytes);
        QCOMPARE(preview->copiedBytes, report->copiedBytes);
        QCOMPARE(watch.reports.back().first, watch.reports.back().second);
        QVERIFY(std::is_sorted(watch.reports.begin(), watch.reports.end()));
        QVERIFY(std::all_of(watch.reports.begin(), watch.reports.end(),
                            [&](const auto &one) { return one.second == watch.reports.back().second; }));

        const QJsonObject index = QJsonDocument::fromJson(folder.read(names[3])).object();
        QCOMPARE(index[u"metadata"_s].toObject(), (QJsonObject{{u"total_size"_s, 4 * ((3 << 20) + 3 + 1 + 50000)}}));
        QCOMPARE(index[u"weight_map"_s].toObject(),
                 (QJsonObject{{u"big"_s, names[0]},
                              {u"small"_s, names[1]},
                              {u"none"_s, names[1]},
                              {u"scalar"_s, names[1]},
                              {u"middle"_s, names[2]}}));
        QStringList found = contents(paths.back());
        const TemporaryFolder other;
        QStringList expected = contents(savedWhole(plan, other, format));
        found.sort();
        expected.sort();
        QCOMPARE(found, expected);
        checkCertificate(folder, paths);
    }

    void tiesStayInOneTorchShard()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        const StorageId shared = source.storage(floatBytes(counted(100)));
        const TensorIndex first = source.view("first", DType::Float32, {100}, shared);
        const TensorIndex other = source.floats("other", {90}, counted(90));
        const TensorIndex tied = source.view("tied", DType::Float32, {100}, shared);
        const auto checkpoint = source.build();
        const Plan plan = PlanBuilder(checkpoint).copy(first).copy(other).copy(tied).plan();
        Tools tools;
        Progress progress;
        SaveOptions options = sharded(folder);
        options.maxShardBytes = 400;
        const auto report = save(plan, options, progress, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        QCOMPARE(report->files.size(), 3);
        const auto shard = openCheckpoint(report->files[0], progress);
        QVERIFY(shard);
        QCOMPARE((*shard)->tensors().size(), 2u);
        QCOMPARE((*shard)->tensors()[0].storage, (*shard)->tensors()[1].storage);
        const QJsonObject index = QJsonDocument::fromJson(folder.read(u"out.bin.index.json"_s)).object();
        QCOMPARE(index[u"metadata"_s][u"total_size"_s].toInt(), 760);
    }

    void metadataStandsInTheIndex()
    {
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        Progress progress;
        SaveOptions options = sharded(folder, OutputFormat::Safetensors);
        options.metadata = {{"note", "x"}, {"format", "np"}, {"note", "y"}};
        const auto report = save(plan, options, progress, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        const QJsonObject index = QJsonDocument::fromJson(folder.read(u"out.safetensors.index.json"_s)).object();
        QCOMPARE(index[u"metadata"_s][u"note"_s].toString(), u"y"_s);
        QCOMPARE(index[u"metadata"_s].toObject().size(), 2);
        const auto shard = openCheckpoint(report->files[0], progress);
        QVERIFY(shard);
        QCOMPARE((*shard)->metadata(), (decltype((*shard)->metadata()){{"format", "np"}}));
    }

    void oneFileWhenAllFits()
    {
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        writeOldSet(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        Progress progress;
        SaveOptions options = sharded(folder);
        options.maxShardBytes = 1 << 30;
        options.existing = Existing::Replace;
        const auto report = save(plan, options, progress, tools.tools);
        QCOMPARE(message(report), u"saved"_s);
        QCOMPARE(report->files, QStringList{folder.path(u"out.bin"_s)});
        QCOMPARE(folder.entries(), (QStringList{u"out.bin"_s, u"source"_s}));
        const TemporaryFolder other;
        savedWhole(plan, other, OutputFormat::Torch);
        QVERIFY(folder.read(u"out.bin"_s) == other.read(u"whole"_s));
    }

    void replacesWhatWasThere_data()
    {
        QTest::addColumn<QStringList>("before");
        QTest::addRow("nothing") << QStringList();
        QTest::addRow("a larger set") << oldSet;
        QTest::addRow("one file") << QStringList{u"out.bin"_s};
    }

    void replacesWhatWasThere()
    {
        QFETCH(const QStringList, before);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        for (const QString &name : before)
            folder.write(name, "old");
        folder.write(u"out.bin.bak"_s, "mine");
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        Progress progress;
        SaveOptions options = sharded(folder);
        const QStringList entries = folder.entries();
        const auto refused = save(plan, options, progress, tools.tools);
        QCOMPARE(bool(refused), before.isEmpty());
        if (!refused) {
            QCOMPARE(refused.error().kind, Error::Kind::Unwritable);
            QVERIFY2(refused.error().message.endsWith(u"” exists already, and replacing it was not asked for."_s),
                     qPrintable(refused.error().message));
            QCOMPARE(folder.entries(), entries);
        }
        options.existing = Existing::Replace;
        QCOMPARE(message(save(plan, options, progress, tools.tools)), u"saved"_s);
        QCOMPARE(folder.entries(),
                 (QStringList{u"out-00001-of-00003.bin"_s, u"out-00002-of-00003.bin"_s, u"out-00003-of-00003.bin"_s,
                              u"out.bin.bak"_s, u"out.bin.index.json"_s, u"source"_s}));
        QCOMPARE(contents(folder.path(u"out.bin.index.json"_s)).size(), 5);
    }

    void cancelsAnywhere_data() { formats_data(); }
    void cancelsAnywhere()
    {
        QFETCH(const OutputFormat, format);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        writeOldSet(folder);
        const QStringList before = filesIn(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        SaveOptions options = sharded(folder, format);
        options.existing = Existing::Replace;
        options.certificatePath = folder.path(u"certificate"_s);
        for (int stopAfter = 0;; ++stopAfter) {
            Watch watch;
            watch.stopAfter = stopAfter;
            const auto report = save(plan, options, watch, tools.tools);
            if (report) {
                QVERIFY(stopAfter > 15);
                break;
            }
            QCOMPARE(report.error().kind, Error::Kind::Cancelled);
            QCOMPARE(filesIn(folder), before);
        }
    }

    void aFailingShardLeavesTheOldSet_data()
    {
        QTest::addColumn<int>("shard");
        for (const int shard : {1, 2, 3})
            QTest::addRow("shard %d", shard) << shard;
    }

    void aFailingShardLeavesTheOldSet()
    {
        QFETCH(const int, shard);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        writeOldSet(folder);
        const QStringList before = filesIn(folder);
        const Plan plan = PlanBuilder(checkpoint).copyAll().plan();
        Tools tools;
        int opened = 0;
        tools.tools.openCheckpoint = [&](const QString &path, Progress &progress) {
            return ++opened == shard ? openCheckpoint(folder.path(u"source"_s), progress)
                                     : openCheckpoint(path, progress);
        };
        Progress progress;
        SaveOptions options = sharded(folder);
        options.existing = Existing::Replace;
        const auto report = save(plan, options, progress, tools.tools);
        QVERIFY(!report);
        QCOMPARE(opened, shard);
        QCOMPARE(filesIn(folder), before);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<Error::Kind>("kind");
        QTest::addColumn<QString>("message");

        QTest::addRow("objects") << QByteArray("objects") << Error::Kind::Usage
                                 << u"A shard holds a bare state dict: objects and a key above it need one file for "
                                    "all."_s;
        QTest::addRow("root key") << QByteArray("rootKey") << Error::Kind::Usage
                                  << u"A shard holds a bare state dict: objects and a key above it need one file for "
                                     "all."_s;
        QTest::addRow("total_size") << QByteArray("total_size") << Error::Kind::Usage
                                    << u"“total_size” is what the index of shards says itself, so it cannot be given "
                                       "as metadata."_s;
        QTest::addRow("certificate on a shard")
            << QByteArray("certificate") << Error::Kind::Usage
            << u"The certificate cannot have the name of the file it is about, “%1/out-00002-of-00003.bin”."_s;
        QTest::addRow("over the source")
            << QByteArray("source") << Error::Kind::Unwritable
            << u"“%1/out-00002-of-00003.bin” is an open source file, which shards cannot replace: save them under "
               "another name."_s;
        QTest::addRow("the source would go with an older set")
            << QByteArray("older source") << Error::Kind::Unwritable
            << u"“%1/out-00009-of-00009.bin” is an open source file, which shards cannot replace: save them under "
               "another name."_s;
        QTest::addRow("name that JSON cannot hold")
            << QByteArray("name") << Error::Kind::Unsupported
            << u"“\\xed\\xa0\\x80” cannot be saved in shards: its name is not valid UTF-8, as their index needs it."_s;
        QTest::addRow("too many") << QByteArray("many") << Error::Kind::Usage
                                  << u"Shards of at most 1 B would be 4,097 files; at most 4,096 can be written. "
                                     "Give them more room."_s;
        QTest::addRow("two names of one file") << QByteArray("link") << Error::Kind::Unwritable
                                               << u"“%1/out-00002-of-00003.bin” is a link to another file of the same "
                                                  "set."_s;
    }

    void refuses()
    {
        QFETCH(const QByteArray, what);
        QFETCH(const Error::Kind, kind);
        QFETCH(const QString, message);
        const TemporaryFolder folder;
        const auto checkpoint = manySizes(folder);
        PlanBuilder builder(checkpoint);
        builder.copyAll();
        if (what == "name")
            builder.copy(1, "\xED\xA0\x80");
        for (int i = 0; what == "many" && i < 4092; ++i)
            builder.zeros("z" + std::to_string(i), DType::Int8, {2});
        const Plan plan = builder.plan();
        SaveOptions options = sharded(folder, what == "total_size" ? OutputFormat::Safetensors : OutputFormat::Torch);
        options.existing = Existing::Replace;
        options.overSource = true;
        options.keepObjects = what == "objects";
        if (what == "rootKey")
            options.rootKey = "model";
        if (what == "total_size")
            options.metadata = {{"total_size", "1"}};
        if (what == "certificate")
            options.certificatePath = folder.path(u"out-00002-of-00003.bin"_s);
        if (what == "source")
            QCOMPARE(::symlink("source", qPrintable(folder.path(u"out-00002-of-00003.bin"_s))), 0);
        if (what == "older source")
            QCOMPARE(::symlink("source", qPrintable(folder.path(u"out-00009-of-00009.bin"_s))), 0);
        if (what == "many")
            options.maxShardBytes = 1;
        if (what == "link") {
            folder.write(u"out-00001-of-00003.bin"_s, "old");
            QCOMPARE(::symlink("out-00001-of-00003.bin", qPrintable(folder.path(u"out-00002-of-00003.bin"_s))), 0);
        }
        const QStringList before = filesIn(folder);
        Tools tools;
        Progress progress;
        const auto report = save(plan, options, progress, tools.tools);
        QVERIFY(!report);
        QCOMPARE(report.error().message, QString(message).replace(u"%1"_s, QFileInfo(folder.path(u"x"_s)).path()));
        QCOMPARE(report.error().kind, kind);
        QCOMPARE(filesIn(folder), before);
    }

    void namesAreGivenInOrder()
    {
        const TemporaryFolder folder;
        writeOldSet(folder);
        auto set = twoAndIndex(folder, Existing::Replace);
        QVERIFY(set);
        const Happenings happenings(folder);
        QVERIFY(set->commit({folder.path(u"out-00003-of-00003.bin"_s)}));
        QCOMPARE(happenings.read(),
                 (QStringList{u"gone: out.bin.index.json"_s, u"here: out-00001-of-00002.bin"_s,
                              u"here: out-00002-of-00002.bin"_s, u"here: out.bin.index.json"_s,
                              u"gone: out-00003-of-00003.bin"_s}));
    }

    void aNameThatCannotBeGivenLeavesNoHalfSet_data()
    {
        QTest::addColumn<QString>("blocked");

        QTest::addRow("first shard") << oldSet[0];
        QTest::addRow("second shard") << oldSet[1];
    }

    void aNameThatCannotBeGivenLeavesNoHalfSet()
    {
        QFETCH(const QString, blocked);
        const TemporaryFolder folder;
        auto set = twoAndIndex(folder, Existing::Refuse);
        QVERIFY(set);
        folder.write(blocked, "came in between");
        const auto done = set->commit({});
        QVERIFY(!done);
        QCOMPARE(done.error().kind, Error::Kind::Unwritable);
        *set = {};
        QCOMPARE(folder.entries(), QStringList{blocked});
        QCOMPARE(folder.read(blocked), QByteArray("came in between"));
    }

    void needsRoomForAll()
    {
        const TemporaryFolder folder;
        const qint64 free = AtomicFile::freeBytes(folder.path(u"a"_s));
        const auto set = FileSet::create({{folder.path(u"a"_s), free / 2}, {folder.path(u"b"_s), free}},
                                         FileSet::LastIs::File, Existing::Refuse);
        QVERIFY(!set);
        QCOMPARE(set.error().kind, Error::Kind::OutOfSpace);
        QCOMPARE(folder.entries(), QStringList());
    }

private:
    /// The plan saved in one file, in a folder of its own.
    static QString savedWhole(const Plan &plan, const TemporaryFolder &other, OutputFormat format)
    {
        Tools tools;
        Progress progress;
        const QString path = other.path(u"whole"_s);
        const auto report = save(plan, optionsFor(path, format), progress, tools.tools);
        return report ? path : report.error().message;
    }

    static Result<FileSet> twoAndIndex(const TemporaryFolder &folder, Existing existing)
    {
        return FileSet::create({{folder.path(oldSet[0]), 0}, {folder.path(oldSet[1]), 0}, {folder.path(oldSet[3]), 0}},
                               FileSet::LastIs::Index, existing);
    }

    static void checkCertificate(const TemporaryFolder &folder, const QStringList &paths)
    {
        const QJsonObject json = QJsonDocument::fromJson(folder.read(u"certificate"_s)).object();
        QStringList certified;
        for (const QJsonValue &file : json[u"output"_s][u"files"_s].toArray()) {
            certified += file[u"path"_s].toString();
            QCOMPARE(file[u"bytes"_s].toInteger(), QFileInfo(certified.back()).size());
            QCOMPARE(file[u"sha256"_s].toString().size(), 64);
        }
        QCOMPARE(certified, paths);
        const QJsonObject tensors = json[u"tensors"_s].toObject();
        QCOMPARE(tensors.keys(), (QStringList{u"big"_s, u"middle"_s, u"none"_s, u"scalar"_s, u"small"_s}));
    }
};

QTEST_GUILESS_MAIN(TestShardSave)
#include "shardsavetest.moc"
