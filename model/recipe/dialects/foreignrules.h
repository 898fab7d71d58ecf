// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/node.h"

#include <functional>

// What the importers of other loaders' rules share.

/// Text as a result of a step says it literally: an opening brace is written twice.
std::string templateText(std::string_view text);
/// A map of one entry.
Node entryOf(std::string_view name, Node value);
Node textNode(std::string_view text);
/// Visit a node and all below it, parents first, until `visit` says true; with the key it stands under.
bool searchNode(const Node &node, const std::function<bool(const std::string &key, const Node &node)> &visit);
