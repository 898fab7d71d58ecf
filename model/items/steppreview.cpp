// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/steppreview.h"

#include "model/base/dtype.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace {
bool isOf(const Row &row, int step)
{
    const History *history = row.history;
    while (history && history->step > step)
        history = history->previous;
    return history && history->step == step;
}

/// What the step made of a row that may have gone on changing.
StepPreview::Line lineOf(const Row &row, int step)
{
    StepPreview::Line line;
    std::string after(row.name);
    std::size_t beside = 0;
    bool isFound = false;
    for (const FormerName &former : formerNames(row)) {
        // A recipe that is included does several things to a row, one after the other.
        if (former.step == step) {
            line = {former.name, after, {}};
            beside += former.beside.size();
            isFound = true;
        } else if (isFound) {
            break;
        } else {
            after = former.name;
        }
    }
    if (beside > 0)
        line.before += " +" + std::to_string(beside);
    if (!row.value)
        return line; // of one that is joined with others since
    const Expression &value = *row.value;
    if (line.before != line.after || !value.input)
        return line;
    const Expression &input = *value.input;
    if (value.kind == Expression::Kind::Cast)
        line.values =
            QString::fromUtf8(word(input.dtype)) + QStringLiteral(" → ") + QString::fromUtf8(word(value.dtype));
    else
        line.values = shapeText(*input.shape) + QStringLiteral(" → ") + shapeText(*value.shape);
    return line;
}

void addLines(StepPreview &preview, const Plan &plan, int step, std::size_t most)
{
    const auto &dropped = plan.droppedBy[std::size_t(step)];
    if (!dropped.empty()) {
        for (std::size_t at = 0; at < std::min(most, dropped.size()); ++at)
            preview.lines.push_back(
                {std::string(dropped[at * dropped.size() / std::min(most, dropped.size())].row.name), {}, {}});
        return;
    }
    std::vector<const Row *> rows;
    std::deque<Row> joined; // since then
    const auto add = [&](const Row &row) {
        if (isOf(row, step))
            rows.push_back(&row);
        eachHistory(row.history, [&](const History &history) {
            if (!history.joined || history.step <= step)
                return;
            for (const JoinedRow &part : *history.joined) {
                if (isOf({part.name, nullptr, part.history}, step))
                    rows.push_back(&joined.emplace_back(Row{part.name, nullptr, part.history}));
            }
        });
    };
    for (const Row &row : plan.table->rows)
        add(row);
    for (const DroppedRow &gone : plan.dropped)
        add(gone.row);
    const std::size_t count = std::min(most, rows.size());
    for (std::size_t at = 0; at < count; ++at)
        preview.lines.push_back(lineOf(*rows[at * rows.size() / count], step));
}
}

StepPreview previewOf(const Plan &plan, int step, std::size_t mostLines)
{
    StepPreview preview;
    const auto at = std::size_t(step);
    if (plan.error && plan.failedStep >= 0 && plan.failedStep <= step) {
        preview.isError = plan.failedStep == step;
        preview.problem = preview.isError ? plan.error->message : QString();
        return preview;
    }
    const StepReport &report = plan.steps[at];
    preview.matched = report.matched;
    preview.changed = report.changed;
    preview.problem = report.skipped   ? report.reason
        : !plan.findingsOf[at].empty() ? plan.findingsOf[at].front().message
                                       : QString();
    if (at + 1 < plan.matchedKeys.size()) {
        preview.fitBefore = plan.matchedKeys[at];
        preview.fitAfter = plan.matchedKeys[at + 1];
    }
    addLines(preview, plan, step, mostLines);
    return preview;
}

namespace {
using Counts = std::unordered_map<std::string_view, qint64>;

std::string_view firstOf(Name name)
{
    return name.substr(0, name.find('.'));
}

std::string_view lastOf(Name name)
{
    return name.substr(name.rfind('.') + 1);
}

/// Names as an example looks at them.
struct Facts
{
    Counts first; ///< components before a dot
    Counts last;
    Counts targetFirst;
    Counts targetLast;
    Name unexpected; ///< the first name that the target has not
    Name missing; ///< the first that only the target has

