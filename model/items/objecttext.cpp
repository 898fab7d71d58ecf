// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/objecttext.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QLocale>

namespace {
using Kind = ObjectNode::Kind;

constexpr std::size_t longest = 300;

QString tr(const char *text)
{
    return QCoreApplication::translate("ObjectTreeModel", text);
}

QString shortened(Name text)
{
    return text.size() <= longest ? displayName(text) : displayName(text.substr(0, longest)) + u'…';
}

QString numberText(double number)
{
    QString text = QString::number(number, 'g', QLocale::FloatingPointShortest);
    const bool looksWhole = text.toLongLong() == number && !text.contains(u'e');
    return looksWhole ? text + QStringLiteral(".0") : text;
}

QString classText(const ObjectTree &tree, ObjectId call)
{
    const auto children = tree.children(call);
    const bool isNamed = !children.empty() && tree[children[0]].kind == Kind::Global;
    return isNamed ? shortened(tree[children[0]].text) : tr("object");
}
}

QString objectTypeText(const ObjectTree &tree, ObjectId id)
{
    switch (tree[id].kind) {
    case Kind::None: return QStringLiteral("None");
    case Kind::Bool: return QStringLiteral("bool");
    case Kind::Integer:
    case Kind::Big: return QStringLiteral("int");
    case Kind::Float: return QStringLiteral("float");
    case Kind::Complex: return QStringLiteral("complex");
    case Kind::Text: return QStringLiteral("str");
    case Kind::Bytes: return QStringLiteral("bytes");
    case Kind::ByteArray: return QStringLiteral("bytearray");
    case Kind::List: return QStringLiteral("list");
    case Kind::Tuple: return QStringLiteral("tuple");
    case Kind::Set: return QStringLiteral("set");
    case Kind::FrozenSet: return QStringLiteral("frozenset");
    case Kind::Dict: return QStringLiteral("dict");
    case Kind::OrderedDict: return QStringLiteral("OrderedDict");
    case Kind::DefaultDict: return QStringLiteral("defaultdict");
    case Kind::Counter: return QStringLiteral("Counter");
    case Kind::Tensor: return QStringLiteral("tensor");
    case Kind::Global: return tr("name");
    case Kind::Value: return tr("value");
    case Kind::Call: return classText(tree, id);
    case Kind::Cycle: return tr("reference");
    }
    Q_UNREACHABLE();
}

QString objectValueText(const Checkpoint &checkpoint, ObjectId id)
{
    const ObjectTree &tree = checkpoint.objects();
    const ObjectNode &node = tree[id];
    switch (node.kind) {
    case Kind::None: return QStringLiteral("None");
    case Kind::Bool: return node.integer ? QStringLiteral("True") : QStringLiteral("False");
    case Kind::Integer: return QString::number(node.integer);
    case Kind::Float: return numberText(node.number);
    case Kind::Text: return u'"' + shortened(node.text) + u'"';
    case Kind::Bytes:
    case Kind::ByteArray: return bytesText(qint64(node.text.size()));
    case Kind::Complex:
    case Kind::Global:
    case Kind::Value:
    case Kind::Big: return shortened(node.text);
    case Kind::List:
    case Kind::Tuple:
    case Kind::Set:
    case Kind::FrozenSet: return node.childCount == 1 ? tr("1 item") : tr("%1 items").arg(exactText(node.childCount));
    case Kind::Dict:
    case Kind::OrderedDict:
    case Kind::DefaultDict:
    case Kind::Counter:
        return node.childCount == 2 ? tr("1 entry") : tr("%1 entries").arg(exactText(node.childCount / 2));
    case Kind::Tensor: {
        if (node.tensor >= checkpoint.tensors().size())
            return {};
        const Tensor &tensor = checkpoint.tensors()[node.tensor];
        return checkpoint.dtypeText(tensor) + QStringLiteral(" · ") + shapeText(tensor.shape);
    }
    case Kind::Call: return {};
    case Kind::Cycle: return tr("shown elsewhere");
    }
    Q_UNREACHABLE();
}
