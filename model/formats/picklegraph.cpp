// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/picklegraph.h"

#include <algorithm>
#include <array>
#include <bit>

namespace {
/// Bytes of a torch pickle per tensor, rounded down; room that is never written costs nothing.
constexpr std::size_t bytesPerTensor = 64;

/// Items that fit a growing container of `count` items before it moves.
std::size_t roomFor(std::size_t count)
{
    return count == 0 ? 0 : std::bit_ceil(count);
}
}

PickleGraph::PickleGraph(std::string_view source) : m_source(source), m_arena(source.size())
{
    m_persistentIds.reserve(source.size() / bytesPerTensor);
}

PickleValue *PickleGraph::allocateItems(std::size_t count)
{
    return static_cast<PickleValue *>(m_arena.allocate(count * sizeof(PickleValue), alignof(PickleValue)));
}

std::optional<std::string_view> PickleGraph::text(PickleValue value) const
{
    if (value.isSmallText())
        return m_source.substr(value.textOffset(), value.textLength());
    if (const PickleNode *boxed = node(value, PickleNode::Kind::Text))
        return boxed->bytes();
    return std::nullopt;
}

std::optional<qint64> PickleGraph::integer(PickleValue value)
{
    if (value.isSmallInteger())
        return value.integer();
    if (value.isBoolean())
        return value.isTrue() ? 1 : 0;
    if (const PickleNode *boxed = node(value, PickleNode::Kind::Integer))
        return boxed->integer;
    return std::nullopt;
}

std::optional<double> PickleGraph::number(PickleValue value)
{
    if (const PickleNode *boxed = node(value, PickleNode::Kind::Float))
        return boxed->number;
    if (const auto whole = integer(value))
        return double(*whole);
    return std::nullopt;
}

std::string PickleGraph::globalName(const PickleNode &global) const
{
    return std::string(*text(global.items[0])) + '.' + std::string(*text(global.items[1]));
}

PickleValue PickleGraph::attributes(const PickleNode &container) const
{
    const auto found = m_attributes.find(&container);
    return found == m_attributes.end() ? PickleValue() : found->second;
}

std::size_t PickleGraph::memory() const
{
    constexpr std::size_t mapEntry = 64;
    return m_arena.capacity() + m_persistentIds.size() * sizeof(void *)
        + (m_attributes.size() + m_globals.size()) * mapEntry;
}

std::size_t PickleGraph::budget() const
{
    // A tensor takes 700 bytes, twice that in an optimizer's state; real pickles 3.5 times their size.
    constexpr std::size_t withPickle = 150'000'000;
    constexpr std::size_t besidePickle = 64'000'000;
    constexpr std::size_t bytesPerStorage = 2048;
    constexpr std::size_t bytesPerByte = 5;
    return std::max(besidePickle, withPickle - std::min(withPickle, m_source.size()))
        + std::min(bytesPerStorage * m_storageCount, bytesPerByte * m_source.size());
}

PickleNode *PickleGraph::make(PickleNode::Kind kind)
{
    auto *made = m_arena.make<PickleNode>();
    made->kind = kind;
    return made;
}

PickleNode *PickleGraph::makeItems(PickleNode::Kind kind, std::span<const PickleValue> items)
{
    PickleNode *made = make(kind);
    if (!items.empty()) {
        const bool isFixed = kind == PickleNode::Kind::Tuple;
        made->items = allocateItems(isFixed ? items.size() : roomFor(items.size()));
        std::copy(items.begin(), items.end(), made->items);
    }
    made->count = quint32(items.size());
    return made;
}

PickleNode *PickleGraph::makeShared(std::span<const PickleValue> items)
{
    constexpr std::size_t longest = 6;
    constexpr quint64 spread = 0x9E3779B97F4A7C15u;
    quint64 hash = items.size() * spread;
    bool isShared = items.size() <= longest;
    for (std::size_t i = 0; isShared && i < items.size(); ++i) {
        hash = (hash ^ items[i].bits()) * spread;
        isShared = items[i].isSmallInteger();
    }
    if (!isShared)
        return makeItems(PickleNode::Kind::Tuple, items);
    PickleNode *&known = m_numberTuples[hash >> 56];
    if (!known || !std::equal(items.begin(), items.end(), known->items, known->items + known->count))
        known = makeItems(PickleNode::Kind::Tuple, items);
    return known;
}

PickleNode *PickleGraph::makePersistent(PickleValue id)
{
    PickleNode *made = makeItems(PickleNode::Kind::Persistent, {&id, 1});
    m_persistentIds.push_back(made);
    const PickleNode *parts = node(id, PickleNode::Kind::Tuple);
    if (id != m_lastId && parts && parts->count > 0 && text(parts->items[0]) == "storage")
        ++m_storageCount;
    m_lastId = id;
    return made;
}

PickleNode *PickleGraph::makeBytes(PickleNode::Kind kind, std::string_view bytes)
{
    PickleNode *made = make(kind);
    made->data = bytes.data();
    made->count = quint32(bytes.size());
    return made;
}

PickleNode *PickleGraph::global(std::string_view module, std::string_view name)
{
    const std::string_view key = m_arena.store(module, "\n", name);
    PickleNode *&entry = m_globalsByName[key];
    if (!entry) {
        PickleNode *parts[] = {makeBytes(PickleNode::Kind::Text, key.substr(0, module.size())),
                               makeBytes(PickleNode::Kind::Text, key.substr(module.size() + 1))};
        const PickleValue values[] = {PickleValue::node(parts[0]), PickleValue::node(parts[1])};
        entry = makeItems(PickleNode::Kind::Global, values);
        const GlobalMeaning meaning = meaningOf(module, name);
        entry->known = meaning.known;
        entry->dtype = meaning.dtype;
        m_globals.push_back(entry);
    }
    return entry;
}

void PickleGraph::append(PickleNode &container, std::span<const PickleValue> values)
{
    const std::size_t wanted = container.count + values.size();
    if (wanted > roomFor(container.count)) {
        PickleValue *room = allocateItems(roomFor(wanted));
        std::copy_n(container.items, container.count, room);
        container.items = room;
    }
    std::copy(values.begin(), values.end(), container.items + container.count);
    container.count = quint32(wanted);
}

PickleValue &PickleGraph::part(PickleNode &call, PickleNode::Part which)
{
    if (call.count < PickleNode::PartCount) {
        const std::array<PickleValue, PickleNode::PartCount> nothing{};
        append(call, std::span(nothing).first(PickleNode::PartCount - call.count));
    }
    return call.items[which];
}
