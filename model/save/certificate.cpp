// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/certificate.h"

#include "model/checkpoint/tensorbytes.h"
#include "model/recipe/unfold.h"
#include "model/save/planjson.h"

#include <QCryptographicHash>

#include <algorithm>

namespace {
constexpr qint64 blockBytes = 1 << 20;

void appendFiles(JsonWriter &json, std::span<const FileDigest> files)
{
    json.beginArray();
    for (const FileDigest &file : files) {
        json.beginObject();
        json.key("path").value(file.path.toStdString());
        json.key("bytes").value(file.bytes);
        json.key("xxh3").value(file.xxh3.text());
        if (!file.sha256.empty())
            json.key("sha256").value(file.sha256);
        json.endObject();
    }
    json.endArray();
}

void appendTensor(JsonWriter &json, const Checkpoint &checkpoint, const Row &row, const ContentHash &content)
{
    json.beginObject();
    json.key("dtype").value(word(row.value->dtype));
    json.key("shape").raw(shapeList(*row.value->shape));
    appendSources(json, checkpoint, *row.value);
    appendSteps(json.key("steps"), row);
    json.key("xxh3").value(content.text());
    json.endObject();
}
}

Result<FileDigest> digestFile(const InputFile &file, WholeFile digests, ByteCount &count)
{
    FileDigest digest{file.path(), file.size(), {}};
    ContentHasher xxh3;
    QCryptographicHash sha256(QCryptographicHash::Sha256);
    std::vector<std::byte> buffer(std::size_t(std::min(blockBytes, file.size())));
    for (qint64 at = 0; at < file.size(); at += qint64(buffer.size())) {
        buffer.resize(std::size_t(std::min(blockBytes, file.size() - at)));
        if (const auto read = file.readAt(at, buffer); !read)
            return read.error();
        xxh3.add(buffer);
        if (digests == WholeFile::Xxh3AndSha256)
            sha256.addData(QByteArrayView(buffer));
        if (const auto going = count.add(qint64(buffer.size())); !going)
            return going.error();
    }
    digest.xxh3 = xxh3.result();
    if (digests == WholeFile::Xxh3AndSha256)
        digest.sha256 = sha256.result().toHex().toStdString();
    return digest;
}

Result<ContentHash> digestTensor(TensorBytes &bytes, const Tensor &tensor, ByteCount &count)
{
    constexpr qint64 blockElements = 1 << 16;
    const qint64 all = Checkpoint::elements(tensor);
    ContentHasher hasher;
    std::vector<std::byte> buffer;
    for (qint64 first = 0; first < all; first += blockElements) {
        buffer.resize(std::size_t(std::min(blockElements, all - first) * byteSize(tensor.dtype)));
        if (const auto read = bytes.read(tensor, first, buffer); !read)
            return read.error();
        hasher.add(buffer);
        if (const auto going = count.add(qint64(buffer.size())); !going)
            return going.error();
    }
    return hasher.result();
}

std::string certificateText(const Plan &plan, const CertificateFacts &facts)
{
    JsonWriter json;
    json.beginObject();
    json.key("weightsmith-certificate").value(1);
    json.key("created").value(facts.created);
    json.key("program").value("weightsmith " WEIGHTSMITH_VERSION);
    appendFiles(json.key("source").beginObject().key("files"), facts.sources);
    if (plan.rootPath)
        json.key("root").value(*plan.rootPath);
    json.endObject();
    json.key("recipe").value(withWholePaths(plan.recipe).text());
    json.key("target");
    if (plan.target)
        json.value(plan.target->spec().toStdString());
    else
        json.null();
    appendFiles(json.key("output").beginObject().key("files"), facts.outputs);
    json.endObject();
    json.key("fit");
    if (plan.target)
        appendFit(json, plan, fit(plan));
    else
        json.null();
    json.key("device").value(facts.device.toStdString());
    json.key("tensors").beginObject();
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        const Row &row = plan.outputs[i];
        appendTensor(json.key(row.name), *plan.checkpoint, row, facts.contents[i]);
    }
    json.endObject().endObject();
    return json.take() + '\n';
}
