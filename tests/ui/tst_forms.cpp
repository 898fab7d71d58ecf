// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/yaml.h"
#include "ui/fieldeditor.h"
#include "ui/partseditor.h"
#include "ui/selectoreditor.h"
#include "ui/stepform.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
Step stepFrom(const char *text)
{
    const Result<Step> step = parseStepText(text);
    return step ? *step : Step(*stepKinds().front());
}

/// What a form said, in order.
struct Changes
{
    explicit Changes(StepForm &form)
    {
        QObject::connect(&form, &StepForm::stepChanged, &form, [this](const Step &step, const QString &field) {
            steps.push_back(step);
            fields << field;
        });
    }

    std::vector<Step> steps;
    QStringList fields;
};

QString textOf(const Step &step)
{
    return QString::fromStdString(flowText(printStep(step)));
}

void type(QWidget &form, const QString &field, const QString &text)
{
    auto *editor = form.findChild<FieldEditor *>(u"field-"_s + field);
    QVERIFY2(editor, qPrintable(field));
    auto *line = editor->findChild<QLineEdit *>();
    QVERIFY2(line, qPrintable(field));
    line->selectAll();
    QTest::keyClicks(line, text);
}

QStringList visibleErrors(const QWidget &form)
{
    QStringList errors;
    for (const QLabel *label : form.findChildren<QLabel *>()) {
        if (label->accessibleName() == "Problem"_L1 && !label->isHidden())
            errors << label->text();
    }
    return errors;
}
}

