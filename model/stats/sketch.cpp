// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/sketch.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

Sketch::Sketch(int bits, std::vector<Entry> entries, bool isExact)
    : m_bits(bits)
    , m_isExact(isExact)
    , m_entries(std::move(entries))
{}

Sketch Sketch::ofSorted(std::span<const double> numbers)
{
    Sketch sketch;
    for (const double number : numbers) {
        const qint64 its = key(number, allBits);
        if (!sketch.m_entries.empty() && sketch.m_entries.back().key == its)
            ++sketch.m_entries.back().count;
        else
            sketch.m_entries.push_back({its, 1});
    }
    return sketch;
}

qint64 Sketch::key(double number, int bits)
{
    const auto pattern = std::bit_cast<qint64>(number);
    const qint64 magnitude = (pattern & std::numeric_limits<qint64>::max()) >> (allBits - bits);
    return pattern < 0 ? -magnitude : magnitude;
}

double Sketch::nearEnd(qint64 key, int bits)
{
    const auto magnitude = std::bit_cast<double>(std::abs(key) << (allBits - bits));
    return key < 0 ? -magnitude : magnitude;
}

double Sketch::farEnd(qint64 key, int bits)
{
    const qint64 next = (std::abs(key) + 1) << (allBits - bits);
    const auto magnitude =
        std::bit_cast<double>(std::min(next, std::bit_cast<qint64>(std::numeric_limits<double>::max())));
    return key < 0 ? -magnitude : magnitude;
}

void Sketch::setBits(int bits)
{
    if (bits >= m_bits) {
        for (Entry &entry : m_entries)
            entry.key *= qint64(1) << (bits - m_bits);
        m_bits = bits;
        return;
    }
    const int dropped = m_bits - bits;
    std::vector<Entry> wider;
    for (const Entry &entry : m_entries) {
        const qint64 magnitude = std::abs(entry.key) >> dropped;
        m_isExact &= magnitude << dropped == std::abs(entry.key);
        const qint64 its = entry.key < 0 ? -magnitude : magnitude;
        if (!wider.empty() && wider.back().key == its)
            wider.back().count += entry.count;
        else
            wider.push_back({its, entry.count});
    }
    m_entries = std::move(wider);
    m_bits = bits;
}

void Sketch::merge(const Sketch &other)
{
    if (other.m_entries.empty())
        return;
    if (m_entries.empty()) {
        *this = other;
        return;
    }
    Sketch second;
    const Sketch *added = &other;
    if (m_bits != other.m_bits) {
        // An exact one loses nothing when it is told with more bits; another cannot have more than it has.
        const int bits = m_isExact && other.m_isExact ? std::max(m_bits, other.m_bits)
            : m_isExact                               ? other.m_bits
            : other.m_isExact                         ? m_bits
                                                      : std::min(m_bits, other.m_bits);
        setBits(bits);
        second = other;
        second.setBits(bits);
        added = &second;
    }
    m_isExact &= added->m_isExact;
    std::vector<Entry> both;
    both.reserve(m_entries.size() + added->m_entries.size());
    auto left = m_entries.begin();
    for (const Entry &entry : added->m_entries) {
        while (left != m_entries.end() && left->key < entry.key)
            both.push_back(*left++);
        if (left != m_entries.end() && left->key == entry.key)
            both.push_back({entry.key, entry.count + left++->count});
        else
            both.push_back(entry);
    }
    both.insert(both.end(), left, m_entries.end());
    m_entries = std::move(both);
    if (m_entries.size() > mostEntries && m_bits > coarseBits)
        setBits(coarseBits);
}

std::vector<double> Sketch::ranked(std::span<const qint64> ranks) const
{
    std::vector<double> found;
    qint64 before = 0;
    auto entry = m_entries.begin();
    for (const qint64 rank : ranks) {
        while (before + entry->count <= rank)
            before += entry++->count;
        const double nearer = nearEnd(entry->key, m_bits);
        if (m_isExact) {
            found.push_back(nearer);
            continue;
        }
        const double further = farEnd(entry->key, m_bits);
        const double low = std::min(nearer, further), high = std::max(nearer, further);
        found.push_back(low + (high - low) * ((double(rank - before) + 0.5) / double(entry->count)));
    }
    return found;
}
