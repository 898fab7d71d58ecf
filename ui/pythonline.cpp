// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pythonline.h"

using namespace Qt::StringLiterals;

namespace {
QString literal(const QString &text)
{
    QString out;
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            out += u'\\';
        if (c.isPrint())
            out += c;
        else
            out += u"\\u%1"_s.arg(int(c.unicode()), 4, 16, QChar(u'0'));
    }
    return u'"' + out + u'"';
}

QString literal(std::string_view text)
{
    return literal(QString::fromUtf8(text.data(), qsizetype(text.size())));
}
}

QString pythonLine(const Checkpoint &checkpoint, const Tensor &tensor)
{
    const QString key = literal(tensor.name);
    const Checkpoint &holder = checkpoint.holderOf(tensor);
    if (holder.format() == Format::Safetensors) {
        const QString path = checkpoint.files()[checkpoint.storage(tensor).file]->path();
        return u"safetensors.safe_open(%1, \"pt\").get_tensor(%2)"_s.arg(literal(path), key);
    }
    QString places;
    for (const std::string &component : checkpoint.root(tensor.root).path)
        places += u"[%1]"_s.arg(literal(component));
    return u"torch.load(%1, map_location=\"cpu\")%2[%3]"_s.arg(literal(holder.path()), places, key);
}
