// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keycompletion.h"

#include "model/base/release.h"
#include "model/base/text.h"
#include "model/document/document.h"
#include "ui/fieldeditor.h"

#include <algorithm>
#include <array>
#include <new>

using namespace Qt::StringLiterals;

namespace {
constexpr std::size_t mostOffered = 60;
constexpr std::array<std::string_view, 5> targetFields{"to", "like", "skip", "ignore-missing", "expect-missing"};
constexpr std::array<std::string_view, 10> sourceFields{
    "prefix", "exact", "name", "at", "ignore-unexpected", "exists", "absent", "any-prefix", "all-prefix", "has"};
/// Fields whose text is a piece of a key wherever it stands, so that it is completed by components alone.
constexpr std::array<std::string_view, 7> pieceFields{"suffix", "text",     "contains", "regex",
                                                      "glob",   "template", "from"};

template<std::size_t N>
bool isOneOf(std::string_view word, const std::array<std::string_view, N> &words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Behind the last comma, bracket or quote.
QString tokenOf(const QString &before)
{
    qsizetype at = before.size();
    while (at > 0 && !u",[]{}:\"' \n"_s.contains(before[at - 1]))
        --at;
    return before.mid(at);
}

/// The letters before the cursor that may be a part of a component.
QString wordOf(const QString &token)
{
    qsizetype at = token.size();
    while (at > 0 && (token[at - 1].isLetterOrNumber() || token[at - 1] == u'_' || token[at - 1] == u'-'))
        --at;
    return token.mid(at);
}

void add(Completions &to, const std::vector<NameCompletion> &names)
{
    for (const NameCompletion &name : names) {
        const QString text = QString::fromStdString(name.text);
        if (text.toStdString() == name.text && displayName(name.text) == text) // what can be typed
            to.items.append({text, exactText(name.names)});
    }
}

Completions keysFrom(const NameList *list, const QString &token, bool isPiece)
{
    Completions found{{}, token.size()};
    if (!list)
        return found;
    if (!isPiece)
        add(found, list->beginnings(token.toStdString(), mostOffered));
    const QString word = wordOf(token);
    if (!found.items.isEmpty() || word.isEmpty())
        return found;
    found.replaced = word.size();
    add(found, list->components(word.toStdString(), mostOffered));
    return found;
}

std::vector<Name> namesOfKeys(const Target &target)
{
    std::vector<Name> names;
    names.reserve(target.keys().size());
    for (const TargetKey &key : target.keys())
        names.push_back(key.name);
    return names;
}
}

Completions wordsFrom(std::span<const std::string_view> words, const QString &token)
{
    Completions found{{}, token.size()};
    for (const std::string_view word : words) {
        if (fieldText(word).startsWith(token))
            found.items.append({fieldText(word), {}});
    }
    return found;
}

KeyCompletion::KeyCompletion(const Document *document, QObject *parent) : QObject(parent), m_document(document)
{
    setObjectName(u"keyCompletion"_s);
    connect(document, &Document::planChanged, this, [this] {
        if (m_asker && m_asker->isVisible())
            follow();
    });
}

bool KeyCompletion::knows(std::string_view field)
{
    return isOneOf(field, targetFields) || isOneOf(field, sourceFields) || isOneOf(field, pieceFields);
}

void KeyCompletion::lookBefore(int step, QWidget *asker)
{
    m_step = step;
    m_asker = asker;
    follow();
}

void KeyCompletion::follow()
{
    const std::shared_ptr<const Plan> plan = m_document->plan();
    if (!plan)
        return;
    const auto &steps = plan->recipe.steps();
    const std::size_t before = m_step < 0 ? steps.size() : std::min(std::size_t(m_step), steps.size());
    Base base{plan->checkpoint, plan->rootPath, plan->target, {steps.begin(), steps.begin() + std::ptrdiff_t(before)}};
    if (m_base && *m_base == base) // an edit of this step, or of a later one, changes nothing before it
        return;
    const bool isSameTarget = m_isReady && m_base && m_base->target == base.target;
    m_base = std::move(base);
    m_isReady = false;
    const int step = before < steps.size() ? int(before) : -1;
    m_making.start(
        [plan, step, targets = isSameTarget ? m_lists.target : nullptr](Progress &progress) -> Lists {
            try {
                Lists lists{namesBefore(plan, step, progress), targets};
                if (!targets && plan->target)
                    lists.target = NameList::make(namesOfKeys(*plan->target), plan->target, progress);
                return lists;
            } catch (const std::bad_alloc &) {
                return {}; // nothing is offered
            }
        },
        [this](Lists lists) {
            releaseElsewhere(std::exchange(m_lists.source, std::move(lists.source)));
            releaseElsewhere(std::exchange(m_lists.target, std::move(lists.target)));
            m_isReady = true;
        });
}

Completions KeyCompletion::forField(std::string_view field, std::span<const std::string_view> choices,
                                    const QString &before) const
{
    const QString token = tokenOf(before);
    if (!choices.empty())
        return wordsFrom(choices, token);
    const bool isTarget = isOneOf(field, targetFields);
    const bool isPiece = isOneOf(field, pieceFields);
    Completions found = keysFrom(isTarget ? m_lists.target.get() : m_lists.source.get(), token, isPiece);
    // Without a target, a new name is likely like those that are there.
    if (isTarget && found.items.isEmpty())
        found = keysFrom(m_lists.source.get(), token, isPiece);
    return found;
}
