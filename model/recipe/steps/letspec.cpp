// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/steps/letspec.h"

#include "model/base/text.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <charconv>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Let", text);
}

constexpr std::array<std::string_view, 7> kinds{"ints", "count", "dim", "target-dim", "attr", "table", "expr"};

Error at(const Node &node, const Error &error)
{
    return error.line ? error : errorAt(node, error.message);
}

Result<Arithmetic> compileExpression(const std::string &text, const Lets &lets)
{
    const auto unknown = [&](std::string_view name) -> Result<int> {
        return badStep(
            tr("“%1” has no value here%2")
                .arg(displayName(name), lets.names().empty() ? QStringLiteral(".") : suggestion(name, lets.names())));
    };
    return Arithmetic::parse(text, Arithmetic::Grammar::Value, unknown, lets);
}

std::size_t itemsOf(const LetValue &value)
{
    if (const auto *numbers = std::get_if<LetValue::Numbers>(&value.content()))
        return numbers->size();
    if (const auto *texts = std::get_if<LetValue::Texts>(&value.content()))
        return texts->size();
    const auto *table = std::get_if<LetValue::Table>(&value.content());
    return table ? table->size() : 0;
}

Error tooMany(const Node &node)
{
    return errorAt(node, tr("a list or table of “let” has at most %1 items.").arg(exactText(qint64(Lets::mostItems))));
}
}

Result<LetSpec> LetSpec::parse(const std::string &name, const Node &node)
{
    LetSpec spec;
    spec.m_name = name;
    spec.m_node = node;
    if (const QString why = whyNoLetName(name); !why.isEmpty())
        return errorAtKey(node, tr("“%1” cannot be a name: %2.").arg(displayName(name), why));
    if (!node.isMap()) {
        spec.m_literal = LetValue::of(node);
        if (!spec.m_literal || node.isNull())
            return expected(
                node,
                tr("a number, text, a list of them, or one of %1")
                    .arg(QStringLiteral("{ints: …}, {count: …}, {dim: …}, {target-dim: …}, {attr: …}, {table: …}, "
                                        "{expr: …}")));
        return itemsOf(*spec.m_literal) > Lets::mostItems ? Result<LetSpec>(tooMany(node)) : spec;
    }
    const std::string word = node.entries.size() == 1 ? node.entries.front().first : std::string();
    const auto found = std::find(kinds.begin(), kinds.end(), word);
    if (found == kinds.end()) {
        const std::vector<std::string_view> known(kinds.begin(), kinds.end());
        if (node.entries.size() != 1)
            return expected(node,
                            tr("one of ints, count, dim, target-dim, attr, table and expr; a map of values is "
                               "written {table: …}"));
        return errorAtKey(node.entries.front().second,
                          tr("“let” finds no value by “%1”%2").arg(displayName(word), suggestion(word, known)));
    }
    spec.m_kind = Kind(found - kinds.begin() + 1);
    const Node &value = node.entries.front().second;
    if (spec.m_kind == Kind::Count) {
        Result<Selector> selector = Selector::parse(value);
        if (!selector)
            return at(value, selector.error());
        spec.m_selector = std::move(*selector);
        return spec;
    }
    if (spec.m_kind == Kind::Table) {
        spec.m_literal = value.isMap() ? LetValue::of(value) : std::nullopt;
        if (!spec.m_literal)
            return expected(value, tr("a map of values such as {1: conv1, 2: conv2}"));
        return itemsOf(*spec.m_literal) > Lets::mostItems ? Result<LetSpec>(tooMany(value)) : spec;
    }
    if (spec.m_kind == Kind::Dim || spec.m_kind == Kind::TargetDim) {
        const Result<qint64> axis =
            value.isList() && value.items.size() == 2 ? parseInteger(value.items[1]) : Result<qint64>(badStep({}));
        if (!axis || !value.items[0].isScalar())
            return expected(value, tr("a key and an axis, as in [patch_embed.proj.weight, 1]"));
        spec.m_text = value.items[0].text;
        spec.m_axis = *axis;
        return spec;
    }
    const Result<std::string> text = parseTextScalar(value);
    if (!text)
        return at(value, text.error());
    spec.m_text = *text;
    return spec;
}

