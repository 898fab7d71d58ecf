// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filterbar.h"

#include "ui/chipbar.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

FilterBar::FilterBar(QWidget *parent)
    : QWidget(parent)
    , m_line(new QLineEdit(this))
    , m_problem(new QLabel(this))
    , m_chips(new ChipBar(this))
{
    const Metrics m(*this);
    setAccessibleName(tr("Filter"));
    m_line->setObjectName(u"filterLine"_s);
    m_line->setAccessibleName(tr("Filter keys"));
    m_line->setPlaceholderText(tr("Filter keys    text, glob, /regex/, dtype:float32, shape:*,3,*,*, missing"));
    m_line->setClearButtonEnabled(true);
    m_line->installEventFilter(this);
    m_problem->setAccessibleName(tr("Problem with the filter"));
    m_problem->setFont(smallFont(font()));
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(m.padding, m.gap + 2, m.padding, m.gap + 1);
    column->setSpacing(m.gap + 1);
    column->addWidget(m_line);
    column->addWidget(m_problem);
    column->addWidget(m_chips);
    m_pause.setSingleShot(true);
    m_pause.setInterval(150ms);
    connect(&m_pause, &QTimer::timeout, this, &FilterBar::textChanged);
    connect(m_line, &QLineEdit::textChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(m_line, &QLineEdit::returnPressed, this, [this] {
        m_pause.stop();
        Q_EMIT textChanged();
    });
}

QString FilterBar::text() const
{
    return m_line->text();
}

void FilterBar::clear()
{
    m_line->clear();
    m_chips->chooseAll();
}

void FilterBar::setProblem(const QString &problem)
{
    tint(m_problem, Tone::Unexpected);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

bool FilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_line && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape && !m_line->text().isEmpty()) {
        m_line->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void FilterBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    painter.setPen(colour(Tone::Line, palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}
