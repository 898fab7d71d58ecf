// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/recipe/decimal.h"
#include "model/recipe/steps/calculator.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class MissingOperand : quint8 { Error, Skip };

constexpr std::array<std::string_view, 11> operationWords{
    "add", "subtract", "multiply", "divide", "maximum", "abs", "negate", "reciprocal", "log", "exp", "sqrt"};

std::string_view wordOf(Operation operation)
{
    return operationWords[std::size_t(operation)];
}

/// One operation: of the tensor alone, with a number, or with the tensor that a name gives.
struct Calculation
{
    Operation operation = Operation::Abs;
    std::string operand; ///< as written
    std::optional<double> number; ///< where it is one

    bool isNamed() const { return takesSecond(operation) && !number; }
    bool operator==(const Calculation &) const = default;
};
using Calculations = std::vector<Calculation>;

/// Beyond, whole numbers are not all there is in a double.
constexpr double largestExact = 9007199254740992.0;
}

template<>
inline constexpr auto enumWords<MissingOperand> = std::array<std::string_view, 2>{"error", "skip"};

template<>
struct Codec<Calculations> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"type": "array", "minItems": 1, "items": {"anyOf": [{"enum": ["abs", "negate", "reciprocal", "log", "exp", "sqrt"]}, {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": {"add": {"type": ["number", "string"]}, "subtract": {"type": ["number", "string"]}, "multiply": {"type": ["number", "string"]}, "divide": {"type": ["number", "string"]}, "maximum": {"type": ["number", "string"]}}}]}})";
    }
    static Result<Calculations> parse(const Node &node)
    {
        if (!node.isList() || node.items.empty())
            return expected(node, tr("a list of operations such as [abs, {add: 1}]"));
        Calculations all;
        for (const Node &item : node.items) {
            const Result<Calculation> one = parseOne(item);
            if (!one)
                return one.error();
            all.push_back(*one);
        }
        return all;
    }
    static Node print(const Calculations &all)
    {
        std::vector<Node> items;
        for (const Calculation &one : all) {
            const std::string word(wordOf(one.operation));
            items.push_back(takesSecond(one.operation) ? Node::map({{word, Node::scalar(one.operand)}})
                                                       : Node::scalar(word));
        }
        return Node::list(std::move(items));
    }

private:
    static Result<Calculation> parseOne(const Node &node)
    {
        const bool isOne = node.isMap() && node.entries.size() == 1;
        const std::string &word = isOne ? node.entries.front().first : node.text;
        const auto found = std::find(operationWords.begin(), operationWords.end(), word);
        if ((!node.isScalar() && !isOne) || found == operationWords.end())
            return expected(node,
                            tr("abs, negate, reciprocal, log, exp, sqrt, or one of add, subtract, multiply, divide, "
                               "maximum with a number or a key, as in {add: 1}"));
        Calculation one{Operation(found - operationWords.begin()), {}, {}};
        if (takesSecond(one.operation) != isOne)
            return expected(node,
                            isOne ? tr("%1 alone, which takes nothing").arg(displayName(word))
                                  : tr("%1 with a number or a key, as in {%1: 1}").arg(displayName(word)));
        if (!isOne)
            return one;
        const Node &operand = node.entries.front().second;
        if (!operand.isScalar() || operand.text.empty())
            return expected(operand, tr("a number or a key"));
        one.operand = operand.text;
        one.number = parseDecimal(one.operand);
        return one;
    }
};

namespace {
/// The rows that names lead to, as they were before the step.
class Operands
{
public:
    explicit Operands(const std::vector<Row> &rows) : m_rows(rows), m_names(rows.size())
    {
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            m_names.insert(quint32(i), namesOf(m_rows));
    }

    std::optional<std::size_t> find(const std::string &name) const
    {
        const quint32 found = m_names.find(name, namesOf(m_rows));
        return found == NameIndex::none ? std::nullopt : std::optional<std::size_t>(found);
    }
    const Row &operator[](std::size_t index) const { return m_rows[index]; }

private:
    std::vector<Row> m_rows;
    NameIndex m_names;
};

/// Computes with every element.
struct ArithmeticStep
{
    Calculations ops;
    MissingOperand missingOperand = MissingOperand::Error;
    bool consume = false;
    Selector where;

