// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/recipe/steps/support.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <limits>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// How many keys a selector may select.
struct CountCheck
{
    Selector of;
    std::optional<qint64> is, min, max;

    bool operator==(const CountCheck &) const = default;
};

using ShapeChecks = std::vector<std::pair<std::string, std::vector<qint64>>>;
using DTypeChecks = std::vector<std::pair<std::string, DType>>;
}

template<>
struct Codec<CountCheck> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"type": "object", "additionalProperties": false, "properties": {"of": )"
            + std::string(selectorReference)
            + R"(, "is": {"type": "integer"}, "min": {"type": "integer"}, "max": {"type": "integer"}}})";
    }
    static Result<CountCheck> parse(const Node &node)
    {
        if (!node.isMap())
            return expected(node, tr("{of: selector, is: number} with is, min or max"));
        CountCheck check;
        for (const auto &[name, value] : node.entries) {
            if (name == "of") {
                Result<Selector> selector = Selector::parse(value);
                if (!selector)
                    return selector.error();
                check.of = std::move(*selector);
                continue;
            }
            std::optional<qint64> *bound = name == "is" ? &check.is : name == "min" ? &check.min : &check.max;
            if (name != "is" && name != "min" && name != "max")
                return errorAtKey(
                    value,
                    tr("“count” has no “%1”%2").arg(displayName(name), suggestion(name, {"of", "is", "min", "max"})));
            const Result<qint64> number = parseInteger(value);
            if (!number)
                return number.error();
            *bound = *number;
        }
        if (!check.is && !check.min && !check.max)
            return expected(node, tr("a number to hold: is, min or max"));
        return check;
    }
    static Node print(const CountCheck &check)
    {
        Node map = Node::map({});
        if (!check.of.isAll())
            map.entries.emplace_back("of", check.of.node());
        const auto add = [&](const char *name, const std::optional<qint64> &value) {
            if (value)
                map.entries.emplace_back(name, Node::scalar(std::to_string(*value)));
        };
        add("is", check.is);
        add("min", check.min);
        add("max", check.max);
        return map;
    }
};

template<>
struct Codec<ShapeChecks> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}})";
    }
    static Result<ShapeChecks> parse(const Node &node)
    {
        if (!node.isMap())
            return expected(node, tr("keys and their shapes"));
        ShapeChecks checks;
        for (const auto &[name, value] : node.entries) {
            if (!value.isList())
                return expected(value, tr("a shape such as [64, 3, 7, 7]"));
            checks.emplace_back(name, std::vector<qint64>());
            for (const Node &item : value.items) {
                const Result<qint64> size = parseInteger(item);
                if (!size)
                    return size.error();
                checks.back().second.push_back(*size);
            }
        }
        return checks;
    }
    static Node print(const ShapeChecks &checks)
    {
        Node map = Node::map({});
        for (const auto &[name, shape] : checks) {
            std::vector<Node> sizes;
            for (const qint64 size : shape)
                sizes.push_back(Node::scalar(std::to_string(size)));
            map.entries.emplace_back(name, Node::list(std::move(sizes)));
        }
        return map;
    }
};

template<>
struct Codec<DTypeChecks> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema() { return R"({"type": "object", "additionalProperties": {"type": "string"}})"; }
    static Result<DTypeChecks> parse(const Node &node)
    {
        if (!node.isMap())
            return expected(node, tr("keys and their dtypes"));
        DTypeChecks checks;
        for (const auto &[name, value] : node.entries) {
            const DType dtype = value.isScalar() ? dtypeFromWord(value.text) : DType::Unknown;
            if (dtype == DType::Unknown)
                return expected(value, tr("a dtype such as float32"));
            checks.emplace_back(name, dtype);
        }
        return checks;
    }
    static Node print(const DTypeChecks &checks)
    {
        Node map = Node::map({});
        for (const auto &[name, dtype] : checks)
            map.entries.emplace_back(name, Node::scalar(std::string(word(dtype))));
        return map;
    }
};

namespace {
/// Stops the plan when something is not as expected; changes nothing.
struct Assert
{
    std::vector<std::string> exists, absent, anyPrefix, allPrefix;
    std::optional<CountCheck> count;
    ShapeChecks shape;
    DTypeChecks dtype;
    std::string message;

    static FieldLines fields()
    {
        return FieldLines{field("exists", &Assert::exists, "Keys that must be there."),
                          field("absent", &Assert::absent, "Keys that must not be there."),
                          field("any-prefix", &Assert::anyPrefix, "At least one key must start with one of these."),
                          field("all-prefix", &Assert::allPrefix, "Every key must start with one of these."),
                          field("count", &Assert::count, "How many keys a selector must select."),
                          field("shape", &Assert::shape, "Shapes that keys must have."),
                          field("dtype", &Assert::dtype, "Dtypes that keys must have."),
                          field("message", &Assert::message, "What to say when it does not hold.")};
    }

