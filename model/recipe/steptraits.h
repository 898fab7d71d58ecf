// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/fieldtable.h"

/// The field table of T, with T's type.
template<typename T>
struct StepTraits
{
    static const FieldTable &table()
    {
        static const FieldTable table(type(), T::fields());
        return table;
    }

    static std::span<const FieldInfo> infos() { return table().infos(); }
    static Result<void> set(T &body, std::string_view name, const Node &value, std::string_view step)
    {
        return table().set(&body, name, value, step);
    }
    static Result<void> reset(T &body, std::string_view name, std::string_view step)
    {
        return table().reset(&body, name, step);
    }
    static Result<void> fill(T &body, const Node &node, std::string_view step)
    {
        return table().fill(&body, node, step);
    }
    static Result<std::shared_ptr<const void>> parse(const Node &node, std::string_view step, const Lets &lets)
    {
        return table().parse(node, step, lets);
    }
    static Node print(const T &body) { return table().print(&body); }
    static std::optional<Node> value(const T &body, std::string_view name) { return table().value(&body, name); }

private:
    static const T &of(const void *body) { return *static_cast<const T *>(body); }

    static FieldStruct type()
    {
        FieldStruct type{};
        type.defaults = &defaultOf<T>();
        type.copy = [](const void *body) { return std::shared_ptr<void>(std::make_shared<T>(of(body))); };
        if constexpr (requires(const T body, const Lets lets) { body.check(lets); })
            type.check = [](const void *body, const Lets &lets) { return of(body).check(lets); };
        else if constexpr (requires(const T body) { body.check(); })
            type.check = [](const void *body, const Lets &) { return of(body).check(); };
        if constexpr (requires(const T body) { body.sameResolved(body); }) {
            type.sameResolved = [](const void *left, const void *right) { return of(left).sameResolved(of(right)); };
        }
        return type;
    }
};
