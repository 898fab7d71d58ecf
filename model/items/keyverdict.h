// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

/// What became of one row of the key tree, worst last: a group shows the worst verdict below it.
enum class KeyVerdict : quint8 {
    None, ///< there is no target to hold the key against
    Loaded,
    Adapted,
    Created,
    Filled, ///< with the target's own values
    Ignored,
    Skipped,
    MissingTied, ///< missing, but the key it shares its storage with is loaded
    Dropped,
    Unexpected,
    DTypeDiffers,
    SizeMismatch,
    Missing,
    Collided,
};

constexpr std::size_t keyVerdictCount = std::size_t(KeyVerdict::Collided) + 1;

/// Leaves per verdict.
using VerdictCounts = std::array<qint64, keyVerdictCount>;

/// Several verdicts as a set, for filtering.
class VerdictSet
{
public:
    VerdictSet() = default;
    VerdictSet(std::initializer_list<KeyVerdict> verdicts)
    {
        for (const KeyVerdict verdict : verdicts)
            m_bits |= bit(verdict);
    }

    void insert(KeyVerdict verdict) { m_bits |= bit(verdict); }
    bool isEmpty() const { return m_bits == 0; }
    bool contains(KeyVerdict verdict) const { return (m_bits & bit(verdict)) != 0; }
    bool operator==(const VerdictSet &) const = default;

private:
    static quint32 bit(KeyVerdict verdict) { return 1u << quint32(verdict); }

    quint32 m_bits = 0;
};

/// Whether the verdict is something to look at: worse than what a recipe asks for.
constexpr bool isDifference(KeyVerdict verdict)
{
    return verdict > KeyVerdict::Dropped;
}

/// "size mismatch", "loaded": for people.
QString verdictText(KeyVerdict verdict);
/// The word that filters by a verdict: "mismatch", "loaded". Empty for None.
std::string_view filterWord(KeyVerdict verdict);
/// By filter word, in any case.
std::optional<KeyVerdict> verdictFromWord(std::string_view word);
