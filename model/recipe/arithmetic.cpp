// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/arithmetic.h"

#include "model/base/text.h"
#include "model/recipe/lets.h"

#include <QCoreApplication>
#include <QVarLengthArray>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
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

    ArithmeticParser(std::string_view text, Arithmetic::Grammar grammar, const Arithmetic::Resolve &resolve,
                     const Lets &lets)
        : m_in(text)
        , m_condition(grammar == Arithmetic::Grammar::Condition)
        , m_resolve(resolve)
        , m_lets(lets)
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
        if (m_at < m_in.size() && m_in[m_at] == '(')
            return call(word);
        if (m_at < m_in.size() && m_in[m_at] == '[')
            return item(word);
        const Result<int> slot = m_resolve(word);
        if (slot)
            return add(Operator::Slot, *slot);
        const auto value = m_lets.find(word);
        if (!value)
            m_error = slot.error();
        else if (value->isKnown() && !value->number())
            fail(tr("“%1” is %2, and a whole number is expected there").arg(displayName(word), value->description()));
        else
            add(Operator::Let, named(word, value));
    }

    struct Function
    {
        std::string_view name;
        Operator op;
        bool takesList;
        int numbers;
    };
    static constexpr std::array<Function, 5> functions{{{"bisect", Operator::Bisect, true, 1},
                                                        {"stage", Operator::Stage, true, 1},
                                                        {"block", Operator::Block, true, 1},
                                                        {"flat", Operator::Flat, true, 2},
                                                        {"isqrt", Operator::Isqrt, false, 1}}};

    void call(std::string_view word)
    {
        const auto *function =
            std::find_if(functions.begin(), functions.end(), [&](const Function &one) { return one.name == word; });
        if (function == functions.end())
            return fail(tr("there is no function “%1”; there are bisect(list, i), stage(sizes, i), block(sizes, i), "
                           "flat(sizes, s, b) and isqrt(n)")
                            .arg(displayName(word)));
        take("(");
        int list = 0;
        if (function->takesList) {
            const auto found = argument(*function);
            if (!found)
                return;
            list = *found;
        }
        for (int i = 0; i < function->numbers && !m_error; ++i) {
            if ((i > 0 || function->takesList) && !take(","))
                return fail(tr("“%1” needs another number behind a comma").arg(displayName(word)));
            level(firstValueLevel);
        }
        if (!take(")"))
            return fail(tr("a closing bracket is missing"));
        add(function->op, list);
    }

    /// The list that a function takes first.
    std::optional<int> argument(const Function &function)
    {
        const std::string_view word = nextWord();
        const auto value = m_lets.find(word);
        if (!value) {
            fail(tr("“%1” takes the name of a list first, and “%2” is none%3")
                     .arg(displayName(function.name), displayName(word), suggestionAmong(word)));
            return std::nullopt;
        }
        const auto *numbers = std::get_if<LetValue::Numbers>(&value->content());
        if (value->isKnown() && !numbers) {
            fail(tr("“%1” takes a list of whole numbers, and “%2” is %3")
                     .arg(displayName(function.name), displayName(word), value->description()));
            return std::nullopt;
        }
        if (function.op != Operator::Bisect && numbers && value->ends().size() != numbers->size()) {
            fail(tr("“%1” takes a list of sizes, and those of “%2” are below 0 or too large in all")
                     .arg(displayName(function.name), displayName(word)));
            return std::nullopt;
        }
        return named(word, value);
    }

    /// `list[i]`, `table[i]`
    void item(std::string_view word)
    {
        const auto value = m_lets.find(word);
        if (!value)
            return fail(tr("“%1[…” names no list or table%2").arg(displayName(word), suggestionAmong(word)));
        const int list = named(word, value);
        take("[");
        level(firstValueLevel);
        if (!take("]"))
            return fail(tr("a closing bracket is missing"));
        add(Operator::At, list);
    }

    std::string_view nextWord()
    {
        skipSpace();
        const std::size_t start = m_at;
        while (m_at < m_in.size() && (isNameStart(m_in[m_at]) || isDigit(m_in[m_at])))
            ++m_at;
        return m_in.substr(start, m_at - start);
    }

    QString suggestionAmong(std::string_view word) const
    {
        const std::string near = nearest(word, m_lets.names());
        return near.empty() ? QString() : tr("; the nearest is “%1”").arg(displayName(near));
    }

    int named(std::string_view word, std::shared_ptr<const LetValue> value)
    {
        m_out.m_lets.push_back({std::string(word), std::move(value)});
        return int(m_out.m_lets.size()) - 1;
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
    const Lets &m_lets;
    std::size_t m_at = 0;
    int m_depth = 0;
    Arithmetic m_out;
    std::optional<Error> m_error;
};

