// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/exitcode.h"

int exitCode(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::DoesNotHold: return 1;
    case Error::Kind::Usage: return 2;
    case Error::Kind::NotFound:
    case Error::Kind::Unreadable: return 3;
    case Error::Kind::NotThisFormat:
    case Error::Kind::Damaged:
    case Error::Kind::Unsupported: return 4;
    case Error::Kind::BadRecipe:
    case Error::Kind::BadTarget: return 5;
    case Error::Kind::Unwritable:
    case Error::Kind::OutOfSpace: return 6;
    case Error::Kind::OutOfMemory:
    case Error::Kind::Device: return 7;
    case Error::Kind::Cancelled: return 130;
    }
    return 2;
}
