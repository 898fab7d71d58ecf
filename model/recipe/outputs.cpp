// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/outputs.h"

#include <numeric>

Outputs Outputs::all(const std::vector<Row> &table)
{
    Outputs outputs(table);
    outputs.m_places.resize(table.size());
    std::iota(outputs.m_places.begin(), outputs.m_places.end(), 0u);
    return outputs;
}

void Outputs::addMade(const Row &row)
{
    m_places.push_back(quint32(m_made.size()) | made);
    m_made.push_back(row);
}
