// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The pickle machine's opcodes for containers, names and calls. A call is recorded, never made; Python's own containers
// are the only names that become something else than a recorded call here.
#include "model/base/text.h"
#include "model/formats/picklemachine.h"

#include <QCoreApplication>

namespace {
using Kind = PickleNode::Kind;

QString tr(const char *text)
{
    return QCoreApplication::translate("Pickle", text);
}

bool isSequence(const PickleNode *node)
{
    return node && node->kind >= Kind::Tuple && node->kind <= Kind::FrozenSet;
}

/// The bytes that `_codecs.encode(text, 'latin1')` gives: one per code point, or nothing if one is beyond 255.
std::optional<std::string> latin1(std::string_view utf8)
{
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const auto lead = static_cast<unsigned char>(utf8[at]);
        if (lead < 0x80) {
            out += char(lead);
            continue;
        }
        if ((lead != 0xC2 && lead != 0xC3) || at + 1 == utf8.size() || (utf8[at + 1] & 0xC0) != 0x80)
            return std::nullopt;
        out += char((lead & 3) << 6 | (utf8[++at] & 0x3F));
    }
    return out;
}
}

void PickleMachine::fromMark(Kind kind)
{
    if (kind == Kind::Tuple && !m_marks.empty()) {
        const std::size_t count = m_stack.size() - m_marks.back();
        m_marks.pop_back();
        tupleOf(count);
        return;
    }
    PickleNode *made = m_graph.makeItems(kind, aboveMark());
    dropMark();
    pushNode(made);
}

void PickleMachine::dict()
{
    if (aboveMark().size() % 2 != 0)
        fail(tr("a dict has a key without a value"));
    else
        fromMark(Kind::Dict);
}

/// A tuple behind a storage in a list of arguments is a tensor's shape or strides, equal to many others.
void PickleMachine::tupleOf(std::size_t count)
{
    if (m_stack.size() < floor() + count) {
        fail(tr("a tuple of %1 is made of %2 values").arg(count).arg(m_stack.size() - floor()));
        return;
    }
    const auto values = std::span<const PickleValue>(m_stack).last(count);
    const bool isArgument = m_stack.size() > floor() && PickleGraph::node(m_stack[floor()], Kind::Persistent);
    PickleNode *made = isArgument ? m_graph.makeShared(values) : m_graph.makeItems(Kind::Tuple, values);
    m_stack.resize(m_stack.size() - count);
    pushNode(made);
}

void PickleMachine::append()
{
    const PickleValue value = pop();
    addElements(top(), {&value, 1});
}

void PickleMachine::appends()
{
    const std::span<const PickleValue> values = aboveMark();
    if (hasFailed())
        return;
    const std::size_t under = m_marks.back();
    const std::size_t below = m_marks.size() > 1 ? m_marks[m_marks.size() - 2] : 0;
    if (under <= below)
        fail(tr("items are added where there is nothing to add them to"));
    else
        addElements(m_stack[under - 1], values);
    dropMark();
}

void PickleMachine::setItem()
{
    const PickleValue value = pop();
    const PickleValue pair[] = {pop(), value};
    addPairs(top(), pair);
}

void PickleMachine::setItems()
{
    const std::span<const PickleValue> values = aboveMark();
    if (hasFailed())
        return;
    const std::size_t under = m_marks.back();
    const std::size_t below = m_marks.size() > 1 ? m_marks[m_marks.size() - 2] : 0;
    if (values.size() % 2 != 0)
        fail(tr("a dict is given a key without a value"));
    else if (under <= below)
        fail(tr("items are added where there is nothing to add them to"));
    else
        addPairs(m_stack[under - 1], values);
    dropMark();
}

