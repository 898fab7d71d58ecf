// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/messagebar.h"

#include "ui/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace {
QString placeText(const Error &error)
{
    QStringList parts;
    if (!error.path.isEmpty() && !error.message.contains(error.path))
        parts << error.path;
    if (error.line > 0 && error.column > 0)
        parts << MessageBar::tr("line %1, column %2").arg(error.line).arg(error.column);
    else if (error.line > 0)
        parts << MessageBar::tr("line %1").arg(error.line);
    if (error.offset >= 0)
        parts << MessageBar::tr("at byte %1").arg(error.offset);
    return parts.join(u" · "_s);
}
}

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_detail(new QLabel(this))
    , m_yes(new QPushButton(this))
    , m_close(new QPushButton(tr("Dismiss"), this))
{
    const Metrics m(*this);
    setAccessibleName(tr("Message"));
    m_text->setAccessibleName(tr("Message text"));
    m_detail->setAccessibleName(tr("Message detail"));
    m_text->setObjectName(u"messageText"_s);
    m_close->setObjectName(u"messageDismiss"_s);
    m_close->setProperty("link", true);
    m_yes->setObjectName(u"messageDiscard"_s);
    m_yes->setAccessibleName(tr("Discard"));
    for (QLabel *label : {m_text, m_detail}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_detail->setFont(smallFont(font()));
    m_detail->setForegroundRole(QPalette::PlaceholderText);

    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addStretch();
    texts->addWidget(m_text);
    texts->addWidget(m_detail);
    texts->addStretch();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(m.padding, m.gap, m.gap, m.gap);
    row->setSpacing(m.gap);
    row->addSpacing(m.h + m.gap / 2); // the sign is painted there, on the line of the text
    row->addLayout(texts, 1);
    row->addWidget(m_yes, 0, Qt::AlignVCenter);
    row->addWidget(m_close, 0, Qt::AlignVCenter);
    connect(m_close, &QPushButton::clicked, this, [this] { m_isError ? dismiss() : answer(&Question::no); });
    connect(m_yes, &QPushButton::clicked, this, [this] { answer(&Question::yes); });
    hide();
}

void MessageBar::showError(const Error &error)
{
    m_isError = true;
    m_yes->hide();
    m_close->setText(tr("Dismiss"));
    present(error.message, placeText(error));
}

void MessageBar::ask(const QString &question, Answer yes, Answer no)
{
    m_question = Question{question, std::move(yes), std::move(no)};
    presentQuestion();
}

void MessageBar::presentQuestion()
{
    m_isError = false;
    m_yes->setText(m_question->yes.text);
    m_yes->setAccessibleName(m_question->yes.text);
    m_yes->show();
    m_close->setText(m_question->no.text);
    present(m_question->text, {});
    m_close->setFocus();
}

void MessageBar::answer(Answer Question::*which)
{
    const auto question = std::exchange(m_question, std::nullopt);
    dismiss();
    if (question && ((*question).*which).run)
        ((*question).*which).run();
}

void MessageBar::present(const QString &text, const QString &detail)
{
    m_close->setAccessibleName(m_close->text());
    setAccessibleDescription(m_isError ? tr("Error") : tr("Question"));
    m_text->setText(text);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    show();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

QString MessageBar::text() const
{
    return m_text->text();
}

void MessageBar::dismiss()
{
    if (m_question) {
        presentQuestion();
        return;
    }
    hide();
    Q_EMIT dismissed();
}

void MessageBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().window());
    painter.fillRect(QRect(0, 0, 3, height()), colour(m_isError ? Tone::Missing : Tone::Unexpected, palette()));
    painter.setPen(colour(Tone::Line, palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
    // A label would give the sign its own line height, for it comes from another font, and set it off the text's line.
    painter.setPen(colour(m_isError ? Tone::Missing : Tone::Unexpected, palette()));
    const int baseline = m_text->geometry().top() + m_text->fontMetrics().ascent();
    painter.drawText(QPoint(Metrics(*this).padding, baseline), m_isError ? u"✗"_s : u"⚠"_s);
}

void MessageBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Escape) {
        QFrame::keyPressEvent(event);
        return;
    }
    if (!m_isError)
        m_question.reset();
    dismiss();
}
