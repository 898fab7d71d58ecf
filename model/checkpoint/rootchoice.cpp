// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/rootchoice.h"

#include "model/base/text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace {
using Path = std::vector<std::string>;

QString tr(const char *text)
{
    return QCoreApplication::translate("RootChoice", text);
}

// Source of both lists and their order: loaders §3.2. Averaged weights, and teachers, which are averages of students.
constexpr std::array<std::string_view, 13> averaged{
    "state_dict_ema", "model_ema",        "ema_state_dict", "ema_model", "ema",   "params_ema",          "teacher",
    "target_encoder", "momentum_teacher", "generator_ema",  "G_ema",     "g_ema", "model_ema_state_dict"};
constexpr std::array<std::string_view, 25> plain{"state_dict",
                                                 "model",
                                                 "model_state_dict",
                                                 "model_state",
                                                 "module",
                                                 "network_weights",
                                                 "network_state_dict",
                                                 "network",
                                                 "net",
                                                 "params",
                                                 "student",
                                                 "encoder",
                                                 "classy_state_dict",
                                                 "base_model",
                                                 "loss",
                                                 "backbone",
                                                 "online_network_state_dict",
                                                 "base_encoder",
                                                 "generator",
                                                 "G",
                                                 "g",
                                                 "weights",
                                                 "model_weights",
                                                 "trunk",
                                                 "blobs"};

// Below these lie no weights to convert: the last row there.
constexpr std::array<std::string_view, 14> state{"opt",         "amp",       "rng_state",        "callbacks", "loops",
                                                 "meta",        "args",      "config",           "cfg",       "hparams",
                                                 "message_hub", "dino_loss", "hyper_parameters", "best_acc"};
constexpr std::array<std::string_view, 4> stateParts{"optim", "sched", "scaler", "wandb"};

