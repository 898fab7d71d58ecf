// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/document.h"

#include "model/base/release.h"
#include "model/base/saturate.h"
#include "model/base/text.h"
#include "model/document/guarded.h"
#include "model/document/pastedkeys.h"
#include "model/document/session.h"
#include "model/formats/formats.h"
#include "model/recipe/planfiles.h"

#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace {
constexpr std::size_t mostSnapshots = 1000;
constexpr qint64 largestRecipe = 4 << 20;

QString shown(const QString &text)
{
    return displayName(text.toStdString());
}

qint64 parametersOf(const Plan *plan)
{
    qint64 parameters = 0;
    if (plan && plan->table) {
        for (const Row &row : plan->table->rows)
            addSaturated(parameters, elements(*row.value));
    }
    return parameters;
}

Result<Recipe> recipeIn(const QString &path)
{
    const auto file = InputFile::open(path);
    if (!file)
        return file.error();
    // One byte more than a recipe may have: parse() says why it refuses it.
    std::string text(std::size_t(std::min((*file)->size(), largestRecipe + 1)), '\0');
    if (const auto read = (*file)->readAt(0, std::as_writable_bytes(std::span(text))); !read)
        return read.error();
    return Recipe::parse(text, path);
}
}

bool Document::Snapshot::sameState(const Snapshot &other) const
{
    return checkpoint == other.checkpoint && target == other.target && rootPath == other.rootPath
        && recipePath == other.recipePath && recipe == other.recipe;
}

Document::Document(QObject *parent) : QObject(parent)
{
    for (JobBase *job : {static_cast<JobBase *>(&m_opening), static_cast<JobBase *>(&m_targeting),
                         static_cast<JobBase *>(&m_reading), static_cast<JobBase *>(&m_planning),
                         static_cast<JobBase *>(&m_previewing), static_cast<JobBase *>(&m_saving)}) {
        connect(job, &JobBase::started, this, &Document::busyChanged);
        connect(job, &JobBase::finished, this, &Document::busyChanged);
    }
    connect(&m_opening, &JobBase::progressed, this, &Document::openProgressed);
    connect(&m_saving, &JobBase::progressed, this, &Document::saveProgressed);
}

Document::~Document() = default;

void Document::fail(const Error &error)
{
    if (error.kind != Error::Kind::Cancelled)
        Q_EMIT failed(error);
}

void Document::openCheckpoint(const QString &spec, const QString &target, const QString &recipe)
{
    const auto [path, root] = splitSpec(spec);
    open(path, root);
    openTogether(target, recipe);
}

void Document::open(const QString &path, const std::optional<std::string> &root)
{
    dropCompanions(); // of another checkpoint
    m_opening.start(guarded([path](Progress &progress) { return ::openCheckpoint(path, progress); }),
                    [this, root](Result<std::shared_ptr<const Checkpoint>> opened) {
                        if (opened) {
                            takeCheckpoint(*opened, root);
                            takeCompanions();
                        } else {
                            dropCompanions();
                            fail(opened.error());
                        }
                    });
}

void Document::openTogether(const QString &target, const QString &recipe)
{
    if (!target.isEmpty()) {
        readTarget(target);
        m_withTarget.isAwaited = true;
    }
    if (!recipe.isEmpty()) {
        readRecipe(recipe);
        m_withRecipe.isAwaited = true;
    }
}

/// Take it, or keep it until the checkpoint is there that it belongs to.
void Document::arrive(Companion &companion, std::function<void()> take)
{
    if (companion.isAwaited)
        companion.take = std::move(take);
    else
        take();
}

void Document::takeCompanions()
{
    for (Companion *companion : {&m_withTarget, &m_withRecipe}) {
        if (const auto take = std::exchange(*companion, {}).take)
            take();
    }
}

void Document::dropCompanions()
{
    if (std::exchange(m_withTarget, {}).isAwaited)
        m_targeting.cancel();
    if (std::exchange(m_withRecipe, {}).isAwaited)
        m_reading.cancel();
}

void Document::cancelOpening()
{
    dropCompanions();
    m_opening.cancel();
}

