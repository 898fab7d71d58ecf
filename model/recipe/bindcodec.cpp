// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/bindcodec.h"

#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/recipe/field.h"
#include "model/recipe/keymatch.h"
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
    static constexpr std::string_view word = "strict";
    static constexpr const char *example = "{missing: true, unexpected: false}";

    bool missing = true;
    bool unexpected = false;

    static FieldLines fields()
    {
        return FieldLines{
            field("missing", &Strict::missing, "A missing key means that the fit is not complete."),
            field("unexpected", &Strict::unexpected, "An unexpected key means that the fit is not complete.")};
    }
    bool operator==(const Strict &) const = default;
};

using KeyList = std::vector<Node>;
constexpr std::string_view classifierWord = "classifier";

/// Keys of heads.
struct HeadKeys
{
    std::optional<KeyList> keys; ///< nothing: those of the target's classifier

    bool operator==(const HeadKeys &) const = default;
};

/// `heads: {which: [heads], policy: skip}`.
struct HeadFields
{
    static constexpr std::string_view word = "heads";
    static constexpr const char *example = "{which: [head.], policy: skip}";

    HeadKeys which;
    Bind::HeadPolicy policy = Bind::HeadPolicy::Load;

    static FieldLines fields()
    {
        return FieldLines{
            field("which", &HeadFields::which, "Keys of heads: the target's classifier, or parts of keys."),
            field("policy", &HeadFields::policy, "What becomes of the keys of heads that the file has.")};
    }
    bool operator==(const HeadFields &) const = default;
};

std::string schemaOf(std::span<const FieldInfo> fields)
{
    JsonWriter schema;
    schema.beginObject().key("type").value("object").key("additionalProperties").value(false);
    schema.key("properties").beginObject();
    for (const FieldInfo &info : fields)
        schema.key(info.name).raw(info.schema);
    schema.endObject().endObject();
    return schema.take();
}
}

template<>
inline constexpr auto enumWords<Bind::Unexpected> = std::array<std::string_view, 2>{"drop", "keep"};
template<>
inline constexpr auto enumWords<Bind::Unmatched> = std::array<std::string_view, 2>{"leave", "fill"};
template<>
inline constexpr auto enumWords<Bind::Order> = std::array<std::string_view, 2>{"target", "source"};

/// Items are text (part of a target key) or selectors; one item stands for a list of one.
template<>
struct Codec<KeyList> : PlainCodec
{
    static constexpr FieldType type = FieldType::Texts;
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
            if (item.isList() || item.isNull())
                return expected(item, tr("text or a selector"));
        }
        if (const Result<KeyMatcher> usable = KeyMatcher::compile(items); !usable) {
            Error error = usable.error();
            error.line = error.line > 0 ? error.line : node.line;
            error.column = error.column > 0 ? error.column : node.column;
            return error;
        }
        return items;
    }
    static Node print(const KeyList &items) { return Node::list(items); }
};

template<>
struct Codec<HeadKeys> : PlainCodec
{
    static constexpr FieldType type = FieldType::Texts;
    static std::string schema() { return Codec<KeyList>::schema(); }
    static Result<HeadKeys> parse(const Node &node)
    {
        if (node.isScalar() && node.text == classifierWord && !node.quoted)
            return HeadKeys();
        Result<KeyList> keys = Codec<KeyList>::parse(node);
        return keys ? Result<HeadKeys>(HeadKeys{std::move(*keys)}) : Result<HeadKeys>(keys.error());
    }
    static Node print(const HeadKeys &heads)
    {
        return heads.keys ? Codec<KeyList>::print(*heads.keys) : Node::scalar(std::string(classifierWord));
    }
};

/// A field with fields of its own.
template<typename T>
requires std::same_as<T, Strict> || std::same_as<T, HeadFields>
struct Codec<T> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema() { return schemaOf(StepTraits<T>::infos()); }
    static Result<T> parse(const Node &node)
    {
        if (!node.isMap())
            return expected(node, QLatin1String(T::example));
        T part;
        if (Result<void> filled = StepTraits<T>::fill(part, node, T::word); !filled)
            return filled.error();
        return part;
    }
    static Node print(const T &part) { return StepTraits<T>::print(part); }
};

namespace {
/// Bind as its YAML has it.
struct BindFields
{
    KeyList skip, ignoreMissing, ignoreUnexpected, expectMissing;
    Bind::Counters counters = Bind().counters;
    Bind::ShapePolicy shape = Bind().shape;
    HeadFields heads;
    Strict strict;
    Bind::Unexpected unexpected = Bind().unexpected;
    Bind::Unmatched unmatched = Bind().unmatched;
    Bind::Order order = Bind().order;

