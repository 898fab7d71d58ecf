// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QVarLengthArray>

#include <array>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <span>
#include <string>

/// A list of sizes, strides or axes that is still being worked on.
using SizeList = QVarLengthArray<qint64, 4>;

/// SizeList of a tensor, outermost first. Rank 0 is a scalar of one element. SizeList are never negative.
/// A value of 16 bytes that does not change once made: a checkpoint may hold a million. Up to four sizes below 2^30
/// lie inside it, others on the heap.
class Shape
{
public:
    class Iterator;

    Shape() = default;
    explicit Shape(std::span<const qint64> sizes) { assign(sizes); }
    Shape(const SizeList &sizes) { assign(std::span(sizes.data(), std::size_t(sizes.size()))); }
    Shape(std::initializer_list<qint64> sizes) { assign(std::span(sizes.begin(), sizes.size())); }
    template<std::input_iterator It>
    Shape(It first, It last) : Shape(SizeList(first, last))
    {}
    Shape(const Shape &other) { *this = other; }
    Shape(Shape &&other) noexcept : m_words(other.m_words) { other.m_words = {}; }
    Shape &operator=(const Shape &other);
    Shape &operator=(Shape &&other) noexcept
    {
        m_words.swap(other.m_words);
        return *this;
    }
    ~Shape()
    {
        if (isOnHeap()) [[unlikely]]
            delete[] heap();
    }

    qsizetype size() const { return isOnHeap() ? qsizetype(*heap()) : qsizetype(code()); }
    bool isEmpty() const { return code() == 0; }
    qint64 operator[](qsizetype axis) const
    {
        return isOnHeap() ? heap()[axis + 1] : m_words[std::size_t(axis)] & sizeMask;
    }
    qint64 last() const { return (*this)[size() - 1]; }
    Iterator begin() const;
    Iterator end() const;

    /// A list of the same sizes, to make another shape from.
    SizeList sizes() const;
    bool operator==(const Shape &other) const;
    /// Size by size, as words in a dictionary.
    bool operator<(const Shape &other) const;

private:
    static constexpr int sizeBits = 30;
    static constexpr quint32 sizeMask = (1u << sizeBits) - 1;
    static constexpr quint32 onHeap = 0xF;

    /// The rank, or `onHeap`, from the two top bits of the first two words.
    quint32 code() const { return m_words[0] >> sizeBits | (m_words[1] >> sizeBits) << 2; }
    bool isOnHeap() const { return code() == onHeap; }
    /// The rank, then the sizes; the address lies in the last two words.
    const qint64 *heap() const;
    void assign(std::span<const qint64> sizes);

    alignas(8) std::array<quint32, 4> m_words{};
};

class Shape::Iterator
{
public:
    using iterator_category = std::input_iterator_tag; // of values, not of references
    using value_type = qint64;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = qint64;

    Iterator() = default;
    Iterator(const Shape *shape, qsizetype axis) : m_shape(shape), m_axis(axis) {}

    qint64 operator*() const { return (*m_shape)[m_axis]; }
    Iterator &operator++()
    {
        ++m_axis;
        return *this;
    }
    Iterator operator++(int) { return {m_shape, m_axis++}; }
    Iterator &operator--()
    {
        --m_axis;
        return *this;
    }
    bool operator==(const Iterator &other) const = default;

private:
    const Shape *m_shape = nullptr;
    qsizetype m_axis = 0;
};

inline Shape::Iterator Shape::begin() const
{
    return {this, 0};
}

inline Shape::Iterator Shape::end() const
{
    return {this, size()};
}

/// Number of elements, or nothing when the product does not fit 63 bits. A zero anywhere makes it 0 only if the
/// product up to there has not overflowed (as the safetensors reference multiplies: left to right).
inline std::optional<qint64> elementCount(const Shape &shape)
{
    qint64 count = 1;
    for (const qint64 size : shape) {
        if (size < 0 || __builtin_mul_overflow(count, size, &count))
            return std::nullopt;
    }
    return count;
}
/// Strides in elements of a dense C-order tensor of this shape.
SizeList contiguousStrides(const Shape &shape);
/// "96 × 3 × 4 × 4"; "scalar" for rank 0.
QString shapeText(const Shape &shape);
/// "[96, 3, 4, 4]", as JSON and Python write it.
std::string shapeList(const Shape &shape);
