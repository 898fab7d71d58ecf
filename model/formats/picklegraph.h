// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/arena.h"
#include "model/base/finding.h"
#include "model/formats/pickleglobals.h"

#include <array>
#include <span>
#include <unordered_map>
#include <vector>

struct PickleNode;

/// One value of a pickle in eight bytes: a constant, a whole number of up to 61 bits, a text (a range of the pickle's
/// bytes), or a node. 100,000 tensors are some two million values, so the size counts.
class PickleValue
{
public:
    constexpr PickleValue() = default;
    static constexpr PickleValue none() { return PickleValue(constantTag | (1 << tagBits)); }
    static constexpr PickleValue boolean(bool value) { return PickleValue(constantTag | ((value ? 3 : 2) << tagBits)); }
    static constexpr PickleValue smallInteger(qint64 value)
    {
        return PickleValue(quint64(value) << tagBits | integerTag);
    }
    static constexpr bool isSmall(qint64 value) { return value >= -(qint64(1) << 60) && value < (qint64(1) << 60); }
    static PickleValue text(std::size_t offset, std::size_t length)
    {
        return PickleValue(quint64(offset) << (lengthBits + tagBits) | quint64(length) << tagBits | textTag);
    }
    static PickleValue node(PickleNode *node) { return PickleValue(reinterpret_cast<quint64>(node)); }

    static constexpr int lengthBits = 29;

    /// False for a default-constructed value: nothing there.
    explicit operator bool() const { return m_bits != 0; }
    bool operator==(const PickleValue &) const = default;
    quint64 bits() const { return m_bits; }
    bool isNone() const { return *this == none(); }
    bool isBoolean() const { return *this == boolean(false) || *this == boolean(true); }
    bool isTrue() const { return *this == boolean(true); }
    bool isSmallInteger() const { return tag() == integerTag; }
    bool isSmallText() const { return tag() == textTag; }
    bool isNode() const { return tag() == nodeTag && m_bits != 0; }

    qint64 integer() const { return qint64(m_bits) >> tagBits; }
    PickleNode *node() const { return isNode() ? reinterpret_cast<PickleNode *>(m_bits) : nullptr; }
    std::size_t textOffset() const { return std::size_t(m_bits >> (lengthBits + tagBits)); }
    std::size_t textLength() const { return std::size_t(m_bits >> tagBits) & ((std::size_t(1) << lengthBits) - 1); }

private:
    static constexpr int tagBits = 3;
    static constexpr quint64 nodeTag = 0;
    static constexpr quint64 integerTag = 1;
    static constexpr quint64 textTag = 2;
    static constexpr quint64 constantTag = 3;

    constexpr explicit PickleValue(quint64 bits) : m_bits(bits) {}
    quint64 tag() const { return m_bits & ((1 << tagBits) - 1); }

    quint64 m_bits = 0;
};

/// A value that does not fit eight bytes. Lives in the graph's arena; several values may point to it. 16 bytes, and the
/// room of growing containers follows from their count, for the same reason.
struct alignas(8) PickleNode
{
    enum class Kind : quint8 {
        Integer, ///< beyond 61 bits, within 64
        Big, ///< beyond 64 bits: `data` is little-endian two's complement, or decimal text
        BigText,
        Float,
        Text, ///< one that had to be decoded
        Bytes,
        ByteArray,
        Tuple,
        List,
        Set,
        FrozenSet,
        Dict, ///< items: key, value, key, value, …
        OrderedDict,
        DefaultDict,
        Counter,
        Global, ///< items: module, name
        Call, ///< items: callee, arguments; after grow() also what Part says
        Persistent, ///< items: the id
        Other, ///< items: a text that says what it is (an extension code, an external buffer)
    };
    /// How a Call came to be.
    enum class Form : quint8 { Reduce, NewObject };
    /// Items of a Call.
    enum Part : quint8 { Callee, Arguments, Keywords, State, Elements, Pairs, PartCount };

    Kind kind = Kind::Integer;
    Form form : 7 = Form::Reduce;
    bool isMetAgain : 1 = false; ///< taken out of the memo, or duplicated: may have several parents
    KnownGlobal known = KnownGlobal::None; ///< of a Global
    DType dtype = DType::Unknown; ///< of a Global that names a dtype, a storage class or a tensor class
    quint32 count = 0; ///< items or bytes
    union
    {
        PickleValue *items = nullptr;
        const char *data;
        qint64 integer;
        double number;
    };

