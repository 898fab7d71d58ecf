// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recipebrowser.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "model/recipe/library.h"
#include "model/recipe/recipewords.h"
#include "model/recipe/unfold.h"
#include "ui/recipesteps.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyledItemDelegate>

#include <algorithm>
#include <new>

using namespace Qt::StringLiterals;

namespace {
using Verdict = Application::Verdict;

enum Role { EntryRole = Qt::UserRole, VerdictRole };
constexpr int heading = -1; ///< of EntryRole

/// Headings as those of the panels; behind the name of a recipe a sign for what it has to do with the file.
class RecipeDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QString text = std::exchange(item.text, QString());
        const int gap = Metrics(*item.widget).gap;
        QRect room = item.rect.adjusted(gap, 0, -gap, 0);
        painter->save();
        if (index.data(EntryRole).toInt() == heading) {
            painter->setFont(headingFont(item.font));
            painter->setPen(colour(Tone::Muted, item.palette));
            painter->drawText(room, Qt::AlignLeft | Qt::AlignBottom, text);
            painter->restore();
            return;
        }
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
        const auto verdict = Verdict(index.data(VerdictRole).toInt());
        const bool isFor = verdict == Verdict::Applies;
        if (isFor || verdict == Verdict::Native) {
            painter->setPen(colour(isFor ? Tone::Loaded : Tone::Muted, item.palette));
            painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, isFor ? u"✓"_s : u"="_s);
            room.setRight(room.right() - 3 * gap);
        }
        painter->setPen(colour(Tone::Text, item.palette));
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                          item.fontMetrics.elidedText(text, Qt::ElideRight, room.width()));
        painter->restore();
    }
};

QLabel *wrapped(QWidget *parent, const QString &name, const QString &accessibleName)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setAccessibleName(accessibleName);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    return label;
}

/// A heading, and what stands below it.
QWidget *part(QWidget *parent, const QString &text, QWidget *content)
{
    auto *whole = new QWidget(parent);
    whole->setAccessibleName(text);
    auto *title = new QLabel(text, whole);
    title->setFont(headingFont(parent->font()));
    title->setForegroundRole(QPalette::PlaceholderText);
    auto *column = new QVBoxLayout(whole);
    column->setContentsMargins(0, Metrics(*parent).gap, 0, 0);
    column->setSpacing(Metrics(*parent).gap);
    column->addWidget(title);
    column->addWidget(content);
    return whole;
}

QString signOf(Verdict verdict)
{
    return verdict == Verdict::Applies ? u"✓ "_s
        : verdict == Verdict::Native   ? u"= "_s
        : verdict == Verdict::Not      ? u"– "_s
                                       : u"? "_s;
}
}

