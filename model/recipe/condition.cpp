// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/condition.h"

#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/arithmetic.h"
#include "model/recipe/codec.h"
#include "model/recipe/lets.h"
#include "model/recipe/selectorcompiled.h"
#include "model/recipe/steprun.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Condition", text);
}

/// One kind of a condition: `has: norm.weight`.
struct ConditionTest
{
    enum class Kind : quint8 { Has, Any, TargetHas, TargetAny, Attr, RootWas, Test, Not, AnyOf, All };

    Kind kind = Kind::Has;
    std::vector<std::string> names = {}; ///< Has, TargetHas: all of them
    Selector selector = {};
    std::vector<Node::Entry> attributes = {};
    std::vector<std::string> path = {};
    std::string text = {}; ///< Test: the expression
    std::vector<Condition> children = {};
};

using Test = ConditionTest;
}

struct Condition::Compiled
{
    std::vector<ConditionTest> tests; ///< all must hold
};

namespace {
constexpr std::array<std::string_view, 10> kinds{"has",      "any",  "target-has", "target-any", "attr",
                                                 "root-was", "test", "not",        "all",        "any-of"};

Result<Test> compileNames(Test::Kind kind, const Node &value)
{
    Test test;
    test.kind = kind;
    Result<std::vector<std::string>> names = parseTexts(value);
    if (!names)
        return names.error();
    test.names = std::move(*names);
    return test;
}

Result<Test> compileSelector(Test::Kind kind, const Node &value)
{
    Test test;
    test.kind = kind;
    Result<Selector> selector = Selector::parse(value);
    if (!selector)
        return selector.error();
    test.selector = std::move(*selector);
    return test;
}

Result<Test> compileAttributes(const Node &value)
{
    if (!value.isMap() || value.entries.empty())
        return expected(value, tr("attributes and their values, such as {expand_attn: true}"));
    Test test;
    test.kind = Test::Kind::Attr;
    test.attributes = value.entries;
    return test;
}

Result<Test> compileExpression(const Node &value)
{
    Test test;
    test.kind = Test::Kind::Test;
    const Result<std::string> text = parseTextScalar(value);
    if (!text)
        return text.error();
    const auto resolve = [](std::string_view) -> Result<int> { return 0; };
    const auto expression = Arithmetic::parse(*text, Arithmetic::Grammar::Condition, resolve, Lets::any());
    if (!expression)
        return errorAt(value, expression.error().message);
    test.text = *text;
    return test;
}

Result<Test> compileChildren(Test::Kind kind, const Node &value)
{
    Test test;
    test.kind = kind;
    const bool isList = kind != Test::Kind::Not;
    if (isList && !value.isList())
        return expected(value, tr("a list of conditions"));
    for (const Node &item : isList ? value.items : std::vector<Node>{value}) {
        Result<Condition> child = Condition::parse(item);
        if (!child)
            return child.error();
        test.children.push_back(std::move(*child));
    }
    return test;
}

Result<Test> compileTest(const std::string &kind, const Node &value)
{
    if (kind == "has")
        return compileNames(Test::Kind::Has, value);
    if (kind == "target-has")
        return compileNames(Test::Kind::TargetHas, value);
    if (kind == "any")
        return compileSelector(Test::Kind::Any, value);
    if (kind == "target-any")
        return compileSelector(Test::Kind::TargetAny, value);
    if (kind == "attr")
        return compileAttributes(value);
    if (kind == "test")
        return compileExpression(value);
    if (kind == "not")
        return compileChildren(Test::Kind::Not, value);
    if (kind == "all")
        return compileChildren(Test::Kind::All, value);
    if (kind == "any-of")
        return compileChildren(Test::Kind::AnyOf, value);
    if (kind != "root-was")
        return errorAtKey(value,
                          tr("“%1” is not a kind of condition%2")
                              .arg(displayName(kind), suggestion(kind, {kinds.begin(), kinds.end()})));
    Test test;
    test.kind = Test::Kind::RootWas;
    const Result<ObjectPath> path = Codec<ObjectPath>::parse(value);
    if (!path)
        return path.error();
    test.path = path->components;
    return test;
}

/// Whether an attribute has the value a recipe wrote as text.
bool equals(const Attribute &attribute, const Node &value)
{
    const auto number = [](const Node &node) { return QString::fromStdString(node.text).toDouble(); };
    const auto list = [&](const auto &items, auto same) {
        return value.isList() && std::equal(items.begin(), items.end(), value.items.begin(), value.items.end(), same);
    };
    const auto integer = [](const Node &node) {
        const Result<qint64> parsed = parseInteger(node);
        return parsed ? std::optional(*parsed) : std::nullopt;
    };
    if (const auto *flag = std::get_if<bool>(&attribute))
        return value.isScalar() && value.text == (*flag ? "true" : "false");
    if (const auto *whole = std::get_if<qint64>(&attribute))
        return integer(value) == *whole;
    if (const auto *real = std::get_if<double>(&attribute))
        return value.isScalar() && qFuzzyCompare(1.0 + number(value), 1.0 + *real);
    if (const auto *text = std::get_if<std::string>(&attribute))
        return value.isScalar() && value.text == *text;
    if (const auto *numbers = std::get_if<std::vector<qint64>>(&attribute))
        return list(*numbers, [&](qint64 item, const Node &node) { return integer(node) == item; });
    return list(std::get<std::vector<std::string>>(attribute),
                [](const std::string &item, const Node &node) { return node.isScalar() && node.text == item; });
}

/// Asks a condition before a step.
class Asker
{
public:
    explicit Asker(StepRun &run) : m_run(run) {}

