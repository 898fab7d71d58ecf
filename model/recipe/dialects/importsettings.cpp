// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/importsettings.h"

#include "model/recipe/dialects/foreign.h"
#include "model/recipe/dialects/pythonliteral.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
Result<Imported> importVissl(const ImportInput &input, VisslBlock block)
{
    Result<VisslText> read = readVissl(input.text, input.overrides, input.dialect, block, input.name);
    if (!read)
        return read.error();
    Result<Imported> imported = visslRecipe(read->settings, input.name);
    if (imported)
        imported->remarks.insert(imported->remarks.begin(), read->remarks.begin(), read->remarks.end());
    return imported;
}

/// Of a map of texts: what its keys look like.
SettingsKind kindOfMap(const Node &map)
{
    const auto has = [&](std::string_view signs) {
        return std::any_of(map.entries.begin(), map.entries.end(), [&](const Node::Entry &entry) {
            return entry.first.find_first_of(signs) != std::string::npos;
        });
    };
    const bool hasPlace = std::any_of(map.entries.begin(), map.entries.end(), [](const Node::Entry &entry) {
        return entry.first.find("{}") != std::string::npos;
    });
    if (hasPlace)
        return SettingsKind::Torchtune;
    return has("^$\\()[]*+?|") ? SettingsKind::Transformers : SettingsKind::Pairs;
}
}

SettingsKind settingsKind(std::string_view text, std::string_view name)
{
    const auto says = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
    if (name.ends_with(".csv") || name.ends_with(".tsv"))
        return SettingsKind::Pairs;
    if (says("WEIGHTS_INIT") || says("STATE_DICT_KEY_NAME") || says("APPEND_PREFIX") || says("REMOVE_PREFIX"))
        return SettingsKind::Vissl;
    if (says("revise_keys") || says("init_cfg"))
        return SettingsKind::MMEngine;
    if (says("orig_to_new_"))
        return SettingsKind::Vllm;
    if (says("key_mapping"))
        return SettingsKind::Transformers;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool isMap = first != std::string_view::npos && (text[first] == '{' || name.ends_with(".py"));
    if (!isMap)
        return SettingsKind::Vissl;
    Result<Node> map = parseText(text);
    if (!map || !map->isMap())
        map = parsePythonLiteral(text);
    const bool isTable = map && map->isMap() && !map->entries.empty()
        && std::none_of(map->entries.begin(), map->entries.end(),
                        [](const Node::Entry &entry) { return entry.second.isList() || entry.second.isMap(); });
    if (isTable)
        return kindOfMap(*map);
    return name.ends_with(".py") ? SettingsKind::Torchtune : SettingsKind::Vissl;
}

Result<Imported> importSettings(const ImportInput &input)
{
    const SettingsKind kind = input.kind.value_or(settingsKind(input.text, input.name));
    const bool isVissl = kind == SettingsKind::Vissl || kind == SettingsKind::VisslTeacher;
    if (!isVissl && !input.overrides.empty())
        return Error{
            Error::Kind::Usage,
            QCoreApplication::translate("Import", "Settings as KEY=VALUE are VISSL's; there are none for “%1”.")
                .arg(QLatin1String(enumWords<SettingsKind>[std::size_t(kind)].data()))};
    switch (kind) {
    case SettingsKind::Vissl: return importVissl(input, input.kind ? VisslBlock::Model : VisslBlock::Either);
    case SettingsKind::VisslTeacher: return importVissl(input, VisslBlock::Teacher);
    case SettingsKind::MMEngine: return importMMEngine(input.text, input.name);
    case SettingsKind::Transformers: return importKeyMapping(input.text, input.name);
    case SettingsKind::Vllm: return importWeightsMapper(input.text, input.name, MapperOrder::Chain);
    case SettingsKind::VllmLongest: return importWeightsMapper(input.text, input.name, MapperOrder::LongestFirst);
    case SettingsKind::Torchtune: return importLayerTable(input.text, input.name);
    case SettingsKind::Pairs: return importPairs(input.text, input.name);
    }
    Q_UNREACHABLE();
}