class TestForms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A file that is chosen stands behind what is joined; with nothing there, behind the source itself.
    void filesAreAddedToWhatIsJoined()
    {
        StepForm form(stepFrom("join: [{root: model/trunk, prefix: trunk.}]"), false, nullptr);
        Changes changes(form);
        auto *editor = form.findChild<PartsEditor *>(u"field-parts"_s);
        QVERIFY(editor && editor->findChild<QPushButton *>(u"addFile"_s));
        editor->addFile(u"/some where/other.pt"_s);
        QCOMPARE(changes.fields, QStringList(u"parts"_s));
        QCOMPARE(textOf(changes.steps.back()),
                 u"{join: [{root: model/trunk, prefix: trunk.}, {root: auto, file: /some where/other.pt}]}"_s);
        auto *text = editor->findChild<QPlainTextEdit *>();
        text->setPlainText(u"{root: [}"_s); // not to be thrown away
        editor->addFile(u"/b.pt"_s);
        QCOMPARE(text->toPlainText(), u"{root: [}"_s);
        text->clear();
        editor->addFile(u"/b.pt"_s);
        QCOMPARE(textOf(changes.steps.back()), u"{join: [{root: auto}, {root: auto, file: /b.pt}]}"_s);
    }

    void everyKindHasAForm_data()
    {
        QTest::addColumn<QString>("example");
        for (const StepKind *kind : stepKinds())
            QTest::addRow("%s", std::string(kind->word).c_str()) << fieldText(kind->exampleStep);
    }

    /// A step that is shown and touched by nobody reads back as itself.
    void everyKindHasAForm()
    {
        QFETCH(const QString, example);
        const Result<Step> step = parseStepText(example.toStdString());
        QVERIFY2(step, qPrintable(example));
        StepForm form(*step, false, nullptr);
        form.show();
        const Changes changed(form);
        QList<FieldEditor *> editors = form.findChildren<FieldEditor *>();
        editors.removeIf([](const FieldEditor *editor) { return qobject_cast<FieldEditor *>(editor->parent()); });
        constexpr std::size_t ofEveryStep = 4; // when, required, collision, note
        QCOMPARE(std::size_t(editors.size()), step->kind().fields.size() + ofEveryStep);
        for (FieldEditor *editor : editors)
            Q_EMIT editor->changed();
        QVERIFY2(visibleErrors(form).isEmpty(), qPrintable(visibleErrors(form).join(u'\n')));
        QCOMPARE(changed.fields.size(), editors.size());
        for (const Step &read : changed.steps)
            QCOMPARE(textOf(read), textOf(*step));
    }

    void typingChangesTheStep_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("expected");
        QTest::addRow("main field") << u"add-prefix: module."_s << u"prefix"_s << u"backbone."_s
                                    << u"{add-prefix: backbone.}"_s;
        QTest::addRow("list with commas")
            << u"remove-prefix: module."_s << u"prefix"_s << u"a., b."_s << u"{remove-prefix: [a., b.]}"_s;
        QTest::addRow("one of several") << u"rename: {prefix: head., to: head.fc.}"_s << u"prefix"_s << u"neck."_s
                                        << u"{rename: {prefix: neck., to: head.fc.}}"_s;
        QTest::addRow("note") << u"add-prefix: module."_s << u"note"_s << u"from a wrapper"_s
                              << u"{add-prefix: module., note: from a wrapper}"_s;
    }

    void typingChangesTheStep()
    {
        QFETCH(const QString, before);
        QFETCH(const QString, field);
        QFETCH(const QString, typed);
        QFETCH(const QString, expected);
        StepForm form(stepFrom(before.toUtf8().constData()), false, nullptr);
        form.show();
        const Changes changed(form);
        type(form, field, typed);
        QVERIFY(!changed.steps.empty());
        QCOMPARE(textOf(changed.steps.back()), expected);
        QCOMPARE(changed.fields.back(), field);
    }

    void anotherKindOfMatchKeepsTheText()
    {
        StepForm form(stepFrom("rename: {prefix: head., to: head.fc.}"), false, nullptr);
        form.show();
        const Changes changed(form);
        auto *kinds = form.findChild<QComboBox *>(u"alternative"_s);
        QVERIFY(kinds);
        QCOMPARE(kinds->currentText(), u"prefix"_s);
        kinds->setCurrentText(u"suffix"_s);
        Q_EMIT kinds->activated(kinds->currentIndex());
        QVERIFY(!changed.steps.empty());
        QCOMPARE(textOf(changed.steps.back()), u"{rename: {suffix: head., to: head.fc.}}"_s);
    }

    void mistakesAreSaidBesideTheField()
    {
        StepForm form(stepFrom("rename: {regex: abc, to: def}"), false, nullptr);
        form.show();
        const Changes changed(form);
        type(form, u"regex"_s, u"("_s);
        QCOMPARE(changed.fields.size(), 0);
        QCOMPARE(visibleErrors(form).size(), 1);
        type(form, u"regex"_s, u"(x)"_s);
        QCOMPARE(changed.fields.size(), 1); // "(" and "(x" are no patterns yet
        QCOMPARE(visibleErrors(form).size(), 0);
    }

    void whenAndRequiredAreEdited()
    {
        StepForm form(stepFrom("{add-prefix: module., id: first}"), false, nullptr);
        form.show();
        const Changes changed(form);
        QTest::mouseClick(form.findChild<QPushButton *>(u"moreOptions"_s), Qt::LeftButton);
        auto *when = form.findChild<FieldEditor *>(u"field-when"_s);
        QVERIFY(when->isVisible());
        auto *text = when->findChild<QPlainTextEdit *>();
        text->setPlainText(u"hass: head.weight"_s);
        QCOMPARE(changed.steps.size(), 0u);
        QCOMPARE(visibleErrors(form).size(), 1);
        text->setPlainText(u"has: head.weight"_s);
        QVERIFY(visibleErrors(form).isEmpty());
        auto *required = form.findChild<FieldEditor *>(u"field-required"_s)->findChild<QCheckBox *>();
        QTest::mouseClick(required, Qt::LeftButton, {}, QPoint(8, required->height() / 2));
        QCOMPARE(textOf(changed.steps.back()),
                 u"{add-prefix: module., when: {has: head.weight}, required: true, id: first}"_s);
        text->clear();
        QCOMPARE(textOf(changed.steps.back()), u"{add-prefix: module., required: true, id: first}"_s);
    }

    void undoChangesTheFormQuietly()
    {
        StepForm form(stepFrom("add-prefix: module."), false, nullptr);
        form.show();
        const Changes changed(form);
        form.setStep(stepFrom("add-prefix: other."));
        QCOMPARE(form.findChild<QLineEdit *>()->text(), u"other."_s);
        QCOMPARE(changed.fields.size(), 0);
    }

    void selectorsReadBack_data()
    {
        QTest::addColumn<QString>("selector");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("expected");
        QTest::addRow("one text") << u"contains: attn_mask"_s << u"contains"_s << u"{contains: attn_mask}"_s;
        QTest::addRow("several texts") << u"contains: [attn_mask, index]"_s << u"contains"_s
                                       << u"{contains: [attn_mask, index]}"_s;
        QTest::addRow("bare text") << u"head.weight"_s << u"exact"_s << u"{exact: head.weight}"_s;
        QTest::addRow("text with a comma") << u"regex: 'a{1,2}'"_s << u"regex"_s << u"{regex: ['a{1,2}']}"_s;
        QTest::addRow("two kinds") << u"{suffix: .weight, ndim: 2}"_s << u"yaml"_s << u"{suffix: .weight, ndim: 2}"_s;
        QTest::addRow("all") << QString() << QString() << QString();
    }

    void selectorsReadBack()
    {
        QFETCH(const QString, selector);
        QFETCH(const QString, kind);
        QFETCH(const QString, expected);
        FieldInfo info{};
        info.name = "where";
        info.type = FieldType::Selector;
        SelectorEditor editor(info, nullptr);
        QSignalSpy changed(&editor, &FieldEditor::changed);
        if (!selector.isEmpty())
            editor.setValue(*parseYaml(selector.toStdString()));
        QCOMPARE(changed.size(), 0);
        QCOMPARE(editor.findChild<QComboBox *>()->currentData().toString(), kind);
        const Result<Node> value = editor.value();
        QVERIFY(value);
        QCOMPARE(value->isNull() ? QString() : QString::fromStdString(flowText(*value)), expected);
    }
};

QTEST_MAIN(TestForms)
#include "tst_forms.moc"
