// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/animatedstyle.h"
#include "tests/ui/windowtest.h"
#include "ui/filterbar.h"
#include "ui/keytreeview.h"
#include "ui/rowflash.h"

#include <QLineEdit>
#include <QTest>

using namespace Qt::StringLiterals;

/// Rows that an edit changed flash once and fade.
class TestFlash : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    RowFlash *flash() const { return tree()->findChild<RowFlash *>(); }

    void edit(const char *yaml)
    {
        const auto recipe = Recipe::parse("weightsmith: 1\n" + std::string(yaml), {});
        QVERIFY(recipe);
        document().setRecipe(*recipe, u"Edit"_s);
        settle();
    }

    /// "flash", "plain", "selected": what the row of a key stands on, at its right end where no text is.
    QString ground(const QString &key) const
    {
        const QModelIndex row = qobject_cast<KeyTreeModel *>(tree()->model())->indexOf(key.toStdString());
        const QImage picture = tree()->viewport()->grab().toImage();
        const QColor found = picture.pixelColor(picture.width() - 2, tree()->visualRect(row).center().y());
        const QPalette palette = tree()->palette();
        const auto isLike = [&](const QColor &other) {
            return qAbs(found.red() - other.red()) + qAbs(found.green() - other.green())
                + qAbs(found.blue() - other.blue())
                < 6;
        };
        return isLike(colour(Tone::Flash, palette))                                                   ? u"flash"_s
            : isLike(palette.color(QPalette::Highlight))                                              ? u"selected"_s
            : isLike(palette.color(QPalette::Base)) || isLike(palette.color(QPalette::AlternateBase)) ? u"plain"_s
                                                                                                      : found.name();
    }

    AnimatedStyle m_style;

private Q_SLOTS:
    void initTestCase() { prepare(u"flash-test"_s); }

    void init()
    {
        m_style.duration = 0;
        openWindow();
        tree()->setStyle(&m_style);
        open();
        openTarget();
        edit("steps:\n  - remove-prefix: module.\n");
        edit("steps:\n  - remove-prefix: module.\n  - rename: {prefix: head., to: head.fc.}\n");
        QVERIFY(tree()->goToKey(u"head.fc.weight"_s));
        m_style.duration = 1'000'000; // the first moment of it
    }

    void cleanup() { m_window.reset(); }

    void aFileJustOpenedDoesNot()
    {
        open();
        QVERIFY(!flash()->isRunning());
        QCOMPARE(ground(u"patch_embed.proj.weight"_s), u"plain"_s);
    }

    void onlyRowsThatChanged()
    {
        QVERIFY(tree()->goToKey(u"norm.weight"_s));
        edit("steps:\n  - remove-prefix: module.\n  - rename: {prefix: head., to: head.fc.}\n"
             "  - drop: {exact: head.fc.bias}\n");
        QVERIFY(flash()->isRunning());
        QCOMPARE(ground(u"head.fc.bias"_s), u"flash"_s);
        QCOMPARE(ground(u"head.fc.weight"_s), u"plain"_s);
        document().undo();
        settle();
        QCOMPARE(ground(u"head.fc.bias"_s), u"flash"_s);
        QCOMPARE(ground(u"head.fc.weight"_s), u"plain"_s);
    }

    void theSelectedRowToo()
    {
        QCOMPARE(ground(u"head.fc.weight"_s), u"selected"_s);
        edit("steps:\n  - remove-prefix: module.\n  - drop: {prefix: head.}\n"
             "  - rename: {prefix: head., to: head.fc.}\n");
        QCOMPARE(ground(u"head.fc.weight"_s), u"flash"_s);
    }

    void itFades()
    {
        m_style.duration = 1;
        edit("steps:\n  - remove-prefix: module.\n");
        QTRY_VERIFY(!flash()->isRunning());
        QCOMPARE(ground(u"head.fc.bias"_s), u"plain"_s);
    }

    void anEditThatChangesNothingInSight()
    {
        edit("steps:\n  - remove-prefix: module.\n  - rename: {prefix: head., to: head.fc.}\n"
             "  - rename: {prefix: nope., to: no.}\n");
        QVERIFY(!flash()->isRunning());
    }

    void notWhatAFilterShows()
    {
        auto *line = find<QLineEdit>("filterLine");
        line->setText(u"head"_s);
        QTest::keyClick(line, Qt::Key_Return);
        settle();
        QVERIFY(!flash()->isRunning());
    }

    void notWhereTheStyleIsStill()
    {
        m_style.duration = 0;
        edit("steps:\n  - remove-prefix: module.\n");
        QVERIFY(!flash()->isRunning());
        QCOMPARE(ground(u"patch_embed.proj.weight"_s), u"plain"_s);
    }
};

QTEST_MAIN(TestFlash)
#include "tst_flash.moc"
