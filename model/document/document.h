// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/recipe/fit.h"
#include "model/save/save.h"

#include <QObject>

/// One workspace: checkpoint, recipe, target, and what follows from them. Lives on the GUI thread; every long piece of
/// work is a job. The recipe, the target and the chosen root are what undo restores; each edit is one named snapshot.
/// What the document cannot do it says through `failed`; nothing is lost by a failure.
class Document final : public QObject
{
    Q_OBJECT

public:
    explicit Document(QObject *parent = nullptr);
    ~Document() override;

    // What is open. Null until opened.
    const std::shared_ptr<const Checkpoint> &checkpoint() const { return m_checkpoint; }
    const std::shared_ptr<const Target> &target() const { return m_now.target; }
    const Recipe &recipe() const { return m_now.recipe; }
    const std::optional<std::string> &rootPath() const { return m_now.rootPath; }
    const QString &recipePath() const { return m_recipePath; }
    /// The newest plan; may lag behind the recipe while `isPlanning()`.
    const std::shared_ptr<const Plan> &plan() const { return m_plan; }
    /// Of plan(); nothing without a target.
    const std::optional<Fit> &fit() const { return m_fit; }
    /// Of the checkpoint, the target and the plan together.
    const Findings &findings() const { return m_findings; }

    bool isOpening() const { return m_opening.isRunning(); }
    bool isPlanning() const { return m_planning.isRunning(); }
    bool isSaving() const { return m_saving.isRunning(); }

    /// Open `FILE` or `FILE::root`; replaces what is open when it succeeds.
    void openCheckpoint(const QString &spec);
    void cancelOpening();
    /// Open what a user typed as target (an undo step when it succeeds).
    void openTarget(const QString &spec);
    void clearTarget();
    void chooseRoot(const std::optional<std::string> &path);

    /// Replace the recipe: one undo step called `text` ("Rename 12 keys"). No step when it is equal.
    void setRecipe(const Recipe &recipe, const QString &text);
    /// Read a recipe file (an undo step), or report why not.
    void loadRecipe(const QString &path);
    /// Write the recipe's text atomically and remember the path.
    void saveRecipe(const QString &path);

    bool canUndo() const { return !m_past.empty(); }
    bool canRedo() const { return !m_future.empty(); }
    QString undoText() const; ///< "Rename 12 keys": what undo takes back; empty when there is nothing
    QString redoText() const;
    void undo();
    void redo();
    /// Whether the recipe differs from its file (or from empty).
    bool isModified() const;

    Result<SavePreview> previewSave(const SaveOptions &options) const;
    void save(const SaveOptions &options);
    void cancelSaving();

Q_SIGNALS:
    void checkpointChanged();
    void targetChanged();
    void recipeChanged();
    void historyChanged();
    /// plan(), fit() and findings() are new.
    void planChanged();
    void busyChanged();
    void openProgressed(qint64 done, qint64 total);
    void saveProgressed(qint64 doneBytes, qint64 totalBytes);
    void saved(const SaveReport &report);
    /// The action just asked for failed. Never emitted for Cancelled.
    void failed(const Error &error);

private:
    /// What undo goes back to.
    struct Snapshot
    {
        Recipe recipe;
        std::shared_ptr<const Target> target;
        std::optional<std::string> rootPath;
        QString text; ///< name of the edit that replaced this snapshot
    };

    void change(Snapshot next, const QString &text);
    void step(std::vector<Snapshot> &from, std::vector<Snapshot> &to);
    void adopt(const Snapshot &before);
    void replan();

    std::shared_ptr<const Checkpoint> m_checkpoint;
    Snapshot m_now;
    std::vector<Snapshot> m_past;
    std::vector<Snapshot> m_future;
    QString m_recipePath;
    Recipe m_savedRecipe;
    std::shared_ptr<const Plan> m_plan;
    std::optional<Fit> m_fit;
    Findings m_findings;

    Job<Result<std::shared_ptr<const Checkpoint>>> m_opening;
    Job<Result<std::shared_ptr<const Target>>> m_targeting;
    Job<std::shared_ptr<const Plan>> m_planning;
    Job<Result<SaveReport>> m_saving;
};
