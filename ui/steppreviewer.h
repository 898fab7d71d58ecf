// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/items/steppreview.h"

class Document;

/// Works out, on a thread of its own, what a step does on the file that is open. The newest question counts.
class StepPreviewer final : public QObject
{
    Q_OBJECT

public:
    /// What would become of it: the step, where one could be made, and what it does.
    struct Answer
    {
        std::optional<Step> step;
        StepPreview preview;
    };

    StepPreviewer(const Document *document, QObject *parent);

    /// A step of the recipe, as the newest plan has it.
    void showStep(int step);
    /// A step of this kind that suits the file, put before step `place` of the recipe.
    void tryKind(const StepKind &kind, int place);
    void tryStep(const Step &step, int place);
    /// Whether there is a file to try it on.
    bool canTry() const;
    void stop() { m_job.cancel(); }

Q_SIGNALS:
    void previewed(const StepPreviewer::Answer &answer);

private:
    using Make = std::function<std::optional<Step>(const Plan &plan)>;
    void tryOut(Make make, int place);

    const Document *m_document;
    Job<std::optional<Answer>> m_job;
};
