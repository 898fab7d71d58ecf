// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/jsonvalues.h"

#include <optional>

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

namespace {
/// The text between the quotes when nothing in it is escaped: as it stands in the header, where the parser's own
/// functions would copy every key. (The parser has made sure that there is a closing quote.)
std::optional<std::string_view> plainText(const char *begin)
{
    const char *end = begin;
    while (*end != '"' && *end != '\\')
        ++end;
    return *end == '"' ? std::optional(std::string_view(begin, std::size_t(end - begin))) : std::nullopt;
}
}

error_code readJsonKey(ondemand::field &field, std::string_view &key)
{
    const auto plain = plainText(field.key().raw());
    key = plain.value_or(std::string_view());
    return plain ? simdjson::SUCCESS : field.unescaped_key().get(key);
}

error_code readJsonText(ondemand::value value, std::string_view &text)
{
    const auto plain = plainText(value.raw_json_token().data() + 1);
    text = plain.value_or(std::string_view());
    return plain ? value.get_raw_json_string().error() : value.get_string().get(text);
}

error_code skimJson(ondemand::value value, int depth)
{
    if (depth > deepestJson)
        return simdjson::DEPTH_ERROR;
    ondemand::json_type type{};
    if (const error_code error = value.type().get(type))
        return error;
    switch (type) {
    case ondemand::json_type::array:
        return eachJsonElement(value.get_array(),
                               [&](ondemand::value element) { return skimJson(element, depth + 1); });
    case ondemand::json_type::object:
        return eachJsonEntry(value.get_object(),
                             [&](std::string_view, ondemand::value entry) { return skimJson(entry, depth + 1); });
    case ondemand::json_type::number: return value.get_double().error();
    case ondemand::json_type::string: return value.get_string().error();
    case ondemand::json_type::boolean: return value.get_bool().error();
    case ondemand::json_type::null: {
        bool isNull = false;
        const error_code error = value.is_null().get(isNull);
        return error ? error : isNull ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }
    }
    return simdjson::TAPE_ERROR;
}

QString jsonProblem(error_code error)
{
    QString problem = QString::fromLatin1(simdjson::error_message(error));
    problem.chop(problem.endsWith(u'.') ? 1 : 0);
    return problem;
}