Result<void> LetSpec::check(const Lets &lets) const
{
    if (m_kind == Kind::Ints) {
        const Result<Regex> regex = Regex::python(m_text);
        return regex ? Result<void>()
                     : badStep(tr("“ints” of “%1”: %2").arg(displayName(m_name), regex.error().message));
    }
    if (m_kind == Kind::Expr) {
        const Result<Arithmetic> expression = compileExpression(m_text, lets);
        return expression ? Result<void>() : expression.error();
    }
    if (m_kind == Kind::Dim || m_kind == Kind::TargetDim) {
        const auto key = NameTemplate::compile(m_text, {}, NameTemplate::Escapes::None, lets);
        return key ? Result<void>() : key.error();
    }
    return {};
}

Result<LetValue> LetSpec::evaluate(StepRun &run) const
{
    switch (m_kind) {
    case Kind::Literal:
    case Kind::Table: return *m_literal;
    case Kind::Ints: return ints(run);
    case Kind::Dim:
    case Kind::TargetDim: return dim(run);
    case Kind::Attr: return attribute(run);
    case Kind::Count: {
        const Result<std::vector<std::size_t>> rows = selectRows(run, m_selector);
        return rows ? Result<LetValue>(LetValue(qint64(rows->size()))) : rows.error();
    }
    case Kind::Expr: break;
    }
    const Result<Arithmetic> expression = compileExpression(m_text, run.lets());
    const Result<qint64> number =
        expression ? expression->evaluate([](int) -> Result<qint64> { return 0; }) : expression.error();
    if (!number)
        return run.error(tr("“%1” has no value: %2").arg(displayName(m_name), number.error().message));
    return LetValue(*number);
}

/// The distinct whole numbers that the first group, or the whole match, finds in keys, in rising order.
Result<LetValue> LetSpec::ints(StepRun &run) const
{
    const Result<Regex> regex = Regex::python(m_text);
    if (!regex)
        return run.error(regex.error().message);
    RegexMatcher matcher(*regex);
    std::set<qint64> numbers;
    const int group = regex->groupCount() > 0 ? 1 : 0;
    const Result<void> searched = eachRow(run, {}, [&](std::size_t i, auto) -> Result<void> {
        const Name name = run.rows()[i].name;
        const auto outcome = matcher.search(name);
        if (outcome == RegexMatcher::Outcome::GaveUp)
            return run.error(matcher.gaveUp(name).message);
        if (outcome == RegexMatcher::Outcome::NotFound)
            return {};
        const std::string_view digits = matcher.group(group);
        qint64 number = 0;
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (digits.empty() || problem != std::errc() || end != digits.data() + digits.size())
            return run.error(
                tr("“%1” finds “%2” in “%3” for “%4”, and expects a whole number.")
                    .arg(displayName(m_text), displayName(digits), displayName(name), displayName(m_name)));
        if (numbers.insert(number).second && numbers.size() > Lets::mostItems)
            return run.error(tr("“%1” would have more than %2 numbers.")
                                 .arg(displayName(m_name), exactText(qint64(Lets::mostItems))));
        return {};
    });
    if (!searched)
        return searched.error();
    return LetValue(LetValue::Numbers(numbers.begin(), numbers.end()));
}

Result<LetValue> LetSpec::dim(StepRun &run) const
{
    const auto key = NameTemplate::compile(m_text, {}, NameTemplate::Escapes::None, run.lets());
    std::string name;
    const Result<void> made = key ? key->append(name, {}) : Result<void>(key.error());
    if (!made)
        return run.error(made.error().message);
    const Shape *shape = nullptr;
    if (m_kind == Kind::TargetDim) {
        const Target *target = run.target();
        if (!target)
            return run.error(tr("it asks for the target, and there is none."));
        const quint32 found = target->find(name);
        if (found != NameIndex::none && target->keys()[found].anyShape)
            return run.error(tr("the target does not say the shape of “%1”.").arg(displayName(name)));
        shape = found == NameIndex::none ? nullptr : &target->keys()[found].shape;
    } else {
        for (const Row &row : run.rows())
            shape = row.name == name ? row.value->shape : shape;
    }
    if (!shape)
        return run.error((m_kind == Kind::Dim ? tr("“%1” is to be measured for “%2”, and there is no such key.")
                                              : tr("“%1” is to be measured for “%2”, and the target has no such key."))
                             .arg(displayName(name), displayName(m_name)));
    const qsizetype rank = shape->size();
    if (m_axis < -rank || m_axis >= rank)
        return run.error(tr("“%1” (%2) has no axis %3.").arg(displayName(name), shapeText(*shape)).arg(m_axis));
    return LetValue((*shape)[m_axis < 0 ? m_axis + rank : m_axis]);
}