    Result<bool> holds(const Condition &condition)
    {
        if (!condition.compiled())
            return true;
        for (const Test &test : condition.compiled()->tests) {
            const Result<bool> held = ask(test);
            if (!held || !*held)
                return held;
        }
        return true;
    }

private:
    Result<bool> ask(const Test &test)
    {
        switch (test.kind) {
        case Test::Kind::Has:
            return std::all_of(test.names.begin(), test.names.end(), [&](const std::string &name) {
                const std::vector<Row> &rows = m_run.rows();
                return std::any_of(rows.begin(), rows.end(), [&](const Row &row) { return row.name == name; });
            });
        case Test::Kind::Any: return any(test.selector);
        case Test::Kind::TargetHas: return targetHas(test.names);
        case Test::Kind::TargetAny: return targetAny(test.selector);
        case Test::Kind::Attr: return attributes(test.attributes);
        case Test::Kind::RootWas: return m_run.rootPath() == test.path;
        case Test::Kind::Test: return expression(test);
        case Test::Kind::Not:
        case Test::Kind::AnyOf:
        case Test::Kind::All: break;
        }
        const bool stopsAt = test.kind == Test::Kind::AnyOf;
        for (const Condition &child : test.children) {
            const Result<bool> held = holds(child);
            if (!held)
                return held;
            if (test.kind == Test::Kind::Not)
                return !*held;
            if (*held == stopsAt)
                return stopsAt;
        }
        return !stopsAt;
    }

    Result<bool> any(const Selector &selector)
    {
        SelectorMatcher matcher(selector, &m_run);
        for (const Row &row : m_run.rows()) {
            if (matcher.matches(row.name, row.value->dtype, *row.value->shape))
                return true;
            if (matcher.error())
                break;
        }
        if (matcher.error())
            return m_run.error(matcher.error()->message);
        return false;
    }

    Result<const Target *> target()
    {
        const Target *target = m_run.target();
        if (!target)
            return m_run.error(tr("its condition asks for the target, and there is none."));
        return target;
    }

    Result<bool> targetHas(const std::vector<std::string> &names)
    {
        const Result<const Target *> target = this->target();
        if (!target)
            return target.error();
        return std::all_of(names.begin(), names.end(),
                           [&](const std::string &name) { return (*target)->find(name) != NameIndex::none; });
    }

    Result<bool> targetAny(const Selector &selector)
    {
        const Result<const Target *> target = this->target();
        if (!target)
            return target.error();
        SelectorMatcher matcher(selector, &m_run);
        for (const TargetKey &key : (*target)->keys()) {
            if (matcher.matches(key.name, key.dtype, key.shape))
                return true;
            if (matcher.error())
                return m_run.error(matcher.error()->message);
        }
        return false;
    }

    Result<const Attribute *> attribute(const std::string &name)
    {
        const Result<const Target *> target = this->target();
        if (!target)
            return target.error();
        const auto found = (*target)->attributes().find(name);
        const std::string near = nearest(name, m_run.lets().names());
        if (found == (*target)->attributes().end())
            return m_run.error(
                tr("it needs the target's attribute “%1”, which is not given%2")
                    .arg(displayName(name),
                         near.empty() ? QStringLiteral(".") : tr("; did you mean “%1”?").arg(displayName(near))));
        return &found->second;
    }

    Result<bool> attributes(const std::vector<Node::Entry> &entries)
    {
        for (const auto &[name, value] : entries) {
            const Result<const Attribute *> known = attribute(name);
            if (!known)
                return known.error();
            if (!equals(**known, value))
                return false;
        }
        return true;
    }

    Result<bool> expression(const Test &test)
    {
        std::vector<std::string> names; // of attributes, by slot
        const auto resolve = [&](std::string_view name) -> Result<int> {
            if (m_run.lets().has(name))
                return Error{Error::Kind::BadRecipe, {}};
            names.emplace_back(name);
            return int(names.size()) - 1;
        };
        const auto expression = Arithmetic::parse(test.text, Arithmetic::Grammar::Condition, resolve, m_run.lets());
        if (!expression)
            return m_run.error(expression.error().message);
        const Result<qint64> value = expression->evaluate([&](int slot) -> Result<qint64> {
            const std::string &name = names[std::size_t(slot)];
            const Result<const Attribute *> known = attribute(name);
            if (!known)
                return known.error();
            if (const auto *whole = std::get_if<qint64>(*known))
                return *whole;
            if (const auto *flag = std::get_if<bool>(*known))
                return qint64(*flag);
            return Error{Error::Kind::BadRecipe, tr("“%1” is not a whole number").arg(displayName(name))};
        });
        if (!value)
            return m_run.error(value.error().message);
        return *value != 0;
    }

    StepRun &m_run;
};
}

Result<Condition> Condition::parse(const Node &node)
{
    if (!node.isMap() || node.entries.empty())
        return expected(node, tr("a condition such as {has: head.weight}"));
    auto compiled = std::make_shared<Compiled>();
    for (const auto &[kind, value] : node.entries) {
        Result<ConditionTest> test = compileTest(kind, value);
        if (!test)
            return test.error();
        compiled->tests.push_back(std::move(*test));
    }
    Condition condition;
    condition.m_node = node;
    condition.m_compiled = std::move(compiled);
    return condition;
}

QString Condition::text() const
{
    return QString::fromStdString(flowText(m_node));
}

Result<bool> holds(StepRun &run, const Condition &condition)
{
    return Asker(run).holds(condition);
}