    static FieldLines fields()
    {
        return FieldLines{
            field(
                "ops", &ArithmeticStep::ops,
                "What is done, in order: abs, negate, reciprocal, log, exp, sqrt, or add, subtract, multiply, divide, "
                "maximum with a number or a key, which may use captures of where.",
                mainField | requiredField),
            field("missing-operand", &ArithmeticStep::missingOperand, "What to do where such a key is not there."),
            field("consume", &ArithmeticStep::consume, "Whether the keys that were computed with go."),
            field("where", &ArithmeticStep::where, "Which keys.")};
    }

    Result<void> check(const Lets &lets) const
    {
        const auto names = compileNames(lets);
        return names ? Result<void>() : names.error();
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(tr("Compute "))};
        for (std::size_t i = 0; i < ops.size(); ++i) {
            parts.push_back(plain((i > 0 ? tr(", ") : QString()) + QString::fromUtf8(wordOf(ops[i].operation))
                                  + (ops[i].operand.empty() ? QString() : QStringLiteral(" "))));
            if (!ops[i].operand.empty())
                parts.push_back(code(ops[i].operand));
        }
        return std::move(parts) + inRows(where);
    }

    Result<void> apply(StepRun &run) const
    {
        const auto names = compileNames(run.lets());
        if (!names)
            return run.error(names.error().message);
        const bool isNamed = std::any_of(ops.begin(), ops.end(), [](const auto &one) { return one.isNamed(); });
        const Operands operands(isNamed ? run.rows() : std::vector<Row>());
        Calculator calculator(run);
        std::vector<std::size_t> selected, consumed;
        Lacking lacking;
        const Result<void> done = eachRow(run, where, [&](std::size_t index, auto captures) -> Result<void> {
            run.matched(index);
            const Row row = run.rows()[index];
            std::vector<std::size_t> found;
            for (std::size_t i = 0; i < ops.size(); ++i) {
                if (!ops[i].isNamed())
                    continue;
                std::string name;
                if (const Result<void> made = (*names)[i].append(name, captures); !made)
                    return rowError(run, row, tr("cannot be computed: %1").arg(made.error().message));
                if (const auto operand = operands.find(name))
                    found.push_back(*operand);
                else if (missingOperand == MissingOperand::Skip)
                    return lacking.add(row.name, name);
                else
                    return rowError(run, row,
                                    tr("is to be computed with “%1”, which is not there.").arg(displayName(name)));
            }
            const auto value = calculate(calculator, *row.value, operands, found);
            if (!value)
                return rowError(run, row, value.error().message);
            if (!consume || found.empty()) {
                run.setValue(index, *value);
                return {};
            }
            selected.push_back(index);
            std::vector<std::size_t> origins{index};
            for (const std::size_t operand : found) {
                if (std::find(origins.begin(), origins.end(), operand) == origins.end())
                    origins.push_back(operand);
            }
            consumed.insert(consumed.end(), origins.begin() + 1, origins.end());
            run.consume(index);
            run.addJoined(row.name, *value, origins, index);
            return {};
        });
        lacking.report(run);
        return done ? takeOut(run, selected, consumed) : done;
    }

private:
    /// Rows that lack an operand.
    struct Lacking
    {
        qint64 rows = 0;
        QString first, wanted;

        Result<void> add(Name name, const std::string &operand)
        {
            if (rows++ == 0) {
                first = displayName(name);
                wanted = displayName(operand);
            }
            return {};
        }
        void report(StepRun &run) const
        {
            if (rows == 0)
                return;
            const QString others = rows == 1 ? QString() : tr(", and so %1 more keys").arg(exactText(rows - 1));
            run.finding(
                Finding::Severity::Info, "missing-operand",
                tr("%1 leaves “%2” as it is, because “%3” is not there%4.").arg(run.title(), first, wanted, others));
        }
    };

    /// `selected`: in rising order.
    static Result<void> takeOut(StepRun &run, const std::vector<std::size_t> &selected,
                                const std::vector<std::size_t> &consumed)
    {
        for (const std::size_t operand : consumed) {
            if (std::binary_search(selected.begin(), selected.end(), operand))
                return rowError(run, run.rows()[operand], tr("would be computed and consumed by the same step."));
            run.consume(operand);
        }
        return {};
    }

