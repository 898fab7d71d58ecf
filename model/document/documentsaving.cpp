// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Document that saves what the plan makes.
#include "model/document/document.h"
#include "model/document/guarded.h"

Result<void> Document::readyToSave() const
{
    if (!m_now.checkpoint)
        return Error{Error::Kind::Usage, tr("There is nothing to save: open a checkpoint first.")};
    if (isSaving())
        return Error{Error::Kind::Usage, tr("A file is being saved already; wait for it, or cancel it.")};
    if (isPlanning() || !m_planned.plan)
        return Error{Error::Kind::Usage, tr("What would be saved is still being worked out; try again in a moment.")};
    if (m_planned.plan->error)
        return *m_planned.plan->error;
    return {};
}

void Document::previewSave(const SaveOptions &options)
{
    if (const Result<void> ready = readyToSave(); !ready) {
        m_nextPreview.reset();
        m_previewing.cancel();
        Q_EMIT savePreviewed(ready.error());
        return;
    }
    if (isPreviewing()) { // typing a path asks faster than a large plan answers
        m_nextPreview = options;
        return;
    }
    m_previewing.start(guarded([plan = m_planned.plan, options](Progress &) { return ::previewSave(*plan, options); }),
                       [this](const Result<SavePreview> &preview) {
                           if (const auto next = std::exchange(m_nextPreview, std::nullopt))
                               QMetaObject::invokeMethod(
                                   this, [this, next] { previewSave(*next); }, Qt::QueuedConnection);
                           else
                               Q_EMIT savePreviewed(preview);
                       });
}

void Document::save(const SaveOptions &options)
{
    if (const Result<void> ready = readyToSave(); !ready) {
        fail(ready.error());
        return;
    }
    m_saving.start(
        guarded([plan = m_planned.plan, options](Progress &progress) { return ::save(*plan, options, progress); }),
        [this](Result<SaveReport> report) {
            if (report)
                Q_EMIT saved(*report);
            else
                fail(report.error());
        });
}

void Document::cancelSaving()
{
    m_saving.stop();
}
