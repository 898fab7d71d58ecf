// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/topbar.h"

#include "model/base/text.h"
#include "model/document/document.h"
#include "ui/actionbutton.h"
#include "ui/fitbar.h"
#include "ui/targetbox.h"
#include "ui/theme.h"
#include "ui/windowactions.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace {
QString rootText(const std::vector<std::string> &path)
{
    return path.empty() ? TopBar::tr("top level") : displayName(pathText(path));
}

/// One decimal, and never 100 % while something is missing.
QString percentText(qint64 part, qint64 all)
{
    if (all == 0 || part == all)
        return u"100 %"_s;
    const double share = qMin(99.9, 100.0 * double(part) / double(all));
    return u"%1 %"_s.arg(share, 0, 'f', 1);
}
}

TopBar::TopBar(Document *document, QMenu *openMenu, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_open(new QPushButton(tr("Open…"), this))
    , m_rootGroup(new QWidget(this))
    , m_root(new QComboBox(m_rootGroup))
    , m_rootCount(new QLabel(m_rootGroup))
    , m_swap(new QToolButton(this))
    , m_target(new TargetBox(this))
    , m_undo(new QToolButton(this))
    , m_redo(new QToolButton(this))
    , m_history(new QToolButton(this))
    , m_fitText(new QLabel(this))
    , m_fitBar(new FitBar(this))
    , m_save(new QPushButton(this))
{
    const Metrics m(*this);
    setAccessibleName(tr("Checkpoint, target and fit"));
    m_open->setObjectName(u"openButton"_s);
    m_open->setAccessibleName(tr("Open a checkpoint"));
    m_open->setMenu(openMenu);
    m_rootGroup->setAccessibleName(tr("Root"));
    m_root->setObjectName(u"rootChooser"_s);
    m_root->setAccessibleName(tr("Root of the state dict"));
    m_root->setFont(fixedFont(font()));
    m_root->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_rootCount->setAccessibleName(tr("Number of roots"));
    m_rootCount->setForegroundRole(QPalette::PlaceholderText);
    m_fitText->setObjectName(u"fitText"_s);
    m_fitText->setAccessibleName(tr("Fit in numbers"));
    m_fitText->setTextFormat(Qt::RichText);
    m_fitText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_save->setObjectName(u"saveButton"_s);
    m_save->setProperty("primary", true);

    auto *rootLabel = new QLabel(tr("root"), m_rootGroup);
    rootLabel->setForegroundRole(QPalette::PlaceholderText);
    rootLabel->setBuddy(m_root);
    auto *roots = new QHBoxLayout(m_rootGroup);
    roots->setContentsMargins(0, 0, 0, 0);
    roots->setSpacing(m.gap);
    roots->addWidget(rootLabel);
    roots->addWidget(m_root);
    roots->addWidget(m_rootCount);
    m_swap->setObjectName(u"swapButton"_s);
    m_swap->setText(u"⇄"_s);
    m_swap->setAutoRaise(true);
    m_swap->setFocusPolicy(Qt::TabFocus);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(m.padding, m.gap, m.padding, m.gap + 1);
    row->setSpacing(m.padding * 3 / 4);
    row->addWidget(m_open);
    row->addWidget(m_rootGroup);
    row->addWidget(m_swap);
    row->addWidget(m_target, 1);
    row->addSpacing(m.gap);
    row->addWidget(m_undo);
    row->addWidget(m_redo);
    row->addWidget(m_history);
    m_history->setObjectName(u"historyButton"_s);
    row->addSpacing(m.gap);
    row->addWidget(m_fitText);
    row->addWidget(m_fitBar);
    row->addWidget(m_save);
    m_target->setMinimumWidth(m.h * 14);
    m_fitText->setMinimumWidth(1); // a narrow window shortens the text

    connect(m_root, &QComboBox::activated, this, [this](int at) {
        const QVariant path = m_root->itemData(at);
        m_document->chooseRoot(path.isValid() ? std::optional(path.toString().toStdString()) : std::nullopt);
    });
}

void TopBar::setActions(const WindowActions &actions)
{
    for (const auto &[button, action] :
         {std::pair(m_undo, actions.undo), {m_redo, actions.redo}, {m_history, actions.undoHistory}}) {
        button->setDefaultAction(action);
        button->setAccessibleName(action->iconText());
        button->setFocusPolicy(Qt::TabFocus);
    }
    m_swap->setAccessibleName(plainText(*actions.swap));
    const auto mirror = [this, swap = actions.swap] {
        m_swap->setEnabled(swap->isEnabled());
        m_swap->setToolTip(swap->toolTip());
    };
    connect(actions.swap, &QAction::changed, m_swap, mirror);
    connect(m_swap, &QToolButton::clicked, actions.swap, &QAction::trigger);
    mirror();
    followAction(m_save, actions.save);
    m_save->setAccessibleName(tr("Save as"));
}

void TopBar::refresh()
{
    const auto &checkpoint = m_document->checkpoint();
    m_openText = checkpoint ? displayName(checkpoint->fileName().toStdString()) : tr("Open…");
    m_open->setToolTip(checkpoint ? displayName(checkpoint->path().toStdString()) : tr("Open a checkpoint."));
    const auto &target = m_document->target();
    if (target)
        m_target->setTarget(displayName(target->name().toStdString()), target->spec(), target->source());
    else
        m_target->setTarget({}, {}, {});
    refreshRoots();
    refreshFit();
}

void TopBar::refreshRoots()
{
    const auto &checkpoint = m_document->checkpoint();
    const auto &plan = m_document->plan();
    const std::size_t count = checkpoint ? checkpoint->roots().size() : 0;
    m_rootGroup->setVisible(count > 1);
    if (count <= 1)
        return;
    const QSignalBlocker quiet(m_root);
    m_root->clear();
    const bool byRecipe = !m_document->rootPath().has_value();
    const bool known = plan && &plan->checkpoint->own() == checkpoint.get() && plan->table;
    const QString current = known ? rootText(plan->table->rootPath) : tr("automatic");
    m_root->addItem(byRecipe ? current : tr("automatic"));
    m_root->setItemData(0, tr("Leave the choice to the recipe: %1.").arg(current), Qt::ToolTipRole);
    for (const Root &root : checkpoint->roots()) {
        m_root->addItem(rootText(root.path), QString::fromStdString(pathText(root.path)));
        m_root->setItemData(m_root->count() - 1,
                            tr("%1 tensors, %2 parameters").arg(exactText(root.count), countText(root.parameters)),
                            Qt::ToolTipRole);
        if (!byRecipe && *m_document->rootPath() == pathText(root.path))
            m_root->setCurrentIndex(m_root->count() - 1);
    }
    m_rootCount->setText(tr("of %1").arg(count));
}

void TopBar::refreshFit()
{
    const auto &fit = m_document->fit();
    const auto &plan = m_document->plan();
    m_fitBar->setVisible(fit.has_value());
    m_fitBar->setFit(fit);
    if (fit) {
        const Coverage &c = fit->coverage;
        m_shortFit = tr("<b>%1</b> of %2 keys").arg(exactText(c.tensors), exactText(c.allTensors));
        m_longFit =
            m_shortFit + tr(" &nbsp;·&nbsp; <b>%1</b> of parameters").arg(percentText(c.parameters, c.allParameters));
    } else if (plan && plan->table) {
        m_shortFit = tr("<b>%1</b> keys").arg(exactText(qint64(plan->table->rows.size())));
        m_longFit = m_shortFit + tr(" &nbsp;·&nbsp; <b>%1</b> parameters").arg(countText(m_document->parameters()));
    } else {
        m_shortFit.clear();
        m_longFit.clear();
    }
    showTexts();
}

void TopBar::showTexts()
{
    const int h = Metrics(*this).h;
    const bool room = width() > h * 88;
    m_open->setText(fontMetrics().elidedText(m_openText, Qt::ElideMiddle, h * (room ? 22 : 12)));
    m_fitText->setText(room ? m_longFit : m_shortFit);
}

void TopBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showTexts();
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().window());
    painter.setPen(colour(Tone::Line, palette()));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}
