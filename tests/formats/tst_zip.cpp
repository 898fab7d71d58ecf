// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/zipdirectory.h"
#include "tests/support/memoryfile.h"
#include "tests/support/zipbuilder.h"

#include <QRegularExpression>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;

namespace {
/// The directory as text: a line a member with its content or problem, then a line a finding; or the error.
QString outcome(const std::string &bytes)
{
    Progress progress;
    auto zip = ZipDirectory::read(memoryFile(bytes));
    static const QRegularExpression path(u"“/proc/self/fd/\\d+”"_s);
    if (!zip)
        return QString(zip.error().message).replace(path, u"FILE"_s);
    if (auto located = zip->locate(progress); !located)
        return located.error().message;
    QString text;
    for (quint32 number = 0; number < zip->members().size(); ++number) {
        const ZipMember &member = zip->members()[number];
        const auto content = zip->contents(number, 100 << 20);
        text +=
            QString::fromUtf8(member.name.data(), qsizetype(std::min<std::size_t>(member.name.size(), 30))) + u": "_s;
        if (!content)
            text += content.error().message;
        else
            text += content->size() > 20 ? u"%1 bytes"_s.arg(content->size())
                                         : QString::fromUtf8(content->data(), qsizetype(content->size()));
        text += u'\n';
    }
    for (const Finding &finding : zip->findings())
        text += u"! "_s + QString::fromStdString(finding.kind) + u'\n';
    return text.trimmed();
}

using Change = std::function<void(ZipBuilder &)>;

/// Three members as torch writes them, then one change.
std::string changed(const Change &change)
{
    ZipBuilder zip;
    zip.addLikeTorch("a/data.pkl", "pickle");
    zip.addLikeTorch("a/data/0", "storage0");
    zip.addLikeTorch("a/data/1", "storage1");
    if (change)
        change(zip);
    return zip.bytes();
}

std::string zip64End(quint64 entries, quint64 bytes, quint64 offset, quint64 recordOffset)
{
    using B = ZipBuilder;
    return B::u32(0x06064b50) + B::u64(44) + B::u16(0x031E) + B::u16(45) + B::u32(0) + B::u32(0) + B::u64(entries)
        + B::u64(entries) + B::u64(bytes) + B::u64(offset) + B::u32(0x07064b50) + B::u32(0) + B::u64(recordOffset)
        + B::u32(1);
}
}

class TestZip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void members_data();
    void members();
    void damaged_data();
    void damaged();
    void zip64();
    void truncations();
    void manyMembers();
};

