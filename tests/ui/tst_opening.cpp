// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;

/// Shards by their folder and by their index, and opening that is stopped.
class TestOpening : public WindowTest
{
    Q_OBJECT

private:
    /// Give a path to the file dialog that an action opens.
    void choose(const QString &action, const QString &title, const QString &chosen)
    {
        find<QAction>(action)->trigger();
        const auto dialogs = m_window->findChildren<QFileDialog *>();
        for (QFileDialog *dialog : dialogs) {
            if (dialog->windowTitle() != title)
                continue;
            auto *line = dialog->findChild<QLineEdit *>(u"fileNameEdit"_s);
            QVERIFY(line);
            line->setText(chosen);
            static_cast<QDialog *>(dialog)->accept(); // what Return does; the offers of the line would take the key
            return;
        }
        QFAIL(qPrintable(title));
    }

    void drop(const QString &file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(QCoreApplication::sendEvent(m_window.get(), &event));
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"opening-test"_s);
        QVERIFY(QDir(m_folder.path()).mkdir(u"set"_s));
        QVERIFY(
            writeSafetensors(path("set/model-00001-of-00002.safetensors"), {u"a.weight F32 2x3"_s, u"a.bias F32 2"_s}));
        QVERIFY(writeSafetensors(path("set/model-00002-of-00002.safetensors"), {u"b.weight F32 4"_s}));
        QFile index(path("set/model.safetensors.index.json"));
        QVERIFY(index.open(QIODevice::WriteOnly));
        QVERIFY(index.write(R"({"metadata": {"total_size": 48}, "weight_map": {
            "a.weight": "model-00001-of-00002.safetensors", "a.bias": "model-00001-of-00002.safetensors",
            "b.weight": "model-00002-of-00002.safetensors"}})")
                > 0);
    }

    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void shardsOpenAsOne_data()
    {
        QTest::addColumn<QString>("action"); // empty: dropped on the window
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("chosen");
        QTest::addRow("a folder chosen") << u"openFolder"_s << u"Open a folder of shards"_s << u"set"_s;
        QTest::addRow("an index chosen") << u"open"_s << u"Open a checkpoint"_s
                                         << u"set/model.safetensors.index.json"_s;
        QTest::addRow("a folder dropped") << QString() << QString() << u"set"_s;
        QTest::addRow("an index dropped") << QString() << QString() << u"set/model.safetensors.index.json"_s;
    }

    void shardsOpenAsOne()
    {
        QFETCH(const QString, action);
        QFETCH(const QString, title);
        QFETCH(const QString, chosen);
        action.isEmpty() ? drop(path(chosen)) : choose(action, title, path(chosen));
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
        QStringList names;
        for (const Tensor &tensor : document().checkpoint()->tensors())
            names << displayName(std::string(tensor.name));
        names.sort();
        QCOMPARE(names, QStringList({u"a.bias"_s, u"a.weight"_s, u"b.weight"_s}));
        QVERIFY2(find<QLabel>("fileText")->text().contains(u"3 tensors"_s),
                 qPrintable(find<QLabel>("fileText")->text()));
        QVERIFY(document().findings().empty());
    }

    void stoppingChangesNothing_data()
    {
        QTest::addColumn<bool>("isOpen");
        QTest::addColumn<bool>("byKeyboard");
        QTest::addColumn<QString>("said");
        const QString empty = u"Opening was stopped; nothing is open."_s;
        const QString stays = u"Opening was stopped; the file that was open stays."_s;
        QTest::addRow("nothing was open, by mouse") << false << false << empty;
        QTest::addRow("nothing was open, by keyboard") << false << true << empty;
        QTest::addRow("a file was open, by mouse") << true << false << stays;
        QTest::addRow("a file was open, by keyboard") << true << true << stays;
    }

    void stoppingChangesNothing()
    {
        QFETCH(const bool, isOpen);
        QFETCH(const bool, byKeyboard);
        QFETCH(const QString, said);
        if (isOpen)
            open();
        const auto before = document().checkpoint();
        const QString title = m_window->windowTitle();
        const QString file = find<QLabel>("fileText")->text();
        drop(path("set"));
        QVERIFY(document().isOpening());
        auto *cancel = find<QPushButton>("jobCancel");
        QVERIFY(cancel->isVisible());
        if (byKeyboard) {
            cancel->setFocus();
            QTest::keyClick(cancel, Qt::Key_Space);
        } else {
            QTest::mouseClick(cancel, Qt::LeftButton);
        }
        QVERIFY(!document().isOpening());
        settle();
        const auto *job = find<QLabel>("jobText");
        QVERIFY(job->isVisible() && !cancel->isVisible());
        QCOMPARE(job->text(), said);
        QCOMPARE(job->accessibleName(), said);
        QCOMPARE(document().checkpoint(), before);
        QCOMPARE(m_window->windowTitle(), title);
        QCOMPARE(find<QLabel>("fileText")->text(), file);
        drop(path("set")); // it opens as if nothing had been
        QTRY_COMPARE(m_window->windowTitle(), u"model.safetensors.index.json[*] – Weightsmith"_s);
        settle();
        QVERIFY(!job->isVisible());
    }
};

QTEST_MAIN(TestOpening)
#include "tst_opening.moc"
