// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sessions.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "ui/messagebar.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

Sessions::Sessions(Document *document, MessageBar *bar, const QString &folder)
    : m_document(document)
    , m_bar(bar)
    , m_keeper(document, folder)
{
    connect(&m_keeper, &SessionKeeper::failed, bar, &MessageBar::showError);
    connect(&m_keeper, &SessionKeeper::kept, this, [this] {
        if (m_restored && !m_document->isOpening() && !m_document->isOpeningTarget()) {
            m_restored->remove();
            m_restored.reset();
        }
    });
    LeftSessions left = findLeftSessions(folder);
    m_left = std::move(left.sessions);
    offer();
    if (left.problems.empty())
        return;
    Error problem = left.problems.front();
    for (std::size_t at = 1; at < left.problems.size(); ++at)
        problem.message += u' ' + left.problems[at].message;
    bar->showError(problem);
}

Sessions::~Sessions()
{
    if (m_restored) // the window ends as the user wants it
        m_restored->remove();
}

void Sessions::offer()
{
    if (m_left.empty())
        return;
    const QString name = QFileInfo(m_left.front().session().checkpoint).fileName();
    const QString question = name.isEmpty()
        ? tr("Weightsmith ended unexpectedly: restore the recipe?")
        : tr("Weightsmith ended unexpectedly: restore the recipe for “%1”?").arg(displayName(name.toStdString()));
    m_bar->ask(question, {tr("Restore"), [this] { restore(); }}, {tr("Discard"), [this] { discard(); }});
}

void Sessions::restore()
{
    m_restored = std::move(m_left.front());
    const bool isMore = m_left.size() > 1;
    m_left.clear();
    m_document->restore(m_restored->session());
    if (!m_restored->session().draft.isEmpty())
        Q_EMIT draftLeft(m_restored->session().draft);
    if (isMore)
        Q_EMIT moreLeft();
}

void Sessions::discard()
{
    m_left.front().remove();
    m_left.erase(m_left.begin());
    offer();
}
