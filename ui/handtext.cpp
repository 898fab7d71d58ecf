// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/handtext.h"

#include "model/base/shape.h"
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
    case HandStep::Kind::Fill: text = say("&Fill “%1” with zeros"); break;
    }
    if (text.contains(u"%1"_s))
        text = text.arg(shortened(subject).replace(u'&', u"&&"_s));
    return say("%1 · %2").arg(text, keysText(keys));
}

QString menuText(const HandBind &hand)
{
    if (hand.list == HandBind::List::Unmatched)
        return say("%1 · %2").arg(say("Fill from the &target"), keysText(hand.keys));
    const bool isSkip = hand.list == HandBind::List::Skip;
    QString text;
    if (hand.subject.empty())
        text = isSkip ? say("S&kip the selected keys") : say("&Ignore the selected keys if missing");
    else if (hand.subject.back() == '.')
        text = isSkip ? say("S&kip all below “%1”") : say("&Ignore all below “%1” if missing");
    else
        text = isSkip ? say("S&kip “%1”") : say("&Ignore “%1” if missing");
    if (!hand.subject.empty())
        text = text.arg(shortened(hand.subject).replace(u'&', u"&&"_s));
    return say("%1 · %2").arg(text, keysText(hand.keys));
}

QString undoText(const HandBind &hand)
{
    if (hand.list == HandBind::List::Unmatched)
        return say("Fill %1 from the target").arg(keysText(hand.keys));
    const QString about = hand.subject.empty() ? keysText(hand.keys) : shortened(hand.subject);
    return (hand.list == HandBind::List::Skip ? say("Skip %1") : say("Ignore %1 if missing")).arg(about);
}

QString undoText(const HandStep &step, const QString &newName)
{
    const QString about = shortened(step.subject);
    switch (step.kind) {
    case HandStep::Kind::Rename:
    case HandStep::Kind::RenameComponent: {
        const QString to = shortened(newName.toStdString());
        return step.keys == 1 ? say("Rename %1 to %2").arg(about, to)
                              : say("Rename %1, %2 to %3").arg(keysText(step.keys), about, to);
    }
    case HandStep::Kind::Drop:
    case HandStep::Kind::DropAlike: return say("Drop %1").arg(keysText(step.keys));
    case HandStep::Kind::StripPrefix: return say("Strip prefix %1").arg(about);
    case HandStep::Kind::KeepOnly: return say("Keep only %1").arg(about);
    case HandStep::Kind::Fill: return say("Fill %1").arg(about);
    }
    Q_UNREACHABLE();
}

namespace {
QString shapesText(const HandPairs &pairs)
{
    return pairs.fits()
        ? say("%1 fits").arg(QString::fromStdString(shapeList(pairs.given)))
        : say("%1 does not fit %2")
              .arg(QString::fromStdString(shapeList(pairs.given)), QString::fromStdString(shapeList(pairs.wanted)));
}

QString outcomeText(const HandPairs &pairs)
{
    switch (pairs.refusal) {
    case HandPairs::Refusal::None: break;
    case HandPairs::Refusal::SameRow: return {};
    case HandPairs::Refusal::SeveralRows: return say("this row stands for several: open it and choose one");
    case HandPairs::Refusal::NoSource: return say("neither has a source");
    case HandPairs::Refusal::NoTarget: return say("neither is a target key");
    case HandPairs::Refusal::KeyAndGroup: return say("a key and a group cannot be paired");
    case HandPairs::Refusal::NothingFits: return say("they have no keys of the same name and shape");
    case HandPairs::Refusal::TooMany:
        return say("more than %1 keys: rename the group instead").arg(exactText(mostHandPairs));
    }
    if (!pairs.isGroup)
        return pairs.replaces ? say("%1, replacing its source").arg(shapesText(pairs)) : shapesText(pairs);
    const QString fit = say("%1 fit").arg(keysText(qint64(pairs.pairs.size())));
    return pairs.misfits == 0 ? fit : say("%1, %2 of another shape stay").arg(fit, exactText(pairs.misfits));
}
}

PairWords pairText(const HandPairs &pairs, const QString &from, const QString &to, bool byKeyboard)
{
    if (pairs.refusal == HandPairs::Refusal::SameRow)
        return {say("pair: %1 → …").arg(from),
                byKeyboard ? say("go to the other row and press Enter; Esc ends it") : QString()};
    const QString outcome = outcomeText(pairs);
    if (pairs.refusal != HandPairs::Refusal::None)
        return {say("✗ pair: %1 → %2").arg(from, to), outcome};
    return {(pairs.fits() ? say("✓ pair: %1 → %2") : say("≠ pair: %1 → %2")).arg(from, to),
            byKeyboard ? say("%1 · Enter pairs, Esc ends it").arg(outcome) : outcome};
}

QString partnerText(const HandPairs &pairs, bool isSource)
{
    return say("%1 · %2").arg(shortened(isSource ? pairs.from : pairs.to).replace(u'&', u"&&"_s), shapesText(pairs));
}

QString undoText(const HandPairs &pairs)
{
    const QString from = shortened(pairs.from);
    const QString to = shortened(pairs.to);
    return pairs.isGroup ? say("Pair %1 of %2 with %3").arg(keysText(qint64(pairs.pairs.size())), from, to)
                         : say("Pair %1 with %2").arg(from, to);
}
