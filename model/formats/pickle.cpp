// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/pickle.h"

#include "model/base/text.h"
#include "model/formats/picklemachine.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace {
/// What objects may take before the first tensor is named.
constexpr std::size_t bytesFree = 48 << 20;
/// Python keeps a thousand values waiting, torch's own writer those of the largest dict.
constexpr std::size_t mostWaiting = 4'000'000;
constexpr std::size_t mostGlobals = 10'000;
/// Texts by the line are protocol 0, which torch never had as its own; decoded they take three times as much.
constexpr std::size_t longestLine = 16 << 20;
constexpr std::size_t opcodesPerCheck = 1 << 16;
/// A memo number may run this far ahead of the number of puts before it is kept in the sparse table.
constexpr quint64 memoSlack = 1 << 16;
/// Bytes of a torch pickle per memo entry, rounded down; room that is never written costs nothing.
constexpr std::size_t bytesPerPut = 12;
constexpr std::size_t largestReserve = 4 << 20;

QString tr(const char *text)
{
    return QCoreApplication::translate("Pickle", text);
}
}

Result<PickleRun> readPickle(PickleGraph &graph, std::size_t from, const QString &subject, const Progress &progress)
{
    return PickleMachine(graph, from).run(subject, progress);
}

PickleMachine::PickleMachine(PickleGraph &graph, std::size_t from)
    : m_graph(graph)
    , m_begin(graph.source().data())
    , m_at(m_begin + std::min(from, graph.source().size()))
    , m_end(m_begin + graph.source().size())
{
    m_memo.reserve(std::min(std::size_t(m_end - m_at) / bytesPerPut, largestReserve));
}

void PickleMachine::step(unsigned char opcode)
{
    switch (opcode) {
    case 0x80: proto(); break;
    case 0x95: frame(); break;
    case '.': stop(); break;
    case '(': mark(); break;
    case '0': popOne(); break;
    case '1': popMark(); break;
    case '2': duplicate(); break;
    case 'p': putLine(); break;
    case 'q': putByte(); break;
    case 'r': putLong(); break;
    case 0x94: memoize(); break;
    case 'g': getLine(); break;
    case 'h': getByte(); break;
    case 'j': getLong(); break;
    case 'N': none(); break;
    case 0x88: newTrue(); break;
    case 0x89: newFalse(); break;
    case 'I': intLine(); break;
    case 'L': longLine(); break;
    case 'J': binInt(); break;
    case 'K': binInt1(); break;
    case 'M': binInt2(); break;
    case 0x8A: long1(); break;
    case 0x8B: long4(); break;
    case 'F': floatLine(); break;
    case 'G': binFloat(); break;
    case 'S': stringLine(); break;
    case 'T': binString(); break;
    case 'U': shortBinString(); break;
    case 'V': unicodeLine(); break;
    case 'X': binUnicode(); break;
    case 0x8C: shortBinUnicode(); break;
    case 0x8D: binUnicode8(); break;
    case 'B': binBytes(); break;
    case 'C': shortBinBytes(); break;
    case 0x8E: binBytes8(); break;
    case 0x96: byteArray8(); break;
    case ')': emptyTuple(); break;
    case ']': emptyList(); break;
    case '}': emptyDict(); break;
    case 0x8F: emptySet(); break;
    case 't': tuple(); break;
    case 'l': list(); break;
    case 0x91: frozenSet(); break;
    case 'd': dict(); break;
    case 0x85: tuple1(); break;
    case 0x86: tuple2(); break;
    case 0x87: tuple3(); break;
    case 'a': append(); break;
    case 'e': appends(); break;
    case 0x90: addItems(); break;
    case 's': setItem(); break;
    case 'u': setItems(); break;
    case 'c': global(); break;
    case 0x93: stackGlobal(); break;
    case 0x82: extension1(); break;
    case 0x83: extension2(); break;
    case 0x84: extension4(); break;
    case 'R': reduce(); break;
    case 'b': build(); break;
    case 'i': instance(); break;
    case 'o': object(); break;
    case 0x81: newObject(); break;
    case 0x92: newObjectEx(); break;
    case 'P': persistentLine(); break;
    case 'Q': persistent(); break;
    case 0x97: nextBuffer(); break;
    case 0x98: readonlyBuffer(); break;
    default: fail(tr("there is no opcode 0x%1").arg(opcode, 2, 16, QChar(u'0')));
    }
}

Result<PickleRun> PickleMachine::run(const QString &subject, const Progress &progress)
{
    const char *start = m_at;
    for (std::size_t count = 1; !m_isOver; ++count) {
        start = m_at;
        if (m_at == m_end) {
            failTruncated();
            break;
        }
        step(static_cast<unsigned char>(*m_at++));
        if (m_frameEnd && m_at > m_frameEnd && start < m_frameEnd) {
            m_frameEnd = nullptr;
            m_run.findings.push_back(
                {Finding::Severity::Warning, "pickle-frame",
                 tr("%1 has an opcode across the end of a frame at byte %2; programs differ in how "
                    "they read it.")
                     .arg(subject, QString::number(start - m_begin))});
        }
        const bool isTime = count % opcodesPerCheck == 0;
        if (isTime && progress.stopRequested())
            return Error{Error::Kind::Cancelled, tr("Opening was cancelled.")};
        if (isTime || m_graph.arenaMemory() != m_arenaMemory) // a single opcode may copy a long list
            checkMemory();
    }
    if (!hasFailed()) {
        m_run.end = std::size_t(m_at - m_begin);
        return std::move(m_run);
    }
    QString message = tr("%1 is damaged at byte %2: %3.").arg(subject, QString::number(start - m_begin), m_error);
    for (const PickleNode *global : m_graph.globals()) {
        if (gradeOf(*m_graph.text(global->items[0]), *m_graph.text(global->items[1])) == NameGrade::Dangerous) {
            message += QChar(u' ')
                + tr("Before that it names “%1”, which a program that runs pickles would have called.")
                      .arg(displayName(m_graph.globalName(*global)));
            break;
        }
    }
    return Error{Error::Kind::Damaged, message, {}, m_ranOut ? m_end - m_begin : start - m_begin};
}

