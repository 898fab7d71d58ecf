// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Steps that make several keys of one and one of several, against LibTorch's own: names, shapes and every bit, in
// blocks of any length; and what takes a step back gives the file's own tensors.
#include "tests/numeric/attensors.h"

#include "model/numeric/evaluator.h"
#include "model/recipe/plan.h"
#include "tests/support/checkpointbuilder.h"
#include "tests/support/plantext.h"

#include <QRandomGenerator>
#include <QTest>

#include <cstring>

using namespace Qt::StringLiterals;

namespace {
QString shapeText(const at::Tensor &tensor)
{
    QStringList sizes;
    for (const qint64 size : tensor.sizes())
        sizes += QString::number(size);
    return u'[' + sizes.join(u", "_s) + u']';
}

/// A step, what it makes of the tensors by LibTorch, and the step that takes it back.
struct Case
{
    QString step;
    Tensors expected;
    QString inverse;
};
}

class TestJoins : public QObject
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
        for (const char *word : {"concat", "split", "stack", "unstack"})
            QTest::addRow("%s", word) << QString::fromLatin1(word);
    }

    void steps()
    {
        QFETCH(const QString, word);
        m_random.seed(quint32(qHash(word, 1)));
        for (int round = 0; round < 80; ++round) {
            // Values that moved before are joined and cut, too.
            const QString before = round % 3 == 0 ? u"transpose: [0, -1]"_s : QString();
            const Tensors sources = randomTensors(word);
            Tensors given = sources;
            for (auto &[name, tensor] : given)
                tensor = before.isEmpty() ? tensor : tensor.transpose(0, -1);
            const Case one = randomCase(word, given);
            const QStringList first = before.isEmpty() ? QStringList() : QStringList{before};
            compare(first + QStringList{one.step}, sources, one.expected);
            if (!QTest::currentTestFailed())
                compareInverse(first, one, sources);
            if (QTest::currentTestFailed())
                return;
        }
    }

    /// Pieces that stand otherwise than the inputs did, and pieces of pieces.
    void cutsAcross()
    {
        const at::Tensor a = numbered({2, 6}, 0), b = numbered({3, 6}, 100), c = numbered({4, 6}, 200);
        const Tensors sources{{u"a"_s, a}, {u"b"_s, b}, {u"c"_s, c}};
        const at::Tensor all = at::cat({a, b, c}, 0);
        const QString join = u"concat: {from: [a, b, c], to: all}"_s;
        compare({join, u"split: {from: all, to: [x, y, z], sizes: [4, 4, 1]}"_s}, sources,
                {{u"x"_s, all.slice(0, 0, 4)}, {u"y"_s, all.slice(0, 4, 8)}, {u"z"_s, all.slice(0, 8, 9)}});
        compare({join, u"split: {from: all, to: [x, y], sizes: [5, rest]}"_s,
                 u"split: {from: x, to: [l, m, r], dim: 1, parts: [1, 1, 4]}"_s,
                 u"concat: {from: [r, y], to: ry, incomplete: leave, dim: 0}"_s},
                sources, {}, u"do not fit"_s);
        compare({join, u"split: {from: all, to: [_, y, _], sizes: [1, 7, rest]}"_s,
                 u"split: {from: y, to: [l, m, r], dim: 1, parts: [1, 1, 4]}"_s},
                sources,
                {{u"l"_s, all.slice(0, 1, 8).slice(1, 0, 1)},
                 {u"m"_s, all.slice(0, 1, 8).slice(1, 1, 2)},
                 {u"r"_s, all.slice(0, 1, 8).slice(1, 2, 6)}});
    }

