// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/objecttreemodel.h"
#include "tests/support/outline.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
using Kind = ObjectNode::Kind;

/// Builds an object tree from the leaves up.
class Objects
{
public:
    ObjectId text(const char *value) { return add(Kind::Text, value); }
    ObjectId global(const char *value) { return add(Kind::Global, value); }
    ObjectId integer(qint64 value)
    {
        ObjectNode node;
        node.kind = Kind::Integer;
        node.integer = value;
        return m_parts.objects.add(node);
    }
    ObjectId number(double value)
    {
        ObjectNode node;
        node.kind = Kind::Float;
        node.number = value;
        return m_parts.objects.add(node);
    }
    ObjectId tensor(const Shape &shape)
    {
        ObjectNode node;
        node.kind = Kind::Tensor;
        node.tensor = quint32(m_parts.tensors.size());
        Tensor tensor;
        tensor.dtype = DType::Float32;
        tensor.shape = shape;
        m_parts.tensors.push_back(tensor);
        return m_parts.objects.add(node);
    }
    ObjectId container(Kind kind, const std::vector<ObjectId> &children, ObjectId state = noObject, qint64 parts = 0)
    {
        ObjectNode node;
        node.kind = kind;
        node.integer = parts;
        const ObjectId id = m_parts.objects.add(node, children);
        m_parts.objects[id].state = state;
        return id;
    }
    ObjectTree &tree() { return m_parts.objects; }
    Checkpoint::Parts &parts() { return m_parts; }
    std::shared_ptr<const Checkpoint> take(ObjectId root)
    {
        m_parts.objects.setRoot(root);
        return std::make_shared<const Checkpoint>(std::move(m_parts));
    }

private:
    ObjectId add(Kind kind, const char *value)
    {
        ObjectNode node;
        node.kind = kind;
        node.text = m_parts.objects.arena().store(value);
        return m_parts.objects.add(node);
    }

    Checkpoint::Parts m_parts;
};

const QList<int> allColumns{ObjectTreeModel::NameColumn, ObjectTreeModel::ValueColumn, ObjectTreeModel::TypeColumn};
}

class TestObjectTreeModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void readable();
    void instances();
    void metadata();
    void nothing();
    void cyclesEnd();
    void largeListsAreLazy();
};

void TestObjectTreeModel::readable()
{
    Objects o;
    const ObjectId weight = o.tensor({64, 3});
    const ObjectId state = o.container(Kind::OrderedDict, {o.text("conv.weight"), weight});
    const ObjectId betas = o.container(Kind::Tuple, {o.number(0.9), o.number(1)});
    const ObjectId group = o.container(Kind::Dict, {o.text("lr"), o.number(1e-3), o.text("betas"), betas});
    const ObjectId root = o.container(Kind::Dict,
                                      {o.text("model"), state, o.text("epoch"), o.integer(12), o.text("na\nme"),
                                       o.text("a\x07"
                                              "b"),
                                       o.integer(7), o.container(Kind::List, {group})});
    Root entry;
    entry.path = {"model"};
    entry.count = 1;
    entry.object = state;
    o.parts().roots.push_back(entry);

    ObjectTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setCheckpoint(o.take(root));
    QCOMPARE(outline(model, allColumns),
             (QStringList{u"model | 1 tensor, 192 parameters | OrderedDict"_s,
                          u"  conv.weight | float32 · 64 × 3 | tensor"_s, u"epoch | 12 | int"_s,
                          u"na\\nme | \"a\\x07b\" | str"_s, u"7 | 1 item | list"_s, u"  0 | 2 entries | dict"_s,
                          u"    lr | 0.001 | float"_s, u"    betas | 2 items | tuple"_s, u"      0 | 0.9 | float"_s,
                          u"      1 | 1.0 | float"_s}));
    QCOMPARE(model.index(0, 0, model.index(0, 0)).data(ObjectTreeModel::TensorRole).toLongLong(), 0);
    QCOMPARE(model.index(1, 0).data(ObjectTreeModel::TensorRole).toLongLong(), -1);
}

void TestObjectTreeModel::instances()
{
    Objects o;
    const ObjectId noArguments = o.container(Kind::Tuple, {});
    const ObjectId attributes = o.container(Kind::Dict, {o.text("lr"), o.number(0.1), o.text("seed"), o.integer(3)});
    const ObjectId nameSpace = o.container(Kind::Call, {o.global("argparse.Namespace"), noArguments}, attributes);
    const ObjectId some = o.container(Kind::Tuple, {o.integer(1)});
    const ObjectId items = o.container(Kind::List, {o.text("x")});
    const ObjectId call =
        o.container(Kind::Call, {o.global("my.Thing"), some, items}, attributes, ObjectNode::Elements);
    o.tree()[call].grade = NameGrade::Unknown;
    const ObjectId root = o.container(Kind::Dict, {o.text("args"), nameSpace, o.text("thing"), call});

    ObjectTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setCheckpoint(o.take(root));
    QCOMPARE(outline(model, allColumns),
             (QStringList{u"args |  | argparse.Namespace"_s, u"  lr | 0.1 | float"_s, u"  seed | 3 | int"_s,
                          u"thing |  | my.Thing"_s, u"  arguments | 1 item | tuple"_s, u"    0 | 1 | int"_s,
                          u"  items | 1 item | list"_s, u"    0 | \"x\" | str"_s, u"  attributes | 2 entries | dict"_s,
                          u"    lr | 0.1 | float"_s, u"    seed | 3 | int"_s}));
    QCOMPARE(model.index(1, 0).data(ObjectTreeModel::GradeRole).toInt(), int(NameGrade::Unknown));
}

void TestObjectTreeModel::metadata()
{
    Checkpoint::Parts parts;
    parts.metadata = {{"format", "pt"}, {"license", "mit"}};
    ObjectTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setCheckpoint(std::make_shared<const Checkpoint>(std::move(parts)));
    QCOMPARE(outline(model, allColumns), (QStringList{u"format | pt | str"_s, u"license | mit | str"_s}));
}

void TestObjectTreeModel::nothing()
{
    ObjectTreeModel model;
    QCOMPARE(model.rowCount(), 0);
    model.setCheckpoint(std::make_shared<const Checkpoint>(Checkpoint::Parts()));
    QCOMPARE(model.rowCount(), 0);
    model.setCheckpoint(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestObjectTreeModel::cyclesEnd()
{
    Objects o;
    const ObjectId key = o.text("self");
    const ObjectId root = o.container(Kind::Dict, {});
    const ObjectId children[] = {key, root};
    o.tree().setChildren(root, children);
    ObjectTreeModel model;
    model.setCheckpoint(o.take(root));
    int depth = 0;
    for (QModelIndex at; model.rowCount(at) > 0; at = model.index(0, 0, at))
        ++depth;
    QCOMPARE(depth, 100);
}

void TestObjectTreeModel::largeListsAreLazy()
{
    // Every list holds the one below it a thousand times: 10^60 rows, if anything walked them all.
    Objects o;
    ObjectId list = o.integer(1);
    for (int level = 0; level < 20; ++level)
        list = o.container(Kind::List, std::vector<ObjectId>(1000, list));
    ObjectTreeModel model;
    model.setCheckpoint(o.take(list));
    QCOMPARE(model.rowCount(), 1000);
    const QModelIndex last = model.index(999, 0);
    QCOMPARE(model.rowCount(last), 1000);
    QCOMPARE(model.index(5, 0, last).parent(), last);
}

QTEST_GUILESS_MAIN(TestObjectTreeModel)
#include "tst_objecttreemodel.moc"
