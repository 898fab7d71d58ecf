// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/fieldentry.h"

#include <tuple>

/// What follows from the table of T: reading, printing, comparing, setting single fields.
template<typename T>
struct StepTraits
{
    static constexpr std::size_t count = std::tuple_size_v<decltype(T::fields())>;

    template<typename Visit>
    static void each(Visit visit)
    {
        std::apply([&](const auto &...field) { (visit(field), ...); }, T::fields());
    }

    static std::span<const FieldInfo> infos()
    {
        static const std::vector<FieldInfo> infos = [] {
            std::vector<FieldInfo> list;
            const T defaults;
            each([&]<typename Member>(const Field<T, Member> &field) {
                using C = Codec<Member>;
                FieldInfo info;
                info.name = field.name;
                info.type = C::type;
                info.isMain = field.flags & (mainField | bodyField);
                info.isRequired = field.flags & requiredField;
                info.share = field.flags & oneOfField ? FieldShare::ExactlyOne
                    : field.flags & atMostOneField    ? FieldShare::AtMostOne
                                                      : FieldShare::Free;
                info.isUsual = field.flags & usualField;
                info.help = field.help;
                info.choices = C::choices();
                const Node value = C::print(defaults.*field.member);
                info.defaultText = value.isNull() || info.isRequired ? std::string_view() : fields::keep(textOf(value));
                info.schema = fields::keep(C::schema());
                list.push_back(info);
            });
            return list;
        }();
        return infos;
    }

    static const FieldInfo *bodyInfo()
    {
        int index = -1, at = 0;
        each([&](const auto &field) {
            if (field.flags & bodyField)
                index = at;
            ++at;
        });
        return index < 0 ? nullptr : &infos()[std::size_t(index)];
    }

    static const FieldInfo *mainInfo()
    {
        for (const FieldInfo &info : infos()) {
            if (info.isMain)
                return &info;
        }
        return nullptr;
    }

    static Result<void> set(T &body, std::string_view name, const Node &value, std::string_view step)
    {
        std::optional<Result<void>> outcome;
        each([&]<typename Member>(const Field<T, Member> &field) {
            if (field.name != name)
                return;
            Result<Member> parsed = Codec<Member>::parse(value);
            if (!parsed) {
                outcome = fields::badValue(parsed.error(), name, step);
                return;
            }
            body.*field.member = std::move(*parsed);
            outcome = Result<void>();
        });
        return outcome ? *outcome : fields::unknownField(value, name, step, infos());
    }

    static Result<void> fill(T &body, const Node &node, std::string_view step)
    {
        const FieldInfo *main = mainInfo();
        if (bodyInfo())
            return node.isNull() ? Result<void>() : set(body, main->name, node, step);
        if (node.isScalar() || node.isList())
            return main ? set(body, main->name, node, step) : fields::needsMap(node, step, infos());
        for (const auto &[name, value] : node.entries) {
            if (Result<void> done = set(body, name, value, step); !done)
                return done;
        }
        return {};
    }

    /// Rules between fields.
    static Result<void> check(const T &body, const Node &node, std::string_view step, const Lets &lets)
    {
        std::vector<bool> given;
        for (const FieldInfo &info : infos())
            given.push_back(value(body, info.name).has_value());
        Result<void> sound = fields::checkShares(given, step, infos());
        if constexpr (requires { body.check(lets); })
            sound = sound ? body.check(lets) : sound;
        else if constexpr (requires { body.check(); })
            sound = sound ? body.check() : sound;
        if (sound)
            return {};
        Error error = sound.error();
        error.line = node.line;
        error.column = node.column;
        return error;
    }

    static Result<std::shared_ptr<const void>> withField(const T &before, std::string_view name, const Node &value,
                                                         std::string_view step)
    {
        auto body = std::make_shared<T>(before);
        Result<void> done = value.isNull() ? reset(*body, name, step) : set(*body, name, value, step);
        if (done)
            done = check(*body, value, step, Lets::any());
        if (!done)
            return done.error();
        return std::shared_ptr<const void>(std::move(body));
    }

    static Result<void> reset(T &body, std::string_view name, std::string_view step)
    {
        const T defaults;
        std::optional<Result<void>> outcome;
        each([&]<typename Member>(const Field<T, Member> &field) {
            if (field.name != name)
                return;
            body.*field.member = defaults.*field.member;
            outcome = field.flags & requiredField ? Result<void>(fields::missingField({}, name, step)) : Result<void>();
        });
        return outcome ? *outcome : fields::unknownField({}, name, step, infos());
    }

    static Result<std::shared_ptr<const void>> parse(const Node &node, std::string_view step, const Lets &lets)
    {
        auto body = std::make_shared<T>();
        if (Result<void> filled = fill(*body, node, step); !filled)
            return filled.error();
        for (const FieldInfo &info : infos()) {
            const bool given =
                node.isMap() && !bodyInfo() ? node.find(info.name) != nullptr : info.isMain && !node.isNull();
            if (info.isRequired && !given)
                return fields::missingField(node, info.name, step);
        }
        if (Result<void> sound = check(*body, node, step, lets); !sound)
            return sound.error();
        return std::shared_ptr<const void>(std::move(body));
    }

    static Node print(const T &body)
    {
        const T defaults;
        Node map = Node::map({});
        Node alone;
        const FieldInfo *main = mainInfo();
        each([&]<typename Member>(const Field<T, Member> &field) {
            if (!(field.flags & requiredField) && body.*field.member == defaults.*field.member)
                return;
            Node value = Codec<Member>::print(body.*field.member);
            if (main && field.name == main->name)
                alone = value;
            map.entries.emplace_back(std::string(field.name), std::move(value));
        });
        if (map.entries.empty())
            return {};
        const bool mainOnly = map.entries.size() == 1 && main && map.entries.front().first == main->name;
        return mainOnly && (bodyInfo() || alone.isScalar() || alone.isList()) ? alone : map;
    }

    static bool equal(const T &left, const T &right)
    {
        bool same = true;
        each([&](const auto &field) { same = same && left.*field.member == right.*field.member; });
        if constexpr (requires { left.sameResolved(right); })
            same = same && left.sameResolved(right);
        return same;
    }

    static std::optional<Node> value(const T &body, std::string_view name)
    {
        const T defaults;
        std::optional<Node> value;
        each([&]<typename Member>(const Field<T, Member> &field) {
            if (field.name == name && !(body.*field.member == defaults.*field.member))
                value = Codec<Member>::print(body.*field.member);
        });
        return value;
    }
};
