// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <string>
#include <string_view>

/// Writes JSON in the order it is told, numbers exact, non-finite numbers as the strings "NaN", "Infinity",
/// "-Infinity". (QJsonDocument sorts keys and manifests are in the target's order.) Bytes that are not UTF-8 become
/// U+FFFD. The caller balances begin and end.
class JsonWriter
{
public:
    JsonWriter &beginObject();
    JsonWriter &endObject();
    JsonWriter &beginArray();
    JsonWriter &endArray();
    /// Name the next value.
    JsonWriter &key(std::string_view name);

    JsonWriter &value(std::string_view text);
    JsonWriter &value(const char *text) { return value(std::string_view(text)); }
    JsonWriter &value(qint64 number);
    JsonWriter &value(int number) { return value(qint64(number)); }
    JsonWriter &value(double number);
    JsonWriter &value(bool flag);
    JsonWriter &null();
    /// Insert text that is JSON already.
    JsonWriter &raw(std::string_view json);

    const std::string &text() const { return m_text; }
    std::string take() { return std::move(m_text); }

private:
    void separate();

    std::string m_text;
    bool m_comma = false;
};

/// `text` with U+FFFD for each byte that is not UTF-8: what a reader of the JSON gets.
std::string validUtf8(std::string_view text);
/// `text` as a JSON string with its quotes.
std::string jsonString(std::string_view text);
