// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/bindcodec.h"

#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/recipe/field.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Bind", text);
}

/// `strict: {missing: true, unexpected: false}`.
struct Strict
{
    bool missing = true;
    bool unexpected = false;

    static constexpr auto fields()
    {
        return std::tuple{field("missing", &Strict::missing, "A missing key makes the fit incomplete."),
                          field("unexpected", &Strict::unexpected, "An unexpected key makes the fit incomplete.")};
    }
    bool operator==(const Strict &) const = default;
};

using KeyList = std::vector<Node>;
}

template<>
inline constexpr auto enumWords<Bind::Unexpected> = std::array<std::string_view, 2>{"drop", "keep"};
template<>
inline constexpr auto enumWords<Bind::Order> = std::array<std::string_view, 2>{"target", "source"};

/// Items are text (part of a target key) or selectors; one item stands for a list of one.
template<>
struct Codec<KeyList> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        const std::string selector(selectorReference);
        return R"({"anyOf": [)" + selector + R"(, {"type": "array", "items": )" + selector + "}]}";
    }
    static Result<KeyList> parse(const Node &node)
    {
        if (node.isNull())
            return expected(node, tr("a list of texts and selectors"));
        KeyList items = node.isList() ? node.items : KeyList{node};
        for (const Node &item : items) {
            const Result<Selector> selector = item.isList() || item.isNull()
                ? Result<Selector>(expected(item, tr("text or a selector")))
                : Selector::parse(item);
            if (!selector)
                return selector.error();
        }
        return items;
    }
    static Node print(const KeyList &items) { return Node::list(items); }
};

template<>
struct Codec<Strict> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"type": "object", "additionalProperties": false, "properties": {"missing": {"type": "boolean"}, )"
               R"("unexpected": {"type": "boolean"}}})";
    }
    static Result<Strict> parse(const Node &node)
    {
        if (!node.isMap())
            return expected(node, tr("{missing: true, unexpected: false}"));
        Strict strict;
        if (Result<void> filled = StepTraits<Strict>::fill(strict, node, "strict"); !filled)
            return filled.error();
        return strict;
    }
    static Node print(const Strict &strict)
    {
        return Node::map({{"missing", Node::scalar(strict.missing ? "true" : "false")},
                          {"unexpected", Node::scalar(strict.unexpected ? "true" : "false")}});
    }
};

/// `heads: {which: [heads], policy: skip}`.
template<>
struct Codec<Bind::Heads> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"type": "object", "additionalProperties": false, "properties": {"which": )"
            + Codec<KeyList>::schema() + R"(, "policy": )" + Codec<Bind::HeadPolicy>::schema() + "}}";
    }
    static Result<Bind::Heads> parse(const Node &node)
    {
        if (!node.isMap())
            return expected(node, tr("{which: [head.], policy: skip}"));
        Bind::Heads heads;
        for (const auto &[name, value] : node.entries) {
            if (name == "which") {
                if (value.isScalar() && value.text == "classifier" && !value.quoted)
                    continue;
                Result<KeyList> which = Codec<KeyList>::parse(value);
                if (!which)
                    return which.error();
                heads.which = std::move(*which);
            } else if (name == "policy") {
                const auto policy = Codec<Bind::HeadPolicy>::parse(value);
                if (!policy)
                    return policy.error();
                heads.policy = *policy;
            } else {
                return errorAtKey(
                    value, tr("“heads” has no “%1”%2").arg(displayName(name), suggestion(name, {"which", "policy"})));
            }
        }
        return heads;
    }
    static Node print(const Bind::Heads &heads)
    {
        Node map = Node::map({});
        if (heads.which)
            map.entries.emplace_back("which", Node::list(*heads.which));
        map.entries.emplace_back("policy", Codec<Bind::HeadPolicy>::print(heads.policy));
        return map;
    }
};

namespace {
/// Bind as its YAML has it.
struct BindFields
{
    KeyList skip, ignoreMissing, ignoreUnexpected, expectMissing;
    Bind::Counters counters = Bind().counters;
    Bind::ShapePolicy shape = Bind().shape;
    Bind::Heads heads;
    Strict strict;
    Bind::Unexpected unexpected = Bind().unexpected;
    Bind::Order order = Bind().order;

    static constexpr auto fields()
    {
        using B = BindFields;
        return std::tuple{
            field("skip", &B::skip, "Target keys that are not loaded, whatever the file has."),
            field("ignore-missing", &B::ignoreMissing, "Target keys that may be missing."),
            field("ignore-unexpected", &B::ignoreUnexpected, "Keys that may be there without a place in the target."),
            field("expect-missing", &B::expectMissing, "Target keys that must be missing."),
            field("counters", &B::counters, "What becomes of missing num_batches_tracked."),
            field("shape", &B::shape, "What becomes of keys whose shape differs."),
            field("heads", &B::heads,
                  "What becomes of the keys of heads that the file has: of the target's classifier, or of a list."),
            field("strict", &B::strict, "What makes a fit incomplete."),
            field("unexpected", &B::unexpected, "Whether keys without a place in the target are saved."),
            field("order", &B::order, "Whose order the saved keys have.")};
    }
};

using Traits = StepTraits<BindFields>;
}

Result<Bind> parseBind(const Node &node)
{
    if (!node.isMap())
        return expected(node, tr("fields of bind, such as {skip: [head.]}"));
    BindFields fields;
    if (Result<void> filled = Traits::fill(fields, node, "bind"); !filled)
        return filled.error();
    Bind bind;
    bind.skip = std::move(fields.skip);
    bind.ignoreMissing = std::move(fields.ignoreMissing);
    bind.ignoreUnexpected = std::move(fields.ignoreUnexpected);
    bind.expectMissing = std::move(fields.expectMissing);
    bind.counters = fields.counters;
    bind.shape = fields.shape;
    bind.heads = std::move(fields.heads);
    bind.strictMissing = fields.strict.missing;
    bind.strictUnexpected = fields.strict.unexpected;
    bind.unexpected = fields.unexpected;
    bind.order = fields.order;
    return bind;
}

Node printBind(const Bind &bind)
{
    const BindFields fields{bind.skip,
                            bind.ignoreMissing,
                            bind.ignoreUnexpected,
                            bind.expectMissing,
                            bind.counters,
                            bind.shape,
                            bind.heads,
                            {bind.strictMissing, bind.strictUnexpected},
                            bind.unexpected,
                            bind.order};
    return Traits::print(fields);
}

std::string bindSchema()
{
    JsonWriter schema;
    schema.beginObject().key("type").value("object").key("additionalProperties").value(false);
    schema.key("properties").beginObject();
    for (const FieldInfo &info : Traits::infos())
        schema.key(info.name).raw(info.schema);
    schema.endObject().endObject();
    return schema.take();
}
