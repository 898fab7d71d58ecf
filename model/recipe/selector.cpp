// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/selector.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/selectorcompiled.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <limits>

template<>
inline constexpr auto enumWords<SelectorTest::InTarget> =
    std::array<std::string_view, 5>{"present", "absent", "same-shape", "other-shape", "other-rank"};

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Selector", text);
}

using Test = SelectorTest;
using Words = std::vector<SentencePart>;

constexpr std::array<std::string_view, 16> kinds{"exact",    "prefix",     "suffix", "contains", "glob",  "regex",
                                                 "template", "dtype",      "ndim",   "shape",    "numel", "in-target",
                                                 "has",      "target-has", "not",    "any-of"};

std::vector<std::string_view> kindWords()
{
    std::vector<std::string_view> words(kinds.begin(), kinds.end());
    words.push_back("all");
    return words;
}

/// "“a” or “b”", the first few.
void appendTexts(Words &words, const std::vector<std::string> &texts)
{
    constexpr std::size_t shown = 3;
    for (std::size_t i = 0; i < std::min(texts.size(), shown); ++i) {
        if (i > 0)
            words.push_back({i + 1 == texts.size() ? tr(" or ") : tr(", "), false});
        words.push_back({displayName(texts[i]), true});
    }
    if (texts.size() > shown)
        words.push_back({tr(" or %1 more").arg(texts.size() - shown), false});
}

/// Compiles one map of kinds.
class Compiler
{
public:
    Result<Selector::Compiled> run(const Node &node)
    {
        for (const auto &[kind, value] : node.entries) {
            if (Result<void> done = add(kind, value); !done) {
                Error error = done.error();
                if (error.line == 0)
                    error = errorAt(value, error.message);
                return error;
            }
        }
        // `has` is said over the captures, which may stand behind it.
        for (const auto &[index, value] : m_templates) {
            if (Result<void> done = compileNames(m_out.tests[index], *value); !done)
                return done.error();
        }
        return std::move(m_out);
    }

private:
    Result<void> add(const std::string &kind, const Node &value)
    {
        if (kind == "exact")
            return texts(Test::Kind::Exact, value, {});
        if (kind == "prefix")
            return texts(Test::Kind::Prefix, value, tr("starting with "));
        if (kind == "suffix")
            return texts(Test::Kind::Suffix, value, tr("ending in "));
        if (kind == "contains")
            return texts(Test::Kind::Contains, value, tr("containing "));
        if (kind == "glob" || kind == "regex" || kind == "template")
            return patterns(kind, value);
        if (kind == "dtype")
            return dtypes(value);
        if (kind == "ndim")
            return ranks(value);
        if (kind == "shape")
            return shapes(value);
        if (kind == "numel")
            return numel(value);
        if (kind == "in-target")
            return inTarget(value);
        if (kind == "has" || kind == "target-has")
            return names(kind, value);
        if (kind == "not" || kind == "any-of" || kind == "all")
            return children(kind, value);
        return errorAtKey(value,
                          tr("“%1” is not a kind of selector%2").arg(displayName(kind), suggestion(kind, kindWords())));
    }

    Test &push(Test::Kind kind)
    {
        m_out.tests.push_back({});
        m_out.tests.back().kind = kind;
        return m_out.tests.back();
    }

    void say(const QString &words)
    {
        separate();
        m_out.words.push_back({words, false});
    }

    void separate()
    {
        if (!m_out.words.empty())
            m_out.words.push_back({tr(" and "), false});
    }

    Result<void> texts(Test::Kind kind, const Node &value, const QString &words)
    {
        Result<std::vector<std::string>> list = parseTexts(value);
        if (!list)
            return list.error();
        separate();
        if (!words.isEmpty())
            m_out.words.push_back({words, false});
        appendTexts(m_out.words, *list);
        push(kind).texts = std::move(*list);
        return {};
    }

