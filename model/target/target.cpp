// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/target.h"

#include "model/base/saturate.h"
#include "model/target/firstconv.h"

#include <QCoreApplication>

Target::Target(Parts parts) : m(std::move(parts)), m_index(m.keys.size())
{
    for (std::size_t i = 0; i < m.keys.size(); ++i) {
        m_index.insert(quint32(i), namesOf(m.keys));
        addSaturated(m_parameters, m.keys[i].anyShape ? 0 : elementCount(m.keys[i].shape).value_or(0));
    }
    const std::string stem(firstConvAttribute);
    if (m.attributes.contains(stem))
        return;
    if (std::vector<std::string> modules = likelyFirstConvs(m.keys); modules.size() > 1)
        m.attributes[stem] = std::move(modules);
    else if (!modules.empty())
        m.attributes[stem] = std::move(modules.front());
}

QString wantedShapeText(const TargetKey &key)
{
    return key.anyShape ? QCoreApplication::translate("Target", "any shape") : shapeText(key.shape);
}