void Document::takeCheckpoint(std::shared_ptr<const Checkpoint> checkpoint, const std::optional<std::string> &root)
{
    const std::shared_ptr<const Checkpoint> old = std::exchange(m_now.checkpoint, std::move(checkpoint));
    m_session.clear();
    const bool isOtherRoot = m_now.rootPath != root;
    forgetRoots(root);
    releaseElsewhere(old);
    Q_EMIT checkpointChanged();
    if (isOtherRoot)
        Q_EMIT rootChanged();
    Q_EMIT historyChanged();
    replan();
}

/// A root was chosen in another file: it means nothing in this one, and neither does undoing that choice. Every
/// snapshot is one of this file now.
void Document::forgetRoots(const std::optional<std::string> &root)
{
    m_now.rootPath = root;
    const auto forget = [&](std::vector<Snapshot> &snapshots) {
        for (Snapshot &snapshot : snapshots) {
            snapshot.checkpoint = m_now.checkpoint;
            snapshot.rootPath = root;
        }
        // The last element is the neighbour of m_now. Going outwards, drop what no longer differs from its neighbour.
        const Snapshot *neighbour = &m_now;
        std::vector<Snapshot> kept;
        for (auto snapshot = snapshots.rbegin(); snapshot != snapshots.rend(); ++snapshot) {
            if (!snapshot->sameState(*neighbour))
                kept.push_back(*snapshot);
            neighbour = &*snapshot;
        }
        std::reverse(kept.begin(), kept.end());
        snapshots = std::move(kept);
    };
    forget(m_past);
    forget(m_future);
}

void Document::openTarget(const QString &spec)
{
    m_withTarget = {};
    readTarget(spec);
}

void Document::readTarget(const QString &spec)
{
    m_targeting.start(guarded([spec](Progress &progress) { return ::openTarget(spec, progress); }),
                      [this](const Result<std::shared_ptr<const Target>> &opened) {
                          arrive(m_withTarget, [this, opened] { takeTarget(opened); });
                      });
}

void Document::cancelOpeningTarget()
{
    m_withTarget = {};
    m_targeting.cancel();
}

void Document::takeTarget(const Result<std::shared_ptr<const Target>> &opened)
{
    if (!opened) {
        fail(opened.error());
        return;
    }
    Snapshot next = m_now;
    next.target = *opened;
    change(std::move(next), tr("Use target %1").arg(shown((*opened)->name())));
}

void Document::pasteTarget(const QString &text, const QString &folder)
{
    m_withTarget = {};
    m_targeting.start(guarded([text, folder, plan = m_planned.plan](Progress &progress) {
                          const Result<QString> path = keepPastedKeys(text.toStdString(), plan.get(), folder);
                          return path ? ::openTarget(*path, progress) : path.error();
                      }),
                      [this](const Result<std::shared_ptr<const Target>> &opened) { takeTarget(opened); });
}

QString Document::swapProblem() const
{
    if (!m_now.checkpoint)
        return tr("Open a checkpoint first.");
    if (!m_now.target)
        return tr("Set a target first.");
    if (!m_now.target->checkpoint())
        return tr("The target has no values, so it cannot be the source: it is %1.").arg(m_now.target->source());
    if (!m_now.target->root())
        return tr("The target's keys were changed by its options, so it cannot be the source.");
    if (isOpening() || isOpeningTarget() || isPlanning())
        return tr("What is open is still being worked out.");
    return {};
}

void Document::swap()
{
    if (const QString problem = swapProblem(); !problem.isEmpty()) {
        fail({Error::Kind::Usage, problem});
        return;
    }
    std::optional<std::string> root = m_now.rootPath;
    if (!root && m_planned.plan && m_planned.plan->table && m_now.checkpoint->roots().size() > 1)
        root = pathText(m_planned.plan->table->rootPath);
    m_withTarget = {};
    m_targeting.start(
        guarded([checkpoint = m_now.checkpoint, root](Progress &) { return targetFromCheckpoint(checkpoint, root); }),
        [this, was = m_now.target](const Result<std::shared_ptr<const Target>> &opened) {
            if (!opened || m_now.target != was) {
                takeTarget(opened);
                return;
            }
            Snapshot next = m_now;
            next.checkpoint = was->checkpoint();
            next.rootPath = next.checkpoint->roots().size() > 1 ? was->root() : std::nullopt;
            next.target = *opened;
            change(std::move(next), tr("Swap source and target"));
        });
}

