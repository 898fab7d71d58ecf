// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/document/matchedkeys.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

namespace {
constexpr int names = 30;

/// Makes plans of random states over one target.
class RandomPlans
{
public:
    explicit RandomPlans(quint32 seed) : m_random(seed)
    {
        Target::Parts parts;
        for (int i = 0; i < names; i += 2)
            parts.keys.push_back({parts.names.store("key" + std::to_string(i)), DType::Float32, {i % 3}});
        m_target = std::make_shared<const Target>(std::move(parts));
    }

    std::shared_ptr<Plan> plan(const std::shared_ptr<const Plan> &before, std::size_t keptStates)
    {
        auto plan = std::make_shared<Plan>();
        plan->target = m_target;
        for (std::size_t state = 0; state < 5; ++state) {
            if (before && state < keptStates)
                plan->states.push_back(before->states[state]);
            else
                plan->states.push_back(state == 0 ? first() : next(plan->states.back()));
        }
        return plan;
    }

private:
    Row row(Table &table, int name)
    {
        auto *value = table.arena.make<Expression>();
        table.shapes.push_back({name % 3 + (m_random.bounded(4) == 0 ? 1 : 0)});
        value->shape = &table.shapes.back();
        return {table.arena.store("key" + std::to_string(name)), value, nullptr};
    }

    std::shared_ptr<const Table> first()
    {
        auto table = std::make_shared<Table>();
        for (int name = 0; name < names; ++name) {
            if (m_random.bounded(3) > 0)
                table->rows.push_back(row(*table, name));
        }
        return table;
    }

    /// Drops, renames, changes and reorders rows, or does nothing.
    std::shared_ptr<const Table> next(const std::shared_ptr<const Table> &before)
    {
        const int kind = m_random.bounded(5);
        if (kind == 0)
            return before;
        auto table = std::make_shared<Table>();
        table->previous = before;
        for (std::size_t i = 0; i < before->rows.size(); ++i) {
            Row kept = before->rows[i];
            if (kind == 1 && m_random.bounded(3) == 0)
                continue;
            if (kind == 2 && m_random.bounded(3) == 0)
                kept.name = table->arena.store("new" + std::string(kept.name));
            if (kind == 3 && m_random.bounded(3) == 0)
                kept.value = row(*table, int(i)).value;
            table->rows.push_back(kept);
        }
        if (kind == 4)
            std::reverse(table->rows.begin(), table->rows.end());
        return table;
    }

    QRandomGenerator m_random;
    std::shared_ptr<const Target> m_target;
};

std::vector<qint64> counted(const Plan &plan)
{
    std::vector<qint64> counts;
    for (const auto &table : plan.states) {
        counts.push_back(std::count_if(table->rows.begin(), table->rows.end(), [&](const Row &row) {
            const quint32 key = plan.target->find(row.name);
            return key != NameIndex::none && plan.target->keys()[key].shape == *row.value->shape;
        }));
    }
    return counts;
}
}

class TestMatchedKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithCounting();
    void takesOverSharedStates();
    void emptyWithoutTarget();
};

void TestMatchedKeys::agreesWithCounting()
{
    Progress progress;
    for (quint32 seed = 0; seed < 50; ++seed) {
        const auto plan = RandomPlans(seed).plan(nullptr, 0);
        QCOMPARE(matchedKeys(*plan, nullptr, {}, progress), counted(*plan));
    }
}

void TestMatchedKeys::takesOverSharedStates()
{
    Progress progress;
    RandomPlans plans(3);
    const auto before = plans.plan(nullptr, 0);
    const auto after = plans.plan(before, 3);
    QCOMPARE(matchedKeys(*after, before.get(), counted(*before), progress), counted(*after));
    // Counts that are wrong on purpose show which were taken over.
    const std::vector<qint64> marked{1000, 1000, 1000, 1000, 1000};
    const auto taken = matchedKeys(*after, before.get(), marked, progress);
    QCOMPARE(taken[2], 1000);
    QCOMPARE(taken[4] - taken[2], counted(*after)[4] - counted(*after)[2]);
    // Another target: nothing is taken over.
    before->target = RandomPlans(4).plan(nullptr, 0)->target;
    QCOMPARE(matchedKeys(*after, before.get(), marked, progress), counted(*after));
}

void TestMatchedKeys::emptyWithoutTarget()
{
    Progress progress;
    const auto plan = RandomPlans(1).plan(nullptr, 0);
    plan->target = nullptr;
    QVERIFY(matchedKeys(*plan, nullptr, {}, progress).empty());
}

QTEST_GUILESS_MAIN(TestMatchedKeys)
#include "tst_matchedkeys.moc"
