// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/shape.h"

#include <algorithm>
#include <cstring>

void Shape::assign(std::span<const qint64> sizes)
{
    const auto isSmall = [](qint64 size) { return size >= 0 && size <= sizeMask; };
    if (sizes.size() <= m_words.size() && std::all_of(sizes.begin(), sizes.end(), isSmall)) {
        std::transform(sizes.begin(), sizes.end(), m_words.begin(), [](qint64 size) { return quint32(size); });
        const auto rank = quint32(sizes.size());
        m_words[0] |= rank << sizeBits;
        m_words[1] |= rank >> 2 << sizeBits;
        return;
    }
    auto *copy = new qint64[sizes.size() + 1];
    *copy = qint64(sizes.size());
    std::copy(sizes.begin(), sizes.end(), copy + 1);
    m_words[0] = m_words[1] = ~0u;
    std::memcpy(&m_words[2], &copy, sizeof copy);
}

const qint64 *Shape::heap() const
{
    const qint64 *address = nullptr;
    std::memcpy(&address, &m_words[2], sizeof address);
    return address;
}

Shape &Shape::operator=(const Shape &other)
{
    if (this == &other)
        return *this;
    if (isOnHeap())
        delete[] heap();
    m_words = other.m_words;
    if (isOnHeap())
        assign(std::span(other.heap() + 1, std::size_t(*other.heap())));
    return *this;
}

SizeList Shape::sizes() const
{
    return SizeList(begin(), end());
}

bool Shape::operator==(const Shape &other) const
{
    if (isOnHeap() != other.isOnHeap())
        return false;
    return isOnHeap() ? std::equal(heap(), heap() + *heap() + 1, other.heap(), other.heap() + *other.heap() + 1)
                      : m_words == other.m_words;
}

bool Shape::operator<(const Shape &other) const
{
    return std::lexicographical_compare(begin(), end(), other.begin(), other.end());
}

SizeList contiguousStrides(const Shape &shape)
{
    SizeList strides(shape.size());
    qint64 stride = 1;
    for (qsizetype axis = shape.size() - 1; axis >= 0; --axis) {
        strides[axis] = stride;
        if (__builtin_mul_overflow(stride, std::max<qint64>(shape[axis], 1), &stride))
            stride = 0; // only reached for shapes that elementCount() refuses
    }
    return strides;
}

QString shapeText(const Shape &shape)
{
    if (shape.isEmpty())
        return QStringLiteral("scalar");
    QString text;
    for (const qint64 size : shape) {
        if (!text.isEmpty())
            text += QStringLiteral(" × ");
        text += QString::number(size);
    }
    return text;
}

std::string shapeList(const Shape &shape)
{
    std::string text = "[";
    for (const qint64 size : shape) {
        if (text.size() > 1)
            text += ", ";
        text += std::to_string(size);
    }
    return text + "]";
}
