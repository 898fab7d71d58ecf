// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"
#include "tests/ui/windowtest.h"
#include "ui/savedialog.h"

#include <QAction>
#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace {
constexpr qint64 largeBytes = qint64(1) << 30;

/// One tensor of a gigabyte that takes no room on disk.
bool writeLarge(const QString &path)
{
    const QByteArray header = R"({"w":{"dtype":"F32","shape":[%1],"data_offsets":[0,%2]}})"_ba
                                  .replace("%1", QByteArray::number(largeBytes / 4))
                                  .replace("%2", QByteArray::number(largeBytes));
    QFile file(path);
    const quint64 size = qToLittleEndian(quint64(header.size()));
    return file.open(QIODevice::WriteOnly) && file.write(reinterpret_cast<const char *>(&size), 8) == 8
        && file.write(header) == header.size() && file.resize(8 + header.size() + largeBytes);
}

QStringList rootsOf(const QString &path)
{
    Progress progress;
    const auto opened = openCheckpoint(path, progress);
    QStringList roots;
    if (opened) {
        for (const Root &root : (*opened)->roots())
            roots << QString::fromStdString(pathText(root.path));
    }
    return roots;
}
}

/// What the save dialog does while it saves, and with the objects beside the tensors.
class TestSaveDialog : public WindowTest
{
    Q_OBJECT

private:
    SaveDialog *openDialog(const QString &source, const QString &file)
    {
        m_window->openCheckpoint(source);
        if (!QTest::qWaitFor([this] { return m_window->isSettled() && m_window->document()->plan(); }))
            return nullptr;
        m_window->findChild<QAction *>(u"saveAs"_s)->trigger();
        auto *dialog = m_window->findChild<SaveDialog *>();
        auto *line = dialog->findChild<QLineEdit *>(u"savePath"_s);
        line->selectAll();
        QTest::keyClicks(line, file);
        return dialog;
    }

    static void tick(SaveDialog *dialog, const QString &name)
    {
        auto *box = dialog->findChild<QCheckBox *>(name);
        QVERIFY(box && box->isVisible());
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        QVERIFY(box->isChecked());
    }