    static FieldLines fields()
    {
        using B = BindFields;
        return FieldLines{
            field("skip", &B::skip, "Parts of target keys that are not loaded, whatever the file has; or selectors."),
            field("ignore-missing", &B::ignoreMissing, "Parts of target keys that may be missing; or selectors."),
            field("ignore-unexpected", &B::ignoreUnexpected,
                  "Parts of keys that the target need not have; or selectors."),
            field("expect-missing", &B::expectMissing, "Parts of target keys that must be missing; or selectors."),
            field("counters", &B::counters, "What becomes of a missing num_batches_tracked."),
            field("shape", &B::shape, "What becomes of a key whose shape differs from the target's."),
            field("heads", &B::heads, "What becomes of the keys of heads."),
            field("strict", &B::strict, "What makes a fit incomplete."),
            field("unexpected", &B::unexpected, "Whether keys without a place in the target are saved."),
            field("unmatched", &B::unmatched,
                  "Whether target keys that nothing of the source reaches take the values of a target that is a "
                  "checkpoint."),
            field("order", &B::order, "Whose order the saved keys have.")};
    }
};

using Traits = StepTraits<BindFields>;
}

namespace {
Bind bindOf(const BindFields &fields)
{
    Bind bind;
    bind.skip = fields.skip;
    bind.ignoreMissing = fields.ignoreMissing;
    bind.ignoreUnexpected = fields.ignoreUnexpected;
    bind.expectMissing = fields.expectMissing;
    bind.counters = fields.counters;
    bind.shape = fields.shape;
    bind.heads = {fields.heads.which.keys, fields.heads.policy};
    bind.strictMissing = fields.strict.missing;
    bind.strictUnexpected = fields.strict.unexpected;
    bind.unexpected = fields.unexpected;
    bind.unmatched = fields.unmatched;
    bind.order = fields.order;
    return bind;
}

BindFields fieldsOf(const Bind &bind)
{
    return {bind.skip,
            bind.ignoreMissing,
            bind.ignoreUnexpected,
            bind.expectMissing,
            bind.counters,
            bind.shape,
            {{bind.heads.which}, bind.heads.policy},
            {bind.strictMissing, bind.strictUnexpected},
            bind.unexpected,
            bind.unmatched,
            bind.order};
}

/// A field with fields of its own has a line of a form for each.
template<typename Visit>
auto visitPart(BindFields &fields, std::string_view name, Visit visit)
{
    const std::string_view first = name.substr(0, name.find('.'));
    const std::string_view rest = name.substr(std::min(first.size() + 1, name.size()));
    if (first == Strict::word && !rest.empty())
        return visit(fields.strict, rest, first);
    if (first == HeadFields::word && !rest.empty())
        return visit(fields.heads, rest, first);
    return visit(fields, name, std::string_view("bind"));
}

template<typename T>
void addParts(std::vector<FieldInfo> &infos)
{
    for (FieldInfo part : StepTraits<T>::infos()) {
        part.name = fields::keep(std::string(T::word) + '.' + std::string(part.name));
        infos.push_back(part);
    }
}

}

Result<Bind> parseBind(const Node &node)
{
    if (!node.isMap())
        return expected(node, tr("fields of bind, such as {skip: [head.]}"));
    BindFields fields;
    if (Result<void> filled = Traits::fill(fields, node, "bind"); !filled)
        return filled.error();
    return bindOf(fields);
}

Node printBind(const Bind &bind)
{
    return Traits::print(fieldsOf(bind));
}

std::span<const FieldInfo> bindFields()
{
    static const std::vector<FieldInfo> all = [] {
        std::vector<FieldInfo> infos;
        for (const FieldInfo &info : Traits::infos()) {
            if (info.name == Strict::word)
                addParts<Strict>(infos);
            else if (info.name == HeadFields::word)
                addParts<HeadFields>(infos);
            else
                infos.push_back(info);
        }
        return infos;
    }();
    return all;
}

std::optional<Node> bindField(const Bind &bind, std::string_view name)
{
    BindFields fields = fieldsOf(bind);
    return visitPart(fields, name, []<typename T>(const T &part, std::string_view field, std::string_view) {
        return StepTraits<T>::value(part, field);
    });
}

Result<Bind> withBindField(const Bind &bind, std::string_view name, const Node &value)
{
    BindFields fields = fieldsOf(bind);
    const Result<void> done =
        visitPart(fields, name, [&value]<typename T>(T &part, std::string_view field, std::string_view what) {
            return value.isNull() ? StepTraits<T>::reset(part, field, what)
                                  : StepTraits<T>::set(part, field, value, what);
        });
    if (!done)
        return done.error();
    return bindOf(fields);
}

std::string bindSchema()
{
    return schemaOf(Traits::infos());
}
