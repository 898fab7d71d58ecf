// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filterbar.h"

#include "ui/chipbar.h"
#include "ui/offerlist.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
/// The language as a table.
QString languageHelp()
{
    QString rows;
    const QList<FilterWord> examples = filterExamples();
    for (const FilterWord &example : examples)
        rows += u"<tr><td><code>%1</code>&nbsp;&nbsp;</td><td>%2</td></tr>"_s.arg(example.text.toHtmlEscaped(),
                                                                                  example.help.toHtmlEscaped());
    return u"<p>%1</p><table>%2</table><p>%3</p>"_s.arg(
        FilterBar::tr("Words separated by spaces, all of which must hold:"), rows,
        FilterBar::tr("Up and Down go through earlier lines, Ctrl+Space offers what can stand here."));
}
}

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
    m_line->setToolTip(languageHelp());
    m_line->setWhatsThis(languageHelp());
    m_line->setAccessibleDescription(tr("Words separated by spaces; Up and Down go through earlier lines, Ctrl+Space "
                                        "offers words."));
    m_line->installEventFilter(this);
    auto *more = new QToolButton(this);
    more->setObjectName(u"filterMenu"_s);
    more->setText(u"▾"_s);
    more->setAutoRaise(true);
    more->setAccessibleName(tr("Earlier filters, and how to filter"));
    more->setToolTip(tr("Earlier filters, and how to filter"));
    connect(more, &QToolButton::clicked, this, &FilterBar::offerLines);
    m_problem->setObjectName(u"filterProblem"_s);
    m_problem->setAccessibleName(tr("Problem with the filter"));
    m_problem->setFont(smallFont(font()));
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(m.padding, m.gap + 2, m.padding, m.gap + 1);
    column->setSpacing(m.gap + 1);
    auto *top = new QHBoxLayout;
    top->setSpacing(m.gap / 2);
    top->addWidget(m_line, 1);
    top->addWidget(more);
    column->addLayout(top);
    column->addWidget(m_problem);
    column->addWidget(m_chips);
    m_pause.setSingleShot(true);
    m_pause.setInterval(150ms);
    connect(&m_pause, &QTimer::timeout, this, &FilterBar::textChanged);
    connect(m_line, &QLineEdit::textChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(m_line, &QLineEdit::textEdited, this, [this] {
        m_back = -1;
        const QString before = m_line->text().left(m_line->cursorPosition());
        if (!before.isEmpty() && !before.endsWith(u' '))
            offer();
        else if (m_popup)
            m_popup->hide();
    });
    connect(m_line, &QLineEdit::returnPressed, this, [this] {
        m_pause.stop();
        Q_EMIT textChanged();
        remember();
    });
}

QString FilterBar::text() const
{
    return m_line->text();
}

void FilterBar::clear()
{
    m_line->clear();
    if (m_pause.isActive()) {
        m_pause.stop();
        Q_EMIT textChanged();
    }
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
    if (watched != m_line)
        return QWidget::eventFilter(watched, event);
    const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (isKey && m_popup && m_popup->isVisible() && event->type() == QEvent::ShortcutOverride)
        event->accept(); // Escape and Tab are the offers'
    if (event->type() == QEvent::KeyPress && takeKey(*static_cast<QKeyEvent *>(event)))
        return true;
    if (event->type() == QEvent::FocusOut) {
        if (m_popup)
            m_popup->hide();
        remember();
    }
    return QWidget::eventFilter(watched, event);
}

bool FilterBar::takeKey(const QKeyEvent &event)
{
    const bool isOffering = m_popup && m_popup->isVisible();
    const bool isPlain = event.modifiers() == Qt::NoModifier;
    switch (event.key()) {
    case Qt::Key_Space:
        if (event.modifiers() != Qt::ControlModifier)
            return false;
        m_line->text().isEmpty() ? offerLines() : offer();
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down: {
        const int by = event.key() == Qt::Key_Down ? 1 : -1;
        isOffering ? m_popup->step(by) : goBack(-by);
        return true;
    }
    case Qt::Key_Tab:
        if (!isOffering || !isPlain)
            return false;
        if (m_popup->chosen().isEmpty())
            m_popup->step(1);
        accept(m_popup->chosen());
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (isOffering && !m_popup->chosen().isEmpty()) {
            accept(m_popup->chosen());
            return true;
        }
        if (isOffering)
            m_popup->hide();
        return false;
    case Qt::Key_Escape:
        if (!isOffering && m_line->text().isEmpty())
            return false;
        isOffering ? m_popup->hide() : m_line->clear();
        return true;
    default: return false;
    }
}

void FilterBar::offer()
{
    const std::shared_ptr<const KeyTree> tree = m_keys ? m_keys() : nullptr;
    m_completion = completeFilter(tree.get(), m_line->text(), m_line->cursorPosition());
    showOffers();
}

/// Earlier lines, and the language by examples: each is a whole line.
void FilterBar::offerLines()
{
    constexpr qsizetype mostEarlier = 5;
    m_line->setFocus();
    m_completion = {0, m_line->text().size(), {}};
    const QStringList lines = Settings::filters().mid(0, mostEarlier);
    for (const QString &line : lines)
        m_completion.offers << FilterWord{line, tr("used before")};
    m_completion.offers << filterExamples();
    showOffers();
}

void FilterBar::showOffers()
{
    if (!m_popup) {
        m_popup = new OfferList(m_line, 16);
        m_popup->setObjectName(u"filterOffers"_s);
        m_popup->setAccessibleName(tr("What the word can become"));
        connect(m_popup, &OfferList::picked, this, &FilterBar::accept);
    }
    QList<Offer> offers;
    for (const FilterWord &word : m_completion.offers)
        offers << Offer{word.text, word.help};
    m_popup->offer(offers, m_line->rect());
}

void FilterBar::accept(const QString &offered)
{
    const bool isOpen = offered.endsWith(u':'); // more belongs to it
    QString text = m_line->text();
    text.replace(m_completion.begin, m_completion.end - m_completion.begin, offered);
    m_line->setText(text);
    m_line->setCursorPosition(int(m_completion.begin + offered.size()));
    m_popup->hide();
    m_line->setFocus();
    if (isOpen)
        offer();
}

void FilterBar::remember()
{
    if (!m_line->text().trimmed().isEmpty() && m_problem->text().isEmpty())
        Settings::addFilter(m_line->text().trimmed());
}

/// Through earlier lines and, at last, back to what was typed.
void FilterBar::goBack(int by)
{
    const QStringList lines = Settings::filters();
    if (m_back < 0)
        m_draft = m_line->text();
    int next = m_back + by;
    if (m_back < 0 && lines.value(0) == m_draft && by > 0)
        ++next; // the newest is what stands there
    if (next >= lines.size() || next < -1)
        return;
    m_back = next;
    m_line->setText(next < 0 ? m_draft : lines[next]);
}

void FilterBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    painter.setPen(colour(Tone::Line, palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}
