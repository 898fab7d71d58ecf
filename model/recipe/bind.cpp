// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/bind.h"

#include "model/base/text.h"
#include "model/recipe/bindfill.h"
#include "model/recipe/keymatch.h"
#include "model/target/attributetexts.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Bind", text);
}

/// load_state_dict copies a tensor of one element and one axis into a scalar (the format of torch before 0.4).
bool fits(const Shape &have, const Shape &want)
{
    return have == want || (want.isEmpty() && have.size() == 1 && have[0] == 1);
}

/// One run of the policy over a plan.
class Binding
{
public:
    Binding(Plan &plan, const RunScope &scope) : m_plan(plan), m_scope(scope), m_bind(plan.recipe.bind()) {}

    Result<void> run()
    {
        const std::pair<KeyMatcher *, const std::vector<Node> *> lists[] = {
            {&m_skip, &m_bind.skip},
            {&m_ignoreMissing, &m_bind.ignoreMissing},
            {&m_ignoreUnexpected, &m_bind.ignoreUnexpected},
            {&m_expectMissing, &m_bind.expectMissing}};
        for (const auto &[matcher, items] : lists) {
            Result<KeyMatcher> compiled = KeyMatcher::compile(*items);
            if (!compiled)
                return compiled.error();
            *matcher = std::move(*compiled);
        }
        if (const Result<void> found = findHeads(); !found)
            return found.error();
        pairNames();
        for (std::size_t i = 0; i < m_plan.targets.size(); ++i)
            decideKey(i);
        markTiedTwins();
        if (m_bind.unmatched == Bind::Unmatched::Fill) {
            if (const Result<void> filled = fillUnmatched(m_plan, m_scope); !filled)
                return filled;
        }
        for (std::size_t i = 0; i < m_plan.rows.size(); ++i)
            decideRow(i);
        for (const KeyMatcher *matcher : {&m_skip, &m_ignoreMissing, &m_ignoreUnexpected, &m_expectMissing, &m_heads}) {
            if (const std::optional<Error> error = matcher->error())
                return *error;
        }
        markSharedSources();
        collectOutputs();
        summarise();
        return {};
    }

private:
    const TargetKey &key(std::size_t index) const { return m_plan.target->keys()[index]; }
    const Row &row(std::size_t index) const { return m_plan.table->rows[index]; }

    /// Compile which keys are heads: the list given, or what the target says of its classifier.
    Result<void> findHeads()
    {
        if (m_bind.heads.policy == Bind::HeadPolicy::Load)
            return {};
        std::vector<Node> which = m_bind.heads.which.value_or(std::vector<Node>());
        if (!m_bind.heads.which) {
            const auto modules = attributeTexts(*m_plan.target, "classifier");
            if (!modules || modules->empty())
                return Error{Error::Kind::BadRecipe,
                             tr("“heads” of “bind” is about the target's classifier, but the target does not say which "
                                "that is (attribute “classifier”); name its keys with “which”.")};
            for (const std::string &module : *modules)
                which.push_back(Node::map({{"prefix", Node::scalar(module + '.')}}));
        }
        Result<KeyMatcher> compiled = KeyMatcher::compile(which);
        if (!compiled)
            return compiled.error();
        m_heads = std::move(*compiled);
        return {};
    }

    void pairNames()
    {
        m_plan.targets.assign(m_plan.target->keys().size(), {});
        m_plan.rows.assign(m_plan.table->rows.size(), {});
        for (std::size_t i = 0; i < m_plan.rows.size(); ++i) {
            m_plan.rows[i].target = m_plan.target->find(row(i).name);
            if (m_plan.rows[i].target != noRow)
                m_plan.targets[m_plan.rows[i].target].row = quint32(i);
        }
    }

    void decideKey(std::size_t index)
    {
        const TargetKey &want = key(index);
        TargetOutcome &outcome = m_plan.targets[index];
        if (m_skip.matches(want.name, want.dtype, want.shape)) {
            outcome.verdict = TargetVerdict::Skipped;
        } else if (outcome.row == noRow) {
            outcome.verdict = missingVerdict(want);
        } else {
            outcome.verdict = presentVerdict(want, *row(outcome.row).value);
            outcome.dtypeDiffers = want.dtype != DType::Unknown && row(outcome.row).value->dtype != want.dtype;
            if (m_expectMissing.matches(want.name, want.dtype, want.shape)) {
                m_plan.findings.push_back(
                    {Finding::Severity::Warning,
                     "not-missing",
                     tr("“%1” was expected to be missing, but the source has it.").arg(displayName(want.name)),
                     {std::string(want.name)}});
            }
        }
    }

