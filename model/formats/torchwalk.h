// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/finding.h"
#include "model/base/largepages.h"
#include "model/base/progress.h"
#include "model/base/result.h"
#include "model/formats/picklegraph.h"

#include <string>
#include <vector>

/// A tensor met on the walk, not yet bound to its storage.
struct FoundTensor
{
    quint32 place = 0; ///< index into FoundTensors::places
    Name name;
    PickleValue call;
    ObjectId object{}; ///< its node in the tree
};

/// A dict under text keys that may become a root.
struct FoundPlace
{
    quint32 parent = 0; ///< itself for the outermost
    std::string component; ///< the last part of its path
    std::string folded; ///< numbers and odd keys between the parent and `component`, joined by dots; mostly empty
    ObjectId object = noObject;
    quint32 hidden = 0; ///< the place for what its state dict leaves out; 0: none yet
    quint32 tensors = 0;
    quint32 byNumber = 0; ///< how many of them lie below a dict under a whole-number key, as optimizer state does
    bool isHidden = false; ///< tensors of a module that its state dict leaves out, or dict keys that are tensors
};

struct FoundTensors
{
    std::vector<FoundPlace> places; ///< in the order of the file
    LargeVector<FoundTensor> tensors;
};

/// Turn a pickle's graph into the object tree and list the tensors in it with their names.
///
/// Where tensors are filed: each dict under text keys is a place of its own, its path the keys on the way. What lies
/// below whole-number or other keys, lists, tuples and sets is filed at the nearest place above, the numbers becoming
/// part of the name (`0.exp_avg`). A pickled torch module is one place: its parameters, buffers and submodules under
/// the names its state dict would have. A file that is one tensor gives the name `tensor`. Damaged, with a reason that
/// is no sentence of its own: a tree that takes more than the pickle's size justifies.
Result<FoundTensors> walkObjects(PickleGraph &graph, PickleValue root, ObjectTree &tree, Findings &findings,
                                 const Progress &progress);
