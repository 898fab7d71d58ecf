// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/pythonsteps.h"

#include "model/recipe/decimal.h"
#include "model/recipe/dialects/pythontext.h"
#include "model/recipe/yaml.h"

Node PythonStep::node(std::string_view field) const
{
    if (const std::optional<Node> value = m_step.field(field))
        return *value;
    for (const FieldInfo &info : m_step.kind().fields) {
        if (info.name != field || info.defaultText.empty())
            continue;
        const Result<Node> byDefault = parseYaml(info.defaultText);
        return byDefault ? *byDefault : Node();
    }
    return {};
}

std::vector<std::string> PythonStep::texts(std::string_view field) const
{
    const Node value = node(field);
    const auto parsed = value.isNull() ? std::vector<std::string>() : parseTexts(value);
    return parsed ? *parsed : std::vector<std::string>();
}

std::vector<qint64> PythonStep::numbers(std::string_view field) const
{
    const Node value = node(field);
    const auto parsed = value.isNull() ? std::vector<qint64>() : parseIntegers(value);
    return parsed ? *parsed : std::vector<qint64>();
}

Selector PythonStep::selector(std::string_view field) const
{
    const std::optional<Node> value = m_step.field(field);
    const Result<Selector> parsed = value ? Selector::parse(*value) : Selector();
    return parsed ? *parsed : Selector();
}

Result<std::string> PythonStep::where() const
{
    const Result<std::string> where = pythonWhere(selector(), m_pieces);
    if (!where)
        return where.error();
    return where->empty() ? std::string() : ", where=" + *where;
}

Result<std::string> PythonStep::call(std::string_view method, const std::string &arguments) const
{
    use(method);
    const Result<std::string> where = this->where();
    if (!where)
        return where.error();
    return "table." + std::string(method) + '(' + arguments + *where + ')';
}

std::string pythonDecimal(const std::string &text)
{
    const std::optional<double> number = parseDecimal(text);
    return number ? decimalText(*number) : text;
}

std::string pythonFill(const PythonStep &step)
{
    if (!step.has("fill"))
        return {};
    const Node fill = step.node("fill");
    const Node *normal = fill.find("normal"), *seed = fill.find("seed");
    if (normal)
        return ", normal=" + pythonDecimal(normal->text) + (seed ? ", seed=" + seed->text : std::string());
    const bool isMean = fill.text == "mean";
    return ", fill=" + (fill.text == "ones" ? "1" : isMean ? pythonText(fill.text) : pythonDecimal(fill.text));
}

std::string pythonValue(const LetValue &value)
{
    if (const auto *number = std::get_if<qint64>(&value.content()))
        return std::to_string(*number);
    if (const auto *text = std::get_if<std::string>(&value.content()))
        return pythonText(*text);
    if (const auto *texts = std::get_if<LetValue::Texts>(&value.content()))
        return pythonList(*texts);
    std::string out;
    if (const auto *numbers = std::get_if<LetValue::Numbers>(&value.content())) {
        for (const qint64 number : *numbers)
            out += (out.empty() ? "" : ", ") + std::to_string(number);
        return '[' + out + ']';
    }
    const auto *table = std::get_if<LetValue::Table>(&value.content());
    for (const auto &[key, text] : table ? *table : LetValue::Table())
        out += (out.empty() ? "" : ", ") + pythonText(key) + ": " + pythonText(text);
    return '{' + out + '}';
}

std::string pythonPairs(const NamePairs &pairs)
{
    constexpr std::size_t inOneLine = 3;
    const bool isLong = pairs.size() > inOneLine;
    std::string out = "{";
    for (const auto &[from, to] : pairs) {
        out += isLong ? "\n    " : out.size() > 1 ? ", " : "";
        out += pythonText(from) + ": " + (to ? pythonText(*to) : "None") + (isLong ? "," : "");
    }
    return out + (isLong ? "\n}" : "}");
}
