// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/codec.h"
#include "model/recipe/dialects/inverseways.h"
#include "model/recipe/selector.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

/// The keys of a step of values, where names alone say which.
Result<Node> withWhere(const Step &step, Node body)
{
    const std::optional<Node> where = step.field("where");
    if (!where)
        return body;
    constexpr std::array<std::string_view, 7> names{"exact", "prefix", "suffix",  "contains",
                                                    "glob",  "regex",  "template"};
    const bool isByName =
        !where->isMap() || std::all_of(where->entries.begin(), where->entries.end(), [&](const Node::Entry &entry) {
            return std::find(names.begin(), names.end(), entry.first) != names.end();
        });
    if (!isByName)
        return noWay(tr("its “where” asks for more than names, and that may differ afterwards."));
    body.entries.emplace_back("where", *where);
    return body;
}

Way moved(const Step &step, const char *word, const char *field, Node value)
{
    Node body = Node::map({});
    if (!value.isNull())
        body.entries.emplace_back(field, std::move(value));
    const Result<Node> whole = withWhere(step, std::move(body));
    if (!whole)
        return whole.error();
    return Back{word, whole->entries.empty() ? Node() : *whole};
}

Way permute(const Step &step)
{
    const auto dims = parseIntegers(*step.field("dims"));
    std::vector<Node> back(dims ? dims->size() : 0);
    for (std::size_t axis = 0; axis < back.size(); ++axis) {
        const qint64 dim = (*dims)[axis] < 0 ? (*dims)[axis] + qint64(back.size()) : (*dims)[axis];
        if (dim < 0 || dim >= qint64(back.size()))
            return noWay(tr("it names axes that are not there."));
        back[std::size_t(dim)] = Node::scalar(std::to_string(axis));
    }
    return moved(step, "permute", "dims", Node::list(std::move(back)));
}

Way transpose(const Step &step)
{
    if (step.field("only-if-needed"))
        return noWay(tr("it does not keep which tensors needed it."));
    return moved(step, "transpose", "dims", step.field("dims").value_or(Node()));
}

Way squeeze(const Step &step)
{
    return moved(step, "unsqueeze", "dim", step.field("dim").value_or(Node()));
}

Way unsqueeze(const Step &step)
{
    return moved(step, "squeeze", "dim", step.field("dim").value_or(Node()));
}

/// The step again, with another value of one field.
Way again(const Step &step, std::string_view changed = {}, Node value = {})
{
    Node body = Node::map({});
    for (const FieldInfo &info : step.kind().fields) {
        Node given = info.name == changed ? value : step.field(info.name).value_or(Node());
        if (info.name != "where" && !given.isNull())
            body.entries.emplace_back(std::string(info.name), std::move(given));
    }
    const Result<Node> whole = withWhere(step, std::move(body));
    if (!whole)
        return whole.error();
    const auto &entries = whole->entries;
    const bool isMainAlone = entries.size() == 1
        && std::any_of(step.kind().fields.begin(), step.kind().fields.end(),
                       [&](const FieldInfo &info) { return info.isMain && info.name == entries.front().first; });
    return Back{std::string(step.kind().word),
                entries.empty()   ? Node()
                    : isMainAlone ? entries.front().second
                                  : *whole};
}

Way flip(const Step &step)
{
    return again(step);
}

Way roll(const Step &step)
{
    const std::string shift = fieldText(step, "shift");
    if (shift == "half")
        return again(step);
    return again(step, "shift", Node::scalar(shift.starts_with('-') ? shift.substr(1) : '-' + shift));
}

Way interleave(const Step &step)
{
    return again(step, "inverse", step.field("inverse") ? Node() : Node::scalar("true"));
}

Way ropePermute(const Step &step)
{
    const bool toHalf = fieldText(step, "direction") != "half-to-interleaved";
    return again(step, "direction", Node::scalar(toHalf ? "half-to-interleaved" : "interleaved-to-half"));
}

/// Changing the sign is the one operation that rounds nothing.
Way arithmetic(const Step &step)
{
    const std::optional<Node> ops = step.field("ops");
    for (const Node &operation : ops->items) {
        if (!operation.isScalar() || operation.text != "negate")
            return noWay(tr("what it computes is rounded, and does not tell what it was computed from."));
    }
    return again(step);
}

/// Any frame of those that are alike, or the one that is not zeros.
Way inflate(const Step &step)
{
    const std::string mode = fieldText(step, "mode"), frames = fieldText(step, "frames");
    if (mode.empty())
        return noWay(tr("it divides tensors among frames, which rounds them."));
    if (mode == "centre" && frames.empty())
        return noWay(tr("it does not keep which frame is the middle one."));
    const Result<qint64> count = parseInteger(Node::scalar(frames));
    const std::string dim = fieldText(step, "dim");
    const Result<Node> body =
        withWhere(step,
                  Node::map({{"index", Node::scalar(mode == "centre" && count ? std::to_string(*count / 2) : "0")},
                             {"dim", Node::scalar(dim.empty() ? "2" : dim)}}));
    return body ? Way(Back{"select", *body}) : body.error();
}

/// Zeros that were put behind channels are cut off.
Way inChans(const Step &step)
{
    const std::string to = fieldText(step, "to"), from = fieldText(step, "from");
    if (fieldText(step, "mode") != "zero-pad")
        return noWay(tr("it does not keep the channels that it computed with."));
    if (to.empty() || from.empty() || !step.field("where"))
        return noWay(tr("it does not say how many channels which keys had (“to”, “from” and “where”)."));
    Node body = Node::map({{"to", Node::scalar(from)}, {"from", Node::scalar(to)}, {"mode", Node::scalar("first")}});
    if (const std::optional<Node> layout = step.field("layout"))
        body.entries.emplace_back("layout", *layout);
    const Result<Node> whole = withWhere(step, std::move(body));
    return whole ? Way(Back{"in-chans", *whole}) : whole.error();
}

constexpr InverseWay ways[] = {{"permute", permute},
                               {"transpose", transpose},
                               {"squeeze", squeeze},
                               {"unsqueeze", unsqueeze},
                               {"flip", flip},
                               {"roll", roll},
                               {"inflate", inflate},
                               {"in-chans", inChans},
                               {"interleave", interleave},
                               {"arithmetic", arithmetic},
                               {"rope-permute", ropePermute}};
}

std::span<const InverseWay> valueWays()
{
    return ways;
}