RecipeBrowser::RecipeBrowser(const Document *document, QWidget *parent)
    : SearchPopup(parent, Click::Selects)
    , m_document(document)
    , m_include(new QPushButton(tr("Add as one step"), this))
    , m_append(new QPushButton(tr("Add its steps"), this))
    , m_replace(new QPushButton(this))
{
    const Metrics m(*this);
    setObjectName(u"recipeBrowser"_s);
    setAccessibleName(tr("Built-in recipes"));
    m_search->setObjectName(u"browserSearch"_s);
    m_search->setAccessibleName(tr("Search recipes"));
    m_search->setPlaceholderText(tr("Search recipes    moco, torchvision, whisper, detectron2"));
    m_list->setObjectName(u"browserList"_s);
    m_list->setAccessibleName(tr("Recipes"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setItemDelegate(new RecipeDelegate(m_list));
    m_include->setObjectName(u"browserInclude"_s);
    m_include->setAccessibleName(m_include->text());
    m_append->setObjectName(u"browserAppend"_s);
    m_append->setAccessibleName(m_append->text());
    m_replace->setObjectName(u"browserReplace"_s);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(m.padding, m.padding, m.padding, m.padding);
    grid->setHorizontalSpacing(m.padding);
    grid->setVerticalSpacing(m.padding);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(1, 1);
    grid->addWidget(m_search, 0, 0, 1, 2);
    grid->addWidget(m_list, 1, 0, 2, 1);
    grid->addWidget(makeFacts(), 1, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(m.gap);
    buttons->addStretch();
    buttons->addWidget(m_replace);
    buttons->addWidget(m_append);
    buttons->addWidget(m_include);
    grid->addLayout(buttons, 2, 1);
    m_list->setFixedWidth(m.h * 26);
    setTabOrder(m_search, m_facts);
    setTabOrder(m_facts, m_replace);
    setTabOrder(m_replace, m_append);
    setTabOrder(m_append, m_include);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) { show(item); });
    connect(m_list, &QListWidget::itemDoubleClicked, this, [this](QListWidgetItem *item) { choose(item); });
    connect(m_include, &QPushButton::clicked, this, &RecipeBrowser::include);
    connect(m_append, &QPushButton::clicked, this, &RecipeBrowser::append);
    connect(m_replace, &QPushButton::clicked, this, &RecipeBrowser::replace);
    // What is open may change while the popup is shown: a file that was being opened arrives.
    connect(document, &Document::planChanged, this, [this] {
        if (isVisible())
            ask();
    });
}

QWidget *RecipeBrowser::makeFacts()
{
    const Metrics m(*this);
    auto *page = new QWidget(this);
    page->setAccessibleName(tr("About the recipe"));
    m_title = wrapped(page, u"browserTitle"_s, tr("Recipe"));
    QFont large = font();
    large.setPixelSize(m.h * 5 / 4);
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    m_name = wrapped(page, u"browserName"_s, tr("Its name on the command line"));
    m_name->setFont(fixedFont(font()));
    m_name->setForegroundRole(QPalette::PlaceholderText);
    m_verdict = wrapped(page, u"browserVerdict"_s, tr("Whether it is for the open file"));
    m_about = wrapped(page, u"browserAbout"_s, tr("What it does"));
    m_source = wrapped(page, u"browserSource"_s, tr("Where it is from"));
    m_source->setFont(smallFont(font()));
    m_source->setForegroundRole(QPalette::PlaceholderText);
    m_when = wrapped(page, u"browserWhen"_s, tr("When it applies"));
    m_steps = new RecipeSteps(page);
    m_steps->setObjectName(u"browserSteps"_s);
    m_bind = wrapped(page, u"browserBind"_s, tr("What it says of the target"));
    m_bind->setFont(fixedFont(font()));
    m_native = wrapped(page, u"browserNative"_s, tr("When it does nothing"));
    m_native->setForegroundRole(QPalette::PlaceholderText);
    m_whenPart = part(page, tr("When"), m_when);
    m_whenPart->layout()->addWidget(m_native);
    m_stepsPart = part(page, tr("Steps"), m_steps);
    m_bindPart = part(page, tr("Against the target"), m_bind);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, m.gap, 0);
    column->setSpacing(m.gap);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_title, m_name, m_verdict, m_about, m_source, m_whenPart,
                                                            m_stepsPart, m_bindPart})
        column->addWidget(widget);
    column->addStretch();
    m_facts = new QScrollArea(this);
    m_facts->setObjectName(u"browserFacts"_s);
    m_facts->setAccessibleName(tr("About the recipe"));
    m_facts->setFrameShape(NoFrame);
    m_facts->setWidgetResizable(true);
    m_facts->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_facts->setWidget(page);
    m_facts->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);
    return m_facts;
}

/// Once, when it is first opened: starting the program does not wait for it.
void RecipeBrowser::load()
{
    for (const BuiltinRecipe &builtin : builtinRecipes()) {
        const QString name = QString::fromStdString(builtin.name);
        if (const Result<Recipe> recipe = Recipe::parse(builtin.text, name))
            m_entries.push_back({name, name.section(u'/', 0, 0), *recipe, {}});
    }
}

