// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which modules of a target take the image in: stated, or found by the shapes of its keys.
#include "model/target/firstconv.h"
#include "tests/support/smalltensors.h"
#include "tests/support/targettext.h"

#include <QTest>

using namespace Qt::StringLiterals;

class TestFirstConv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void finds_data()
    {
        QTest::addColumn<QStringList>("tensors");
        QTest::addColumn<QString>("attribute");
        QTest::addColumn<QStringList>("keys");
        const auto row = [](const char *what, const QStringList &tensors, const QString &attribute,
                            const QStringList &keys) { QTest::addRow("%s", what) << tensors << attribute << keys; };
        row("three channels",
            {u"a.weight float32 8x8x3x3"_s, u"conv1.weight float32 64x3x7x7"_s, u"fc.weight float32 3x3"_s},
            u"'conv1'"_s, {u"conv1.weight"_s});
        row("two stems of three channels", {u"stem.b.weight float32 64x3x1x1"_s, u"stem.a.weight float32 64x3x3x3"_s},
            u"['stem.b', 'stem.a']"_s, {u"stem.b.weight"_s, u"stem.a.weight"_s});
        row("no name but weight", {u"weight float32 64x3x7x7"_s}, u"''"_s, {u"weight"_s});
        row("no weights",
            {u"conv1.bias float32 64x3x7x7"_s, u"conv1weight float32 64x3x7x7"_s, u"b.weight float32 64x3"_s}, {}, {});
        row("nothing", {}, {}, {});
        const QStringList more{u"stem.weight float32 96x13x4x4"_s, u"stem.bias float32 96"_s,
                               u"blocks.0.weight float32 96x1x7x7"_s, u"blocks.0.proj.weight float32 24x96x1x1"_s};
        row("other channels, in the order of modules", more, u"'stem'"_s, {u"stem.weight"_s});
        QStringList sorted = more;
        sorted.sort();
        row("other channels, in the order of names", sorted, {}, {});
        row("two stems of other channels",
            {u"stem.b.weight float32 64x8x1x1"_s, u"stem.a.weight float32 64x8x3x3"_s,
             u"next.weight float32 64x8x3x3"_s},
            u"['stem.b', 'stem.a']"_s, {u"stem.b.weight"_s, u"stem.a.weight"_s});
        row("one of as many as others give",
            {u"stem.b.weight float32 64x8x1x1"_s, u"stem.a.weight float32 64x8x3x3"_s, u"a.weight float32 8x64x1x1"_s},
            u"'stem.b'"_s, {u"stem.b.weight"_s});
        row("one channel",
            {u"stem.weight float32 64x1x3x3"_s, u"stem.next.weight float32 64x1x3x3"_s, u"a.weight float32 2"_s},
            u"'stem'"_s, {u"stem.weight"_s});
        QStringList many{u"f.z.weight float32 64x4x3x3"_s};
        for (const char *name : {"a", "b", "c", "d"})
            many += u"f.%1.weight float32 64x4x3x3"_s.arg(QString::fromLatin1(name));
        row("groups that look like stems", many, u"'f.z'"_s, {u"f.z.weight"_s});
    }

    void finds()
    {
        QFETCH(const QStringList, tensors);
        QFETCH(const QString, attribute);
        QFETCH(const QStringList, keys);
        const auto target = smallTarget(tensors);
        QCOMPARE(attributeLines(*target).join(u'\n'), attribute.isEmpty() ? QString() : u"first_conv = "_s + attribute);
        QCOMPARE(keysOf(*target), keys);
    }

    /// What is stated holds, whatever it is.
    void believes()
    {
        const QStringList tensors{u"conv1.weight float32 64x3x7x7"_s};
        QCOMPARE(keysOf(*smallTarget(tensors, {{"first_conv", std::string("other")}})), QStringList{u"other.weight"_s});
        const std::vector<std::string> both{"a.b", ""};
        QCOMPARE(keysOf(*smallTarget(tensors, {{"first_conv", both}})), (QStringList{u"a.b.weight"_s, u"weight"_s}));
        QCOMPARE(keysOf(*smallTarget(tensors, {{"first_conv", std::vector<qint64>()}})), QStringList());
    }

    /// Keys whose shape is not known are no kernels.
    void knowsNothingWithoutShapes()
    {
        const auto target = parseManifest(
            R"({"weightsmith-manifest": 1, "tensors": {"conv1.weight": {"shape": null}, "b.weight": [2]}})",
            u"m.json"_s);
        QVERIFY(target);
        QCOMPARE(attributeLines(**target), QStringList());
    }

private:
    static QStringList keysOf(const Target &target)
    {
        QStringList keys;
        for (const std::string &key : firstConvKeys(target))
            keys += QString::fromStdString(key);
        return keys;
    }
};

QTEST_GUILESS_MAIN(TestFirstConv)
#include "tst_firstconv.moc"
