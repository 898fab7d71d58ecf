// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recipepanel.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "ui/bindform.h"
#include "ui/fieldeditor.h"
#include "ui/keycompletion.h"
#include "ui/paramform.h"
#include "ui/stepform.h"
#include "ui/steppreviewer.h"

#include <QEvent>
#include <QFileInfo>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace {
/// Where a dragged step would go.
class DropLine final : public QWidget
{
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *) override { QPainter(this).fillRect(rect(), colour(Tone::Accent, palette())); }
};
}

RecipePanel::RecipePanel(Document *document, KeyCompletion *completion, QWidget *parent)
    : QScrollArea(parent)
    , m_document(document)
    , m_completion(completion)
    , m_previewer(new StepPreviewer(document, this))
    , m_page(new QWidget)
    , m_column(new QVBoxLayout(m_page))
    , m_file(new QLabel(m_page))
    , m_params(new StepCard(StepCard::Kind::Fixed, m_page))
    , m_paramForm(new ParamForm(m_params))
    , m_browse(new QPushButton(tr("Browse recipes…"), m_page))
    , m_hint(new QLabel(tr("Steps change the names of the keys, and which are kept. Add one and see at once what it "
                           "does to the tree and to the fit."),
                        m_page))
    , m_bind(new StepCard(StepCard::Kind::Fixed, m_page))
    , m_line(new DropLine(m_page))
{
    const Metrics m(*this);
    setObjectName(u"recipePanel"_s);
    setAccessibleName(tr("Recipe"));
    m_page->setAccessibleName(tr("Steps"));
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    viewport()->setBackgroundRole(QPalette::Window);
    setWidget(m_page);
    m_column->setContentsMargins(m.padding, 2, m.padding, m.padding);
    m_column->setSpacing(m.gap);
    m_file->setObjectName(u"recipeFile"_s);
    m_file->setAccessibleName(tr("File of the recipe"));
    m_file->setTextFormat(Qt::PlainText);
    m_file->setForegroundRole(QPalette::PlaceholderText);
    m_column->addWidget(m_file);
    CardText params;
    params.sentence = {{tr("Parameters"), false}};
    params.detail = tr("A step that names one of them in braces has its value.");
    params.mark = u"{}"_s;
    m_params->setObjectName(u"paramsCard"_s);
    m_params->setText(params);
    m_params->setForm(m_paramForm);
    m_params->setFocusPolicy(Qt::NoFocus); // its fields take it
    m_column->addWidget(m_params);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_browse->setObjectName(u"browseButton"_s);
    m_browse->setAccessibleName(tr("Browse recipes"));
    m_browse->setToolTip(tr("Start from a recipe that comes with the program."));
    m_browse->setProperty("link", true);
    m_column->addWidget(m_hint);
    m_column->addWidget(m_browse, 0, Qt::AlignLeft);
    m_bind->setObjectName(u"bindCard"_s);
    m_column->addWidget(m_bind);
    m_column->addStretch();
    m_line->setAccessibleName(tr("Place of the dragged step"));
    m_line->hide();
    connect(m_browse, &QPushButton::clicked, this, &RecipePanel::browseRequested);
    connect(m_bind, &StepCard::editRequested, this, &RecipePanel::editBind);
    connect(m_bind, &StepCard::pressed, this, [this] { selectStep(-1); });
    connect(m_document, &Document::recipeChanged, this, &RecipePanel::showRecipe);
    connect(m_document, &Document::planChanged, this, &RecipePanel::showRecipe);
    connect(m_document, &Document::targetChanged, this, &RecipePanel::showRecipe);
    connect(m_document, &Document::historyChanged, this, &RecipePanel::showFile);
    connect(m_paramForm, &ParamForm::edited, this, &RecipePanel::paramEdited);
    connect(m_document, &Document::planChanged, this, [this] {
        if (m_editing >= 0)
            m_previewer->showStep(m_editing);
    });
    connect(m_previewer, &StepPreviewer::previewed, this, [this](const StepPreviewer::Answer &answer) {
        auto *form = m_editing < 0 ? nullptr : qobject_cast<StepForm *>(m_cards[std::size_t(m_editing)]->form());
        if (form)
            form->setPreview(answer.preview);
    });
    followModel();
    showRecipe();
    showFile();
}