void RecipeBrowser::openBelow(QWidget *anchor)
{
    const Metrics m(*this);
    if (m_entries.empty())
        load();
    for (Entry &entry : m_entries)
        entry.application.reset();
    m_search->clear();
    ask();
    fill();
    QWidget *window = parentWidget()->window();
    resize(qMin(m.h * 70, window->width() - 2 * m.h), qMin(m.h * 46, window->height() - 4 * m.h));
    const QPoint wanted = anchor->mapTo(window, QPoint(0, anchor->height() + 2));
    const QPoint last(window->width() - width() - m.h, window->height() - height() - m.h);
    move(window->mapToGlobal(QPoint(qBound(0, wanted.x(), last.x()), qBound(0, wanted.y(), last.y()))));
    QWidget::show();
    m_search->setFocus();
}

void RecipeBrowser::ask()
{
    if (!m_document->checkpoint()) {
        m_job.cancel();
        return;
    }
    const PlanInput input{m_document->checkpoint(), m_document->rootPath(), {}, m_document->target()};
    std::vector<Recipe> recipes;
    for (const Entry &entry : m_entries)
        recipes.push_back(entry.recipe);
    m_job.start(
        [input, recipes = std::move(recipes)](Progress &progress) -> std::optional<std::vector<Application>> {
            std::vector<Application> answers;
            try {
                for (const Recipe &recipe : recipes) {
                    std::optional<Application> answer = applicationOf(recipe, input, progress);
                    if (!answer)
                        return std::nullopt;
                    answers.push_back(*std::move(answer));
                }
            } catch (const std::bad_alloc &) {
                return std::nullopt;
            }
            return answers;
        },
        [this](const std::optional<std::vector<Application>> &answers) {
            for (std::size_t i = 0; answers && i < answers->size(); ++i)
                m_entries[i].application = (*answers)[i];
            fill();
        });
}

/// Anew, from the same recipe on; from the first one when that was where the list began.
void RecipeBrowser::fill()
{
    const QListWidgetItem *now = m_list->currentItem();
    const bool isMoved = now && now != firstShown();
    const int kept = isMoved ? now->data(EntryRole).toInt() : heading;
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    const auto verdict = [](const Entry &entry) {
        return entry.application ? entry.application->verdict : Verdict::Unknown;
    };
    const bool isAnswered = !m_entries.empty() && m_entries.front().application;
    if (isAnswered) {
        addHeading(applying().empty() ? tr("For this file: none") : tr("For this file"));
        for (const int entry : applying())
            addRecipe(entry);
    }
    QString family;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (isAnswered && verdict(m_entries[i]) == Verdict::Applies)
            continue;
        if (m_entries[i].family != family)
            addHeading(displayName((family = m_entries[i].family).toStdString()));
        addRecipe(int(i));
    }
    filter(m_search->text());
    for (int row = 0; row < m_list->count() && isMoved; ++row) {
        if (m_list->item(row)->data(EntryRole).toInt() == kept && !m_list->item(row)->isHidden())
            m_list->setCurrentRow(row);
    }
    show(m_list->currentItem());
    m_list->scrollToItem(m_list->currentItem());
    if (!isMoved)
        m_list->scrollToTop(); // with its heading
}

/// The entries that are for this file, those whose result fits best first.
std::vector<int> RecipeBrowser::applying() const
{
    std::vector<int> found;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const std::optional<Application> &application = m_entries[i].application;
        if (application && application->verdict == Verdict::Applies)
            found.push_back(int(i));
    }
    const auto fitting = [this](int entry) {
        const std::optional<Fit> &fit = m_entries[std::size_t(entry)].application->fit;
        return fit ? fit->coverage.tensors : -1;
    };
    std::stable_sort(found.begin(), found.end(), [&](int left, int right) { return fitting(left) > fitting(right); });
    return found;
}

void RecipeBrowser::addHeading(const QString &text)
{
    auto *item = new QListWidgetItem(text, m_list);
    item->setData(EntryRole, heading);
    item->setFlags(Qt::NoItemFlags);
    item->setSizeHint({0, Metrics(*this).row});
}

