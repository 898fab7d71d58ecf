// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/finding.h"

#include <QtGlobal>

#include <array>
#include <string_view>
#include <vector>

/// What may be wrong with a safetensors file that still opens. Those up to `lastOfTensors` make one tensor's values
/// unreadable and are its `problem`; the others only are findings.
enum class Flaw : quint8 {
    None,
    BadEntry,
    BadShape,
    ShapeOverflow,
    RankTooHigh,
    UnknownDType,
    UnsizedDType,
    BadOffsets,
    SizeMismatch,
    lastOfTensors = SizeMismatch,
    DuplicateName,
    ExtraField,
    Overlap,
    Hole,
    MisplacedEmpty,
    TrailingBytes,
    LeadingSpace,
    NulPadding,
    MetadataKind,
    MetadataValue,
    MetadataTwice,
    count,
};

/// Counts flaws and remembers the first of each kind, so that a million damaged entries stay one sentence.
class FlawTally
{
public:
    void add(Flaw flaw, std::string_view name, const QString &detail = {});
    /// One finding per kind that was met, then the verdict of the reference library when it would refuse the file.
    Findings findings(const QString &file) const;
    /// Texts for Checkpoint::Parts::problems: tensor flaw `f` has the index quint32(f) - 1.
    static std::vector<QString> problems();

private:
    struct First
    {
        qint64 count = 0;
        std::string name;
        QString detail;
    };

    std::array<First, std::size_t(Flaw::count)> m_first;
};
