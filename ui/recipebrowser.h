// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/recipe/applies.h"
#include "ui/searchpopup.h"

class Document;
class QLabel;
class QPushButton;
class QScrollArea;
class RecipeSteps;

/// The built-in recipes to search and choose from: those that are for the open file first, the others by family; with
/// what each is for, when it applies, its steps in plain words, and how its result would fit.
class RecipeBrowser final : public SearchPopup
{
    Q_OBJECT

public:
    RecipeBrowser(const Document *document, QWidget *parent);
    /// Show over the window, near `anchor`, emptied, ready to type.
    void openBelow(QWidget *anchor);
    /// Whether it is still being asked which recipes are for the file.
    bool isAsking() const { return m_job.isRunning(); }

Q_SIGNALS:
    /// What the recipe of the document should become, and what the edit is called.
    void chosen(const Recipe &recipe, const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    struct Entry
    {
        QString name; ///< "ssl/moco_v2"
        QString family; ///< "ssl"
        Recipe recipe;
        std::optional<Application> application;
    };

    QWidget *makeFacts();
    void load();
    void ask();
    void fill();
    std::vector<int> applying() const;
    void addHeading(const QString &text);
    void addRecipe(int entry);
    void filter(const QString &text) override;
    void choose(QListWidgetItem *item) override;
    void show(const QListWidgetItem *item);
    void showApplication(const Entry &entry);
    void showButtons(const Entry *entry);
    void include();
    void append();
    void replace();
    void give(const Recipe &recipe, const QString &text);
    const Entry *current() const;

    const Document *m_document;
    std::vector<Entry> m_entries;
    QScrollArea *m_facts;
    QLabel *m_title;
    QLabel *m_name;
    QLabel *m_verdict;
    QLabel *m_about;
    QLabel *m_source;
    QLabel *m_when;
    QLabel *m_native;
    QWidget *m_whenPart;
    RecipeSteps *m_steps;
    QWidget *m_stepsPart;
    QLabel *m_bind;
    QWidget *m_bindPart;
    QPushButton *m_include;
    QPushButton *m_append;
    QPushButton *m_replace;
    Job<std::optional<std::vector<Application>>> m_job; ///< goes first: its worker may still be asking
};
