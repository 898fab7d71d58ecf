// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStackedWidget>

class Document;
class KeyCompletion;
class QPushButton;
class RecipePanel;
class YamlPanel;

/// The two sides of a recipe, one shown at a time: its steps as cards, and its text.
class RecipeSides final : public QStackedWidget
{
    Q_OBJECT

public:
    enum class Side { Steps, Yaml };

    RecipeSides(Document *document, QWidget *parent);

    RecipePanel *steps() const { return m_steps; }
    YamlPanel *yaml() const { return m_yaml; }
    Side side() const { return Side(currentIndex()); }
    void showSide(Side side);
    /// The two buttons *Steps | YAML*, for the panel's title.
    QWidget *switches() const { return m_switches; }

Q_SIGNALS:
    void sideChanged();

private:
    void refreshSwitches();

    KeyCompletion *m_completion; ///< for both
    RecipePanel *m_steps;
    YamlPanel *m_yaml;
    QWidget *m_switches;
    QPushButton *m_toSteps;
    QPushButton *m_toYaml;
};
