// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/recipe/recipe.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class Document;
class KeyCompletion;
class QLabel;
class QPushButton;
class YamlEdit;

/// The recipe as its text, comments and all. What is typed becomes the recipe after a short pause, as one undo step
/// while the keyboard stays; while it is no recipe it is a draft: the last good recipe stays in force and the error
/// stands at its line. A long text is read by a worker, one at a time; what is typed meanwhile is read after it.
class YamlPanel final : public QWidget
{
    Q_OBJECT

public:
    YamlPanel(Document *document, KeyCompletion *completion, QWidget *parent);
    ~YamlPanel() override;

    /// What is shown is not the recipe in force.
    bool hasDraft() const { return m_hasDraft; }
    /// The text that is no recipe yet, shown or to be brought back; empty when there is none.
    QString draft() const;
    /// Put such a text in the place of what is shown.
    void takeDraft(const QString &text);
    bool hasProblem() const { return m_hasProblem; }
    /// Whether undo() and redo() would do something.
    bool canUndo() const;
    bool canRedo() const;
    /// Take back what was typed and is no part of the recipe yet, or type it again.
    void undo();
    void redo();
    /// Make the text the recipe now, if it is one; `then` runs when that is known.
    void commit(std::function<void()> then = {});
    /// Whether a text is still being read.
    bool isReading() const { return m_reading.isRunning(); }
    void takeFocus();

Q_SIGNALS:
    /// One of the answers above is another.
    void draftChanged();
    void readingChanged();

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeProblemBar();
    void showRecipe();
    void follow(const QString &text);
    void typed();
    void read(const QString &text);
    void take(const QString &text, const Result<Recipe> &recipe, int session);
    void runThen();
    void showProblem(const Error &error);
    void hideProblem();
    void bringBack();

    Document *m_document;
    YamlEdit *m_edit;
    QWidget *m_bar;
    QLabel *m_problem;
    QPushButton *m_go;
    QPushButton *m_bringBack;
    QTimer m_pause;
    QString m_inForce; ///< the text of the recipe, with lines ended by `\n`
    QString m_replaced; ///< a draft that an edit made elsewhere took the place of
    QString m_refused; ///< the text that has the problem shown
    std::function<void()> m_then; ///< waits for the text that is being read
    int m_session = 0; ///< numbers the times the keyboard came: what one undo takes back
    bool m_isStale = true; ///< the recipe changed while nobody saw it
    bool m_isFollowing = false; ///< the text changes because the recipe did
    bool m_isAdopting = false; ///< the recipe changes because the text did
    bool m_hasDraft = false;
    bool m_hasProblem = false;
    Job<Result<Recipe>> m_reading; ///< destroyed first: it waits for its worker
};
