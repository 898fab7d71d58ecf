// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/step.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/lets.h"
#include "model/recipe/selectorcompiled.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QDir>

template<>
inline constexpr auto enumWords<Collision> = std::array<std::string_view, 2>{"error", "keep-last"};

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

bool isCommonField(std::string_view word)
{
    const auto fields = commonFields();
    return std::any_of(fields.begin(), fields.end(), [&](const FieldInfo &field) { return field.name == word; });
}

std::vector<std::string_view> stepWords()
{
    std::vector<std::string_view> words;
    for (const StepKind *kind : stepKinds())
        words.push_back(kind->word);
    return words;
}

QString unknownStep(std::string_view word)
{
    return tr("“%1” is not a step%2").arg(displayName(word), suggestion(word, stepWords()));
}

template<typename T>
Result<void> assign(T &member, std::string_view name, const Node &value)
{
    Result<T> parsed = Codec<T>::parse(value);
    if (!parsed) {
        Error error = parsed.error();
        error.message = tr("“%1”: %2").arg(displayName(name), error.message);
        return error;
    }
    member = std::move(*parsed);
    return {};
}

Result<void> setCommonField(Step &step, std::string_view name, const Node &value)
{
    if (name == "enabled")
        return assign(step.enabled, name, value);
    if (name == "required")
        return assign(step.required, name, value);
    if (name == "collision")
        return assign(step.collision, name, value);
    if (name == "note")
        return assign(step.note, name, value);
    if (name == "id")
        return assign(step.id, name, value);
    Result<Condition> when = Condition::parse(value);
    if (!when)
        return when.error();
    step.when = std::move(*when);
    return {};
}

/// The entry of a step's map that is its word, among the common fields.
Result<const Node::Entry *> wordEntry(const Node &node)
{
    const Node::Entry *found = nullptr;
    const Node::Entry *unknown = nullptr;
    for (const Node::Entry &entry : node.entries) {
        if (isCommonField(entry.first))
            continue;
        if (!findStepKind(entry.first)) {
            unknown = unknown ? unknown : &entry;
            continue;
        }
        if (found)
            return errorAtKey(entry.second,
                              tr("“%1” and “%2” are two steps; each needs an item of its own, starting with a dash.")
                                  .arg(displayName(found->first), displayName(entry.first)));
        found = &entry;
    }
    if (found && unknown) {
        std::vector<std::string_view> known;
        for (const FieldInfo &field : commonFields())
            known.push_back(field.name);
        const std::span<const FieldInfo> fields = findStepKind(found->first)->fields;
        const bool belongsInside = std::any_of(fields.begin(), fields.end(),
                                               [&](const FieldInfo &field) { return field.name == unknown->first; });
        if (belongsInside)
            return errorAtKey(unknown->second,
                              tr("“%1” belongs inside the body of “%2”, as in %2: {%1: …}.")
                                  .arg(displayName(unknown->first), displayName(found->first)));
        return errorAtKey(
            unknown->second,
            tr("“%1” cannot stand beside “%2”%3")
                .arg(displayName(unknown->first), displayName(found->first), suggestion(unknown->first, known)));
    }
    if (unknown)
        return errorAtKey(unknown->second, unknownStep(unknown->first));
    if (!found)
        return errorAt(node, tr("This item names no step."));
    return found;
}

Result<Step> makeStep(const Node &place, const std::string &word, const Node &body, const Lets &lets)
{
    const StepKind *kind = findStepKind(word);
    if (!kind)
        return errorAt(place, unknownStep(word));
    Result<std::shared_ptr<const void>> parsed = kind->parse(body, lets);
    if (!parsed) {
        Error error = parsed.error();
        if (error.line == 0) {
            error.line = place.line;
            error.column = place.column;
        }
        return error;
    }
    return Step(*kind, std::move(*parsed));
}
}

Step::Step(const StepKind &kind) : m_kind(&kind), m_body(kind.createDefault()) {}

Step::Step(const StepKind &kind, std::shared_ptr<const void> body) : m_kind(&kind), m_body(std::move(body)) {}

Result<Step> Step::withField(std::string_view field, const Node &value) const
{
    Step copy = *this;
    Result<std::shared_ptr<const void>> body = m_kind->withField(m_body.get(), field, value);
    if (!body)
        return body.error();
    copy.m_body = std::move(*body);
    return copy;
}

std::span<const FieldInfo> commonFields()
{
    static const std::string boolean = Codec<bool>::schema();
    static const std::string collision = Codec<Collision>::schema();
    static const std::array<FieldInfo, 6> fields = [] {
        const auto field = [](std::string_view name, FieldType type, std::string_view help, std::string_view schema) {
            FieldInfo info{};
            info.name = name;
            info.type = type;
            info.help = help;
            info.schema = schema;
            return info;
        };
        std::array<FieldInfo, 6> list{
            field("when", FieldType::Any, "Run the step only if this holds.", conditionReference),
            field("enabled", FieldType::Bool, "Whether the step runs.", boolean),
            field("required", FieldType::Bool, "An error when the step changes nothing.", boolean),
            field("collision", FieldType::Choice, "What to do when two keys get one name.", collision),
            field("note", FieldType::Text, "Why the step is there.", textSchema),
            field("id", FieldType::Text, "A name that messages call the step by.", textSchema)};
        list[1].defaultText = "true";
        list[2].defaultText = "false";
        list[3].defaultText = "error";
        list[3].choices = Codec<Collision>::choices();
        return list;
    }();
    return fields;
}

