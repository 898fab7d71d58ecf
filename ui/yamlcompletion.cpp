// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/yamlcompletion.h"

#include "model/recipe/step.h"
#include "ui/fieldeditor.h"
#include "ui/keycompletion.h"

#include <QRegularExpression>

#include <array>
#include <map>

using namespace Qt::StringLiterals;

namespace {
constexpr std::array<std::string_view, 8> headers{
    "weightsmith:", "name:", "about:", "source:", "params:", "native:", "steps:", "bind:"};
constexpr std::array<std::string_view, 9> bindFields{
    "skip:",  "ignore-missing:", "ignore-unexpected:", "expect-missing:", "counters:",
    "shape:", "strict:",         "unexpected:",        "order:"};
constexpr std::array<std::string_view, 16> selectorFields{
    "exact:", "prefix:", "suffix:",    "contains:", "glob:", "regex:",      "template:", "dtype:",
    "ndim:",  "shape:",  "in-target:", "has:",      "not:",  "target-has:", "any-of:",   "all:"};

/// What stands right before the cursor.
struct Place
{
    QString key; ///< the last `word:` that the cursor is a value of; empty in the place of a key
    QString typed; ///< of a word that is no value
    bool isKey = false; ///< a key of a map may stand here
};

/// Of a line, or of several joined.
Place placeIn(const QString &text)
{
    static const QRegularExpression ofKey(u"(?:^|[{,\\n]|- )\\s*([a-z-]*)$"_s);
    static const QRegularExpression ofValue(u"([a-z-]+):[^:]*$"_s);
    Place place;
    if (const auto value = ofValue.match(text); value.hasMatch()) {
        // In brackets behind it a comma goes on with the list; in braces another key begins.
        const QString rest = text.mid(value.capturedStart());
        const auto key = ofKey.match(text);
        const bool isInMap = key.hasMatch() && key.capturedStart() >= value.capturedStart()
            && rest.count(u'[') <= rest.count(u']') && !rest.endsWith(u' ' + key.captured(1) + u':');
        if (!isInMap || (!rest.contains(u'{') && !rest.contains(u'\n') && text.count(u'{') <= text.count(u'}'))) {
            place.key = value.captured(1);
            return place;
        }
    }
    const auto key = ofKey.match(text);
    place.isKey = key.hasMatch();
    place.typed = key.captured(1);
    return place;
}

std::vector<std::string_view> withColon(std::span<const FieldInfo> fields)
{
    static const std::map<std::string_view, std::string> words = [] {
        std::map<std::string_view, std::string> all;
        const auto add = [&all](std::span<const FieldInfo> infos) {
            for (const FieldInfo &info : infos)
                all.emplace(info.name, std::string(info.name) + ':');
        };
        for (const StepKind *kind : stepKinds())
            add(kind->fields);
        add(commonFields());
        return all;
    }();
    std::vector<std::string_view> found;
    for (const FieldInfo &field : fields)
        found.push_back(words.at(field.name));
    return found;
}

const FieldInfo *fieldOf(const StepKind &kind, const QString &name)
{
    for (const FieldInfo &info : kind.fields) {
        if (fieldText(info.name) == name || (info.isMain && fieldText(kind.word) == name))
            return &info;
    }
    return nullptr;
}

std::span<const std::string_view> dtypeWords()
{
    return findStepKind("cast")->fields.front().choices;
}

Completions inStep(const QString &item, const KeyCompletion &keys)
{
    static const QRegularExpression word(u"^\\s*- \"?([a-z-]*)(:?)"_s);
    const auto begin = word.match(item);
    const QString name = begin.captured(1);
    if (begin.captured(2).isEmpty()) {
        std::vector<std::string_view> words;
        for (const StepKind *kind : stepKinds())
            words.push_back(kind->word);
        return item.contains(u'\n') ? Completions() : wordsFrom(words, name);
    }
    const StepKind *kind = findStepKind(name.toStdString());
    if (!kind)
        return {};
    const Place place = placeIn(item);
    const qsizetype lineAt = item.lastIndexOf(u'\n') + 1;
    const QString line = item.mid(lineAt);
    if (place.isKey) {
        const qsizetype dash = item.indexOf(u'-');
        const qsizetype indent =
            std::find_if(line.begin(), line.end(), [](QChar c) { return c != u' '; }) - line.begin();
        const bool isBeside = lineAt > 0 && indent == dash + 2 && item.count(u'{') <= item.count(u'}');
        if (isBeside)
            return wordsFrom(withColon(commonFields()), place.typed);
        const bool isSelector =
            !kind->fields.empty() && kind->fields.front().type == FieldType::Selector && kind->fields.front().isMain;
        const qsizetype brace = item.lastIndexOf(u'{');
        const bool isInWhere = brace > 0 && QStringView(item).first(brace).trimmed().endsWith(u"where:");
        return isSelector || isInWhere ? wordsFrom(selectorFields, place.typed)
                                       : wordsFrom(withColon(kind->fields), place.typed);
    }
    const FieldInfo *field = fieldOf(*kind, place.key);
    const QString value = line.mid(line.lastIndexOf(u": ") + 2);
    if (field && !field->choices.empty())
        return wordsFrom(field->choices, value);
    return valueCompletions(line, field && field->name == "where" ? "exact" : field ? field->name : "exact", keys);
}
}

