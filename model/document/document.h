// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/recipe/fit.h"
#include "model/save/save.h"

#include <QObject>

#include <functional>
#include <map>

struct Session;

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
    const std::shared_ptr<const Checkpoint> &checkpoint() const { return m_now.checkpoint; }
    const std::shared_ptr<const Target> &target() const { return m_now.target; }
    const Recipe &recipe() const { return m_now.recipe; }
    const std::optional<std::string> &rootPath() const { return m_now.rootPath; }
    /// The file the recipe came from or went to; empty when there is none.
    const QString &recipePath() const { return m_now.recipePath; }
    /// The newest plan; may lag behind the recipe while `isPlanning()`. It holds the checkpoint it was made from.
    const std::shared_ptr<const Plan> &plan() const { return m_planned.plan; }
    /// Of plan(); nothing without a target.
    const std::optional<Fit> &fit() const { return m_planned.fit; }
    /// Elements of all tensors of plan() together.
    qint64 parameters() const { return m_planned.parameters; }
    /// Of the checkpoint, the target and the plan together; a failed step is an error among them.
    const Findings &findings() const { return m_findings; }

    bool isOpening() const { return m_opening.isRunning(); }
    bool isOpeningTarget() const { return m_targeting.isRunning(); }
    bool isReadingRecipe() const { return m_reading.isRunning(); }
    bool isPlanning() const { return m_planning.isRunning(); }
    bool isPreviewing() const { return m_previewing.isRunning(); }
    bool isSaving() const { return m_saving.isRunning(); }

    /// Open `FILE` or `FILE::root`; replaces what is open when it succeeds. Recipe and target stay, but for those that
    /// come with it, where they are not empty: they are read beside it, taken once it is open, and not without it.
    void openCheckpoint(const QString &spec, const QString &target = {}, const QString &recipe = {});
    /// Stop opening the checkpoint and what comes with it.
    void cancelOpening();
    /// Open what a user typed as target (an undo step when it succeeds).
    void openTarget(const QString &spec);
    void cancelOpeningTarget();
    void clearTarget();
    /// Take what was pasted as target: a list of keys, or a message of load_state_dict, completed by the keys of the
    /// result or of the source, whichever it speaks of. It is kept as a file in `folder`, which is made; an undo step.
    void pasteTarget(const QString &text, const QString &folder);
    /// Why the checkpoint and the target cannot change places; empty when they can.
    QString swapProblem() const;
    /// Let them change places: one undo step.
    void swap();
    void chooseRoot(const std::optional<std::string> &path);

    /// Replace the recipe: one undo step called `text` ("Rename 12 keys"). No step when it is equal. Edits in a row
    /// with the same, non-empty `session` (typing in one field) are one undo step, and none when they end where they
    /// began; saving the recipe or opening another checkpoint ends a session.
    void setRecipe(const Recipe &recipe, const QString &text, const QString &session = {});
    /// Read a recipe file (an undo step), or report why not.
    void loadRecipe(const QString &path);
    /// Put the steps of a recipe file behind these (an undo step), or report why not. The recipe's own file stays.
    void importRecipe(const QString &path);
    /// Write the recipe's text atomically and remember the path.
    void saveRecipe(const QString &path);
    /// Go on with what an earlier session left: its recipe at once (an undo step), then its checkpoint and target.
    void restore(const Session &session);

    bool canUndo() const { return !m_past.empty(); }
    bool canRedo() const { return !m_future.empty(); }
    QString undoText() const; ///< "Rename 12 keys": what undo takes back; empty when there is nothing
    QString redoText() const;
    void undo();
    void redo();
    /// The names of all edits that undo and redo reach, oldest first; the first historyPlace() of them are in force.
    QStringList historyTexts() const;
    int historyPlace() const { return int(m_past.size()); }
    /// Undo or redo until the first `place` edits are in force.
    void goToHistory(int place);
    /// Whether the recipe differs from its file (or from empty).
    bool isModified() const;

    /// Work out why nothing can be saved right now, or what would be; the answer to the newest question comes as
    /// `savePreviewed`.
    void previewSave(const SaveOptions &options);
    /// One at a time. Ends in `saved` or `failed`, or in neither when it was cancelled.
    void save(const SaveOptions &options);
    /// Ask the running save to stop. It stays running until it has cleaned up; one that had just ended is `saved`.
    void cancelSaving();

Q_SIGNALS:
    void checkpointChanged();
    void targetChanged();
    void recipeChanged();
    void rootChanged();
    /// What undo and redo would do, the recipe's path, or whether it is modified.
    void historyChanged();
    /// plan(), fit() and findings() are new.
    void planChanged();
    void busyChanged();
    void openProgressed(qint64 done, qint64 total);
    void saveProgressed(qint64 doneBytes, qint64 totalBytes);
    void savePreviewed(const Result<SavePreview> &preview);
    void saved(const SaveReport &report);
    /// The action just asked for failed. Never emitted for Cancelled.
    void failed(const Error &error);

private:
    /// What undo goes back to.
    struct Snapshot
    {
        std::shared_ptr<const Checkpoint> checkpoint; ///< the same in all, but for swaps
        Recipe recipe;
        std::shared_ptr<const Target> target;
        std::optional<std::string> rootPath;
        QString recipePath;
        QString text; ///< name of the edit that replaced this snapshot

        bool sameState(const Snapshot &other) const;
    };

    struct Planned
    {
        std::shared_ptr<const Plan> plan;
        std::optional<Fit> fit;
        qint64 parameters = 0;
    };

    /// What is opened with a checkpoint.
    struct Companion
    {
        bool isAwaited = false; ///< being read for the checkpoint that is being opened
        std::function<void()> take; ///< what was read, which the checkpoint has not come before
    };

    void fail(const Error &error);
    void open(const QString &path, const std::optional<std::string> &root);
    void openTogether(const QString &target, const QString &recipe);
    void arrive(Companion &companion, std::function<void()> take);
    void takeCompanions();
    void dropCompanions();
    void readTarget(const QString &spec);
    void readRecipe(const QString &path);
    void takeCheckpoint(std::shared_ptr<const Checkpoint> checkpoint, const std::optional<std::string> &root);
    void takeRecipe(const Recipe &recipe, const QString &path);
    void appendRecipe(const Recipe &recipe, const QString &path);
    void change(Snapshot next, const QString &text);
    void shift(std::vector<Snapshot> &from, std::vector<Snapshot> &to);
    void adopt(const Snapshot &before);
    void takeTarget(const Result<std::shared_ptr<const Target>> &opened);
    void forgetRoots(const std::optional<std::string> &root);
    void replan();
    void mergeFindings();
    Result<void> readyToSave() const;

    Snapshot m_now;
    std::vector<Snapshot> m_past;
    std::vector<Snapshot> m_future;
    QString m_session; ///< of the edit that made m_now; empty: the next edit is an undo step of its own
    std::map<QString, Recipe> m_files; ///< what each recipe file held when it was last read or written
    Planned m_planned;
    Findings m_findings;
    std::optional<SaveOptions> m_nextPreview; ///< asked for while another was being worked out
    Companion m_withTarget;
    Companion m_withRecipe;

    // Destroyed first: each waits for its worker.
    Job<Result<std::shared_ptr<const Checkpoint>>> m_opening;
    Job<Result<std::shared_ptr<const Target>>> m_targeting;
    Job<Result<Recipe>> m_reading;
    Job<Planned> m_planning;
    Job<Result<SavePreview>> m_previewing;
    Job<Result<SaveReport>> m_saving;
};
