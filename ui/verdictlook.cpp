// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verdictlook.h"

using namespace Qt::StringLiterals;

VerdictLook look(KeyVerdict verdict)
{
    switch (verdict) {
    case KeyVerdict::None: return {{}, Tone::Muted};
    case KeyVerdict::Loaded:
    case KeyVerdict::MissingTied: return {u"✓"_s, Tone::Loaded};
    case KeyVerdict::Adapted: return {u"~"_s, Tone::Adapted};
    case KeyVerdict::Created:
    case KeyVerdict::Filled: return {u"✓"_s, Tone::Adapted};
    case KeyVerdict::Ignored:
    case KeyVerdict::Skipped:
    case KeyVerdict::Dropped: return {u"–"_s, Tone::Dropped};
    case KeyVerdict::Unexpected: return {u"+"_s, Tone::Unexpected};
    case KeyVerdict::DTypeDiffers: return {u"✓"_s, Tone::Mismatch};
    case KeyVerdict::SizeMismatch: return {u"≠"_s, Tone::Mismatch};
    case KeyVerdict::Missing:
    case KeyVerdict::Collided: return {u"✗"_s, Tone::Missing};
    }
    Q_UNREACHABLE();
}
