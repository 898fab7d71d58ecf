// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/fieldtable.h"

#include <algorithm>

template const FieldOperations &fieldOperations<bool>();
template const FieldOperations &fieldOperations<qint64>();
template const FieldOperations &fieldOperations<std::string>();
template const FieldOperations &fieldOperations<std::optional<std::string>>();
template const FieldOperations &fieldOperations<std::vector<std::string>>();
template const FieldOperations &fieldOperations<std::vector<qint64>>();
template const FieldOperations &fieldOperations<Selector>();

namespace {
void *valueIn(void *body, const FieldLine &line)
{
    return static_cast<std::byte *>(body) + line.offset;
}

const void *valueIn(const void *body, const FieldLine &line)
{
    return static_cast<const std::byte *>(body) + line.offset;
}

FieldShare shareOf(int flags)
{
    if (flags & oneOfField)
        return FieldShare::ExactlyOne;
    return flags & atMostOneField ? FieldShare::AtMostOne : FieldShare::Free;
}

FieldInfo infoOf(const FieldLine &line, const void *defaults)
{
    const FieldOperations &operations = *line.operations;
    FieldInfo info;
    info.name = line.name;
    info.type = operations.type;
    info.isMain = line.flags & (mainField | bodyField);
    info.isRequired = line.flags & requiredField;
    info.share = shareOf(line.flags);
    info.isUsual = line.flags & usualField;
    info.help = line.help;
    info.choices = operations.choices();
    const Node value = operations.print(valueIn(defaults, line));
    info.defaultText = value.isNull() || info.isRequired ? std::string_view() : fields::keep(textOf(value));
    info.schema = fields::keep(operations.schema());
    return info;
}
}

FieldTable::FieldTable(const FieldStruct &type, FieldLines lines) : m_type(type), m_lines(std::move(lines))
{
    for (const FieldLine &line : m_lines) {
        m_infos.push_back(infoOf(line, type.defaults));
        m_isBody = m_isBody || (line.flags & bodyField);
    }
    const auto main = std::ranges::find_if(m_infos, &FieldInfo::isMain);
    m_main = main == m_infos.end() ? nullptr : &*main;
}

const FieldLine *FieldTable::find(std::string_view name) const
{
    const auto line = std::ranges::find(m_lines, name, &FieldLine::name);
    return line == m_lines.end() ? nullptr : &*line;
}

bool FieldTable::isDefault(const FieldLine &line, const void *body) const
{
    return line.operations->equal(valueIn(body, line), valueIn(m_type.defaults, line));
}

Result<void> FieldTable::set(void *body, std::string_view name, const Node &value, std::string_view step) const
{
    const FieldLine *line = find(name);
    if (!line)
        return fields::unknownField(value, name, step, infos());
    if (Result<void> read = line->operations->read(value, valueIn(body, *line)); !read)
        return fields::badValue(read.error(), name, step);
    return {};
}

Result<void> FieldTable::reset(void *body, std::string_view name, std::string_view step) const
{
    const FieldLine *line = find(name);
    if (!line)
        return fields::unknownField({}, name, step, infos());
    line->operations->assign(valueIn(body, *line), valueIn(m_type.defaults, *line));
    return line->flags & requiredField ? Result<void>(fields::missingField({}, name, step)) : Result<void>();
}

Result<void> FieldTable::fill(void *body, const Node &node, std::string_view step) const
{
    if (m_isBody)
        return node.isNull() ? Result<void>() : set(body, m_main->name, node, step);
    if (node.isScalar() || node.isList())
        return m_main ? set(body, m_main->name, node, step) : fields::needsMap(node, step, infos());
    for (const auto &[name, value] : node.entries) {
        if (Result<void> done = set(body, name, value, step); !done)
            return done;
    }
    return {};
}

Result<void> FieldTable::check(const void *body, const Node &node, std::string_view step, const Lets &lets) const
{
    std::vector<bool> given;
    for (const FieldLine &line : m_lines)
        given.push_back(!isDefault(line, body));
    Result<void> sound = fields::checkShares(given, step, infos());
    if (sound && m_type.check)
        sound = m_type.check(body, lets);
    if (sound)
        return {};
    Error error = sound.error();
    error.line = node.line;
    error.column = node.column;
    return error;
}

Result<std::shared_ptr<const void>> FieldTable::parse(const Node &node, std::string_view step, const Lets &lets) const
{
    std::shared_ptr<void> body = m_type.copy(m_type.defaults);
    if (Result<void> filled = fill(body.get(), node, step); !filled)
        return filled.error();
    for (const FieldInfo &info : infos()) {
        const bool given = node.isMap() && !m_isBody ? node.find(info.name) != nullptr : info.isMain && !node.isNull();
        if (info.isRequired && !given)
            return fields::missingField(node, info.name, step);
    }
    if (Result<void> sound = check(body.get(), node, step, lets); !sound)
        return sound.error();
    return std::shared_ptr<const void>(std::move(body));
}

Result<std::shared_ptr<const void>> FieldTable::withField(const void *before, std::string_view name, const Node &value,
                                                          std::string_view step) const
{
    std::shared_ptr<void> body = m_type.copy(before);
    Result<void> done = value.isNull() ? reset(body.get(), name, step) : set(body.get(), name, value, step);
    if (done)
        done = check(body.get(), value, step, Lets::any());
    if (!done)
        return done.error();
    return std::shared_ptr<const void>(std::move(body));
}

Node FieldTable::print(const void *body) const
{
    Node map = Node::map({});
    for (const FieldLine &line : m_lines) {
        if ((line.flags & requiredField) || !isDefault(line, body))
            map.entries.emplace_back(std::string(line.name), line.operations->print(valueIn(body, line)));
    }
    if (map.entries.empty())
        return {};
    const auto &[name, value] = map.entries.front();
    const bool isMainAlone = map.entries.size() == 1 && m_main && name == m_main->name;
    return isMainAlone && (m_isBody || value.isScalar() || value.isList()) ? Node(value) : map;
}

bool FieldTable::equal(const void *left, const void *right) const
{
    const bool isSame = std::ranges::all_of(m_lines, [&](const FieldLine &line) {
        return line.operations->equal(valueIn(left, line), valueIn(right, line));
    });
    return isSame && (!m_type.sameResolved || m_type.sameResolved(left, right));
}

std::optional<Node> FieldTable::value(const void *body, std::string_view name) const
{
    const FieldLine *line = find(name);
    if (!line || isDefault(*line, body))
        return {};
    return line->operations->print(valueIn(body, *line));
}