/// Its name, and whether it has changes that are not in it.
void RecipePanel::showFile()
{
    const QString path = m_document->recipePath();
    m_file->setVisible(!path.isEmpty());
    const QString name = displayName(QFileInfo(path).fileName().toStdString());
    const QString shown = m_file->fontMetrics().elidedText(name, Qt::ElideMiddle, Metrics(*this).h * 15);
    m_file->setText(m_document->isModified() ? tr("%1 · not saved").arg(shown) : shown);
    m_file->setToolTip(displayName(path.toStdString()));
}

void RecipePanel::paramEdited(const QString &name, const QString &value)
{
    const auto recipe = m_document->recipe().withParam(name.toStdString(), value.toStdString());
    m_paramForm->showProblem(name, recipe ? QString() : recipe.error().message);
    if (recipe)
        m_document->setRecipe(*recipe, tr("Set parameter %1").arg(displayName(name.toStdString())),
                              u"%1 param %2"_s.arg(m_session).arg(name));
}

void RecipePanel::showRecipe()
{
    const Params &params = m_document->recipe().params();
    m_params->setVisible(!params.empty());
    m_paramForm->setParams(params);
    m_steps.show(m_document->recipe(), m_document->plan());
    if (m_bindForm) {
        m_bindForm->setBind(m_document->recipe().bind());
        m_bindForm->countOn(m_document->plan());
    }
    m_bind->setText(bindCardText(*m_document));
    showHint(m_cards.empty() && !m_draft);
}

void RecipePanel::showHint(bool shown)
{
    m_hint->setVisible(shown);
    m_browse->setVisible(shown);
}

/// One card per row: cards of steps that stay are kept, so that an open form keeps the keyboard.
void RecipePanel::followModel()
{
    connect(&m_steps, &StepsModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { insertCards(first, last); });
    connect(&m_steps, &StepsModel::rowsRemoved, this,
            [this](const QModelIndex &, int first, int last) { removeCards(first, last); });
    connect(&m_steps, &StepsModel::rowsMoved, this,
            [this](const QModelIndex &, int from, int, const QModelIndex &, int to) {
                moveCard(from, to > from ? to - 1 : to);
            });
    connect(&m_steps, &StepsModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) { refreshCards(first.row(), last.row()); });
}

void RecipePanel::insertCards(int first, int last)
{
    if (m_editing >= first)
        m_editing += last - first + 1;
    for (int at = first; at <= last; ++at) {
        StepCard *card = makeCard();
        m_cards.insert(m_cards.begin() + at, card);
        m_column->insertWidget(m_column->indexOf(m_hint) + 1 + at, card);
    }
    selectStep(m_selected >= first ? m_selected + last - first + 1 : m_selected);
}

void RecipePanel::removeCards(int first, int last)
{
    if (m_editing >= first && m_editing <= last)
        m_editing = -1;
    else if (m_editing > last)
        m_editing -= last - first + 1;
    for (int at = first; at <= last; ++at) {
        StepCard *card = m_cards[std::size_t(at)];
        m_hovered = m_hovered == card ? nullptr : m_hovered;
        m_focused = m_focused == card ? nullptr : m_focused;
        card->hide();
        card->deleteLater();
    }
    m_cards.erase(m_cards.begin() + first, m_cards.begin() + last + 1);
    selectStep(qMin(m_selected, int(m_cards.size()) - 1));
}

void RecipePanel::moveCard(int from, int to)
{
    StepCard *card = m_cards[std::size_t(from)];
    m_cards.erase(m_cards.begin() + from);
    m_cards.insert(m_cards.begin() + to, card);
    m_column->removeWidget(card);
    m_column->insertWidget(m_column->indexOf(m_hint) + 1 + to, card);
    m_editing = -1; // forms are closed before a move; undo closes one that is open
    for (StepCard *other : m_cards)
        other->setForm(nullptr);
}

void RecipePanel::refreshCards(int first, int last)
{
    for (int at = first; at <= last; ++at)
        m_cards[std::size_t(at)]->setText(cardText(m_steps.index(at), *m_document));
    if (m_editing < first || m_editing > last)
        return;
    auto *form = qobject_cast<StepForm *>(m_cards[std::size_t(m_editing)]->form());
    if (form && form->isFor(step(m_editing).kind()))
        form->setStep(step(m_editing));
    else
        closeForms();
}

const Step &RecipePanel::step(int index) const
{
    return m_document->recipe().steps()[std::size_t(index)];
}