void TestZip::members_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("expected");
    const QString pickle = u"a/data.pkl: pickle\n"_s;
    const QString zero = u"a/data/0: storage0\n"_s;
    const QString one = u"a/data/1: storage1"_s;
    const auto row = [](const char *tag, const Change &change, const QString &expected) {
        QTest::addRow("%s", tag) << QByteArray::fromStdString(changed(change)) << expected;
    };
    row("as torch writes it", {}, pickle + zero + one);
    row(
        "100 zero bytes behind (Z-04)", [](ZipBuilder &zip) { zip.after = std::string(100, '\0'); },
        pickle + zero + one + u"\n! trailing-bytes"_s);
    row(
        "70,000 bytes behind (Z-05)", [](ZipBuilder &zip) { zip.after = std::string(70'000, 'x'); },
        pickle + zero + one + u"\n! trailing-bytes"_s);
    row(
        "128 bytes in front (Z-03)", [](ZipBuilder &zip) { zip.before = std::string(128, 'x'); },
        pickle + zero + one + u"\n! shifted"_s);
    row(
        "a name twice (Z-07)", [](ZipBuilder &zip) { zip.addLikeTorch("a/data/0", "other"); },
        pickle
            + u"a/data/0: The zip file holds more than one member named “a/data/0”, so its data is ambiguous.\n"
              "a/data/1: storage1\n"
              "a/data/0: The zip file holds more than one member named “a/data/0”, so its data is ambiguous.\n"
              "! duplicate-member"_s);
    row(
        "a byte changed (Z-09)", [](ZipBuilder &zip) { zip.member(1).data[0] = 'S'; },
        pickle + u"a/data/0: Storage0\n"_s + one + u"\n! checksum"_s);
    row(
        "no checksums (Z-11)",
        [](ZipBuilder &zip) {
            for (std::size_t i = 0; i < 3; ++i)
                zip.member(i).crc = 0;
        },
        pickle + zero + one);
    row(
        "a deflated member (Z-12)", [](ZipBuilder &zip) { zip.addDeflated("a/z", std::string(5000, 'z')); },
        pickle + zero + one + u"\na/z: 5000 bytes"_s);
    row(
        "a bomb (Z-13)", [](ZipBuilder &zip) { zip.addDeflated("a/z", std::string(64 << 20, '\0')); },
        pickle + zero + one
            + u"\na/z: “a/z” would unfold from 67.8 kB to 67.1 MB: this looks like a zip bomb and is not read."_s);
    row(
        "deflated, longer than it says (Z-14)",
        [](ZipBuilder &zip) { zip.addDeflated("a/z", std::string(5000, 'z')).unpacked = 4999; },
        pickle + zero + one + u"\na/z: “a/z” does not unfold to the 4999 bytes that the zip file promises."_s);
    row(
        "deflated, shorter than it says (Z-14)",
        [](ZipBuilder &zip) { zip.addDeflated("a/z", std::string(5000, 'z')).unpacked = 5001; },
        pickle + zero + one + u"\na/z: “a/z” does not unfold to the 5001 bytes that the zip file promises."_s);
    row(
        "another method (Z-15)", [](ZipBuilder &zip) { zip.member(1).method = 93; },
        pickle
            + u"a/data/0: “a/data/0” is packed with zip method 93; only methods 0 (stored) and 8 (deflate) can be read.\n"_s
            + one);
    row(
        "encrypted (Z-16)", [](ZipBuilder &zip) { zip.member(1).flags |= 1; },
        pickle + u"a/data/0: “a/data/0” is encrypted in the zip file.\n"_s + one);
    row(
        "encrypted in the local header only (Z-16)", [](ZipBuilder &zip) { zip.member(1).localFlags |= 1; },
        pickle + u"a/data/0: “a/data/0” is encrypted according to its zip header.\n"_s + one);
    row(
        "another local name (Z-17)", [](ZipBuilder &zip) { zip.member(1).localName = "a/data/7"; },
        pickle + u"a/data/0: The zip header at byte 86 is that of “a/data/7”, not of “a/data/0”.\n"_s + one);
    row(
        "local extra length 4 more (Z-18)", [](ZipBuilder &zip) { zip.member(1).localExtraBytes += 4; },
        pickle
            + u"a/data/0: The zip header of “a/data/0” puts its 8 bytes at byte 132, which does not fit the file.\n"_s
            + one);
    row(
        "local extra length 65535 (Z-19)", [](ZipBuilder &zip) { zip.member(1).localExtraBytes = 0xFFFF; },
        pickle
            + u"a/data/0: The zip header of “a/data/0” puts its 8 bytes at byte 65659, which does not fit the file.\n"_s
            + one);
    row(
        "no local header (Z-20)", [](ZipBuilder &zip) { zip.member(1).localSignature = 0; },
        pickle + u"a/data/0: There is no zip header for “a/data/0” at byte 86.\n"_s + one);
    row(
        "offset beyond the file (Z-21)", [](ZipBuilder &zip) { zip.member(1).offset = 0xFFFFFFF0; },
        pickle
            + u"a/data/0: The zip entry of “a/data/0” gives a size or place of 4294967280, but the file's contents end at byte 280.\n"_s
            + one);
    row(
        "size of 2 GiB (Z-22)", [](ZipBuilder &zip) { zip.member(1).packed = zip.member(1).unpacked = 0x7FFFFFFF; },
        pickle
            + u"a/data/0: The zip entry of “a/data/0” gives a size or place of 2147483647, but the file's contents end at byte 280.\n"_s
            + one);
    row(
        "stored, but of two sizes (Z-23)", [](ZipBuilder &zip) { zip.member(1).unpacked = 4; },
        pickle
            + u"a/data/0: “a/data/0” is stored as it is, yet takes 8 bytes in the zip file for 4 bytes of content.\n"_s
            + one);
    row(
        "all ones without zip64 (Z-26)", [](ZipBuilder &zip) { zip.member(1).packed = 0xFFFFFFFF; },
        pickle + u"a/data/0: The zip entry of “a/data/0” needs a zip64 field that it does not have.\n"_s + one);
    row(
        "zip64 field too short (Z-26)",
        [](ZipBuilder &zip) {
            zip.member(1).packed = 0xFFFFFFFF;
            zip.member(1).centralExtra = ZipBuilder::u16(1) + ZipBuilder::u16(4) + ZipBuilder::u32(8);
        },
        pickle + u"a/data/0: The zip entry of “a/data/0” needs a zip64 field that it does not have.\n"_s + one);
    row(
        "zip64 field",
        [](ZipBuilder &zip) {
            zip.member(1).hasDescriptor = false;
            zip.member(1).localFlags = 0;
            zip.member(1).packed = 0xFFFFFFFF;
            zip.member(1).centralExtra = ZipBuilder::u16(1) + ZipBuilder::u16(8) + ZipBuilder::u64(8);
        },
        pickle + zero + one);
    row(
        "two names for the same bytes (Z-27)",
        [](ZipBuilder &zip) {
            zip.member(2).offset = 86;
            zip.member(2).localName = "a/data/0";
        },
        pickle + zero + u"a/data/1: The zip header at byte 86 is that of “a/data/0”, not of “a/data/1”."_s);
    row(
        "a member inside another (Z-27)",
        [](ZipBuilder &zip) {
            ZipBuilder inner;
            inner.add("a/in", "inside");
            const std::string file = inner.bytes();
            zip.add("a/out", file.substr(0, 30 + 4 + 6));
            auto &member = zip.add("a/in", "inside");
            member.localName = "a/elsewhere";
            member.offset = 280 + 30 + 5;
        },
        pickle + zero + one
            + u"\na/out: The zip members “a/out” and “a/in” claim the same bytes of the file.\n"
              "a/in: The zip members “a/out” and “a/in” claim the same bytes of the file.\n! overlap"_s);
    row(
        "a second of a name inside another (Z-27)",
        [](ZipBuilder &zip) {
            ZipBuilder inner;
            inner.add("a/data/1", "inside");
            zip.add("a/out", inner.bytes().substr(0, 30 + 8 + 6));
            zip.add("a/data/1", "inside").offset = 280 + 30 + 5;
        },
        pickle + zero
            + u"a/data/1: The zip file holds more than one member named “a/data/1”, so its data is ambiguous.\n"
              "a/out: The zip members “a/out” and “a/data/1” claim the same bytes of the file.\n"
              "a/data/1: The zip members “a/out” and “a/data/1” claim the same bytes of the file.\n"
              "! overlap\n! duplicate-member"_s);
    row(
        "names that lead outside (Z-28)",
        [](ZipBuilder &zip) {
            zip.addLikeTorch("../../etc/x", "x");
            zip.addLikeTorch("/abs", "y");
            zip.addLikeTorch("a/..b", "fine");
        },
        pickle + zero + one + u"\n../../etc/x: x\n/abs: y\na/..b: fine\n! hostile-name"_s);
}

void TestZip::members()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QString, expected);
    QCOMPARE(outcome(file.toStdString()), expected);
}

