// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/table.h"

#include <iterator>

/// The rows that are saved, in output order: rows of a table, and rows that the bind policy made. Holds no table; the
/// plan does.
class Outputs
{
public:
    class Iterator
    {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        using pointer = const Row *;
        using reference = const Row &;

        Iterator() = default;
        Iterator(const Outputs *outputs, std::size_t at) : m_outputs(outputs), m_at(at) {}
        reference operator*() const { return (*m_outputs)[m_at]; }
        pointer operator->() const { return &(*m_outputs)[m_at]; }
        Iterator &operator++() { return ++m_at, *this; }
        Iterator operator++(int) { return {m_outputs, m_at++}; }
        bool operator==(const Iterator &) const = default;

    private:
        const Outputs *m_outputs = nullptr;
        std::size_t m_at = 0;
    };

    Outputs() = default;
    explicit Outputs(const std::vector<Row> &table) : m_table(&table) {}
    /// All rows of a table, in its order.
    static Outputs all(const std::vector<Row> &table);

    /// Add row `index` of the table.
    void add(std::size_t index) { m_places.push_back(quint32(index)); }
    /// Add a row that the table does not have.
    void addMade(const Row &row);
    void clear() { *this = Outputs(); }

    std::size_t size() const { return m_places.size(); }
    bool empty() const { return m_places.empty(); }
    const Row &operator[](std::size_t index) const
    {
        const quint32 place = m_places[index];
        return place & made ? m_made[place & ~made] : (*m_table)[place];
    }
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size()}; }

private:
    static constexpr quint32 made = 1u << 31; ///< marks a place in m_made; a table has fewer rows

    const std::vector<Row> *m_table = nullptr;
    std::vector<quint32> m_places;
    std::vector<Row> m_made;
};