    Result<void> patterns(const std::string &kind, const Node &value)
    {
        Result<std::vector<std::string>> list = parseTexts(value);
        if (!list)
            return list.error();
        Test &test = push(Test::Kind::Regex);
        std::vector<CaptureScope> scopes;
        for (const std::string &text : *list) {
            if (kind == "template") {
                Result<NamePattern> pattern = NamePattern::compile(text, NamePattern::At::Whole);
                if (!pattern)
                    return pattern.error();
                test.regexes.push_back(pattern->regex());
                scopes.push_back(pattern->scope());
                continue;
            }
            Result<Regex> regex = kind == "glob" ? Regex::glob(text) : Regex::python(text);
            if (!regex)
                return regex.error();
            scopes.push_back(CaptureScope::of(*regex));
            test.regexes.push_back(std::move(*regex));
        }
        // Captures mean something when there is one pattern to take them from.
        if (kind != "glob" && scopes.size() == 1 && m_out.capturing < 0) {
            m_out.capturing = int(m_out.tests.size()) - 1;
            m_out.scope = std::move(scopes.front());
            m_out.scope.groups = -1; // numbers belong to the step's own pattern
        }
        separate();
        m_out.words.push_back({tr("matching "), false});
        appendTexts(m_out.words, *list);
        return {};
    }

    Result<void> dtypes(const Node &value)
    {
        Result<std::vector<std::string>> list = parseTexts(value);
        if (!list)
            return list.error();
        Test &test = push(Test::Kind::DTypes);
        for (const std::string &word : *list) {
            const DType dtype = dtypeFromWord(word);
            if (dtype == DType::Unknown)
                return errorAt(value,
                               tr("“%1” is not a dtype%2").arg(displayName(word), suggestion(word, dtypeWords())));
            test.dtypes.push_back(dtype);
        }
        say(tr("of dtype "));
        appendTexts(m_out.words, *list);
        return {};
    }

    static std::vector<std::string_view> dtypeWords()
    {
        std::vector<std::string_view> words;
        for (int i = 1; i <= int(DType::Bits4x2); ++i)
            words.push_back(word(DType(i)));
        return words;
    }

    static Result<qint64> size(const Node &node)
    {
        const Result<qint64> value = parseInteger(node);
        if (value && *value < 0)
            return expected(node, tr("a number that is not negative"));
        return value;
    }

    Result<void> ranks(const Node &value)
    {
        Test &test = push(Test::Kind::NDim);
        for (const Node &item : value.isList() ? value.items : std::vector<Node>{value}) {
            const Result<qint64> rank = size(item);
            if (!rank)
                return rank.error();
            test.ranks.push_back(*rank);
        }
        say(tr("of %1 dimensions").arg(QString::fromStdString(textOf(value))));
        return {};
    }

    Result<void> shapes(const Node &value)
    {
        if (!value.isList())
            return expected(value, tr("a shape such as [64, 3, 7, 7]"));
        Test &test = push(Test::Kind::Shapes);
        const bool isMany = !value.items.empty() && value.items.front().isList();
        for (const Node &item : isMany ? value.items : std::vector<Node>{value}) {
            if (!item.isList())
                return expected(item, tr("a shape such as [64, 3, 7, 7]"));
            SizeList shape;
            for (const Node &number : item.items) {
                const Result<qint64> extent = size(number);
                if (!extent)
                    return extent.error();
                shape.push_back(*extent);
            }
            test.shapes.push_back(shape);
        }
        say(tr("of shape %1").arg(QString::fromStdString(textOf(value))));
        return {};
    }

    Result<void> numel(const Node &value)
    {
        if (!value.isMap() || value.entries.empty())
            return expected(value, tr("{min: …, max: …}"));
        Test &test = push(Test::Kind::Numel);
        test.most = std::numeric_limits<qint64>::max();
        for (const auto &[name, number] : value.entries) {
            if (name != "min" && name != "max")
                return errorAtKey(number,
                                  tr("“numel” has no “%1”%2").arg(displayName(name), suggestion(name, {"min", "max"})));
            const Result<qint64> count = size(number);
            if (!count)
                return count.error();
            (name == "min" ? test.least : test.most) = *count;
        }
        say(tr("of so many elements: %1").arg(QString::fromStdString(textOf(value))));
        return {};
    }