Result<LetValue> LetSpec::attribute(StepRun &run) const
{
    const Target *target = run.target();
    if (!target)
        return run.error(tr("it needs the attribute “%1” of a target, and there is none.").arg(displayName(m_text)));
    const auto found = target->attributes().find(m_text);
    if (found == target->attributes().end()) {
        std::vector<std::string_view> known;
        for (const auto &[name, value] : target->attributes())
            known.push_back(name);
        const std::string near = nearest(m_text, known);
        return run.error(
            tr("it needs the target's attribute “%1”, which is not given%2")
                .arg(displayName(m_text),
                     near.empty() ? QStringLiteral(".") : tr("; did you mean “%1”?").arg(displayName(near))));
    }
    const Attribute &value = found->second;
    if (const auto *flag = std::get_if<bool>(&value))
        return LetValue(qint64(*flag));
    if (const auto *whole = std::get_if<qint64>(&value))
        return LetValue(*whole);
    if (const auto *real = std::get_if<double>(&value))
        return LetValue(QByteArray::number(*real, 'g', 17).toStdString());
    if (const auto *text = std::get_if<std::string>(&value))
        return LetValue(*text);
    LetValue list = std::holds_alternative<std::vector<qint64>>(value)
        ? LetValue(std::get<std::vector<qint64>>(value))
        : LetValue(std::get<std::vector<std::string>>(value));
    if (itemsOf(list) > Lets::mostItems)
        return run.error(
            tr("“%1” would have more than %2 items.").arg(displayName(m_name), exactText(qint64(Lets::mostItems))));
    return list;
}

std::vector<SentencePart> LetSpec::words() const
{
    switch (m_kind) {
    case Kind::Ints: return {plain(tr("the numbers that ")), code(m_text), plain(tr(" finds"))};
    case Kind::Count: return std::vector{plain(tr("the number of keys "))} + selectorWords(m_selector);
    case Kind::Dim: return {plain(tr("axis %1 of ").arg(m_axis)), code(m_text)};
    case Kind::TargetDim: return {plain(tr("axis %1 of the target's ").arg(m_axis)), code(m_text)};
    case Kind::Attr: return {plain(tr("the target's ")), code(m_text)};
    case Kind::Expr: return {code(m_text)};
    case Kind::Table: return {plain(tr("a table"))};
    case Kind::Literal: break;
    }
    const std::string text = textOf(m_node);
    constexpr std::size_t most = 60;
    return {code(text.size() > most ? text.substr(0, most) + "…" : text)};
}

std::string Codec<LetSpecs>::schema()
{
    std::string any =
        R"({"anyOf": [{"type": ["string", "number", "boolean"]}, {"type": "array", "items": {"type": ["string", "number", "boolean"]}})";
    const auto map = [&](std::string_view word, std::string_view value) {
        any += R"(, {"type": "object", "properties": {")" + std::string(word) + R"(": )" + std::string(value)
            + R"(}, "required": [")" + std::string(word) + R"("], "additionalProperties": false})";
    };
    constexpr std::string_view text = R"({"type": "string"})";
    constexpr std::string_view place =
        R"({"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "minItems": 2, "maxItems": 2})";
    map("ints", text);
    map("count", selectorReference);
    map("dim", place);
    map("target-dim", place);
    map("attr", text);
    map("table", R"({"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}})");
    map("expr", textSchema);
    return R"({"type": "object", "minProperties": 1, "additionalProperties": )" + any + "]}}";
}

Result<LetSpecs> Codec<LetSpecs>::parse(const Node &node)
{
    if (!node.isMap() || node.entries.empty())
        return expected(node, tr("names and their values, as in {depths: [2, 2, 6, 2]}"));
    if (node.entries.size() > mostLets)
        return errorAt(node,
                       tr("“let” gives %1 names; at most %2 are possible.").arg(node.entries.size()).arg(mostLets));
    LetSpecs specs;
    for (const auto &[name, value] : node.entries) {
        Result<LetSpec> spec = LetSpec::parse(name, value);
        if (!spec)
            return spec.error();
        specs.specs.push_back(std::move(*spec));
    }
    return specs;
}

Node Codec<LetSpecs>::print(const LetSpecs &value)
{
    Node map = Node::map({});
    for (const LetSpec &spec : value.specs)
        map.entries.emplace_back(spec.name(), spec.node());
    return map.entries.empty() ? Node() : map;
}
