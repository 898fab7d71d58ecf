// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/tensorbytes.h"

#include "model/base/text.h"
#include "model/checkpoint/storagereader.h"
#include "model/checkpoint/stridedgather.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("TensorBytes", text);
}

bool isComplex(DType dtype)
{
    return info(dtype).kind == DTypeKind::Complex;
}

/// Bytes of one number: half an element of a complex dtype.
std::size_t componentBytes(DType dtype)
{
    return std::size_t(byteSize(dtype)) / (isComplex(dtype) ? 2 : 1);
}

/// Whether flipping the top bit of every number negates it. (The FNUZ types have no −0: that pattern is their NaN.)
bool hasSignBit(DType dtype)
{
    switch (dtype) {
    case DType::Float8E4M3FNUZ:
    case DType::Float8E5M2FNUZ:
    case DType::Float8E8M0FNU:
    case DType::Float4E2M1FNx2: return false;
    default: return isFloating(dtype) || isComplex(dtype);
    }
}

void swapBytes(std::span<std::byte> values, std::size_t component)
{
    for (std::size_t at = 0; at < values.size(); at += component)
        std::reverse(values.begin() + std::ptrdiff_t(at), values.begin() + std::ptrdiff_t(at + component));
}

/// Flip the sign of every `every`-th number from number `first` on. Little-endian: the sign is in the last byte.
void flipSigns(std::span<std::byte> values, std::size_t component, std::size_t first, std::size_t every)
{
    for (std::size_t at = (first + 1) * component - 1; at < values.size(); at += every * component)
        values[at] ^= std::byte(0x80);
}

Error wrong(Error::Kind kind, const Checkpoint &checkpoint, const Tensor &tensor, const QString &why)
{
    const Checkpoint &holder = checkpoint.holderOf(tensor);
    return {kind,
            tr("The values of “%1” in “%2” cannot be read: %3.")
                .arg(displayName(tensor.name), displayName(holder.fileName().toStdString()), why),
            holder.path()};
}

std::optional<Error> obstacle(const Checkpoint &checkpoint, const Tensor &tensor)
{
    if (tensor.problem != 0)
        return wrong(Error::Kind::Damaged, checkpoint, tensor, checkpoint.problem(tensor));
    if (byteSize(tensor.dtype) == 0)
        return wrong(Error::Kind::Unsupported, checkpoint, tensor, tr("its dtype is unknown"));
    if (tensor.conjugated && !isComplex(tensor.dtype))
        return wrong(Error::Kind::Damaged, checkpoint, tensor, tr("it is marked as conjugated, but is not complex"));
    if (tensor.negated && !hasSignBit(tensor.dtype))
        return wrong(Error::Kind::Unsupported, checkpoint, tensor,
                     tr("it is marked as negated, and its dtype is not one that torch negates so"));
    return std::nullopt;
}
}

TensorBytes::TensorBytes(std::shared_ptr<const Checkpoint> checkpoint)
    : m_checkpoint(std::move(checkpoint))
    , m_storage(std::make_unique<StorageReader>(*m_checkpoint))
{}

TensorBytes::~TensorBytes() = default;

std::optional<FileRange> TensorBytes::plainRange(const Checkpoint &checkpoint, const Tensor &tensor)
{
    if (obstacle(checkpoint, tensor) || tensor.conjugated || tensor.negated || !tensor.contiguous)
        return std::nullopt;
    const Storage &storage = checkpoint.storage(tensor);
    const qint64 bytes = Checkpoint::byteCount(tensor);
    const bool isSwapped = storage.byteSwapped && componentBytes(tensor.dtype) > 1;
    if (storage.encoding != Storage::Encoding::Raw || isSwapped || bytes > storage.bytes - tensor.byteOffset)
        return std::nullopt;
    return FileRange{storage.file, storage.offset + tensor.byteOffset, bytes};
}

Result<void> TensorBytes::read(const Tensor &tensor, qint64 firstElement, std::span<std::byte> out)
{
    if (const auto error = obstacle(*m_checkpoint, tensor))
        return *error;
    const qint64 itemBytes = byteSize(tensor.dtype);
    const qint64 count = qint64(out.size()) / itemBytes;
    Q_ASSERT(count * itemBytes == qint64(out.size()));
    Q_ASSERT(firstElement >= 0 && firstElement + count <= Checkpoint::elements(tensor));
    if (count == 0)
        return {};

    Result<void> done;
    if (tensor.contiguous) {
        done = m_storage->read(tensor.storage, tensor.byteOffset + firstElement * itemBytes, out);
    } else {
        const auto readPiece = [&](qint64 offset, std::span<std::byte> piece) {
            return m_storage->read(tensor.storage, offset, piece);
        };
        StridedGather view(tensor.shape, m_checkpoint->strides(tensor), tensor.byteOffset, itemBytes, readPiece);
        done = view.gather(firstElement, out);
    }
    if (!done)
        return done;

    const std::size_t component = componentBytes(tensor.dtype);
    if (m_checkpoint->storage(tensor).byteSwapped && component > 1)
        swapBytes(out, component);
    if (tensor.conjugated)
        flipSigns(out, component, 1, 2);
    if (tensor.negated)
        flipSigns(out, component, 0, 1);
    return {};
}
