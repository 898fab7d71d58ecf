// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Input channels, against what timm computes with LibTorch and against sums by hand: names, dtypes, shapes and every
// bit, in blocks of any length.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>

#include "tests/numeric/calculating.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace {
using Sizes = std::vector<int64_t>;

at::Tensor randn(const Sizes &sizes, at::ScalarType type = at::kFloat)
{
    static const at::Generator generator = at::detail::createCPUGenerator(11);
    const auto numbers = [&] { return at::randn(sizes, generator, at::kFloat) * 8; };
    if (at::isComplexType(type))
        return at::complex(numbers(), numbers()).to(type);
    return (type == at::kByte ? numbers().abs() : numbers()).to(type);
}

/// adapt_input_conv of timm 1.0.31, of channels that it takes.
at::Tensor timmsOwn(const at::Tensor &weight, int64_t to, int64_t from)
{
    if (to == from)
        return weight;
    const at::Tensor wide = weight.to(at::kFloat);
    const int64_t inputs = weight.size(1);
    if (to == 1 && inputs > from)
        return wide.reshape({wide.size(0), inputs / from, from, wide.size(2), wide.size(3)})
            .sum(2)
            .to(weight.scalar_type());
    if (to == 1)
        return wide.sum(1, true).to(weight.scalar_type());
    const int64_t times = (to + from - 1) / from;
    return (wide.repeat({1, times, 1, 1}).slice(1, 0, to) * (double(from) / double(to))).to(weight.scalar_type());
}

/// Of (outer, channels, inner): each product rounded to a double, each sum too, in the order of the old channels.
at::Tensor mixedByHand(const at::Tensor &value, const std::vector<std::vector<double>> &weights)
{
    if (value.is_complex()) // both parts by themselves: zeros keep their signs so
        return at::view_as_complex(mixedByHand(at::view_as_real(value.to(at::kComplexDouble)), weights))
            .to(value.scalar_type());
    const at::Tensor wide = value.to(at::kDouble);
    std::vector<at::Tensor> slices;
    for (const std::vector<double> &row : weights) {
        at::Tensor sum = at::zeros_like(wide.select(1, 0));
        bool isFirst = true;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (row[i] == 0)
                continue;
            const at::Tensor part = wide.select(1, int64_t(i)) * row[i];
            sum = isFirst ? part : sum + part;
            isFirst = false;
        }
        slices.push_back(sum);
    }
    return at::stack(slices, 1).to(value.scalar_type());
}

QString matrixText(const std::vector<std::vector<double>> &weights)
{
    QStringList rows;
    for (const std::vector<double> &row : weights) {
        QStringList numbers;
        for (const double number : row)
            numbers += QString::number(number, 'g', 17);
        rows += u'[' + numbers.join(u", "_s) + u']';
    }
    return u'[' + rows.join(u", "_s) + u']';
}
}

