// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/bindcounts.h"
#include "tests/support/planfrom.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
const auto wanted = uR"("body.a": [4], "body.b": [4], "head.fc.weight": [2, 4], "head.fc.bias": [2],)"
                    R"("decode_head.fc.bias": [2], "body.num_batches_tracked": [], "head.num_batches_tracked": [],)"
                    R"("num_batches_tracked": [], "neck.num_batches_tracked": [])"_s;
}

class TestBindCounts : public QObject
{
    Q_OBJECT

private:
    std::shared_ptr<const Plan> plan() const
    {
        return planFrom({u"body.a float32 4"_s, u"other float32 4"_s, u"neck.num_batches_tracked int64 1"_s}, Recipe(),
                        targetFrom(wanted));
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void everyItemIsCounted()
    {
        const Recipe recipe = recipeFrom(u"bind:\n"
                                         "  skip: [head., fc.bias, {prefix: body.}, nothing]\n"
                                         "  ignore-missing: [fc]\n"
                                         "  ignore-unexpected: [other, head, body]\n"
                                         "  expect-missing: [fc.bias, nothing, head.num]\n"_s);
        Progress progress;
        const auto counts = countBind(recipe.bind(), *plan(), progress);
        QVERIFY(counts);
        QCOMPARE(counts->skip, std::vector<qint64>({4, 2, 3, 0}));
        QCOMPARE(counts->ignoreMissing, std::vector<qint64>({3}));
        QCOMPARE(counts->ignoreUnexpected, std::vector<qint64>({1, 0, 0})); // the target has body.a
        QCOMPARE(counts->expectMissing, std::vector<qint64>({2, 0, 1}));
        QCOMPARE(counts->counters, 1); // skipped are those of body and head, and neck's is there
    }

    void countersThatNoListSpeaksOf_data()
    {
        QTest::addColumn<QString>("bind");
        QTest::addColumn<qint64>("expected");
        QTest::addRow("no list") << QString() << qint64(3);
        QTest::addRow("skipped") << u"bind: {skip: [head.]}\n"_s << qint64(2);
        QTest::addRow("may be missing") << u"bind: {ignore-missing: [body]}\n"_s << qint64(2);
        QTest::addRow("must be missing") << u"bind: {expect-missing: [num_batches]}\n"_s << qint64(0);
        QTest::addRow("another policy") << u"bind: {counters: report}\n"_s << qint64(3);
    }

    void countersThatNoListSpeaksOf()
    {
        QFETCH(const QString, bind);
        QFETCH(const qint64, expected);
        Progress progress;
        const auto counts = countBind(recipeFrom(bind).bind(), *plan(), progress);
        QVERIFY(counts);
        QCOMPARE(counts->counters, expected);
    }

    void aPatternThatCannotBeUsedHasNoCount()
    {
        Bind bind;
        bind.skip = {Node::map({{"no-such-word", Node::scalar("a")}}), Node::scalar("body")};
        Progress progress;
        const auto counts = countBind(bind, *plan(), progress);
        QVERIFY(counts);
        QCOMPARE(counts->skip, std::vector<qint64>({-1, 3}));
    }

    void stops()
    {
        class Stopped final : public Progress
        {
        public:
            bool stopRequested() const override { return true; }
        } progress;
        Bind bind;
        bind.skip = {Node::scalar("body")};
        QVERIFY(!countBind(bind, *plan(), progress));
    }
};

QTEST_GUILESS_MAIN(TestBindCounts)
#include "tst_bindcounts.moc"
