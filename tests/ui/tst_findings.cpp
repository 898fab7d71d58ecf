// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/findingsmodel.h"
#include "tests/ui/windowtest.h"
#include "ui/chipbar.h"
#include "ui/keytreeview.h"
#include "ui/recipepanel.h"

#include <QFile>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTest>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace {
/// A copy with a field in the entry of one key that does not belong there: a finding about that key.
bool writeWithFinding(const QString &from, const QString &to, const QByteArray &key)
{
    QFile source(from);
    if (!source.open(QIODevice::ReadOnly))
        return false;
    const QByteArray all = source.readAll();
    const auto size = qsizetype(qFromLittleEndian<quint64>(all.constData()));
    QByteArray header = all.mid(8, size);
    header.replace('"' + key + "\":{", '"' + key + "\":{\"note\":1,");
    const quint64 newSize = qToLittleEndian(quint64(header.size()));
    QFile file(to);
    return header.size() > size && file.open(QIODevice::WriteOnly)
        && file.write(reinterpret_cast<const char *>(&newSize), 8) == 8 && file.write(header) == header.size()
        && file.write(all.mid(8 + size)) == all.size() - 8 - size;
}
}

/// A finding that is clicked, or entered, leads to its key or its step.
class TestFindings : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    QString current() const { return tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(); }

    /// The first finding with something under this role.
    QModelIndex finding(FindingsModel::Role role) const
    {
        const auto *model = find<QListView>("findingsList")->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            const QModelIndex index = model->index(row, 0);
            const bool isIt = role == FindingsModel::StepRole ? index.data(role).toInt() >= 0
                                                              : !index.data(role).toByteArray().isEmpty();
            if (isIt)
                return index;
        }
        return {};
    }

    void follow(const QModelIndex &index, bool byKeyboard)
    {
        auto *list = find<QListView>("findingsList");
        list->scrollTo(index);
        if (byKeyboard) {
            list->setFocus();
            list->setCurrentIndex(index);
            QTest::keyClick(list, Qt::Key_Return);
        } else {
            QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(index).center());
        }
    }

    void filterBy(const QString &line)
    {
        find<QLineEdit>("filterLine")->setText(line);
        QTest::keyClick(find<QLineEdit>("filterLine"), Qt::Key_Return);
        settle();
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"findings-test"_s);
        QVERIFY(writeWithFinding(path("swin.safetensors"), path("found.safetensors"), "module.norm.weight"));
    }

    void init()
    {
        openWindow();
        m_window->openCheckpoint(path("found.safetensors"));
        QTRY_VERIFY(document().plan() && document().checkpoint());
        document().setRecipe(document().recipe().withInserted(0, *parseStepText("add-prefix: a.")), u"Add"_s);
        document().setRecipe(document().recipe().withInserted(1, *parseStepText("drop: {prefix: nothing.}")), u"Add"_s);
        settle();
        QTest::mouseClick(find<QPushButton>("findingsButton"), Qt::LeftButton);
        QTRY_VERIFY(find<QListView>("findingsList")->isVisible());
    }

    void cleanup() { m_window.reset(); }

    void leadToTheKey_data()
    {
        QTest::addColumn<bool>("byKeyboard");
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("chip");
        for (const bool byKeyboard : {false, true}) {
            const char *way = byKeyboard ? "Enter" : "click";
            QTest::addRow("%s", way) << byKeyboard << QString() << QString();
            QTest::addRow("%s, a filter shows it", way) << byKeyboard << u"norm"_s << QString();
            QTest::addRow("%s, a filter hides it", way) << byKeyboard << u"qkv"_s << QString();
            QTest::addRow("%s, a chip hides it", way) << byKeyboard << QString() << u"Dropped"_s;
            QTest::addRow("%s, a filter and a chip hide it", way) << byKeyboard << u"qkv"_s << u"Dropped"_s;
        }
    }

    void leadToTheKey()
    {
        QFETCH(const bool, byKeyboard);
        QFETCH(const QString, line);
        QFETCH(const QString, chip);
        if (!chip.isEmpty()) { // something of this verdict, so that there is such a chip
            document().setRecipe(document().recipe().withInserted(2, *parseStepText("drop: a.module.queue_ptr")),
                                 u"Add"_s);
            settle();
            for (ChipButton *button : m_window->findChildren<ChipButton *>()) {
                if (button->text() == chip)
                    QTest::mouseClick(button, Qt::LeftButton);
            }
            settle();
        }
        if (!line.isEmpty())
            filterBy(line);
        const bool isHidden = line == "qkv"_L1 || !chip.isEmpty();
        QCOMPARE(tree()->goToKey(u"a.module.norm.weight"_s), !isHidden);
        if (tree()->model()->rowCount() > 0)
            tree()->setCurrentIndex(tree()->model()->index(0, 0));
        const QModelIndex about = finding(FindingsModel::KeyRole);
        QCOMPARE(about.data(FindingsModel::KeyRole).toByteArray(), "module.norm.weight"_ba);
        follow(about, byKeyboard);
        QTRY_COMPARE(current(), u"a.module.norm.weight"_s);
        settle();
        QCOMPARE(current(), u"a.module.norm.weight"_s);
        QVERIFY(tree()->viewport()->rect().intersects(tree()->visualRect(tree()->currentIndex())));
        QCOMPARE(find<QLineEdit>("filterLine")->text(), isHidden ? QString() : line);
        // Once only: a later tree leaves the user where they went.
        filterBy(QString());
        QVERIFY(tree()->goToKey(u"a.module.head.bias"_s));
        filterBy(u"head"_s);
        filterBy(QString());
        QCOMPARE(current(), u"a.module.head.bias"_s);
    }

    void leadToTheStep_data()
    {
        QTest::addColumn<bool>("byKeyboard");
        QTest::addColumn<QString>("line");
        QTest::addRow("click") << false << QString();
        QTest::addRow("click, under a filter") << false << u"qkv"_s;
        QTest::addRow("Enter") << true << QString();
        QTest::addRow("Enter, under a filter") << true << u"qkv"_s;
    }

    void leadToTheStep()
    {
        QFETCH(const bool, byKeyboard);
        QFETCH(const QString, line);
        if (!line.isEmpty())
            filterBy(line);
        auto *steps = find<RecipePanel>("recipePanel");
        steps->selectStep(0);
        const QString before = current();
        const QModelIndex about = finding(FindingsModel::StepRole);
        QCOMPARE(about.data(FindingsModel::KindRole).toString(), u"no-effect"_s);
        follow(about, byKeyboard);
        QCOMPARE(steps->selectedStep(), 1);
        settle();
        QCOMPARE(find<QLineEdit>("filterLine")->text(), line); // it hides no step
        QCOMPARE(current(), before);
    }
};

QTEST_MAIN(TestFindings)
#include "tst_findings.moc"