bool startsWith(const Path &path, const Path &prefix)
{
    return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

class Chooser
{
public:
    Chooser(const Checkpoint &checkpoint, const Path &prefix, EmaPolicy ema) : m_checkpoint(checkpoint), m_ema(ema)
    {
        for (const bool floating : {true, false}) {
            for (quint32 number = 0; number < checkpoint.roots().size() && (m_roots.empty() || floating); ++number) {
                const Root &root = checkpoint.roots()[number];
                if (!root.isOptimizer && root.count > 0 && (!floating || root.floating > 0)
                    && startsWith(root.path, prefix))
                    m_roots.push_back(RootId(number));
            }
            if (!m_roots.empty())
                break;
        }
    }

    RootChoice choose(Path place) const;

private:
    const Root &root(RootId id) const { return m_checkpoint.root(id); }
    bool hasRootsBelow(const Path &place) const
    {
        return std::any_of(m_roots.begin(), m_roots.end(), [&](RootId id) { return startsWith(root(id).path, place); });
    }
    /// MMEngine swaps before it saves: its `ema_state_dict` holds the raw weights, told by the averaging counter.
    bool isSwapped(const Path &place) const;
    /// Go into containers with known names until there is none; says whether there was any.
    bool descend(Path &place) const;
    bool enter(Path &place, std::span<const std::string_view> names, bool isAveraged) const;
    QString reason(const RootChoice &choice, bool byName) const;
    QString described(RootId id) const;

    const Checkpoint &m_checkpoint;
    EmaPolicy m_ema;
    std::vector<RootId> m_roots;
};

bool Chooser::isSwapped(const Path &place) const
{
    const auto exact = findRoot(m_checkpoint, place);
    if (!exact)
        return false;
    const auto tensors = m_checkpoint.tensors(root(*exact));
    return std::any_of(tensors.begin(), tensors.end(), [](const Tensor &tensor) { return tensor.name == "steps"; });
}

bool Chooser::enter(Path &place, std::span<const std::string_view> names, bool isAveraged) const
{
    for (const std::string_view name : names) {
        place.emplace_back(name);
        if (hasRootsBelow(place) && !(isAveraged && m_ema == EmaPolicy::Prefer && isSwapped(place)))
            return true;
        place.pop_back();
    }
    return false;
}

bool Chooser::descend(Path &place) const
{
    bool any = false;
    const auto enterOne = [&] {
        return m_ema == EmaPolicy::Prefer ? enter(place, averaged, true) || enter(place, plain, false)
                                          : enter(place, plain, false) || enter(place, averaged, true);
    };
    while (enterOne())
        any = true;
    return any;
}

RootChoice Chooser::choose(Path place) const
{
    RootChoice choice;
    if (m_roots.empty()) {
        choice.reason = tr("“%1” holds no tensors outside of optimizer state.")
                            .arg(displayName(m_checkpoint.fileName().toStdString()));
        return choice;
    }
    const bool byName = descend(place);
    std::vector<RootId> candidates;
    for (const RootId id : m_roots)
        (startsWith(root(id).path, place) ? candidates : choice.others).push_back(id);
    const auto larger = [&](RootId a, RootId b) { return root(a).parameters > root(b).parameters; };
    std::stable_sort(candidates.begin(), candidates.end(), larger);
    std::stable_sort(choice.others.begin(), choice.others.end(), larger);
    const auto exact = findRoot(m_checkpoint, place);
    const auto best =
        std::find_if(candidates.begin(), candidates.end(), [&](RootId id) { return byName && exact && id == *exact; });
    if (best != candidates.end())
        std::rotate(candidates.begin(), best, best + 1);
    choice.root = candidates.front();
    choice.tied = best == candidates.end() && candidates.size() > 1
        && root(candidates[0]).parameters == root(candidates[1]).parameters;
    choice.others.insert(choice.others.begin(), candidates.begin() + 1, candidates.end());
    choice.reason = reason(choice, byName);
    return choice;
}

QString Chooser::described(RootId id) const
{
    const Root &one = root(id);
    const QString counts = tr("%1 tensors, %2 parameters").arg(exactText(one.count), countText(one.parameters));
    if (one.path.empty())
        return tr("the top level (%1)").arg(counts);
    return tr("“%1” (%2)").arg(displayName(pathText(one.path)), counts);
}

QString Chooser::reason(const RootChoice &choice, bool byName) const
{
    const QString file = displayName(m_checkpoint.fileName().toStdString());
    const QString chosen = described(*choice.root);
    if (choice.others.empty())
        return tr("The weights of “%1” are at %2, the only place that holds any.").arg(file, chosen);
    constexpr std::size_t mostNamed = 3;
    QStringList named;
    for (std::size_t at = 0; at < std::min(choice.others.size(), mostNamed); ++at)
        named += described(choice.others[at]);
    QString others = named.join(QStringLiteral(", "));
    if (choice.others.size() > mostNamed)
        others += tr(" and %1 more").arg(choice.others.size() - mostNamed);
    const QString why = choice.tied ? tr("the first of several of equal size")
        : byName                    ? tr("by its name")
                                    : tr("the largest place that holds weights");
    return tr("The weights of “%1” are taken from %2, %3; there is also %4.").arg(file, chosen, why, others);
}
}

RootChoice chooseRoot(const Checkpoint &checkpoint, const std::vector<std::string> &prefix, EmaPolicy ema)
{
    return Chooser(checkpoint, prefix, ema).choose(prefix);
}

std::optional<RootId> findRoot(const Checkpoint &checkpoint, const std::vector<std::string> &path)
{
    const auto &roots = checkpoint.roots();
    const auto found = std::find_if(roots.begin(), roots.end(), [&](const Root &root) { return root.path == path; });
    return found == roots.end() ? std::nullopt : std::optional(RootId(found - roots.begin()));
}

ContainerNames containerNames()
{
    return {averaged, plain, state, stateParts};
}

bool isOptimizerKey(std::string_view key)
{
    std::string lower(key);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return std::find(state.begin(), state.end(), lower) != state.end()
        || std::any_of(stateParts.begin(), stateParts.end(),
                       [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

std::vector<std::string> parsePath(std::string_view text)
{
    std::vector<std::string> path;
    std::size_t at = 0;
    while (at < text.size()) {
        std::string component;
        if (text[at] == '"') {
            for (++at; at < text.size(); ++at) {
                if (text[at] == '"' && (at + 1 == text.size() || text[at + 1] != '"'))
                    break;
                at += text[at] == '"' ? 1 : 0;
                component += text[at];
            }
            at = std::min(text.find('/', at), text.size());
        } else {
            const std::size_t end = std::min(text.find('/', at), text.size());
            component = text.substr(at, end - at);
            at = end;
        }
        path.push_back(std::move(component));
        ++at;
    }
    return path;
}
