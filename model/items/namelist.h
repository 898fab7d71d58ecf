// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/plan.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Something that a typed text may go on to, and how many names have it.
struct NameCompletion
{
    std::string text;
    qint64 names = 0;

    bool operator==(const NameCompletion &) const = default;
};

/// Names in an order in which what begins with a typed text is found at once, a million of them too. Immutable.
class NameList
{
public:
    /// Looks at every name: not for the GUI thread. `owner` keeps the names. Null only when `progress` asks to stop.
    static std::shared_ptr<const NameList> make(std::vector<Name> names, std::shared_ptr<const void> owner,
                                                const Progress &progress);

    /// Beginnings of names that begin with `typed`, one component longer each, in natural order: "layers." →
    /// "layers.0.", "layers.1."; a whole name last.
    std::vector<NameCompletion> beginnings(std::string_view typed, std::size_t most) const;
    /// Components that begin with `typed`, then those that have it inside; the most frequent first. Numbers are none.
    std::vector<NameCompletion> components(std::string_view typed, std::size_t most) const;

private:
    std::vector<Name> m_names; ///< sorted
    std::vector<std::pair<Name, qint64>> m_components; ///< the most frequent first
    std::shared_ptr<const void> m_owner;
};

/// The keys of a plan as they were before one of its steps ran; -1: as they are at the end. Null when stopped.
std::shared_ptr<const NameList> namesBefore(std::shared_ptr<const Plan> plan, int step, const Progress &progress);