    Result<void> inTarget(const Node &value)
    {
        Test &test = push(Test::Kind::InTarget);
        m_out.needsTarget = true;
        for (const Node &item : value.isList() ? value.items : std::vector<Node>{value}) {
            const Result<Test::InTarget> word = Codec<Test::InTarget>::parse(item);
            if (!word)
                return word.error();
            test.inTarget.push_back(*word);
        }
        say(tr("in the target: %1").arg(QString::fromStdString(textOf(value))));
        return {};
    }

    Result<void> names(const std::string &kind, const Node &value)
    {
        const bool inTable = kind == "has";
        push(inTable ? Test::Kind::Has : Test::Kind::TargetHas);
        (inTable ? m_out.needsTable : m_out.needsTarget) = true;
        m_templates.emplace_back(m_out.tests.size() - 1, &value);
        say(inTable ? tr("beside ") : tr("beside, in the target, "));
        if (const Result<std::vector<std::string>> list = parseTexts(value))
            appendTexts(m_out.words, *list);
        return {};
    }

    Result<void> compileNames(Test &test, const Node &value)
    {
        Result<std::vector<std::string>> list = parseTexts(value);
        if (!list)
            return list.error();
        for (const std::string &text : *list) {
            const Result<NameTemplate> name =
                NameTemplate::compile(text, m_out.scope, NameTemplate::Escapes::None, Lets::any());
            if (!name)
                return errorAt(value, name.error().message);
            test.names.push_back(text);
        }
        return {};
    }

    Result<void> children(const std::string &kind, const Node &value)
    {
        const bool isNot = kind == "not";
        if (!isNot && !value.isList())
            return expected(value, tr("a list of selectors"));
        Test test;
        test.kind = isNot ? Test::Kind::Not : kind == "all" ? Test::Kind::All : Test::Kind::AnyOf;
        separate();
        if (isNot)
            m_out.words.push_back({tr("not "), false});
        const std::vector<Node> items = isNot ? std::vector<Node>{value} : value.items;
        for (std::size_t i = 0; i < items.size(); ++i) {
            Result<Selector> child = Selector::parse(items[i]);
            if (!child)
                return child.error();
            if (i > 0)
                m_out.words.push_back({kind == "all" ? tr(" and ") : tr(" or "), false});
            const Words words = selectorWords(*child);
            m_out.words.insert(m_out.words.end(), words.begin(), words.end());
            if (const Selector::Compiled *compiled = child->compiled()) {
                m_out.needsTable = m_out.needsTable || compiled->needsTable;
                m_out.needsTarget = m_out.needsTarget || compiled->needsTarget;
            }
            test.children.push_back(std::move(*child));
        }
        m_out.tests.push_back(std::move(test));
        return {};
    }

    Selector::Compiled m_out;
    std::vector<std::pair<std::size_t, const Node *>> m_templates;
};
}

Result<Selector> Selector::parse(const Node &node)
{
    Selector selector;
    if (node.isNull())
        return selector;
    // Bare text, or a list of it, means whole names.
    const Node map = node.isMap() ? node : Node::map({{"exact", node}});
    if (map.entries.empty())
        return expected(node, tr("a selector such as {prefix: head.}"));
    Result<Compiled> compiled = Compiler().run(map);
    if (!compiled)
        return compiled.error();
    auto shared = std::make_shared<Compiled>(std::move(*compiled));
    constexpr std::size_t many = 8;
    for (SelectorTest &test : shared->tests) {
        if (test.kind == Test::Kind::Exact && test.texts.size() > many)
            test.exact.insert(test.texts.begin(), test.texts.end());
    }
    selector.m_node = node;
    selector.m_compiled = std::move(shared);
    return selector;
}

QString Selector::text() const
{
    return joined(selectorWords(*this));
}

const CaptureScope &scopeOf(const Selector &selector)
{
    static const CaptureScope none;
    return selector.compiled() ? selector.compiled()->scope : none;
}

std::vector<SentencePart> selectorWords(const Selector &selector)
{
    if (!selector.compiled())
        return {{tr("all keys"), false}};
    return selector.compiled()->words;
}

QString joined(const std::vector<SentencePart> &parts)
{
    QString text;
    for (const SentencePart &part : parts)
        text += part.isCode ? u'“' + part.text + u'”' : part.text;
    return text;
}
