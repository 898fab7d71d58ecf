// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Steps and operations that move elements, against LibTorch's own: shapes and every bit, in blocks of any length.
#include <ATen/ATen.h> // before ours: names of its own namespaces would meet ours

#include "model/numeric/evaluator.h"
#include "model/recipe/plan.h"
#include "tests/support/checkpointbuilder.h"

#include <QRandomGenerator>
#include <QTest>

#include <cstring>
#include <numeric>

using namespace Qt::StringLiterals;

namespace {
constexpr int rounds = 60;

SizeList sizesOf(const at::Tensor &tensor)
{
    return {tensor.sizes().begin(), tensor.sizes().end()};
}

at::DimVector list(const SizeList &sizes)
{
    return {sizes.begin(), sizes.end()};
}

QByteArray bytesOf(const at::Tensor &tensor)
{
    const at::Tensor dense = tensor.contiguous();
    return {static_cast<const char *>(dense.const_data_ptr()), qsizetype(dense.nbytes())};
}

QString listText(const SizeList &sizes)
{
    QStringList texts;
    for (const qint64 size : sizes)
        texts += QString::number(size);
    return u'[' + texts.join(u", "_s) + u']';
}

/// A step, and what it makes of a tensor by LibTorch.
struct Wanted
{
    QString step;
    at::Tensor result;
};

/// Reads what tensors hold, and how much was read at once.
struct Sources
{
    std::vector<QByteArray> bytes;
    qint64 itemSize = 4;
    qint64 longest = 0;

    ReadSource reader()
    {
        return [this](TensorIndex tensor, qint64 first, std::span<std::byte> out) -> Result<void> {
            const QByteArray &from = bytes[tensor];
            const qint64 at = first * itemSize;
            if (first < 0 || at + qint64(out.size()) > from.size())
                return Error{Error::Kind::Unreadable, u"Elements that are not there were asked for."_s};
            longest = std::max(longest, qint64(out.size()));
            if (!out.empty())
                std::memcpy(out.data(), from.constData() + at, out.size());
            return {};
        };
    }
};
}

