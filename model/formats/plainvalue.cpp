// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/plainvalue.h"

#include "model/base/text.h"
#include "model/formats/torchrebuild.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace {
using K = KnownGlobal;
using Kind = PickleNode::Kind;

constexpr std::size_t longestText = 4096;

std::string quoted(std::string_view text)
{
    return '\'' + escaped(text.substr(0, longestText)) + '\'';
}

/// "(1, 2)": arguments as Python writes them, as long as they are plain and few.
std::string argumentsText(const PickleGraph &graph, std::span<const PickleValue> items)
{
    std::string text = "(";
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            text += ", ";
        if (i == 16) {
            text += "…";
            break;
        }
        text += shortText(graph, items[i]);
    }
    return text + ")";
}

std::optional<PlainValue> value(std::string text)
{
    PlainValue plain;
    plain.text = std::move(text);
    return plain;
}

/// Half precision to double (IEEE 754 binary16).
double halfValue(quint16 bits)
{
    const int exponent = (bits >> 10) & 31;
    const double fraction = bits & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24)
        : exponent == 31                   ? (fraction == 0 ? HUGE_VAL : std::nan(""))
                                           : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

template<typename T>
T element(const char *data)
{
    T number;
    std::memcpy(&number, data, sizeof(T));
    return number;
}

std::optional<PlainValue> floatScalar(DType dtype, const char *data)
{
    PlainValue plain;
    plain.kind = ObjectNode::Kind::Float;
    switch (dtype) {
    case DType::Float16: plain.number = halfValue(element<quint16>(data)); return plain;
    case DType::Float32: plain.number = element<float>(data); return plain;
    case DType::Float64: plain.number = element<double>(data); return plain;
    default: return std::nullopt;
    }
}

std::optional<PlainValue> integerScalar(DType dtype, const char *data)
{
    PlainValue plain;
    plain.kind = dtype == DType::Bool ? ObjectNode::Kind::Bool : ObjectNode::Kind::Integer;
    switch (dtype) {
    case DType::Bool: plain.integer = *data != 0; return plain;
    case DType::Int8: plain.integer = element<qint8>(data); return plain;
    case DType::Int16: plain.integer = element<qint16>(data); return plain;
    case DType::Int32: plain.integer = element<qint32>(data); return plain;
    case DType::Int64: plain.integer = element<qint64>(data); return plain;
    case DType::UInt8: plain.integer = element<quint8>(data); return plain;
    case DType::UInt16: plain.integer = element<quint16>(data); return plain;
    case DType::UInt32: plain.integer = element<quint32>(data); return plain;
    case DType::UInt64:
        plain.integer = element<qint64>(data);
        return plain.integer >= 0 ? std::optional(plain) : std::nullopt;
    default: return std::nullopt;
    }
}

/// numpy.core.multiarray.scalar(dtype, bytes)
std::optional<PlainValue> scalar(const PickleGraph &graph, std::span<const PickleValue> items)
{
    const auto type = items.size() == 2 ? readArrayType(graph, items[0]) : std::nullopt;
    const PickleNode *data = items.size() == 2 ? PickleGraph::node(items[1], Kind::Bytes) : nullptr;
    if (!type || !data || type->dtype == DType::Unknown || qint64(data->count) != byteSize(type->dtype))
        return std::nullopt;
    std::string bytes(data->bytes());
    if (type->bigEndian)
        std::reverse(bytes.begin(), bytes.end());
    auto plain =
        isFloating(type->dtype) ? floatScalar(type->dtype, bytes.data()) : integerScalar(type->dtype, bytes.data());
    if (plain) {
        plain->form = ObjectNode::Form::Array;
        plain->text = type->word;
    }
    return plain;
}

