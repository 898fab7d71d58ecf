// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/objectwriter.h"

#include "model/base/text.h"
#include "model/save/biginteger.h"
#include "model/save/numpyscalar.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
using Kind = ObjectNode::Kind;

/// An array inside a pickle is held in memory to be written.
constexpr qint64 mostArrayBytes = 256 << 20;

QString tr(const char *text)
{
    return QCoreApplication::translate("ObjectWriter", text);
}

Error unsupported(const QString &what)
{
    return {Error::Kind::Unsupported, tr("The source's objects cannot be kept: %1").arg(what)};
}

/// Bytes as a text of as many characters, the way protocol 2 tells them.
std::string latinText(std::string_view bytes)
{
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += char(0xC0 | (byte >> 6));
            text += char(0x80 | (byte & 0x3F));
        }
    }
    return text;
}

/// Whether a node stands for a call: its children say how it was made.
bool isMadeByCall(const ObjectNode &node)
{
    return node.kind == Kind::Call || ((node.kind == Kind::Value || node.kind == Kind::Complex) && node.childCount > 0);
}

/// Whether values inside it may refer back to it: it exists before they do.
bool isOpenContainer(Kind kind)
{
    return kind == Kind::List || kind == Kind::Dict || kind == Kind::OrderedDict || kind == Kind::DefaultDict;
}

bool isClosedContainer(Kind kind)
{
    return kind == Kind::Tuple || kind == Kind::Set || kind == Kind::FrozenSet || kind == Kind::Counter;
}
}

ObjectWriter::Survey ObjectWriter::survey(const ObjectTree &objects, std::vector<ObjectId> from, ObjectId replaced)
{
    Survey survey;
    survey.isShared.resize(objects.size());
    std::vector<bool> isMet(objects.size());
    std::vector<ObjectId> left = std::move(from);
    while (!left.empty()) {
        ObjectId object = left.back();
        left.pop_back();
        if (objects[object].kind == Kind::Cycle) {
            object = ObjectId(quint32(objects[object].integer));
            survey.isShared[quint32(object)] = true;
        }
        if (isMet[quint32(object)]) {
            survey.isShared[quint32(object)] = true;
            continue;
        }
        isMet[quint32(object)] = true;
        if (object == replaced)
            continue;
        const ObjectNode &node = objects[object];
        if (node.kind == Kind::Tensor && node.form != ObjectNode::Form::Array)
            survey.tensors.push_back(node.tensor);
        const auto children = objects.children(object);
        left.insert(left.end(), children.begin(), children.end());
        if (node.state != noObject)
            left.push_back(node.state);
    }
    return survey;
}

ObjectWriter::ObjectWriter(std::shared_ptr<const Checkpoint> checkpoint, PickleWriter &pickle, Survey survey,
                           WriteTensor writeTensor, Replacement replacement)
    : m_checkpoint(std::move(checkpoint))
    , m_objects(m_checkpoint->objects())
    , m_pickle(pickle)
    , m_survey(std::move(survey))
    , m_writeTensor(std::move(writeTensor))
    , m_replacement(std::move(replacement))
{}

Result<void> ObjectWriter::write(ObjectId object)
{
    const std::size_t others = m_tasks.size(); // of an outer write() that is at its replacement
    later(object);
    while (m_tasks.size() > others) {
        const Task task = m_tasks.back();
        m_tasks.pop_back();
        const std::size_t before = m_tasks.size();
        switch (task.what) {
        case Task::What::Op: m_pickle.op(task.op); break;
        case Task::What::Remember: remember(task.object); break;
        case Task::What::Value:
            if (const auto done = value(task.object); !done)
                return done;
        }
        // New tasks were added in the order in which they are to be done.
        std::reverse(m_tasks.begin() + std::ptrdiff_t(before), m_tasks.end());
    }
    return {};
}

void ObjectWriter::remember(ObjectId object)
{
    if (!m_survey.isShared[quint32(object)])
        return;
    m_memo[object] = m_pickle.put();
    m_open.erase(object);
}

Result<void> ObjectWriter::value(ObjectId object)
{
    if (m_objects[object].kind == Kind::Cycle)
        return value(ObjectId(quint32(m_objects[object].integer)));
    if (!m_survey.isShared[quint32(object)])
        return made(object);
    if (const auto known = m_memo.find(object); known != m_memo.end()) {
        m_pickle.get(known->second);
        return {};
    }
    if (!m_open.insert(object).second)
        return unsupported(tr("a tuple, set or call in them contains itself."));
    return made(object);
}

