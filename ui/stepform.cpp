// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/stepform.h"

#include "model/recipe/lets.h"
#include "ui/fieldeditor.h"
#include "ui/previewview.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
/// Fields of which exactly one is given (rename's `prefix`, `regex`, …).
std::vector<const FieldInfo *> alternativesOf(const StepKind &kind)
{
    std::vector<const FieldInfo *> found;
    for (const FieldInfo &info : kind.fields) {
        if (info.share == FieldShare::ExactlyOne)
            found.push_back(&info);
    }
    return found;
}

/// What the card itself shows, or people do not write by hand, has no editor.
bool hasEditor(const FieldInfo &common)
{
    return common.name != "enabled" && common.name != "id";
}

QLabel *errorLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setFont(smallFont(parent->font()));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setAccessibleName(StepForm::tr("Problem"));
    label->hide();
    return label;
}
}

StepForm::StepForm(const Step &step, bool isDraft, QWidget *parent)
    : QWidget(parent)
    , m_step(step)
    , m_error(errorLabel(this))
    , m_preview(new PreviewView(this))
{
    setObjectName(u"stepForm"_s);
    setAccessibleName(tr("Fields of the step"));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(Metrics(*this).gap);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    const auto alternatives = alternativesOf(step.kind());
    if (!alternatives.empty())
        addAlternatives(grid, alternatives);
    for (const FieldInfo &info : step.kind().fields) {
        if (std::find(alternatives.begin(), alternatives.end(), &info) != alternatives.end())
            continue;
        addRow(grid, info, !info.isMain && !info.isRequired, false);
    }
    if (step.kind().fields.empty())
        grid->addWidget(new QLabel(tr("This step has no fields."), this), 0, 0, 1, 2);
    for (const FieldInfo &info : commonFields()) {
        if (hasEditor(info))
            addRow(grid, info, true, true);
    }
    addFoot(grid, isDraft);
    setStep(step);
    showExtras(false);
}

void StepForm::addFoot(QGridLayout *grid, bool isDraft)
{
    auto *foot = new QHBoxLayout;
    m_more = new QPushButton(tr("More options"), this);
    m_more->setObjectName(u"moreOptions"_s);
    m_more->setAccessibleName(tr("More options"));
    m_more->setProperty("link", true);
    connect(m_more, &QPushButton::clicked, this, [this] { showExtras(true); });
    foot->addWidget(m_more);
    foot->addStretch();
    auto *done = new QPushButton(isDraft ? tr("Cancel") : tr("Done"), this);
    done->setObjectName(u"formDone"_s);
    done->setAccessibleName(done->text());
    done->setProperty("link", true);
    connect(done, &QPushButton::clicked, this, &StepForm::finished);
    foot->addWidget(done);
    grid->addWidget(m_error, grid->rowCount(), 0, 1, 2);
    m_preview->hide();
    grid->addWidget(m_preview, grid->rowCount(), 0, 1, 2);
    grid->addLayout(foot, grid->rowCount(), 0, 1, 2);
}

void StepForm::addRow(QGridLayout *grid, const FieldInfo &info, bool isExtra, bool isCommon)
{
    const int at = grid->rowCount();
    Row row{&info, makeFieldEditor(info, this), nullptr, errorLabel(this), isExtra, isCommon};
    row.editor->setObjectName(u"field-"_s + fieldText(info.name));
    if (info.type == FieldType::Bool) {
        grid->addWidget(row.editor, at, 1);
    } else {
        row.label = new QLabel(fieldText(info.name), this);
        row.label->setForegroundRole(QPalette::PlaceholderText);
        row.label->setToolTip(fieldText(info.help));
        row.label->setBuddy(row.editor);
        grid->addWidget(row.label, at, 0, Qt::AlignTop | Qt::AlignLeft);
        row.label->setContentsMargins(0, 4, 0, 0);
        grid->addWidget(row.editor, at, 1);
    }
    grid->addWidget(row.error, at + 1, 1);
    connect(row.editor, &FieldEditor::changed, this, [this, field = &info] { edited(field); });
    m_rows.push_back(row);
}

void StepForm::addAlternatives(QGridLayout *grid, const std::vector<const FieldInfo *> &infos)
{
    m_alternative = new QComboBox(this);
    m_alternative->setObjectName(u"alternative"_s);
    m_alternative->setAccessibleName(tr("What to look for"));
    const int at = grid->rowCount();
    grid->addWidget(m_alternative, at, 0, Qt::AlignTop);
    for (const FieldInfo *info : infos) {
        Row row{info, makeFieldEditor(*info, this), nullptr, errorLabel(this), false, false};
        row.editor->setObjectName(u"field-"_s + fieldText(info->name));
        m_alternative->addItem(fieldText(info->name));
        m_alternative->setItemData(m_alternative->count() - 1, fieldText(info->help), Qt::ToolTipRole);
        grid->addWidget(row.editor, at, 1);
        grid->addWidget(row.error, at + 1, 1);
        m_alternatives.push_back(m_rows.size());
        connect(row.editor, &FieldEditor::changed, this, [this, info] { edited(info); });
        m_rows.push_back(row);
    }
    connect(m_alternative, &QComboBox::activated, this, [this](int choice) {
        // What was typed moves along: "prefix" was meant, not "exact".
        for (const std::size_t row : m_alternatives) {
            const bool isAlike = m_rows[row].info->type == m_rows[m_alternatives[std::size_t(choice)]].info->type;
            if (!m_rows[row].editor->isHidden() && isAlike) {
                const Result<Node> typed = m_rows[row].editor->value();
                m_rows[m_alternatives[std::size_t(choice)]].editor->setValue(
                    typed && !typed->isNull() ? std::optional(*typed) : std::nullopt);
            }
        }
        chooseAlternative(choice);
        edited(m_rows[m_alternatives[std::size_t(choice)]].info);
    });
}

