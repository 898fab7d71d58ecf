// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/numeric/computation.h"
#include "model/numeric/entry.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/InferenceMode.h>

#include <cstring>
#include <new>

namespace {
using namespace Qt::StringLiterals;

QString conversionText(const Expression &expression)
{
    const Expression *from = expression.input ? expression.input : &expression;
    return u"%1 to %2"_s.arg(QLatin1StringView(word(from->dtype)), QLatin1StringView(word(expression.dtype)));
}

Error unsupported(const Expression &expression, const c10::Error &error)
{
    QString reason = QString::fromUtf8(error.what_without_backtrace()).section(u'\n', 0, 0).trimmed();
    if (!reason.endsWith(u'.'))
        reason += u'.';
    return {Error::Kind::Unsupported,
            u"LibTorch %1 cannot convert %2: %3"_s.arg(QLatin1StringView(WEIGHTSMITH_TORCH_VERSION),
                                                       conversionText(expression), reason)};
}

/// Torch warns on stderr about what it calls experimental; we say what a conversion lost ourselves.
class Silence final : public c10::WarningHandler
{
public:
    void process(const c10::Warning &) override {}
};

class AtenEvaluator final : public Evaluator
{
public:
    explicit AtenEvaluator(int cuda) : m_cuda(cuda) {}

    QString device() const override { return m_cuda < 0 ? u"cpu"_s : u"cuda:%1"_s.arg(m_cuda); }
    QString version() const override { return QStringLiteral(WEIGHTSMITH_TORCH_VERSION); }

    Result<void> evaluate(const Expression &expression, const ReadSource &read, qint64 firstElement,
                          std::span<std::byte> out, qint64 *overflowed) override
    {
        try {
            const c10::InferenceMode inference;
            Silence silence;
            const c10::WarningUtils::WarningHandlerGuard quiet(&silence);
            const qint64 count = qint64(out.size()) / byteSize(expression.dtype);
            const auto result = Computation(read, m_cuda).values(expression, firstElement, count);
            if (!result)
                return result.error();
            // Copied rather than computed in place: `out` may lie at any address.
            std::memcpy(out.data(), result->numbers->const_data_ptr(), out.size());
            if (overflowed && result->lost)
                *overflowed += result->lost->sum().item<int64_t>();
            return {};
        } catch (const c10::Error &error) {
            return unsupported(expression, error);
        } catch (const std::bad_alloc &) {
            return Error{Error::Kind::OutOfMemory,
                         u"There is not enough memory to convert %1."_s.arg(conversionText(expression))};
        } catch (const std::exception &error) {
            return Error{Error::Kind::Device,
                         u"LibTorch failed to convert %1: %2."_s.arg(conversionText(expression),
                                                                     QString::fromUtf8(error.what()))};
        }
    }

private:
    const int m_cuda; ///< negative: the processor
};

Result<std::shared_ptr<Evaluator>> makeEvaluator(int cuda)
{
    // Sums and some decompositions differ between one thread and two; parallelism is across blocks instead.
    at::set_num_threads(1);
    if (cuda < 0)
        return std::shared_ptr<Evaluator>(std::make_shared<AtenEvaluator>(cuda));
    const int found = at::hasCUDA() ? int(at::detail::getCUDAHooks().getNumGPUs()) : 0;
    if (cuda >= found) {
        return Error{Error::Kind::Device,
                     u"The device cuda:%1 cannot be used: LibTorch %2 finds %3 CUDA devices."_s.arg(cuda)
                         .arg(QLatin1StringView(WEIGHTSMITH_TORCH_VERSION))
                         .arg(found)};
    }
    return std::shared_ptr<Evaluator>(std::make_shared<AtenEvaluator>(cuda));
}
}

void weightsmith_make_evaluator(int cuda, Result<std::shared_ptr<Evaluator>> *result)
{
    try {
        *result = makeEvaluator(cuda);
    } catch (const std::exception &error) {
        *result =
            Error{Error::Kind::Device, u"LibTorch could not be started: %1."_s.arg(QString::fromUtf8(error.what()))};
    }
}