Result<Arithmetic> Arithmetic::parse(std::string_view text, Grammar grammar, const Resolve &resolve, const Lets &lets)
{
    constexpr std::size_t longest = 1000;
    if (text.size() > longest)
        return Error{
            Error::Kind::BadRecipe,
            tr("The expression “%1…” is longer than %2 bytes.").arg(displayName(text.substr(0, 40))).arg(longest)};
    return ArithmeticParser(text, grammar, resolve, lets).run();
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

namespace {
/// The largest whole number whose square is at most `number`, which is 0 or more.
qint64 rootOf(qint64 number)
{
    qint64 root = qint64(std::sqrt(double(number)));
    while (root > 0 && root > number / root)
        --root;
    while ((root + 1) <= number / (root + 1))
        ++root;
    return root;
}

/// Functions over the list `name` is; an error's message goes on from “cannot be computed: ”.
Result<qint64> onList(Arithmetic::Operator op, const Arithmetic::Named &list, qint64 first, qint64 second)
{
    using Operator = Arithmetic::Operator;
    const auto problem = [&](const QString &what) { return Error{Error::Kind::BadRecipe, what}; };
    const QString name = displayName(list.name);
    if (!list.value->isKnown())
        return problem(tr("“%1” has no value").arg(name));
    if (op == Operator::At) {
        const Result<std::string> text = list.value->at(std::to_string(first), list.name);
        if (!text)
            return text.error();
        const auto number = LetValue(*text).number();
        if (!number)
            return problem(tr("“%1” of “%2” is not a whole number").arg(displayName(*text), name));
        return *number;
    }
    const auto &numbers = std::get<LetValue::Numbers>(list.value->content());
    if (op == Operator::Bisect)
        return qint64(std::upper_bound(numbers.begin(), numbers.end(), first) - numbers.begin());
    const LetValue::Numbers &ends = list.value->ends();
    const auto start = [&](std::size_t stage) { return ends[stage] - numbers[stage]; };
    if (op == Operator::Flat) {
        if (first < 0 || first >= qint64(numbers.size()) || second < 0 || second >= numbers[std::size_t(first)])
            return problem(tr("“%1” has no place %2 in part %3").arg(name).arg(second).arg(first));
        return start(std::size_t(first)) + second;
    }
    const auto stage = std::upper_bound(ends.begin(), ends.end(), first);
    if (first < 0 || stage == ends.end())
        return problem(tr("place %1 lies outside “%2”, which has %3 in all")
                           .arg(first)
                           .arg(name)
                           .arg(ends.empty() ? 0 : ends.back()));
    const qint64 at = stage - ends.begin();
    return op == Operator::Stage ? at : first - start(std::size_t(at));
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
        if (operation.op == Operator::Let) {
            const Named &let = m_lets[std::size_t(operation.operand)];
            if (!let.value->isKnown())
                return problem(tr("“%1” has no value").arg(displayName(let.name)));
            stack.push_back(let.value->number().value_or(0));
            continue;
        }
        const qint64 right = take();
        if (operation.op == Operator::Not) {
            stack.push_back(right == 0);
            continue;
        }
        if (operation.op == Operator::Isqrt) {
            if (right < 0)
                return problem(tr("%1 has no root").arg(right));
            stack.push_back(rootOf(right));
            continue;
        }
        if (operation.op >= Operator::At && operation.op <= Operator::Flat) {
            const qint64 first = operation.op == Operator::Flat ? take() : right;
            const Result<qint64> found = onList(operation.op, m_lets[std::size_t(operation.operand)], first, right);
            if (!found)
                return problem(found.error().message);
            stack.push_back(*found);
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
        default: Q_UNREACHABLE();
        }
        if (overflow)
            return problem(tr("the result does not fit 64 bits"));
        stack.push_back(result);
    }
    return stack.back();
}
