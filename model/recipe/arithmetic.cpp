// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/arithmetic.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QVarLengthArray>

#include <array>
#include <charconv>
#include <limits>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Template", text);
}

constexpr int deepest = 32;

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80);
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
}

/// Recursive descent over precedence levels, lowest first.
class ArithmeticParser
{
public:
    using Operator = Arithmetic::Operator;

    ArithmeticParser(std::string_view text, Arithmetic::Grammar grammar, const Arithmetic::Resolve &resolve)
        : m_in(text)
        , m_condition(grammar == Arithmetic::Grammar::Condition)
        , m_resolve(resolve)
    {}

    Result<Arithmetic> run()
    {
        level(m_condition ? 0 : firstValueLevel);
        skipSpace();
        if (!m_error && m_at < m_in.size())
            fail(tr("“%1” is not understood there").arg(displayName(m_in.substr(m_at, 20))));
        if (m_error)
            return *m_error;
        m_out.m_text = m_in;
        return std::move(m_out);
    }

private:
    struct Binary
    {
        std::string_view sign;
        Operator op;
    };
    static constexpr int firstValueLevel = 3;
    static constexpr int unaryLevel = 5;

    static std::span<const Binary> binaries(int level)
    {
        static constexpr std::array<Binary, 1> ors{{{"or", Operator::Or}}};
        static constexpr std::array<Binary, 1> ands{{{"and", Operator::And}}};
        static constexpr std::array<Binary, 6> comparisons{{{"==", Operator::Equal},
                                                            {"!=", Operator::NotEqual},
                                                            {"<=", Operator::LessEqual},
                                                            {">=", Operator::GreaterEqual},
                                                            {"<", Operator::Less},
                                                            {">", Operator::Greater}}};
        static constexpr std::array<Binary, 2> sums{{{"+", Operator::Add}, {"-", Operator::Subtract}}};
        static constexpr std::array<Binary, 3> products{
            {{"//", Operator::Divide}, {"*", Operator::Multiply}, {"%", Operator::Modulo}}};
        switch (level) {
        case 0: return ors;
        case 1: return ands;
        case 2: return comparisons;
        case firstValueLevel: return sums;
        default: return products;
        }
    }

    void fail(const QString &what)
    {
        if (!m_error)
            m_error = Error{Error::Kind::BadRecipe,
                            tr("The expression “%1” cannot be used: %2.").arg(displayName(m_in), what)};
    }

    void skipSpace()
    {
        while (m_at < m_in.size() && m_in[m_at] == ' ')
            ++m_at;
    }

    bool take(std::string_view sign)
    {
        skipSpace();
        if (!m_in.substr(m_at).starts_with(sign))
            return false;
        const std::size_t end = m_at + sign.size();
        const bool isWord = isNameStart(sign.front());
        if (isWord && end < m_in.size() && (isNameStart(m_in[end]) || isDigit(m_in[end])))
            return false;
        m_at = end;
        return true;
    }

    void add(Operator op, qint64 operand = 0) { m_out.m_operations.push_back({op, operand}); }

    void level(int depth)
    {
        if (depth == unaryLevel)
            return unary();
        level(depth + 1);
        while (!m_error) {
            const Binary *found = nullptr;
            for (const Binary &binary : binaries(depth)) {
                if (take(binary.sign)) {
                    found = &binary;
                    break;
                }
            }
            if (!found)
                return;
            level(depth + 1);
            add(found->op);
        }
    }

    void unary()
    {
        if (++m_depth > deepest)
            return fail(tr("it nests deeper than %1 levels").arg(deepest));
        if (take("-")) {
            unary();
            add(Operator::Negate);
        } else if (m_condition && take("not")) {
            level(2);
            add(Operator::Not);
        } else {
            primary();
        }
        --m_depth;
    }

    void primary()
    {
        if (take("(")) {
            level(m_condition ? 0 : firstValueLevel);
            if (!take(")"))
                fail(tr("a closing bracket is missing"));
            return;
        }
        skipSpace();
        if (m_at >= m_in.size())
            return fail(tr("it ends where a value is expected"));
        if (isDigit(m_in[m_at]))
            return number();
        if (!isNameStart(m_in[m_at]))
            return fail(tr("“%1” is not understood there").arg(displayName(m_in.substr(m_at, 20))));
        name();
    }

    void number()
    {
        qint64 value = 0;
        const auto [end, problem] = std::from_chars(m_in.data() + m_at, m_in.data() + m_in.size(), value);
        if (problem != std::errc())
            return fail(tr("a number is too large"));
        m_at = std::size_t(end - m_in.data());
        add(Operator::Number, value);
    }

