// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/items/stepsmodel.h"
#include "model/recipe/recipe.h"
#include "ui/stepcard.h"

#include <QScrollArea>

class BindForm;
class Document;
class KeyCompletion;
class ParamForm;
class QLabel;
class QPushButton;
class QVBoxLayout;
class StepForm;
class StepPreviewer;

/// The recipe as cards: add, edit in place, turn off, move, duplicate, delete; the bind card last. Every change goes
/// through the document as one named undo step.
class RecipePanel final : public QScrollArea
{
    Q_OBJECT

public:
    RecipePanel(Document *document, KeyCompletion *completion, QWidget *parent);

    int selectedStep() const { return m_selected; }
    void selectStep(int index);
    /// Add a step of this kind behind the selected one and open its form; a kind that needs a field first is a draft
    /// until it has it.
    void addStep(const StepKind &kind);
    /// Add this step there.
    void addStep(const Step &step);
    /// Where the next step is put.
    int placeOfNext() const;
    void editStep(int index);
    void editBind();
    /// Why this step cannot be unfolded into the steps of what it includes; empty: it can.
    QString whyNotUnfolded(int index) const;
    void closeForms();
    /// Mark the cards of these steps, and no others.
    void markSteps(const std::vector<int> &steps);

public Q_SLOTS:
    void duplicateSelected();
    void unfoldSelected();
    void deleteSelected();
    void toggleSelected();
    void moveSelected(int by);

Q_SIGNALS:
    void selectionChanged();
    void addRequested();
    void browseRequested();
    void said(const QString &sentence);
    /// What was asked for cannot be done.
    void failed(const QString &reason);
    /// This step is the one looked at: the pointer is over its card, it is being edited, or its card has the keyboard;
    /// -1: none is.
    void stepPointedAt(int index);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showRecipe();
    void showHint(bool shown);
    void followModel();
    void insertCards(int first, int last);
    void removeCards(int first, int last);
    void moveCard(int from, int to);
    void refreshCards(int first, int last);
    const Step &step(int index) const;
    StepCard *makeCard();
    int indexOf(const StepCard *card) const;
    void openForm(int index);
    void stepEdited(int index, const Step &step, const QString &field);
    void draftReady(const Step &step);
    void lookUpKeys();
    void closeDraft();
    void bindEdited(const Bind &bind, const QString &field);
    void showFile();
    void paramEdited(const QString &name, const QString &value);
    void pointAt();
    void setEnabledStep(int index, bool on);
    void moveStep(int from, int to);
    void showMenu(const QPoint &at);
    void focusNeighbour(int by);
    int dropPlace(const QPoint &globalPos) const;
    void showDropLine(const QPoint &globalPos);
    void dropCard(int from, const QPoint &globalPos);

    Document *m_document;
    KeyCompletion *m_completion;
    StepPreviewer *m_previewer; ///< of the step that is edited
    QWidget *m_page;
    QVBoxLayout *m_column;
    QLabel *m_file; ///< where the recipe is kept
    StepCard *m_params;
    ParamForm *m_paramForm;
    QPushButton *m_browse; ///< while there are no steps
    QLabel *m_hint; ///< the cards of the steps come behind it
    StepsModel m_steps;
    std::vector<StepCard *> m_cards; ///< one per row of m_steps
    StepCard *m_bind;
    BindForm *m_bindForm = nullptr;
    StepCard *m_draft = nullptr;
    int m_draftPlace = 0;
    QWidget *m_line; ///< where a dragged card would land
    int m_selected = -1;
    int m_editing = -1;
    StepCard *m_hovered = nullptr;
    StepCard *m_focused = nullptr;
    int m_pointedAt = -1;
    int m_session = 0; ///< numbers the times a form was opened: what one undo takes back
};