    static QPushButton *button(SaveDialog *dialog, const QString &name)
    {
        return dialog->findChild<QPushButton *>(name);
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"savedialog-test"_s); }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    /// Stopped at its first word of progress: rate and time left were said, the file that was there is untouched, and
    /// nothing lies beside it.
    void stoppingLeavesTheOldFile()
    {
        QVERIFY(writeLarge(path(u"large.safetensors"_s)));
        QVERIFY(QDir(m_folder.path()).mkdir(u"out"_s));
        const QString old = path(u"out/old.safetensors"_s);
        QFile file(old);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("what was there") > 0);
        file.close();
        SaveDialog *dialog = openDialog(path(u"large.safetensors"_s), old);
        QVERIFY(dialog);
        tick(dialog, u"saveReplace"_s);
        auto *start = button(dialog, u"saveStart"_s);
        QTRY_VERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
        QStringList rates;
        connect(m_window->document(), &Document::saveProgressed, dialog, [&](qint64, qint64) {
            if (rates.isEmpty()) {
                rates << dialog->findChild<QLabel *>(u"saveRate"_s)->text();
                QTest::mouseClick(button(dialog, u"saveCancel"_s), Qt::LeftButton);
            }
        });
        const QSignalSpy saved(m_window->document(), &Document::saved);
        QTest::mouseClick(start, Qt::LeftButton);
        QCOMPARE(button(dialog, u"saveCancel"_s)->text(), u"Stop"_s);
        QVERIFY(!start->isVisible());
        QTRY_VERIFY(!m_window->document()->isSaving());
        QCOMPARE(saved.size(), 0);
        QCOMPARE(rates.size(), 1);
        static const QRegularExpression told(u"^.+ of .+ · .+/s"_s);
        QVERIFY2(told.match(rates.first()).hasMatch(), qPrintable(rates.first()));
        QTRY_VERIFY(start->isVisible()); // back to where it can be tried again
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), "what was there"_ba);
        QCOMPARE(QDir(path(u"out"_s)).entryList(QDir::Files | QDir::Hidden), QStringList(u"old.safetensors"_s));
    }

    void objectsAreKeptWhenAskedFor_data()
    {
        QTest::addColumn<bool>("isKept");
        QTest::addRow("kept") << true;
        QTest::addRow("left out") << false;
    }

    void objectsAreKeptWhenAskedFor()
    {
        QFETCH(const bool, isKept);
        const QString file = path(isKept ? u"kept.pt"_s : u"bare.pt"_s);
        SaveDialog *dialog = openDialog(QStringLiteral(TEST_DATA) + u"/torch/2.11.0-optimizer.pt"_s, file);
        QVERIFY(dialog);
        if (isKept)
            tick(dialog, u"saveKeepObjects"_s);
        auto *start = button(dialog, u"saveStart"_s);
        QTRY_VERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
        const QSignalSpy saved(m_window->document(), &Document::saved);
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_COMPARE(saved.size(), 1);
        QCOMPARE(rootsOf(file).contains(u"optimizer/state"_s), isKept);
    }

    /// By keyboard: a size of shards, what it will make of it, the shards and their index, opened again; and saved once
    /// more over them.
    void shardsAndTheirIndex_data()
    {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QString>("reader");
        QTest::addRow("safetensors") << u"safetensors"_s << u"load_file(index.parent / name)"_s;
        QTest::addRow("torch") << u"pt"_s
                               << u"torch.load(index.parent / name, map_location=\"cpu\", weights_only=True)"_s;
    }

    void shardsAndTheirIndex()
    {
        QFETCH(const QString, ending);
        QFETCH(const QString, reader);
        const QString file = path(u"cut."_s + ending);
        SaveDialog *dialog = openDialog(path("swin.safetensors"), file);
        QVERIFY(dialog);
        auto *size = dialog->findChild<QLineEdit *>(u"saveShardSize"_s);
        auto *start = button(dialog, u"saveStart"_s);
        const auto *preview = dialog->findChild<QLabel *>(u"savePreview"_s);
        QCOMPARE(size->accessibleName(), u"Shard size"_s);
        const QStringList names{u"cut-00001-of-00003."_s + ending, u"cut-00002-of-00003."_s + ending,
                                u"cut-00003-of-00003."_s + ending, u"cut."_s + ending + u".index.json"_s};
        for (const bool isAgain : {false, true}) {
            size->setFocus();
            size->selectAll();
            QTest::keyClicks(size, u"3MB"_s);
            if (isAgain) {
                QTRY_COMPARE(start->toolTip(),
                             u"Files of this name exist already; tick the box below the path to replace them."_s);
                QVERIFY(!start->isEnabled());
                tick(dialog, u"saveReplace"_s);
                QCOMPARE(dialog->findChild<QCheckBox *>(u"saveReplace"_s)->text(),
                         u"Replace the 4 existing files of this name"_s);
            }
            QTRY_VERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
            const QString told = u"3 shards, %1 and on, and the index %2"_s.arg(names.front(), names.back());
            QVERIFY2(preview->text().contains(told), qPrintable(preview->text()));
            const QSignalSpy saved(m_window->document(), &Document::saved);
            QTest::keyClick(size, Qt::Key_Return);
            QTRY_COMPARE(saved.size(), 1);
            QCOMPARE(QDir(m_folder.path()).entryList({u"cut*."_s + ending + u'*'}, QDir::Files), names);
            const auto *result = dialog->findChild<QLabel *>(u"saveResult"_s);
            QVERIFY2(result->text().contains(u"The index of 3 shards."_s), qPrintable(result->text()));
            const QString snippet = button(dialog, u"saveSnippet"_s)->toolTip();
            QVERIFY2(snippet.contains(reader) && snippet.contains(file + u".index.json"_s), qPrintable(snippet));
            if (!isAgain) {
                QTest::keyClick(dialog, Qt::Key_Escape);
                m_window->findChild<QAction *>(u"saveAs"_s)->trigger();
                auto *line = dialog->findChild<QLineEdit *>(u"savePath"_s);
                line->selectAll();
                QTest::keyClicks(line, file);
            }
        }
        const std::size_t tensors = document().checkpoint()->tensors().size();
        m_window->openCheckpoint(path(names.back()));
        QTRY_COMPARE(document().checkpoint()->path(), path(names.back()));
        settle();
        QCOMPARE(document().checkpoint()->tensors().size(), tensors);
        QCOMPARE(document().checkpoint()->files().size(), std::size_t(4));
    }

    void sizesOfShardsThatMakeNoSense_data()
    {
        QTest::addColumn<QString>("size");
        QTest::addColumn<QString>("atTheField");
        QTest::addColumn<QString>("below");
        QTest::addRow("no unit")
            << u"5XB"_s
            << u"⚠ “5XB” is not a size of shards: write bytes as 2000000, or a number with KB, MB, "
               "GB, TB, KiB, MiB, GiB or TiB, as 5GB."_s
            << QString();
        QTest::addRow("nothing") << u"0"_s << u"⚠ “0” is not a size of shards: it must be from 1 byte up to 8 EiB."_s
                                 << QString();
        QTest::addRow("above a root key")
            << u"5GB"_s << QString()
            << u"⚠ A shard holds a bare state dict: objects and a key above it need one file for all."_s;
    }

    void sizesOfShardsThatMakeNoSense()
    {
        QFETCH(const QString, size);
        QFETCH(const QString, atTheField);
        QFETCH(const QString, below);
        SaveDialog *dialog = openDialog(path("swin.safetensors"), path("never.pt"));
        QVERIFY(dialog);
        auto *start = button(dialog, u"saveStart"_s);
        QTRY_VERIFY(start->isEnabled());
        if (!below.isEmpty())
            QTest::keyClicks(dialog->findChild<QLineEdit *>(u"saveRootKey"_s), u"model"_s);
        auto *line = dialog->findChild<QLineEdit *>(u"saveShardSize"_s);
        const auto *problem = dialog->findChild<QLabel *>(u"saveShardProblem"_s);
        QTest::keyClicks(line, size);
        QTRY_COMPARE(problem->text(), atTheField);
        QCOMPARE(problem->isVisible(), !atTheField.isEmpty());
        QTRY_VERIFY(!start->isEnabled() && start->toolTip().size() > 60);
        const QString said = atTheField + below;
        QTRY_COMPARE(start->toolTip(), said.mid(2));
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(!QFile::exists(path("never.pt")));
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTRY_VERIFY(start->isEnabled());
        QVERIFY(!problem->isVisible());
    }

    /// More room than all of it needs: one file, under its own name.
    void oneShardIsOneFile()
    {
        SaveDialog *dialog = openDialog(path("swin.safetensors"), path("small.safetensors"));
        QVERIFY(dialog);
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"saveShardSize"_s), u"5GB"_s);
        auto *start = button(dialog, u"saveStart"_s);
        QTRY_VERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
        const QString told = dialog->findChild<QLabel *>(u"savePreview"_s)->text();
        QVERIFY2(told.contains(u"one: all of it is no more than 5.0 GB"_s), qPrintable(told));
        const QSignalSpy saved(m_window->document(), &Document::saved);
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_COMPARE(saved.size(), 1);
        QCOMPARE(QDir(m_folder.path()).entryList({u"small*"_s}, QDir::Files), QStringList(u"small.safetensors"_s));
    }
};

QTEST_MAIN(TestSaveDialog)
#include "tst_savedialog.moc"