Completions valueCompletions(const QString &before, std::string_view fallback, const KeyCompletion &keys)
{
    static const QRegularExpression named(u"([a-z-]+):[^:]*$"_s);
    const QString line = before.mid(before.lastIndexOf(u'\n') + 1);
    const std::string field = named.match(line).captured(1).toStdString();
    if (field == "dtype")
        return keys.forField(field, dtypeWords(), line);
    return keys.forField(KeyCompletion::knows(field) ? std::string_view(field) : fallback, {}, line);
}

int stepAtEnd(const QString &before)
{
    static const QRegularExpression item(u"^(\\s*)- "_s);
    const QStringList lines = before.split(u'\n');
    const auto start =
        std::find_if(lines.begin(), lines.end(), [](const QString &line) { return line.startsWith("steps:"_L1); });
    int step = -1;
    qsizetype indent = -1;
    for (auto line = start; line != lines.end(); ++line) {
        if (line != start && !line->isEmpty() && (*line)[0].isLetter())
            return -1; // another header
        const auto dash = item.match(*line);
        if (!dash.hasMatch())
            continue;
        indent = indent < 0 ? dash.capturedLength(1) : indent;
        step += dash.capturedLength(1) == indent ? 1 : 0;
    }
    return step;
}

Completions recipeCompletions(const QString &before, const KeyCompletion &keys)
{
    static const QRegularExpression section(u"^([a-z]+):"_s);
    static const QRegularExpression item(u"^\\s*- "_s);
    const QStringList lines = before.split(u'\n');
    const QString &line = lines.last();
    if (line.contains(u" #"_s) || line.startsWith(u'#'))
        return {};
    if (!line.startsWith(u' ') && !line.startsWith(u'-') && !line.contains(u':'))
        return wordsFrom(headers, line);
    QString about;
    qsizetype begin = -1;
    for (qsizetype at = lines.size() - 1; at >= 0 && about.isEmpty(); --at) {
        about = section.match(lines[at]).captured(1);
        if (begin < 0 && item.match(lines[at]).hasMatch())
            begin = at;
    }
    if (about == "steps"_L1 && begin >= 0)
        return inStep(lines.mid(begin).join(u'\n'), keys);
    if (about != "bind"_L1)
        return {};
    const Place place = placeIn(line);
    return place.isKey ? wordsFrom(bindFields, place.typed) : valueCompletions(line, "skip", keys);
}
