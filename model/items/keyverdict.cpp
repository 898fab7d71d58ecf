// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/keyverdict.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
struct VerdictInfo
{
    KeyVerdict verdict;
    std::string_view word;
    const char *text;
};

constexpr VerdictInfo infos[] = {
    {KeyVerdict::None, "", ""},
    {KeyVerdict::Loaded, "loaded", QT_TRANSLATE_NOOP("KeyVerdict", "loaded")},
    {KeyVerdict::Adapted, "adapted", QT_TRANSLATE_NOOP("KeyVerdict", "adapted")},
    {KeyVerdict::Created, "created", QT_TRANSLATE_NOOP("KeyVerdict", "created")},
    {KeyVerdict::Filled, "filled", QT_TRANSLATE_NOOP("KeyVerdict", "filled")},
    {KeyVerdict::Ignored, "ignored", QT_TRANSLATE_NOOP("KeyVerdict", "ignored")},
    {KeyVerdict::Skipped, "skipped", QT_TRANSLATE_NOOP("KeyVerdict", "skipped")},
    {KeyVerdict::MissingTied, "tied", QT_TRANSLATE_NOOP("KeyVerdict", "missing, tied twin loaded")},
    {KeyVerdict::Dropped, "dropped", QT_TRANSLATE_NOOP("KeyVerdict", "dropped")},
    {KeyVerdict::Unexpected, "unexpected", QT_TRANSLATE_NOOP("KeyVerdict", "unexpected")},
    {KeyVerdict::DTypeDiffers, "dtype", QT_TRANSLATE_NOOP("KeyVerdict", "other dtype")},
    {KeyVerdict::SizeMismatch, "mismatch", QT_TRANSLATE_NOOP("KeyVerdict", "size mismatch")},
    {KeyVerdict::Missing, "missing", QT_TRANSLATE_NOOP("KeyVerdict", "missing")},
    {KeyVerdict::Collided, "collided", QT_TRANSLATE_NOOP("KeyVerdict", "collided")},
};
static_assert(std::size(infos) == keyVerdictCount);

bool equalIgnoringCase(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}
}

QString verdictText(KeyVerdict verdict)
{
    const char *text = infos[std::size_t(verdict)].text;
    return *text ? QCoreApplication::translate("KeyVerdict", text) : QString();
}

std::string_view filterWord(KeyVerdict verdict)
{
    return infos[std::size_t(verdict)].word;
}

std::optional<KeyVerdict> verdictFromWord(std::string_view word)
{
    for (const VerdictInfo &info : infos) {
        if (!info.word.empty() && equalIgnoringCase(info.word, word))
            return info.verdict;
    }
    return std::nullopt;
}
