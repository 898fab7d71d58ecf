// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Steps that compute numbers, against LibTorch's own: names, dtypes, shapes and every bit, in blocks of any length.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>

#include "tests/numeric/calculating.h"

using namespace Qt::StringLiterals;

namespace {
at::Tensor randn(const std::vector<int64_t> &sizes, at::ScalarType type = at::kFloat)
{
    static const at::Generator generator = at::detail::createCPUGenerator(5);
    return at::randn(sizes, generator, at::kFloat).to(type);
}
}

class TestCalculations : public Calculating
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        at::set_num_threads(1);
        loadProcessor();
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void sums_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("type");
        const auto add = [](const char *words, at::ScalarType type) {
            QTest::addRow("%s of %s", words, qPrintable(dtypeText(type))) << QString::fromLatin1(words) << int(type);
        };
        for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kDouble, at::kInt, at::kFloat8_e4m3fn}) {
            add("op: sum", type);
            add("op: mean", type);
        }
        add("op: sum, result: compute", at::kHalf);
        add("op: mean, keep-dim: true, result: compute", at::kFloat);
        add("op: sum, compute: float32", at::kHalf);
        add("op: mean, compute: input", at::kBFloat16);
        add("op: mean, compute: input", at::kFloat);
        add("op: sum, compute: input", at::kInt);
        add("op: mean", at::kComplexFloat);
    }

    /// Along each axis of several shapes.
    void sums()
    {
        QFETCH(const QString, words);
        QFETCH(const int, type);
        const std::vector<std::vector<int64_t>> shapes{{7}, {3, 4}, {2, 3, 5}, {1, 64, 3}, {33, 1, 40}, {2, 0, 3}};
        for (const std::vector<int64_t> &sizes : shapes) {
            for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
                const at::Tensor before = (randn(sizes) * 20).to(at::ScalarType(type));
                const bool isInt = at::ScalarType(type) == at::kInt;
                const bool isMean = words.contains(u"mean"_s), keeps = words.contains(u"keep-dim"_s);
                if (sizes[axis] == 0 && isMean && isInt)
                    continue; // of which NaN is no whole number
                const at::ScalarType wide = before.is_complex() ? at::kComplexDouble : at::kDouble;
                const at::ScalarType in = words.contains(u"compute: float32"_s) ? at::kFloat
                    : !words.contains(u"compute: input"_s)                      ? wide
                    : isInt                                                     ? at::kLong
                                                                                : before.scalar_type();
                at::Tensor wanted = isMean ? at::mean(before.to(in), int64_t(axis), keeps)
                                           : at::sum(before.to(in), int64_t(axis), keeps);
                if (!words.contains(u"result: compute"_s))
                    wanted = wanted.to(before.scalar_type());
                compare({u"reduce: {dim: %1, %2}"_s.arg(axis).arg(words)}, {{u"a"_s, before}}, {{u"a"_s, wanted}});
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }

    /// Slices that are too large to be summed at once, and sums that are too many to be kept.
    void longSums()
    {
        at::Tensor before = at::arange(3'000'000, at::kFloat).remainder(1021).view({1000, 3000});
        compareSome({u"reduce: {op: sum, dim: 0}"_s}, before, at::sum(before, 0), {0, 1, 2999});
        compareSome({u"reduce: {op: mean, dim: 1}"_s}, before, at::mean(before, 1), {0, 999});
        before = before.view({3, 10, 100'000});
        const at::Tensor sums = at::sum(before, 1);
        compareSome({u"reduce: {op: sum, dim: 1, result: compute}"_s}, before, sums.to(at::kDouble),
                    {0, 65'535, 65'536, 99'999, 100'000, 299'900});
        before = before.view({3'000'000, 1});
        compareSome({u"reduce: {op: sum, dim: 0}"_s}, before, at::sum(before.to(at::kDouble), 0).to(at::kFloat), {0});
    }

    void arithmetic_data()
    {
        QTest::addColumn<int>("type");
        for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kFloat8_e4m3fn})
            QTest::addRow("%s", qPrintable(dtypeText(type))) << int(type);
    }

    /// Floats, in float32 or wider.
    void arithmetic()
    {
        QFETCH(const int, type);
        const auto own = at::ScalarType(type), in = own == at::kDouble ? at::kDouble : at::kFloat;
        const at::Tensor a = randn({4, 3, 5}, own), row = randn({5}, own), column = randn({4, 1, 1});
        const at::Tensor ones = at::ones({4, 3, 5}, own), x = a.to(in), steps = at::arange(5, at::kLong);
        const Tensors sources{{u"a"_s, a}, {u"row"_s, row}, {u"column"_s, column}, {u"steps"_s, steps}};
        const auto check = [&](const char *operations, const at::Tensor &wanted) {
            compare({u"arithmetic: {where: a, ops: [%1]}"_s.arg(QString::fromLatin1(operations))}, sources,
                    {{u"a"_s, wanted.to(own)}, sources[1], sources[2], sources[3]});
        };
        check("abs, {add: 1.0e-05}", x.abs() + 1e-5);
        check("reciprocal, log", x.reciprocal().log());
        check("negate, exp, sqrt", x.neg().exp().sqrt());
        check("{multiply: 0.1}, {subtract: -3}, {divide: 3}", (x * 0.1 + 3) / 3);
        check("{maximum: 0}", x.clamp_min(0));
        check("{multiply: row}, {add: column}", x * row.to(in) + column.to(in));
        check("{maximum: row}, {divide: a}, {subtract: steps}", at::maximum(x, row.to(in)) / x - steps.to(in));
        check("{multiply: a}, {multiply: a}", x * x * x);
    }

    void arithmeticOfOthers()
    {
        const at::Tensor whole = at::tensor(std::vector<int64_t>{-5, 0, 1LL << 53, 7}), one = at::ones({}, at::kInt);
        compare({u"arithmetic: {where: a, ops: [{multiply: 3}, {add: b}, {maximum: -1}, negate]}"_s},
                {{u"a"_s, whole}, {u"b"_s, one}}, {{u"a"_s, -(whole * 3 + 1).clamp_min(-1)}, {u"b"_s, one}});
        const at::Tensor bytes = at::tensor(std::vector<int64_t>{250, 3}).to(at::kByte);
        compare({u"arithmetic: [{add: 10}]"_s}, {{u"a"_s, bytes}}, {{u"a"_s, bytes + 10}});
        const at::Tensor parts = randn({3, 2, 2}).view({3, 4}), complex = at::view_as_complex(parts.view({3, 2, 2}));
        compare({u"arithmetic: {where: a, ops: [{multiply: a}, reciprocal, exp, {subtract: 1}]}"_s},
                {{u"a"_s, complex}}, {{u"a"_s, (complex * complex).reciprocal().exp() - 1}});
        // Rows that grow, of what moved before, and sums of what was computed.
        const at::Tensor row = randn({3}), column = randn({2, 1}, at::kDouble), table = randn({3, 4}, at::kHalf);
        compare({u"arithmetic: {where: a, ops: [{add: b}], consume: true}"_s}, {{u"b"_s, column}, {u"a"_s, row}},
                {{u"a"_s, (row.to(at::kDouble) + column).to(at::kFloat)}});
        compare({u"transpose: {where: a, dims: [0, 1]}"_s, u"arithmetic: {where: a, ops: [{multiply: b}]}"_s,
                 u"reduce: {where: a, op: sum, dim: 1, keep-dim: true}"_s,
                 u"arithmetic: {where: a, ops: [{multiply: b}]}"_s},
                {{u"a"_s, table}, {u"b"_s, row}},
                {{u"a"_s,
                  (at::sum((table.t().to(at::kFloat) * row).to(at::kHalf).to(at::kDouble), 1, true)
                       .to(at::kHalf)
                       .to(at::kFloat)
                   * row)
                      .to(at::kHalf)},
                 {u"b"_s, row}});
    }

    void inflate()
    {
        for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16, at::kDouble, at::kComplexFloat}) {
            const at::Tensor a = randn({4, 3, 2, 5}, type), frame = a.unsqueeze(2);
            for (const int64_t count : {1, 2, 3, 8}) {
                const auto check = [&](const QString &mode, const at::Tensor &wanted) {
                    compare({u"inflate: {frames: %1, mode: %2}"_s.arg(count).arg(mode)}, {{u"a"_s, a}},
                            {{u"a"_s, wanted}});
                };
                // As mmaction2 does, in the tensor's own dtype.
                check(u"mean"_s, frame.expand({4, 3, count, 2, 5}) / at::Scalar(count));
                check(u"repeat"_s, frame.repeat({1, 1, count, 1, 1}));
                const at::Tensor middle = at::zeros({4, 3, count, 2, 5}, type);
                middle.select(2, count / 2).copy_(a);
                check(u"centre"_s, middle);
            }
            compare({u"transpose"_s, u"inflate: {frames: 3, dim: 0}"_s, u"slice: {dim: 2, start: 1}"_s}, {{u"a"_s, a}},
                    {{u"a"_s, (a.transpose(0, 1).unsqueeze(0).repeat({3, 1, 1, 1, 1}) / 3).slice(2, 1)}});
        }
    }

    void resizeRows()
    {
        for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16, at::kDouble, at::kComplexFloat}) {
            const at::Tensor a = randn({5, 3, 4}, type);
            const at::Tensor mean = a.to(a.is_complex() ? at::kComplexDouble : at::kDouble).mean(0, true).to(type);
            const auto check = [&](const char *fields, const at::Tensor &wanted) {
                compare({u"resize-rows: {%1}"_s.arg(QString::fromLatin1(fields))}, {{u"a"_s, a}}, {{u"a"_s, wanted}});
            };
            check("rows: 3", a.slice(0, 0, 3));
            check("rows: 3, keep: last", a.slice(0, 2));
            check("rows: 2, dim: -1, keep: last", a.slice(2, 2));
            check("rows: 7", at::cat({a, at::zeros({2, 3, 4}, type)}));
            check("rows: 7, keep: last, fill: -2", at::cat({at::full({2, 3, 4}, -2, type), a}));
            check("rows: 8, fill: mean", at::cat({a, mean.expand({3, 3, 4})}));
            check("map: [4, null, 0, 0, null], fill: mean", at::stack({a[4], mean[0], a[0], a[0], mean[0]}));
            check("map: [1, null, null], dim: 1, fill: 3",
                  at::cat({a.slice(1, 1, 2), at::full({5, 2, 4}, 3, type)}, 1));
            if (a.is_complex())
                continue;
            at::Generator generator = at::detail::createCPUGenerator();
            generator.set_current_seed(3);
            const at::Tensor normal = (at::randn({2, 3, 4}, generator, at::kFloat) * 0.02).to(type);
            check("rows: 7, fill: {normal: 0.02, seed: 3}", at::cat({a, normal}));
        }
    }

    void foldBatchNorm_data()
    {
        QTest::addColumn<int>("conv");
        QTest::addColumn<int>("norm");
        QTest::addColumn<bool>("isAffine");
        QTest::addColumn<bool>("hasBias");
        QTest::addRow("float32") << int(at::kFloat) << int(at::kFloat) << true << true;
        QTest::addRow("float32, no bias") << int(at::kFloat) << int(at::kFloat) << true << false;
        QTest::addRow("float32, not affine") << int(at::kFloat) << int(at::kFloat) << false << false;
        QTest::addRow("float64") << int(at::kDouble) << int(at::kDouble) << true << true;
        QTest::addRow("half, norms of float32") << int(at::kHalf) << int(at::kFloat) << true << true;
    }

    /// What torch.nn.utils.fusion.fuse_conv_bn_weights computes (torch 2.11).
    void foldBatchNorm()
    {
        QFETCH(const int, conv);
        QFETCH(const int, norm);
        QFETCH(const bool, isAffine);
        QFETCH(const bool, hasBias);
        const auto own = at::ScalarType(conv);
        for (const std::vector<int64_t> &sizes : {std::vector<int64_t>{6, 3, 3, 3}, {16, 5}, {33, 1, 7}}) {
            const auto vector = [&](int type) { return randn({sizes[0]}, at::ScalarType(type)); };
            const at::Tensor weight = randn(sizes, own), variance = vector(norm).abs(), mean = vector(norm);
            const at::Tensor scale = vector(norm), shift = vector(norm), given = vector(conv);
            const at::Tensor root = at::rsqrt(variance + 1e-5);
            const at::Tensor bias = hasBias ? given : at::zeros_like(mean);
            const at::Tensor w = isAffine ? scale : at::ones_like(mean), b = isAffine ? shift : at::zeros_like(mean);
            std::vector<int64_t> shape(sizes.size(), 1);
            shape[0] = -1;
            Tensors sources{{u"bn.running_var"_s, variance}, {u"conv.weight"_s, weight}};
            if (isAffine)
                sources.insert(sources.end(), {{u"bn.weight"_s, scale}, {u"bn.bias"_s, shift}});
            if (hasBias)
                sources.emplace_back(u"conv.bias"_s, given);
            sources.emplace_back(u"bn.running_mean"_s, mean);
            compare({u"fold-batch-norm: {conv: conv, norm: bn}"_s}, sources,
                    {{u"conv.weight"_s, (weight * (w * root).reshape(shape)).to(own)},
                     {u"conv.bias"_s, ((bias - mean) * root * w + b).to(own)}});
        }
    }
};

QTEST_GUILESS_MAIN(TestCalculations)
#include "tst_calculations.moc"
