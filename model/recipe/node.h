// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A piece of YAML or JSON as data: scalar text as written, a list, or a map in order, each with its place.
/// What steps are parsed from and printed to; what the window's editors hand around.
struct Node
{
    enum class Kind { Null, Scalar, List, Map };
    using Entry = std::pair<std::string, Node>;

    Kind kind = Kind::Null;
    std::string text = {}; ///< Scalar
    bool quoted = false; ///< Scalar: written in quotes, so never a null
    std::vector<Node> items = {}; ///< List
    std::vector<Entry> entries = {}; ///< Map
    int line = 0; ///< from 1; 0: not from a text
    int column = 0;
    std::size_t begin = 0; ///< bytes in the text, [begin, end)
    std::size_t end = 0;
    int keyLine = 0; ///< where its key stands, for the value of a map entry
    int keyColumn = 0;
    std::size_t keyBegin = 0;
    bool flow = false; ///< List, Map: written in brackets

    static Node scalar(std::string text);
    static Node list(std::vector<Node> items);
    static Node map(std::vector<Entry> entries);

    bool isNull() const { return kind == Kind::Null; }
    bool isScalar() const { return kind == Kind::Scalar; }
    bool isList() const { return kind == Kind::List; }
    bool isMap() const { return kind == Kind::Map; }

    /// The value of `key` in a map, or null.
    const Node *find(std::string_view key) const;
    /// What it is, for messages: "nothing", "“abc”", "a list", "a map".
    QString description() const;
    /// Equal content; places do not count.
    bool operator==(const Node &other) const;
};