void StepForm::chooseAlternative(int at)
{
    m_alternative->setCurrentIndex(at);
    for (std::size_t i = 0; i < m_alternatives.size(); ++i)
        m_rows[m_alternatives[i]].editor->setVisible(int(i) == at);
}

std::optional<Node> StepForm::valueOf(const Row &row, const Step &step) const
{
    return row.isCommon ? step.commonField(row.info->name) : step.field(row.info->name);
}

void StepForm::setStep(const Step &step)
{
    const Result<Step> shown = read();
    if (!m_hasError && shown && *shown == step && m_step == step)
        return;
    m_step = step;
    int given = -1;
    for (std::size_t at = 0; at < m_rows.size(); ++at) {
        const std::optional<Node> value = valueOf(m_rows[at], step);
        m_rows[at].editor->setValue(value);
        const auto place = std::find(m_alternatives.begin(), m_alternatives.end(), at);
        if (value && place != m_alternatives.end())
            given = int(place - m_alternatives.begin());
    }
    if (m_alternative) {
        for (std::size_t at = 0; given < 0 && at < m_alternatives.size(); ++at)
            given = m_rows[m_alternatives[at]].info->isUsual ? int(at) : given;
        chooseAlternative(qMax(0, given));
    }
}

void StepForm::completeFrom(const KeyCompletion *keys)
{
    for (const Row &row : m_rows)
        row.editor->completeFrom(keys);
}

void StepForm::setPreview(const StepPreview &preview)
{
    m_preview->setPreview(preview);
    m_preview->show();
}

void StepForm::begin()
{
    for (const Row &row : m_rows) {
        if (!row.editor->isHidden()) {
            row.editor->setFocus(Qt::OtherFocusReason);
            return;
        }
    }
    setFocus();
}

void StepForm::showExtras(bool all)
{
    bool isHidden = false;
    for (const Row &row : m_rows) {
        if (!row.isExtra)
            continue;
        const bool shown = all || valueOf(row, m_step).has_value();
        row.editor->setVisible(shown);
        if (row.label)
            row.label->setVisible(shown);
        isHidden = isHidden || !shown;
    }
    m_more->setVisible(isHidden);
}

Result<Step> StepForm::read()
{
    Node body = Node::map({});
    for (std::size_t at = 0; at < m_rows.size(); ++at) {
        const Row &row = m_rows[at];
        const bool isOther = std::find(m_alternatives.begin(), m_alternatives.end(), at) != m_alternatives.end()
            && row.editor->isHidden();
        if (isOther || row.isCommon)
            continue;
        Result<Node> value = row.editor->value();
        if (!value) {
            Error error = value.error();
            error.line = int(at) + 1;
            return error;
        }
        if (value->isNull())
            continue;
        value->line = int(at) + 1; // errors come back with the row that they are about
        body.entries.emplace_back(std::string(row.info->name), std::move(*value));
    }
    const StepKind &kind = m_step.kind();
    const bool isBody = kind.fields.size() == 1 && kind.fields.front().isMain;
    if (body.entries.empty())
        body = Node();
    else if (isBody)
        body = Node(body.entries.front().second);
    Result<std::shared_ptr<const void>> parsed = kind.parse(body, Lets::any());
    if (!parsed)
        return parsed.error();
    Step step(kind, *parsed);
    step.enabled = m_step.enabled;
    step.id = m_step.id;
    return withCommonFields(step);
}

Result<Step> StepForm::withCommonFields(Step step)
{
    for (std::size_t at = 0; at < m_rows.size(); ++at) {
        if (!m_rows[at].isCommon)
            continue;
        const Result<Node> value = m_rows[at].editor->value();
        const Result<Step> next = value ? step.withCommonField(m_rows[at].info->name, *value) : value.error();
        if (!next) {
            Error error = next.error();
            error.line = int(at) + 1;
            return error;
        }
        step = *next;
    }
    return step;
}

void StepForm::edited(const FieldInfo *info)
{
    for (const Row &row : m_rows)
        row.error->hide();
    m_error->hide();
    const Result<Step> step = read();
    m_hasError = !step;
    if (!step) {
        showError(step.error(), step.error().line);
        return;
    }
    m_step = *step;
    Q_EMIT stepChanged(*step, fieldText(info->name));
}

void StepForm::showError(const Error &error, int row)
{
    QLabel *label = row >= 1 && std::size_t(row) <= m_rows.size() ? m_rows[std::size_t(row) - 1].error : m_error;
    tint(label, Tone::Missing);
    label->setText(u"✗ "_s + error.message);
    label->show();
}

void StepForm::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT finished();
    else
        QWidget::keyPressEvent(event);
}