    bool isContainer() const { return kind >= Kind::Tuple; }
    bool isDict() const { return kind >= Kind::Dict && kind <= Kind::Counter; }
    std::span<PickleValue> values() const { return {items, count}; }
    PickleValue part(Part which) const { return which < count ? items[which] : PickleValue(); }
    std::string_view bytes() const { return {data, count}; }
};
static_assert(sizeof(PickleNode) == 16);

/// What a pickle says, as a graph: nothing it names is looked up, imported or called. Identity is kept, so shared and
/// self-containing values stay so. The pickle's bytes must outlive the graph.
class PickleGraph
{
public:
    explicit PickleGraph(std::string_view source);

    std::string_view source() const { return m_source; }
    /// The text of a value, or nothing if it is not one. Python 2 strings count as text.
    std::optional<std::string_view> text(PickleValue value) const;
    /// A whole number within 64 bits; True and False are 1 and 0, as in Python.
    static std::optional<qint64> integer(PickleValue value);
    /// A float or a whole number.
    static std::optional<double> number(PickleValue value);
    static const PickleNode *node(PickleValue value, PickleNode::Kind kind)
    {
        const PickleNode *found = value.node();
        return found && found->kind == kind ? found : nullptr;
    }
    static KnownGlobal known(PickleValue value)
    {
        const PickleNode *global = node(value, PickleNode::Kind::Global);
        return global ? global->known : KnownGlobal::None;
    }
    /// "module.name" of a Global.
    std::string globalName(const PickleNode &global) const;
    /// Attributes given to a container by BUILD (torch's `_metadata` on an OrderedDict).
    PickleValue attributes(const PickleNode &container) const;

    PickleNode *make(PickleNode::Kind kind);
    PickleNode *makeItems(PickleNode::Kind kind, std::span<const PickleValue> items);
    /// A tuple whose identity does not count: equal ones of a few small whole numbers are mostly one node.
    PickleNode *makeShared(std::span<const PickleValue> items);
    PickleNode *makePersistent(PickleValue id);
    PickleNode *makeBytes(PickleNode::Kind kind, std::string_view bytes);
    /// A copy of `bytes` that lives as long as the graph.
    std::string_view keep(std::string_view bytes) { return m_arena.store(bytes); }
    /// The node of a global, one per name.
    PickleNode *global(std::string_view module, std::string_view name);
    void append(PickleNode &container, std::span<const PickleValue> values);
    /// The place of one part of a Call that few calls have.
    PickleValue &part(PickleNode &call, PickleNode::Part which);
    void setAttributes(const PickleNode &container, PickleValue attributes) { m_attributes[&container] = attributes; }

    /// Every global the pickle names, called or not, in the order of appearance.
    const std::vector<const PickleNode *> &globals() const { return m_globals; }
    /// Every persistent id, in the order of appearance.
    const std::vector<const PickleNode *> &persistentIds() const { return m_persistentIds; }
    /// How many persistent ids name a storage, as those of tensors do.
    std::size_t storageCount() const { return m_storageCount; }
    /// Bytes of all that grows with what the pickle says.
    std::size_t memory() const;
    /// Bytes that the pickle's objects, this graph and what is made of it, may take together. Beyond that a file only
    /// wants memory: 150 MB with the pickle itself, or 64 MB beside a large one, and what its tensors need.
    std::size_t budget() const;
    /// The part of it that a single opcode may add much to.
    std::size_t arenaMemory() const { return m_arena.capacity(); }

private:
    PickleValue *allocateItems(std::size_t count);

    std::string_view m_source;
    Arena m_arena;
    std::unordered_map<std::string_view, PickleNode *> m_globalsByName;
    std::vector<const PickleNode *> m_globals;
    std::vector<const PickleNode *> m_persistentIds;
    std::array<PickleNode *, 256> m_numberTuples{}; ///< the last tuple of each hash
    std::unordered_map<const PickleNode *, PickleValue> m_attributes;
    std::size_t m_storageCount = 0;
    PickleValue m_lastId; ///< of a persistent id: naming one storage over and over counts once
};
