// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/searchpopup.h"

#include "ui/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>

#include <algorithm>

SearchPopup::SearchPopup(QWidget *parent, Click click)
    : QFrame(parent, Qt::Popup)
    , m_search(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    m_search->installEventFilter(this);
    m_list->setFrameShape(NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus); // the search line keeps the keyboard; arrows go through it
    m_list->setUniformItemSizes(true);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) { filter(text); });
    if (click == Click::Selects)
        return;
    m_list->setMouseTracking(true);
    connect(m_list, &QListWidget::itemEntered, m_list, qOverload<QListWidgetItem *>(&QListWidget::setCurrentItem));
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem *item) { choose(item); });
}

QListWidgetItem *SearchPopup::firstShown() const
{
    for (int row = 0; row < m_list->count(); ++row) {
        if (isReachable(row))
            return m_list->item(row);
    }
    return nullptr;
}

bool SearchPopup::hasAll(const QString &text, const QStringList &words)
{
    return std::all_of(words.begin(), words.end(),
                       [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool SearchPopup::isReachable(int row) const
{
    return !m_list->item(row)->isHidden() && m_list->item(row)->flags() & Qt::ItemIsEnabled;
}

void SearchPopup::moveCurrent(int by)
{
    for (int row = m_list->currentRow() + by; row >= 0 && row < m_list->count(); row += by) {
        if (isReachable(row)) {
            m_list->setCurrentRow(row);
            return;
        }
    }
}

bool SearchPopup::eventFilter(QObject *watched, QEvent *event)
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

void SearchPopup::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(colour(Tone::Line, palette()));
    painter.setBrush(palette().base());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}
