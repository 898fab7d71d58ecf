// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/jsonwriter.h"
#include "model/recipe/bindcodec.h"
#include "model/recipe/codec.h"
#include "model/recipe/recipetext.h"

namespace {
constexpr std::string_view selectorSchema = R"({
  "anyOf": [
    {"type": ["string", "number", "boolean"]},
    {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
    {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
      "exact": {"$ref": "#/$defs/texts"}, "prefix": {"$ref": "#/$defs/texts"}, "suffix": {"$ref": "#/$defs/texts"},
      "contains": {"$ref": "#/$defs/texts"}, "glob": {"$ref": "#/$defs/texts"}, "regex": {"$ref": "#/$defs/texts"},
      "template": {"$ref": "#/$defs/texts"}, "dtype": {"$ref": "#/$defs/texts"},
      "ndim": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]},
      "shape": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}},
      "numel": {"type": "object", "additionalProperties": false, "properties": {"min": {"type": "integer"}, "max": {"type": "integer"}}},
      "in-target": {"anyOf": [{"$ref": "#/$defs/inTarget"}, {"type": "array", "items": {"$ref": "#/$defs/inTarget"}}]},
      "has": {"$ref": "#/$defs/texts"}, "target-has": {"$ref": "#/$defs/texts"},
      "not": {"$ref": "#/$defs/selector"},
      "any-of": {"type": "array", "items": {"$ref": "#/$defs/selector"}},
      "all": {"type": "array", "items": {"$ref": "#/$defs/selector"}}
    }}
  ]
})";

constexpr std::string_view conditionSchema = R"({
  "type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
    "has": {"$ref": "#/$defs/texts"}, "any": {"$ref": "#/$defs/selector"},
    "target-has": {"$ref": "#/$defs/texts"}, "target-any": {"$ref": "#/$defs/selector"},
    "attr": {"type": "object", "minProperties": 1}, "root-was": {"$ref": "#/$defs/texts"},
    "test": {"type": ["string", "number", "boolean"]}, "not": {"$ref": "#/$defs/condition"},
    "all": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
    "any-of": {"type": "array", "items": {"$ref": "#/$defs/condition"}}
  }
})";

constexpr std::string_view inTargetSchema =
    R"({"enum": ["present", "absent", "same-shape", "other-shape", "other-rank"]})";

std::vector<std::string_view> sharing(const StepKind &kind, FieldShare share)
{
    std::vector<std::string_view> names;
    for (const FieldInfo &field : kind.fields) {
        if (field.share == share)
            names.push_back(field.name);
    }
    return names;
}

void addShares(JsonWriter &schema, const StepKind &kind)
{
    if (const auto names = sharing(kind, FieldShare::ExactlyOne); !names.empty()) {
        schema.key("oneOf").beginArray();
        for (const std::string_view name : names)
            schema.beginObject().key("required").beginArray().value(name).endArray().endObject();
        schema.endArray();
    }
    if (const auto names = sharing(kind, FieldShare::AtMostOne); !names.empty()) {
        schema.key("not").beginObject().key("anyOf").beginArray();
        for (std::size_t i = 0; i < names.size(); ++i) {
            for (std::size_t j = i + 1; j < names.size(); ++j) {
                schema.beginObject().key("required").beginArray().value(names[i]).value(names[j]);
                schema.endArray().endObject();
            }
        }
        schema.endArray().endObject();
    }
}

