// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/steppalette.h"

#include "ui/fieldeditor.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>

#include <algorithm>

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

StepPalette::StepPalette(QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_help(textLabel(this, tr("What the step does"), false))
    , m_step(textLabel(this, tr("Example step"), true))
    , m_before(textLabel(this, tr("Keys before"), true))
    , m_after(textLabel(this, tr("Keys after"), true))
{
    const Metrics m(*this);
    setObjectName(u"stepPalette"_s);
    setAccessibleName(tr("Add a step"));
    m_search->setObjectName(u"paletteSearch"_s);
    m_search->setAccessibleName(tr("Search steps"));
    m_search->setPlaceholderText(tr("Search steps    rename, prefix, drop…"));
    m_search->installEventFilter(this);
    m_list->setObjectName(u"paletteList"_s);
    m_list->setAccessibleName(tr("Steps"));
    m_list->setFrameShape(NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus); // the search line keeps the keyboard; arrows go through it
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setFixedWidth(m.h * 14);
    m_list->setMinimumHeight(m.h * 22);

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
    facts->addStretch();
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(m.padding, m.padding, m.padding, m.padding);
    grid->setHorizontalSpacing(m.padding);
    grid->setVerticalSpacing(m.gap);
    grid->addWidget(m_search, 0, 0, 1, 2);
    grid->addWidget(m_list, 1, 0);
    grid->addLayout(facts, 1, 1);
    grid->setColumnMinimumWidth(1, m.h * 26);
    fill();
    connect(m_search, &QLineEdit::textChanged, this, &StepPalette::filter);
    connect(m_list, &QListWidget::currentItemChanged, this, &StepPalette::showExample);
    connect(m_list, &QListWidget::itemEntered, m_list, qOverload<QListWidgetItem *>(&QListWidget::setCurrentItem));
    connect(m_list, &QListWidget::itemClicked, this, &StepPalette::choose);
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

void StepPalette::openBelow(QWidget *anchor)
{
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
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    const auto has = [&words](const QString &all) {
        return std::all_of(words.begin(), words.end(),
                           [&all](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
    };
    QListWidgetItem *first = nullptr;
    for (const bool withHelp : {false, true}) {
        for (int row = 0; row < m_list->count() && (!withHelp || !first); ++row) {
            const StepKind &kind = *kindOf(m_list->item(row));
            const QString name = fieldText(kind.title) + u' ' + fieldText(kind.word);
            m_list->item(row)->setHidden(!has(withHelp ? fieldText(kind.help) : name));
        }
        for (int row = 0; row < m_list->count() && !first; ++row)
            first = m_list->item(row)->isHidden() ? nullptr : m_list->item(row);
    }
    m_list->setCurrentItem(first);
    if (!first)
        showExample(nullptr);
}

void StepPalette::showExample(QListWidgetItem *item)
{
    const StepKind *kind = kindOf(item);
    m_help->setText(kind ? fieldText(kind->help) : tr("No step is called that."));
    m_step->setText(kind ? fieldText(kind->exampleStep) : QString());
    m_before->setText(kind ? fieldText(kind->exampleBefore) : QString());
    m_after->setText(kind ? fieldText(kind->exampleAfter) : QString());
}

void StepPalette::choose(QListWidgetItem *item)
{
    const StepKind *kind = kindOf(item);
    if (!kind || item->isHidden())
        return;
    close();
    Q_EMIT chosen(kind);
}

void StepPalette::moveCurrent(int by)
{
    for (int row = m_list->currentRow() + by; row >= 0 && row < m_list->count(); row += by) {
        if (!m_list->item(row)->isHidden()) {
            m_list->setCurrentRow(row);
            return;
        }
    }
}

bool StepPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Down: moveCurrent(1); return true;
    case Qt::Key_Up: moveCurrent(-1); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: choose(m_list->currentItem()); return true;
    case Qt::Key_Escape: close(); return true;
    default: return false;
    }
}

void StepPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(colour(Tone::Line, palette()));
    painter.setBrush(palette().base());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}
