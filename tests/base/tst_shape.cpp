// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/shape.h"

#include <QTest>

#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

/// The packed value keeps every size, inside itself or on the heap.
class TestShape : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsSizes_data();
    void keepsSizes();
    void tellsApart();
    void isSmall() { QCOMPARE(sizeof(Shape), std::size_t(16)); }
};

void TestShape::keepsSizes_data()
{
    QTest::addColumn<QList<qint64>>("sizes");
    constexpr qint64 large = (qint64(1) << 30) - 1;
    const QList<qint64> rows[] = {{},
                                  {0},
                                  {7},
                                  {64, 3, 7, 7},
                                  {0, 0, 0, 0},
                                  {large, large, large, large},
                                  {large + 1},
                                  {1, 2, 3, large + 1},
                                  {1, 2, 3, 4, 5},
                                  {-1},
                                  {std::numeric_limits<qint64>::max(), 2}};
    for (const QList<qint64> &sizes : rows)
        QTest::addRow("%s", shapeList(Shape(sizes.begin(), sizes.end())).c_str()) << sizes;
}

void TestShape::keepsSizes()
{
    QFETCH(const QList<qint64>, sizes);
    const auto listed = [](const Shape &shape) { return QList<qint64>(shape.begin(), shape.end()); };
    Shape shape(sizes.begin(), sizes.end());
    QCOMPARE(listed(shape), sizes);
    QCOMPARE(shape.size(), sizes.size());
    QCOMPARE(shape.isEmpty(), sizes.isEmpty());
    for (qsizetype axis = 0; axis < sizes.size(); ++axis)
        QCOMPARE(shape[axis], sizes[axis]);
    if (!sizes.isEmpty())
        QCOMPARE(shape.last(), sizes.last());

    Shape copy = shape;
    QCOMPARE(listed(copy), sizes);
    QVERIFY(copy == shape);
    const Shape moved = std::move(shape);
    QCOMPARE(listed(moved), sizes);
    Shape other{1, 2, 3, 4, 5, 6};
    other = moved;
    QCOMPARE(listed(other), sizes);
    other = Shape{9};
    QCOMPARE(listed(other), QList<qint64>{9});
    copy = std::move(other);
    QCOMPARE(listed(copy), QList<qint64>{9});
    QCOMPARE(listed(Shape(moved.sizes())), sizes);
}

void TestShape::tellsApart()
{
    const std::vector<Shape> shapes{
        {}, {0}, {0, 0}, {1}, {1, 0}, {1, 1}, {64, 3, 7, 7}, {64, 3, 7, 8}, {1LL << 30}, {1LL << 31}, {1, 2, 3, 4, 5}};
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        for (std::size_t j = 0; j < shapes.size(); ++j)
            QCOMPARE(shapes[i] == shapes[j], i == j);
    }
}

QTEST_GUILESS_MAIN(TestShape)
#include "tst_shape.moc"