void PickleMachine::addElements(PickleValue target, std::span<const PickleValue> values)
{
    PickleNode *node = target.node();
    if (node && (node->kind == Kind::List || node->kind == Kind::Set)) {
        m_graph.append(*node, values);
    } else if (node && node->kind == Kind::Call) {
        PickleValue &elements = m_graph.part(*node, PickleNode::Elements);
        if (!elements)
            elements = PickleValue::node(m_graph.make(Kind::List));
        m_graph.append(*elements.node(), values);
    } else {
        fail(tr("items are added to something that is not a list"));
    }
}

void PickleMachine::addPairs(PickleValue target, std::span<const PickleValue> values)
{
    PickleNode *node = target.node();
    if (node && node->isDict()) {
        m_graph.append(*node, values);
    } else if (node && node->kind == Kind::Call) {
        PickleValue &pairs = m_graph.part(*node, PickleNode::Pairs);
        if (!pairs)
            pairs = PickleValue::node(m_graph.make(Kind::Dict));
        m_graph.append(*pairs.node(), values);
    } else {
        fail(tr("keys and values are added to something that is not a dict"));
    }
}

void PickleMachine::global()
{
    const std::string_view module = line();
    const std::string_view name = line();
    if (!hasFailed())
        pushNode(m_graph.global(module, name));
}

void PickleMachine::stackGlobal()
{
    const auto name = m_graph.text(pop());
    const auto module = m_graph.text(pop());
    if (name && module)
        pushNode(m_graph.global(*module, *name));
    else
        fail(tr("a name is not given as text"));
}

void PickleMachine::extension(qint64 code)
{
    pushOther("extension code " + std::to_string(code));
}

void PickleMachine::pushOther(std::string_view text)
{
    const PickleValue value = PickleValue::node(m_graph.makeBytes(Kind::Text, m_graph.keep(text)));
    pushNode(m_graph.makeItems(Kind::Other, {&value, 1}));
}

void PickleMachine::call(PickleNode::Form form, PickleValue callee, PickleValue arguments)
{
    const PickleValue parts[] = {callee, arguments};
    PickleNode *made = m_graph.makeItems(Kind::Call, parts);
    made->form = form;
    pushNode(made);
}

void PickleMachine::reduce()
{
    const PickleValue arguments = pop();
    const PickleValue callee = pop();
    if (const PickleValue value = reduced(callee, arguments))
        push(value);
    else
        call(PickleNode::Form::Reduce, callee, arguments);
}

PickleValue PickleMachine::reduced(PickleValue callee, PickleValue arguments)
{
    if (!PickleGraph::node(arguments, Kind::Tuple))
        return {};
    switch (PickleGraph::known(callee)) {
    case KnownGlobal::OrderedDict: return dictFrom(Kind::OrderedDict, arguments);
    case KnownGlobal::DefaultDict: return dictFrom(Kind::DefaultDict, arguments);
    case KnownGlobal::Counter: return dictFrom(Kind::Counter, arguments);
    case KnownGlobal::Dict: return dictFrom(Kind::Dict, arguments);
    case KnownGlobal::Set: return collectionFrom(Kind::Set, arguments);
    case KnownGlobal::FrozenSet: return collectionFrom(Kind::FrozenSet, arguments);
    case KnownGlobal::List: return collectionFrom(Kind::List, arguments);
    case KnownGlobal::Tuple: return collectionFrom(Kind::Tuple, arguments);
    case KnownGlobal::ByteArray: return byteArrayFrom(arguments);
    case KnownGlobal::CodecsEncode: return encoded(arguments);
    default: return {};
    }
}

/// `OrderedDict()`, `OrderedDict([[key, value], …])` as Python 2 wrote it, `Counter({…})`, `defaultdict(factory)`.
PickleValue PickleMachine::dictFrom(Kind kind, PickleValue arguments)
{
    const PickleNode &given = *arguments.node();
    PickleNode *made = m_graph.make(kind);
    if (given.count == 0)
        return PickleValue::node(made);
    if (kind == Kind::DefaultDict) {
        m_graph.setAttributes(*made, given.items[0]);
        return PickleValue::node(made);
    }
    const PickleNode *source = given.items[0].node();
    if (given.count != 1 || !source)
        return {};
    if (source->isDict()) {
        m_graph.append(*made, source->values());
        return PickleValue::node(made);
    }
    if (!isSequence(source))
        return {};
    for (const PickleValue pair : source->values()) {
        if (!isSequence(pair.node()) || pair.node()->count != 2)
            return {};
        m_graph.append(*made, pair.node()->values());
    }
    return PickleValue::node(made);
}

