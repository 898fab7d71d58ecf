// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Values that come from no source.
#include "model/numeric/cast.h"
#include "model/numeric/computation.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

namespace {
/// torch makes normal numbers of as many uniform ones, by groups; of what is left over, the last group is drawn again.
constexpr qint64 group = 16;

/// The generator of a seed after it has drawn that many numbers. Keeps some on the way, so that blocks far behind need
/// not draw all that come before.
at::mt19937 engineAfter(quint64 seed, qint64 drawn)
{
    constexpr qint64 between = 1 << 22;
    constexpr std::size_t mostSeeds = 16;
    static std::mutex mutex;
    static std::map<quint64, std::vector<at::mt19937>> known;
    const auto skip = [](at::mt19937 &engine, qint64 count) {
        for (; count > 0; --count)
            engine();
    };
    at::mt19937 engine(seed);
    {
        const std::lock_guard lock(mutex);
        if (known.size() == mostSeeds && !known.contains(seed))
            known.clear();
        std::vector<at::mt19937> &engines = known[seed];
        if (engines.empty())
            engines.push_back(engine);
        while (qint64(engines.size()) <= drawn / between) {
            engine = engines.back();
            skip(engine, between);
            engines.push_back(engine);
        }
        engine = engines[std::size_t(drawn / between)];
    }
    skip(engine, drawn % between);
    return engine;
}

/// What randn() gives for `count` numbers when the generator has drawn `drawn` before.
at::Tensor normal(quint64 seed, qint64 drawn, qint64 count)
{
    const at::Generator generator = at::detail::createCPUGenerator(seed);
    at::check_generator<at::CPUGeneratorImpl>(generator)->set_engine(engineAfter(seed, drawn));
    return at::empty({count}, at::kFloat).normal_(0, 1, generator);
}
}

Result<Values> Computation::fillValues(const Expression &expression, qint64 count)
{
    checkComputable(expression.dtype);
    return Values::of(at::full({count}, expression.arrangement->number, at::kDouble).to(storedType(expression.dtype)),
                      {});
}

Result<Values> Computation::normalValues(const Expression &expression, qint64 first, qint64 count)
{
    const qint64 all = elementCount(*expression.shape).value_or(0), last = first + count;
    const quint64 seed = expression.arrangement->seed;
    const at::Tensor numbers = at::empty({count}, at::kFloat);
    const auto put = [&](const at::Tensor &drawn, qint64 start) {
        const qint64 from = std::max(first, start), to = std::min(last, start + drawn.numel());
        if (from < to)
            numbers.narrow(0, from - first, to - from).copy_(drawn.narrow(0, from - start, to - from));
    };
    if (all < group) {
        put(normal(seed, 0, all), 0);
    } else if (count > 0) {
        const qint64 begin = first / group * group;
        const qint64 end = std::min((last + group - 1) / group * group, all - all % group);
        if (begin < end)
            put(normal(seed, begin, end - begin), begin);
        if (all % group != 0 && last > all - group)
            put(normal(seed, all, group), all - group);
    }
    return Values::of(numbers.mul_(expression.arrangement->number), {});
}