void RecipeBrowser::addRecipe(int entry)
{
    const Entry &one = m_entries[std::size_t(entry)];
    auto *item = new QListWidgetItem(displayName(one.recipe.name()), m_list);
    item->setData(EntryRole, entry);
    const Verdict verdict = one.application ? one.application->verdict : Verdict::Not;
    item->setData(VerdictRole, int(verdict));
    item->setSizeHint({0, Metrics(*this).row});
    item->setToolTip(displayName(one.recipe.name()));
    if (verdict == Verdict::Applies)
        item->setData(Qt::AccessibleTextRole, tr("%1, applies to this file").arg(item->text()));
}

/// Names and titles first; what recipes do is searched only when none of those has the words. A family without a recipe
/// that is shown has no heading.
void RecipeBrowser::filter(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const bool withAbout : {false, true}) {
        QListWidgetItem *title = nullptr;
        for (int row = 0; row < m_list->count(); ++row) {
            QListWidgetItem *item = m_list->item(row);
            const int entry = item->data(EntryRole).toInt();
            if (entry == heading) {
                title = item;
                title->setHidden(!words.isEmpty());
                continue;
            }
            const Entry &one = m_entries[std::size_t(entry)];
            QString all = one.name + u'\n' + displayName(one.recipe.name());
            if (withAbout)
                all += u'\n' + displayName(one.recipe.about()) + u'\n' + displayName(one.recipe.source());
            const bool isFound = hasAll(all, words);
            item->setHidden(!isFound);
            if (isFound && title)
                title->setHidden(false);
        }
        if (firstShown())
            break;
    }
    m_list->setCurrentItem(firstShown());
    if (!firstShown())
        show(nullptr);
}

const RecipeBrowser::Entry *RecipeBrowser::current() const
{
    const QListWidgetItem *item = m_list->currentItem();
    const int entry = item && !item->isHidden() ? item->data(EntryRole).toInt() : heading;
    return entry == heading ? nullptr : &m_entries[std::size_t(entry)];
}

void RecipeBrowser::show(const QListWidgetItem *item)
{
    const int at = item ? item->data(EntryRole).toInt() : heading;
    const Entry *entry = at == heading ? nullptr : &m_entries[std::size_t(at)];
    m_facts->verticalScrollBar()->setValue(0);
    m_title->setText(entry ? displayName(entry->recipe.name()) : tr("No recipe has these words"));
    m_name->setText(entry ? displayName(entry->name.toStdString()) : QString());
    m_about->setText(entry ? displayName(entry->recipe.about())
                           : tr("Search for a framework, a model or a wrapper, or make a recipe from steps."));
    const QString source = entry ? displayName(entry->recipe.source()) : QString();
    m_source->setText(source.isEmpty() ? source : tr("Source: %1").arg(source));
    m_when->setText(entry ? appliesSentence(entry->recipe) : QString());
    QStringList others = entry ? QStringList(nativeSentence(entry->recipe)) + paramLines(entry->recipe) : QStringList();
    others.removeAll(QString());
    m_native->setText(others.join(u'\n'));
    m_native->setVisible(!others.isEmpty());
    m_steps->setLines(entry ? stepLines(entry->recipe) : std::vector<StepLine>());
    m_bind->setText(entry ? bindLines(entry->recipe.bind()).join(u'\n') : QString());
    for (QWidget *widget : std::initializer_list<QWidget *>{m_name, m_verdict, m_stepsPart})
        widget->setVisible(entry);
    m_source->setVisible(!source.isEmpty());
    m_whenPart->setVisible(entry && !(m_when->text() + m_native->text()).isEmpty());
    m_bindPart->setVisible(!m_bind->text().isEmpty());
    if (entry)
        showApplication(*entry);
    showButtons(entry);
}

void RecipeBrowser::showApplication(const Entry &entry)
{
    QString text;
    Tone tone = Tone::Muted;
    if (!m_document->checkpoint()) {
        text = tr("Open a checkpoint to see whether it is for it.");
    } else if (!entry.application) {
        text = tr("Asking the file…");
    } else {
        const Application &application = *entry.application;
        switch (application.verdict) {
        case Verdict::Applies:
            text = tr("It is for this file.");
            tone = application.reason.isEmpty() ? Tone::Loaded : Tone::Unexpected;
            if (!application.reason.isEmpty())
                text = tr("It is for this file, but would stop: %1").arg(application.reason);
            else if (application.fit)
                text = tr("It is for this file: %1 of %2 keys of the target fit.")
                           .arg(exactText(application.fit->coverage.tensors),
                                exactText(application.fit->coverage.allTensors));
            break;
        case Verdict::Native: text = tr("This file is in its layout already; it would do nothing."); break;
        case Verdict::Not: text = tr("It is for other files."); break;
        case Verdict::Unknown: text = application.reason; break;
        }
        text.prepend(signOf(application.verdict));
    }
    m_verdict->setText(text);
    tint(m_verdict, tone);
}

