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

Error wrongNumber(FieldShare share, int given, std::string_view step, std::span<const FieldInfo> fields)
{
    QStringList names;
    for (const FieldInfo &field : fields) {
        if (field.share == share)
            names << displayName(field.name);
    }
    const QString last = names.takeLast();
    const QString all = tr("%1 and %2").arg(names.join(QStringLiteral(", ")), last);
    const QString message = share == FieldShare::ExactlyOne ? tr("“%1” needs exactly one of %2; it has %3.")
                                                            : tr("“%1” takes at most one of %2; it has %3.");
    return {Error::Kind::BadRecipe, message.arg(displayName(step), all).arg(given)};
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

Result<void> checkShares(const std::vector<bool> &given, std::string_view step, std::span<const FieldInfo> fields)
{
    for (const FieldShare share : {FieldShare::ExactlyOne, FieldShare::AtMostOne}) {
        int count = 0;
        bool isUsed = false;
        for (std::size_t at = 0; at < fields.size(); ++at) {
            isUsed = isUsed || fields[at].share == share;
            count += fields[at].share == share && given[at];
        }
        if (isUsed && (count > 1 || (count == 0 && share == FieldShare::ExactlyOne)))
            return wrongNumber(share, count, step, fields);
    }
    return {};
}

std::string_view keep(std::string text)
{
    static std::mutex mutex;
    static std::deque<std::string> texts;
    const std::lock_guard lock(mutex);
    return texts.emplace_back(std::move(text));
}
}
