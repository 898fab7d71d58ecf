// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes that move elements, saved and read again.
#include "tests/save/savetools.h"
#include "tests/save/sourcebuilder.h"
#include "tests/support/plantext.h"

#include <QCryptographicHash>
#include <QTest>

namespace {
using namespace Qt::StringLiterals;

Result<std::shared_ptr<Evaluator>> onProcessor()
{
    return loadEvaluator({DeviceChoice::Kind::Cpu, 0});
}

/// The numbers from 0 to 23, each four in that order.
QList<int> inFours(int a, int b, int c, int d)
{
    QList<int> numbers;
    for (int i = 0; i < 24; i += 4)
        numbers += {i + a, i + b, i + c, i + d};
    return numbers;
}
}

class TestMovesSave : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    /// Rows of one row, and one of several: in both formats, in blocks of a few bytes too; a piece that lies in one
    /// run is copied.
    void savesSeveral_data()
    {
        QTest::addColumn<QString>("steps");
        QTest::addColumn<QMap<QString, QString>>("values"); ///< of the tensors, from the file's a (2 × 3, from 0) and b
        QTest::addColumn<int>("evaluators");
        QTest::addColumn<qint64>("bytes"); ///< in the PyTorch file
        using Values = QMap<QString, QString>;
        QTest::addRow("joined") << u"[{concat: {from: [a, b], to: ab}}]"_s
                                << Values{{u"ab"_s, u"4 × 3: 0 1 2 3 4 5 6 7 8 9 10 11"_s}} << 1 << qint64(48);
        QTest::addRow("joined along the last axis")
            << u"[{concat: {from: [a, b], to: ab, dim: 1}}]"_s
            << Values{{u"ab"_s, u"2 × 6: 0 1 2 6 7 8 3 4 5 9 10 11"_s}} << 1 << qint64(48);
        QTest::addRow("joined, inputs kept") << u"[{concat: {from: [b, a], to: ba, keep-input: true}}]"_s
                                             << Values{{u"a"_s, u"2 × 3: 0 1 2 3 4 5"_s},
                                                       {u"b"_s, u"2 × 3: 6 7 8 9 10 11"_s},
                                                       {u"ba"_s, u"4 × 3: 6 7 8 9 10 11 0 1 2 3 4 5"_s}}
                                             << 1 << qint64(96);
        QTest::addRow("zeros for what is not there")
            << u"[{concat: {from: [a, none, b], to: ab, incomplete: zeros}}]"_s
            << Values{{u"ab"_s, u"6 × 3: 0 1 2 3 4 5 0 0 0 0 0 0 6 7 8 9 10 11"_s}} << 1 << qint64(72);
        QTest::addRow("cut") << u"[{split: {from: a, to: [c, d]}}]"_s
                             << Values{{u"b"_s, u"2 × 3: 6 7 8 9 10 11"_s},
                                       {u"c"_s, u"1 × 3: 0 1 2"_s},
                                       {u"d"_s, u"1 × 3: 3 4 5"_s}}
                             << 0 << qint64(48);
        QTest::addRow("cut along the last axis")
            << u"[{split: {from: a, to: [c, _, d], dim: 1}}]"_s
            << Values{{u"b"_s, u"2 × 3: 6 7 8 9 10 11"_s}, {u"c"_s, u"2 × 1: 0 3"_s}, {u"d"_s, u"2 × 1: 2 5"_s}} << 1
            << qint64(40);
        QTest::addRow("stacked") << u"[{rename: {exact: a, to: x.1}}, {rename: {exact: b, to: x.0}}, "
                                    "{stack: {from: 'x.{i}', to: x, dim: 1}}]"_s
                                 << Values{{u"x"_s, u"2 × 2 × 3: 6 7 8 0 1 2 9 10 11 3 4 5"_s}} << 1 << qint64(48);
        QTest::addRow("unstacked")
            << u"[{unstack: {from: a, to: 'a.{i}', dim: 1}}, {unstack: {from: b, to: 'b.{i}'}}]"_s
            << Values{{u"a.0"_s, u"2: 0 3"_s},
                      {u"a.1"_s, u"2: 1 4"_s},
                      {u"a.2"_s, u"2: 2 5"_s},
                      {u"b.0"_s, u"3: 6 7 8"_s},
                      {u"b.1"_s, u"3: 9 10 11"_s}}
            << 1 << qint64(48);
        QTest::addRow("joined and cut again")
            << u"[{concat: {from: [a, b], to: ab}}, {split: {from: ab, to: [a, b]}}]"_s
            << Values{{u"a"_s, u"2 × 3: 0 1 2 3 4 5"_s}, {u"b"_s, u"2 × 3: 6 7 8 9 10 11"_s}} << 0 << qint64(48);
        // Input channels of `a` as a kernel of three, its rows of two.
        const auto kernel = [](const char *fields) {
            return u"[{drop: b}, {reshape: {where: a, shape: [1, 3, 1, 2]}}, {in-chans: {where: a, %1}}]"_s.arg(
                QString::fromLatin1(fields));
        };
        QTest::addRow("one channel") << kernel("to: 1") << Values{{u"a"_s, u"1 × 1 × 1 × 2: 6 9"_s}} << 1 << qint64(8);
        QTest::addRow("channels as timm repeats them")
            << kernel("to: 6") << Values{{u"a"_s, u"1 × 6 × 1 × 2: 0 0.5 1 1.5 2 2.5 0 0.5 1 1.5 2 2.5"_s}} << 1
            << qint64(48);
        QTest::addRow("the first channels")
            << kernel("to: 2, mode: first") << Values{{u"a"_s, u"1 × 2 × 1 × 2: 0 1 2 3"_s}} << 0 << qint64(16);
        QTest::addRow("channels and zeros") << kernel("to: 4, mode: zero-pad")
                                            << Values{{u"a"_s, u"1 × 4 × 1 × 2: 0 1 2 3 4 5 0 0"_s}} << 1 << qint64(32);
        QTest::addRow("channels by weights") << kernel("weights: [[1, 0, -1], [0, 0.5, 0.25]]")
                                             << Values{{u"a"_s, u"1 × 2 × 1 × 2: -4 -4 2 2.75"_s}} << 1 << qint64(16);
        QTest::addRow("pixel after pixel")
            << u"[{drop: b}, {in-chans: {where: a, to: 2, mode: mean, layout: linear-hwc}}]"_s
            << Values{{u"a"_s, u"2 × 2: 1 1 4 4"_s}} << 1 << qint64(16);
    }

    void savesSeveral()
    {
        QFETCH(const QString, steps);
        using Values = QMap<QString, QString>;
        QFETCH(const Values, values);
        QFETCH(const int, evaluators);
        QFETCH(const qint64, bytes);
        for (const OutputFormat format : {OutputFormat::Safetensors, OutputFormat::Torch}) {
            const TemporaryFolder folder;
            SourceBuilder source(folder.path(u"source"_s));
            source.view("a", DType::Float32, {2, 3}, source.storage(floatBytes(counted(6))));
            source.view("b", DType::Float32, {2, 3}, source.storage(floatBytes({6, 7, 8, 9, 10, 11})));
            const auto recipe = Recipe::parse("weightsmith: 1\nsteps: " + steps.toStdString(), {});
            QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
            Progress progress;
            const auto plan = ::plan({source.build(), {}, *recipe, {}}, progress);
            QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
            Tools tools(onProcessor);
            const QString path = folder.path(u"out"_s);
            QCOMPARE(message(save(*plan, optionsFor(path, format), progress, tools.tools)), u"saved"_s);
            QCOMPARE(int(tools.evaluatorsLoaded), evaluators);
            QStringList wanted;
            for (auto value = values.begin(); value != values.end(); ++value) {
                std::vector<float> numbers;
                for (const QString &number : value->section(u": "_s, 1).split(u' '))
                    numbers.push_back(number.toFloat());
                wanted += value.key() + u" float32 "_s + value->section(u": "_s, 0, 0) + u' '
                    + QString::fromLatin1(
                              QCryptographicHash::hash(floatBytes(numbers), QCryptographicHash::Sha1).toHex());
            }
            QStringList found = contents(path);
            found.sort();
            QCOMPARE(found, wanted);
            const auto written = openCheckpoint(path, progress);
            QVERIFY(written);
            qint64 stored = 0;
            for (const Storage &storage : (*written)->storages())
                stored += storage.bytes;
            QCOMPARE(stored, bytes);
        }
    }

    void saves_data()
    {
        QTest::addColumn<QString>("step");
        QTest::addColumn<QString>("shape"); ///< of `a`, 2 × 3 × 4 and counted from 0
        QTest::addColumn<QList<int>>("values");
        QTest::addColumn<int>("evaluators"); ///< what stays in order is copied

        const QList<int> counted{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
        const QList<int> permuted{0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23};
        const QList<int> exchanged{0,  1,  2,  3,  12, 13, 14, 15, 4,  5,  6,  7,
                                   16, 17, 18, 19, 8,  9,  10, 11, 20, 21, 22, 23};
        QTest::addRow("reshape") << u"reshape: [4, -1]"_s << u"4 × 6"_s << counted << 0;
        QTest::addRow("flatten") << u"flatten"_s << u"24"_s << counted << 0;
        QTest::addRow("unsqueeze") << u"unsqueeze: -1"_s << u"2 × 3 × 4 × 1"_s << counted << 0;
        QTest::addRow("permute") << u"permute: [2, 1, 0]"_s << u"4 × 3 × 2"_s << permuted << 1;
        QTest::addRow("transpose") << u"transpose"_s << u"3 × 2 × 4"_s << exchanged << 1;
        const QList<int> second = counted.mid(12);
        const QList<int> gathered = counted.mid(8, 4) + counted.mid(0, 4) + counted.mid(20) + counted.mid(12, 4);
        QTest::addRow("slice of a run") << u"slice: {start: 1}"_s << u"1 × 3 × 4"_s << second << 0;
        QTest::addRow("slice") << u"slice: {dim: 2, start: 1, step: 2}"_s << u"2 × 3 × 2"_s
                               << QList<int>{1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23} << 1;
        QTest::addRow("select one") << u"select: 1"_s << u"3 × 4"_s << second << 0;
        QTest::addRow("select evenly") << u"select: {dim: 1, index: [2, 0]}"_s << u"2 × 2 × 4"_s << gathered << 1;
        QTest::addRow("select") << u"select: {dim: 1, index: [2, -3]}"_s << u"2 × 2 × 4"_s << gathered << 1;
        QTest::addRow("reduce") << u"reduce: {op: sum, dim: 2}"_s << u"2 × 3"_s << QList<int>{6, 22, 38, 54, 70, 86}
                                << 1;
        QTest::addRow("arithmetic") << u"arithmetic: [negate, {add: 23}]"_s << u"2 × 3 × 4"_s
                                    << QList<int>(counted.rbegin(), counted.rend()) << 1;
        QTest::addRow("flip") << u"flip: 2"_s << u"2 × 3 × 4"_s << inFours(3, 2, 1, 0) << 1;
        QTest::addRow("roll") << u"roll: {dim: 2, shift: 1}"_s << u"2 × 3 × 4"_s << inFours(3, 0, 1, 2) << 1;
        QTest::addRow("roll by half") << u"roll: {dim: 2, shift: half}"_s << u"2 × 3 × 4"_s << inFours(2, 3, 0, 1) << 1;
        QTest::addRow("interleave") << u"interleave: {dim: 2}"_s << u"2 × 3 × 4"_s << inFours(0, 2, 1, 3) << 1;
        QTest::addRow("rope-permute") << u"rope-permute: {heads: 1, dim: 2, direction: half-to-interleaved}"_s
                                      << u"2 × 3 × 4"_s << inFours(0, 2, 1, 3) << 1;
    }

    void saves()
    {
        QFETCH(const QString, step);
        QFETCH(const QString, shape);
        QFETCH(const QList<int>, values);
        QFETCH(const int, evaluators);
        for (const OutputFormat format : {OutputFormat::Safetensors, OutputFormat::Torch}) {
            const TemporaryFolder folder;
            SourceBuilder source(folder.path(u"source"_s));
            const StorageId storage = source.storage(floatBytes(counted(24)));
            source.view("a", DType::Float32, {2, 3, 4}, storage);
            source.view("b", DType::Float32, {2, 3, 4}, storage);
            const auto recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - " + step.toStdString(), {});
            QVERIFY(recipe);
            Progress progress;
            const auto plan = ::plan({source.build(), {}, *recipe, {}}, progress);
            QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");

            Tools tools(onProcessor);
            const QString path = folder.path(u"out"_s);
            QCOMPARE(message(save(*plan, optionsFor(path, format), progress, tools.tools)), u"saved"_s);
            QCOMPARE(int(tools.evaluatorsLoaded), evaluators);
            std::vector<float> numbers(values.begin(), values.end());
            const QString line = u" float32 "_s + shape + u' '
                + QString::fromLatin1(QCryptographicHash::hash(floatBytes(numbers), QCryptographicHash::Sha1).toHex());
            QStringList found = contents(path);
            found.sort();
            QCOMPARE(found, (QStringList{u'a' + line, u'b' + line}));
            if (format == OutputFormat::Torch) {
                const auto written = openCheckpoint(path, progress);
                QVERIFY(written);
                const auto &tensors = (*written)->tensors();
                QVERIFY(tensors[0].storage == tensors[1].storage); // `b` is still the same memory
            }
        }
    }

    /// A copy has a storage of its own, what is tied shares one, and so do views of tied tensors.
    void storages()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.view("a", DType::Float32, {4}, source.storage(floatBytes(counted(4))));
        const auto recipe = Recipe::parse(R"(weightsmith: 1
steps:
  - copy: {from: a, to: copy, place: end}
  - copy: {from: a, to: second, place: end}
  - tie: {from: a, to: tied, place: end}
  - tie: {from: copy, to: copytie, place: end}
  - create: {name: made, shape: [4], fill: 2}
  - create: {name: alike, shape: [4], fill: 2}
  - create: {name: zeros, shape: [4]}
  - create: {name: zeros2, shape: [4]}
  - tie: {from: made, to: madetie, place: end}
  - tie: {from: zeros, to: zerotie, place: end}
  - flip: {where: [copy, copytie, second], dim: 0}
  - cast: {where: [zeros, zerotie, zeros2], dtype: float16}
)",
                                          {});
        QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
        Progress progress;
        const auto plan = ::plan({source.build(), {}, *recipe, {}}, progress);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const QString path = folder.path(u"out"_s);
        Tools tools(onProcessor);
        QCOMPARE(message(save(*plan, optionsFor(path, OutputFormat::Torch), progress, tools.tools)), u"saved"_s);
        const auto written = openCheckpoint(path, progress);
        QVERIFY(written);
        QMap<StorageId, QStringList> shared;
        for (const Tensor &tensor : (*written)->tensors())
            shared[tensor.storage] += QString::fromStdString(std::string(tensor.name));
        QStringList groups;
        for (const QStringList &names : shared)
            groups += names.join(u' ');
        groups.sort();
        QCOMPARE(groups,
                 (QStringList{u"a tied"_s, u"alike"_s, u"copy copytie"_s, u"made madetie"_s, u"second"_s,
                              u"zeros zerotie"_s, u"zeros2"_s}));
        const auto line = [](const QString &name, const QByteArray &bytes, const QString &dtype = u"float32"_s) {
            return name + u' ' + dtype + u" 4 "_s
                + QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha1).toHex());
        };
        const QByteArray flipped = floatBytes({3, 2, 1, 0}), twos = floatBytes({2, 2, 2, 2});
        const QByteArray zeros(8, '\0');
        QCOMPARE(contents(path),
                 (QStringList{line(u"a"_s, floatBytes(counted(4))), line(u"copy"_s, flipped),
                              line(u"second"_s, flipped), line(u"tied"_s, floatBytes(counted(4))),
                              line(u"copytie"_s, flipped), line(u"made"_s, twos), line(u"alike"_s, twos),
                              line(u"zeros"_s, zeros, u"float16"_s), line(u"zeros2"_s, zeros, u"float16"_s),
                              line(u"madetie"_s, twos), line(u"zerotie"_s, zeros, u"float16"_s)}));
    }

    /// What is computed of tied tensors by other numbers, or resized otherwise, is not the same.
    void computedStorages()
    {
        const TemporaryFolder folder;
        SourceBuilder source(folder.path(u"source"_s));
        source.view("a", DType::Float32, {1, 4, 1}, source.storage(floatBytes({1, 2, 3, 5})));
        const auto recipe = Recipe::parse(R"(weightsmith: 1
steps:
  - tie: {from: a, to: b, place: end}
  - tie: {from: a, to: c, place: end}
  - tie: {from: a, to: d, place: end}
  - tie: {from: a, to: e, place: end}
  - arithmetic: {where: a, ops: [{add: 1}]}
  - arithmetic: {where: b, ops: [{add: 2}]}
  - arithmetic: {where: c, ops: [{multiply: 2}]}
  - resize-pos-embed: {where: d, to: [1, 2], method: nearest, prefix-tokens: 0}
  - resize-pos-embed: {where: e, to: [1, 2], method: bilinear, antialias: false, prefix-tokens: 0}
)",
                                          {});
        QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
        Progress progress;
        const auto plan = ::plan({source.build(), {}, *recipe, {}}, progress);
        QVERIFY2(!plan->error, plan->error ? qPrintable(plan->error->message) : "");
        const QString path = folder.path(u"out"_s);
        Tools tools(onProcessor);
        QCOMPARE(message(save(*plan, optionsFor(path, OutputFormat::Torch), progress, tools.tools)), u"saved"_s);
        const auto line = [](const QString &name, const QString &shape, const std::vector<float> &numbers) {
            return name + u" float32 "_s + shape + u' '
                + QString::fromLatin1(QCryptographicHash::hash(floatBytes(numbers), QCryptographicHash::Sha1).toHex());
        };
        QCOMPARE(contents(path),
                 (QStringList{line(u"a"_s, u"1 × 4 × 1"_s, {2, 3, 4, 6}), line(u"b"_s, u"1 × 4 × 1"_s, {3, 4, 5, 7}),
                              line(u"c"_s, u"1 × 4 × 1"_s, {2, 4, 6, 10}), line(u"d"_s, u"1 × 2 × 1"_s, {1, 2}),
                              line(u"e"_s, u"1 × 2 × 1"_s, {2, 3.5})}));
    }
};

QTEST_GUILESS_MAIN(TestMovesSave)
#include "movessavetest.moc"
