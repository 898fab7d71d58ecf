// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

/// Give up a share of something large: should it be the last one, another thread frees it, for taking apart a plan of a
/// million keys costs longer than a frame. Every holder on the GUI thread lets go of plans, trees and checkpoints so.
/// The application object waits for what is still being freed.
void releaseElsewhere(std::shared_ptr<const void> share);

/// `held` becomes `next`; what it held is released elsewhere.
template<typename T>
void replaceElsewhere(std::shared_ptr<const T> &held, std::shared_ptr<const T> next)
{
    releaseElsewhere(std::exchange(held, std::move(next)));
}