class TestInChans : public Calculating
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        at::set_num_threads(1);
        loadProcessor();
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void asTimm_data()
    {
        QTest::addColumn<int>("type");
        for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16, at::kDouble, at::kInt, at::kByte})
            QTest::addRow("%s", qPrintable(dtypeText(type))) << int(type);
    }

    /// Every number of channels, of plain and odd kernels, and of images of any number.
    void asTimm()
    {
        QFETCH(const int, type);
        for (int64_t to = 1; to <= 64; ++to) {
            for (const Sizes &sizes : {Sizes{4, 3, 7, 7}, {5, 3, 1, 1}, {1, 3, 2, 11}}) {
                const at::Tensor a = randn(sizes, at::ScalarType(type)).abs();
                compare(u"{to: %1, where: a}"_s.arg(to), a, timmsOwn(a, to, 3));
            }
            for (const int64_t from : {1, 2, 4, 13}) {
                const at::Tensor a = randn({3, from, 3, 3}, at::ScalarType(type)).abs();
                compare(u"{to: %1, from: %2, where: a}"_s.arg(to).arg(from), a, timmsOwn(a, to, from));
            }
        }
        for (const int64_t inputs : {1, 2, 6, 12, 48, 192, 27}) {
            const at::Tensor a = randn({5, inputs, 3, 3}, at::ScalarType(type)).abs();
            compare(u"{to: 1, where: a}"_s, a, timmsOwn(a, 1, 3));
        }
        const at::Tensor wide = randn({3, 40, 5, 5}, at::ScalarType(type)).abs();
        compare(u"{to: 1, from: 40, where: a}"_s, wide, timmsOwn(wide, 1, 40));
        compare(u"{to: 1, from: 20, where: a}"_s, wide, timmsOwn(wide, 1, 20));
    }

    /// The number of channels that timm makes of three, in every layout and of any number: the groups one by one.
    void repeats()
    {
        for (const int64_t to : {1, 2, 4, 6, 8, 25}) {
            const at::Tensor blocks = randn({4, 16, 3, 3, 3});
            const at::Tensor made = timmsOwn(blocks.reshape({64, 3, 3, 3}), to, 3).reshape({4, 16 * to, 3, 3});
            compare(u"{to: %1, mode: repeat, layout: space-to-depth, where: a}"_s.arg(to),
                    blocks.reshape({4, 48, 3, 3}), made);
            const at::Tensor chw = randn({6, 3, 4, 5}), hwc = chw.permute({0, 2, 3, 1});
            const at::Tensor patch = timmsOwn(chw, to, 3);
            compare(u"{to: %1, mode: repeat, layout: linear-chw, where: a}"_s.arg(to), chw.reshape({6, 60}),
                    patch.reshape({6, -1}));
            compare(u"{to: %1, mode: repeat, layout: linear-hwc, where: a}"_s.arg(to), hwc.reshape({6, 60}),
                    patch.permute({0, 2, 3, 1}).reshape({6, -1}));
            const at::Tensor video = randn({4, 5, 2, 3, 3});
            compare(u"{to: %1, mode: repeat, where: a}"_s.arg(to), video,
                    timmsOwn(video.reshape({4, 5, 6, 3}), to, 5).reshape({4, to, 2, 3, 3}));
        }
        // In float64 where the tensor is; timm itself is in float32.
        const at::Tensor a = randn({2, 3, 2, 2}, at::kDouble) / 3;
        compare(u"{to: 4, mode: repeat, where: a}"_s, a, a.repeat({1, 2, 1, 1}).slice(1, 0, 4) * 0.75);
        compare(u"{to: 1, mode: repeat, where: a}"_s, a, a.sum(1, true));
    }

    void movesAndSums_data()
    {
        QTest::addColumn<int>("type");
        for (const at::ScalarType type :
             {at::kFloat, at::kHalf, at::kBFloat16, at::kDouble, at::kInt, at::kComplexFloat, at::kFloat8_e4m3fn})
            QTest::addRow("%s", qPrintable(dtypeText(type))) << int(type);
    }

    void movesAndSums()
    {
        QFETCH(const int, type);
        for (const int64_t before : {1, 3, 5, 16}) {
            const at::Tensor a = randn({4, before, 2, 3}, at::ScalarType(type)), flat = a.reshape({4, before, 6});
            const at::Tensor sum = mixedByHand(flat.to(wideOf(a)), {std::vector<double>(std::size_t(before), 1)});
            for (const int64_t after : {1, 2, 4, 9}) {
                if (after == before)
                    continue;
                const auto check = [&](const QString &mode, const at::Tensor &wanted) {
                    compare(u"{to: %1, mode: %2, where: a}"_s.arg(after).arg(mode), a,
                            wanted.to(a.scalar_type()).reshape({4, after, 2, 3}));
                };
                check(u"sum"_s, sum.expand({4, after, 6}));
                check(u"mean"_s, (sum / double(before)).expand({4, after, 6}));
                if (after < before)
                    check(u"first"_s, a.slice(1, 0, after));
                else
                    check(u"zero-pad"_s,
                          at::cat({a.to(wideOf(a)), at::zeros({4, after - before, 2, 3}, wideOf(a))}, 1));
            }
        }
    }

    /// Any matrix, in any layout and dtype; what has no weight does not count, whatever it is.
    void mixes()
    {
        for (const at::ScalarType type :
             {at::kFloat, at::kHalf, at::kBFloat16, at::kDouble, at::kComplexFloat, at::kComplexDouble, at::kInt}) {
            for (int round = 0; round < 6; ++round) {
                const int64_t before = 1 + m_random.bounded(9), after = 1 + m_random.bounded(9), groups = 4;
                const auto weights = matrix(after, before);
                const QString fields = u"weights: %1"_s.arg(matrixText(weights));
                const at::Tensor a = randn({3, before, 2, 2}, type);
                compare(u"{%1, where: a}"_s.arg(fields), a,
                        mixedByHand(a.reshape({3, before, 4}), weights).reshape({3, after, 2, 2}));
                const at::Tensor blocks = randn({3, groups * before, 2, 1}, type);
                compare(u"{%1, layout: space-to-depth, where: a}"_s.arg(fields), blocks,
                        mixedByHand(blocks.reshape({12, before, 2}), weights).reshape({3, groups * after, 2, 1}));
                const at::Tensor patch = randn({5, before * groups}, type);
                compare(u"{%1, layout: linear-hwc, where: a}"_s.arg(fields), patch,
                        mixedByHand(patch.reshape({5 * groups, before, 1}), weights).reshape({5, -1}));
                compare(u"{%1, layout: linear-chw, where: a}"_s.arg(fields), patch,
                        mixedByHand(patch.reshape({5, before, groups}), weights).reshape({5, -1}));
            }
        }
        const float none = std::nanf(""), most = std::numeric_limits<float>::infinity();
        const at::Tensor a = at::tensor(std::vector<float>{-0.0f, none, most, 2}).reshape({1, 4, 1, 1});
        compare(u"{weights: [[1, 0, 0, 0], [0, 0, 0, 0.5], [0, 0, 0, 0]], where: a}"_s, a,
                at::tensor(std::vector<float>{-0.0f, 1, 0}).reshape({1, 3, 1, 1}));
    }

    /// Half a unit in the last place, but for as many roundings of doubles as there are channels.
    void mixesWithinBounds()
    {
        const int64_t before = 64, after = 64;
        const auto weights = matrix(after, before);
        const at::Tensor a = randn({7, before, 3, 3});
        const auto plan = planOf({u"in-chans: {weights: %1, where: a}"_s.arg(matrixText(weights))}, {{u"a"_s, a}});
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const QByteArray out = evaluated(*plan->table->rows[0].value, {{u"a"_s, a}}, 0, 7 * after * 9);
        const auto *found = reinterpret_cast<const float *>(out.constData());
        const auto *from = static_cast<const float *>(a.const_data_ptr());
        for (int64_t outer = 0; outer < 7; ++outer) {
            for (int64_t channel = 0; channel < after; ++channel) {
                for (int64_t pixel = 0; pixel < 9; ++pixel) {
                    long double exact = 0, size = 0;
                    for (int64_t old = 0; old < before; ++old) {
                        const long double part =
                            static_cast<long double>(weights[channel][old]) * from[(outer * before + old) * 9 + pixel];
                        exact += part;
                        size += std::abs(part);
                    }
                    const long double error = std::abs(*found++ - exact);
                    QVERIFY(error <= std::ldexp(std::abs(exact), -24) + 2 * before * std::ldexp(size, -53));
                }
            }
        }
    }

    /// Slices that are too large to be mixed at once.
    void mixesLargeSlices()
    {
        const at::Tensor a = at::arange(3'000'000, at::kFloat).remainder(1021).view({1, 2, 1'500, 1'000});
        const std::vector<std::vector<double>> weights{{0.5, -2}, {0, 0}, {3, 1}};
        const auto plan = planOf({u"in-chans: {weights: %1, where: a}"_s.arg(matrixText(weights))}, {{u"a"_s, a}});
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const QByteArray wanted = bytesOf(mixedByHand(a.view({1, 2, 1'500'000}), weights));
        for (const qint64 first : {0, 65'500, 1'499'900, 2'999'990, 4'499'800}) {
            const QByteArray out = evaluated(*plan->table->rows[0].value, {{u"a"_s, a}}, first, 200);
            QVERIFY2(out == wanted.mid(first * 4, 200 * 4), qPrintable(QString::number(first)));
        }
    }

    /// What moved before, and what is cast behind.
    void goesWithOthers()
    {
        const at::Tensor a = randn({7, 7, 3, 8}, at::kHalf);
        const auto plan = planOf({u"permute: {dims: [3, 2, 0, 1], where: a}"_s, u"in-chans: {to: 4, where: a}"_s,
                                  u"in-chans: {to: 2, from: 4, where: a}"_s, u"cast: float32"_s},
                                 {{u"a"_s, a}});
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const at::Tensor wanted = timmsOwn(timmsOwn(a.permute({3, 2, 0, 1}), 4, 3), 2, 4).to(at::kFloat);
        check(*plan->table->rows[0].value, a, wanted, u"permuted"_s);
    }

private:
    static at::ScalarType wideOf(const at::Tensor &value)
    {
        return value.is_complex() ? at::kComplexDouble : at::kDouble;
    }

    /// Some weights are zero.
    std::vector<std::vector<double>> matrix(int64_t rows, int64_t columns)
    {
        std::vector<std::vector<double>> weights;
        for (int64_t row = 0; row < rows; ++row) {
            weights.emplace_back();
            for (int64_t column = 0; column < columns; ++column)
                weights.back().push_back(m_random.bounded(4) == 0 ? 0 : m_random.generateDouble() * 2 - 1);
        }
        return weights;
    }

    void compare(const QString &fields, const at::Tensor &source, const at::Tensor &wanted)
    {
        const QString step = u"in-chans: "_s + fields;
        const auto plan = planOf({step}, {{u"a"_s, source}});
        const QString what = step + u'\n' + lineOf(u"a"_s, source);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message + u'\n' + what) : "");
        check(*plan->table->rows[0].value, source, wanted, what);
    }

    void check(const Expression &value, const at::Tensor &source, const at::Tensor &wanted, const QString &what)
    {
        const Sizes sizes(value.shape->begin(), value.shape->end());
        QVERIFY2(at::IntArrayRef(sizes) == wanted.sizes(), qPrintable(what));
        QCOMPARE(plainText(word(value.dtype)), dtypeText(wanted.scalar_type()));
        const QByteArray bytes = bytesOf(wanted);
        const qint64 count = wanted.numel();
        for (const qint64 block : {count, 1 + qint64(m_random.bounded(int(count)))}) {
            QByteArray out;
            for (qint64 first = 0; first < count; first += block)
                out += evaluated(value, {{u"a"_s, source}}, first, std::min(block, count - first));
            QVERIFY2(out == bytes, qPrintable(what));
        }
    }
};

QTEST_GUILESS_MAIN(TestInChans)
#include "tst_inchans.moc"
