// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/eventwatch.h"

#include <QMetaEnum>

#include <ctime>

using namespace Qt::StringLiterals;

namespace {
/// Processor time of this thread so far.
double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

QString nameOf(const QObject *object)
{
    const QString type = QString::fromLatin1(object->metaObject()->className());
    return object->objectName().isEmpty() ? type : type + u' ' + object->objectName();
}
}

EventWatch::EventWatch(int &argc, char **argv) : QApplication(argc, argv)
{
    begin(u"start"_s);
}

void EventWatch::begin(const QString &action)
{
    m_actions.push_back({action, {}});
}

bool EventWatch::notify(QObject *receiver, QEvent *event)
{
    if (m_depth > 0)
        return QApplication::notify(receiver, event);
    // Named before it is handled: the receiver may not outlive the event.
    const char *type = QMetaEnum::fromType<QEvent::Type>().valueToKey(event->type());
    QString what =
        u"%1 to %2"_s.arg(type ? QString::fromLatin1(type) : u"event %1"_s.arg(event->type()), nameOf(receiver));
    if (receiver->objectName().isEmpty() && receiver->parent())
        what += u" of "_s + nameOf(receiver->parent());
    const std::size_t action = m_actions.size() - 1;
    ++m_depth;
    const double before = threadMilliseconds();
    const bool isTaken = QApplication::notify(receiver, event);
    const double spent = threadMilliseconds() - before;
    --m_depth;
    m_actions[action].events.push_back({std::move(what), spent});
    return isTaken;
}
