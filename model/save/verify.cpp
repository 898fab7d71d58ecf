// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/verify.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Verify", text);
}

Error differs(const QString &what)
{
    return {Error::Kind::DoesNotHold, tr("The written file is not what was planned, so it was removed: %1").arg(what)};
}

/// Where the first element of a tensor lies in its file; -1 when it does not lie there plainly.
qint64 placeInFile(const Checkpoint &checkpoint, const Tensor &tensor)
{
    const Storage &storage = checkpoint.storage(tensor);
    if (storage.encoding != Storage::Encoding::Raw || storage.byteSwapped)
        return -1;
    return storage.offset + tensor.byteOffset;
}

Result<void> compare(const Row &row, const Placement &placement, const Piece &piece, const Checkpoint &written,
                     const Tensor &tensor)
{
    const QString name = displayName(row.name);
    if (tensor.dtype != row.value->dtype) {
        return differs(tr("“%1” has the dtype %2 instead of %3.")
                           .arg(name, written.dtypeText(tensor), QString::fromLatin1(word(row.value->dtype))));
    }
    if (tensor.shape != *row.value->shape) {
        return differs(tr("“%1” has the shape %2 instead of %3.")
                           .arg(name, shapeText(tensor.shape), shapeText(*row.value->shape)));
    }
    const QString problem = written.problem(tensor);
    if (!problem.isEmpty())
        return differs(tr("the values of “%1” cannot be read: %2").arg(name, problem));
    if (elements(*row.value) == 0)
        return {};
    const qint64 expected = piece.offset + placement.byteOffset;
    const qint64 found = placeInFile(written, tensor);
    if (found != expected)
        return differs(tr("“%1” lies at byte %2 instead of %3.").arg(name).arg(found).arg(expected));
    const Shape strides = placement.isContiguous ? contiguousStrides(tensor.shape) : placement.strides;
    if (written.strides(tensor) != strides)
        return differs(tr("“%1” has other strides than planned.").arg(name));
    return {};
}
}

Result<std::vector<TensorIndex>> verify(const Plan &plan, const Layout &layout, const Checkpoint &written)
{
    if (written.bytesOnDisk() != layout.bytes) {
        return differs(
            tr("it has %1 bytes instead of %2.").arg(exactText(written.bytesOnDisk()), exactText(layout.bytes)));
    }
    const auto root = std::find_if(written.roots().begin(), written.roots().end(),
                                   [&](const Root &candidate) { return candidate.path == layout.rootPath; });
    const quint32 count = root == written.roots().end() ? 0 : root->count;
    if (count != plan.outputs.size())
        return differs(tr("it holds %1 tensors instead of %2.").arg(count).arg(plan.outputs.size()));

    NameIndex names(count);
    for (quint32 i = 0; i < count; ++i)
        names.insert(root->first + i, namesOf(written.tensors()));
    std::vector<TensorIndex> found(plan.outputs.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Row &row = plan.outputs[i];
        found[i] = names.find(row.name, namesOf(written.tensors()));
        if (found[i] == NameIndex::none)
            return differs(tr("“%1” is not in it.").arg(displayName(row.name)));
        const Placement &placement = layout.outputs[i];
        const auto equal =
            compare(row, placement, layout.pieces[placement.piece], written, written.tensors()[found[i]]);
        if (!equal)
            return equal.error();
    }
    return found;
}
