// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/checkpoint/tensorbytes.h"
#include "model/recipe/plan.h"

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// Bytes of the output that are not tensor values: headers, the pickle, the zip directory.
struct Literal
{
    qint64 offset = 0;
    std::string bytes;
};

/// A run of tensor values in the output.
struct Piece
{
    /// Copied as it lies in a file; a tensor read densely; or values made (zeros) or computed.
    using Source = std::variant<FileRange, const Tensor *, const Expression *>;

    qint64 offset = 0; ///< in the output
    qint64 bytes = 0;
    Source source;
};

/// Where one output of the plan lies.
struct Placement
{
    quint32 piece = 0;
    qint64 byteOffset = 0; ///< of its first element inside the piece
    Shape strides = {}; ///< in elements, when isContiguous is false
    bool isContiguous = true;
    bool isWholePiece = true; ///< its dense bytes are the piece's bytes
};

/// Every byte of an output file by offset, before the first one is written. Made by a writer from a plan; carried out
/// by transfer().
struct Layout
{
    qint64 bytes = 0; ///< size of the file
    std::vector<Piece> pieces; ///< ascending offsets, disjoint
    std::vector<Placement> outputs; ///< parallel to Plan::outputs
    std::deque<Tensor> views; ///< tensors that pieces refer to and the checkpoint does not have
    std::vector<std::string> rootPath; ///< where the outputs are in the new file
    bool needsCrc = false;
    /// All other bytes, given each piece's CRC-32 (empty unless needsCrc).
    std::function<std::vector<Literal>(std::span<const quint32> crcs)> literals;
    Findings findings; ///< what is not in the file, or not as it was
};

/// Whether the value is all zeros, so that nothing needs to be computed.
bool isZeros(const Expression &value);
/// Whether the value is a source tensor's, bit for bit.
bool isCopy(const Expression &value);
/// Where a piece with this value comes from.
Piece::Source pieceSource(const Checkpoint &checkpoint, const Expression &value);
/// Bytes from the first to the last element of a tensor that is not empty, inside its storage.
qint64 extentBytes(const Checkpoint &checkpoint, const Tensor &tensor);
/// Refuse a plan that cannot be saved, with the reason: its own error, nothing left, a key whose values cannot be read.
Result<void> checkOutputs(const Plan &plan);
/// Refuse a source tensor that cannot be read, as the output `name`.
Result<void> checkSource(const Checkpoint &checkpoint, const Tensor &tensor, std::string_view name);
bool isUtf8(std::string_view text);
/// The finding that values beside the state dict ("epoch", "optimizer") are not in the file, if there are any.
Findings valuesBeside(const Plan &plan);
/// The finding that values among the tensors, not tensors themselves, are not in the file, if there are any.
Findings valuesAmong(const Plan &plan);
/// The finding that entries of the source's `__metadata__` are not in the file, if there are any; `given` ones are, and
/// `format` is every writer's own.
Findings metadataDropped(const Plan &plan, std::span<const std::pair<std::string, std::string>> given);
bool isDict(const ObjectNode &node);
/// The root of the checkpoint that the plan's rows came from; null when it has none.
const Root *sourceRoot(const Plan &plan);
void append(Findings &findings, Findings more);
/// “a”, “b” and 3 more.
QString listed(const std::vector<std::string_view> &names);
