// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Steps on tensors of LibTorch, and what they give against what it gives: names, dtypes, shapes and every bit, in
// blocks of any length.
#pragma once

#include "tests/numeric/attensors.h"

#include "model/numeric/evaluator.h"
#include "tests/support/checkpointbuilder.h"
#include "tests/support/plantext.h"

#include <QRandomGenerator>
#include <QTest>

#include <cstring>

inline QString lineOf(const Row &row)
{
    QStringList sizes;
    for (const qint64 size : *row.value->shape)
        sizes += QString::number(size);
    return plainText(row.name) + u' ' + plainText(word(row.value->dtype)) + u' '
        + (sizes.isEmpty() ? QStringLiteral("scalar") : sizes.join(u'x'));
}

class Calculating : public QObject
{
protected:
    void loadProcessor()
    {
        auto evaluator = loadEvaluator({DeviceChoice::Kind::Cpu, 0});
        QVERIFY2(bool(evaluator), evaluator ? "" : qPrintable(evaluator.error().message));
        m_evaluator = *evaluator;
    }

    static std::shared_ptr<const Plan> planOf(const QStringList &steps, const Tensors &sources)
    {
        QStringList lines;
        for (const auto &[name, tensor] : sources)
            lines += lineOf(name, tensor);
        const QString text = QStringLiteral("weightsmith: 1\nsteps:\n  - ") + steps.join(QStringLiteral("\n  - "));
        const Result<Recipe> recipe = Recipe::parse(text.toStdString(), {});
        if (!recipe)
            qFatal("%s", qPrintable(recipe.error().message));
        Progress progress;
        return ::plan({checkpointFrom(lines), {}, *recipe, {}}, progress);
    }

    void compare(const QStringList &steps, const Tensors &sources, const Tensors &expected)
    {
        const auto plan = planOf(steps, sources);
        const QString what = steps.join(u'\n');
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        QStringList wanted, found;
        for (const auto &[name, tensor] : expected)
            wanted += lineOf(name, tensor);
        for (const Row &row : plan->table->rows)
            found += lineOf(row);
        QCOMPARE(found, wanted);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const Expression &value = *plan->table->rows[i].value;
            const QByteArray bytes = bytesOf(expected[i].second);
            const qint64 count = expected[i].second.numel();
            for (const qint64 block : {count, std::max(1 + qint64(m_random.bounded(9)), count / m_mostBlocks)}) {
                QByteArray out;
                for (qint64 first = 0; first < count; first += block)
                    out += evaluated(value, sources, first, std::min(block, count - first));
                QVERIFY2(out == bytes,
                         qPrintable(what + QStringLiteral("\n") + lineOf(sources[0].first, sources[0].second)));
            }
        }
    }

    /// Up to a hundred elements from each of these on.
    void compareSome(const QStringList &steps, const at::Tensor &before, const at::Tensor &expected,
                     const std::vector<qint64> &starts)
    {
        const Tensors sources{{QStringLiteral("a"), before}};
        const auto plan = planOf(steps, sources);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const Expression &value = *plan->table->rows[0].value;
        const QByteArray bytes = bytesOf(expected);
        const qint64 itemSize = byteSize(value.dtype);
        QCOMPARE(elements(value), qint64(expected.numel()));
        for (const qint64 first : starts) {
            const qint64 count = std::min<qint64>(100, expected.numel() - first);
            const QByteArray out = evaluated(value, sources, first, count);
            QVERIFY2(out == bytes.mid(first * itemSize, count * itemSize), qPrintable(QString::number(first)));
        }
    }

    /// Some elements; an error gives nothing.
    QByteArray evaluated(const Expression &value, const Tensors &sources, qint64 first, qint64 count) const
    {
        const ReadSource read = [&](TensorIndex tensor, qint64 start, std::span<std::byte> out) -> Result<void> {
            const at::Tensor source = sources[tensor].second.contiguous();
            const qint64 offset = start * qint64(source.element_size());
            if (start < 0 || offset + qint64(out.size()) > qint64(source.nbytes()))
                return Error{Error::Kind::Unreadable, QStringLiteral("Elements that are not there were asked for.")};
            if (!out.empty())
                std::memcpy(out.data(), static_cast<const char *>(source.const_data_ptr()) + offset, out.size());
            return {};
        };
        QByteArray out(count * byteSize(value.dtype), 'x');
        const auto bytes = std::as_writable_bytes(std::span(out.data(), std::size_t(out.size())));
        const auto done = m_evaluator->evaluate(value, read, first, bytes, nullptr);
        if (!done)
            qWarning("%s", qPrintable(done.error().message));
        return done ? out : QByteArray();
    }

    QRandomGenerator m_random{7};
    qint64 m_mostBlocks = 1 << 20; ///< that a tensor is computed in
    std::shared_ptr<Evaluator> m_evaluator;
};
