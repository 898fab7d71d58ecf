// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/yamlpanel.h"

#include "model/document/document.h"
#include "ui/completer.h"
#include "ui/keycompletion.h"
#include "ui/theme.h"
#include "ui/yamlcompletion.h"
#include "ui/yamledit.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScopedValueRollback>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr auto crLf = "\r\n"_L1;
constexpr qsizetype longest = 20'000; ///< characters that are read within a frame
}

YamlPanel::YamlPanel(Document *document, KeyCompletion *completion, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_edit(new YamlEdit(this))
    , m_bar(makeProblemBar())
{
    setObjectName(u"yamlPanel"_s);
    setAccessibleName(tr("Recipe as text, with its problem"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_edit, 1);
    column->addWidget(m_bar);
    m_pause.setObjectName(u"recipeTextPause"_s);
    m_pause.setParent(this);
    m_pause.setSingleShot(true);
    m_pause.setInterval(300ms);
    connect(&m_pause, &QTimer::timeout, this, [this] { commit(); });
    connect(&m_reading, &JobBase::started, this, &YamlPanel::readingChanged);
    connect(&m_reading, &JobBase::finished, this, [this] {
        Q_EMIT readingChanged();
        // Later: reading may have been ended by another change of the recipe, which is being told of.
        QMetaObject::invokeMethod(this, &YamlPanel::runThen, Qt::QueuedConnection);
    });
    connect(m_edit, &QPlainTextEdit::textChanged, this, &YamlPanel::typed);
    connect(m_edit, &YamlEdit::entered, this, [this, completion] {
        ++m_session;
        completion->lookBefore(-1, m_edit);
    });
    new Completer(m_edit, [this, completion](const QString &before) {
        completion->lookBefore(stepAtEnd(before), m_edit);
        return recipeCompletions(before, *completion);
    });
    connect(m_edit, &YamlEdit::left, this, [this] { commit(); });
    connect(m_document, &Document::recipeChanged, this, &YamlPanel::showRecipe);
}

YamlPanel::~YamlPanel()
{
    m_edit->disconnect(this);
}

QWidget *YamlPanel::makeProblemBar()
{
    auto *bar = new QWidget(this);
    const Metrics m(*this);
    bar->setAccessibleName(tr("Problem of the text"));
    m_problem = new QLabel(bar);
    m_problem->setObjectName(u"recipeTextProblem"_s);
    m_problem->setAccessibleName(tr("Problem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    tint(m_problem, Tone::Missing);
    m_go = new QPushButton(tr("Go to line"), bar);
    m_go->setObjectName(u"recipeTextGo"_s);
    m_bringBack = new QPushButton(tr("Bring back"), bar);
    m_bringBack->setObjectName(u"recipeTextBringBack"_s);
    m_bringBack->setAccessibleName(tr("Bring back what was typed"));
    m_bringBack->setToolTip(tr("Put the text with the error in the place of this one."));
    for (QPushButton *button : {m_go, m_bringBack})
        button->setProperty("link", true);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(m.padding, m.gap, m.gap, m.gap);
    row->addWidget(m_problem, 1);
    row->addWidget(m_go, 0, Qt::AlignTop);
    row->addWidget(m_bringBack, 0, Qt::AlignTop);
    bar->hide();
    connect(m_go, &QPushButton::clicked, this, [this] { m_edit->goToError(); });
    connect(m_bringBack, &QPushButton::clicked, this, &YamlPanel::bringBack);
    return bar;
}

void YamlPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_isStale)
        showRecipe();
}

void YamlPanel::showRecipe()
{
    if (m_isAdopting)
        return;
    m_isStale = !isVisible() && !m_hasDraft;
    if (m_isStale)
        return;
    m_inForce = QString::fromStdString(m_document->recipe().text()).replace(crLf, "\n"_L1);
    const bool wasWrong = m_hasProblem;
    if (m_hasDraft)
        m_replaced = m_edit->text();
    follow(m_inForce);
    hideProblem();
    m_reading.cancel();
    if (m_replaced.isEmpty())
        return;
    m_problem->setText(wasWrong
                           ? tr("The recipe was changed elsewhere, which took the place of the text with the error.")
                           : tr("The recipe was changed elsewhere, which took the place of what was typed."));
    m_go->hide();
    m_bringBack->show();
    m_bar->show();
}

void YamlPanel::follow(const QString &text)
{
    const QScopedValueRollback following(m_isFollowing, true);
    m_pause.stop();
    m_edit->setText(text);
    m_hasDraft = false;
    Q_EMIT draftChanged();
}

void YamlPanel::typed()
{
    if (m_isFollowing || m_edit->isFilling())
        return;
    m_hasDraft = m_edit->text() != m_inForce;
    m_pause.start();
    Q_EMIT draftChanged();
}

void YamlPanel::commit(std::function<void()> then)
{
    m_pause.stop();
    if (then)
        m_then = std::move(then);
    const QString text = m_edit->text();
    if (text == m_inForce) {
        if (m_hasProblem)
            hideProblem();
        m_reading.cancel();
    } else if (!m_hasProblem || text != m_refused) {
        read(text);
    }
    runThen();
}

void YamlPanel::read(const QString &text)
{
    const bool isLong = text.size() > longest;
    if (isLong && isReading())
        return; // its end looks at what is there then
    // A file keeps the line ends it has.
    const bool hasCrLf = m_document->recipe().text().find(crLf.data()) != std::string::npos;
    const auto parse = [text, hasCrLf, path = m_document->recipePath()](Progress &) {
        return Recipe::parse((hasCrLf ? QString(text).replace("\n"_L1, crLf) : text).toStdString(), path);
    };
    if (!isLong) {
        Progress progress;
        take(text, parse(progress), m_session);
        m_reading.cancel();
        return;
    }
    m_reading.start(parse, [this, text, session = m_session](const Result<Recipe> &recipe) {
        if (m_edit->text() == text)
            take(text, recipe, session);
        else if (m_then || !m_pause.isActive())
            commit();
    });
}

void YamlPanel::take(const QString &text, const Result<Recipe> &recipe, int session)
{
    if (!recipe) {
        m_refused = text;
        showProblem(recipe.error());
        return;
    }
    m_inForce = text;
    m_replaced.clear();
    m_hasDraft = false;
    m_edit->document()->clearUndoRedoStacks();
    hideProblem();
    const QScopedValueRollback adopting(m_isAdopting, true);
    m_document->setRecipe(*recipe, tr("Edit recipe text"), u"text %1"_s.arg(session));
}

void YamlPanel::runThen()
{
    if (isReading())
        return;
    if (const auto then = std::exchange(m_then, {}))
        then();
}

void YamlPanel::showProblem(const Error &error)
{
    m_hasProblem = true;
    m_edit->markError(error);
    m_problem->setText(error.message);
    m_go->setText(tr("Line %1").arg(m_edit->errorLine()));
    m_go->setAccessibleName(tr("Go to the error in line %1").arg(m_edit->errorLine()));
    m_go->setVisible(m_edit->errorLine() > 0);
    m_bringBack->hide();
    m_bar->show();
    Q_EMIT draftChanged();
}

void YamlPanel::hideProblem()
{
    m_hasProblem = false;
    m_refused.clear();
    m_edit->clearError();
    m_bar->hide();
    Q_EMIT draftChanged();
}

QString YamlPanel::draft() const
{
    return m_hasDraft ? m_edit->text() : m_replaced;
}

void YamlPanel::takeDraft(const QString &text)
{
    m_replaced = text;
    bringBack();
}

void YamlPanel::bringBack()
{
    m_bar->hide();
    m_edit->selectAll();
    m_edit->insertPlainText(std::exchange(m_replaced, {}));
    commit();
    m_edit->setFocus();
}

bool YamlPanel::canUndo() const
{
    return isVisible() && m_hasDraft && m_edit->document()->isUndoAvailable();
}

bool YamlPanel::canRedo() const
{
    return isVisible() && m_edit->document()->isRedoAvailable();
}

void YamlPanel::undo()
{
    m_edit->undo();
}

void YamlPanel::redo()
{
    m_edit->redo();
}

void YamlPanel::takeFocus()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
}
