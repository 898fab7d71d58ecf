// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/planfrom.h"
#include "tests/support/plantext.h"
#include "tests/support/teststep.h"

#include <QTest>

using namespace Qt::StringLiterals;

/// Rows that steps add: where they stand, whose history they go on with, and what else a step does beside them.
class TestAddedRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void stand_data();
    void stand();
    void holdTheirNamesAlone();
    void areCountedAgainstTheTarget();
    void areNotTooMany_data();
    void areNotTooMany();

private:
    const QStringList m_tensors{u"m.a float32 1"_s, u"m.b float32 2"_s, u"m.c float32 3"_s};
};

namespace {
/// `add x of a behind b`, `add x of a at end`, `add x behind b` (new, zeros), `drop a`, `consume a`, `rename a x`,
/// `move a end`; rows by the names they came with.
void act(StepRun &run, const QString &line, const std::vector<Row> &before)
{
    static const Shape shape{5};
    const QStringList words = line.split(u' ');
    const auto row = [&](const QString &name) {
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (plainText(before[i].name) == name)
                return i;
        }
        qFatal("no row %s", qPrintable(name));
    };
    const std::string second = words[1].toStdString();
    if (words[0] == u"add") {
        const bool isNew = words[2] != u"of";
        const auto origin = isNew ? std::nullopt : std::optional(row(words[3]));
        Expression zeros;
        zeros.kind = Expression::Kind::Zeros;
        zeros.dtype = DType::Float32;
        zeros.shape = &shape;
        const Expression *value = isNew ? run.expression(zeros) : before[*origin].value;
        const bool stays = words[words.size() - 2] == u"behind";
        const RowPlace place = stays ? RowPlace::Here : words.last() == u"start" ? RowPlace::Start : RowPlace::End;
        run.add(second, value, origin, stays ? row(words.last()) : 0, place);
    } else if (words[0] == u"drop") {
        run.drop(row(words[1]));
    } else if (words[0] == u"consume") {
        run.consume(row(words[1]));
    } else if (words[0] == u"rename") {
        run.rename(row(words[1]), words[2].toStdString());
    } else {
        run.move(row(words[1]), words[2] == u"end" ? RowPlace::End : RowPlace::Start);
    }
}

Step doing(const QString &lines)
{
    return TestStep::make(lines.toStdString(), [lines](StepRun &run) {
        const std::vector<Row> before = run.rows();
        for (const QString &line : lines.split(u"; "_s, Qt::SkipEmptyParts))
            act(run, line, before);
        return Result<void>();
    });
}
}

void TestAddedRows::stand_data()
{
    QTest::addColumn<QString>("does");
    QTest::addColumn<QString>("rows");
    QTest::addColumn<QString>("report");
    QTest::addColumn<QString>("dropped");
    QTest::addColumn<QString>("findings");

    QTest::addRow("behind a row") << u"add x of a behind a"_s
                                  << u"a < 0: m.a, x < 1: a < 0: m.a, b < 0: m.b, c < 0: m.c"_s
                                  << u"1 matched, 1 changed"_s << u""_s << u""_s;
    QTest::addRow("behind the last") << u"add x of a behind c"_s
                                     << u"a < 0: m.a, b < 0: m.b, c < 0: m.c, x < 1: a < 0: m.a"_s
                                     << u"1 matched, 1 changed"_s << u""_s << u""_s;
    QTest::addRow("in the order they are added") << u"add x of b behind b; add y of a behind a; add z of a behind a"_s
                                                 << u"a < 0: m.a, y < 1: a < 0: m.a, z < 1: a < 0: m.a, b < 0: m.b, "
                                                    "x < 1: b < 0: m.b, c < 0: m.c"_s
                                                 << u"2 matched, 3 changed"_s << u""_s << u""_s;
    QTest::addRow("at both ends") << u"add x of a at end; add y of b at start; add z of b at end; move a end"_s
                                  << u"y < 1: b < 0: m.b, b < 0: m.b, c < 0: m.c, a < 0: m.a, x < 1: a < 0: m.a, "
                                     "z < 1: b < 0: m.b"_s
                                  << u"2 matched, 3 changed"_s << u""_s << u""_s;
    QTest::addRow("a new one") << u"add x behind b"_s << u"a < 0: m.a, b < 0: m.b, x < 1: x, c < 0: m.c"_s
                               << u"0 matched, 1 changed"_s << u""_s << u""_s;
    QTest::addRow("a new one at the start") << u"add x at start"_s << u"x < 1: x, a < 0: m.a, b < 0: m.b, c < 0: m.c"_s
                                            << u"0 matched, 1 changed"_s << u""_s << u""_s;
    QTest::addRow("in place of one") << u"consume a; add x of a behind a; add y of a behind a"_s
                                     << u"x < 1: a < 0: m.a, y < 1: a < 0: m.a, b < 0: m.b, c < 0: m.c"_s
                                     << u"1 matched, 3 changed"_s << u""_s << u""_s;
    QTest::addRow("under the name of a consumed one")
        << u"consume a; add a of b behind c; rename b d"_s << u"d < 1: b < 0: m.b, c < 0: m.c, a < 1: b < 0: m.b"_s
        << u"2 matched, 3 changed"_s << u""_s << u""_s;
    QTest::addRow("of one that is dropped")
        << u"drop a; add x of a behind b"_s << u"b < 0: m.b, x < 1: a < 0: m.a, c < 0: m.c"_s
        << u"1 matched, 2 changed"_s << u"1: a"_s << u""_s;
    QTest::addRow("collide, the later value on the earlier place, keep-last")
        << u"add c of a behind a"_s << u"a < 0: m.a, c < 0: m.c, b < 0: m.b"_s << u"1 matched, 1 changed"_s << u"1: c"_s
        << u"warning collision: “m.a” and “m.c” both become “c”; the last is kept."_s;
}

