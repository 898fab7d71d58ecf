// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Print every tensor of a checkpoint as one JSON object a line: root, name, dtype, shape, SHA-256 of its dense bytes.
#include "model/base/jsonwriter.h"
#include "model/checkpoint/tensorbytes.h"
#include "model/formats/formats.h"

#include <QCoreApplication>
#include <QCryptographicHash>

#include <algorithm>
#include <cstdio>

namespace {
constexpr qint64 blockBytes = 1 << 20;

Result<QByteArray> digest(TensorBytes &bytes, const Tensor &tensor)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const qint64 itemsize = std::max<qint64>(byteSize(tensor.dtype), 1);
    const qint64 count = Checkpoint::elements(tensor);
    std::vector<std::byte> block;
    for (qint64 at = 0; at < count;) {
        const qint64 take = std::min(count - at, blockBytes / itemsize);
        block.resize(std::size_t(take * itemsize));
        const Result<void> read = bytes.read(tensor, at, block);
        if (!read)
            return read.error();
        hash.addData(QByteArrayView(reinterpret_cast<const char *>(block.data()), qsizetype(block.size())));
        at += take;
    }
    return hash.result().toHex();
}

int fail(const Error &error)
{
    std::fprintf(stderr, "%s\n", qPrintable(error.message));
    return 1;
}
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    Progress progress;
    const auto checkpoint = openCheckpoint(QCoreApplication::arguments().value(1), progress);
    if (!checkpoint)
        return fail(checkpoint.error());
    TensorBytes bytes(*checkpoint);
    for (const Tensor &tensor : (*checkpoint)->tensors()) {
        const Result<QByteArray> hash = digest(bytes, tensor);
        if (!hash)
            return fail(hash.error());
        JsonWriter json;
        json.beginObject();
        json.key("root").value(pathText((*checkpoint)->root(tensor.root).path));
        json.key("name").value(tensor.name);
        json.key("dtype").value((*checkpoint)->dtypeText(tensor).toStdString());
        json.key("shape").raw(shapeList(tensor.shape));
        json.key("sha256").value(hash->toStdString());
        json.endObject();
        std::printf("%s\n", json.text().c_str());
    }
    return 0;
}
