// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/target/target.h"
#include "tests/support/checkpointbuilder.h"

/// A checkpoint from lines as checkpointFrom() takes them; a name alone is a small float32 tensor.
inline std::shared_ptr<const Checkpoint> smallTensors(const QStringList &lines)
{
    QStringList full;
    for (const QString &line : lines)
        full += line.contains(u' ') || line.startsWith(u'[') ? line : line + QStringLiteral(" float32 1");
    return checkpointFrom(full);
}

/// A target that wants such tensors.
inline std::shared_ptr<const Target> smallTarget(const QStringList &lines,
                                                 std::map<std::string, Attribute> attributes = {})
{
    const auto checkpoint = smallTensors(lines);
    Target::Parts parts;
    parts.name = QStringLiteral("target");
    for (const Tensor &tensor : checkpoint->tensors())
        parts.keys.push_back({parts.names.store(tensor.name), tensor.dtype, tensor.shape, {}, 0});
    parts.attributes = std::move(attributes);
    return std::make_shared<const Target>(std::move(parts));
}
