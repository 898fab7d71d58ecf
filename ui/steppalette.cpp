// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/steppalette.h"

#include "model/recipe/lets.h"
#include "model/recipe/yaml.h"
#include "ui/fieldeditor.h"
#include "ui/previewview.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace {
constexpr int kindRole = Qt::UserRole;

const StepKind *kindOf(const QListWidgetItem *item)
{
    return item ? stepKinds()[std::size_t(item->data(kindRole).toInt())] : nullptr;
}

QLabel *textLabel(QWidget *parent, const QString &name, bool isCode)
{
    auto *label = new QLabel(parent);
    label->setAccessibleName(name);
    label->setTextFormat(Qt::PlainText);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    label->setWordWrap(!isCode);
    if (isCode)
        label->setFont(fixedFont(parent->font()));
    return label;
}
}

StepPalette::StepPalette(const Document *document, QWidget *parent)
    : SearchPopup(parent)
    , m_help(textLabel(this, tr("What the step does"), false))
    , m_step(textLabel(this, tr("Example step"), true))
    , m_before(textLabel(this, tr("Keys before"), true))
    , m_after(textLabel(this, tr("Keys after"), true))
    , m_previewer(new StepPreviewer(document, this))
    , m_here(makeHere())
{
    const Metrics m(*this);
    setObjectName(u"stepPalette"_s);
    setAccessibleName(tr("Add a step"));
    m_search->setObjectName(u"paletteSearch"_s);
    m_search->setAccessibleName(tr("Search steps"));
    m_search->setPlaceholderText(tr("Search steps, or type one    rename, prefix, drop, remove-prefix: module."));
    m_list->setObjectName(u"paletteList"_s);
    m_list->setAccessibleName(tr("Steps"));
    m_list->setFixedWidth(m.h * 14);
    m_list->setMinimumHeight(m.h * 34);

    auto *after = new QLabel(tr("becomes"), this);
    after->setFont(headingFont(font()));
    after->setForegroundRole(QPalette::PlaceholderText);
    auto *example = new QLabel(tr("Example"), this);
    example->setFont(headingFont(font()));
    example->setForegroundRole(QPalette::PlaceholderText);
    m_step->setForegroundRole(QPalette::Link);
    m_before->setForegroundRole(QPalette::PlaceholderText);

    auto *facts = new QVBoxLayout;
    facts->setSpacing(m.gap);
    facts->addWidget(m_help);
    facts->addSpacing(m.gap);
    facts->addWidget(example);
    facts->addWidget(m_step);
    facts->addWidget(m_before);
    facts->addWidget(after);
    facts->addWidget(m_after);
    facts->addSpacing(m.gap);
    facts->addWidget(m_here);
    facts->addStretch();
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(m.padding, m.padding, m.padding, m.padding);
    grid->setHorizontalSpacing(m.padding);
    grid->setVerticalSpacing(m.gap);
    grid->addWidget(m_search, 0, 0, 1, 2);
    grid->addWidget(m_list, 1, 0);
    grid->addLayout(facts, 1, 1);
    grid->setColumnMinimumWidth(1, m.h * 32);
    fill();
    connect(m_previewer, &StepPreviewer::previewed, this, &StepPalette::showTried);
    connect(m_list, &QListWidget::currentItemChanged, this, &StepPalette::showExample);
}

void StepPalette::fill()
{
    int at = 0;
    for (const StepKind *kind : stepKinds()) {
        auto *item = new QListWidgetItem(fieldText(kind->title), m_list);
        item->setData(kindRole, at++);
        item->setToolTip(fieldText(kind->help));
        item->setSizeHint({0, Metrics(*this).row - 2});
    }
}

QWidget *StepPalette::makeHere()
{
    auto *here = new QWidget(this);
    here->setObjectName(u"paletteHere"_s);
    here->setAccessibleName(tr("On this file"));
    auto *heading = new QLabel(tr("On this file"), here);
    heading->setFont(headingFont(font()));
    heading->setForegroundRole(QPalette::PlaceholderText);
    m_tried = textLabel(here, tr("Step tried on this file"), true);
    m_tried->setObjectName(u"paletteTried"_s);
    m_tried->setForegroundRole(QPalette::Link);
    m_tried->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_preview = new PreviewView(here);
    m_add = new QPushButton(tr("Add this step"), here);
    m_add->setObjectName(u"paletteAdd"_s);
    m_add->setAccessibleName(tr("Add this step"));
    m_add->setToolTip(tr("Add the step with these fields (Ctrl+Return)."));
    m_add->setProperty("link", true);
    connect(m_add, &QPushButton::clicked, this, &StepPalette::addTried);
    auto *column = new QVBoxLayout(here);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Metrics(*this).gap);
    column->addWidget(heading);
    column->addWidget(m_tried);
    column->addWidget(m_preview);
    column->addWidget(m_add, 0, Qt::AlignLeft);
    here->hide();
    return here;
}