    TargetVerdict missingVerdict(const TargetKey &want)
    {
        if (m_ignoreMissing.matches(want.name, want.dtype, want.shape)
            || m_expectMissing.matches(want.name, want.dtype, want.shape))
            return TargetVerdict::Ignored;
        if (isCounter(want.name) && m_bind.counters != Bind::Counters::Report)
            return m_bind.counters == Bind::Counters::Create ? TargetVerdict::Created : TargetVerdict::Ignored;
        return TargetVerdict::Missing;
    }

    TargetVerdict presentVerdict(const TargetKey &want, const Expression &value)
    {
        const bool isFitting = want.anyShape || fits(*value.shape, want.shape);
        const bool isLeft = m_bind.heads.policy == Bind::HeadPolicy::Skip || !isFitting;
        if (isLeft && m_heads.matches(want.name, want.dtype, want.shape))
            return TargetVerdict::Skipped;
        if (isFitting)
            return wholeSource(value) ? TargetVerdict::Loaded
                : isMade(value)       ? TargetVerdict::Created
                                      : TargetVerdict::Adapted;
        switch (m_bind.shape) {
        case Bind::ShapePolicy::Error: return TargetVerdict::SizeMismatch;
        case Bind::ShapePolicy::Skip: return TargetVerdict::Skipped;
        case Bind::ShapePolicy::KeepTarget: return TargetVerdict::Ignored;
        }
        return TargetVerdict::SizeMismatch;
    }

    void markTiedTwins()
    {
        std::map<quint32, bool> filled;
        for (std::size_t i = 0; i < m_plan.targets.size(); ++i) {
            if (key(i).tie != 0)
                filled[key(i).tie] |= isFilled(m_plan.targets[i].verdict);
        }
        for (std::size_t i = 0; i < m_plan.targets.size(); ++i) {
            TargetOutcome &outcome = m_plan.targets[i];
            if (outcome.verdict == TargetVerdict::Missing && key(i).tie != 0 && filled[key(i).tie])
                outcome.verdict = TargetVerdict::MissingTied;
        }
    }

    void decideRow(std::size_t index)
    {
        RowOutcome &outcome = m_plan.rows[index];
        if (outcome.target == noRow) {
            const Expression &value = *row(index).value;
            const bool ignored = m_ignoreUnexpected.matches(row(index).name, value.dtype, *value.shape);
            outcome.verdict = ignored ? RowVerdict::IgnoredUnexpected : RowVerdict::Unexpected;
            return;
        }
        switch (m_plan.targets[outcome.target].verdict) {
        case TargetVerdict::SizeMismatch: outcome.verdict = RowVerdict::SizeMismatch; break;
        case TargetVerdict::Skipped:
        case TargetVerdict::Filled:
        case TargetVerdict::Ignored: outcome.verdict = RowVerdict::SkippedByPolicy; break;
        default: outcome.verdict = RowVerdict::Used; break;
        }
    }

    void markSharedSources()
    {
        std::vector<quint32> uses(m_plan.checkpoint->tensors().size(), 0);
        const auto eachSource = [this](std::size_t index, auto visit) {
            const Expression &value = lowest(*row(index).value);
            if (value.kind == Expression::Kind::Source)
                return visit(value.tensor);
            for (const TensorIndex tensor : sources(value))
                visit(tensor);
        };
        for (std::size_t i = 0; i < m_plan.rows.size(); ++i) {
            if (m_plan.rows[i].verdict == RowVerdict::Used)
                eachSource(i, [&](TensorIndex tensor) { ++uses[tensor]; });
        }
        for (std::size_t i = 0; i < m_plan.rows.size(); ++i) {
            bool isShared = false;
            if (m_plan.rows[i].verdict == RowVerdict::Used)
                eachSource(i, [&](TensorIndex tensor) { isShared |= uses[tensor] > 1; });
            if (isShared)
                m_plan.rows[i].verdict = RowVerdict::UsedMore;
        }
    }

