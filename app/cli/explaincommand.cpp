// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/report.h"
#include "model/base/text.h"

#include <algorithm>

namespace {
using namespace Qt::StringLiterals;

QString verdictText(TargetVerdict verdict)
{
    switch (verdict) {
    case TargetVerdict::Loaded: return u"loaded"_s;
    case TargetVerdict::Adapted: return u"adapted: its values are computed"_s;
    case TargetVerdict::Created: return u"created: no source, a step or the policy fills it"_s;
    case TargetVerdict::Skipped: return u"skipped by policy"_s;
    case TargetVerdict::Ignored: return u"missing, and ignored by policy"_s;
    case TargetVerdict::Missing: return u"missing key"_s;
    case TargetVerdict::MissingTied: return u"missing key, but its tied twin is loaded"_s;
    case TargetVerdict::SizeMismatch: return u"size mismatch"_s;
    case TargetVerdict::Filled: return u"filled: nothing of the source reaches it"_s;
    }
    return {};
}

QString verdictText(RowVerdict verdict)
{
    switch (verdict) {
    case RowVerdict::Used: return u"used"_s;
    case RowVerdict::UsedMore: return u"used more than once"_s;
    case RowVerdict::Unexpected: return u"unexpected key"_s;
    case RowVerdict::IgnoredUnexpected: return u"unexpected, and ignored by policy"_s;
    case RowVerdict::SkippedByPolicy: return u"skipped by policy"_s;
    case RowVerdict::SizeMismatch: return u"size mismatch"_s;
    }
    return {};
}

bool isFrom(const Row &row, const std::string &key)
{
    const std::vector<std::string> names = sourceNames(row);
    return std::find(names.begin(), names.end(), key) != names.end();
}

/// Tells the story of one key; `said` counts how often it was found, on either side.
class Story
{
public:
    Story(const Terminal &terminal, const Plan &plan) : m_terminal(terminal), m_plan(plan) {}

    void tellRow(std::size_t index)
    {
        const Row &row = m_plan.table->rows[index];
        tellSource(row);
        tellChain(row);
        if (m_plan.target)
            m_terminal.line(u"verdict  "_s + verdictText(m_plan.rows[index].verdict));
        ++m_told;
    }

    void tellDropped(const DroppedRow &dropped)
    {
        tellSource(dropped.row);
        tellChain(dropped.row);
        m_terminal.line(u"dropped by "_s + stepText(m_plan, dropped.step));
        ++m_told;
    }

    void tellTarget(std::size_t index)
    {
        const TargetKey &key = m_plan.target->keys()[index];
        const TargetOutcome &outcome = m_plan.targets[index];
        if (outcome.verdict == TargetVerdict::Filled) {
            tellSource(*m_plan.filled.find(quint32(index)));
            tellChain(*m_plan.filled.find(quint32(index)));
        }
        m_terminal.line(u"target   %1  %2  %3"_s.arg(displayName(key.name), QString::fromLatin1(word(key.dtype)),
                                                     wantedShapeText(key)));
        m_terminal.line(u"verdict  "_s + verdictText(outcome.verdict)
                        + (outcome.dtypeDiffers ? u" (the dtype differs; load_state_dict converts)"_s : QString()));
        ++m_told;
    }

    int told() const { return m_told; }

private:
    void tellSource(const Row &row)
    {
        for (const TensorIndex index : sources(*row.value)) {
            const Tensor &tensor = m_plan.checkpoint->tensors()[index];
            const std::string root = pathText(m_plan.checkpoint->root(tensor.root).path);
            const QString other = m_plan.checkpoint->isOwn(tensor)
                ? QString()
                : u" of “%1”"_s.arg(displayName(m_plan.checkpoint->holderOf(tensor).path().toStdString()));
            m_terminal.line(u"file     %1%2  %3  %4  %5%6"_s.arg(
                root.empty() ? QString() : displayName(root) + u"/"_s, displayName(tensor.name),
                m_plan.checkpoint->dtypeText(tensor), shapeText(tensor.shape), bytesText(Checkpoint::byteCount(tensor)),
                other));
            if (tensor.problem)
                m_terminal.line(u"         "_s + m_plan.checkpoint->problem(tensor));
        }
    }

    void tellChain(const Row &row)
    {
        const bool isJoined = sourceNames(row).size() > 1;
        for (const NameChange &change : nameChanges(row)) {
            const bool isRenamed = change.before.size() > 1 || change.before.front() != change.after;
            // Of several sources, each step says which of them it is about.
            const QString before = isJoined ? displayNames(change.before) + u' ' : QString();
            const QString what = before + (isRenamed ? u"→ "_s + displayName(change.after) : u"changed its values"_s);
            const QString inside = change.inside ? u" / "_s + innerText(change.inside) : QString();
            m_terminal.line(u"step     %1%2: %3"_s.arg(stepText(m_plan, change.step), inside, what));
        }
        m_terminal.line(u"result   %1  %2  %3"_s.arg(displayName(row.name), QString::fromLatin1(word(row.value->dtype)),
                                                     shapeText(*row.value->shape)));
    }

    const Terminal &m_terminal;
    const Plan &m_plan;
    int m_told = 0;
};
}

Result<int> runExplain(const InputOptions &options, const std::string &key, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    const auto made = planInputs(options, verbosity.quiet);
    if (!made)
        return made.error();
    const Plan &plan = **made;

    Story story(terminal, plan);
    for (std::size_t i = 0; i < plan.table->rows.size(); ++i) {
        const Row &row = plan.table->rows[i];
        if (row.name == key || isFrom(row, key))
            story.tellRow(i);
    }
    for (const DroppedRow &dropped : plan.dropped) {
        if (dropped.row.name == key || isFrom(dropped.row, key))
            story.tellDropped(dropped);
    }
    if (plan.target) {
        if (const quint32 index = plan.target->find(key); index != NameIndex::none)
            story.tellTarget(index);
    }
    if (story.told() > 0)
        return 0;

    std::vector<std::string> former;
    std::vector<std::string_view> names;
    for (const Row &row : plan.table->rows) {
        for (std::string &name : sourceNames(row))
            former.push_back(std::move(name));
    }
    names.assign(former.begin(), former.end());
    for (const Row &row : plan.table->rows)
        names.push_back(row.name);
    const std::string close = nearest(key, names);
    QString message =
        u"Neither “%1” nor the target has a key “%2”."_s.arg(plan.checkpoint->fileName(), displayName(key));
    if (!close.empty())
        message += u" The nearest is “%1”."_s.arg(displayName(close));
    return Error{Error::Kind::DoesNotHold, message};
}