/// What was typed is tried as it is; of a kind that was only found, an example that suits the file.
void StepPalette::tryOut(const StepKind *kind)
{
    m_offered.reset();
    if (!kind || !m_previewer->canTry()) {
        m_previewer->stop();
        m_here->hide();
        return;
    }
    if (m_typed && &m_typed->kind() == kind)
        m_previewer->tryStep(*m_typed, m_place);
    else
        m_previewer->tryKind(*kind, m_place);
}

void StepPalette::showTried(const StepPreviewer::Answer &answer)
{
    m_offered = answer.step;
    m_here->setVisible(isVisible());
    const QString text = answer.step ? QString::fromStdString(flowText(printStep(*answer.step))) : QString();
    const bool isBraced = text.startsWith(u'{') && text.endsWith(u'}');
    const QString shown = isBraced ? text.mid(1, text.size() - 2) : text;
    m_tried->setText(answer.step ? m_tried->fontMetrics().elidedText(shown, Qt::ElideMiddle, Metrics(*this).h * 32)
                                 : tr("It depends on what you enter."));
    m_tried->setToolTip(shown);
    m_preview->setVisible(answer.step.has_value());
    m_add->setVisible(answer.step.has_value());
    if (answer.step)
        m_preview->setPreview(answer.preview);
}

void StepPalette::addTried()
{
    const std::optional<Step> step = m_offered;
    if (!step)
        return;
    close();
    Q_EMIT stepChosen(*step);
}

void StepPalette::hideEvent(QHideEvent *event)
{
    SearchPopup::hideEvent(event);
    m_previewer->stop();
}

void StepPalette::openBelow(QWidget *anchor, int place)
{
    m_place = place;
    m_here->hide();
    m_list->setCurrentItem(nullptr);
    m_search->clear();
    filter({});
    adjustSize();
    move(anchor->mapToGlobal(QPoint(0, anchor->height() + 2)));
    show();
    m_search->setFocus();
}

/// Names first; the help is searched only when no name has the words.
void StepPalette::filter(const QString &text)
{
    const qsizetype colon = text.indexOf(u':');
    const QString kindText = text.left(colon < 0 ? text.size() : colon);
    const Result<Step> typed = parseStepText(text.toStdString(), Lets::any());
    const bool isWhole = colon > 0 && bool(typed);
    m_typed = isWhole ? std::optional(*typed) : std::nullopt;
    const QStringList words = kindText.split(u' ', Qt::SkipEmptyParts);
    QListWidgetItem *first = nullptr;
    for (const bool withHelp : {false, true}) {
        for (int row = 0; row < m_list->count() && (!withHelp || !first); ++row) {
            const StepKind &kind = *kindOf(m_list->item(row));
            const QString name = fieldText(kind.title) + u' ' + fieldText(kind.word);
            const bool isFound = colon > 0 ? fieldText(kind.word) == kindText.trimmed()
                                           : hasAll(withHelp ? fieldText(kind.help) : name, words);
            m_list->item(row)->setHidden(!isFound);
        }
        first = firstShown();
    }
    const bool isSame = first && m_list->currentItem() == first;
    m_list->setCurrentItem(first);
    if (!first)
        showExample(nullptr);
    else if (isSame)
        tryOut(kindOf(first));
    if (colon > 0 && first && !typed)
        m_help->setText(u"✗ "_s + typed.error().message);
    else if (first)
        m_help->setText(fieldText(kindOf(first)->help));
}

void StepPalette::showExample(QListWidgetItem *item)
{
    const StepKind *kind = kindOf(item);
    m_help->setText(kind ? fieldText(kind->help) : tr("No step is called that."));
    m_step->setText(kind ? fieldText(kind->exampleStep) : QString());
    m_before->setText(kind ? fieldText(kind->exampleBefore) : QString());
    m_after->setText(kind ? fieldText(kind->exampleAfter) : QString());
    tryOut(kind);
}

void StepPalette::choose(QListWidgetItem *item)
{
    const StepKind *kind = kindOf(item);
    if (!kind || item->isHidden())
        return;
    const std::optional<Step> typed = m_typed;
    close();
    if (typed)
        Q_EMIT stepChosen(*typed);
    else
        Q_EMIT chosen(kind);
}

bool StepPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter && (key->modifiers() & Qt::ControlModifier)) {
            addTried();
            return true;
        }
    }
    return SearchPopup::eventFilter(watched, event);
}
