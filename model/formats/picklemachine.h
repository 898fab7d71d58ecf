// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/largepages.h"
#include "model/formats/bytereader.h"
#include "model/formats/pickle.h"

#include <unordered_map>

/// The machine behind readPickle(): a stack, marks and a memo. One member function per kind of opcode; an error is kept
/// and ends the run after the opcode.
class PickleMachine
{
public:
    PickleMachine(PickleGraph &graph, std::size_t from);

    Result<PickleRun> run(const QString &subject, const Progress &progress);

private:
    void step(unsigned char opcode);
    // Reading the stream.
    std::string_view take(quint64 bytes)
    {
        if (bytes > quint64(m_end - m_at)) [[unlikely]]
            return takeTooMany(bytes);
        m_at += bytes;
        return {m_at - bytes, std::size_t(bytes)};
    }
    std::string_view takeTooMany(quint64 bytes);
    std::string_view line();
    template<typename T>
    T number();
    void fail(const QString &message); ///< ends the run after this opcode; the first message counts
    bool hasFailed() const { return !m_error.isEmpty(); }
    /// End the run when it takes what only a file takes that wants nothing else.
    void checkMemory();
    void failTruncated();

    // The stack.
    void push(PickleValue value) { m_stack.push_back(value); }
    void metAgain(PickleValue value)
    {
        if (PickleNode *node = value.node())
            node->isMetAgain = true;
        push(value);
    }
    void pushNode(PickleNode *node) { push(PickleValue::node(node)); }
    PickleValue pop()
    {
        if (m_stack.size() <= floor()) [[unlikely]]
            return popNothing();
        const PickleValue value = m_stack.back();
        m_stack.pop_back();
        return value;
    }
    PickleValue popNothing();
    PickleValue top() { return m_stack.size() > floor() ? m_stack.back() : noValue(); }
    PickleValue noValue();
    /// The values above the newest mark; valid until the next push. dropMark() takes them and the mark away.
    std::span<const PickleValue> aboveMark();
    void dropMark();
    std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }

    // Opcodes: the stream itself, the stack, the memo.
    void proto();
    void frame();
    void stop();
    void mark() { m_marks.push_back(m_stack.size()); }
    void popOne();
    void popMark();
    void duplicate();
    void putLine();
    void putByte() { put(number<quint8>()); }
    void putLong() { put(number<quint32>()); }
    void memoize() { put(m_puts); }
    void getLine();
    void getByte() { get(number<quint8>()); }
    void getLong() { get(number<quint32>()); }
    void put(quint64 index)
    {
        const PickleValue value = top();
        ++m_puts;
        if (index == m_memo.size())
            m_memo.push_back(value);
        else
            putElsewhere(index, value);
    }
    void putElsewhere(quint64 index, PickleValue value);
    void get(quint64 index);

    // Opcodes: constants.
    void none() { push(PickleValue::none()); }
    void newTrue() { push(PickleValue::boolean(true)); }
    void newFalse() { push(PickleValue::boolean(false)); }
    void intLine();
    void longLine();
    void binInt() { pushInteger(number<qint32>()); }
    void binInt1() { pushInteger(number<quint8>()); }
    void binInt2() { pushInteger(number<quint16>()); }
    void long1() { pushTwosComplement(take(number<quint8>())); }
    void long4();
    void floatLine();
    void binFloat();
    void pushInteger(qint64 value)
    {
        if (PickleValue::isSmall(value)) [[likely]]
            push(PickleValue::smallInteger(value));
        else
            pushWideInteger(value);
    }
    void pushWideInteger(qint64 value);
    void pushDecimal(std::string_view digits);
    void pushTwosComplement(std::string_view bytes);

    // Opcodes: texts and bytes.
    void stringLine();
    void binString();
    void shortBinString() { pushText(take(number<quint8>())); }
    void unicodeLine();
    void binUnicode() { pushText(take(number<quint32>())); }
    void shortBinUnicode() { pushText(take(number<quint8>())); }
    void binUnicode8() { pushText(take(number<quint64>())); }
    void binBytes() { pushBytes(PickleNode::Kind::Bytes, take(number<quint32>())); }
    void shortBinBytes() { pushBytes(PickleNode::Kind::Bytes, take(number<quint8>())); }
    void binBytes8() { pushBytes(PickleNode::Kind::Bytes, take(number<quint64>())); }
    void byteArray8() { pushBytes(PickleNode::Kind::ByteArray, take(number<quint64>())); }
    void pushText(std::string_view bytes);
    void pushBytes(PickleNode::Kind kind, std::string_view bytes);

    // Opcodes: containers.
    void emptyTuple() { tupleOf(0); }
    void emptyList() { pushNode(m_graph.make(PickleNode::Kind::List)); }
    void emptyDict() { pushNode(m_graph.make(PickleNode::Kind::Dict)); }
    void emptySet() { pushNode(m_graph.make(PickleNode::Kind::Set)); }
    void tuple() { fromMark(PickleNode::Kind::Tuple); }
    void list() { fromMark(PickleNode::Kind::List); }
    void frozenSet() { fromMark(PickleNode::Kind::FrozenSet); }
    void dict();
    void tuple1() { tupleOf(1); }
    void tuple2() { tupleOf(2); }
    void tuple3() { tupleOf(3); }
    void append();
    void appends();
    void addItems() { appends(); }
    void setItem();
    void setItems();
    void fromMark(PickleNode::Kind kind);
    void tupleOf(std::size_t count);
    void addElements(PickleValue target, std::span<const PickleValue> values);
    void addPairs(PickleValue target, std::span<const PickleValue> values);

    // Opcodes: globals, calls, references outside the stream.
    void global();
    void stackGlobal();
    void extension1() { extension(number<quint8>()); }
    void extension2() { extension(number<quint16>()); }
    void extension4() { extension(number<qint32>()); }
    void reduce();
    void build();
    void instance();
    void object();
    void newObject();
    void newObjectEx();
    void persistentLine();
    void persistent();
    void nextBuffer() { pushOther("external buffer"); }
    void readonlyBuffer() {}
    void extension(qint64 code);
    void pushOther(std::string_view text);
    void call(PickleNode::Form form, PickleValue callee, PickleValue arguments);
    PickleValue reduced(PickleValue callee, PickleValue arguments);
    PickleValue dictFrom(PickleNode::Kind kind, PickleValue arguments);
    PickleValue collectionFrom(PickleNode::Kind kind, PickleValue arguments);
    PickleValue byteArrayFrom(PickleValue arguments);
    PickleValue encoded(PickleValue arguments);

    PickleGraph &m_graph;
    const char *m_begin;
    const char *m_at;
    const char *m_end;
    const char *m_frameEnd = nullptr;
    std::vector<PickleValue> m_stack;
    std::vector<std::size_t> m_marks;
    LargeVector<PickleValue> m_memo;
    std::unordered_map<quint64, PickleValue> m_farMemo; ///< numbers far beyond the count of puts
    quint64 m_puts = 0;
    std::size_t m_arenaMemory = 0; ///< when it was last checked
    QString m_error;
    bool m_ranOut = false;
    bool m_isOver = false; ///< stopped or failed
    PickleRun m_run;
};

template<typename T>
T PickleMachine::number()
{
    const std::string_view bytes = take(sizeof(T));
    return bytes.empty() ? T{} : littleEndian<T>(bytes.data(), 0);
}
