// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/pythonselect.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/dialects/pythontext.h"
#include "model/recipe/selectorcompiled.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

using Text = Result<std::string>;
using Texts = std::vector<std::string>;

std::string joined(const Texts &texts, std::string_view between)
{
    std::string out;
    for (const std::string &text : texts)
        out += (out.empty() ? "" : std::string(between)) + text;
    return out;
}

std::string anyOf(const Texts &texts)
{
    return texts.size() == 1 ? texts.front() : '(' + joined(texts, " or ") + ')';
}

/// `key.startswith('a')`, `key.startswith(('a', 'b'))`
std::string method(std::string_view name, const Texts &texts)
{
    return "key." + std::string(name) + '(' + (texts.size() == 1 ? pythonText(texts.front()) : pythonTuple(texts))
        + ')';
}

/// `left == a`, or `left in (a, b)`
std::string isOneOf(std::string_view left, const Texts &expressions)
{
    return std::string(left)
        + (expressions.size() == 1 ? " == " + expressions.front() : " in (" + joined(expressions, ", ") + ')');
}

/// `(64, 3)`
std::string shapeTuple(const Node &node)
{
    std::string out = "(";
    for (const Node &size : node.items)
        out += (out.size() > 1 ? ", " : "") + size.text;
    return out + (node.items.size() == 1 ? ",)" : ")");
}

class SelectorWriter
{
public:
    SelectorWriter(const Selector &selector, PythonPieces &pieces) : m_selector(selector), m_pieces(pieces) {}

    Text write()
    {
        const Node &node = m_selector.node();
        const Node map = node.isMap() ? node : Node::map({{"exact", node}});
        for (const auto &[kind, value] : map.entries) {
            const Text test = write(kind, value);
            if (!test)
                return test.error();
            if (!test->empty())
                m_tests.push_back(*test);
        }
        if (m_capture.empty())
            return joined(m_tests, " and ");
        m_tests.push_back(m_besides.empty() ? m_capture : "(beside := " + m_capture + ')');
        m_tests.insert(m_tests.end(), m_besides.begin(), m_besides.end());
        if (!m_besides.empty())
            m_tests.push_back("beside");
        return joined(m_tests, " and ");
    }

private:
    /// One test; empty: it is kept for the end.
    Text write(const std::string &kind, const Node &value)
    {
        if (kind == "numel")
            return numel(value);
        if (kind == "shape")
            return shape(value);
        if (kind == "not" || kind == "any-of" || kind == "all")
            return children(kind, value);
        const Result<Texts> texts = parseTexts(value);
        if (!texts)
            return texts.error();
        if (kind == "glob" || kind == "regex" || kind == "template")
            return pattern(kind, *texts);
        if (kind == "has" || kind == "target-has")
            return beside(kind, *texts);
        if (kind == "in-target")
            return inTarget(*texts);
        if (kind == "prefix")
            return method("startswith", *texts);
        if (kind == "suffix")
            return method("endswith", *texts);
        Texts quoted, contained, dtypes;
        for (const std::string &text : *texts) {
            quoted.push_back(pythonText(text));
            contained.push_back(pythonText(text) + " in key");
            dtypes.push_back("torch." + text);
        }
        if (kind == "contains")
            return anyOf(contained);
        if (kind == "dtype")
            return isOneOf("value.dtype", dtypes);
        return isOneOf(kind == "ndim" ? "value.ndim" : "key", kind == "ndim" ? *texts : quoted);
    }

    static Text numel(const Node &value)
    {
        const Node *least = value.find("min"), *most = value.find("max");
        return (least ? least->text + " <= " : std::string()) + "value.numel()"
            + (most ? " <= " + most->text : std::string());
    }

    static Text shape(const Node &value)
    {
        const bool isMany = !value.items.empty() && value.items.front().isList();
        Texts shapes;
        for (const Node &item : isMany ? value.items : std::vector<Node>{value})
            shapes.push_back(shapeTuple(item));
        return isOneOf("tuple(value.shape)", shapes);
    }

    Text children(const std::string &kind, const Node &value)
    {
        Texts tests;
        for (const Node &item : kind == "not" ? std::vector<Node>{value} : value.items) {
            const Result<Selector> child = Selector::parse(item);
            const Text test = child ? pythonSelector(*child, m_pieces) : child.error();
            if (!test)
                return test.error();
            tests.push_back('(' + *test + ')');
        }
        if (tests.empty())
            return std::string(kind == "all" ? "True" : "False");
        if (kind == "not")
            return "not " + tests.front();
        return '(' + joined(tests, kind == "all" ? " and " : " or ") + ')';
    }

    Text pattern(const std::string &kind, const Texts &texts)
    {
        Texts tests;
        for (const std::string &text : texts) {
            if (kind == "glob") {
                tests.push_back("fnmatch.fnmatchcase(key, " + pythonText(text) + ')');
                continue;
            }
            const Result<NamePattern> places = NamePattern::compile(text, NamePattern::At::Whole);
            if (kind == "template" && !places)
                return places.error();
            tests.push_back("re.search(" + (kind == "template" ? pythonPattern(*places) : pythonText(text)) + ", key)");
        }
        if (kind == "glob" || tests.size() > 1 || !m_capture.empty())
            return anyOf(tests);
        m_capture = tests.front();
        return std::string();
    }

