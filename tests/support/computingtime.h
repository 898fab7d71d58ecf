// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>

/// How long this process has computed since the object was made: others may keep the machine busy meanwhile. Limits are
/// many times what an optimised program takes, which tests, unoptimised and under sanitizers, are not.
class ComputingTime
{
public:
    double seconds() const { return double(std::clock() - m_began) / CLOCKS_PER_SEC; }

private:
    std::clock_t m_began = std::clock();
};
