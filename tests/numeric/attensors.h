// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch's tensors as tests compare them: as bytes, and as lines such as "weight float32 2x3". Included before ours:
// names of ATen's own namespaces would meet ours.
#pragma once

#include <ATen/ATen.h>

#include <QByteArray>
#include <QStringList>

#include <utility>
#include <vector>

using Tensors = std::vector<std::pair<QString, at::Tensor>>;

inline QString dtypeText(at::ScalarType type)
{
    switch (type) {
    case at::kDouble: return QStringLiteral("float64");
    case at::kHalf: return QStringLiteral("float16");
    case at::kBFloat16: return QStringLiteral("bfloat16");
    case at::kFloat8_e4m3fn: return QStringLiteral("float8_e4m3fn");
    case at::kComplexFloat: return QStringLiteral("complex64");
    case at::kComplexDouble: return QStringLiteral("complex128");
    case at::kLong: return QStringLiteral("int64");
    case at::kInt: return QStringLiteral("int32");
    case at::kByte: return QStringLiteral("uint8");
    default: return QStringLiteral("float32");
    }
}

inline QByteArray bytesOf(const at::Tensor &tensor)
{
    const at::Tensor dense = tensor.contiguous();
    return {static_cast<const char *>(dense.const_data_ptr()), qsizetype(dense.nbytes())};
}

inline QString lineOf(const QString &name, const at::Tensor &tensor)
{
    QStringList sizes;
    for (const qint64 size : tensor.sizes())
        sizes += QString::number(size);
    return name + u' ' + dtypeText(tensor.scalar_type()) + u' '
        + (sizes.isEmpty() ? QStringLiteral("scalar") : sizes.join(u'x'));
}