Result<void> ObjectWriter::made(ObjectId object)
{
    if (object == m_replacement.replaced) {
        const auto done = m_replacement.write();
        remember(object);
        return done;
    }
    const Node &node = m_objects[object];
    if (isMadeByCall(node))
        return call(object, node);
    if (isOpenContainer(node.kind)) {
        openContainer(object, node);
        return {};
    }
    if (isClosedContainer(node.kind)) {
        closedContainer(object, node);
        return {};
    }
    const auto done = leaf(node);
    remember(object);
    return done;
}

Result<void> ObjectWriter::leaf(const Node &node)
{
    if (node.form == Node::Form::Array && node.kind != Kind::Tensor) {
        scalar(node);
        return {};
    }
    switch (node.kind) {
    case Kind::None: m_pickle.op(Op::None); return {};
    case Kind::Bool: m_pickle.boolean(node.integer != 0); return {};
    case Kind::Integer: m_pickle.integer(node.integer); return {};
    case Kind::Float: m_pickle.real(node.number); return {};
    case Kind::Text: m_pickle.text(node.text); return {};
    case Kind::Bytes: latinBytes(node.text); return {};
    case Kind::ByteArray:
        m_pickle.global("__builtin__", "bytearray");
        m_pickle.text(latinText(node.text));
        m_pickle.text("latin-1");
        m_pickle.tuple(2);
        m_pickle.op(Op::Reduce);
        return {};
    case Kind::Big: return big(node);
    case Kind::Tensor:
        if (node.form == Node::Form::Array)
            return array(m_checkpoint->tensors()[node.tensor]);
        m_writeTensor(node.tensor);
        return {};
    default: break;
    }
    const auto moduleBytes = std::size_t(std::max<qint64>(node.integer, 0));
    if (moduleBytes == 0 || moduleBytes >= node.text.size())
        return unsupported(tr("“%1” cannot be told in a torch file.").arg(displayName(node.text)));
    m_pickle.global(node.text.substr(0, moduleBytes), node.text.substr(moduleBytes + 1));
    return {};
}

void ObjectWriter::itemsLater(std::span<const ObjectId> items, Op end)
{
    if (items.empty())
        return;
    later(Op::Mark);
    for (const ObjectId item : items)
        later(item);
    later(end);
}

void ObjectWriter::openContainer(ObjectId object, const Node &node)
{
    const auto children = m_objects.children(object);
    const bool hasFactory = node.kind == Kind::DefaultDict && node.state != noObject;
    switch (node.kind) {
    case Kind::List: later(Op::EmptyList); break;
    case Kind::OrderedDict: m_pickle.emptyOrderedDict(); break;
    case Kind::DefaultDict:
        m_pickle.global("collections", "defaultdict");
        if (hasFactory)
            later(node.state);
        later(hasFactory ? Op::Tuple1 : Op::EmptyTuple);
        later(Op::Reduce);
        break;
    default: later(Op::EmptyDict); break;
    }
    rememberLater(object);
    itemsLater(children, node.kind == Kind::List ? Op::Appends : Op::SetItems);
    if (node.state != noObject && !hasFactory) {
        later(node.state);
        later(Op::Build);
    }
}

void ObjectWriter::closedContainer(ObjectId object, const Node &node)
{
    const auto children = m_objects.children(object);
    switch (node.kind) {
    case Kind::Set:
    case Kind::FrozenSet:
        m_pickle.global("__builtin__", node.kind == Kind::Set ? "set" : "frozenset");
        later(Op::EmptyList);
        itemsLater(children, Op::Appends);
        break;
    case Kind::Counter:
        m_pickle.global("collections", "Counter");
        later(Op::EmptyDict);
        itemsLater(children, Op::SetItems);
        break;
    default:
        if (children.empty())
            later(Op::EmptyTuple);
        itemsLater(children, Op::Tuple);
        rememberLater(object);
        return;
    }
    later(Op::Tuple1);
    later(Op::Reduce);
    rememberLater(object);
    if (node.state != noObject) {
        later(node.state);
        later(Op::Build);
    }
}

