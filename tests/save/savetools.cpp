// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/save/savetools.h"

#include "model/base/text.h"
#include "model/checkpoint/tensorbytes.h"
#include "tests/save/sourcebuilder.h"

#include <QCryptographicHash>

#include <bit>

namespace {
using namespace Qt::StringLiterals;

class CuttingEvaluator final : public Evaluator
{
public:
    QString device() const override { return u"test"_s; }
    QString version() const override { return u"0"_s; }
    Result<void> evaluate(const Expression &value, const ReadSource &read, qint64 firstElement,
                          std::span<std::byte> out, qint64 *overflowed) override
    {
        std::vector<quint32> in(out.size() / 2);
        if (const auto done = read(value.input->tensor, firstElement, std::as_writable_bytes(std::span(in))); !done)
            return done;
        for (std::size_t i = 0; i < in.size(); ++i) {
            out[2 * i] = std::byte(in[i] >> 16);
            out[2 * i + 1] = std::byte(in[i] >> 24);
            if (overflowed)
                *overflowed += std::bit_cast<float>(in[i]) > 1e30f ? 1 : 0;
        }
        return {};
    }
};
}

std::shared_ptr<Evaluator> cuttingEvaluator()
{
    return std::make_shared<CuttingEvaluator>();
}

std::vector<float> counted(std::size_t count)
{
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = float(i);
    return values;
}

std::shared_ptr<const Checkpoint> manySizes(const TemporaryFolder &folder)
{
    SourceBuilder source(folder.path(u"source"_s));
    source.floats("big", {3, 1 << 20}, counted(3 << 20));
    source.floats("small", {3}, {1, 2, 3});
    source.floats("none", {0, 5}, {});
    source.floats("scalar", {}, {7});
    source.floats("middle", {50000}, counted(50000));
    return source.build();
}

SaveOptions optionsFor(const QString &path, OutputFormat format)
{
    SaveOptions options;
    options.path = path;
    options.format = format;
    options.created = "2026-01-02T03:04:05Z";
    return options;
}

QString sha1(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha1).toHex());
}

QStringList contents(const QString &path)
{
    Progress progress;
    const auto checkpoint = openCheckpoint(path, progress);
    if (!checkpoint)
        return {checkpoint.error().message};
    QStringList lines;
    TensorBytes reader(*checkpoint);
    for (const Tensor &tensor : (*checkpoint)->tensors()) {
        QByteArray bytes(Checkpoint::byteCount(tensor), '\0');
        const auto out = std::as_writable_bytes(std::span(bytes.data(), std::size_t(bytes.size())));
        const auto read = reader.read(tensor, 0, out);
        lines += u"%1 %2 %3 %4"_s.arg(QString::fromUtf8(tensor.name.data(), qsizetype(tensor.name.size())),
                                      (*checkpoint)->dtypeText(tensor), shapeText(tensor.shape),
                                      read ? sha1(bytes) : read.error().message);
    }
    return lines;
}

QString message(const Result<SaveReport> &report)
{
    return report ? u"saved"_s : report.error().message;
}