/// What Enter does is the primary one; with Shift or Ctrl it does the others.
void RecipeBrowser::showButtons(const Entry *entry)
{
    const bool isEmpty = m_document->recipe().isEmpty();
    const QString problem = entry ? whyNoStepsOf(m_document->recipe(), entry->recipe) : QString();
    const bool canAdd = entry && problem.isEmpty();
    m_include->setEnabled(canAdd);
    m_include->setToolTip(!problem.isEmpty() ? problem
                                             : tr("Include it as a step, with its guard; the card of that step unfolds "
                                                  "it into its own steps (Return)."));
    m_append->setVisible(!isEmpty);
    m_append->setEnabled(canAdd);
    m_append->setToolTip(!problem.isEmpty()
                             ? problem
                             : tr("Put a copy of its steps, without its guard, behind those of the recipe; the root "
                                  "stays (Shift+Return)."));
    m_replace->setText(isEmpty ? tr("Use this recipe") : tr("Replace the recipe"));
    m_replace->setAccessibleName(m_replace->text());
    m_replace->setEnabled(entry);
    const QString keys = canAdd ? tr("Ctrl+Return") : tr("Return");
    m_replace->setToolTip(isEmpty ? tr("Make it the recipe, each of its steps a card (%1).").arg(keys)
                                  : tr("Put it in place of the recipe; undo brings that back (%1).").arg(keys));
    m_include->setProperty("primary", canAdd);
    m_replace->setProperty("primary", !canAdd);
    m_include->update();
    m_replace->update();
}

/// Closes first: what shows the recipe takes the keyboard.
void RecipeBrowser::give(const Recipe &recipe, const QString &text)
{
    close();
    Q_EMIT chosen(recipe, text);
}

void RecipeBrowser::include()
{
    const Entry *entry = m_include->isEnabled() ? current() : nullptr;
    if (!entry)
        return;
    const Recipe &recipe = m_document->recipe();
    give(withIncluded(recipe, int(recipe.steps().size()), entry->name.toStdString(), entry->recipe),
         tr("Add %1").arg(displayName(entry->name.toStdString())));
}

void RecipeBrowser::append()
{
    const Entry *entry = m_append->isVisible() && m_append->isEnabled() ? current() : nullptr;
    const Result<Recipe> next = entry ? withStepsOf(m_document->recipe(), entry->recipe) : Result<Recipe>(Recipe());
    if (entry && next)
        give(*next, tr("Add steps of %1").arg(displayName(entry->name.toStdString())));
}

void RecipeBrowser::replace()
{
    if (const Entry *entry = current())
        give(Recipe(entry->recipe), tr("Use recipe %1").arg(displayName(entry->name.toStdString())));
}

void RecipeBrowser::choose(QListWidgetItem *)
{
    m_include->isEnabled() ? include() : replace();
}

bool RecipeBrowser::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        QScrollBar *bar = m_facts->verticalScrollBar();
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter && (key->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier))) {
            key->modifiers() & Qt::ControlModifier ? replace() : append();
            return true;
        }
        if (key->key() == Qt::Key_PageDown || key->key() == Qt::Key_PageUp) {
            bar->setValue(bar->value() + (key->key() == Qt::Key_PageDown ? bar->pageStep() : -bar->pageStep()));
            return true;
        }
    }
    return SearchPopup::eventFilter(watched, event);
}

void RecipeBrowser::hideEvent(QHideEvent *event)
{
    SearchPopup::hideEvent(event);
    m_job.cancel();
}
