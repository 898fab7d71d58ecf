// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/pythontext.h"

#include "model/base/jsonwriter.h"

#include <algorithm>

namespace {
using Operator = Arithmetic::Operator;

std::string joined(const std::vector<std::string> &texts)
{
    std::string out;
    for (const std::string &text : texts)
        out += (out.empty() ? "" : ", ") + pythonText(text);
    return out;
}

std::string_view sign(Operator op)
{
    switch (op) {
    case Operator::Add: return " + ";
    case Operator::Subtract: return " - ";
    case Operator::Multiply: return " * ";
    case Operator::Divide: return " // ";
    case Operator::Modulo: return " % ";
    case Operator::Equal: return " == ";
    case Operator::NotEqual: return " != ";
    case Operator::Less: return " < ";
    case Operator::LessEqual: return " <= ";
    case Operator::Greater: return " > ";
    case Operator::GreaterEqual: return " >= ";
    case Operator::And: return " and ";
    case Operator::Or: return " or ";
    case Operator::Negate: return "-";
    case Operator::Not: return "not ";
    default: return {};
    }
}

/// Inside the quotes of an f-string.
std::string insideFormat(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        if (c == '{' || c == '}')
            out += std::string(2, c);
        else if (c == '\\' || c == '\'')
            out += std::string("\\") + c;
        else if (uchar(c) < 0x20)
            out += "\\x" + std::string(1, "0123456789abcdef"[c >> 4]) + "0123456789abcdef"[c & 15];
        else
            out += c;
    }
    return out;
}
}

std::string pythonText(const std::string &text)
{
    const bool hasQuote = text.find('\'') != std::string::npos;
    const bool isRaw = !hasQuote && !text.ends_with('\\')
        && std::none_of(text.begin(), text.end(), [](char c) { return uchar(c) < 0x20; });
    if (isRaw)
        return (text.find('\\') != std::string::npos ? "r'" : "'") + text + '\'';
    return jsonString(text); // a JSON text is a Python text
}

std::string pythonTuple(const std::vector<std::string> &texts)
{
    return '(' + joined(texts) + (texts.size() == 1 ? ",)" : ")");
}

std::string pythonList(const std::vector<std::string> &texts)
{
    return '[' + joined(texts) + ']';
}

std::string pythonLet(std::string_view name)
{
    return "table.lets[\"" + std::string(name) + "\"]";
}

namespace {
/// What is looked up in a list, or computed with one.
std::string onList(const Arithmetic &number, const Arithmetic::Operation &operation, const std::string &left,
                   const std::string &right)
{
    const std::string list = pythonLet(number.lets()[std::size_t(operation.operand)].name);
    switch (operation.op) {
    case Operator::At: return "int(item(" + list + ", " + right + "))";
    case Operator::Bisect: return "bisect.bisect(" + list + ", " + right + ')';
    case Operator::Stage: return "stage(" + list + ", " + right + ')';
    case Operator::Block: return "block(" + list + ", " + right + ')';
    default: return "flat(" + list + ", " + left + ", " + right + ')';
    }
}
}

std::string pythonNumber(const Arithmetic &number, const SlotText &slot)
{
    std::vector<std::string> stack;
    const auto pop = [&] {
        std::string top = std::move(stack.back());
        stack.pop_back();
        return top;
    };
    for (const Arithmetic::Operation &operation : number.operations()) {
        const bool isLast = &operation == &number.operations().back();
        if (operation.op == Operator::Number) {
            stack.push_back(std::to_string(operation.operand));
        } else if (operation.op == Operator::Slot) {
            stack.push_back(slot(int(operation.operand)));
        } else if (operation.op == Operator::Let) {
            stack.push_back("int(" + pythonLet(number.lets()[std::size_t(operation.operand)].name) + ')');
        } else if (operation.op == Operator::Isqrt) {
            stack.push_back("math.isqrt(" + pop() + ')');
        } else if (operation.op >= Operator::At && operation.op <= Operator::Flat) {
            const std::string right = pop();
            const std::string left = operation.op == Operator::Flat ? pop() : std::string();
            stack.push_back(onList(number, operation, left, right));
        } else {
            const bool isUnary = operation.op == Operator::Negate || operation.op == Operator::Not;
            const std::string right = pop();
            const std::string left = isUnary ? std::string() : pop();
            const std::string whole = left + std::string(sign(operation.op)) + right;
            stack.push_back(isLast ? whole : '(' + whole + ')');
        }
    }
    return stack.back();
}

std::string pythonName(const NameTemplate &name, const SlotText &slot, Groups groups)
{
    if (name.isLiteral())
        return pythonText(std::string(name.literal()));
    std::string out = "f'";
    for (const NameTemplate::Part &part : name.parts()) {
        if (part.kind == NameTemplate::Kind::Literal) {
            out += insideFormat(part.text);
            continue;
        }
        const auto asNumber = [&](int number) { return "int(" + slot(number) + ')'; };
        if (part.kind == NameTemplate::Kind::Let) {
            out += '{' + pythonLet(part.text) + '}';
            continue;
        }
        if (part.kind == NameTemplate::Kind::At) {
            const std::string key = part.slot < 0 ? pythonNumber(part.number, asNumber) : slot(part.slot);
            out += "{item(" + pythonLet(part.text) + ", " + key + ")}";
            continue;
        }
        const auto asText = [&] { return slot(part.slot) + (groups == Groups::MayLack ? " or \"\"" : ""); };
        out += '{' + (part.kind == NameTemplate::Kind::Slot ? asText() : pythonNumber(part.number, asNumber));
        if (part.width > 0)
            out += ':' + std::string(part.zeros ? "0" : "") + std::to_string(part.width);
        out += '}';
    }
    return out + '\'';
}

std::optional<std::string> pythonReplacement(const NameTemplate &name, int ownSlots)
{
    std::string out;
    for (std::size_t i = 0; i < name.parts().size(); ++i) {
        const NameTemplate::Part &part = name.parts()[i];
        if (part.kind == NameTemplate::Kind::Literal) {
            for (const char c : part.text)
                out += c == '\\' ? std::string("\\\\") : std::string(1, c);
            continue;
        }
        if (part.kind != NameTemplate::Kind::Slot || part.slot >= ownSlots)
            return std::nullopt;
        const std::string number = std::to_string(part.slot);
        const std::string next = i + 1 < name.parts().size() ? name.parts()[i + 1].text : std::string();
        const bool isDigitNext = !next.empty() && next.front() >= '0' && next.front() <= '9';
        out += isDigitNext || part.slot == 0 ? "\\g<" + number + '>' : '\\' + number;
    }
    return pythonText(out);
}

std::string pythonPattern(const NamePattern &pattern)
{
    std::string python = pattern.pcre();
    constexpr std::string_view head = "(?s)", backward = "\\g{";
    if (python.starts_with(head) && python.find(".*") == std::string::npos)
        python.erase(0, head.size());
    for (std::size_t at = python.find(backward); at != std::string::npos; at = python.find(backward, at + 1)) {
        const std::size_t close = python.find('}', at);
        const std::string number = python.substr(at + backward.size(), close - at - backward.size());
        python.replace(at, close + 1 - at, "(?:\\" + number + ')');
    }
    if (python.ends_with("\\z"))
        python.back() = 'Z';
    return pythonText(python);
}
