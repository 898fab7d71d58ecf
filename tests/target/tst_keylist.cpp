// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/keylist.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace {
/// "name [2, 3] float32" for each key, "?" for a shape that is not said; then "- name" for the unexpected ones.
QStringList lines(const KeyList &list)
{
    QStringList all;
    for (const KeyList::Key &key : list.keys) {
        QString line = QString::fromStdString(key.name) + u' '
            + (key.shape ? QString::fromStdString(shapeList(*key.shape)) : u"?"_s);
        if (key.dtype != DType::Unknown)
            line += u' ' + QString::fromLatin1(word(key.dtype));
        all << line;
    }
    for (const std::string &name : list.unexpected)
        all << u"- "_s + QString::fromStdString(name);
    return all;
}

/// As torch 2.11 says it; the names and shapes are those of a head that was replaced.
constexpr auto torchMessage =
    "Traceback (most recent call last):\n  File \"train.py\", line 12, in <module>\n"
    "RuntimeError: Error(s) in loading state_dict for SwinTransformer:\n"
    "\tMissing key(s) in state_dict: \"head.fc.weight\", \"head.fc.bias\". \n"
    "\tUnexpected key(s) in state_dict: \"head.weight\", \"head.bias\". \n"
    "\tsize mismatch for patch_embed.proj.weight: copying a param with shape torch.Size([96, 3, 4, 4]) from "
    "checkpoint, "
    "the shape in current model is torch.Size([96, 4, 4, 4]).\n"
    "\tsize mismatch for scale: copying a param with shape torch.Size([2]) from checkpoint, the shape in current model "
    "is torch.Size([]).\n";
}

/// What people paste as a target.
class TestKeyList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("expected");
        QTest::addRow("torch")
            << QString::fromUtf8(torchMessage)
            << QStringList{u"head.fc.weight ?"_s, u"head.fc.bias ?"_s, u"patch_embed.proj.weight [96, 4, 4, 4]"_s,
                           u"scale []"_s,         u"- head.weight"_s,  u"- head.bias"_s};
        QTest::addRow("broken by a terminal")
            << u"Missing key(s) in\nstate_dict: \"layers.0.blo\ncks.0.weight\", \n\"b\"."_s
            << QStringList{u"layers.0.blocks.0.weight ?"_s, u"b ?"_s};
        QTest::addRow("strict=False prints") << u"_IncompatibleKeys(missing_keys=['a.b', 'c'], unexpected_keys=['d'])"_s
                                             << QStringList{u"a.b ?"_s, u"c ?"_s, u"- d"_s};
        QTest::addRow("mmcv") << u"unexpected key in source state_dict: fc.weight, fc.bias\n\n"
                                 "missing keys in source state_dict: head.weight, head.bias\n"_s
                              << QStringList{u"head.weight ?"_s, u"head.bias ?"_s, u"- fc.weight"_s, u"- fc.bias"_s};
        QTest::addRow("torch 0.4") << u"size mismatch for fc.weight: copying a param of torch.Size([10, 8]) from "
                                      u"checkpoint, where the shape is "
                                      "torch.Size([1000, 8]) in current model."_s
                                   << QStringList{u"fc.weight [1000, 8]"_s};
        QTest::addRow("names alone") << u"a.weight\n\n  a.bias  \n# said twice\na.bias\n"_s
                                     << QStringList{u"a.weight ?"_s, u"a.bias ?"_s};
        QTest::addRow("names and shapes")
            << u"a torch.Size([2, 3])\nb: (4,)\nc\t5x6\nd [] float32\n'e', torch.Size([7]) torch.float16,\nf 8"_s
            << QStringList{u"a [2, 3]"_s, u"b [4]"_s, u"c [5, 6]"_s, u"d [] float32"_s, u"e [7] float16"_s, u"f [8]"_s};
        QTest::addRow("odict_keys") << u"odict_keys(['a.weight', 'a.bias'])"_s
                                    << QStringList{u"a.weight ?"_s, u"a.bias ?"_s};
        QTest::addRow("a dict of shapes")
            << u"{'a': torch.Size([2, 3]), 'b': [4], \"c\": ()}"_s << QStringList{u"a [2, 3]"_s, u"b [4]"_s, u"c []"_s};
    }

    void reads()
    {
        QFETCH(const QString, text);
        const Result<KeyList> list = readKeyList(text.toStdString());
        QVERIFY2(list, list ? "" : qPrintable(list.error().message));
        QTEST(lines(*list), "expected");
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::addRow("a sentence") << u"layers.0.weight\nHello, dear reader of this text"_s
                                    << u"Line 2 is neither a key nor part of a load_state_dict message: “Hello, dear "
                                       "reader of this text”."_s;
        QTest::addRow("nothing") << u"\n  \n"_s << u"The text names no key."_s;
    }

    void refuses()
    {
        QFETCH(const QString, text);
        const Result<KeyList> list = readKeyList(text.toStdString());
        QVERIFY(!list);
        QTEST(list.error().message, "message");
        QCOMPARE(list.error().kind, Error::Kind::BadTarget);
    }

    /// What a message does not name did fit; the list that comes of it is kept and read again.
    void messagesAreCompleted()
    {
        const Result<KeyList> message = readKeyList(torchMessage);
        QVERIFY(message && message->isMessage);
        QCOMPARE(message->model, std::string("SwinTransformer"));
        const std::vector<KeyList::Key> had{{"head.weight", Shape{10, 2}, DType::Unknown},
                                            {"norm.weight", Shape{2}, DType::Unknown},
                                            {"patch_embed.proj.weight", Shape{96, 3, 4, 4}, DType::Unknown}};
        QCOMPARE(keysKnown(*message, had), std::size_t(2));
        const std::string kept = printKeyList(completed(*message, had));
        QVERIFY(isKeyList(kept));
        const Result<KeyList> again = readKeyList(kept);
        QVERIFY(again && !again->isMessage);
        QCOMPARE(again->model, message->model);
        QCOMPARE(lines(*again),
                 QStringList({u"head.fc.weight ?"_s, u"head.fc.bias ?"_s, u"patch_embed.proj.weight [96, 4, 4, 4]"_s,
                              u"scale []"_s, u"norm.weight [2]"_s}));
    }

    void aTargetOfUnknownShapesTakesAny()
    {
        const auto target = targetFromKeyList(*readKeyList("a\nb [2]\n"), u"keys.txt"_s);
        QVERIFY(target);
        QVERIFY((*target)->keys()[0].takes(Shape{3, 4}) && !(*target)->keys()[1].takes(Shape{3, 4}));
        QCOMPARE(wantedShapeText((*target)->keys()[0]), u"any shape"_s);
        QCOMPARE((*target)->parameters(), 2);
        const auto manifest = parseManifest(printManifest(**target), u"keys.json"_s);
        QVERIFY2(manifest, manifest ? "" : qPrintable(manifest.error().message));
        QVERIFY((*manifest)->keys()[0].anyShape && !(*manifest)->keys()[1].anyShape);
    }
};

QTEST_GUILESS_MAIN(TestKeyList)
#include "tst_keylist.moc"