void TestZip::damaged_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *tag, const std::string &file, const QString &expected) {
        QTest::addRow("%s", tag) << QByteArray::fromStdString(file) << u"FILE is damaged: "_s + expected;
    };
    const std::string sound = changed({});
    const QString missing = u"the list of its contents, which a zip file keeps at its end, is missing. The file is cut "
                            "off after %1 bytes, as an unfinished download is."_s;
    row("empty", {}, missing.arg(0));
    row("cut at half (Z-01)", sound.substr(0, sound.size() / 2), missing.arg(sound.size() / 2));
    row("cut by a byte (Z-02)", sound.substr(0, sound.size() - 1), missing.arg(sound.size() - 1));
    row("more members than there are", changed([](ZipBuilder &zip) { zip.entries = 4; }),
        u"4 members are claimed in a list of 164 bytes."_s);
    row("more members than could be", changed([](ZipBuilder &zip) { zip.entries = 60'000; }),
        u"60000 members are claimed in a list of 164 bytes."_s);
    row("fewer members than there are", changed([](ZipBuilder &zip) { zip.entries = 2; }),
        u"the list of its contents breaks off after 3 of 2 members, at byte 444."_s);
    row("directory beyond the end (Z-24)", changed([](ZipBuilder &zip) { zip.directoryOffset = 0x7FFFFFFF; }),
        u"the list of its contents should take 164 bytes from byte 2147483647 on, but its end record stands at byte 444."_s);
    row("zip64 without its record (Z-24)", changed([](ZipBuilder &zip) { zip.directoryOffset = 0xFFFFFFFF; }),
        u"its end record points to a zip64 record that is not there."_s);
    const auto withZip64 = [](quint64 entries, quint64 bytes, quint64 offset, quint64 record) {
        return changed([=](ZipBuilder &zip) { zip.zip64 = zip64End(entries, bytes, offset, record); });
    };
    row("zip64 directory at 2^63 (Z-24)", withZip64(3, 164, quint64(1) << 63, 444),
        u"the list of its contents should take 164 bytes from byte 9223372036854775808 on, but its end record stands at byte 444."_s);
    row("zip64 directory of 2^64-1 bytes (Z-24)", withZip64(3, ~quint64(0), 280, 444),
        u"the list of its contents should take 18446744073709551615 bytes from byte 280 on, but its end record stands at byte 444."_s);
    row("zip64 with 2^63 members (Z-24)", withZip64(quint64(1) << 63, 164, 280, 444),
        u"9223372036854775808 members are claimed in a list of 164 bytes."_s);
}

void TestZip::damaged()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QString, expected);
    QCOMPARE(outcome(file.toStdString()), expected);
}

