// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/keylist.h"

#include <cstdlib>
#include <set>

namespace {
void require(bool condition)
{
    if (!condition)
        std::abort();
}

std::set<std::string> namesOf(const KeyList &list)
{
    std::set<std::string> names;
    for (const KeyList::Key &key : list.keys)
        names.insert(key.name);
    return names;
}
}

/// Pasted keys: any bytes end in keys, each once, or in a sentence; keys that could be typed on a line of their own are
/// read again as they were kept.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const Result<KeyList> list = readKeyList({reinterpret_cast<const char *>(data), size});
    if (!list) {
        require(!list.error().message.isEmpty());
        return 0;
    }
    require(namesOf(*list).size() == list->keys.size());
    for (const KeyList::Key &key : list->keys)
        require(!key.name.empty() && (!key.shape || elementCount(*key.shape)));
    const auto target = targetFromKeyList(*list, QStringLiteral("keys.txt"));
    require(target && (*target)->keys().size() == list->keys.size());
    const std::string kept = printKeyList(completed(*list, list->keys));
    require(isKeyList(kept));
    if (const Result<KeyList> again = readKeyList(kept))
        require(again->keys.size() <= list->keys.size());
    return 0;
}