void Document::clearTarget()
{
    cancelOpeningTarget();
    Snapshot next = m_now;
    next.target = nullptr;
    change(std::move(next), tr("Clear target"));
}

void Document::chooseRoot(const std::optional<std::string> &path)
{
    Snapshot next = m_now;
    next.rootPath = path;
    change(std::move(next),
           path ? tr("Use root %1").arg(path->empty() ? tr("(top level)") : displayName(*path))
                : tr("Choose root automatically"));
}

void Document::setRecipe(const Recipe &recipe, const QString &text, const QString &session)
{
    Snapshot next = m_now;
    next.recipe = recipe;
    if (next.sameState(m_now))
        return;
    if (session.isEmpty() || session != m_session) {
        change(std::move(next), text);
        m_session = session;
        return;
    }
    m_past.back().text = text;
    const Snapshot before = std::exchange(m_now, std::move(next));
    if (m_past.back().sameState(m_now)) { // typed and taken back: nothing is left to undo
        m_past.pop_back();
        m_session.clear();
    }
    adopt(before);
}

void Document::loadRecipe(const QString &path)
{
    m_withRecipe = {};
    readRecipe(path);
}

void Document::readRecipe(const QString &path)
{
    m_reading.start(guarded([path](Progress &) { return recipeIn(path); }), [this, path](const Result<Recipe> &read) {
        arrive(m_withRecipe, [this, read, path] {
            if (read)
                takeRecipe(*read, path);
            else
                fail(read.error());
        });
    });
}

void Document::takeRecipe(const Recipe &recipe, const QString &path)
{
    m_files[path] = recipe;
    Snapshot next = m_now;
    next.recipe = recipe;
    next.recipePath = path;
    change(std::move(next), tr("Load recipe %1").arg(shown(QFileInfo(path).fileName())));
    Q_EMIT historyChanged();
}

void Document::importRecipe(const QString &path)
{
    m_withRecipe = {};
    m_reading.start(guarded([path](Progress &) { return recipeIn(path); }), [this, path](Result<Recipe> read) {
        if (read)
            appendRecipe(*read, path);
        else
            fail(read.error());
    });
}

/// A `native` guard covers all steps of its recipe, so steps of another origin cannot stand under it or beside it.
void Document::appendRecipe(const Recipe &recipe, const QString &path)
{
    const QString name = shown(QFileInfo(path).fileName());
    if (!m_now.recipe.isEmpty() && (m_now.recipe.native() || recipe.native())) {
        fail({Error::Kind::BadRecipe,
              tr("“%1” cannot be imported: a recipe with a `native` guard cannot stand beside other steps, which the "
                 "guard would cover too.")
                  .arg(name),
              path});
        return;
    }
    Snapshot next = m_now;
    next.recipe = m_now.recipe.joined(recipe);
    change(std::move(next), tr("Import recipe %1").arg(name));
}

void Document::saveRecipe(const QString &path)
{
    QSaveFile file(path);
    const QByteArray text = QByteArray::fromStdString(m_now.recipe.text());
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        const auto kind =
            file.error() == QFileDevice::ResourceError ? Error::Kind::OutOfSpace : Error::Kind::Unwritable;
        fail({kind, tr("The recipe cannot be written to “%1”: %2.").arg(shown(path), file.errorString()), path});
        return;
    }
    m_files[path] = m_now.recipe;
    m_session.clear();
    // Undo takes back edits, not where the recipe is kept.
    const QString old = m_now.recipePath;
    m_now.recipePath = path;
    for (std::vector<Snapshot> *snapshots : {&m_past, &m_future}) {
        for (Snapshot &snapshot : *snapshots) {
            if (snapshot.recipePath == old)
                snapshot.recipePath = path;
        }
    }
    Q_EMIT historyChanged();
}

void Document::restore(const Session &session)
{
    Snapshot next = m_now;
    next.recipe = session.recipe;
    next.recipePath = session.recipePath;
    change(std::move(next), tr("Restore recipe"));
    if (session.checkpoint.isEmpty()) {
        if (!session.target.isEmpty())
            openTarget(session.target);
        return;
    }
    open(session.checkpoint, session.root);
    openTogether(session.target, {});
}

