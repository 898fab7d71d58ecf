// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/target/target.h"

#include <optional>

/// What a text says of the keys that a model wants: a list of keys, or the message of a load_state_dict that failed.
struct KeyList
{
    struct Key
    {
        std::string name;
        std::optional<Shape> shape; ///< nothing: the text does not say
        DType dtype = DType::Unknown;
    };

    std::string model; ///< "SwinTransformer"; empty when the text does not say
    std::vector<Key> keys; ///< wanted; of a message the missing ones and those of another size
    std::vector<std::string> unexpected; ///< of a message: had, and not wanted
    bool isMessage = false; ///< what fits is not in it
};

/// Whether a text is a message of load_state_dict (or of mmcv's load_checkpoint), or starts like a printed key list.
bool isKeyList(std::string_view text);
/// Read what people paste: a message; a key a line, with a shape and a dtype behind it or not; a printed list or dict
/// of Python. BadTarget with the line that is neither.
Result<KeyList> readKeyList(std::string_view text);
/// As text that isKeyList(), a key a line.
std::string printKeyList(const KeyList &list);
/// A message with the keys it leaves out: those of `had` that it does not call unexpected.
KeyList completed(const KeyList &message, const std::vector<KeyList::Key> &had);
/// How many of the keys that the message says were there are in `had`.
std::size_t keysKnown(const KeyList &message, const std::vector<KeyList::Key> &had);
/// The keys as a target. `fileName` names it when the text does not.
Result<std::shared_ptr<const Target>> targetFromKeyList(const KeyList &list, const QString &fileName);