StepCard *RecipePanel::makeCard()
{
    auto *card = new StepCard(StepCard::Kind::Step, m_page);
    connect(card, &StepCard::pressed, this, [this, card] { selectStep(indexOf(card)); });
    connect(card, &StepCard::editRequested, this, [this, card] { editStep(indexOf(card)); });
    connect(card, &StepCard::toggled, this, [this, card](bool on) { setEnabledStep(indexOf(card), on); });
    connect(card, &StepCard::menuRequested, this, [this, card](const QPoint &at) {
        selectStep(indexOf(card));
        showMenu(at);
    });
    const auto keep = [this, card](StepCard *&held, bool isOn) {
        held = isOn ? card : held == card ? nullptr : held;
        pointAt();
    };
    connect(card, &StepCard::hovered, this, [this, keep](bool isOn) { keep(m_hovered, isOn); });
    connect(card, &StepCard::focused, this, [this, card, keep](bool isOn) {
        keep(m_focused, isOn);
        if (isOn && indexOf(card) != m_selected) // what the keys do is done to the card that has them
            selectStep(indexOf(card));
    });
    connect(card, &StepCard::dragMoved, this, &RecipePanel::showDropLine);
    connect(card, &StepCard::dragEnded, this, [this, card](const QPoint &at, bool isDropped) {
        m_line->hide();
        if (isDropped)
            dropCard(indexOf(card), at);
    });
    return card;
}

int RecipePanel::indexOf(const StepCard *card) const
{
    const auto at = std::find(m_cards.begin(), m_cards.end(), card);
    return at == m_cards.end() ? -1 : int(at - m_cards.begin());
}

/// The pointer says it before the form that is open, and that before the keyboard.
void RecipePanel::pointAt()
{
    const int step = m_hovered ? indexOf(m_hovered) : m_editing >= 0 ? m_editing : m_focused ? indexOf(m_focused) : -1;
    if (std::exchange(m_pointedAt, step) != step)
        Q_EMIT stepPointedAt(step);
}

void RecipePanel::selectStep(int index)
{
    m_selected = index;
    for (std::size_t at = 0; at < m_cards.size(); ++at)
        m_cards[at]->setSelected(int(at) == index);
    if (index >= 0)
        ensureWidgetVisible(m_cards[std::size_t(index)], 0, Metrics(*this).gap);
    pointAt();
    Q_EMIT selectionChanged();
}

void RecipePanel::markSteps(const std::vector<int> &steps)
{
    for (std::size_t at = 0; at < m_cards.size(); ++at)
        m_cards[at]->setMarked(std::find(steps.begin(), steps.end(), int(at)) != steps.end());
}

int RecipePanel::placeOfNext() const
{
    return m_selected >= 0 ? m_selected + 1 : int(m_document->recipe().steps().size());
}

void RecipePanel::addStep(const Step &step)
{
    closeForms();
    const int place = placeOfNext();
    m_document->setRecipe(m_document->recipe().withInserted(place, step),
                          tr("Add “%1”").arg(fieldText(step.kind().word)));
    selectStep(place);
    m_cards[std::size_t(place)]->setFocus();
}

void RecipePanel::addStep(const StepKind &kind)
{
    closeForms();
    const int place = placeOfNext();
    const Result<std::shared_ptr<const void>> bare = kind.parse(Node(), Lets::any());
    if (bare) {
        m_document->setRecipe(m_document->recipe().withInserted(place, Step(kind, *bare)),
                              tr("Add “%1”").arg(fieldText(kind.word)));
        selectStep(place);
        if (!kind.fields.empty())
            editStep(place);
        return;
    }
    m_draftPlace = place;
    m_draft = new StepCard(StepCard::Kind::Fixed, m_page);
    m_draft->setObjectName(u"draftCard"_s);
    CardText text;
    text.sentence = {{fieldText(kind.title), false}};
    text.detail = fieldText(kind.help);
    text.mark = u"+"_s;
    m_draft->setText(text);
    m_draft->setSelected(true);
    showHint(false);
    m_column->insertWidget(m_column->indexOf(m_hint) + 1 + place, m_draft);
    auto *form = new StepForm(Step(kind), true, m_draft);
    connect(form, &StepForm::stepChanged, this, &RecipePanel::draftReady);
    connect(form, &StepForm::finished, this, &RecipePanel::closeDraft);
    form->completeFrom(m_completion);
    m_draft->setForm(form);
    lookUpKeys();
    form->begin();
    QTimer::singleShot(0, this, [this] {
        if (m_draft)
            ensureWidgetVisible(m_draft);
    });
}