std::optional<PlainValue> callValue(const PickleGraph &graph, const PickleNode &call)
{
    const PickleNode *arguments = PickleGraph::node(call.part(PickleNode::Arguments), Kind::Tuple);
    if (!arguments)
        return std::nullopt;
    const auto items = arguments->values();
    switch (PickleGraph::known(call.part(PickleNode::Callee))) {
    case K::Size: {
        const auto sizes = readSizes(PickleValue::node(const_cast<PickleNode *>(&call)));
        return sizes ? value("torch.Size(" + shapeList(*sizes) + ')') : std::nullopt;
    }
    case K::Device: return value("torch.device" + argumentsText(graph, items));
    case K::Layout:
        return items.size() == 1 && graph.text(items[0]) ? value(escaped(*graph.text(items[0]))) : std::nullopt;
    case K::Path: return value("Path" + argumentsText(graph, items));
    case K::Slice: return value("slice" + argumentsText(graph, items));
    case K::Range: return value("range" + argumentsText(graph, items));
    case K::Complex: {
        auto plain = value("complex" + argumentsText(graph, items));
        plain->kind = ObjectNode::Kind::Complex;
        return plain;
    }
    case K::GetAttribute: {
        const PickleNode *object = items.size() == 2 ? PickleGraph::node(items[0], Kind::Global) : nullptr;
        const bool isTorch = object && graph.globalName(*object) == "builtins.torch";
        return isTorch && graph.text(items[1]) ? value("torch." + escaped(*graph.text(items[1]))) : std::nullopt;
    }
    case K::ArrayDType: {
        const auto type = readArrayType(graph, PickleValue::node(const_cast<PickleNode *>(&call)));
        return type ? value("numpy.dtype(" + quoted(type->word) + ')') : std::nullopt;
    }
    case K::ArrayScalar: return scalar(graph, items);
    default: return std::nullopt;
    }
}
}

std::optional<PlainValue> plainValue(const PickleGraph &graph, const PickleNode &node)
{
    if (node.kind == Kind::Call)
        return callValue(graph, node);
    const bool isConstant = node.known == K::DTypeName || node.known == K::TorchConstant;
    return node.kind == Kind::Global && isConstant ? value(graph.globalName(node)) : std::nullopt;
}

std::string floatText(double number)
{
    if (std::isnan(number))
        return "nan";
    if (std::isinf(number))
        return number < 0 ? "-inf" : "inf";
    std::array<char, 64> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    std::string text(digits.data(), end);
    if (text.find_first_of(".e") == std::string::npos)
        text += ".0";
    return text;
}

std::string bigIntegerText(const PickleNode &node)
{
    constexpr std::size_t longestDecimal = 1700; // bytes: about 4,100 digits, where Python stops converting as well
    if (node.kind == Kind::BigText)
        return std::string(node.bytes().substr(0, longestText)) + (node.count > longestText ? "…" : "");
    std::string bytes(node.bytes());
    const bool isNegative = !bytes.empty() && (bytes.back() & 0x80);
    for (std::size_t i = 0, carry = 1; isNegative && i < bytes.size(); ++i) {
        const std::size_t sum = static_cast<unsigned char>(~bytes[i]) + carry;
        bytes[i] = char(sum);
        carry = sum >> 8;
    }
    while (bytes.size() > 1 && bytes.back() == 0)
        bytes.pop_back();
    std::string text;
    if (bytes.size() > longestDecimal) {
        constexpr char digits[] = "0123456789abcdef";
        for (std::size_t i = bytes.size(); i-- > bytes.size() - longestDecimal;)
            text += {digits[(bytes[i] >> 4) & 15], digits[bytes[i] & 15]};
        return (isNegative ? "-0x" : "0x") + text + "…";
    }
    while (bytes.size() > 1 || bytes[0] != 0) {
        unsigned remainder = 0;
        for (std::size_t i = bytes.size(); i-- > 0;) {
            const unsigned part = remainder << 8 | static_cast<unsigned char>(bytes[i]);
            bytes[i] = char(part / 10);
            remainder = part % 10;
        }
        text += char('0' + remainder);
        while (bytes.size() > 1 && bytes.back() == 0)
            bytes.pop_back();
    }
    if (isNegative)
        text += '-';
    std::reverse(text.begin(), text.end());
    return text.empty() ? "0" : text;
}

std::string shortText(const PickleGraph &graph, PickleValue value)
{
    if (value.isNone())
        return "None";
    if (value.isBoolean())
        return value.isTrue() ? "True" : "False";
    if (const auto whole = PickleGraph::integer(value))
        return std::to_string(*whole);
    if (const auto text = graph.text(value))
        return quoted(*text);
    const PickleNode *node = value.node();
    if (!node)
        return "?";
    switch (node->kind) {
    case Kind::Float: return floatText(node->number);
    case Kind::Big:
    case Kind::BigText: return bigIntegerText(*node);
    case Kind::Bytes: return 'b' + quoted(node->bytes());
    case Kind::Global: return escaped(graph.globalName(*node).substr(0, longestText));
    case Kind::Tuple: {
        const bool isFlat = std::none_of(node->items, node->items + node->count, [](PickleValue item) {
            return item.node() && item.node()->isContainer() && item.node()->kind != Kind::Global;
        });
        return isFlat ? argumentsText(graph, node->values()) : "<tuple>";
    }
    case Kind::List: return "<list>";
    case Kind::Call: return "<object>";
    default: return "<value>";
    }
}