    /// Write a filled target key: the row of its name, or one that is made for it.
    void addOutput(std::size_t index)
    {
        const TargetKey &want = key(index);
        const TargetOutcome &outcome = m_plan.targets[index];
        const bool isFilledIn = outcome.verdict == TargetVerdict::Filled;
        if (outcome.row == noRow && !isFilledIn) {
            Expression zeros;
            zeros.kind = Expression::Kind::Zeros;
            zeros.dtype = want.dtype == DType::Unknown ? DType::Int64 : want.dtype;
            zeros.shape = &want.shape; // the plan keeps the target
            m_plan.outputs.addMade({want.name, m_plan.arena.make<Expression>(zeros), nullptr});
            return;
        }
        Row out = isFilledIn ? *m_plan.filled.find(quint32(index)) : row(outcome.row);
        if (want.takes(*out.value->shape)) {
            if (isFilledIn)
                m_plan.outputs.addMade(out);
            else
                m_plan.outputs.add(outcome.row);
            return;
        }
        Expression scalar = *out.value;
        if (scalar.kind != Expression::Kind::Source) {
            scalar.kind = Expression::Kind::Reshape;
            scalar.input = out.value;
        }
        scalar.shape = &want.shape;
        out.value = m_plan.arena.make<Expression>(scalar);
        m_plan.outputs.addMade(out);
    }

    void collectOutputs()
    {
        m_plan.outputs = Outputs(m_plan.table->rows);
        const auto addUnexpected = [&](std::size_t index) {
            if (m_bind.unexpected == Bind::Unexpected::Keep && m_plan.rows[index].target == noRow)
                m_plan.outputs.add(index);
        };
        if (m_bind.order == Bind::Order::Source) {
            for (std::size_t i = 0; i < m_plan.rows.size(); ++i) {
                const quint32 target = m_plan.rows[i].target;
                if (target != noRow && isFilled(m_plan.targets[target].verdict))
                    addOutput(target);
                addUnexpected(i);
            }
        }
        for (std::size_t i = 0; i < m_plan.targets.size(); ++i) {
            const bool isBehind = m_bind.order == Bind::Order::Source && m_plan.targets[i].row == noRow;
            if (isFilled(m_plan.targets[i].verdict) && (m_bind.order == Bind::Order::Target || isBehind))
                addOutput(i);
        }
        if (m_bind.order == Bind::Order::Target) {
            for (std::size_t i = 0; i < m_plan.rows.size(); ++i)
                addUnexpected(i);
        }
    }

    /// Where missing keys are allowed or filled, a recipe that fits nothing would count as complete and say nothing.
    void tellNothingLoaded()
    {
        const bool any = std::any_of(m_plan.targets.begin(), m_plan.targets.end(), [](const TargetOutcome &outcome) {
            return outcome.verdict == TargetVerdict::Loaded || outcome.verdict == TargetVerdict::Adapted;
        });
        const bool isAnyFilled = !m_plan.filled.keys.empty();
        if ((m_bind.strictMissing && !isAnyFilled) || any || m_plan.targets.empty())
            return;
        m_plan.findings.push_back(
            {Finding::Severity::Warning,
             "nothing-loaded",
             isAnyFilled ? tr("No key of the target is loaded: what is saved are the target's own values.")
                         : tr("No key of the target is loaded, and the recipe allows that: “strict” of its “bind” has "
                              "“missing: false”."),
             {}});
    }

    void summarise()
    {
        tellNothingLoaded();
        qint64 differing = 0;
        std::size_t first = 0;
        for (std::size_t i = m_plan.targets.size(); i-- > 0;) {
            if (m_plan.targets[i].dtypeDiffers && isFilled(m_plan.targets[i].verdict)) {
                ++differing;
                first = i;
            }
        }
        if (differing == 0)
            return;
        const QString have = QString::fromLatin1(word(valueOf(m_plan, quint32(first))->dtype));
        const QString want = QString::fromLatin1(word(key(first).dtype));
        m_plan.findings.push_back({Finding::Severity::Info,
                                   "dtype-differs",
                                   tr("%1 keys have another dtype than the target, the first “%2” (%3, the target has "
                                      "%4); load_state_dict converts them.")
                                       .arg(exactText(differing), displayName(key(first).name), have, want),
                                   {std::string(key(first).name)}});
    }

    Plan &m_plan;
    const RunScope &m_scope;
    const Bind &m_bind;
    KeyMatcher m_skip;
    KeyMatcher m_ignoreMissing;
    KeyMatcher m_ignoreUnexpected;
    KeyMatcher m_expectMissing;
    KeyMatcher m_heads;
};
}

bool isCounter(Name name)
{
    return name == "num_batches_tracked" || name.ends_with(".num_batches_tracked");
}

Result<void> bindPlan(Plan &plan, const RunScope &scope)
{
    if (plan.target)
        return Binding(plan, scope).run();
    plan.outputs = Outputs::all(plan.table->rows);
    plan.rows.assign(plan.table->rows.size(), {});
    return {};
}
