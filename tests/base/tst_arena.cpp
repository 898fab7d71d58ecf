// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/arena.h"
#include "model/base/nameindex.h"

#include <QTest>

#include <cstdint>

using namespace Qt::StringLiterals;

class TestArena : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void storesCopies();
    void joinsParts();
    void emptyTextIsNotNull();
    void addressesStay();
    void aligns();
    void takesLargeTexts();
    void isFrugal();
    void indexFindsNames();
    void indexKeepsTheFirst();
    void indexGrows();
    void indexTakesAnyBytes();
};

void TestArena::storesCopies()
{
    Arena arena;
    std::string text = "layer.weight";
    const Name name = arena.store(text);
    text = "overwritten!";
    QCOMPARE(name, "layer.weight");
}

void TestArena::joinsParts()
{
    Arena arena;
    QCOMPARE(arena.store("layer", ".", "weight"), "layer.weight");
    QCOMPARE(arena.store("layer", ""), "layer");
    QCOMPARE(arena.store("", "", "weight"), "weight");
}

void TestArena::emptyTextIsNotNull()
{
    Arena arena;
    QVERIFY(arena.store("").data() != nullptr);
    QCOMPARE(arena.store("").size(), 0u);
}

void TestArena::addressesStay()
{
    Arena arena;
    std::vector<Name> names;
    for (int i = 0; i < 100'000; ++i)
        names.push_back(arena.store("name." + std::to_string(i)));
    const Arena moved = std::move(arena);
    for (int i = 0; i < 100'000; ++i)
        QCOMPARE(names[std::size_t(i)], "name." + std::to_string(i));
}

void TestArena::aligns()
{
    Arena arena;
    for (const std::size_t alignment : {1, 2, 4, 8, 16, 64}) {
        arena.store("x");
        const auto address = reinterpret_cast<std::uintptr_t>(arena.allocate(3, alignment));
        QCOMPARE(address % alignment, 0u);
    }
    arena.store("x");
    const auto *number = arena.make<double>(2.5);
    QCOMPARE(*number, 2.5);
}

void TestArena::takesLargeTexts()
{
    Arena arena;
    const std::string large(5'000'000, 'n');
    const Name before = arena.store("before");
    QCOMPARE(arena.store(large), large);
    QCOMPARE(arena.store("after"), "after");
    QCOMPARE(before, "before");
}

void TestArena::isFrugal()
{
    Arena arena;
    std::size_t bytes = 0;
    for (int i = 0; i < 100'000; ++i)
        bytes += arena.store("a name of thirty-one characters").size();
    QVERIFY2(arena.capacity() < bytes * 2, qPrintable(QString::number(arena.capacity())));
}

void TestArena::indexFindsNames()
{
    const std::vector<Name> names{"a", "b"};
    const auto nameAt = [&](quint32 at) { return names[at]; };
    NameIndex index(3);
    QCOMPARE(index.find("a", nameAt), NameIndex::none);
    QCOMPARE(index.insert(0, nameAt), NameIndex::none);
    QCOMPARE(index.insert(1, nameAt), NameIndex::none);
    QCOMPARE(index.find("a", nameAt), 0u);
    QCOMPARE(index.find("b", nameAt), 1u);
    QCOMPARE(index.find("c", nameAt), NameIndex::none);
    QCOMPARE(NameIndex().find("a", nameAt), NameIndex::none);
}

void TestArena::indexKeepsTheFirst()
{
    struct Record
    {
        Name name;
    };
    const std::vector<Record> records{{"b"}, {"a"}, {"a"}};
    NameIndex index(1);
    QCOMPARE(index.insert(1, namesOf(records)), NameIndex::none);
    QCOMPARE(index.insert(2, namesOf(records)), 1u);
    QCOMPARE(index.find("a", namesOf(records)), 1u);
    QCOMPARE(index.size(), 1u);
}

void TestArena::indexGrows()
{
    std::vector<std::string> names;
    const auto nameAt = [&](quint32 at) -> Name { return names[at]; };
    NameIndex index;
    for (quint32 i = 0; i < 20'000; ++i) {
        names.push_back("name." + std::to_string(i));
        QCOMPARE(index.insert(i, nameAt), NameIndex::none);
    }
    QCOMPARE(index.size(), 20'000u);
    for (quint32 i = 0; i < 20'000; ++i)
        QCOMPARE(index.find("name." + std::to_string(i), nameAt), i);
    QCOMPARE(index.find("name.20000", nameAt), NameIndex::none);
}

void TestArena::indexTakesAnyBytes()
{
    const std::vector<Name> names{"", "a", Name("a\0b", 3), "\xFF"};
    const auto nameAt = [&](quint32 at) { return names[at]; };
    NameIndex index(4);
    for (quint32 i = 0; i < names.size(); ++i)
        QCOMPARE(index.insert(i, nameAt), NameIndex::none);
    for (quint32 i = 0; i < names.size(); ++i)
        QCOMPARE(index.find(names[i], nameAt), i);
}

QTEST_GUILESS_MAIN(TestArena)
#include "tst_arena.moc"
