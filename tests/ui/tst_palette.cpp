// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/names.h"
#include "tests/ui/windowtest.h"
#include "ui/fieldeditor.h"
#include "ui/previewview.h"
#include "ui/recipepanel.h"
#include "ui/stepform.h"
#include "ui/steppalette.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;

/// What a step does on this very file, before it is added and while it is typed.
class TestPalette : public WindowTest
{
    Q_OBJECT

private:
    QLineEdit *search() const { return find<QLineEdit>("paletteSearch"); }
    QString tried() const { return find<QLabel>("paletteTried")->toolTip(); }

    /// Before and after as the palette shows them.
    QString shown() const
    {
        auto *here = find<QWidget>("paletteHere");
        auto *preview = here->findChild<PreviewView *>();
        return here->isVisible() && preview->isVisible() ? preview->text() : QString();
    }

    void openPalette()
    {
        QTest::mouseClick(find<QPushButton>("addStepButton"), Qt::LeftButton);
        QTRY_VERIFY(search()->isVisible());
    }

private Q_SLOTS:
    void initTestCase() { prepare(u"palette-test"_s); }

    void init()
    {
        openWindow();
        open();
        openTarget();
    }

    void cleanup() { m_window.reset(); }

    void beforeAndAfterOnThisFile_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("expected");
        QTest::addRow("an example that suits the file")
            << u"remove prefix"_s << u"remove-prefix: module."_s
            << u"130 keys · fit 0 → 109\n"
               "module.head.bias → head.bias\n"
               "module.layers.1.blocks.0.norm1.bias → layers.1.blocks.0.norm1.bias\n"
               "module.layers.2.blocks.1.mlp.fc2.bias → layers.2.blocks.1.mlp.fc2.bias"_s;
        QTest::addRow("what nobody wants") << u"drop"_s << u"drop: {suffix: relative_position_index}"_s
                                           << u"8 keys · fit stays 0\n"
                                              "module.layers.0.blocks.0.attn.relative_position_index is dropped\n"
                                              "module.layers.1.blocks.0.attn.relative_position_index is dropped\n"
                                              "module.layers.2.blocks.1.attn.relative_position_index is dropped"_s;
        QTest::addRow("with fields as they are typed")
            << u"rename: {prefix: module.head., to: head.fc.}"_s << u"rename: {prefix: module.head., to: head.fc.}"_s
            << u"2 keys · fit 0 → 2\nmodule.head.bias → head.fc.bias\nmodule.head.weight → head.fc.weight"_s;
        QTest::addRow("values") << u"cast: bfloat16"_s << u"cast: bfloat16"_s
                                << u"121 keys · fit stays 0\nmodule.head.bias: float32 → bfloat16\n"
                                   "module.layers.1.blocks.0.norm1.bias: float32 → bfloat16\n"
                                   "module.layers.2.blocks.1.mlp.fc2.bias: float32 → bfloat16"_s;
        QTest::addRow("without fields") << u"strip"_s << u"strip-wrappers"_s
                                        << u"130 keys · fit 0 → 109\n"
                                           "module.head.bias → head.bias\n"
                                           "module.layers.1.blocks.0.norm1.bias → layers.1.blocks.0.norm1.bias\n"
                                           "module.layers.2.blocks.1.mlp.fc2.bias → layers.2.blocks.1.mlp.fc2.bias"_s;
    }

    void beforeAndAfterOnThisFile()
    {
        QFETCH(const QString, typed);
        QFETCH(const QString, expected);
        openPalette();
        QTest::keyClicks(search(), typed);
        QTRY_COMPARE(shown(), expected);
        QTEST(tried(), "step");
        QVERIFY(sentences().isEmpty()); // it is only tried
        QCOMPARE(namelessControls(*m_window), QStringList());
        QTest::keyClick(search(), Qt::Key_Escape);
    }

    void followsTheRecipe()
    {
        openPalette();
        QTest::keyClicks(search(), u"remove-prefix: module."_s);
        QTest::keyClick(search(), Qt::Key_Return);
        QCOMPARE(sentences(), QStringList(u"Remove prefix “module.”"_s));
        QCOMPARE(document().undoText(), u"Add “remove-prefix”"_s);
        settle();
        openPalette();
        QTest::keyClicks(search(), u"rename: {prefix: head., to: head.fc.}"_s);
        QTRY_VERIFY2(shown().startsWith(u"2 keys · fit 109 → 111\nhead.bias → head.fc.bias"_s), qPrintable(shown()));
        QTest::keyClick(search(), Qt::Key_Escape);
    }

    void theExampleIsAdded()
    {
        openPalette();
        QTest::keyClicks(search(), u"keep pre"_s);
        QTRY_COMPARE(tried(), u"keep-prefix: module."_s);
        QTest::keyClick(search(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(sentences(), QStringList(u"Keep only “module.” and cut it"_s));
        settle();
        openPalette();
        QTest::keyClicks(search(), u"cast"_s);
        QTRY_COMPARE(tried(), u"cast: float16"_s);
        QTest::mouseClick(find<QPushButton>("paletteAdd"), Qt::LeftButton);
        QCOMPARE(sentences().size(), 2);
        settle();
    }

    void whileAStepIsTyped()
    {
        openPalette();
        QTest::keyClicks(search(), u"rename"_s);
        QTest::keyClick(search(), Qt::Key_Return);
        const auto type = [this](const QString &field, const QString &text) {
            auto *line = m_window->findChildren<FieldEditor *>(field).last()->findChild<QLineEdit *>();
            line->setFocus();
            line->selectAll();
            QTest::keyClicks(line, text);
        };
        type(u"field-prefix"_s, u"module.he"_s);
        type(u"field-to"_s, u"x."_s);
        settle();
        auto *preview = m_window->findChild<StepForm *>()->findChild<PreviewView *>();
        QTRY_COMPARE(preview->text(),
                     u"2 keys · fit stays 0\nmodule.head.bias → x.ad.bias\n"
                     "module.head.weight → x.ad.weight"_s);
        QVERIFY(preview->isVisible());
        type(u"field-to"_s, u"y."_s);
        QTRY_VERIFY2(preview->text().contains(u"→ y.ad.bias"_s), qPrintable(preview->text()));
        type(u"field-prefix"_s, u"zzz"_s);
        QTRY_VERIFY2(preview->text().startsWith(u"0 keys"_s), qPrintable(preview->text()));
        settle();
    }
};

QTEST_MAIN(TestPalette)
#include "tst_palette.moc"