Result<void> ObjectWriter::call(ObjectId object, const Node &node)
{
    if (node.form == Node::Form::Persistent || node.childCount < 2)
        return unsupported(tr("they refer to something outside the file, which a torch file of today does not do."));
    auto children = m_objects.children(object);
    const auto next = [&children] {
        const ObjectId first = children.front();
        children = children.subspan(1);
        return first;
    };
    later(next());
    later(next());
    const bool hasKeywords = (node.integer & Node::Keywords) && !children.empty();
    if (hasKeywords)
        later(next());
    const bool isNew = node.form == Node::Form::NewObject;
    later(hasKeywords ? Op::NewObjectWithKeywords : isNew ? Op::NewObject : Op::Reduce);
    rememberLater(object);
    if ((node.integer & Node::Elements) && !children.empty())
        itemsLater(m_objects.children(next()), Op::Appends);
    if ((node.integer & Node::Pairs) && !children.empty())
        itemsLater(m_objects.children(next()), Op::SetItems);
    if (node.state != noObject) {
        later(node.state);
        later(Op::Build);
    }
    return {};
}

Result<void> ObjectWriter::big(const Node &node)
{
    const auto bytes = bigIntegerBytes(node.text);
    if (!bytes)
        return unsupported(tr("a whole number in them is too long."));
    m_pickle.bigInteger(*bytes);
    return {};
}

void ObjectWriter::latinBytes(std::string_view bytes)
{
    m_pickle.global("_codecs", "encode");
    m_pickle.text(latinText(bytes));
    m_pickle.text("latin1");
    m_pickle.tuple(2);
    m_pickle.op(Op::Reduce);
}

Result<void> ObjectWriter::array(const Tensor &tensor)
{
    const QString problem = m_checkpoint->problem(tensor);
    const qint64 size = Checkpoint::byteCount(tensor);
    if (!problem.isEmpty())
        return unsupported(tr("the array “%1” cannot be read: %2").arg(displayName(tensor.name), problem));
    if (numpyCode(tensor.dtype).empty() || size > mostArrayBytes) {
        return unsupported(tr("the array “%1” of dtype %2 and %3 cannot be written into a pickle.")
                               .arg(displayName(tensor.name), m_checkpoint->dtypeText(tensor), bytesText(size)));
    }
    std::string bytes(std::size_t(size), '\0');
    if (const auto read = TensorBytes(m_checkpoint).read(tensor, 0, std::as_writable_bytes(std::span(bytes))); !read)
        return read;
    m_pickle.global("numpy.core.multiarray", "_reconstruct");
    m_pickle.global("numpy", "ndarray");
    m_pickle.sizes({0});
    latinBytes("b");
    m_pickle.tuple(3);
    m_pickle.op(Op::Reduce);
    m_pickle.op(Op::Mark);
    m_pickle.integer(1);
    m_pickle.sizes(tensor.shape);
    arrayType(tensor.dtype);
    m_pickle.boolean(false);
    latinBytes(bytes);
    m_pickle.op(Op::Tuple);
    m_pickle.op(Op::Build);
    return {};
}

void ObjectWriter::arrayType(DType dtype)
{
    m_pickle.global("numpy", "dtype");
    m_pickle.text(numpyCode(dtype));
    m_pickle.boolean(false);
    m_pickle.boolean(true);
    m_pickle.tuple(3);
    m_pickle.op(Op::Reduce);
    m_pickle.op(Op::Mark);
    m_pickle.integer(3);
    m_pickle.text(byteSize(dtype) == 1 ? "|" : "<");
    for (int i = 0; i < 3; ++i)
        m_pickle.op(Op::None);
    m_pickle.integer(-1);
    m_pickle.integer(-1);
    m_pickle.integer(0);
    m_pickle.op(Op::Tuple);
    m_pickle.op(Op::Build);
}

void ObjectWriter::scalar(const Node &node)
{
    const DType dtype = dtypeFromWord(node.text);
    m_pickle.global("numpy.core.multiarray", "scalar");
    arrayType(dtype);
    latinBytes(node.kind == Kind::Float ? numpyBytes(dtype, node.number) : numpyBytes(dtype, node.integer));
    m_pickle.tuple(2);
    m_pickle.op(Op::Reduce);
}