void PickleMachine::checkMemory()
{
    constexpr std::size_t mapEntry = 64;
    m_arenaMemory = m_graph.arenaMemory();
    const std::size_t waiting = m_stack.size() + m_marks.size();
    const std::size_t memory =
        m_graph.memory() + (waiting + m_memo.size()) * sizeof(PickleValue) + m_farMemo.size() * mapEntry;
    if (waiting > mostWaiting)
        fail(tr("more than %1 values wait to be used").arg(exactText(qint64(mostWaiting))));
    else if (m_graph.globals().size() > mostGlobals)
        fail(tr("it names more than %1 types and functions").arg(exactText(qint64(mostGlobals))));
    else if (m_graph.storageCount() == 0 && memory > bytesFree)
        fail(tr("it builds objects of more than %1 before the first tensor").arg(bytesText(qint64(bytesFree))));
    else if (memory > m_graph.budget())
        fail(tr("it builds objects of more than %1, which its tensors do not need")
                 .arg(bytesText(qint64(m_graph.budget()))));
}

void PickleMachine::fail(const QString &message)
{
    if (!hasFailed())
        m_error = message;
    m_isOver = true;
}

void PickleMachine::failTruncated()
{
    m_ranOut = m_ranOut || !hasFailed();
    fail(tr("it ends in the middle"));
}

std::string_view PickleMachine::takeTooMany(quint64 bytes)
{
    m_ranOut = m_ranOut || !hasFailed();
    fail(tr("%1 bytes are announced, %2 are left").arg(bytes).arg(m_end - m_at));
    return {};
}

std::string_view PickleMachine::line()
{
    constexpr std::size_t longestName = 64 << 10;
    const auto left = std::min(std::size_t(m_end - m_at), longestLine);
    const auto *end = static_cast<const char *>(std::memchr(m_at, '\n', left));
    if (!end) {
        if (left > longestName)
            fail(tr("a line is longer than %1 bytes").arg(longestName));
        failTruncated();
        return {};
    }
    const std::string_view taken(m_at, std::size_t(end - m_at));
    m_at = end + 1;
    return taken;
}

PickleValue PickleMachine::popNothing()
{
    fail(tr("a value is taken where there is none"));
    return PickleValue::none();
}

PickleValue PickleMachine::noValue()
{
    fail(tr("a value is needed where there is none"));
    return PickleValue::none();
}

std::span<const PickleValue> PickleMachine::aboveMark()
{
    if (m_marks.empty()) {
        fail(tr("a mark is needed where there is none"));
        return {};
    }
    return std::span<const PickleValue>(m_stack).subspan(m_marks.back());
}

void PickleMachine::dropMark()
{
    if (m_marks.empty())
        return;
    m_stack.resize(m_marks.back());
    m_marks.pop_back();
}

void PickleMachine::proto()
{
    const auto protocol = number<quint8>();
    if (protocol > 5)
        fail(tr("it has protocol %1, the newest known is 5").arg(protocol));
    m_run.protocol = std::max<int>(m_run.protocol, protocol);
}

void PickleMachine::frame()
{
    const auto bytes = number<quint64>();
    if (bytes > quint64(m_end - m_at)) {
        m_ranOut = m_ranOut || !hasFailed();
        fail(tr("a frame of %1 bytes is announced, %2 are left").arg(bytes).arg(m_end - m_at));
        return;
    }
    m_frameEnd = m_at + bytes;
}

void PickleMachine::stop()
{
    m_run.root = pop();
    m_isOver = true;
}

void PickleMachine::popOne()
{
    if (!m_marks.empty() && m_stack.size() == m_marks.back())
        m_marks.pop_back();
    else
        pop();
}

void PickleMachine::popMark()
{
    aboveMark();
    dropMark();
}

void PickleMachine::duplicate()
{
    metAgain(top());
}

void PickleMachine::putElsewhere(quint64 index, PickleValue value)
{
    if (index < m_memo.size()) {
        m_memo[index] = value;
    } else if (index <= m_puts + memoSlack) {
        m_memo.resize(index + 1);
        m_memo[index] = value;
    } else {
        m_farMemo[index] = value;
    }
}

void PickleMachine::get(quint64 index)
{
    PickleValue value;
    if (index < m_memo.size())
        value = m_memo[index];
    else if (const auto found = m_farMemo.find(index); found != m_farMemo.end())
        value = found->second;
    if (!value)
        fail(tr("memo entry %1 is read but was never written").arg(index));
    metAgain(value ? value : PickleValue::none());
}

void PickleMachine::putLine()
{
    const std::string_view digits = line();
    quint64 index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || end != digits.data() + digits.size())
        fail(tr("“%1” is not a memo number").arg(displayName(digits.substr(0, 40))));
    else
        put(index);
}

void PickleMachine::getLine()
{
    const std::string_view digits = line();
    quint64 index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc() || end != digits.data() + digits.size())
        fail(tr("“%1” is not a memo number").arg(displayName(digits.substr(0, 40))));
    else
        get(index);
}
