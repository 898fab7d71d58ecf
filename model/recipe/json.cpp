// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/yaml.h"

#include "model/base/text.h"
#include "model/recipe/nodespan.h"

#include <QCoreApplication>

#include <simdjson.h>

#include <unordered_set>

namespace {
namespace json = simdjson::ondemand;

QString tr(const char *text)
{
    return QCoreApplication::translate("Recipe", text);
}

/// Builds the tree from simdjson's on-demand values, whose raw tokens give their places.
class JsonReader
{
public:
    explicit JsonReader(std::string_view text) : m_text(text), m_padded(text) {}

    Result<Node> read()
    {
        simdjson::dom::parser checker;
        // On-demand parsing looks only where it is asked; this pass proves the whole text to be JSON.
        if (const auto problem = checker.parse(m_padded).error(); problem != simdjson::SUCCESS)
            return failure(problem, nullptr);
        json::parser parser;
        json::document document;
        if (const auto problem = parser.iterate(m_padded).get(document); problem != simdjson::SUCCESS)
            return failure(problem, nullptr);
        json::value value;
        if (const auto problem = document.get_value().get(value); problem != simdjson::SUCCESS)
            return failure(problem, nullptr);
        return convert(value, 0);
    }

private:
    std::size_t byteOf(const char *place) const { return std::size_t(place - m_padded.data()); }

    Error failure(simdjson::error_code problem, const char *place) const
    {
        const QString what = QString::fromUtf8(simdjson::error_message(problem));
        return errorAt(m_text, place ? byteOf(place) : 0, tr("This is not JSON: %1").arg(what));
    }

    void begin(Node &node, std::size_t byte)
    {
        node.begin = byte;
        const Place place = m_places.at(byte);
        node.line = place.line;
        node.column = place.column;
    }

    Result<Node> convert(json::value value, int depth)
    {
        const std::string_view token = value.raw_json_token();
        const std::size_t byte = byteOf(token.data());
        if (depth >= maximumDepth)
            return errorAt(m_text, byte, tr("Nested deeper than %1 levels.").arg(maximumDepth));
        json::json_type type{};
        if (const auto problem = value.type().get(type); problem != simdjson::SUCCESS)
            return failure(problem, token.data());
        switch (type) {
        case json::json_type::object: return object(value, byte, depth);
        case json::json_type::array: return array(value, byte, depth);
        case json::json_type::string: return string(value, byte);
        default: return word(token, byte, type == json::json_type::null);
        }
    }

    Result<Node> word(std::string_view token, std::size_t byte, bool isNull)
    {
        token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
        Node node = isNull ? Node() : Node::scalar(std::string(token));
        begin(node, byte);
        node.end = byte + token.size();
        return node;
    }

    Result<Node> string(json::value value, std::size_t byte)
    {
        std::string_view text;
        if (const auto problem = value.get_string().get(text); problem != simdjson::SUCCESS)
            return failure(problem, m_padded.data() + byte);
        Node node = Node::scalar(std::string(text));
        node.quoted = true;
        begin(node, byte);
        node.end = scalarEnd(m_text, byte, {}, true);
        return node;
    }

    Result<Node> array(json::value value, std::size_t byte, int depth)
    {
        Node node = Node::list({});
        begin(node, byte);
        node.flow = true;
        std::size_t end = byte + 1;
        json::array items;
        if (const auto problem = value.get_array().get(items); problem != simdjson::SUCCESS)
            return failure(problem, m_padded.data() + byte);
        for (auto item : items) {
            json::value child;
            if (const auto problem = item.get(child); problem != simdjson::SUCCESS)
                return failure(problem, m_padded.data() + end);
            Result<Node> converted = convert(child, depth + 1);
            if (!converted)
                return converted;
            end = converted->end;
            node.items.push_back(std::move(*converted));
        }
        node.end = bracketEnd(m_text, end, ']');
        return node;
    }

    Result<Node> object(json::value value, std::size_t byte, int depth)
    {
        Node node = Node::map({});
        begin(node, byte);
        node.flow = true;
        std::size_t end = byte + 1;
        std::unordered_set<std::string> keys;
        json::object fields;
        if (const auto problem = value.get_object().get(fields); problem != simdjson::SUCCESS)
            return failure(problem, m_padded.data() + byte);
        for (auto field : fields) {
            // key() points behind the opening quote.
            const char *key = field.key().value_unsafe().raw() - 1;
            std::string_view name;
            json::value child;
            if (const auto problem = field.unescaped_key().get(name); problem != simdjson::SUCCESS)
                return failure(problem, key);
            const std::string word(name);
            const Place place = m_places.at(byteOf(key));
            if (!keys.insert(word).second)
                return errorAt(m_text, byteOf(key), tr("“%1” is there twice.").arg(displayName(word)));
            if (const auto problem = field.value().get(child); problem != simdjson::SUCCESS)
                return failure(problem, key);
            Result<Node> converted = convert(child, depth + 1);
            if (!converted)
                return converted;
            converted->keyLine = place.line;
            converted->keyColumn = place.column;
            converted->keyBegin = byteOf(key);
            end = converted->end;
            node.entries.emplace_back(word, std::move(*converted));
        }
        node.end = bracketEnd(m_text, end, '}');
        return node;
    }

    std::string_view m_text;
    simdjson::padded_string m_padded;
    PlaceCursor m_places{m_text};
};
}

Result<Node> parseJson(std::string_view text)
{
    if (const Result<void> readable = checkCharacters(text); !readable)
        return readable.error();
    return JsonReader(text).read();
}
