// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/layout.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Layout", text);
}

/// The value under a text key, or noObject.
ObjectId entry(const ObjectTree &objects, ObjectId dict, std::string_view key)
{
    const auto children = objects.children(dict);
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
        const ObjectNode &node = objects[children[i]];
        if (node.kind == ObjectNode::Kind::Text && node.text == key)
            return children[i + 1];
    }
    return noObject;
}

/// The key's words as messages show them.
std::string keyText(const ObjectNode &key)
{
    switch (key.kind) {
    case ObjectNode::Kind::Text: return std::string(key.text);
    case ObjectNode::Kind::Integer: return std::to_string(key.integer);
    default: return "?";
    }
}

QString listedTexts(const std::vector<std::string> &texts)
{
    return listed(std::vector<std::string_view>(texts.begin(), texts.end()));
}

Finding leftOut(const QString &message)
{
    return {Finding::Severity::Info, "left-out", message};
}
}

bool isDict(const ObjectNode &node)
{
    using Kind = ObjectNode::Kind;
    return node.kind == Kind::Dict || node.kind == Kind::OrderedDict || node.kind == Kind::DefaultDict
        || node.kind == Kind::Counter;
}

bool isZeros(const Expression &value)
{
    const Expression *made = &value;
    const auto keepsZeros = [](const Expression &node) {
        return node.kind != Expression::Kind::Arithmetic && node.kind != Expression::Kind::Mix
            && node.kind != Expression::Kind::Resample;
    };
    while (made->input && !made->takesSeveral() && keepsZeros(*made))
        made = made->input;
    return made->kind == Expression::Kind::Zeros;
}

bool isCopy(const Expression &value)
{
    return value.kind == Expression::Kind::Source;
}

Piece::Source pieceSource(const Checkpoint &checkpoint, const Expression &value)
{
    const std::optional<SourceRun> run = sourceRun(value);
    if (!run)
        return &value;
    const Tensor &tensor = checkpoint.tensors()[run->tensor];
    if (auto range = TensorBytes::plainRange(checkpoint, tensor)) {
        range->offset += run->firstElement * byteSize(tensor.dtype);
        range->bytes = byteCount(value);
        return *range;
    }
    if (byteCount(value) == Checkpoint::byteCount(tensor))
        return &tensor;
    return &value;
}

qint64 extentBytes(const Checkpoint &checkpoint, const Tensor &tensor)
{
    if (tensor.contiguous)
        return Checkpoint::byteCount(tensor);
    const Shape strides = checkpoint.strides(tensor);
    qint64 last = 0;
    for (qsizetype axis = 0; axis < strides.size(); ++axis)
        last += (tensor.shape[axis] - 1) * strides[axis];
    return (last + 1) * byteSize(tensor.dtype);
}

void append(Findings &findings, Findings more)
{
    findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

QString listed(const std::vector<std::string_view> &names)
{
    constexpr std::size_t shown = 4;
    QStringList quoted;
    for (const std::string_view name : names) {
        if (std::size_t(quoted.size()) == shown)
            break;
        quoted += tr("“%1”").arg(displayName(name));
    }
    if (names.size() > shown)
        return tr("%1 and %2 more").arg(quoted.join(tr(", "))).arg(names.size() - shown);
    if (quoted.size() < 2)
        return quoted.join(QString());
    const QString last = quoted.takeLast();
    return tr("%1 and %2").arg(quoted.join(tr(", ")), last);
}

bool isUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size())).toUtf8()
        == QByteArrayView(text.data(), qsizetype(text.size()));
}

Result<void> checkSource(const Checkpoint &checkpoint, const Tensor &tensor, std::string_view name)
{
    const QString problem = checkpoint.problem(tensor);
    if (!problem.isEmpty()) {
        return Error{Error::Kind::Damaged,
                     tr("“%1” cannot be saved, because its values cannot be read from “%2”: %3")
                         .arg(displayName(name), displayName(tensor.name), problem),
                     checkpoint.holderOf(tensor).path()};
    }
    if (byteSize(tensor.dtype) == 0) {
        return Error{Error::Kind::Unsupported,
                     tr("“%1” cannot be saved: the size of its dtype %2 is not known.")
                         .arg(displayName(name), checkpoint.dtypeText(tensor)),
                     checkpoint.holderOf(tensor).path()};
    }
    return {};
}

Result<void> checkOutputs(const Plan &plan)
{
    if (plan.error)
        return *plan.error;
    const Checkpoint &checkpoint = *plan.checkpoint;
    if (plan.outputs.empty() && !checkpoint.tensors().empty()) {
        return Error{Error::Kind::BadRecipe,
                     tr("Nothing would be saved: none of the %1 tensors of “%2” is left in the plan.")
                         .arg(checkpoint.tensors().size())
                         .arg(displayName(checkpoint.fileName().toStdString())),
                     checkpoint.path()};
    }
    for (const Row &row : plan.outputs) {
        if (isCopy(*row.value)) {
            if (const auto ok = checkSource(checkpoint, checkpoint.tensors()[row.value->tensor], row.name); !ok)
                return ok;
            continue;
        }
        for (const TensorIndex tensor : sources(*row.value)) {
            if (const auto ok = checkSource(checkpoint, checkpoint.tensors()[tensor], row.name); !ok)
                return ok;
        }
    }
    return {};
}

const Root *sourceRoot(const Plan &plan)
{
    const auto &roots = plan.checkpoint->roots();
    const auto found =
        std::find_if(roots.begin(), roots.end(), [&](const Root &root) { return root.path == plan.table->rootPath; });
    return found == roots.end() ? nullptr : &*found;
}

Findings valuesBeside(const Plan &plan)
{
    const ObjectTree &objects = plan.checkpoint->objects();
    std::vector<std::string> beside;
    ObjectId here = objects.root();
    for (const std::string &component : plan.table->rootPath) {
        if (here == noObject || !isDict(objects[here]))
            break;
        const auto children = objects.children(here);
        for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
            const ObjectNode &key = objects[children[i]];
            if (key.kind != ObjectNode::Kind::Text || key.text != component)
                beside.push_back(keyText(key));
        }
        here = entry(objects, here, component);
    }
    if (beside.empty())
        return {};
    return {leftOut(
        tr("Only the state dict is saved; what the source holds beside it is left out: %1.").arg(listedTexts(beside)))};
}

Findings valuesAmong(const Plan &plan)
{
    const Root *root = sourceRoot(plan);
    const ObjectTree &objects = plan.checkpoint->objects();
    if (!root || root->object == noObject || !isDict(objects[root->object]))
        return {};
    std::vector<std::string> among;
    const auto children = objects.children(root->object);
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
        if (objects[children[i + 1]].kind != ObjectNode::Kind::Tensor)
            among.push_back(keyText(objects[children[i]]));
    }
    if (among.empty())
        return {};
    return {leftOut(tr("Only tensors are saved; these values among them are left out: %1.").arg(listedTexts(among)))};
}

Findings metadataDropped(const Plan &plan, std::span<const std::pair<std::string, std::string>> given)
{
    std::vector<std::string_view> dropped;
    for (const auto &[key, value] : plan.checkpoint->metadata()) {
        const bool isGiven = std::any_of(given.begin(), given.end(),
                                         [wanted = &key](const auto &entry) { return entry.first == *wanted; });
        if (key != "format" && !isGiven)
            dropped.push_back(key);
    }
    if (dropped.empty())
        return {};
    return {{Finding::Severity::Info, "metadata-dropped",
             tr("The source's metadata is not copied into the file: %1.").arg(listed(dropped))}};
}
