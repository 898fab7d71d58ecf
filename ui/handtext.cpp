// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/handtext.h"

#include "model/base/text.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype longest = 48; ///< characters of a name in a menu

QString say(const char *text)
{
    return QCoreApplication::translate("HandStep", text);
}

/// Short enough for a menu; the end tells keys apart.
QString shortened(const std::string &subject)
{
    const QString name = displayName(subject);
    return name.size() <= longest ? name : u'…' + name.right(longest);
}

QString keysText(qint64 keys)
{
    return keys == 1 ? say("1 key") : say("%1 keys").arg(exactText(keys));
}
}

QString menuText(HandStep::Kind kind, const std::string &subject, qint64 keys)
{
    QString text;
    switch (kind) {
    case HandStep::Kind::Rename: text = say("&Rename…"); break;
    case HandStep::Kind::RenameComponent: text = say("Rename “%1” &everywhere…"); break;
    case HandStep::Kind::Drop:
        text = subject.empty()      ? say("&Drop the selected keys")
            : subject.back() == '.' ? say("&Drop all below “%1”")
                                    : say("&Drop “%1”");
        break;
    case HandStep::Kind::DropAlike: text = say("Drop all &like “%1”"); break;
    case HandStep::Kind::StripPrefix: text = say("&Strip the prefix “%1”"); break;
    case HandStep::Kind::KeepOnly: text = say("&Keep only what is below “%1”, drop the rest"); break;
    }
    if (text.contains(u"%1"_s))
        text = text.arg(shortened(subject).replace(u'&', u"&&"_s));
    return say("%1 · %2").arg(text, keysText(keys));
}

QString undoText(const HandStep &step, const QString &newName)
{
    const QString about = shortened(step.subject);
    switch (step.kind) {
    case HandStep::Kind::Rename:
    case HandStep::Kind::RenameComponent: return say("Rename %1 to %2").arg(about, shortened(newName.toStdString()));
    case HandStep::Kind::Drop:
    case HandStep::Kind::DropAlike: return say("Drop %1").arg(keysText(step.keys));
    case HandStep::Kind::StripPrefix: return say("Strip prefix %1").arg(about);
    case HandStep::Kind::KeepOnly: return say("Keep only %1").arg(about);
    }
    Q_UNREACHABLE();
}