    void name()
    {
        const std::size_t start = m_at++;
        while (m_at < m_in.size() && (isNameStart(m_in[m_at]) || isDigit(m_in[m_at])))
            ++m_at;
        std::string_view word = m_in.substr(start, m_at - start);
        if (word == "in" || word == "target")
            word = m_in.substr(start, word.size() + axisLength());
        m_at = start + word.size();
        skipSpace();
        if (m_at < m_in.size() && (m_in[m_at] == '(' || m_in[m_at] == '['))
            return fail(tr("“%1%2…” is not known; there are numbers, captures and + - * // %")
                            .arg(displayName(word), QChar(u'\0' + m_in[m_at])));
        const Result<int> slot = m_resolve(word);
        if (!slot) {
            m_error = slot.error();
            return;
        }
        add(Operator::Slot, *slot);
    }

    /// Of `[0]` or `[-1]` behind a tensor's name; 0 when there is none.
    std::size_t axisLength() const
    {
        std::size_t at = m_at;
        if (at >= m_in.size() || m_in[at++] != '[')
            return 0;
        if (at < m_in.size() && m_in[at] == '-')
            ++at;
        const std::size_t digits = at;
        while (at < m_in.size() && isDigit(m_in[at]))
            ++at;
        return at > digits && at < m_in.size() && m_in[at] == ']' ? at + 1 - m_at : 0;
    }

    std::string_view m_in;
    bool m_condition;
    const Arithmetic::Resolve &m_resolve;
    std::size_t m_at = 0;
    int m_depth = 0;
    Arithmetic m_out;
    std::optional<Error> m_error;
};

Result<Arithmetic> Arithmetic::parse(std::string_view text, Grammar grammar, const Resolve &resolve)
{
    constexpr std::size_t longest = 1000;
    if (text.size() > longest)
        return Error{
            Error::Kind::BadRecipe,
            tr("The expression “%1…” is longer than %2 bytes.").arg(displayName(text.substr(0, 40))).arg(longest)};
    return ArithmeticParser(text, grammar, resolve).run();
}

namespace {
/// Python's floor division and modulo.
qint64 floorDivide(qint64 left, qint64 right)
{
    const qint64 quotient = left / right;
    return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
}

qint64 floorModulo(qint64 left, qint64 right)
{
    const qint64 rest = left % right;
    return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest;
}
}

Result<qint64> Arithmetic::evaluate(const Value &value) const
{
    QVarLengthArray<qint64, 16> stack;
    const auto take = [&] {
        const qint64 top = stack.back();
        stack.pop_back();
        return top;
    };
    const auto problem = [&](const QString &what) {
        return Error{Error::Kind::BadRecipe, tr("“{%1}” cannot be computed: %2.").arg(displayName(m_text), what)};
    };
    for (const Operation &operation : m_operations) {
        if (operation.op == Operator::Number) {
            stack.push_back(operation.operand);
            continue;
        }
        if (operation.op == Operator::Slot) {
            const Result<qint64> known = value(int(operation.operand));
            if (!known)
                return problem(known.error().message);
            stack.push_back(*known);
            continue;
        }
        const qint64 right = take();
        if (operation.op == Operator::Not) {
            stack.push_back(right == 0);
            continue;
        }
        const qint64 left = operation.op == Operator::Negate ? 0 : take();
        const bool divides = operation.op == Operator::Divide || operation.op == Operator::Modulo;
        if (divides && right == 0)
            return problem(tr("it divides by zero"));
        qint64 result = 0;
        bool overflow = divides && left == std::numeric_limits<qint64>::min() && right == -1;
        switch (operation.op) {
        case Operator::Add: overflow = __builtin_add_overflow(left, right, &result); break;
        case Operator::Subtract:
        case Operator::Negate: overflow = __builtin_sub_overflow(left, right, &result); break;
        case Operator::Multiply: overflow = __builtin_mul_overflow(left, right, &result); break;
        case Operator::Divide: result = overflow ? 0 : floorDivide(left, right); break;
        case Operator::Modulo: result = overflow ? 0 : floorModulo(left, right); break;
        case Operator::Equal: result = left == right; break;
        case Operator::NotEqual: result = left != right; break;
        case Operator::Less: result = left < right; break;
        case Operator::LessEqual: result = left <= right; break;
        case Operator::Greater: result = left > right; break;
        case Operator::GreaterEqual: result = left >= right; break;
        case Operator::And: result = left != 0 && right != 0; break;
        case Operator::Or: result = left != 0 || right != 0; break;
        case Operator::Number:
        case Operator::Slot:
        case Operator::Not: Q_UNREACHABLE();
        }
        if (overflow)
            return problem(tr("the result does not fit 64 bits"));
        stack.push_back(result);
    }
    return stack.back();
}
