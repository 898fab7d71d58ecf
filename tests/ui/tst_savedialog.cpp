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
};

QTEST_MAIN(TestSaveDialog)
#include "tst_savedialog.moc"
