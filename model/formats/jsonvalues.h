// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <simdjson.h>

/// How deep values may nest: the limit of the safetensors reference.
constexpr int deepestJson = 127;

/// The key of a field, as it stands in the text where nothing is escaped: the parser's own functions copy every key.
simdjson::error_code readJsonKey(simdjson::ondemand::field &field, std::string_view &key);
/// The same for a value that is a text.
simdjson::error_code readJsonText(simdjson::ondemand::value value, std::string_view &text);
/// Call `visit(key, value)` for every entry of an object, up to the first error, which may be the visit's own.
template<typename Visit>
simdjson::error_code eachJsonEntry(simdjson::simdjson_result<simdjson::ondemand::object> result, Visit visit)
{
    simdjson::ondemand::object object;
    if (const simdjson::error_code error = std::move(result).get(object))
        return error;
    for (auto item : object) {
        simdjson::ondemand::field field;
        std::string_view key;
        if (const simdjson::error_code error = std::move(item).get(field))
            return error;
        if (const simdjson::error_code error = readJsonKey(field, key))
            return error;
        if (const simdjson::error_code error = visit(key, field.value()))
            return error;
    }
    return simdjson::SUCCESS;
}

/// The same for the values of a list.
template<typename Visit>
simdjson::error_code eachJsonElement(simdjson::simdjson_result<simdjson::ondemand::array> result, Visit visit)
{
    simdjson::ondemand::array array;
    if (const simdjson::error_code error = std::move(result).get(array))
        return error;
    for (auto item : array) {
        simdjson::ondemand::value element;
        if (const simdjson::error_code error = std::move(item).get(element))
            return error;
        if (const simdjson::error_code error = visit(element))
            return error;
    }
    return simdjson::SUCCESS;
}

/// The same for the entries of a document that is a piece of an object (JsonPieces): there must be one, unless the
/// piece is the whole, and nothing may stand behind it.
template<typename Visit>
simdjson::error_code eachEntryOfPiece(simdjson::ondemand::document &document, bool mayBeEmpty, Visit visit)
{
    bool isEmpty = true;
    const auto error = eachJsonEntry(document.get_object(), [&](std::string_view key, simdjson::ondemand::value value) {
        isEmpty = false;
        return visit(key, value);
    });
    if (error)
        return error;
    const char *behind = nullptr; // nothing there is the one thing that is right
    const bool isRight = document.current_location().get(behind) == simdjson::OUT_OF_BOUNDS && (mayBeEmpty || !isEmpty);
    return isRight ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

/// Read over a value of any kind at this depth, looking at every byte: what is ignored must be JSON too.
simdjson::error_code skimJson(simdjson::ondemand::value value, int depth);
/// The parser's words for an error, to be put into a sentence.
QString jsonProblem(simdjson::error_code error);
