// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtEndian>

#include <string>
#include <string_view>

/// Writes pickles by hand, opcode by opcode, for tests. Text is appended as it is, so a test can write any bytes.
class PickleBuilder
{
public:
    PickleBuilder &raw(std::string_view bytes)
    {
        m_bytes += bytes;
        return *this;
    }
    PickleBuilder &proto(char version = 2) { return raw("\x80").raw({&version, 1}); }
    PickleBuilder &global(std::string_view module, std::string_view name)
    {
        return raw("c").raw(module).raw("\n").raw(name).raw("\n");
    }
    PickleBuilder &text(std::string_view utf8)
    {
        number<quint32>("X", quint32(utf8.size()));
        return raw(utf8);
    }
    PickleBuilder &integer(qint64 value)
    {
        number<qint64>(std::string_view("\x8A\x08", 2), value);
        return *this;
    }
    PickleBuilder &bytes(std::string_view bytes)
    {
        number<quint32>("B", quint32(bytes.size()));
        return raw(bytes);
    }
    /// A tuple of whole numbers.
    template<typename... Sizes>
    PickleBuilder &tuple(Sizes... sizes)
    {
        raw("(");
        (integer(sizes), ...);
        return raw("t");
    }
    /// The persistent id of a storage, taken as a value.
    PickleBuilder &storage(std::string_view kind, std::string_view key, qint64 elements)
    {
        return raw("(").text("storage").global("torch", kind).text(key).text("cpu").integer(elements).raw("tQ");
    }
    /// `_rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict())`; `sizes` and `strides` are pickles.
    PickleBuilder &tensor(std::string_view kind, std::string_view key, qint64 elements, qint64 offset,
                          const PickleBuilder &sizes, const PickleBuilder &strides)
    {
        return global("torch._utils", "_rebuild_tensor_v2")
            .raw("(")
            .storage(kind, key, elements)
            .integer(offset)
            .raw(sizes.m_bytes)
            .raw(strides.m_bytes)
            .raw("\x89")
            .global("collections", "OrderedDict")
            .raw(")RtR");
    }
    const std::string &stop()
    {
        raw(".");
        return m_bytes;
    }
    const std::string &bytesSoFar() const { return m_bytes; }

private:
    template<typename T>
    void number(std::string_view opcode, T value)
    {
        char bytes[sizeof(T)];
        qToLittleEndian(value, bytes);
        raw(opcode).raw({bytes, sizeof(T)});
    }

    std::string m_bytes;
};
