// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/dtype.h"
#include "model/base/shape.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

/// A tensor as a pickle of torch's describes it: a view of a numbered storage of the same file.
struct PickledTensor
{
    DType dtype = DType::Unknown;
    quint32 storage = 0; ///< its record is `data/N`
    qint64 storageBytes = 0;
    qint64 offset = 0; ///< in elements
    Shape shape = {};
    Shape strides = {}; ///< in elements
    bool requiresGrad = false;
    bool isParameter = false;
};

/// Writes a pickle of protocol 2 in the opcodes that every torch from 1.6 on reads with `weights_only=True`
/// (formats §1.7, §1.10). The caller balances marks and containers, as the pickle machine needs them.
class PickleWriter
{
public:
    /// The opcodes without an argument.
    enum class Op : char {
        Mark = '(',
        EmptyDict = '}',
        SetItem = 's',
        SetItems = 'u',
        EmptyList = ']',
        Append = 'a',
        Appends = 'e',
        EmptyTuple = ')',
        Tuple = 't',
        Tuple1 = '\x85',
        Tuple2 = '\x86',
        Tuple3 = '\x87',
        None = 'N',
        True = '\x88',
        False = '\x89',
        Reduce = 'R',
        Build = 'b',
        NewObject = '\x81',
        NewObjectWithKeywords = '\x92', ///< of protocol 4: nothing earlier can say it
        PersistentId = 'Q',
        Stop = '.',
    };

    PickleWriter();

    void op(Op code) { m_text += char(code); }
    void boolean(bool value) { op(value ? Op::True : Op::False); }
    void integer(qint64 value);
    /// Any integer, as two's complement, least significant byte first.
    void bigInteger(std::string_view bytes);
    void real(double value);
    void text(std::string_view utf8);
    /// A class or function by name; told once, remembered afterwards.
    void global(std::string_view module, std::string_view name);
    void emptyOrderedDict();
    void sizes(const Shape &shape);
    /// A tuple of the `count` newest values; a longer one needs a mark before them.
    void tuple(std::size_t count);
    void tensor(const PickledTensor &tensor);

    /// Remember the newest value; get() repeats it.
    quint32 put();
    void get(quint32 number);

    std::string take() { return std::move(m_text); }

private:
    /// A text that recurs.
    void knownText(std::string_view utf8);
    void storage(const PickledTensor &tensor);

    std::string m_text;
    quint32 m_memo = 0;
    std::map<std::pair<std::string, std::string>, quint32> m_globals;
    std::map<std::string, quint32, std::less<>> m_texts;
};
