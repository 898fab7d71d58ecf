// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recipesides.h"

#include "ui/keycompletion.h"
#include "ui/recipepanel.h"
#include "ui/yamlpanel.h"

#include <QHBoxLayout>
#include <QPushButton>

using namespace Qt::StringLiterals;

RecipeSides::RecipeSides(Document *document, QWidget *parent)
    : QStackedWidget(parent)
    , m_completion(new KeyCompletion(document, this))
    , m_steps(new RecipePanel(document, m_completion, this))
    , m_yaml(new YamlPanel(document, m_completion, this))
    , m_switches(new QWidget(this))
    , m_toSteps(new QPushButton(tr("Steps"), m_switches))
    , m_toYaml(new QPushButton(tr("YAML"), m_switches))
{
    setAccessibleName(tr("Recipe"));
    addWidget(m_steps);
    addWidget(m_yaml);
    m_switches->setAccessibleName(tr("Side of the recipe"));
    m_toSteps->setObjectName(u"showSteps"_s);
    m_toSteps->setAccessibleName(tr("Show the steps as cards"));
    m_toYaml->setObjectName(u"showYaml"_s);
    auto *row = new QHBoxLayout(m_switches);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (QPushButton *button : {m_toSteps, m_toYaml}) {
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setProperty("link", true);
        row->addWidget(button);
    }
    connect(m_toSteps, &QPushButton::clicked, this, [this] { showSide(Side::Steps); });
    connect(m_toYaml, &QPushButton::clicked, this, [this] { showSide(Side::Yaml); });
    connect(m_yaml, &YamlPanel::draftChanged, this, &RecipeSides::refreshSwitches);
    refreshSwitches();
}

void RecipeSides::showSide(Side side)
{
    const bool isOther = side != this->side();
    setCurrentIndex(int(side));
    refreshSwitches();
    if (!isOther)
        return;
    if (side == Side::Yaml)
        m_yaml->takeFocus();
    Q_EMIT sideChanged();
}

/// A text with an error is not forgotten behind the cards.
void RecipeSides::refreshSwitches()
{
    (side() == Side::Yaml ? m_toYaml : m_toSteps)->setChecked(true);
    const bool hasProblem = m_yaml->hasProblem();
    m_toYaml->setText(hasProblem ? tr("YAML ✗") : tr("YAML"));
    m_toYaml->setAccessibleName(hasProblem ? tr("Show the recipe as text, which has an error")
                                           : tr("Show the recipe as text"));
    m_toYaml->setToolTip(hasProblem ? tr("The text has an error; the last good recipe is in force.")
                                    : tr("See and edit the recipe as YAML, with its comments (Ctrl+Shift+E)."));
}