    Text beside(const std::string &kind, const Texts &texts)
    {
        Texts tests;
        for (const std::string &text : texts) {
            const auto name =
                NameTemplate::compile(text, scopeOf(m_selector), NameTemplate::Escapes::None, Lets::any());
            if (!name)
                return name.error();
            const auto slot = [](int number) { return "beside[" + std::to_string(number) + ']'; };
            const Groups groups = m_selector.node().find("regex") ? Groups::MayLack : Groups::TakePart;
            if (kind == "target-has")
                m_pieces.insert("wanted");
            tests.push_back((kind == "has" ? "table.has(" : "table.wants(") + pythonName(*name, slot, groups) + ')');
        }
        m_besides.push_back(anyOf(tests));
        if (!scopeOf(m_selector).captures.empty())
            return std::string();
        const std::string test = m_besides.back();
        m_besides.pop_back();
        return test;
    }

    Text inTarget(const Texts &words)
    {
        m_pieces.insert("wanted");
        Texts tests;
        for (const std::string &word : words)
            tests.push_back("table.in_target(key, value, " + pythonText(word) + ')');
        return anyOf(tests);
    }

    const Selector &m_selector;
    PythonPieces &m_pieces;
    Texts m_tests;
    std::string m_capture; ///< the test whose match counts; it comes last
    Texts m_besides; ///< tests over what it captured
};

Text condition(const Node &node, PythonPieces &pieces);

Text conditionTest(const std::string &kind, const Node &value, PythonPieces &pieces)
{
    Texts tests;
    if (kind == "has" || kind == "target-has") {
        const Result<Texts> names = parseTexts(value);
        if (!names)
            return names.error();
        if (kind == "target-has")
            pieces.insert("wanted");
        for (const std::string &name : *names)
            tests.push_back((kind == "has" ? "table.has(" : "table.wants(") + pythonText(name) + ')');
        return joined(tests, " and ");
    }
    if (kind == "any" || kind == "target-any") {
        const Result<Selector> selector = Selector::parse(value);
        const Text test = selector ? pythonSelector(*selector, pieces) : selector.error();
        if (!test)
            return test.error();
        if (kind == "target-any")
            pieces.insert("wanted");
        return (kind == "any" ? "table.any" : "table.any_wanted") + ("(lambda key, value: " + *test) + ')';
    }
    if (kind == "root-was") {
        const Result<ObjectPath> path = Codec<ObjectPath>::parse(value);
        return path ? Text("table.path == " + pythonTuple(path->components)) : path.error();
    }
    if (kind == "attr" || kind == "test")
        return Error{Error::Kind::BadRecipe,
                     tr("it asks for attributes of the target, and a checkpoint or a model does not say them.")};
    for (const Node &item : kind == "not" ? std::vector<Node>{value} : value.items) {
        const Text test = condition(item, pieces);
        if (!test)
            return test.error();
        tests.push_back('(' + *test + ')');
    }
    if (kind == "not")
        return "not " + tests.front();
    if (tests.empty())
        return std::string(kind == "all" ? "True" : "False");
    return '(' + joined(tests, kind == "all" ? " and " : " or ") + ')';
}

Text condition(const Node &node, PythonPieces &pieces)
{
    Texts tests;
    for (const auto &[kind, value] : node.entries) {
        const Text test = conditionTest(kind, value, pieces);
        if (!test)
            return test.error();
        tests.push_back(*test);
    }
    return joined(tests, " and ");
}
}

Result<std::string> pythonSelector(const Selector &selector, PythonPieces &pieces)
{
    if (selector.isAll())
        return std::string("True");
    return SelectorWriter(selector, pieces).write();
}

Result<std::string> pythonWhere(const Selector &selector, PythonPieces &pieces)
{
    if (selector.isAll())
        return std::string();
    const Result<std::string> test = pythonSelector(selector, pieces);
    return test ? Result<std::string>("lambda key, value: " + *test) : test;
}

Result<std::string> pythonItems(const std::vector<Node> &items, PythonPieces &pieces)
{
    Texts tests;
    for (const Node &item : items) {
        if (item.isScalar()) {
            tests.push_back(pythonText(item.text) + " in key");
            continue;
        }
        const Result<Selector> selector = Selector::parse(item);
        const Text test = selector ? pythonSelector(*selector, pieces) : selector.error();
        if (!test)
            return test.error();
        tests.push_back(test->find(" and ") == std::string::npos ? *test : '(' + *test + ')');
    }
    return "lambda key, value: " + joined(tests, " or ");
}

Result<std::string> pythonCondition(const Condition &given, PythonPieces &pieces)
{
    return condition(given.node(), pieces);
}