class TestMoves : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto evaluator = loadEvaluator({DeviceChoice::Kind::Cpu, 0});
        QVERIFY2(bool(evaluator), evaluator ? "" : qPrintable(evaluator.error().message));
        m_evaluator = *evaluator;
    }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void steps_data()
    {
        QTest::addColumn<QString>("word");
        for (const char *word : {"permute", "transpose", "squeeze", "unsqueeze", "flatten", "reshape", "slice",
                                 "select", "flip", "roll", "interleave", "rope-permute"})
            QTest::addRow("%s", word) << QString::fromLatin1(word);
    }

    /// The plan's shape is what LibTorch gives, and so are the values.
    void steps()
    {
        QFETCH(const QString, word);
        m_random.seed(quint32(qHash(word, 1)));
        for (int round = 0; round < rounds; ++round) {
            const bool takesParts = word == u"interleave"_s || word == u"rope-permute"_s;
            const at::Tensor tensor = takesParts ? severalTimes(randomTensor(1), 4) : randomTensor();
            const Wanted first = randomStep(word, tensor);
            const Wanted second = randomStep(round % 2 ? u"permute"_s : word, first.result);
            compare({first.step, second.step}, tensor, second.result);
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// Ways of any strides, as cutting and turning around give.
    void views()
    {
        m_random.seed(2);
        for (int round = 0; round < 3 * rounds; ++round) {
            const at::Tensor tensor = randomTensor();
            at::Tensor expected = tensor;
            Strided way = Strided::dense(Shape(sizesOf(tensor)));
            for (int change = 0; change < 3 && !way.sizes.isEmpty(); ++change)
                expected = changed(way, expected);
            const Shape shape(way.sizes);
            const Shape before(sizesOf(tensor));
            QCOMPARE(shape, Shape(sizesOf(expected)));
            Arrangement arrangement;
            arrangement.way = way;
            const Expression source = sourceOf(before);
            const Expression view{Expression::Kind::View, DType::Float32, {}, 1, 0, &shape, &source, &arrangement};
            compare(view, {bytesOf(tensor)}, expected, listText(way.sizes) + listText(way.strides));
            if (QTest::currentTestFailed())
                return;
        }
    }

    void gathers()
    {
        m_random.seed(3);
        for (int round = 0; round < rounds; ++round) {
            const at::Tensor tensor = randomTensor(1);
            const Shape before(sizesOf(tensor));
            const qsizetype axis = below(before.size());
            Arrangement arrangement;
            arrangement.axis = axis;
            for (qint64 i = 1 + below(8); i > 0; --i)
                arrangement.indices.push_back(below(before[axis]));
            const std::vector<int64_t> indices(arrangement.indices.begin(), arrangement.indices.end());
            const at::Tensor expected = tensor.index_select(axis, at::tensor(indices, at::kLong));
            const Shape shape(sizesOf(expected));
            const Expression source = sourceOf(before);
            const Expression gather{Expression::Kind::Gather, DType::Float32, {}, 1, 0, &shape, &source, &arrangement};
            compare(gather, {bytesOf(tensor)}, expected, listText(before.sizes()));
            if (QTest::currentTestFailed())
                return;
        }
    }

    void concats()
    {
        m_random.seed(4);
        for (int round = 0; round < rounds; ++round) {
            at::Tensor tensor = randomTensor(1);
            const qsizetype axis = below(tensor.dim());
            std::deque<Shape> shapes;
            std::deque<Expression> inputs;
            std::vector<at::Tensor> tensors;
            std::vector<QByteArray> bytes;
            Arrangement arrangement;
            arrangement.axis = axis;
            for (TensorIndex i = 0; i < TensorIndex(1 + below(4)); ++i) {
                SizeList sizes = sizesOf(tensor);
                sizes[axis] = below(5);
                tensors.push_back(numbered(sizes, 1000 * i));
                bytes.push_back(bytesOf(tensors.back()));
                inputs.push_back(sourceOf(shapes.emplace_back(sizes), i));
                arrangement.inputs.push_back(&inputs.back());
            }
            const at::Tensor expected = at::cat(tensors, axis);
            const Shape shape(sizesOf(expected));
            const Expression concat{Expression::Kind::Concat, DType::Float32, {}, 1, 0, &shape,
                                    &inputs.front(),          &arrangement};
            compare(concat, bytes, expected, listText(shape.sizes()));
            if (QTest::currentTestFailed())
                return;
        }
    }

    void longRows_data()
    {
        QTest::addColumn<qint64>("rows");
        QTest::addColumn<qint64>("columns");
        QTest::addRow("rows far apart") << qint64(2000) << qint64(4000);
        QTest::addRow("few columns") << qint64(1'500'000) << qint64(6);
        QTest::addRow("few rows") << qint64(6) << qint64(1'500'000);
    }

    /// A block of a large matrix that is turned reads no more at once than a piece.
    void longRows()
    {
        QFETCH(const qint64, rows);
        QFETCH(const qint64, columns);
        const Shape before{rows, columns};
        const at::Tensor tensor = numbered(before.sizes(), 0);
        Arrangement arrangement;
        arrangement.way = Strided::dense(before);
        arrangement.way.permute(std::vector<qint64>{1, 0});
        arrangement.way.flip(0);
        const Shape shape{columns, rows};
        const Expression source = sourceOf(before);
        const Expression view{Expression::Kind::View, DType::Float32, {}, 1, 0, &shape, &source, &arrangement};
        Sources sources{{bytesOf(tensor)}};
        const QByteArray expected = bytesOf(tensor.t().flip(0));
        const qint64 count = 1 << 20;
        for (const qint64 first : {qint64(0), qint64(12'345), rows * columns - count}) {
            QByteArray out(count * 4, 'x');
            const auto done = m_evaluator->evaluate(view, sources.reader(), first, spanOf(out), nullptr);
            QVERIFY2(bool(done), done ? "" : qPrintable(done.error().message));
            QVERIFY(out == expected.mid(first * 4, count * 4));
        }
        QVERIFY2(sources.longest <= 8 << 20, qPrintable(QString::number(sources.longest)));
    }

    void longSlices_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QList<int>>("order"); ///< of the slices of axis 1; empty: they are rolled
        QTest::addRow("select") << u"select: {dim: 1, index: [5, 2, 3, 4, 0]}"_s << QList<int>{5, 2, 3, 4, 0};
        QTest::addRow("roll") << u"roll: {dim: 1, shift: -2}"_s << QList<int>{2, 3, 4, 5, 0, 1};
    }

    /// Slices that are too long to be moved many at once, in blocks that begin anywhere.
    void longSlices()
    {
        QFETCH(const QString, step);
        QFETCH(const QList<int>, order);
        const at::Tensor tensor = numbered({3, 6, 100'000}, 0);
        const std::vector<int64_t> indices(order.begin(), order.end());
        const at::Tensor expected = tensor.index_select(1, at::tensor(indices, at::kLong));
        const std::shared_ptr<const Plan> plan = planOf({step}, tensor);
        const Expression &value = *plan->table->rows[0].value;
        QCOMPARE(*value.shape, Shape(sizesOf(expected)));
        Sources sources{{bytesOf(tensor)}};
        const QByteArray all = bytesOf(expected);
        for (const qint64 count : {qint64(1), qint64(250'001)}) {
            for (qint64 first = 0; first + count <= expected.numel(); first += count == 1 ? 99'999 : count) {
                QByteArray out(count * 4, 'x');
                QVERIFY(m_evaluator->evaluate(value, sources.reader(), first, spanOf(out), nullptr));
                QVERIFY(out == all.mid(first * 4, count * 4));
            }
        }
        QVERIFY2(sources.longest <= 4 * 400'000, qPrintable(QString::number(sources.longest)));
    }

    /// What does not fit a cast below is counted once for each number that comes out, however often it is read.
    void countsWhatIsLost()
    {
        const Shape before{2, 3};
        const Shape shape{3, 2};
        const at::Tensor tensor = at::tensor({1e9F, 2.0F, -1e9F, 4.0F, 5.0F, 1e30F}).view({2, 3});
        Arrangement arrangement;
        arrangement.way = Strided::dense(before);
        arrangement.way.permute(std::vector<qint64>{1, 0});
        const Expression source = sourceOf(before);
        const Expression cast{Expression::Kind::Cast, DType::Float16, {}, 1, 0, &before, &source};
        const Expression view{Expression::Kind::View, DType::Float16, {}, 2, 0, &shape, &cast, &arrangement};
        Sources sources{{bytesOf(tensor)}};
        QList<qint64> lost;
        for (qint64 first = 0; first < 6; ++first) {
            QByteArray out(2, 'x');
            qint64 overflowed = 0;
            QVERIFY(m_evaluator->evaluate(view, sources.reader(), first, spanOf(out), &overflowed));
            lost += overflowed;
        }
        QCOMPARE(lost, (QList<qint64>{1, 0, 0, 0, 1, 1}));
    }

    /// Values that LibTorch does not compute with are moved all the same.
    void movesAnyDType()
    {
        const Shape before{2, 2};
        Arrangement arrangement;
        arrangement.way = Strided::dense(before);
        arrangement.way.permute(std::vector<qint64>{1, 0});
        for (const char *word : {"float4_e2m1fn_x2", "bits16", "float8_e8m0fnu", "complex128", "bool"}) {
            const DType dtype = dtypeFromWord(word);
            const auto size = qsizetype(byteSize(dtype));
            QVERIFY2(size > 0, word);
            QByteArray bytes(4 * size, '\0');
            for (qsizetype i = 0; i < bytes.size(); ++i)
                bytes[i] = dtype == DType::Bool ? char(i % 3 == 0) : char(17 * i + 3);
            const Expression source{Expression::Kind::Source, dtype, {}, 0, 0, &before, nullptr};
            const Expression view{Expression::Kind::View, dtype, {}, 1, 0, &before, &source, &arrangement};
            Sources sources{{bytes}, qint64(size)};
            QByteArray out(bytes.size(), 'x');
            const auto done = m_evaluator->evaluate(view, sources.reader(), 0, spanOf(out), nullptr);
            QVERIFY2(bool(done), done ? "" : qPrintable(done.error().message));
            QCOMPARE(out, bytes.left(size) + bytes.mid(2 * size, size) + bytes.mid(size, size) + bytes.mid(3 * size));
        }
    }

private:
    qint64 below(qint64 bound) { return bound <= 0 ? 0 : qint64(m_random.bounded(quint32(bound))); }

    static std::span<std::byte> spanOf(QByteArray &bytes)
    {
        return std::as_writable_bytes(std::span(bytes.data(), std::size_t(bytes.size())));
    }

    static at::Tensor numbered(const SizeList &sizes, double start)
    {
        const qint64 count = std::accumulate(sizes.begin(), sizes.end(), qint64(1), std::multiplies<>());
        return at::arange(start, start + double(count), at::kFloat).view(list(sizes));
    }

    at::Tensor randomTensor(qsizetype leastRank = 0)
    {
        SizeList sizes(leastRank + below(5 - leastRank));
        for (qint64 &size : sizes)
            size = below(12) == 0 ? 0 : 1 + below(6);
        if (leastRank > 0)
            for (qint64 &size : sizes)
                size = std::max<qint64>(size, 1);
        return numbered(sizes, 0);
    }

    /// The first axis that many times as long.
    static at::Tensor severalTimes(const at::Tensor &tensor, qint64 times)
    {
        SizeList sizes = sizesOf(tensor);
        sizes[0] *= times;
        return numbered(sizes, 0);
    }

    static Expression sourceOf(const Shape &shape, TensorIndex index = 0)
    {
        return {Expression::Kind::Source, DType::Float32, {}, 0, index, &shape, nullptr};
    }

    /// One random change of a way, and the same of a tensor.
    at::Tensor changed(Strided &way, const at::Tensor &tensor)
    {
        const qsizetype axis = below(way.sizes.size());
        const qint64 size = way.sizes[axis];
        switch (below(4)) {
        case 0: {
            const qint64 start = below(size + 1), step = 1 + below(3);
            const qint64 count = (size - start + step - 1) / step;
            way.slice(axis, start, count, step);
            return tensor.slice(axis, start, size, step);
        }
        case 1: way.flip(axis); return tensor.flip(axis);
        case 2:
            if (size > 0) {
                const qint64 index = below(size);
                way.select(axis, index);
                return tensor.select(axis, index);
            }
            return tensor;
        default: {
            const qsizetype other = below(way.sizes.size());
            std::swap(way.sizes[axis], way.sizes[other]);
            std::swap(way.strides[axis], way.strides[other]);
            return tensor.transpose(axis, other);
        }
        }
    }

    /// A step that fits the tensor; one of no effect where none of that word does.
    Wanted randomStep(const QString &word, const at::Tensor &tensor)
    {
        const qint64 rank = tensor.dim();
        const SizeList sizes = sizesOf(tensor);
        const auto eitherEnd = [&](qint64 axis, qint64 of) { return below(2) ? axis : axis - of; };
        if (word == u"permute"_s) {
            SizeList dims(rank);
            std::iota(dims.begin(), dims.end(), 0);
            for (qint64 i = rank - 1; i > 0; --i)
                std::swap(dims[i], dims[below(i + 1)]);
            return {u"permute: "_s + listText(dims), tensor.permute(list(dims))};
        }
        if (word == u"transpose"_s && rank > 0) {
            const qint64 a = eitherEnd(below(rank), rank), b = eitherEnd(below(rank), rank);
            return {u"transpose: [%1, %2]"_s.arg(a).arg(b), tensor.transpose(a, b)};
        }
        if (word == u"squeeze"_s && sizes.contains(1)) {
            const qint64 axis = eitherEnd(sizes.indexOf(1), rank);
            return {u"squeeze: %1"_s.arg(axis), tensor.squeeze(axis)};
        }
        if (word == u"flatten"_s) {
            const qint64 last = std::max<qint64>(rank, 1);
            const qint64 start = below(last), end = start + below(last - start);
            return {u"flatten: {start: %1, end: %2}"_s.arg(start).arg(eitherEnd(end, last)),
                    tensor.flatten(start, end)};
        }
        if (word == u"reshape"_s && tensor.numel() > 0) {
            SizeList factors;
            qint64 rest = tensor.numel();
            for (qint64 factor = 2; rest > 1; ++factor) {
                for (; rest % factor == 0; rest /= factor)
                    factors.insert(below(factors.size() + 1), factor);
            }
            SizeList shape{1};
            for (const qint64 factor : factors) {
                if (below(2))
                    shape.append(1);
                shape.last() *= factor;
            }
            shape[below(shape.size())] = -1;
            return {u"reshape: "_s + listText(shape), tensor.reshape(list(shape))};
        }
        if (const std::optional<Wanted> cut = rank > 0 ? randomCut(word, tensor) : std::nullopt)
            return *cut;
        const qint64 axis = eitherEnd(below(rank + 1), rank + 1);
        return {u"unsqueeze: %1"_s.arg(axis), tensor.unsqueeze(axis)};
    }

    /// A step along one axis, or nothing where none of that word fits.
    std::optional<Wanted> randomCut(const QString &word, const at::Tensor &tensor)
    {
        const qint64 axis = below(tensor.dim()), size = tensor.size(axis);
        const qint64 dim = below(2) ? axis : axis - tensor.dim();
        if (size == 0)
            return std::nullopt;
        if (word == u"flip"_s)
            return Wanted{u"flip: %1"_s.arg(dim), tensor.flip(axis)};
        if (word == u"slice"_s) {
            const qint64 start = below(2 * size + 3) - size - 1, stop = below(2 * size + 3) - size - 1;
            const qint64 step = 1 + below(3);
            const at::Tensor cut = tensor.slice(axis, start, stop, step);
            if (cut.size(axis) == 0)
                return std::nullopt;
            return Wanted{u"slice: {dim: %1, start: %2, stop: %3, step: %4}"_s.arg(dim).arg(start).arg(stop).arg(step),
                          cut};
        }
        if (word == u"select"_s && below(3) == 0) {
            const qint64 index = below(2 * size) - size;
            return Wanted{u"select: {dim: %1, index: %2}"_s.arg(dim).arg(index), tensor.select(axis, index)};
        }
        if (word == u"select"_s) {
            SizeList indices;
            std::vector<int64_t> fromStart;
            for (qint64 i = 1 + below(6); i > 0; --i) {
                indices.append(below(2 * size) - size);
                fromStart.push_back((indices.last() + size) % size);
            }
            return Wanted{u"select: {dim: %1, index: %2}"_s.arg(dim).arg(listText(indices)),
                          tensor.index_select(axis, at::tensor(fromStart, at::kLong))};
        }
        if (word == u"roll"_s && size % 2 == 0 && below(3) == 0)
            return Wanted{u"roll: {dim: %1, shift: half}"_s.arg(dim), tensor.roll(size / 2, axis)};
        if (word == u"roll"_s) {
            const qint64 shift = below(21) - 10;
            return Wanted{u"roll: {dim: %1, shift: %2}"_s.arg(dim).arg(shift), tensor.roll(shift, axis)};
        }
        return randomParts(word, tensor, axis);
    }

    std::optional<Wanted> randomParts(const QString &word, const at::Tensor &tensor, qint64 axis)
    {
        const qint64 size = tensor.size(axis), parts = 1 + below(size);
        const bool other = below(2) == 1;
        /// `tensor` with the axis in pieces, of which two change places.
        const auto exchanged = [&](std::vector<int64_t> pieces, qint64 first) {
            at::Tensor cut = tensor.movedim(axis, 0);
            pieces.push_back(-1);
            at::Tensor moved = cut.reshape(tensor.numel() == 0 ? at::IntArrayRef() : at::IntArrayRef(pieces));
            return moved.transpose(first, first + 1).reshape(cut.sizes()).movedim(0, axis);
        };
        if (tensor.numel() == 0 || size % parts != 0)
            return std::nullopt;
        if (word == u"interleave"_s && parts > 1)
            return Wanted{u"interleave: {dim: %1, parts: %2, inverse: %3}"_s.arg(axis).arg(parts).arg(
                              other ? u"true"_s : u"false"_s),
                          other ? exchanged({size / parts, parts}, 0) : exchanged({parts, size / parts}, 0)};
        const qint64 half = size / parts / 2;
        if (word == u"rope-permute"_s && half * 2 * parts == size)
            return Wanted{u"rope-permute: {dim: %1, heads: %2, direction: %3}"_s.arg(axis).arg(parts).arg(
                              other ? u"half-to-interleaved"_s : u"interleaved-to-half"_s),
                          other ? exchanged({parts, 2, half}, 1) : exchanged({parts, half, 2}, 1)};
        return std::nullopt;
    }

    void compare(const QStringList &steps, const at::Tensor &tensor, const at::Tensor &expected)
    {
        const std::shared_ptr<const Plan> plan = planOf(steps, tensor);
        const QString what = listText(sizesOf(tensor)) + u": "_s + steps.join(u" then "_s);
        QVERIFY2(!plan->error, qPrintable(plan->error ? plan->error->message : QString()));
        compare(*plan->table->rows[0].value, {bytesOf(tensor)}, expected, what);
    }

    /// The steps on a tensor “a” of that shape; a recipe that is refused gives a plan with its error.
    static std::shared_ptr<const Plan> planOf(const QStringList &steps, const at::Tensor &tensor)
    {
        QString sizes;
        for (const qint64 size : sizesOf(tensor))
            sizes += (sizes.isEmpty() ? u""_s : u"x"_s) + QString::number(size);
        const QString text = u"weightsmith: 1\nsteps:\n  - "_s + steps.join(u"\n  - "_s);
        const Result<Recipe> recipe = Recipe::parse(text.toStdString(), {});
        if (!recipe) {
            auto refused = std::make_shared<Plan>();
            refused->error = recipe.error();
            return refused;
        }
        const PlanInput input{
            checkpointFrom({u"a float32 "_s + (sizes.isEmpty() ? u"scalar"_s : sizes)}), {}, *recipe, {}};
        Progress progress;
        return ::plan(input, progress);
    }

    /// As a whole, and in blocks of a few elements.
    void compare(const Expression &value, const std::vector<QByteArray> &sources, const at::Tensor &expected,
                 const QString &what)
    {
        QVERIFY2(*value.shape == Shape(sizesOf(expected)), qPrintable(what));
        const QByteArray bytes = bytesOf(expected);
        const qint64 count = expected.numel();
        Sources from{sources};
        for (const qint64 block : {std::max<qint64>(count, 1), 1 + below(7)}) {
            QByteArray out(bytes.size(), 'x');
            for (qint64 first = 0; first < count; first += block) {
                const qint64 length = std::min(block, count - first);
                const auto done = m_evaluator->evaluate(
                    value, from.reader(), first, spanOf(out).subspan(std::size_t(first) * 4, std::size_t(length) * 4),
                    nullptr);
                QVERIFY2(bool(done), qPrintable(done ? QString() : done.error().message + what));
            }
            QVERIFY2(out == bytes, qPrintable(what));
        }
    }

    QRandomGenerator m_random;
    std::shared_ptr<Evaluator> m_evaluator;
};

QTEST_GUILESS_MAIN(TestMoves)
#include "tst_moves.moc"
