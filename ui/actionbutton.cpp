// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actionbutton.h"

#include <QAction>
#include <QPushButton>

using namespace Qt::StringLiterals;

void followAction(QPushButton *button, QAction *action)
{
    const auto mirror = [button, action] {
        button->setText(QString(action->text()).remove(u'&'));
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
    };
    QObject::connect(action, &QAction::changed, button, mirror);
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    mirror();
}