PickleValue PickleMachine::collectionFrom(Kind kind, PickleValue arguments)
{
    const PickleNode &given = *arguments.node();
    if (given.count == 0)
        return PickleValue::node(m_graph.make(kind));
    const PickleNode *source = given.items[0].node();
    if (given.count != 1 || !isSequence(source))
        return {};
    return PickleValue::node(m_graph.makeItems(kind, source->values()));
}

PickleValue PickleMachine::byteArrayFrom(PickleValue arguments)
{
    const PickleNode &given = *arguments.node();
    const PickleNode *bytes = given.count == 1 ? PickleGraph::node(given.items[0], Kind::Bytes) : nullptr;
    return bytes ? PickleValue::node(m_graph.makeBytes(Kind::ByteArray, bytes->bytes())) : PickleValue();
}

PickleValue PickleMachine::encoded(PickleValue arguments)
{
    const PickleNode &given = *arguments.node();
    const auto text = given.count == 2 ? m_graph.text(given.items[0]) : std::nullopt;
    const auto codec = given.count == 2 ? m_graph.text(given.items[1]) : std::nullopt;
    if (!text || (codec != "latin1" && codec != "latin-1"))
        return {};
    const auto bytes = latin1(*text);
    return bytes ? PickleValue::node(m_graph.makeBytes(Kind::Bytes, m_graph.keep(*bytes))) : PickleValue();
}

void PickleMachine::build()
{
    const PickleValue state = pop();
    PickleNode *target = top().node();
    if (target && target->kind == Kind::Call)
        m_graph.part(*target, PickleNode::State) = state;
    else if (target && target->isContainer()) {
        if (target->kind == Kind::Tuple) { // never Python's doing, but equal tuples may be one
            target = m_graph.makeItems(Kind::Tuple, target->values());
            m_stack.back() = PickleValue::node(target);
        }
        m_graph.setAttributes(*target, state);
    } else
        fail(tr("a state is given to something that has none"));
}

void PickleMachine::instance()
{
    const std::string_view module = line();
    const std::string_view name = line();
    if (hasFailed())
        return;
    PickleNode *arguments = m_graph.makeItems(Kind::Tuple, aboveMark());
    dropMark();
    call(PickleNode::Form::Reduce, PickleValue::node(m_graph.global(module, name)), PickleValue::node(arguments));
}

void PickleMachine::object()
{
    const std::span<const PickleValue> values = aboveMark();
    if (values.empty()) {
        fail(tr("an object is made without its class"));
        return;
    }
    const PickleValue callee = values[0];
    PickleNode *arguments = m_graph.makeItems(Kind::Tuple, values.subspan(1));
    dropMark();
    call(PickleNode::Form::Reduce, callee, PickleValue::node(arguments));
}

void PickleMachine::newObject()
{
    const PickleValue arguments = pop();
    const PickleValue callee = pop();
    call(PickleNode::Form::NewObject, callee, arguments);
}

void PickleMachine::newObjectEx()
{
    const PickleValue keywords = pop();
    newObject();
    if (!hasFailed())
        m_graph.part(*m_stack.back().node(), PickleNode::Keywords) = keywords;
}

void PickleMachine::persistentLine()
{
    const std::string_view text = line();
    pushNode(m_graph.makePersistent(PickleValue::node(m_graph.makeBytes(Kind::Text, text))));
}

void PickleMachine::persistent()
{
    pushNode(m_graph.makePersistent(pop()));
}