private:
    qint64 below(qint64 bound) { return bound <= 0 ? 0 : qint64(m_random.bounded(quint32(bound))); }

    static at::Tensor numbered(const std::vector<int64_t> &sizes, double start)
    {
        int64_t count = 1;
        for (const int64_t size : sizes)
            count *= size;
        return at::arange(start, start + double(count), at::kFloat).view(sizes);
    }

    /// One tensor, or several that differ in one axis at most: the first, which a transpose makes the last.
    Tensors randomTensors(const QString &word)
    {
        std::vector<int64_t> sizes(std::size_t(1 + below(4)));
        for (int64_t &size : sizes)
            size = 1 + below(6);
        const bool isOne = word == u"split"_s || word == u"unstack"_s;
        Tensors tensors;
        for (qint64 i = isOne ? 1 : 1 + below(4); i > 0; --i) {
            if (word == u"concat"_s)
                sizes[0] = 1 + below(6);
            tensors.emplace_back(u"t.%1"_s.arg(tensors.size()), numbered(sizes, 1000.0 * double(tensors.size())));
        }
        return tensors;
    }

    Case randomCase(const QString &word, const Tensors &given)
    {
        const at::Tensor &first = given.front().second;
        std::vector<at::Tensor> values;
        QStringList names;
        for (const auto &[name, tensor] : given) {
            names += name;
            values.push_back(tensor);
        }
        if (word == u"concat"_s) {
            // the axis in which they may differ
            int64_t axis = 0;
            for (const at::Tensor &value : values)
                for (int64_t i = 0; i < value.dim(); ++i)
                    axis = value.size(i) != first.size(i) ? i : axis;
            const int64_t dim = below(2) ? axis : axis - first.dim();
            QStringList sizes;
            for (const at::Tensor &value : values)
                sizes += QString::number(value.size(axis));
            const QString list = names.join(u", "_s);
            return {
                u"concat: {from: [%1], to: all, dim: %2}"_s.arg(list).arg(dim),
                {{u"all"_s, at::cat(values, axis)}},
                u"split: {from: all, to: [%1], dim: %2, sizes: [%3]}"_s.arg(list).arg(dim).arg(sizes.join(u", "_s))};
        }
        if (word == u"split"_s) {
            const int64_t axis = below(first.dim());
            Case one;
            QStringList sizes, pieces;
            for (int64_t at = 0; at < first.size(axis);) {
                const int64_t count = 1 + below(first.size(axis) - at);
                one.expected.emplace_back(u"p%1"_s.arg(pieces.size()), first.slice(axis, at, at + count));
                pieces += one.expected.back().first;
                sizes += QString::number(count);
                at += count;
            }
            const QString list = pieces.join(u", "_s);
            sizes[below(sizes.size())] = u"rest"_s;
            one.step =
                u"split: {from: t.0, to: [%1], dim: %2, sizes: [%3]}"_s.arg(list).arg(axis).arg(sizes.join(u", "_s));
            one.inverse = u"concat: {from: [%1], to: t.0, dim: %2}"_s.arg(list).arg(axis);
            return one;
        }
        if (word == u"stack"_s) {
            const int64_t axis = below(first.dim() + 1), dim = below(2) ? axis : axis - first.dim() - 1;
            return {u"stack: {from: 't.{i}', to: all, dim: %1}"_s.arg(dim),
                    {{u"all"_s, at::stack(values, axis)}},
                    u"unstack: {from: all, to: 't.{i}', dim: %1}"_s.arg(dim)};
        }
        const int64_t axis = below(first.dim());
        Case one;
        for (int64_t i = 0; i < first.size(axis); ++i)
            one.expected.emplace_back(u"p%1"_s.arg(i), first.select(axis, i));
        one.step = u"unstack: {from: t.0, to: 'p{i}', dim: %1}"_s.arg(axis);
        one.inverse = u"stack: {from: 'p{i}', to: t.0, dim: %1}"_s.arg(axis);
        return one;
    }

    std::shared_ptr<const Plan> planOf(const QStringList &steps, const Tensors &sources)
    {
        QStringList lines;
        for (const auto &[name, tensor] : sources)
            lines += lineOf(name, tensor);
        QString text = u"weightsmith: 1\nsteps: []\n"_s;
        if (!steps.isEmpty())
            text = u"weightsmith: 1\nsteps:\n  - "_s + steps.join(u"\n  - "_s);
        const Result<Recipe> recipe = Recipe::parse(text.toStdString(), {});
        if (!recipe)
            qWarning("%s", qPrintable(recipe.error().message + text));
        Progress progress;
        return ::plan({checkpointFrom(lines), {}, recipe ? *recipe : Recipe(), {}}, progress);
    }

    void compare(const QStringList &steps, const Tensors &sources, const Tensors &expected, const QString &error = {})
    {
        const auto plan = planOf(steps, sources);
        const QString problem = plan->error ? plan->error->message : QString();
        if (!error.isEmpty()) {
            QVERIFY2(problem.contains(u"does not fit"_s), qPrintable(problem));
            return;
        }
        QVERIFY2(!plan->error, qPrintable(problem));
        QStringList wanted, found;
        for (const auto &[name, tensor] : expected)
            wanted += name + u' ' + shapeText(tensor);
        for (const Row &row : plan->table->rows)
            found += plainText(row.name) + u' ' + QString::fromStdString(shapeList(*row.value->shape));
        QCOMPARE(found, wanted);
        for (std::size_t i = 0; i < expected.size(); ++i)
            compareValues(*plan->table->rows[i].value, sources, expected[i].second, steps.join(u'\n'));
    }

    /// As a whole, and in blocks of a few elements.
    void compareValues(const Expression &value, const Tensors &sources, const at::Tensor &expected, const QString &what)
    {
        const QByteArray bytes = bytesOf(expected);
        const ReadSource read = [&](TensorIndex tensor, qint64 first, std::span<std::byte> out) -> Result<void> {
            const QByteArray from = bytesOf(sources[tensor].second);
            if (first < 0 || first * 4 + qint64(out.size()) > from.size())
                return Error{Error::Kind::Unreadable, u"Elements that are not there were asked for."_s};
            std::memcpy(out.data(), from.constData() + first * 4, out.size());
            return {};
        };
        const qint64 count = expected.numel();
        for (const qint64 block : {count, 1 + below(7)}) {
            QByteArray out(bytes.size(), 'x');
            const auto whole = std::as_writable_bytes(std::span(out.data(), std::size_t(out.size())));
            for (qint64 first = 0; first < count; first += block) {
                const auto length = std::size_t(std::min(block, count - first));
                const auto done = m_evaluator->evaluate(value, read, first,
                                                        whole.subspan(std::size_t(first) * 4, length * 4), nullptr);
                QVERIFY2(bool(done), qPrintable(done ? QString() : done.error().message + what));
            }
            QVERIFY2(out == bytes, qPrintable(what));
        }
    }

    /// The step and what takes it back leave the values that were there before: the same expressions.
    void compareInverse(const QStringList &first, const Case &one, const Tensors &sources)
    {
        const auto before = planOf(first, sources), after = planOf(first + QStringList{one.step, one.inverse}, sources);
        QVERIFY2(!after->error, after->error ? qPrintable(after->error->message) : "");
        const QString what = one.step + u'\n' + one.inverse;
        QCOMPARE(rowTexts(*after, after->table->rows).join(u'\n') + what,
                 rowTexts(*before, before->table->rows).join(u'\n') + what);
    }

    QRandomGenerator m_random;
    std::shared_ptr<Evaluator> m_evaluator;
};

QTEST_GUILESS_MAIN(TestJoins)
#include "tst_joins.moc"
