// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/picklewriter.h"

#include <QtEndian>

#include <bit>

namespace {
template<typename T>
void appendLittle(std::string &out, T value)
{
    char bytes[sizeof value];
    qToLittleEndian(value, bytes);
    out.append(bytes, sizeof bytes);
}
}

PickleWriter::PickleWriter() : m_text("\x80\x02") {}

void PickleWriter::integer(qint64 value)
{
    if (value >= 0 && value <= 0xFF) {
        m_text += 'K';
        appendLittle(m_text, quint8(value));
    } else if (value >= 0 && value <= 0xFFFF) {
        m_text += 'M';
        appendLittle(m_text, quint16(value));
    } else if (value == qint32(value)) {
        m_text += 'J';
        appendLittle(m_text, qint32(value));
    } else {
        m_text += "\x8a\x08"; // eight bytes, even if fewer would do: torch's C++ reader knows no other length
        appendLittle(m_text, value);
    }
}

void PickleWriter::bigInteger(std::string_view bytes)
{
    if (bytes.size() <= 0xFF) {
        m_text += '\x8a';
        appendLittle(m_text, quint8(bytes.size()));
    } else {
        m_text += '\x8b';
        appendLittle(m_text, qint32(bytes.size()));
    }
    m_text += bytes;
}

void PickleWriter::real(double value)
{
    char bytes[sizeof value];
    qToBigEndian(std::bit_cast<quint64>(value), bytes);
    m_text += 'G';
    m_text.append(bytes, sizeof bytes);
}

void PickleWriter::text(std::string_view utf8)
{
    m_text += 'X';
    appendLittle(m_text, quint32(utf8.size()));
    m_text += utf8;
}

void PickleWriter::knownText(std::string_view utf8)
{
    if (const auto known = m_texts.find(utf8); known != m_texts.end())
        return get(known->second);
    text(utf8);
    m_texts.emplace(utf8, put());
}

void PickleWriter::global(std::string_view module, std::string_view name)
{
    std::pair<std::string, std::string> key{module, name};
    if (const auto known = m_globals.find(key); known != m_globals.end())
        return get(known->second);
    m_text += 'c';
    m_text.append(module).append("\n").append(name).append("\n");
    m_globals.emplace(std::move(key), put());
}

void PickleWriter::emptyOrderedDict()
{
    global("collections", "OrderedDict");
    op(Op::EmptyTuple);
    op(Op::Reduce);
}

void PickleWriter::tuple(std::size_t count)
{
    switch (count) {
    case 0: return op(Op::EmptyTuple);
    case 1: return op(Op::Tuple1);
    case 2: return op(Op::Tuple2);
    case 3: return op(Op::Tuple3);
    default: return op(Op::Tuple);
    }
}

void PickleWriter::sizes(const Shape &shape)
{
    if (shape.size() > 3)
        op(Op::Mark);
    for (const qint64 size : shape)
        integer(size);
    tuple(std::size_t(shape.size()));
}

void PickleWriter::storage(const PickledTensor &tensor)
{
    const std::string_view kind = info(tensor.dtype).storage;
    op(Op::Mark);
    knownText("storage");
    if (kind.empty())
        global("torch.storage", "UntypedStorage");
    else
        global("torch", std::string(kind) + "Storage");
    text(std::to_string(tensor.storage));
    knownText("cpu");
    integer(kind.empty() ? tensor.storageBytes : tensor.storageBytes / byteSize(tensor.dtype));
    op(Op::Tuple);
    op(Op::PersistentId);
}

void PickleWriter::tensor(const PickledTensor &tensor)
{
    // torch refuses gradients for integers.
    const DTypeKind kind = info(tensor.dtype).kind;
    const bool requiresGrad = tensor.requiresGrad && (kind == DTypeKind::Float || kind == DTypeKind::Complex);
    const bool isUntyped = info(tensor.dtype).storage.empty();
    if (tensor.isParameter)
        global("torch._utils", "_rebuild_parameter");
    global("torch._utils", isUntyped ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2");
    op(Op::Mark);
    storage(tensor);
    integer(tensor.offset);
    sizes(tensor.shape);
    sizes(tensor.strides);
    boolean(requiresGrad && !tensor.isParameter);
    emptyOrderedDict();
    if (isUntyped)
        global("torch", word(tensor.dtype));
    op(Op::Tuple);
    op(Op::Reduce);
    if (!tensor.isParameter)
        return;
    boolean(requiresGrad);
    emptyOrderedDict();
    tuple(3);
    op(Op::Reduce);
}

quint32 PickleWriter::put()
{
    if (m_memo <= 0xFF) {
        m_text += 'q';
        appendLittle(m_text, quint8(m_memo));
    } else {
        m_text += 'r';
        appendLittle(m_text, m_memo);
    }
    return m_memo++;
}

void PickleWriter::get(quint32 number)
{
    if (number <= 0xFF) {
        m_text += 'h';
        appendLittle(m_text, quint8(number));
    } else {
        m_text += 'j';
        appendLittle(m_text, number);
    }
}
