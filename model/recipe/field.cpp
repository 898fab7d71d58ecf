// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/field.h"

#include "model/base/text.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <deque>
#include <mutex>

namespace fields {
namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

std::vector<std::string_view> names(std::span<const FieldInfo> fields)
{
    std::vector<std::string_view> names;
    for (const FieldInfo &field : fields)
        names.push_back(field.name);
    return names;
}
}

Error unknownField(const Node &value, std::string_view name, std::string_view step, std::span<const FieldInfo> fields)
{
    return errorAtKey(
        value,
        tr("“%1” has no field “%2”%3").arg(displayName(step), displayName(name), suggestion(name, names(fields))));
}

Error missingField(const Node &body, std::string_view name, std::string_view step)
{
    return errorAt(body, tr("“%1” needs “%2”.").arg(displayName(step), displayName(name)));
}

Error badValue(Error error, std::string_view name, std::string_view step)
{
    error.message = tr("“%1” of “%2”: %3").arg(displayName(name), displayName(step), error.message);
    return error;
}

Error needsMap(const Node &body, std::string_view step, std::span<const FieldInfo> fields)
{
    return errorAt(
        body,
        tr("“%1” needs its fields named, as in {%2: …}, but found %3.")
            .arg(displayName(step), displayName(fields.empty() ? "" : fields.front().name), body.description()));
}

std::string_view keep(std::string text)
{
    static std::mutex mutex;
    static std::deque<std::string> texts;
    const std::lock_guard lock(mutex);
    return texts.emplace_back(std::move(text));
}
}
