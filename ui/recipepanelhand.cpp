// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to whole steps in the recipe panel: turned off, copied, moved, deleted; by keys, menu and dragging.
#include "ui/recipepanel.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "model/recipe/unfold.h"
#include "ui/theme.h"

#include <QKeyEvent>
#include <QMenu>
#include <QVBoxLayout>

void RecipePanel::setEnabledStep(int index, bool on)
{
    Step changed = step(index);
    changed.enabled = on;
    m_document->setRecipe(m_document->recipe().withStep(index, changed),
                          on ? tr("Turn on step %1").arg(index + 1) : tr("Turn off step %1").arg(index + 1));
}

void RecipePanel::toggleSelected()
{
    if (m_selected >= 0)
        setEnabledStep(m_selected, !step(m_selected).enabled);
}

void RecipePanel::duplicateSelected()
{
    if (m_selected < 0)
        return;
    const int at = m_selected;
    closeForms();
    m_document->setRecipe(m_document->recipe().withCopy(at), tr("Duplicate step %1").arg(at + 1));
    selectStep(at + 1);
    m_cards[std::size_t(at) + 1]->setFocus();
}

QString RecipePanel::whyNotUnfolded(int index) const
{
    if (std::size_t(index) >= m_document->recipe().steps().size()) // the cards are about to follow the recipe
        return tr("Select a step first.");
    const QString why = ::whyNotUnfolded(m_document->recipe(), index);
    const auto &plan = m_document->plan();
    if (!why.isEmpty() || !plan || std::size_t(index) >= plan->steps.size())
        return why;
    const StepReport &report = plan->steps[std::size_t(index)];
    // What it includes was asked, and its guard left the checkpoint alone: without the guard its steps would run.
    return report.skipped && !report.inner.empty() ? tr("It does nothing here: %1.").arg(report.reason) : QString();
}

void RecipePanel::unfoldSelected()
{
    if (m_selected < 0)
        return;
    const int at = m_selected;
    const QString why = whyNotUnfolded(at);
    const Result<Unfolded> unfolded =
        why.isEmpty() ? ::unfolded(m_document->recipe(), at) : Result<Unfolded>(Error{Error::Kind::BadRecipe, why});
    if (!unfolded) {
        Q_EMIT failed(unfolded.error().message);
        return;
    }
    const QString name = displayName(step(at).included().front().name);
    closeForms();
    m_document->setRecipe(unfolded->recipe, tr("Unfold step %1").arg(at + 1));
    if (unfolded->isGuardLost)
        Q_EMIT said(tr("The steps of “%1” run without its guard now.").arg(name));
    selectStep(qMin(at, int(m_cards.size()) - 1));
    (m_selected >= 0 ? m_cards[std::size_t(m_selected)] : m_bind)->setFocus();
}

void RecipePanel::deleteSelected()
{
    if (m_selected < 0)
        return;
    const int at = m_selected;
    closeForms();
    m_document->setRecipe(m_document->recipe().withRemoved(at), tr("Delete step %1").arg(at + 1));
    selectStep(qMin(at, int(m_cards.size()) - 1));
    (m_selected >= 0 ? m_cards[std::size_t(m_selected)] : m_bind)->setFocus();
}

void RecipePanel::moveSelected(int by)
{
    moveStep(m_selected, m_selected + by);
}

void RecipePanel::moveStep(int from, int to)
{
    if (from < 0 || to < 0 || to >= int(m_cards.size()) || from == to)
        return;
    closeForms();
    m_document->setRecipe(m_document->recipe().withMoved(from, to), tr("Move step %1 to %2").arg(from + 1).arg(to + 1));
    selectStep(to);
    m_cards[std::size_t(to)]->setFocus();
}

void RecipePanel::showMenu(const QPoint &at)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const int index = m_selected;
    const bool isOn = step(index).enabled;
    menu->addAction(tr("&Edit"), QKeySequence(Qt::Key_F2), this, [this, index] { editStep(index); });
    menu->addAction(isOn ? tr("Turn &off") : tr("Turn &on"), QKeySequence(Qt::Key_Space), this,
                    &RecipePanel::toggleSelected);
    menu->addAction(tr("D&uplicate"), QKeySequence(Qt::CTRL | Qt::Key_D), this, &RecipePanel::duplicateSelected);
    if (step(index).kind().word == "include") {
        QAction *unfold = menu->addAction(tr("Un&fold into its steps"), QKeySequence(Qt::CTRL | Qt::Key_U), this,
                                          &RecipePanel::unfoldSelected);
        const QString why = whyNotUnfolded(index);
        unfold->setEnabled(why.isEmpty());
        unfold->setToolTip(why);
    }
    menu->addSeparator();
    QAction *up =
        menu->addAction(tr("Move &up"), QKeySequence(Qt::ALT | Qt::Key_Up), this, [this] { moveSelected(-1); });
    QAction *down =
        menu->addAction(tr("Move &down"), QKeySequence(Qt::ALT | Qt::Key_Down), this, [this] { moveSelected(1); });
    const auto allow = [](QAction *action, bool isAllowed, const QString &reason) {
        action->setEnabled(isAllowed);
        if (!isAllowed)
            action->setToolTip(reason);
    };
    allow(up, index > 0, tr("It is the first step."));
    allow(down, index + 1 < int(m_cards.size()), tr("It is the last step."));
    menu->addSeparator();
    menu->addAction(tr("De&lete"), QKeySequence::Delete, this, &RecipePanel::deleteSelected);
    menu->popup(at);
}

void RecipePanel::focusNeighbour(int by)
{
    const int to = m_selected + by;
    if (to < 0 || to > int(m_cards.size()))
        return;
    if (to == int(m_cards.size())) {
        m_bind->setFocus();
        return;
    }
    selectStep(to);
    m_cards[std::size_t(to)]->setFocus();
}

int RecipePanel::dropPlace(const QPoint &globalPos) const
{
    const int y = m_page->mapFromGlobal(globalPos).y();
    int place = 0;
    while (place < int(m_cards.size()) && y > m_cards[std::size_t(place)]->geometry().center().y())
        ++place;
    return place;
}

void RecipePanel::showDropLine(const QPoint &globalPos)
{
    const int place = dropPlace(globalPos);
    const QRect last = m_cards.back()->geometry();
    const int gap = m_column->spacing();
    const int y = place < int(m_cards.size()) ? m_cards[std::size_t(place)]->y() - gap / 2 : last.bottom() + gap / 2;
    m_line->setGeometry(last.left(), y - 1, last.width(), 2);
    m_line->raise();
    m_line->show();
    const QPoint inPage = m_page->mapFromGlobal(globalPos);
    ensureVisible(inPage.x(), inPage.y(), 0, Metrics(*this).row);
}

void RecipePanel::dropCard(int from, const QPoint &globalPos)
{
    const int place = dropPlace(globalPos);
    moveStep(from, place > from ? place - 1 : place);
}

void RecipePanel::keyPressEvent(QKeyEvent *event)
{
    const bool alt = event->modifiers() == Qt::AltModifier;
    const bool control = event->modifiers() == Qt::ControlModifier;
    switch (event->key()) {
    case Qt::Key_Up: alt ? moveSelected(-1) : focusNeighbour(-1); return;
    case Qt::Key_Down: alt ? moveSelected(1) : focusNeighbour(1); return;
    case Qt::Key_Delete: deleteSelected(); return;
    case Qt::Key_D:
        if (control) {
            duplicateSelected();
            return;
        }
        break;
    case Qt::Key_Insert: Q_EMIT addRequested(); return;
    default: break;
    }
    QScrollArea::keyPressEvent(event);
}