    Facts(const Table &table, const Target *target)
    {
        for (const Row &row : table.rows) {
            const bool isWanted = target && target->find(row.name) != NameIndex::none;
            if (firstOf(row.name).size() < row.name.size())
                ++first[firstOf(row.name)];
            if (!isWanted)
                ++last[lastOf(row.name)];
            if (!isWanted && unexpected.empty())
                unexpected = row.name;
        }
        if (!target)
            return;
        for (const TargetKey &key : target->keys()) {
            ++targetFirst[firstOf(key.name)];
            ++targetLast[lastOf(key.name)];
        }
        for (const TargetKey &key : target->keys()) {
            if (missing.empty() && !first.contains(firstOf(key.name)))
                missing = key.name;
        }
    }

    template<typename Accept>
    static std::string mostFrequent(const Counts &counts, Accept accept)
    {
        std::string_view best;
        qint64 most = 0;
        for (const auto &[word, count] : counts) {
            if (accept(word) && (count > most || (count == most && word < best))) {
                best = word;
                most = count;
            }
        }
        return std::string(best);
    }

    /// The prefix of most names; one that the target does not know before others.
    std::string prefix() const
    {
        std::string best = mostFrequent(first, [&](std::string_view word) { return !targetFirst.contains(word); });
        if (best.empty() || targetFirst.empty())
            best = mostFrequent(first, [](std::string_view) { return true; });
        return best.empty() ? best : best + '.';
    }

    /// What the target calls most of its keys, if no name here begins so.
    std::string newPrefix() const
    {
        const std::string best =
            mostFrequent(targetFirst, [&](std::string_view word) { return !first.contains(word); });
        return best.empty() ? "backbone." : best + '.';
    }

    /// What most likely nobody wants: the last component of most names that no target key has, weights and biases
    /// aside.
    std::string unwanted() const
    {
        return mostFrequent(last, [&](std::string_view word) {
            return word != "weight" && word != "bias" && !targetLast.contains(word);
        });
    }
};

Node text(std::string value)
{
    return Node::scalar(std::move(value));
}

Node bodyFor(std::string_view word, const Table &table, const Target *target)
{
    const Facts facts(table, target);
    const std::string prefix = facts.prefix();
    if (word == "add-prefix")
        return text(facts.newPrefix());
    if (word == "cast") {
        const bool isWide = !table.rows.empty() && table.rows.front().value->dtype == DType::Float32;
        return text(isWide ? "float16" : "float32");
    }
    if (word == "drop")
        return facts.unwanted().empty() ? Node() : Node::map({{"suffix", text(facts.unwanted())}});
    if (table.rows.empty())
        return {};
    if (word == "assert")
        return Node::map({{"exists", text(std::string(table.rows.front().name))}});
    if (word == "pairs" || word == "rename-table") {
        if (facts.unexpected.empty() || facts.missing.empty())
            return {};
        return Node::map({{"pairs", Node::map({{std::string(facts.unexpected), text(std::string(facts.missing))}})}});
    }
    if (prefix.empty())
        return {};
    const Node rename = Node::map({{"prefix", text(prefix)}, {"to", text(facts.newPrefix())}});
    if (word == "remove-prefix" || word == "keep-prefix")
        return text(prefix);
    if (word == "rename")
        return rename;
    if (word == "rename-group")
        return Node::list({rename});
    if (word == "keep")
        return Node::map({{"prefix", text(prefix)}});
    if (word == "move")
        return Node::map({{"where", Node::map({{"prefix", text(prefix)}})}});
    return {};
}
}

std::optional<Step> exampleStep(const StepKind &kind, const Table &table, const Target *target)
{
    const Result<std::shared_ptr<const void>> body = kind.parse(bodyFor(kind.word, table, target), {});
    return body ? std::optional(Step(kind, *body)) : std::nullopt;
}