void TestZip::zip64()
{
    const auto build = [](quint64 record) {
        return changed([=](ZipBuilder &zip) {
            zip.zip64 = zip64End(3, 164, 280, record);
            zip.entries = 0xFFFF;
            zip.directoryOffset = 0xFFFFFFFF;
        });
    };
    const QString sound = u"a/data.pkl: pickle\na/data/0: storage0\na/data/1: storage1"_s;
    QCOMPARE(outcome(build(444)), sound);
    // A locator that points elsewhere: the record right before it is taken.
    QCOMPARE(outcome(build(~quint64(0))), sound);
}

void TestZip::truncations()
{
    const std::string sound = changed({});
    for (std::size_t size = 0; size < sound.size(); ++size)
        QVERIFY(outcome(sound.substr(0, size)).startsWith(u"FILE is damaged: "_s));
}

void TestZip::manyMembers()
{
    ZipBuilder zip;
    constexpr int count = 5000;
    for (int i = 0; i < count; ++i)
        zip.add("a/data/" + std::to_string(i), std::to_string(i));
    Progress progress;
    auto directory = ZipDirectory::read(memoryFile(zip.bytes()));
    QVERIFY(directory && directory->locate(progress));
    QCOMPARE(directory->members().size(), std::size_t(count));
    for (int i = 0; i < count; i += 777) {
        const auto member = directory->find("a/data/" + std::to_string(i));
        QVERIFY(member);
        const auto content = directory->contents(*member, 100);
        QVERIFY(content);
        QCOMPARE(QString::fromUtf8(content->data(), qsizetype(content->size())), QString::number(i));
    }
    QVERIFY(!directory->find("a/data/5000"));
    QCOMPARE(directory->findings().size(), 0u);
}

QTEST_GUILESS_MAIN(TestZip)
#include "tst_zip.moc"
