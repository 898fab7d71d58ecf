// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/safetensorsflaws.h"

#include "model/base/text.h"

#include <QCoreApplication>

namespace {
using Severity = Finding::Severity;

QString tr(const char *text)
{
    return QCoreApplication::translate("Safetensors", text);
}

/// Everything there is to say about a flaw.
struct FlawInfo
{
    Flaw flaw;
    Severity severity;
    const char *kind; ///< the finding's word
    const char *sentence; ///< %1 file, %2 name, %3 detail
    const char *reference; ///< why safetensors 0.8.0 refuses the file, or null when it does not
    const char *problem; ///< why a tensor's values cannot be read, or null
};

// In the order of the enumeration.
constexpr std::array table{
    FlawInfo{Flaw::None, Severity::Info, "", "", nullptr, nullptr},
    FlawInfo{Flaw::BadEntry, Severity::Error, "bad-entry",
             QT_TRANSLATE_NOOP("Safetensors", "The header of “%1” does not describe “%2” properly: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "a tensor is not described properly"),
             QT_TRANSLATE_NOOP("Safetensors", "the header does not describe it properly")},
    FlawInfo{Flaw::BadShape, Severity::Error, "bad-shape",
             QT_TRANSLATE_NOOP("Safetensors", "The shape of “%2” in “%1” is not a list of whole numbers: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "a shape is not a list of whole numbers"),
             QT_TRANSLATE_NOOP("Safetensors", "its shape is not a list of whole numbers")},
    FlawInfo{Flaw::ShapeOverflow, Severity::Error, "shape-overflow",
             QT_TRANSLATE_NOOP("Safetensors", "The shape of “%2” in “%1” has more bytes than can be counted: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "a shape has more bytes than can be counted"),
             QT_TRANSLATE_NOOP("Safetensors", "its shape has more bytes than can be counted")},
    FlawInfo{Flaw::RankTooHigh, Severity::Error, "rank",
             QT_TRANSLATE_NOOP("Safetensors", "“%2” in “%1” has %3 dimensions; PyTorch works with up to 64."), nullptr,
             QT_TRANSLATE_NOOP("Safetensors", "it has more than 64 dimensions")},
    FlawInfo{Flaw::UnknownDType, Severity::Warning, "unknown-dtype",
             QT_TRANSLATE_NOOP("Safetensors", "“%2” in “%1” has the unknown dtype “%3”; its values cannot be read."),
             QT_TRANSLATE_NOOP("Safetensors", "a dtype is unknown"),
             QT_TRANSLATE_NOOP("Safetensors", "its dtype is unknown")},
    FlawInfo{Flaw::UnsizedDType, Severity::Warning, "unsized-dtype",
             QT_TRANSLATE_NOOP("Safetensors",
                               "“%2” in “%1” is of %3, which PyTorch has no dtype for; "
                               "its values cannot be read."),
             nullptr, QT_TRANSLATE_NOOP("Safetensors", "PyTorch has no dtype for its elements")},
    FlawInfo{Flaw::BadOffsets, Severity::Error, "bad-offsets",
             QT_TRANSLATE_NOOP("Safetensors", "The data_offsets of “%2” in “%1” are not a range: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "data_offsets are not a range"),
             QT_TRANSLATE_NOOP("Safetensors", "its data_offsets are not a range")},
    FlawInfo{Flaw::SizeMismatch, Severity::Error, "size-mismatch",
             QT_TRANSLATE_NOOP("Safetensors", "The data_offsets of “%2” in “%1” do not match its dtype and shape: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "the bytes of a tensor do not match its dtype and shape"),
             QT_TRANSLATE_NOOP("Safetensors", "its data_offsets do not match its dtype and shape")},
    FlawInfo{Flaw::DuplicateName, Severity::Warning, "duplicate-name",
             QT_TRANSLATE_NOOP("Safetensors", "The header of “%1” has “%2” more than once; the last one counts."),
             nullptr, nullptr},
    FlawInfo{Flaw::ExtraField, Severity::Info, "extra-field",
             QT_TRANSLATE_NOOP("Safetensors", "“%2” in “%1” has a field that safetensors does not define: “%3”."),
             nullptr, nullptr},
    FlawInfo{Flaw::Overlap, Severity::Warning, "overlap",
             QT_TRANSLATE_NOOP("Safetensors", "The values of “%2” in “%1” overlap those of another tensor: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "values of tensors overlap"), nullptr},
    FlawInfo{Flaw::Hole, Severity::Warning, "hole",
             QT_TRANSLATE_NOOP("Safetensors", "“%1” has bytes that belong to no tensor, before “%2”: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "there are bytes that belong to no tensor"), nullptr},
    FlawInfo{Flaw::MisplacedEmpty, Severity::Info, "misplaced-empty",
             QT_TRANSLATE_NOOP("Safetensors", "“%2” in “%1” has no elements, but lies inside another tensor's values."),
             QT_TRANSLATE_NOOP("Safetensors", "a tensor without elements lies inside another one's values"), nullptr},
    FlawInfo{Flaw::TrailingBytes, Severity::Warning, "trailing-bytes",
             QT_TRANSLATE_NOOP("Safetensors", "“%1” goes on after its last tensor: %3."),
             QT_TRANSLATE_NOOP("Safetensors", "there are bytes after the last tensor"), nullptr},
    FlawInfo{Flaw::LeadingSpace, Severity::Info, "leading-space",
             QT_TRANSLATE_NOOP("Safetensors", "The header of “%1” begins with blanks."), nullptr, nullptr},
    FlawInfo{Flaw::NulPadding, Severity::Warning, "nul-padding",
             QT_TRANSLATE_NOOP("Safetensors", "The header of “%1” is filled up with NUL bytes instead of blanks."),
             QT_TRANSLATE_NOOP("Safetensors", "the header is filled up with NUL bytes"), nullptr},
    FlawInfo{Flaw::MetadataKind, Severity::Warning, "bad-metadata",
             QT_TRANSLATE_NOOP("Safetensors", "The __metadata__ of “%1” is not an object and is left out."),
             QT_TRANSLATE_NOOP("Safetensors", "its __metadata__ is not an object"), nullptr},
    FlawInfo{Flaw::MetadataValue, Severity::Warning, "bad-metadata-value",
             QT_TRANSLATE_NOOP("Safetensors", "The metadata “%2” of “%1” is not a text; it is kept as JSON."),
             QT_TRANSLATE_NOOP("Safetensors", "a value of its __metadata__ is not a text"), nullptr},
    FlawInfo{Flaw::MetadataTwice, Severity::Warning, "duplicate-metadata",
             QT_TRANSLATE_NOOP("Safetensors", "The header of “%1” has __metadata__ more than once; all are kept."),
             QT_TRANSLATE_NOOP("Safetensors", "it has __metadata__ more than once"), nullptr},
};
static_assert(table.size() == std::size_t(Flaw::count) && [] {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].flaw != Flaw(i))
            return false;
    }
    return true;
}());

/// `sentence` with %1 to %3 replaced at once: names may hold a "%2", and not every sentence uses all three, which
/// QString::arg() warns about.
QString filled(const QString &sentence, const std::array<QString, 3> &arguments)
{
    QString text;
    for (qsizetype at = 0; at < sentence.size(); ++at) {
        const int number = sentence[at] == u'%' && at + 1 < sentence.size() ? sentence[at + 1].digitValue() : 0;
        if (number >= 1 && number <= 3)
            text += arguments[std::size_t(number - 1)];
        else
            text += sentence[at];
        at += number >= 1 && number <= 3 ? 1 : 0;
    }
    return text;
}
}

void FlawTally::add(Flaw flaw, std::string_view name, const QString &detail)
{
    First &first = m_first[std::size_t(flaw)];
    if (first.count++ == 0) {
        first.name = name;
        first.detail = detail;
    }
}

Findings FlawTally::findings(const QString &file) const
{
    Findings findings;
    const char *reference = nullptr;
    for (const FlawInfo &row : table) {
        const First &first = m_first[std::size_t(row.flaw)];
        if (first.count == 0)
            continue;
        QString message = filled(tr(row.sentence), {file, displayName(first.name), first.detail});
        if (first.count > 1)
            message += tr(" There are %1 more like it.").arg(exactText(first.count - 1));
        findings.push_back({row.severity, row.kind, message, {first.name, -1}});
        if (!reference)
            reference = row.reference;
    }
    if (reference) {
        findings.push_back({Severity::Warning,
                            "reference-refuses",
                            tr("The safetensors library would refuse “%1”: %2.").arg(file, tr(reference)),
                            {}});
    }
    return findings;
}

std::vector<QString> FlawTally::problems()
{
    std::vector<QString> texts;
    for (std::size_t flaw = 1; flaw <= std::size_t(Flaw::lastOfTensors); ++flaw)
        texts.push_back(tr(table[flaw].problem));
    return texts;
}
