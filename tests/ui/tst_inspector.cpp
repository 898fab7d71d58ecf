// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/yaml.h"
#include "tests/support/picklebuilder.h"
#include "tests/support/zipbuilder.h"
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"
#include "ui/inspector.h"
#include "ui/keytreeview.h"

#include <QAction>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTreeView>

using namespace Qt::StringLiterals;

/// What the inspector says of a key and of the file, and what can be done from there.
class TestInspector : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    Inspector *inspector() const { return find<Inspector>("inspector"); }

    void openFile(const QString &file)
    {
        m_window->openCheckpoint(file);
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
    }

    void goTo(const QString &key)
    {
        QVERIFY2(tree()->goToKey(key), qPrintable(key));
        tree()->setFocus();
    }

    /// Everything said on the side shown, from top to bottom, one a line.
    QStringList said() const
    {
        QList<QWidget *> all;
        for (QWidget *widget : inspector()->currentWidget()->findChildren<QWidget *>()) {
            if ((qobject_cast<QLabel *>(widget) || qobject_cast<KeyLabel *>(widget)) && widget->isVisible())
                all << widget;
        }
        const auto place = [this](const QWidget *w) { return w->mapTo(inspector(), QPoint(0, 0)); };
        std::stable_sort(all.begin(), all.end(), [&](const QWidget *a, const QWidget *b) {
            return std::pair(place(a).y() / 4, place(a).x()) < std::pair(place(b).y() / 4, place(b).x());
        });
        QStringList lines;
        for (const QWidget *widget : std::as_const(all)) {
            const auto *label = qobject_cast<const QLabel *>(widget);
            lines << (label ? label->text() : widget->accessibleName());
        }
        return lines;
    }

    bool says(const QString &line) const { return said().contains(line); }

    /// What follows a heading or a label.
    QString after(const QString &line) const
    {
        const QStringList lines = said();
        return lines.value(lines.indexOf(line) + 1);
    }

    QStringList nearPairs() const
    {
        QStringList all;
        for (const QPushButton *button : inspector()->findChildren<QPushButton *>(u"nearPair"_s))
            all << button->accessibleName();
        return all;
    }

    void openBoth()
    {
        open();
        m_window->openTarget(path("target.json"));
        QTRY_VERIFY(document().fit().has_value());
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [strip-wrappers, {rename: {prefix: norm., to: "
                                            "end.}}]\n",
                                            {}),
                             u"Set up"_s);
        settle();
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"inspector-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void nearMisses_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("heading");
        QTest::addColumn<QString>("pair");
        QTest::addColumn<bool>("isByMouse");
        QTest::addRow("of a missing key, by mouse") << u"head.fc.weight"_s << u"UNEXPECTED KEYS MOST LIKE IT"_s
                                                    << u"Pair head.weight with head.fc.weight"_s << true;
        QTest::addRow("of a missing key, by keyboard")
            << u"norm.bias"_s << u"UNEXPECTED KEYS MOST LIKE IT"_s << u"Pair end.bias with norm.bias"_s << false;
        QTest::addRow("of an unexpected key")
            << u"head.bias"_s << u"MISSING KEYS MOST LIKE IT"_s << u"Pair head.bias with head.fc.bias"_s << false;
    }

    void nearMisses()
    {
        QFETCH(const QString, key);
        QFETCH(const QString, heading);
        QFETCH(const QString, pair);
        QFETCH(const bool, isByMouse);
        openBoth();
        goTo(key);
        QTRY_COMPARE(nearPairs().value(0), pair);
        QVERIFY2(said().join(u'\n').toUpper().contains(heading), qPrintable(said().join(u'\n')));
        auto *button = inspector()->findChild<QPushButton *>(u"nearPair"_s);
        if (isByMouse) {
            QTest::mouseClick(button, Qt::LeftButton);
        } else {
            button->setFocus();
            QTest::keyClick(button, Qt::Key_Space);
        }
        QCOMPARE(document().undoText(), pair);
        settle();
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(), pair.section(u' ', -1));
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::VerdictRole).value<KeyVerdict>(), KeyVerdict::Loaded);
        QVERIFY(nearPairs().isEmpty());
    }

    void nearMissesAreGoneTo()
    {
        openBoth();
        goTo(u"head.fc.weight"_s);
        QTRY_VERIFY(inspector()->findChild<QPushButton *>(u"nearGo"_s));
        QTest::mouseClick(inspector()->findChild<QPushButton *>(u"nearGo"_s), Qt::LeftButton);
        QCOMPARE(tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(), u"head.weight"_s);
        goTo(u"norm.bias"_s);
        goTo(u"layers.0.blocks.0.norm1.bias"_s); // nothing to look for
        QVERIFY(!inspector()->findChild<QPushButton *>(u"nearGo"_s));
    }

    /// Every name on the way from the file to the target, and where the bytes are.
    void chainAndPlace()
    {
        openBoth();
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [strip-wrappers, {rename: {prefix: head., to: "
                                            "head.fc.}}]\n",
                                            {}),
                             u"Set up"_s);
        settle();
        goTo(u"head.fc.bias"_s);
        QTRY_COMPARE(after(u"file"_s), u"module.head.bias"_s);
        QCOMPARE(after(u"1 strip"_s), u"head.bias"_s);
        QCOMPARE(after(u"2 rename"_s), u"head.fc.bias"_s);
        QCOMPARE(after(u"target"_s), u"same name, same shape ✓"_s);
        const Tensor *bias = nullptr;
        for (const Tensor &tensor : document().checkpoint()->tensors())
            bias = tensor.name == "module.head.bias" ? &tensor : bias;
        QVERIFY(bias);
        const qint64 first = document().checkpoint()->storage(*bias).offset;
        QCOMPARE(after(u"place"_s), u"bytes %L1–%L2 of the file"_s.arg(first).arg(first + 399));
        QCOMPARE(after(u"bytes"_s), u"400"_s);
    }

    /// A key that is joined from several says each of them, and what was done to each.
    void chainOfJoinedKeys()
    {
        openBoth();
        document().setRecipe(
            *Recipe::parse(
                "weightsmith: 1\nsteps: [strip-wrappers, {concat: {from: [norm.weight, norm.bias], to: both}}]\n", {}),
            u"Set up"_s);
        settle();
        goTo(u"both"_s);
        QTRY_COMPARE(after(u"file"_s), u"module.norm.weight"_s);
        QVERIFY2(says(u"module.norm.bias"_s), qPrintable(said().join(u'\n')));
        QCOMPARE(after(u"1 strip"_s), u"module.norm.weight → norm.weight"_s);
        QVERIFY2(says(u"module.norm.bias → norm.bias"_s), qPrintable(said().join(u'\n')));
        QCOMPARE(after(u"2 concat"_s), u"norm.weight, norm.bias → both"_s);
        QVERIFY2(after(u"place"_s).startsWith(u"module.norm.weight: bytes "_s), qPrintable(after(u"place"_s)));
    }

    void tiesAndViews()
    {
        openFile(QStringLiteral(TEST_DATA) + u"/torch/2.11.0-views.pt"_s);
        goTo(u"tied"_s);
        QTRY_VERIFY2(says(u"base"_s), qPrintable(said().join(u'\n')));
        QCOMPARE(after(u"Shares its bytes with"_s), u"base"_s);
        QCOMPARE(said().last(), u"one"_s);
        goTo(u"transposed"_s);
        QTRY_VERIFY(after(u"place"_s).startsWith(u"strided, from byte "_s));
        goTo(u"frozen"_s);
        QVERIFY(!says(u"Shares its bytes with"_s));
    }

    void groupsSayTheirTotals()
    {
        openBoth();
        goTo(u"layers.0.blocks"_s);
        QTRY_COMPARE(said().mid(0, 2), (QStringList{u"layers.0.blocks"_s, u"20,264 parameters · 100 kB"_s}));
        QVERIFY2(says(u"✓ 26 loaded"_s), qPrintable(said().join(u'\n')));
        QVERIFY2(says(u"+ 2 unexpected"_s), qPrintable(said().join(u'\n')));
        QVERIFY2(says(u"2 rows that are alike, 10,132 parameters each"_s), qPrintable(said().join(u'\n')));
    }

    /// Several rows say what they hold together, a key in a selected group once; one row speaks for itself again.
    void severalRowsSayTheirTotals()
    {
        openBoth();
        goTo(u"norm.weight"_s);
        const auto click = [&](const char *key, Qt::KeyboardModifiers modifiers) {
            const QModelIndex row = qobject_cast<KeyTreeModel *>(tree()->model())->indexOf(key);
            tree()->scrollTo(row);
            QTest::mouseClick(tree()->viewport(), Qt::LeftButton, modifiers, tree()->visualRect(row).center());
        };
        const auto text = [&] { return said().join(u'\n').toLower(); };
        QVERIFY(tree()->goToKey(u"patch_embed.norm.bias"_s)); // opens its group
        click("patch_embed.norm.weight", Qt::NoModifier);
        QTRY_VERIFY2(text().startsWith(u"patch_embed.norm.weight"_s), qPrintable(text()));
        click("patch_embed", Qt::ControlModifier);
        QTRY_VERIFY2(text().startsWith(u"2 rows selected\n1,224 parameters · "_s), qPrintable(text()));
        QTRY_VERIFY2(text().contains(u"\n4 keys in them\n"_s), qPrintable(text()));
        click("norm.weight", Qt::ControlModifier);
        QTRY_VERIFY2(text().contains(u"\n5 keys in them\n"_s), qPrintable(text()));
        click("norm.weight", Qt::NoModifier);
        QTRY_COMPARE(said().value(0), u"norm.weight"_s);
        QTest::keyClick(tree(), Qt::Key_Up, Qt::ShiftModifier);
        QTRY_VERIFY2(text().startsWith(u"2 rows selected\n"_s), qPrintable(text()));
        QTest::keyClick(tree(), Qt::Key_Up);
        QTRY_VERIFY2(!text().isEmpty() && !text().contains(u"selected"_s), qPrintable(text()));
    }

    /// What a target ties, beside what shares bytes in the file.
    void tiesOfTheTarget()
    {
        QFile manifest(path("tied.json"));
        QVERIFY(manifest.open(QIODevice::WriteOnly));
        QVERIFY(manifest.write(R"({"weightsmith-manifest": 1, "name": "tied", "tensors": {
            "norm.weight": {"dtype": "float32", "shape": [192], "tie": 1},
            "norm.bias": {"dtype": "float32", "shape": [192]},
            "head.norm": {"dtype": "float32", "shape": [192], "tie": 1},
            "tail.norm": {"dtype": "float32", "shape": [192], "tie": 1}}})")
                > 0);
        manifest.close();
        open();
        m_window->openTarget(path("tied.json"));
        QTRY_VERIFY(document().fit().has_value());
        document().setRecipe(*Recipe::parse("weightsmith: 1\nsteps: [strip-wrappers]\n", {}), u"Set up"_s);
        settle();
        goTo(u"norm.weight"_s);
        QTRY_COMPARE(after(u"Tied in the target with"_s), u"head.norm"_s);
        QCOMPARE(said().last(), u"tail.norm"_s);
        QVERIFY(!says(u"Shares its bytes with"_s));
        goTo(u"tail.norm"_s); // missing, and told where its values come from
        QTRY_COMPARE(after(u"Tied in the target with"_s), u"norm.weight"_s);
        goTo(u"norm.bias"_s);
        QTRY_VERIFY2(!says(u"Tied in the target with"_s), qPrintable(said().join(u'\n')));
    }

    /// Objects that are no tensors are readable, by mouse or keyboard.
    void objectsOfTheFile()
    {
        openFile(QStringLiteral(TEST_DATA) + u"/torch/2.11.0-optimizer.pt"_s);
        QTest::mouseClick(find<QPushButton>("inspectFile"), Qt::LeftButton);
        auto *objects = find<QTreeView>("objectTree");
        QVERIFY(objects->isVisible());
        objects->setFocus();
        QStringList names;
        QTest::keyClick(objects, Qt::Key_Home);
        for (QModelIndex at = objects->currentIndex(); at.isValid(); at = objects->indexBelow(at))
            names << at.data().toString();
        QVERIFY2(names.contains(u"optimizer"_s), qPrintable(names.join(u' ')));
        while (objects->currentIndex().data().toString() != "optimizer"_L1)
            QTest::keyClick(objects, Qt::Key_Down);
        QTest::keyClick(objects, Qt::Key_Right);
        QTest::keyClick(objects, Qt::Key_Down);
        QVERIFY(objects->currentIndex().parent().isValid());
        QVERIFY2(find<QLabel>("pickleVerdict")->text().startsWith(u"The pickle names only what is known"_s),
                 qPrintable(find<QLabel>("pickleVerdict")->text()));
        QTest::mouseClick(find<QPushButton>("inspectKey"), Qt::LeftButton);
        QVERIFY(!objects->isVisible());
    }

    void whatThePickleNames()
    {
        PickleBuilder sizes, strides, object;
        sizes.tuple(2);
        strides.tuple(1);
        object.proto().raw("}(").text("w").tensor("FloatStorage", "0", 2, 0, sizes, strides);
        object.text("evil").global("posix", "system").raw("(").text("id").raw("tR");
        object.text("mine").global("mine.net", "Config").raw(")R").raw("u");
        ZipBuilder zip;
        zip.addLikeTorch("a/data.pkl", object.stop());
        zip.addLikeTorch("a/byteorder", "little");
        zip.addLikeTorch("a/data/0", std::string(8, '\0'));
        zip.addLikeTorch("a/version", "3\n");
        QFile file(path("evil.pt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const std::string bytes = zip.bytes();
        QCOMPARE(file.write(bytes.data(), qint64(bytes.size())), qint64(bytes.size()));
        file.close();
        openFile(path("evil.pt"));
        QTest::mouseClick(find<QPushButton>("inspectFile"), Qt::LeftButton);
        QStringList names;
        for (const QLabel *label : inspector()->findChildren<QLabel *>(u"pickleName"_s))
            names << label->text();
        QCOMPARE(names.mid(0, 2), (QStringList{u"✗ posix.system · dangerous"_s, u"? mine.net.Config · unknown"_s}));
        QVERIFY2(names.contains(u"✓ torch._utils._rebuild_tensor_v2 · known"_s), qPrintable(names.join(u'\n')));
        QCOMPARE(find<QLabel>("pickleVerdict")->text(),
                 u"The pickle names what could run commands where it is loaded without care. Here nothing is run, and "
                 "none of it is saved."_s);
    }
};

QTEST_MAIN(TestInspector)
#include "tst_inspector.moc"
