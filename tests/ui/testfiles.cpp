// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/testfiles.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace {
QJsonArray shapeOf(const QString &text)
{
    QJsonArray shape;
    if (text == "scalar"_L1)
        return shape;
    for (const QString &size : text.split(u'x'))
        shape.append(size.toLongLong());
    return shape;
}

qint64 bytesOf(const QJsonArray &shape, const QString &dtype)
{
    qint64 bytes = dtype == "I64"_L1 ? 8 : dtype == "F16"_L1 ? 2 : 4;
    for (const QJsonValue &size : shape)
        bytes *= size.toInteger();
    return bytes;
}

bool write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// Blocks as Swin has them: names below `prefix`, one line each.
void addBlock(QStringList &lines, const QString &prefix, int width, int heads, bool withBuffers)
{
    const auto add = [&](const QString &name, const QString &shape) { lines << prefix + name + u" F32 "_s + shape; };
    const QString w = QString::number(width);
    add(u"norm1.weight"_s, w);
    add(u"norm1.bias"_s, w);
    add(u"attn.relative_position_bias_table"_s, u"169x%1"_s.arg(heads));
    if (withBuffers)
        lines << prefix + u"attn.relative_position_index I64 49x49"_s;
    add(u"attn.qkv.weight"_s, u"%1x%2"_s.arg(3 * width).arg(width));
    add(u"attn.qkv.bias"_s, QString::number(3 * width));
    add(u"attn.proj.weight"_s, u"%1x%1"_s.arg(width));
    add(u"attn.proj.bias"_s, w);
    add(u"norm2.weight"_s, w);
    add(u"norm2.bias"_s, w);
    add(u"mlp.fc1.weight"_s, u"%1x%2"_s.arg(4 * width).arg(width));
    add(u"mlp.fc1.bias"_s, QString::number(4 * width));
    add(u"mlp.fc2.weight"_s, u"%1x%2"_s.arg(width).arg(4 * width));
    add(u"mlp.fc2.bias"_s, w);
}

void addDownsample(QStringList &lines, const QString &prefix, int width)
{
    lines << prefix + u"downsample.reduction.weight F32 %1x%2"_s.arg(2 * width).arg(4 * width);
    lines << prefix + u"downsample.norm.weight F32 %1"_s.arg(4 * width);
    lines << prefix + u"downsample.norm.bias F32 %1"_s.arg(4 * width);
}

void addStem(QStringList &lines, const QString &prefix, int channels)
{
    lines << prefix + u"patch_embed.proj.weight F32 24x%1x4x4"_s.arg(channels);
    for (const char *name : {"proj.bias", "norm.weight", "norm.bias"})
        lines << prefix + u"patch_embed."_s + QLatin1StringView(name) + u" F32 24"_s;
}
}

bool writeSafetensors(const QString &path, const QStringList &lines)
{
    QJsonObject header;
    QByteArray data;
    int place = 0;
    for (const QString &line : lines) {
        const QStringList words = line.split(u' ');
        const QJsonArray shape = shapeOf(words[2]);
        const qint64 bytes = bytesOf(shape, words[1]);
        header[words[0]] = QJsonObject{{u"dtype"_s, words[1]},
                                       {u"shape"_s, shape},
                                       {u"data_offsets"_s, QJsonArray{data.size(), data.size() + bytes}}};
        for (qint64 at = 0; at < bytes; ++at)
            data.append(char(place + at));
        ++place;
    }
    const QByteArray json = QJsonDocument(header).toJson(QJsonDocument::Compact);
    QByteArray length(8, 0);
    qToLittleEndian(quint64(json.size()), length.data());
    return write(path, length + json + data);
}

bool writeManifest(const QString &path, const QStringList &lines)
{
    QByteArray json =
        "{\"weightsmith-manifest\": 1, \"name\": \"swin_mini\", \"source\": \"made by the test\", \"tensors\": {";
    for (qsizetype at = 0; at < lines.size(); ++at) {
        const QStringList words = lines[at].split(u' ');
        const QByteArray shape = QJsonDocument(shapeOf(words[2])).toJson(QJsonDocument::Compact);
        json += at == 0 ? "\n" : ",\n";
        json += '"' + words[0].toUtf8() + "\": {\"dtype\": \"float32\", \"shape\": " + shape + '}';
    }
    return write(path, json + "}}\n");
}

QStringList swinCheckpoint()
{
    QStringList lines;
    addStem(lines, u"module."_s, 3);
    for (int layer = 0; layer < 4; ++layer) {
        const QString prefix = u"module.layers.%1."_s.arg(layer);
        for (int block = 0; block < 2; ++block)
            addBlock(lines, prefix + u"blocks.%1."_s.arg(block), 24 << layer, 3 << layer, true);
        if (layer < 3)
            addDownsample(lines, prefix, 24 << layer);
    }
    lines << u"module.norm.weight F32 192"_s << u"module.norm.bias F32 192"_s;
    lines << u"module.head.weight F32 100x192"_s << u"module.head.bias F32 100"_s;
    lines << u"module.queue_ptr I64 1"_s;
    return lines;
}

QStringList swinTarget()
{
    QStringList lines;
    addStem(lines, {}, 4);
    for (int layer = 0; layer < 4; ++layer) {
        const QString prefix = u"layers.%1."_s.arg(layer);
        if (layer > 0)
            addDownsample(lines, prefix, 24 << (layer - 1));
        for (int block = 0; block < 2; ++block)
            addBlock(lines, prefix + u"blocks.%1."_s.arg(block), 24 << layer, 3 << layer, false);
    }
    lines << u"norm.weight F32 192"_s << u"norm.bias F32 192"_s;
    lines << u"head.fc.weight F32 100x192"_s << u"head.fc.bias F32 100"_s << u"head.drop_scale F32 1"_s;
    return lines;
}
