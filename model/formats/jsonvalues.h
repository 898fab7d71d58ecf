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
/// Read over a value of any kind at this depth, looking at every byte: what is ignored must be JSON too.
simdjson::error_code skimJson(simdjson::ondemand::value value, int depth);
/// The parser's words for an error, to be put into a sentence.
QString jsonProblem(simdjson::error_code error);
