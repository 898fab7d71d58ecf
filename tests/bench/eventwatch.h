// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>

#include <vector>

/// An application that measures the processor time of its thread in every event that reaches a receiver. What an event
/// sends on in its turn counts into it; waiting does not count.
class EventWatch final : public QApplication
{
    Q_OBJECT

public:
    struct Event
    {
        QString what; ///< "Timer to QTimer of filterLine"
        double milliseconds;
    };
    struct Action
    {
        QString name;
        std::vector<Event> events;
    };

    EventWatch(int &argc, char **argv);

    /// What follows belongs to this action.
    void begin(const QString &action);
    const std::vector<Action> &actions() const { return m_actions; }

    bool notify(QObject *receiver, QEvent *event) override;

private:
    std::vector<Action> m_actions;
    int m_depth = 0;
};