Result<Step> Step::withCommonField(std::string_view name, const Node &value) const
{
    Step copy = *this;
    if (!value.isNull()) {
        if (Result<void> done = setCommonField(copy, name, value); !done)
            return done.error();
        return copy;
    }
    const Step plain(*m_kind);
    if (name == "when")
        copy.when = plain.when;
    else if (name == "enabled")
        copy.enabled = plain.enabled;
    else if (name == "required")
        copy.required = plain.required;
    else if (name == "collision")
        copy.collision = plain.collision;
    else if (name == "note")
        copy.note = plain.note;
    else
        copy.id = plain.id;
    return copy;
}

std::optional<Node> Step::commonField(std::string_view name) const
{
    const auto given = [](bool isGiven, Node value) {
        return isGiven ? std::optional(std::move(value)) : std::nullopt;
    };
    if (name == "when")
        return when ? std::optional(when->node()) : std::nullopt;
    if (name == "enabled")
        return given(!enabled, Node::scalar("false"));
    if (name == "required")
        return given(required, Node::scalar("true"));
    if (name == "collision")
        return given(collision != Collision::Error, Codec<Collision>::print(collision));
    if (name == "note")
        return given(!note.empty(), Node::scalar(note));
    return given(!id.empty(), Node::scalar(id));
}

std::vector<Included> Step::included() const
{
    return m_kind->included ? m_kind->included(body()) : std::vector<Included>();
}

std::vector<QString> Step::checkpoints() const
{
    return m_kind->checkpoints ? m_kind->checkpoints(body()) : std::vector<QString>();
}

Step Step::movedFrom(const QString &folder) const
{
    Step copy = *this;
    if (m_kind->moved)
        copy.m_body = m_kind->moved(body(), folder);
    return copy;
}

Result<Step> Step::resolved(const StepFiles &files) const
{
    if (!m_kind->resolve)
        return *this;
    Step copy = *this;
    Result<std::shared_ptr<const void>> body = m_kind->resolve(m_body.get(), files);
    if (!body)
        return body.error();
    copy.m_body = std::move(*body);
    return copy;
}

QString Step::sentenceText() const
{
    return joined(sentence());
}

bool Step::operator==(const Step &other) const
{
    return m_kind == other.m_kind && enabled == other.enabled && required == other.required
        && collision == other.collision && note == other.note && id == other.id && when == other.when
        && (m_body == other.m_body || m_kind->equal(m_body.get(), other.m_body.get()));
}

const StepKind *findStepKind(std::string_view word)
{
    for (const StepKind *kind : stepKinds()) {
        if (kind->word == word)
            return kind;
    }
    return nullptr;
}

Result<Step> parseStep(const Node &node, const Lets &lets)
{
    if (node.isScalar())
        return makeStep(node, node.text, {}, lets);
    if (!node.isMap())
        return expected(node, tr("a step: a word, or a word with a body"));
    const Result<const Node::Entry *> entry = wordEntry(node);
    if (!entry)
        return entry.error();
    Node place;
    place.line = (*entry)->second.keyLine;
    place.column = (*entry)->second.keyColumn;
    Result<Step> step = makeStep(place, (*entry)->first, (*entry)->second, lets);
    if (!step)
        return step;
    for (const auto &[name, value] : node.entries) {
        if (!isCommonField(name))
            continue;
        if (Result<void> done = setCommonField(*step, name, value); !done)
            return done.error();
    }
    return step;
}

Result<Step> parseStepText(std::string_view text)
{
    return parseStepText(text, {});
}

Result<Step> parseStepText(std::string_view text, const Lets &lets)
{
    Result<Node> node = parseYaml(text); // JSON, too, as far as steps go
    Result<Step> step = node ? parseStep(*node, lets) : Result<Step>(node.error());
    if (step)
        step = step->resolved({QDir::currentPath()});
    if (step)
        return step;
    Error error = step.error();
    if (error.line > 0)
        error.message =
            tr("Step “%1”, column %2: %3").arg(displayName(text.substr(0, 200))).arg(error.column).arg(error.message);
    return error;
}

Node printStep(const Step &step)
{
    const std::string word(step.kind().word);
    Node body = step.kind().print(step.body());
    std::vector<Node::Entry> common;
    for (const FieldInfo &field : commonFields()) {
        if (std::optional<Node> value = step.commonField(field.name))
            common.emplace_back(std::string(field.name), std::move(*value));
    }
    if (body.isNull() && common.empty())
        return Node::scalar(word);
    Node map = Node::map({{word, std::move(body)}});
    map.entries.insert(map.entries.end(), common.begin(), common.end());
    return map;
}
