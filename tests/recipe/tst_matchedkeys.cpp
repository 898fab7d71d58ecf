// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/matchedkeys.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

namespace {
constexpr int names = 30;

/// Makes random states, each from the one before, over one target.
class RandomStates
{
public:
    explicit RandomStates(quint32 seed) : m_random(seed)
    {
        Target::Parts parts;
        for (int i = 0; i < names; i += 2)
            parts.keys.push_back({parts.names.store("key" + std::to_string(i)), DType::Float32, {i % 3}});
        m_target = std::make_shared<const Target>(std::move(parts));
    }

    const Target &target() const { return *m_target; }

    std::vector<Row> first()
    {
        std::vector<Row> rows;
        for (int name = 0; name < names; ++name) {
            if (m_random.bounded(3) > 0)
                rows.push_back(row(name));
        }
        return rows;
    }

    /// Drops, renames, changes and reorders rows, or does nothing.
    std::vector<Row> next(const std::vector<Row> &before)
    {
        const int kind = m_random.bounded(5);
        std::vector<Row> rows;
        for (std::size_t i = 0; i < before.size(); ++i) {
            Row kept = before[i];
            if (kind == 1 && m_random.bounded(3) == 0)
                continue;
            if (kind == 2 && m_random.bounded(3) == 0)
                kept.name = m_memory.arena.store("new" + std::string(kept.name));
            if (kind == 3 && m_random.bounded(3) == 0)
                kept.value = row(int(i)).value;
            rows.push_back(kept);
        }
        if (kind == 4)
            std::reverse(rows.begin(), rows.end());
        return rows;
    }

    qint64 counted(const std::vector<Row> &rows) const
    {
        return std::count_if(rows.begin(), rows.end(), [&](const Row &row) {
            const quint32 key = m_target->find(row.name);
            return key != NameIndex::none && m_target->keys()[key].shape == *row.value->shape;
        });
    }

private:
    Row row(int name)
    {
        auto *value = m_memory.arena.make<Expression>();
        value->shape = &m_memory.shapes.emplace_back(Shape{name % 3 + (m_random.bounded(4) == 0 ? 1 : 0)});
        return {m_memory.arena.store("key" + std::to_string(name)), value, nullptr};
    }

    QRandomGenerator m_random;
    std::shared_ptr<const Target> m_target;
    StepMemory m_memory;
};
}

class TestMatchedKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithCounting();
};

void TestMatchedKeys::agreesWithCounting()
{
    for (quint32 seed = 0; seed < 50; ++seed) {
        RandomStates states(seed);
        std::vector<Row> before = states.first();
        QCOMPARE(matchedKeysGained(states.target(), {}, before), states.counted(before));
        for (int i = 0; i < 5; ++i) {
            std::vector<Row> after = states.next(before);
            QCOMPARE(matchedKeysGained(states.target(), before, after), states.counted(after) - states.counted(before));
            before = std::move(after);
        }
    }
}

QTEST_GUILESS_MAIN(TestMatchedKeys)
#include "tst_matchedkeys.moc"