    Result<void> check() const
    {
        if (exists.empty() && absent.empty() && anyPrefix.empty() && allPrefix.empty() && !count && shape.empty()
            && dtype.empty())
            return badStep(
                tr("“assert” checks nothing; it needs exists, absent, any-prefix, all-prefix, count, shape or "
                   "dtype."));
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        const auto about = [](const QString &words, const std::vector<std::string> &names) {
            return std::vector{plain(words)} + codes(names);
        };
        if (!exists.empty())
            return about(tr("Check that there is "), exists);
        if (!absent.empty())
            return about(tr("Check that there is no "), absent);
        if (!anyPrefix.empty())
            return about(tr("Check that some key starts with "), anyPrefix);
        if (!allPrefix.empty())
            return about(tr("Check that all keys start with "), allPrefix);
        if (count)
            return std::vector{plain(tr("Check the number of keys "))} + selectorWords(count->of);
        if (!shape.empty())
            return {plain(tr("Check the shape of ")), code(shape.front().first)};
        if (!dtype.empty())
            return {plain(tr("Check the dtype of ")), code(dtype.front().first)};
        return {plain(tr("Check"))};
    }

    Result<void> apply(StepRun &run) const
    {
        run.checksOnly();
        const Result<QString> problem = firstProblem(run);
        if (!problem)
            return problem.error();
        if (problem->isEmpty())
            return {};
        return run.error(message.empty() ? *problem : displayName(message) + u' ' + u'(' + *problem + u')');
    }

private:
    /// Empty: all holds.
    Result<QString> firstProblem(StepRun &run) const
    {
        const std::vector<Row> &rows = run.rows();
        NameIndex index(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            index.insert(quint32(i), namesOf(rows));
        const auto find = [&](const std::string &name) { return index.find(name, namesOf(rows)); };
        for (const std::string &name : exists) {
            if (find(name) == NameIndex::none)
                return tr("there is no key “%1”.").arg(displayName(name));
        }
        for (const std::string &name : absent) {
            if (find(name) != NameIndex::none)
                return tr("there is a key “%1”.").arg(displayName(name));
        }
        if (const QString problem = prefixProblem(rows); !problem.isEmpty())
            return problem;
        for (const auto &[name, sizes] : shape) {
            const quint32 at = find(name);
            const Shape wanted(sizes.begin(), sizes.end());
            if (at == NameIndex::none)
                return tr("there is no key “%1”.").arg(displayName(name));
            if (*rows[at].value->shape != wanted)
                return tr("“%1” has the shape %2 instead of %3.")
                    .arg(displayName(name), shapeText(*rows[at].value->shape), shapeText(wanted));
        }
        for (const auto &[name, wanted] : dtype) {
            const quint32 at = find(name);
            if (at == NameIndex::none)
                return tr("there is no key “%1”.").arg(displayName(name));
            if (rows[at].value->dtype != wanted)
                return tr("“%1” is %2 instead of %3.")
                    .arg(displayName(name), displayName(word(rows[at].value->dtype)), displayName(word(wanted)));
        }
        return countProblem(run);
    }

    QString prefixProblem(const std::vector<Row> &rows) const
    {
        const auto startsWith = [](const Row &row, const std::vector<std::string> &prefixes) {
            return std::any_of(prefixes.begin(), prefixes.end(),
                               [&](const std::string &prefix) { return row.name.starts_with(prefix); });
        };
        if (!anyPrefix.empty()
            && std::none_of(rows.begin(), rows.end(), [&](const Row &row) { return startsWith(row, anyPrefix); }))
            return tr("no key starts with %1.").arg(joined(codes(anyPrefix)));
        if (!allPrefix.empty()) {
            const auto other =
                std::find_if(rows.begin(), rows.end(), [&](const Row &row) { return !startsWith(row, allPrefix); });
            if (other != rows.end())
                return tr("“%1” does not start with %2.").arg(displayName(other->name), joined(codes(allPrefix)));
        }
        return {};
    }

    Result<QString> countProblem(StepRun &run) const
    {
        if (!count)
            return QString();
        const Result<std::vector<std::size_t>> selected = selectRows(run, count->of);
        if (!selected)
            return selected.error();
        const auto found = qint64(selected->size());
        const QString what = count->of.text();
        if (count->is && found != *count->is)
            return tr("%1 keys instead of %2: %3.").arg(found).arg(*count->is).arg(what);
        if (count->min && found < *count->min)
            return tr("%1 keys, fewer than %2: %3.").arg(found).arg(*count->min).arg(what);
        if (count->max && found > *count->max)
            return tr("%1 keys, more than %2: %3.").arg(found).arg(*count->max).arg(what);
        return QString();
    }
};
}

const StepKind &assertStep()
{
    static const StepKind kind = stepKind<Assert>(
        {.word = "assert",
         .title = "Assert",
         .group = "Checks",
         .help = "Stops with a message when keys, counts, shapes or dtypes are not as expected. Changes nothing.",
         .exampleStep = "assert: {exists: [cls_token, pos_embed]}",
         .exampleBefore = "cls_token\npos_embed",
         .exampleAfter = "cls_token\npos_embed"});
    return kind;
}