QString Document::undoText() const
{
    return m_past.empty() ? QString() : m_past.back().text;
}

QString Document::redoText() const
{
    return m_future.empty() ? QString() : m_future.back().text;
}

void Document::undo()
{
    goToHistory(historyPlace() - 1);
}

void Document::redo()
{
    goToHistory(historyPlace() + 1);
}

QStringList Document::historyTexts() const
{
    QStringList texts;
    for (const Snapshot &snapshot : m_past)
        texts << snapshot.text;
    for (auto snapshot = m_future.rbegin(); snapshot != m_future.rend(); ++snapshot)
        texts << snapshot->text;
    return texts;
}

void Document::goToHistory(int place)
{
    const std::size_t wanted = std::size_t(std::clamp(place, 0, int(m_past.size() + m_future.size())));
    if (wanted == m_past.size())
        return;
    m_session.clear();
    const Snapshot before = m_now;
    while (m_past.size() > wanted)
        shift(m_past, m_future);
    while (m_past.size() < wanted)
        shift(m_future, m_past);
    adopt(before);
}

bool Document::isModified() const
{
    const auto file = m_files.find(m_now.recipePath);
    return file == m_files.end() ? !(m_now.recipe == Recipe()) : !(m_now.recipe == file->second);
}

void Document::change(Snapshot next, const QString &text)
{
    if (next.sameState(m_now))
        return;
    m_session.clear();
    Snapshot before = std::exchange(m_now, std::move(next));
    before.text = text;
    if (m_past.size() == mostSnapshots)
        m_past.erase(m_past.begin());
    m_past.push_back(before);
    m_future.clear();
    adopt(before);
}

/// A snapshot in either list carries the name of the edit between it and its neighbour towards the present.
void Document::shift(std::vector<Snapshot> &from, std::vector<Snapshot> &to)
{
    Snapshot neighbour = std::exchange(m_now, std::move(from.back()));
    from.pop_back();
    neighbour.text = m_now.text;
    to.push_back(std::move(neighbour));
}

void Document::adopt(const Snapshot &before)
{
    const bool isOtherCheckpoint = before.checkpoint != m_now.checkpoint;
    const bool isOtherRecipe = !(before.recipe == m_now.recipe);
    const bool isOtherTarget = before.target != m_now.target;
    const bool isOtherRoot = before.rootPath != m_now.rootPath;
    if (isOtherCheckpoint)
        Q_EMIT checkpointChanged();
    if (isOtherRecipe)
        Q_EMIT recipeChanged();
    if (isOtherTarget)
        Q_EMIT targetChanged();
    if (isOtherRoot)
        Q_EMIT rootChanged();
    Q_EMIT historyChanged();
    if (isOtherCheckpoint || isOtherRecipe || isOtherTarget || isOtherRoot)
        replan();
}

void Document::replan()
{
    if (!m_now.checkpoint) {
        mergeFindings();
        return;
    }
    PlanInput input{m_now.checkpoint, m_now.rootPath, m_now.recipe, m_now.target};
    input.countMatchedKeys = true;
    m_planning.start(
        [input, before = m_planned.plan](Progress &progress) mutable -> Planned {
            Planned planned;
            if (openFiles(input, progress, before))
                planned.plan = ::plan(input, progress, before);
            if (planned.plan && input.target)
                planned.fit = ::fit(*planned.plan);
            planned.parameters = parametersOf(planned.plan.get());
            return planned;
        },
        [this](Planned planned) {
            if (!planned.plan)
                return;
            releaseElsewhere(std::exchange(m_planned, std::move(planned)).plan);
            mergeFindings();
            Q_EMIT planChanged();
        });
}

void Document::mergeFindings()
{
    m_findings.clear();
    const auto add = [this](const Findings &findings) {
        m_findings.insert(m_findings.end(), findings.begin(), findings.end());
    };
    if (m_now.checkpoint)
        add(m_now.checkpoint->findings());
    if (m_now.target)
        add(m_now.target->findings());
    if (!m_planned.plan)
        return;
    add(m_planned.plan->findings);
    if (const auto &error = m_planned.plan->error) {
        m_findings.push_back(
            {Finding::Severity::Error, "failed-step", error->message, {.step = m_planned.plan->failedStep}});
    }
}
