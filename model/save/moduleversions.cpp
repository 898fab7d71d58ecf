// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/moduleversions.h"

#include "model/save/layout.h"

#include <QCoreApplication>

#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("ModuleVersions", text);
}

/// The path of the module that holds a key or module; nothing for the top.
std::optional<std::string_view> parent(std::string_view path)
{
    if (path.empty())
        return std::nullopt;
    const std::size_t dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

std::string_view leaf(std::string_view path)
{
    return path.substr(path.rfind('.') + 1); // npos + 1 is 0
}

/// Where modules went, learnt from where their tensors went.
class ModuleMap
{
public:
    enum class Fate { Unknown, Moved, Gone, Scattered };

    explicit ModuleMap(const Plan &plan, const Root &root)
    {
        for (const Tensor &tensor : plan.checkpoint->tensors(root)) {
            for (auto module = parent(tensor.name); module && m_holders.insert(*module).second;)
                module = parent(*module);
        }
        for (const Row &row : plan.outputs) {
            const std::vector<TensorIndex> from = sources(*row.value);
            if (from.size() == 1 && plan.checkpoint->isOwn(plan.checkpoint->tensors()[from.front()]))
                learn(plan.checkpoint->tensors()[from.front()].name, row.name);
        }
    }

    Fate fate(std::string_view module) const
    {
        if (!m_holders.contains(module))
            return Fate::Unknown;
        const Move *move = find(module);
        return !move ? Fate::Gone : move->isScattered ? Fate::Scattered : Fate::Moved;
    }

    /// Where a module with the fate Moved went.
    std::string_view destination(std::string_view module) const { return find(module)->to; }

private:
    struct Move
    {
        std::string_view to;
        bool isScattered = false;
    };
    using Moves = std::unordered_map<std::string_view, Move>;

    static void note(Moves &moves, std::string_view from, std::string_view to)
    {
        const auto [move, isNew] = moves.try_emplace(from, Move{to});
        if (!isNew && move->second.to != to)
            move->second.isScattered = true;
    }

    /// `a.b.c.weight` became `x.b.c.weight`: then `a.b.c` became `x.b.c`, `a.b` `x.b`, and `a` `x`.
    void learn(std::string_view before, std::string_view after)
    {
        Moves &moves = leaf(before) == leaf(after) ? m_moves : m_renamedLeaves;
        std::string_view from = parent(before).value_or(std::string_view());
        std::string_view to = parent(after).value_or(std::string_view());
        note(moves, from, to);
        while (!from.empty() && !to.empty() && leaf(from) == leaf(to)) {
            from = *parent(from);
            to = *parent(to);
            note(moves, from, to);
        }
    }

    const Move *find(std::string_view module) const
    {
        for (const Moves *moves : {&m_moves, &m_renamedLeaves}) {
            if (const auto move = moves->find(module); move != moves->end())
                return &move->second;
        }
        return nullptr;
    }

    std::unordered_set<std::string_view> m_holders; ///< modules with tensors below them
    Moves m_moves;
    Moves m_renamedLeaves; ///< weaker: from tensors whose own name changed as well
};
}

ModuleVersions renamedModules(const Plan &plan, const Root &root)
{
    ModuleVersions result;
    if (root.moduleVersions == noObject)
        return result;
    const ModuleMap map(plan, root);
    const ObjectTree &objects = plan.checkpoint->objects();
    const auto entries = objects.children(root.moduleVersions);
    std::unordered_set<std::string> taken;
    for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
        if (objects[entries[i]].kind != ObjectNode::Kind::Text)
            continue;
        const std::string_view module = objects[entries[i]].text;
        std::optional<std::string_view> known = module;
        while (known && map.fate(*known) == ModuleMap::Fate::Unknown)
            known = parent(*known);
        const auto fate = known ? map.fate(*known) : ModuleMap::Fate::Gone;
        if (fate == ModuleMap::Fate::Gone)
            continue;
        std::string name;
        if (fate == ModuleMap::Fate::Moved) {
            const std::string_view to = map.destination(*known);
            std::string_view rest = module.substr(known->size());
            if (to.empty() && rest.starts_with('.'))
                rest.remove_prefix(1);
            name = std::string(to) + (known->empty() && !to.empty() && !rest.empty() ? "." : "") + std::string(rest);
        }
        if (fate == ModuleMap::Fate::Scattered || !taken.insert(name).second)
            result.lost.emplace_back(module);
        else
            result.modules.push_back({name, entries[i + 1]});
    }
    return result;
}

Findings versionsDropped(const ModuleVersions &modules)
{
    if (modules.lost.empty())
        return {};
    return {{Finding::Severity::Info, "metadata-dropped",
             tr("The version numbers of modules whose tensors went to several places are left out of “_metadata”: %1.")
                 .arg(listed(std::vector<std::string_view>(modules.lost.begin(), modules.lost.end())))}};
}

Findings versionsDropped(const Plan &plan)
{
    const Root *root = sourceRoot(plan);
    return root ? versionsDropped(renamedModules(plan, *root)) : Findings();
}

Findings allVersionsDropped(const Plan &plan)
{
    const Root *root = sourceRoot(plan);
    if (!root || renamedModules(plan, *root).modules.empty())
        return {};
    return {
        {Finding::Severity::Info, "metadata-dropped",
         tr("The version numbers of modules, which the source keeps in “_metadata”, are left out: only a torch file "
            "holds them.")}};
}