void TestAddedRows::stand()
{
    QFETCH(const QString, does);
    QFETCH(const QString, rows);
    QFETCH(const QString, report);
    QFETCH(const QString, dropped);
    QFETCH(const QString, findings);

    const bool keepsLast = QString::fromUtf8(QTest::currentDataTag()).endsWith(u"keep-last");
    Step step = doing(does);
    step.collision = keepsLast ? Collision::KeepLast : Collision::Error;
    const auto made = planFrom(m_tensors, recipeFrom(u"steps: [remove-prefix: m.]"_s).withInserted(1, step));
    QVERIFY2(!made->error, made->error ? qPrintable(made->error->message) : "");
    QCOMPARE(histories(made->table->rows).join(u", "_s), rows);
    QCOMPARE(stepTexts(*made).last(), report);
    QCOMPARE(droppedTexts(*made).join(u", "_s), dropped);
    QCOMPARE(findingTexts(*made).join(u'\n'), findings);

    if (keepsLast) { // an error, unless that was asked for
        const auto refused =
            planFrom(m_tensors, recipeFrom(u"steps: [remove-prefix: m.]"_s).withInserted(1, doing(does)));
        QVERIFY(refused->error);
        QCOMPARE(refused->error->message, u"Step 2 (%1): “m.a” and “m.c” both become “c”."_s.arg(does));
    }
}

/// The names of rows that a step adds, and those of rows it leaves alone, outlive the step.
void TestAddedRows::holdTheirNamesAlone()
{
    const Recipe recipe = recipeFrom(u"steps: [{rename: {text: m., to: long.prefix.of.}}]"_s)
                              .withInserted(1, doing(u"add x of long.prefix.of.a behind long.prefix.of.a"_s))
                              .withInserted(2, doing(u"drop x"_s));
    PlanInput input{checkpointFrom(m_tensors), {}, recipe, {}};
    input.spareBytes = 0;
    auto made = planFrom(input);
    QVERIFY(!made->error);
    const std::shared_ptr<const Table> table = made->table;
    made = nullptr;
    QCOMPARE(names(table->rows), (QStringList{u"long.prefix.of.a"_s, u"long.prefix.of.b"_s, u"long.prefix.of.c"_s}));
}

void TestAddedRows::areCountedAgainstTheTarget()
{
    PlanInput input{checkpointFrom(m_tensors),
                    {},
                    recipeFrom(u"steps: [remove-prefix: m.]"_s)
                        .withInserted(1, doing(u"add x of a behind a; add y of b at start; consume b"_s)),
                    targetFrom(uR"("a": [1], "x": [1], "y": [2], "c": [4])"_s)};
    input.countMatchedKeys = true;
    const auto made = planFrom(input);
    QVERIFY(!made->error);
    QCOMPARE(made->matchedKeys, (std::vector<qint64>{0, 1, 3}));
    QCOMPARE(rowVerdictTexts(*made),
             (QStringList{u"used y"_s, u"used more a"_s, u"used more x"_s, u"size mismatch c"_s}));
}

void TestAddedRows::areNotTooMany_data()
{
    QTest::addColumn<QString>("step");
    QTest::addColumn<QString>("message");

    QTest::addRow("patterns") << u"concat: {from: [%1], to: all}"_s.arg(QStringList(1001, u"a"_s).join(u", "_s))
                              << u"“from” has 1001 patterns; at most 1000 are possible."_s;
    QTest::addRow("pieces") << u"split: {from: a, to: [%1]}"_s.arg(QStringList(10'001, u"b"_s).join(u", "_s))
                            << u"“to” of “split” names 10001 keys; at most 10000 are possible."_s;
    QTest::addRow("rows") << u"unstack: {from: 'w{n}', to: '{i}w{n}'}"_s
                          << u"it would make more than 1,000,000 keys, “0w100” the first beyond."_s;
    QTest::addRow("bytes of names") << u"unstack: {from: w0, to: '{i}%1'}"_s.arg(
        QString(60'000, u'w')) << u"the names of the keys it makes would take more than 268,435,456 bytes, “4473w"_s;
}

void TestAddedRows::areNotTooMany()
{
    QFETCH(const QString, step);
    QFETCH(const QString, message);
    QStringList tensors;
    for (int i = 0; i <= 100; ++i)
        tensors += u"w%1 uint8 10000"_s.arg(i);
    const auto recipe = Recipe::parse("weightsmith: 1\nsteps:\n  - " + step.toStdString() + '\n', {});
    const QString found =
        !recipe ? recipe.error().message : planFrom(tensors, *recipe)->error.value_or(Error()).message;
    QVERIFY2(found.contains(message), qPrintable(found.right(400)));
}

QTEST_GUILESS_MAIN(TestAddedRows)
#include "tst_addedrows.moc"