/// What may stand behind a step's word.
std::string bodySchema(const StepKind &kind)
{
    JsonWriter schema;
    schema.beginObject().key("anyOf").beginArray();
    bool allOptional = true;
    bool mainIsBody = false;
    for (const FieldInfo &field : kind.fields) {
        allOptional = allOptional && !field.isRequired;
        mainIsBody = mainIsBody || (field.isMain && field.type == FieldType::Selector);
        if (field.isMain && field.type != FieldType::Pairs)
            schema.raw(field.schema);
    }
    if (!mainIsBody) {
        schema.beginObject().key("type").value("object").key("additionalProperties").value(false);
        schema.key("properties").beginObject();
        for (const FieldInfo &field : kind.fields) {
            schema.key(field.name).beginObject().key("description").value(field.help).key("allOf").beginArray();
            schema.raw(field.schema).endArray();
            if (!field.defaultText.empty())
                schema.key("default").value(field.defaultText);
            schema.endObject();
        }
        schema.endObject().key("required").beginArray();
        for (const FieldInfo &field : kind.fields) {
            if (field.isRequired)
                schema.value(field.name);
        }
        schema.endArray();
        addShares(schema, kind);
        schema.endObject();
    }
    if (allOptional)
        schema.beginObject().key("type").value("null").endObject();
    schema.endArray().endObject();
    return schema.take();
}

void addCommonFields(JsonWriter &schema)
{
    for (const FieldInfo &field : commonFields())
        schema.key(field.name).raw(field.schema);
}

void addSteps(JsonWriter &schema)
{
    schema.beginObject().key("type").value("array").key("maxItems").value(qint64(maximumSteps));
    schema.key("items").beginObject().key("anyOf").beginArray();
    schema.beginObject().key("enum").beginArray();
    for (const StepKind *kind : stepKinds())
        schema.value(kind->word);
    schema.endArray().endObject();
    for (const StepKind *kind : stepKinds()) {
        schema.beginObject().key("type").value("object").key("title").value(kind->title);
        schema.key("description").value(kind->help).key("additionalProperties").value(false);
        schema.key("required").beginArray().value(kind->word).endArray();
        schema.key("properties").beginObject().key(kind->word).raw(bodySchema(*kind));
        addCommonFields(schema);
        schema.endObject().endObject();
    }
    schema.endArray().endObject().endObject();
}

/// Break lines and indent, so that a change of the schema shows as one.
std::string indented(std::string_view json)
{
    std::string out;
    std::size_t depth = 0;
    bool inText = false;
    const auto newLine = [&] { (out += '\n').append(2 * depth, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inText) {
            out += c;
            if (c == '\\')
                out += json[++i];
            else if (c == '"')
                inText = false;
            continue;
        }
        if (c == ' ' || c == '\n')
            continue;
        const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
        if (closes) {
            --depth;
            if (out.back() != '{' && out.back() != '[')
                newLine();
        } else if (!out.empty() && (out.back() == '{' || out.back() == '[')) {
            newLine();
        }
        out += c;
        if (opens)
            ++depth;
        else if (c == ',')
            newLine();
        else if (c == ':')
            out += ' ';
        inText = c == '"';
    }
    return out + '\n';
}
}

std::string recipeSchema()
{
    JsonWriter schema;
    schema.beginObject().key("$schema").value("https://json-schema.org/draft/2020-12/schema");
    schema.key("title").value("Weightsmith recipe").key("type").value("object");
    schema.key("additionalProperties").value(false).key("required").beginArray().value("weightsmith").endArray();
    schema.key("properties").beginObject();
    schema.key("weightsmith").raw(R"({"const": 1})");
    for (const std::string_view header : {"name", "about", "source"})
        schema.key(header).raw(textSchema);
    schema.key("applies").raw(conditionReference).key("native").raw(conditionReference);
    schema.key("params").raw(R"({"type": ["object", "null"]})");
    schema.key("steps").beginObject().key("anyOf").beginArray().raw(R"({"type": "null"})");
    addSteps(schema);
    schema.endArray().endObject();
    schema.key("bind").raw(bindSchema()).endObject();
    schema.key("$defs").beginObject();
    schema.key("texts").raw(textsSchema).key("inTarget").raw(inTargetSchema);
    schema.key("selector").raw(selectorSchema).key("condition").raw(conditionSchema);
    schema.endObject().endObject();
    return indented(schema.text());
}