    /// One per operation; empty where it has no name.
    Result<std::vector<NameTemplate>> compileNames(const Lets &lets) const
    {
        std::vector<NameTemplate> names;
        for (const Calculation &one : ops) {
            auto name = NameTemplate::compile(one.isNamed() ? one.operand : std::string(), scopeOf(where),
                                              NameTemplate::Escapes::None, lets);
            if (!name)
                return name.error();
            names.push_back(std::move(*name));
        }
        return names;
    }

    /// `found`: the rows of the operations that have names, in order.
    Result<const Expression *> calculate(Calculator &calculator, const Expression &value, const Operands &operands,
                                         const std::vector<std::size_t> &found) const
    {
        DType dtype = calculatedIn(value.dtype);
        if (const QString problem = problemOf(value.dtype); !problem.isEmpty())
            return unfit(problem);
        for (const std::size_t operand : found) {
            const Row &row = operands[operand];
            const DTypeKind kind = info(row.value->dtype).kind, own = info(value.dtype).kind;
            const DType second = calculatedIn(row.value->dtype);
            const bool isFitting = kind == own || (kind == DTypeKind::Integer && own == DTypeKind::Float)
                || (own == DTypeKind::Complex && kind != DTypeKind::Bool);
            if (second == DType::Unknown || !isFitting)
                return unfit(tr("is %1 and cannot be computed with “%2”, which is %3; cast one of them first.")
                                 .arg(displayName(word(value.dtype)), displayName(row.name),
                                      displayName(word(row.value->dtype))));
            dtype = kind == own ? wider(dtype, second) : dtype;
        }
        auto made = calculator.cast(value, dtype);
        auto next = found.begin();
        for (std::size_t i = 0; made && i < ops.size(); ++i) {
            if (!ops[i].isNamed()) {
                made = calculator.of(ops[i].operation, **made, ops[i].number.value_or(0));
                continue;
            }
            const Row &row = operands[*next++];
            const auto operand = calculator.cast(*row.value, dtype);
            if (!operand)
                return operand;
            if (!broadcastShape(*(*made)->shape, *(*operand)->shape))
                return unfit(tr("does not fit “%1” (%2); torch broadcasts axes that are alike or 1, counted from the "
                                "last.")
                                 .arg(displayName(row.name), shapeText(*row.value->shape)));
            made = calculator.of(ops[i].operation, **made, **operand);
        }
        return made ? calculator.cast(**made, value.dtype) : made;
    }

    /// Why a tensor of that dtype cannot be computed with; empty: it can.
    QString problemOf(DType dtype) const
    {
        const DTypeKind kind = info(dtype).kind;
        const QString name = displayName(word(dtype));
        if (calculatedIn(dtype) == DType::Unknown)
            return tr("is %1, which is not computed with; cast it first.").arg(name);
        for (const Calculation &one : ops) {
            const bool isWhole = one.operation != Operation::Divide && one.operation != Operation::Reciprocal
                && one.operation != Operation::Log && one.operation != Operation::Exp
                && one.operation != Operation::Sqrt;
            if (kind == DTypeKind::Integer && !isWhole)
                return tr("is %1, and “%2” gives fractions; cast it to a floating dtype first.")
                    .arg(name, QString::fromUtf8(wordOf(one.operation)));
            const double number = one.number.value_or(0);
            if (kind == DTypeKind::Integer && (number != std::trunc(number) || std::abs(number) > largestExact))
                return tr("is %1, which cannot be computed with %2; cast it to a floating dtype first.")
                    .arg(name, QString::fromStdString(one.operand));
            if (kind == DTypeKind::Complex && (one.operation == Operation::Abs || one.operation == Operation::Maximum))
                return tr("is %1, which has no “%2” of that dtype.")
                    .arg(name, QString::fromUtf8(wordOf(one.operation)));
        }
        return {};
    }
};
}

const StepKind &arithmeticStep()
{
    static const StepKind kind = stepKind<ArithmeticStep>(
        {.word = "arithmetic",
         .title = "Compute",
         .group = "Values",
         .help =
             "Computes with every element, with numbers and with other tensors, which broadcast as in torch: in the "
             "tensor's own dtype, but at least float32, and rounded to its dtype at the end.",
         .exampleStep = "arithmetic: {where: {exact: cls_token}, ops: [{add: pos_cls}], consume: true}",
         .exampleBefore = "cls_token float32 1x1x768\npos_cls float32 1x1x768",
         .exampleAfter = "cls_token float32 1x1x768"});
    return kind;
}