/// The draft has become a step: its card and form, with the keyboard in it, go over to the step.
void RecipePanel::draftReady(const Step &step)
{
    auto *form = qobject_cast<StepForm *>(m_draft->form());
    QWidget *focus = form->focusWidget();
    StepCard *draft = std::exchange(m_draft, nullptr);
    const int place = m_draftPlace;
    const QString session = u"%1"_s.arg(++m_session);
    m_document->setRecipe(m_document->recipe().withInserted(place, step),
                          tr("Add “%1”").arg(fieldText(step.kind().word)), session);
    form->disconnect(this);
    m_cards[std::size_t(place)]->setForm(form);
    draft->hide();
    draft->deleteLater();
    m_editing = place;
    connect(form, &StepForm::stepChanged, this,
            [this](const Step &changed, const QString &field) { stepEdited(m_editing, changed, field); });
    connect(form, &StepForm::finished, this, &RecipePanel::closeForms);
    selectStep(place);
    if (focus)
        focus->setFocus();
}

void RecipePanel::closeDraft()
{
    if (!m_draft)
        return;
    m_draft->hide();
    std::exchange(m_draft, nullptr)->deleteLater();
    showHint(m_cards.empty());
}

void RecipePanel::editStep(int index)
{
    if (index < 0 || index == m_editing)
        return;
    closeForms();
    selectStep(index);
    openForm(index);
}

void RecipePanel::openForm(int index)
{
    StepCard *card = m_cards[std::size_t(index)];
    auto *form = new StepForm(step(index), false, card);
    m_editing = index;
    ++m_session;
    connect(form, &StepForm::stepChanged, this,
            [this](const Step &step, const QString &field) { stepEdited(m_editing, step, field); });
    connect(form, &StepForm::finished, this, &RecipePanel::closeForms);
    form->completeFrom(m_completion);
    card->setForm(form);
    lookUpKeys();
    form->begin();
    pointAt();
    m_previewer->showStep(index);
    QTimer::singleShot(0, card, [this, card] { ensureWidgetVisible(card, 0, 0); });
}

void RecipePanel::stepEdited(int index, const Step &step, const QString &field)
{
    if (index < 0)
        return;
    // A step that is still being added keeps its name in the undo list whatever field is typed in next.
    const bool isNew = m_document->undoText().startsWith(tr("Add “%1”").arg(fieldText(step.kind().word)));
    const QString session = isNew ? u"%1"_s.arg(m_session) : u"%1 %2"_s.arg(m_session).arg(field);
    m_document->setRecipe(m_document->recipe().withStep(index, step),
                          isNew ? m_document->undoText() : tr("Edit step %1, %2").arg(index + 1).arg(field), session);
}

void RecipePanel::editBind()
{
    if (m_bindForm)
        return;
    closeForms();
    selectStep(-1);
    m_bindForm = new BindForm(m_document->recipe().bind(), m_bind);
    m_bindForm->completeFrom(m_completion);
    lookUpKeys();
    m_bindForm->countOn(m_document->plan());
    ++m_session;
    connect(m_bindForm, &BindForm::bindChanged, this, &RecipePanel::bindEdited);
    connect(m_bindForm, &BindForm::finished, this, &RecipePanel::closeForms);
    m_bind->setForm(m_bindForm);
    m_bind->setSelected(true);
    QTimer::singleShot(0, m_bind, [this] { ensureWidgetVisible(m_bind, 0, 0); });
}

void RecipePanel::bindEdited(const Bind &bind, const QString &field)
{
    m_document->setRecipe(m_document->recipe().withBind(bind), tr("Edit bind, %1").arg(field),
                          u"%1 %2"_s.arg(m_session).arg(field));
}

void RecipePanel::closeForms()
{
    closeDraft();
    if (m_editing >= 0) {
        StepCard *card = m_cards[std::size_t(std::exchange(m_editing, -1))];
        card->setForm(nullptr);
        card->setFocus();
        pointAt();
    }
    if (m_bindForm) {
        m_bindForm = nullptr;
        m_bind->setForm(nullptr);
        m_bind->setSelected(false);
        m_bind->setFocus();
    }
}

/// For the form that is open to be completed from.
void RecipePanel::lookUpKeys()
{
    if (m_draft)
        m_completion->lookBefore(m_draftPlace, m_draft->form());
    else if (m_editing >= 0)
        m_completion->lookBefore(m_editing, m_cards[std::size_t(m_editing)]->form());
    else if (m_bindForm)
        m_completion->lookBefore(-1, m_bindForm);
}

/// What was looked up since was for the text side.
void RecipePanel::showEvent(QShowEvent *event)
{
    QScrollArea::showEvent(event);
    lookUpKeys();
}

void RecipePanel::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_page)
        m_page->update();
}
